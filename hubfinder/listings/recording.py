"""Keeping listings and their versions in step with the services that families are shown.

Whatever writes services calls this in the same transaction, before it writes search documents: a new service
gets a listing, and one that says something else than its last version gets another version. National help
comes with hubfinder and is nobody's listing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.directory.models import Location, Service, ServiceAtLocation, TaxonomyTerm
from hubfinder.directory.references import in_chunks
from hubfinder.directory.values import NEED
from hubfinder.listings.content import Content, digest_of
from hubfinder.listings.councils import councils_of
from hubfinder.listings.freshness import Cadence, cadence_of, due_on, risk_of
from hubfinder.listings.installation import settings_of
from hubfinder.listings.models import Listing, ListingVersion
from hubfinder.listings.reading import contents_of
from hubfinder.people.audit import Subject, record as record_entry
from hubfinder.people.models import Council
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import ListingState, Origin
from hubfinder.vocab import ServiceStatus

HIDDEN = (ListingState.PAUSED, ListingState.RETIRED)


@dataclass(frozen=True, slots=True)
class How:
    """How versions came about; it stands beside each of them."""

    origin: Origin
    note: str = ""
    batch_id: int | None = None
    approved_by: str = ""


@dataclass(slots=True)
class Recorded:
    """What came of it: numbers of versions by key, and keys of listings whose services are gone."""

    new: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    retired: list[str] = field(default_factory=list)

    @property
    def versions(self) -> dict[str, int]:
        return self.new | self.changed

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.retired)


def record_services(
    session: Session,
    service_ids: Iterable[int],
    origin: Origin,
    by: str,
    note: str = "",
    batch_id: int | None = None,
) -> Recorded:
    """Record what these services say now, and which listings have lost theirs; one entry of the trail.

    The caller has begun with ``begin_writing`` and commits. Services that say what they said are passed over.
    """
    session.flush()
    contents = contents_of(session, service_ids)
    recorded = record_contents(session, contents, by, How(origin, note, batch_id))
    recorded.retired = retire_missing(session)
    if recorded:
        facts = {name: len(getattr(recorded, name)) for name in ("new", "changed", "retired")}
        record_entry(session, Actor(by), "listings.recorded", Subject("listings", origin.value), facts=facts)
    return recorded


def record_contents(
    session: Session,
    contents: Mapping[int, Content],
    by: str,
    how: How,
    councils: Mapping[str, str] | None = None,
) -> Recorded:
    """The same for services whose content is known, by id, without an entry of the trail.

    ``councils`` are the codes for new listings, by key; where one lacks, it is where the service is.
    """
    recorder = _Recorder(session, by, how, dict(councils or {}))
    local = {id_: content for id_, content in contents.items() if not content["is_national"]}
    for ids in in_chunks(sorted(local)):
        recorder.take({id_: local[id_] for id_ in ids})
    return recorder.done


def services_without_listing(session: Session) -> list[int]:
    """Local services that came before listings were kept, or past what keeps them."""
    known = select(Listing.id).where(Listing.service_id == Service.id)
    rows = select(Service.id).where(~Service.is_national, ~known.exists())
    return list(session.scalars(rows.order_by(Service.id)))


def retire_missing(session: Session) -> list[str]:
    """Retire every listing whose service was taken away; its versions stay. Says their keys."""
    gone = session.scalars(
        select(Listing)
        .where(Listing.service_id.is_(None), Listing.state.in_((ListingState.PUBLISHED, ListingState.PAUSED)))
        .execution_options(populate_existing=True)  # the database has taken the service's id away
    ).all()
    for listing in gone:
        listing.state, listing.due_on, listing.paused_until = ListingState.RETIRED, None, None
        listing.changed_at = utc_now()
    return [listing.key for listing in gone]


def cadences(session: Session, codes: Collection[str]) -> dict[str, Cadence]:
    """How often each council has its listings checked."""
    settings = settings_of(session)
    rows = {row.code: row for row in session.scalars(select(Council).where(Council.code.in_(codes)))}
    return {code: cadence_of(rows.get(code), settings) for code in codes}


@dataclass(slots=True)
class _Recorder:
    """Records chunk after chunk; what all have in common is asked for once."""

    session: Session
    by: str
    how: How
    councils: dict[str, str]
    done: Recorded = field(default_factory=Recorded)
    _order: dict[str, int] = field(default_factory=dict)

    def take(self, contents: Mapping[int, Content]) -> None:
        """Record one chunk of services."""
        keys = dict(
            self.session.execute(
                select(Service.id, Service.key).where(Service.id.in_(contents))
            ).tuples().all()
        )  # fmt: skip
        there = {
            row.key: row
            for row in self.session.scalars(
                select(Listing)
                .where(Listing.key.in_(keys.values()))
                .execution_options(populate_existing=True)
            )
        }
        hubs = self._hubs(contents)
        facts = {
            id_: self._facts(content, hubs.get(id_, "")) for id_, content in contents.items() if id_ in keys
        }
        new = {id_: contents[id_] for id_ in facts if keys[id_] not in there}
        old = {id_: contents[id_] for id_ in facts if keys[id_] in there}
        if new:
            self._add(new, keys, facts)
        if old:
            self._change(old, {id_: there[keys[id_]] for id_ in old}, facts)

    def _facts(self, content: Content, hub: str) -> dict[str, Any]:
        """What a listing says of its service, for lists of the staff."""
        return {
            "organization_key": content["organization"],
            "name": content["name"],
            "risk": risk_of(content),
            "assured_date": _day(content),
            "hub_key": hub,
            "topic": self._topic(content["needs"]),
        }

    def _add(self, new: Mapping[int, Content], keys: Mapping[int, str], facts: Mapping[int, Any]) -> None:
        codes = self._councils_of(new, keys)
        often = cadences(self.session, set(codes.values()))
        rows = []
        for id_, content in new.items():
            running = content["status"] == ServiceStatus.ACTIVE
            known = facts[id_]
            due = due_on(known["assured_date"], known["risk"], often[codes[id_]]) if running else None
            state = ListingState.PUBLISHED if running else ListingState.PAUSED
            rows.append(
                {
                    **known,
                    "key": keys[id_],
                    "service_id": id_,
                    "council_code": codes[id_],
                    "state": state,
                    "version": 1,
                    "due_on": due,
                    "changed_at": utc_now(),
                }
            )
        self.session.execute(insert(Listing), rows)
        made = select(Listing.service_id, Listing.id).where(Listing.service_id.in_(new))
        ids = dict(self.session.execute(made).tuples().all())
        self._append([(ids[id_], 1, content) for id_, content in new.items()])
        self.done.new |= {keys[id_]: 1 for id_ in new}

    def _change(
        self, old: Mapping[int, Content], listings: Mapping[int, Listing], facts: Mapping[int, Any]
    ) -> None:
        often = cadences(self.session, {listing.council_code for listing in listings.values()})
        last = self._last(listings.values())
        added, hidden = [], []
        for id_, content in old.items():
            listing = listings[id_]
            digest, status, telephone = last.get(listing.id, ("", "", ""))
            said = _said(listing, content, status)
            if digest_of(said) != digest:
                listing.version += 1
                listing.changed_at = utc_now()
                added.append((listing.id, listing.version, said))
                self.done.changed[listing.key] = listing.version
                listing.is_telephone_doubted &= said["telephone"] == telephone
            _stand(listing, id_, said, status)
            for name, value in facts[id_].items():
                setattr(listing, name, value)
            _due(listing, often[listing.council_code])
            if listing.state in HIDDEN and content["status"] == ServiceStatus.ACTIVE:
                hidden.append(id_)
        self._append(added)
        if hidden:
            self.session.execute(
                update(Service).where(Service.id.in_(hidden)).values(status=ServiceStatus.INACTIVE)
            )
        self.session.flush()

    def _last(self, listings: Iterable[Listing]) -> dict[int, tuple[str, str, str]]:
        """Digest, status and telephone of the version in force of each."""
        ids = [listing.id for listing in listings]
        rows = self.session.execute(
            select(
                ListingVersion.listing_id,
                ListingVersion.digest,
                ListingVersion.content["status"].as_string(),
                ListingVersion.content["telephone"].as_string(),
            )
            .join(Listing, Listing.id == ListingVersion.listing_id)
            .where(Listing.id.in_(ids), ListingVersion.number == Listing.version)
        )
        return {id_: (digest, status, telephone) for id_, digest, status, telephone in rows.tuples()}

    def _append(self, versions: Sequence[tuple[int, int, Content]]) -> None:
        rows = [
            {
                "listing_id": listing,
                "number": number,
                "content": content,
                "digest": digest_of(content),
                "origin": self.how.origin,
                "note": self.how.note,
                "made_at": utc_now(),
                "made_by": self.by,
                "approved_by": self.how.approved_by,
                "batch_id": self.how.batch_id,
            }
            for listing, number, content in versions
        ]
        if rows:
            self.session.execute(insert(ListingVersion), rows)

    def _councils_of(self, new: Collection[int], keys: Mapping[int, str]) -> dict[int, str]:
        given = {id_: self.councils[keys[id_]] for id_ in new if self.councils.get(keys[id_])}
        rest = [id_ for id_ in new if id_ not in given]
        if rest:
            given |= councils_of(self.session, rest, fallback=settings_of(self.session).council_code)
        return given

    def _hubs(self, ids: Iterable[int]) -> dict[int, str]:
        """The first family hub that each happens at."""
        rows = self.session.execute(
            select(ServiceAtLocation.service_id, Location.key)
            .join(Location, Location.id == ServiceAtLocation.location_id)
            .where(ServiceAtLocation.service_id.in_(ids), Location.is_family_hub, ~Location.is_confidential)
            .order_by(ServiceAtLocation.id.desc())
        )
        return dict(rows.tuples().all())

    def _topic(self, needs: Collection[str]) -> str:
        """The first need, in the order in which families are offered them."""
        if needs and not self._order:
            terms = select(TaxonomyTerm.key, TaxonomyTerm.position)
            rows = self.session.execute(terms.where(TaxonomyTerm.key.startswith(NEED, autoescape=True)))
            self._order = {key.removeprefix(NEED): position for key, position in rows.tuples()}
        return min(needs, key=lambda key: (self._order.get(key, len(self._order)), key), default="")


def _said(listing: Listing, content: Content, status: str) -> Content:
    """What a service says. A hidden one is not running: that tells nothing of what its version says."""
    silent = listing.state in HIDDEN and content["status"] == ServiceStatus.INACTIVE
    return {**content, "status": status} if silent and status else content


def _stand(listing: Listing, service_id: int, said: Content, before: str) -> None:
    """Set the state. A hidden listing comes back only where its service does, or where a source that said
    it was not running says now that it is: what staff have paused stays paused.
    """
    running = said["status"] == ServiceStatus.ACTIVE
    returns = not listing.merged_into and (listing.service_id is None or before == ServiceStatus.INACTIVE)
    listing.service_id = service_id
    if not running:
        listing.state = ListingState.RETIRED if listing.state is ListingState.RETIRED else ListingState.PAUSED
    elif returns or listing.state not in HIDDEN:
        listing.state = ListingState.PUBLISHED
        listing.paused_until, listing.state_reason = None, ""


def _due(listing: Listing, cadence: Cadence) -> None:
    published = listing.state is ListingState.PUBLISHED
    listing.due_on = due_on(listing.assured_date, listing.risk, cadence) if published else None


def _day(content: Content) -> date | None:
    said = content["assured_date"]
    return date.fromisoformat(said) if said else None
