"""A spreadsheet out, edited, in, looked at, applied and undone: nothing is lost and nothing overwritten."""

from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.exchange.checked_days import NOT_READ
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.listings import actions
from hubfinder.listings.models import Listing, ListingUpdate, ListingVersion
from hubfinder.listings.reading import current_content
from hubfinder.people.models import AuditEntry
from hubfinder.people.values import Actor
from hubfinder.search.models import SearchDocument
from hubfinder.settings import Settings
from hubfinder.staff_vocab import BatchState, ListingState, Origin, Role, RowOutcome, UpdateState
from tests.support.life import administrator, provider
from tests.support.people import council
from tests.support.spreadsheets import Office


@pytest.fixture
def office(session: Session, settings: Settings) -> Office:
    begin_writing(session)
    council(session).may_approve_own = frozenset({Role.COUNCIL_ADMINISTRATOR})
    session.commit()
    return Office(session, settings)


def listing(office: Office, key: str) -> Listing:
    return office.session.scalars(select(Listing).where(Listing.key == key)).one()


def summary(office: Office, key: str) -> str:
    office.session.expire_all()
    return str(current_content(office.session, listing(office, key))["summary"])


def summaries(text: str) -> "object":
    def edit(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["summary"] = text

    return edit


def test_changed_new_and_unchanged_rows_are_told_applied_and_undone(office: Office) -> None:
    keys = office.published("one"), office.published("two")
    boss = administrator(office.session)
    before = summary(office, keys[0])

    def edit(rows: list[dict[str, str]]) -> None:
        rows[0]["summary"] = "Changed in a spreadsheet."
        new = {**rows[0], "key": "", "version": "", "name": "Bounce and rhyme", "telephone": "01632 960222"}
        rows.append(new)

    file = office.edited(boss, edit)
    batch = office.send(boss, file)
    assert (batch.state, batch.why) == (BatchState.PREVIEW, "")
    assert batch.counts == {"changed": 1, "unchanged": 1, "new": 1}
    assert summary(office, keys[0]) == before

    batch = office.decide(boss, batch, BatchState.APPLYING)
    assert batch.state is BatchState.APPLIED
    assert summary(office, keys[0]) == "Changed in a spreadsheet."
    [new_key] = [row.key for row in office.rows(batch).values() if row.outcome is RowOutcome.NEW]
    assert listing(office, new_key).state is ListingState.PUBLISHED
    documents = select(SearchDocument.card).where(SearchDocument.key == keys[0])
    assert office.session.scalars(documents).one()["summary"] == "Changed in a spreadsheet."

    batch = office.decide(boss, batch, BatchState.UNDOING)
    assert batch.state is BatchState.UNDONE
    assert summary(office, keys[0]) == before
    assert listing(office, new_key).state is ListingState.RETIRED
    origins = [one.origin for one in listing(office, keys[0]).versions]
    assert origins[-2:] == [Origin.SPREADSHEET, Origin.UNDONE]


def test_the_same_file_twice_changes_nothing(office: Office) -> None:
    office.published()
    boss = administrator(office.session)

    def edit(rows: list[dict[str, str]]) -> None:
        rows[0]["summary"] = "Once."
        rows.append({**rows[0], "key": "", "version": "", "name": "Second one"})

    file = office.edited(boss, edit)
    office.decide(boss, office.send(boss, file), BatchState.APPLYING)
    versions = office.versions()
    told = "listing%"
    count = select(func.count()).where(AuditEntry.verb.like(told))
    entries = office.session.scalar(count)

    again = office.send(boss, file)
    assert again.counts == {"unchanged": 2}
    office.decide(boss, again, BatchState.APPLYING)
    assert office.versions() == versions
    assert office.session.scalar(count) == entries


def test_what_somebody_changed_meanwhile_is_merged_or_refused(office: Office) -> None:
    keys = office.published("one"), office.published("two")
    boss = administrator(office.session)
    file = office.edited(boss, summaries("From the file."))  # type: ignore[arg-type]
    office.session.commit()
    begin_writing(office.session)
    for key, changes in zip(keys, ({"telephone": "01632 960777"}, {"summary": "Theirs."}), strict=True):
        update = actions.begin_update(office.session, boss, listing(office, key))
        actions.save_update(office.session, boss, update, changes, 0)
        actions.submit(office.session, boss, update)
        actions.approve(office.session, boss, update)

    batch = office.send(boss, file)
    rows = office.rows(batch)
    assert rows[keys[0]].outcome is RowOutcome.CHANGED
    assert rows[keys[1]].outcome is RowOutcome.REFUSED
    assert "somebody else" in rows[keys[1]].why[0][1]
    office.decide(boss, batch, BatchState.APPLYING)
    merged = current_content(office.session, listing(office, keys[0]))
    assert (merged["summary"], merged["telephone"]) == ("From the file.", "01632 960777")
    assert summary(office, keys[1]) == "Theirs."


def test_what_changes_between_the_look_and_the_word_is_left_alone(office: Office) -> None:
    key, boss = office.published(), administrator(office.session)
    batch = office.send(boss, office.edited(boss, summaries("From the file.")))  # type: ignore[arg-type]
    office.session.commit()
    begin_writing(office.session)
    update = actions.begin_update(office.session, boss, listing(office, key))
    actions.save_update(office.session, boss, update, {"summary": "Quicker."}, 0)
    actions.submit(office.session, boss, update)
    actions.approve(office.session, boss, update)

    batch = office.decide(boss, batch, BatchState.APPLYING)
    assert batch.counts == {"refused": 1}
    assert summary(office, key) == "Quicker."


def test_undoing_leaves_what_was_changed_since(office: Office) -> None:
    key, boss = office.published(), administrator(office.session)
    file = office.edited(boss, summaries("From the file."))  # type: ignore[arg-type]
    batch = office.decide(boss, office.send(boss, file), BatchState.APPLYING)
    later = office.send(boss, office.edited(boss, summaries("Later.")))  # type: ignore[arg-type]
    office.decide(boss, later, BatchState.APPLYING)

    batch = office.decide(boss, batch, BatchState.UNDOING)
    assert summary(office, key) == "Later."
    assert "changed since" in office.rows(batch)[key].why[0][1]


def with_two_new(office: Office, boss: Actor) -> Batch:
    def edit(rows: list[dict[str, str]]) -> None:
        for name in ("Bounce and rhyme", "Jump and sing"):
            rows.append({**rows[0], "key": "", "version": "", "name": name, "telephone": "01632 960222"})

    return office.decide(boss, office.send(boss, office.edited(boss, edit)), BatchState.APPLYING)


def test_new_listings_are_ended_together_when_their_file_is_undone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hubfinder.exchange import undoing

    office.published()
    boss, asked = administrator(office.session), []
    retire_all = actions.retire_all

    def ending(session: Session, actor: Actor, listings: Sequence[Listing], reason: str) -> None:
        asked.append(len(listings))
        retire_all(session, actor, listings, reason)

    monkeypatch.setattr(undoing, "retire_all", ending)
    batch = office.decide(boss, with_two_new(office, boss), BatchState.UNDOING)
    assert asked == [2]
    ended = office.session.scalars(select(Listing.key).where(Listing.state == ListingState.RETIRED)).all()
    assert len(ended) == 2
    shown = office.session.scalars(select(SearchDocument.key).where(SearchDocument.kind == "service")).all()
    assert not {*ended} & {*shown}
    told = select(AuditEntry.subject_key).where(AuditEntry.verb == "listing.retired")
    assert sorted(office.session.scalars(told)) == sorted(ended)
    assert all(row.why == [] for row in office.rows(batch).values())


def test_one_new_listing_that_cannot_be_ended_keeps_none_of_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hubfinder.exchange import undoing

    office.published()
    boss = administrator(office.session)
    batch = with_two_new(office, boss)
    stuck = max(row.key for row in office.rows(batch).values() if row.outcome is RowOutcome.NEW)
    retire_all = actions.retire_all

    def refusing(session: Session, actor: Actor, listings: Sequence[Listing], reason: str) -> None:
        retire_all(session, actor, listings, reason)
        if any(one.key == stuck for one in listings):
            raise actions.NotAllowed

    monkeypatch.setattr(undoing, "retire_all", refusing)
    batch = office.decide(boss, batch, BatchState.UNDOING)
    assert listing(office, stuck).state is ListingState.PUBLISHED
    ended = office.session.scalars(select(Listing.key).where(Listing.state == ListingState.RETIRED)).all()
    assert len(ended) == 1
    assert {key for key, row in office.rows(batch).items() if row.why} == {stuck}


def test_the_rows_of_a_provider_wait_for_approval(office: Office) -> None:
    keys = office.published(), office.published("theirs", organization="others")
    writer = provider(office.session)

    def edit(rows: list[dict[str, str]]) -> None:
        assert [row["key"] for row in rows] == [keys[0]]
        rows[0]["summary"] = "A provider wrote this."
        rows.append({**rows[0], "key": keys[1], "version": "1"})
        rows.append({**rows[0], "key": "", "version": "", "name": "Brand new"})
        rows.append({**rows[0], "key": "", "version": "", "name": "Not ours", "organization": "others"})

    before = summary(office, keys[0])
    file = office.edited(writer, edit)
    batch = office.send(writer, file)
    assert batch.counts == {"changed": 1, "new": 1, "refused": 2}
    batch = office.decide(writer, batch, BatchState.APPLYING)
    assert summary(office, keys[0]) == before
    waiting = select(ListingUpdate).where(ListingUpdate.state == UpdateState.SUBMITTED)
    assert len(office.session.scalars(waiting).all()) == 2
    assert office.send(writer, file).counts == {"unchanged": 2, "refused": 2}

    office.decide(writer, batch, BatchState.UNDOING)
    assert office.session.scalars(waiting).all() == []


def test_a_colleague_who_may_approve_has_the_file_applied(office: Office) -> None:
    council(office.session).may_approve_own = frozenset()
    key, writer = office.published(), administrator(office.session)
    boss = administrator(office.session)
    batch = office.send(writer, office.edited(writer, summaries("Seen by two.")))  # type: ignore[arg-type]
    office.decide(boss, batch, BatchState.APPLYING)
    assert summary(office, key) == "Seen by two."
    last = office.session.scalars(select(ListingVersion).order_by(ListingVersion.id.desc())).first()
    assert last is not None
    assert (last.made_by, last.approved_by) == (writer.name, boss.name)


def test_work_that_was_broken_off_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from hubfinder.exchange import applying, undoing, working

    keys = [office.published(f"play-{number}") for number in range(5)]
    boss = administrator(office.session)
    batch = office.send(boss, office.edited(boss, summaries("All of us.")))  # type: ignore[arg-type]
    monkeypatch.setattr(applying, "CHUNK", 2)
    monkeypatch.setattr(undoing, "CHUNK", 2)

    def breaks(done: int, _all: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    for state, after, said in (
        (BatchState.APPLYING, BatchState.APPLIED, "All of us."),
        (BatchState.UNDOING, BatchState.UNDONE, "Play with your baby."),
    ):
        office.session.commit()
        begin_writing(office.session)
        batch = office.session.merge(batch)
        assert working.decide(office.session, boss, batch, state)
        office.session.commit()
        with pytest.raises(KeyboardInterrupt):
            working.work(office.session, office.settings, batch.id, breaks)
        office.session.rollback()
        assert working.broken_off(office.session, office.settings) == [batch.id]
        batch = office.work(batch)
        assert batch.state is after
        assert {summary(office, key) for key in keys} == {said}
    assert all(row.why == [] for row in office.session.scalars(select(BatchRow)))


def test_a_file_is_deleted_once_it_is_read_and_is_ours_alone_until_then(office: Office) -> None:
    from hubfinder.exchange.jobs import folder_of, keep_file

    office.published()
    boss = administrator(office.session)
    file = office.out(boss)
    with file.open("rb") as stream:
        kept, _ = keep_file(office.settings, stream)
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    batch = office.send(boss, file)
    assert not folder_of(office.settings, batch.id).exists()


@pytest.mark.parametrize("day", ["2027-10-01", "November 2026", "3/11/99", "99/99/2026", "today"])
def test_a_day_of_checking_that_was_written_into_a_file_is_told(office: Office, day: str) -> None:
    keys, boss = (office.published("one"), office.published("two")), administrator(office.session)

    def edit(rows: list[dict[str, str]]) -> None:
        rows[0]["assured_date"] = day

    batch = office.send(boss, office.edited(boss, edit))
    assert batch.counts == {"unchanged": 2}
    [(column, why)] = office.rows(batch)[keys[0]].why
    assert column == "assured_date"
    assert "not taken from a file" in why
    assert office.rows(batch)[keys[1]].why == []
    assert batch.notes == [f"In 1 row the column “assured_date” {NOT_READ}."]


@pytest.mark.parametrize("day", ["", "2026-03-31", "31/03/2026", "31/03/26", "2026-03-31 00:00:00"])
def test_a_day_of_checking_that_a_program_wrote_otherwise_is_not_told(office: Office, day: str) -> None:
    key, boss = office.published(), administrator(office.session)
    listing(office, key).assured_date = date(2026, 3, 31)
    office.session.commit()

    def edit(rows: list[dict[str, str]]) -> None:
        assert rows[0]["assured_date"] == "2026-03-31"
        rows[0]["assured_date"] = day

    batch = office.send(boss, office.edited(boss, edit))
    assert (batch.notes, office.rows(batch)[key].why) == ([], [])
