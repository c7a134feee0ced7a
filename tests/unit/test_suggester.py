"""What is suggested is what is listed now, whatever the files of names still hold."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hubfinder.directory.models import Service
from hubfinder.search import documents
from hubfinder.search.documents import latest_revision
from hubfinder.search.sensitive import SENSITIVE
from hubfinder.search.suggester import KINDS, MOST_CHANGES, Files, Suggester, names_since
from hubfinder.search.suggesting import Hit, Suggestions
from hubfinder.settings import PROJECT
from hubfinder.vocab import CatalogueStatus, ServiceStatus
from tests.support import factories as made

WORDS = PROJECT / "seeds" / SENSITIVE


class Shelf:
    """A folder of files that are written when a test says so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.newest: Files | None = None

    def write(self, session: Session) -> None:
        revision = latest_revision(session)
        Suggestions.write(self.folder / str(revision), names_since(session, -1, WORDS), KINDS)
        self.newest = Files(self.folder / str(revision), revision)

    def find(self) -> Files | None:
        return self.newest


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def lines(suggester: Suggester, session: Session, text: str) -> list[list[str]]:
    return [[one.key for one in line.listed] for line in suggester.find(session, text, 5)]


def listed(session: Session, *services: Service) -> None:
    documents.refresh_documents(session, services=[service.id for service in services])
    session.commit()


@pytest.mark.parametrize("with_files", [True, False])
def test_what_changed_since_the_files_is_suggested_at_once(
    session: Session, shelf: Shelf, with_files: bool
) -> None:
    old = made.service(session, "Sleep clinic", key="sleep-clinic")
    listed(session, old)
    suggester = Suggester(WORDS, shelf.find)
    if with_files:
        shelf.write(session)
    assert lines(suggester, session, "sle") == [["sleep-clinic"]]
    new = made.service(session, "Sleepy songs", key="sleepy-songs")
    old.name = "Nap clinic"
    listed(session, new, old)
    assert lines(suggester, session, "sle") == [["sleepy-songs"]]
    assert lines(suggester, session, "nap") == [["sleep-clinic"]]
    assert lines(suggester, session, "clinic") == [["sleep-clinic"]]


@pytest.mark.parametrize("with_files", [True, False])
def test_what_is_gone_is_not_suggested_a_moment_later(
    session: Session, shelf: Shelf, with_files: bool
) -> None:
    hub = made.location(session, name="Sleepy Hub", key="sleepy-hub", is_family_hub=True)
    service = made.service(session, "Sleep clinic", key="sleep-clinic")
    documents.refresh_documents(session, services=[service.id], locations=[hub.id])
    session.commit()
    if with_files:
        shelf.write(session)
    suggester = Suggester(WORDS, shelf.find)
    assert lines(suggester, session, "sleep") == [["sleepy-hub"], ["sleep-clinic"]]
    hub.is_confidential = True
    service.status = ServiceStatus.INACTIVE
    documents.refresh_documents(session, services=[service.id], locations=[hub.id])
    session.commit()
    assert lines(suggester, session, "sleep") == []


def test_national_help_is_found_by_old_and_new_name_and_says_that_it_ended(session: Session) -> None:
    made.entry(session, "Tax Credit", current_name="Working Tax Credit", status=CatalogueStatus.CLOSED)
    made.entry(session, "Tax-Free Childcare")
    documents.refresh_entries(session)
    session.commit()
    suggester = Suggester(WORDS)
    first, second = suggester.find(session, "tax", 5)
    assert [line.listed[0].ended for line in (first, second)] == [False, True]
    assert lines(suggester, session, "working tax") == [["tax-credit"]]
    other = Hit("entry", "family money", ("catalogue:tax-free-childcare", "catalogue:nothing"))
    assert [line.listed[0].key for line in suggester.find(session, "xy", 5, [other])] == [
        "tax-free-childcare"
    ]


def test_several_of_one_name_are_one_line_wherever_they_are_from(session: Session, shelf: Shelf) -> None:
    listed(session, *(made.service(session, "Story time", key=f"story-{number}") for number in range(3)))
    shelf.write(session)
    suggester = Suggester(WORDS, shelf.find)
    assert lines(suggester, session, "story") == [["story-0", "story-1", "story-2"]]
    listed(session, made.service(session, "Story time", key="story-new"))
    assert lines(suggester, session, "story") == [["story-new"]]  # the line leads to all of that name


def test_nothing_sensitive_is_suggested_and_nothing_to_somebody_who_types_it(session: Session) -> None:
    listed(
        session,
        made.service(session, "Harbour women", summary="For women who fled violence."),
        made.service(session, "Harbour songs", key="songs"),
    )
    suggester = Suggester(WORDS)
    assert lines(suggester, session, "harbour") == [["songs"]]
    assert lines(suggester, session, "harbour abuse") == []


def test_a_listing_that_becomes_sensitive_is_not_suggested(session: Session, shelf: Shelf) -> None:
    service = made.service(session, "Harbour women", key="women")
    listed(session, service)
    shelf.write(session)
    suggester = Suggester(WORDS, shelf.find)
    assert lines(suggester, session, "harb") == [["women"]]
    service.summary = "For women who fled violence."
    listed(session, service)
    assert lines(suggester, session, "harb") == []


def test_newer_files_take_the_place_of_older_ones(session: Session, shelf: Shelf) -> None:
    listed(session, made.service(session, "Sleep clinic", key="sleep-clinic"))
    shelf.write(session)
    suggester = Suggester(WORDS, shelf.find)
    assert lines(suggester, session, "sle") == [["sleep-clinic"]]
    listed(session, made.service(session, "Sleepy songs", key="sleepy-songs"))
    shelf.write(session)
    assert lines(suggester, session, "sle") == [["sleep-clinic"], ["sleepy-songs"]]


def test_files_that_cannot_be_read_are_done_without(session: Session, shelf: Shelf) -> None:
    listed(session, made.service(session, "Sleep clinic", key="sleep-clinic"))
    shelf.write(session)
    assert shelf.newest is not None
    (shelf.newest.folder / "words.npy").unlink()
    suggester = Suggester(WORDS, shelf.find)
    assert lines(suggester, session, "sle") == [["sleep-clinic"]]
    assert lines(suggester, session, "sle") == [["sleep-clinic"]]


def test_without_files_many_changes_are_taken_into_the_whole(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubfinder.search.suggester.MOST_CHANGES", 2)
    assert MOST_CHANGES > 2
    suggester = Suggester(WORDS)
    for number in range(5):
        listed(session, made.service(session, f"Sleep {number}", key=f"sleep-{number}"))
        assert len(lines(suggester, session, "sleep")) == number + 1
