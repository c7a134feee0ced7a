"""Accepting and declining what is different in an outside list; both are remembered for its next state."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.actions import move_location, save_location, save_organization
from hubfinder.directory.models import Location, Organization
from hubfinder.directory.references import postcode_points
from hubfinder.directory.values import LocationDetails, OrganizationDetails
from hubfinder.exchange.batches import counted, set_state, tell, utc_now
from hubfinder.exchange.deciders import Deciders, deciders_of
from hubfinder.exchange.models import Batch, BatchRow, Register, RegisterItem
from hubfinder.exchange.previewing import NOBODY
from hubfinder.exchange.register_reading import GONE, SAID
from hubfinder.exchange.registers import Said, digest_of_said, find_register, key_of, organization_of
from hubfinder.listings.actions import (
    MovedOn,
    Proposed,
    PublishRefused,
    Refused,
    bring_back,
    publish,
    retire,
)
from hubfinder.listings.models import Listing
from hubfinder.listings.recording import How
from hubfinder.people.values import Actor
from hubfinder.search.documents import refresh_documents
from hubfinder.staff_vocab import BatchState, Decision, ListingState, Origin, RowOutcome

CHUNK = 50
ASKED = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.GONE, RowOutcome.BACK)
OVER = "It is not in the list of “{name}” any more."
MOVED = "was changed by somebody since the list was read: send the list in again"
Progress = Callable[[int, int], None]


def decide_rows(
    session: Session, actor: Actor, batch: Batch, decision: Decision, rows: Collection[int] | RowOutcome
) -> int:
    """Note what somebody decided about some rows, by id, or about all of one outcome; how many there are.

    The caller has begun with ``begin_writing``, and commits; ``work_off`` then does what was decided.
    """
    chosen = BatchRow.outcome == rows if isinstance(rows, RowOutcome) else BatchRow.id.in_(rows)
    undecided = (
        BatchRow.batch_id == batch.id,
        BatchRow.decision.is_(None),
        BatchRow.outcome.in_(ASKED),
        chosen,
    )
    number = session.scalar(select(func.count()).select_from(BatchRow).where(*undecided)) or 0
    if not number or batch.state is not BatchState.PREVIEW:
        return 0
    session.execute(update(BatchRow).where(*undecided).values(decision=decision))
    batch.decider_id, batch.state, batch.done, batch.total = actor.id, BatchState.APPLYING, 0, number
    tell(session, actor, decision.value, batch, {"rows": number})
    return number


def work_off(session: Session, number: int, progress: Progress) -> None:
    """Do what was decided, row by row; goes on where it was broken off."""
    done = 0
    while True:
        session.rollback()
        begin_writing(session)
        batch = session.get_one(Batch, number)
        register = find_register(session, batch.council_code, batch.register_key)
        who = deciders_of(session, batch)
        if register is None or who is None:
            set_state(session, number, BatchState.PREVIEW, why=NOBODY)
            session.commit()
            return
        rows = _next_rows(session, number)
        if not rows:
            break
        for row in rows:
            _Deciding(session, batch, register, who).do(row)
        done += len(rows)
        set_state(session, number, BatchState.APPLYING, done=done)
        session.commit()
        progress(done, batch.total)
    _end(session, number)


def _next_rows(session: Session, number: int) -> Sequence[BatchRow]:
    wanted = select(BatchRow).where(
        BatchRow.batch_id == number, BatchRow.decision.is_not(None), BatchRow.applied_version.is_(None)
    )
    return session.scalars(wanted.order_by(BatchRow.number).limit(CHUNK)).all()


def _end(session: Session, number: int) -> None:
    """Back to be looked at, while there is something left to decide."""
    left = select(BatchRow.id).where(
        BatchRow.batch_id == number, BatchRow.outcome.in_(ASKED), BatchRow.decision.is_(None)
    )
    after = BatchState.APPLIED if session.scalar(left.limit(1)) is None else BatchState.PREVIEW
    set_state(session, number, after, counts=counted(session, number), applied_at=utc_now())
    session.commit()


class _Deciding:
    """Does what was decided about one row."""

    def __init__(self, session: Session, batch: Batch, register: Register, who: Deciders) -> None:
        self._session, self._batch, self._register, self._who = session, batch, register, who

    def do(self, row: BatchRow) -> None:
        row.applied_version = 0
        item = self._item(row)
        if row.decision is Decision.DECLINED:
            item.declined_digest = digest_of_said(row.content[SAID]) if row.content else GONE
            return
        try:
            with self._session.begin_nested():
                if row.outcome is RowOutcome.GONE:
                    self._retire(row, item)
                else:
                    self._publish(row, item)
        except PublishRefused as error:
            self._refuse(row, [list(pair) for pair in error.problems.get(row.key, [])])
        except MovedOn:
            self._refuse(row, [["", MOVED]])
        except Refused:
            self._refuse(row, [["", "cannot be done to this listing now: look at it yourself"]])

    def _refuse(self, row: BatchRow, why: list[list[str]]) -> None:
        row.outcome, row.why, row.decision = RowOutcome.REFUSED, why, None

    def _item(self, row: BatchRow) -> RegisterItem:
        key = (self._batch.register_key, self._batch.council_code, row.outside_id)
        item = self._session.get(RegisterItem, key)
        if item is None:
            register, council, outside = key
            item = RegisterItem(
                register_key=register, council_code=council, outside_id=outside, listing_key="",
                digest="", declined_digest="", content={}, seen_at=utc_now(),
            )  # fmt: skip
            self._session.add(item)
        return item

    def _retire(self, row: BatchRow, item: RegisterItem) -> None:
        listing = self._listing(row.key)
        if listing is not None and listing.state is not ListingState.RETIRED:
            retire(self._session, self._who.decider, listing, OVER.format(name=self._register.name))
        item.gone_at = utc_now()

    def _publish(self, row: BatchRow, item: RegisterItem) -> None:
        said: Said = row.content[SAID]
        content = {name: value for name, value in row.content.items() if name != SAID}
        self._make_organization(said)
        self._make_place(row, said)
        listing = self._listing(row.key)
        if row.outcome is RowOutcome.BACK and listing is not None and listing.state is ListingState.RETIRED:
            bring_back(self._session, self._who.decider, listing)
        self._session.flush()
        base = listing.version if listing is not None and row.outcome is RowOutcome.BACK else row.base_version
        how = How(Origin.REGISTER, self._register.name, self._batch.id, self._who.decider.name)
        proposed = Proposed(row.key, content, base, self._batch.council_code if not base else "")
        [done] = publish(self._session, self._who.author, [proposed], how)
        row.applied_version = done.version
        item.listing_key, item.content, item.digest = row.key, said, digest_of_said(said)
        item.declined_digest, item.gone_at = "", None

    def _listing(self, key: str) -> Listing | None:
        return self._session.scalar(select(Listing).where(Listing.key == key))

    def _make_organization(self, said: Said) -> None:
        """Only one that is not there: what staff have written of theirs stays."""
        key, name = organization_of(said)
        if self._session.scalar(select(Organization.id).where(Organization.key == key)) is None:
            save_organization(self._session, OrganizationDetails(key, name))

    def _make_place(self, row: BatchRow, said: Said) -> None:
        """The place of the row, where its address may be known; one that is there only moves."""
        if not said["address"]:
            return
        key, code = key_of(self._register, row.outside_id), said["postcode"].replace(" ", "")
        point = postcode_points(self._session, [code]).get(code) if code else None
        if self._session.scalar(select(Location.id).where(Location.key == key)) is not None:
            touched = move_location(self._session, key, (said["address"], said["postcode"]), point)
            if touched:
                refresh_documents(self._session, touched.services, touched.locations)
            return
        save_location(
            self._session,
            LocationDetails(
                key, said["name"], address=said["address"], postcode=said["postcode"],
                lat=point.lat if point else None, lon=point.lon if point else None,
                source=self._register.name,
            ),
        )  # fmt: skip
