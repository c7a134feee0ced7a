"""The one way to a sheet: all forms of an order show the same lines and code; no file is trusted blindly."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from typst import TypstError

from hubfinder.clock import today
from hubfinder.extensions import db
from hubfinder.sheets import making, typeset
from hubfinder.sheets.budget import Bucket, Budget, TooMuch, spending
from hubfinder.sheets.kept_files import ABANDONED, FORGOTTEN, KeptFiles
from hubfinder.sheets.making import Maker, Recent
from hubfinder.sheets.orders import Length, Paper, ScopeKind, ScopeName, SheetOrder
from hubfinder.sheets.scopes import ScopeUnknown
from hubfinder.sheets.typeset import Overflow
from hubfinder.sheets.values import Sheet
from hubfinder.slots import Busy, Slots
from tests.support.pages import application

SCHOOL = SheetOrder(ScopeName(ScopeKind.SCHOOL, "990001"))
LIST = SheetOrder(
    ScopeName(ScopeKind.LIST, items=(("service", "sleep-clinic"), ("hub", "quayside-family-hub")))
)
POOR = Bucket(0.0, 0.001)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(tmp_path_factory.mktemp("instance")) as app, app.app_context():
        yield app
        db.session.close()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    assert app.testing
    yield db.session
    db.session.rollback()


@pytest.fixture
def maker(app: Flask, tmp_path: Path) -> Maker:
    """As a worker process makes it that has made nothing yet."""
    ours: Maker = app.extensions["sheets"]
    return Maker(ours.finder, ours.places, ours.settings.model_copy(update={"data_dir": tmp_path}))


def again(maker: Maker) -> Maker:
    """As another worker of the same instance."""
    return Maker(maker.finder, maker.places, maker.settings)


def keys(sheet: Sheet) -> list[str]:
    return [line.key for line in sheet.lines]


class Press:
    """Typesets as the true one does, but for lines too many; counts how often."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, room: int = 1000) -> None:
        self.room, self.runs = room, 0
        self._truly = typeset.pdf
        monkeypatch.setattr(typeset, "pdf", self)

    def __call__(self, sheet: Sheet) -> bytes:
        self.runs += 1
        if len(sheet.lines) > self.room:
            raise Overflow
        return self._truly(sheet)


def test_a_sheet_is_made_with_everything_on_it(maker: Maker, session: Session) -> None:
    made = maker.sheet(session, SCHOOL)
    assert "St Anne" in made.title.words
    assert made.hub
    assert made.hub.key == "quayside-family-hub"
    assert "sleep-clinic" in keys(made)
    assert [line.number for line in made.lines if line.number] == list(range(1, len(keys(made))))
    assert made.map
    assert made.map.svg.startswith("<svg")
    assert len(made.version.code) == 8
    assert maker.pdf(made).startswith(b"%PDF-")
    assert [picture[:4] for picture in maker.pictures(made)] == [b"<svg"]


def test_who_is_not_there_is_said_to_be_unknown(maker: Maker, session: Session) -> None:
    with pytest.raises(ScopeUnknown):
        maker.sheet(session, replace(SCHOOL, scope=ScopeName(ScopeKind.SCHOOL, "999999")))


def test_the_same_order_gives_the_same_sheet_whoever_makes_it(maker: Maker, session: Session) -> None:
    one, other = maker.sheet(session, SCHOOL), again(maker).sheet(session, SCHOOL)
    assert one == other
    assert maker.pdf(one) == again(maker).pdf(other)


def test_the_code_is_the_same_tomorrow_and_another_in_another_language(
    maker: Maker, session: Session
) -> None:
    monday = today() + timedelta(days=7 - today().weekday())
    codes = {maker.sheet(session, SCHOOL, monday + timedelta(days=days)).version.code for days in range(3)}
    assert len(codes) == 1
    assert maker.sheet(session, replace(SCHOOL, language="pl"), monday).version.code not in codes


@pytest.mark.parametrize("megabytes", [200, 0])
def test_what_takes_more_room_than_reckoned_is_cut_before_anybody_sees_it(
    maker: Maker, session: Session, monkeypatch: pytest.MonkeyPatch, megabytes: int
) -> None:
    maker = Maker(
        maker.finder,
        maker.places,
        maker.settings.model_copy(update={"sheet_cache_megabytes": megabytes}),
    )
    reckoned = maker.sheet(session, SCHOOL)
    press = Press(monkeypatch, room=len(reckoned.lines) - 3)
    maker.release = "another"  # as if the template had changed
    maker._made = Recent(1)
    made = maker.sheet(session, SCHOOL)
    assert len(made.lines) == press.room
    assert made.more.count >= 3
    assert made.version.code != reckoned.version.code
    assert maker.pdf(made)
    assert press.runs == 4
    other = again(maker)
    other.release = "another"
    assert other.sheet(session, SCHOOL) == made
    assert press.runs == (4 if megabytes else 8)


def test_what_does_not_even_fit_without_a_line_says_so(
    maker: Maker, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = Press(monkeypatch, room=-1)
    with pytest.raises(Overflow):
        maker.sheet(session, SCHOOL)
    assert press.runs < 40


@pytest.mark.parametrize(
    "order",
    [
        replace(SCHOOL, paper=Paper.A5),
        replace(SCHOOL, paper=Paper.A3, length=Length.TWO),
        replace(SCHOOL, length=Length.BOOKLET),
        replace(SCHOOL, large=True, easy=True),
    ],
)
def test_every_paper_fits_at_the_first_try(
    maker: Maker, session: Session, order: SheetOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = Press(monkeypatch)
    maker.pdf(maker.sheet(session, order))
    assert press.runs == 1


def test_what_was_made_is_not_made_again(
    maker: Maker, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = Press(monkeypatch)
    for one in (maker, maker, again(maker)):
        assert one.pdf(one.sheet(session, SCHOOL))
    assert press.runs == 1


def test_a_kept_file_that_is_damaged_is_made_again(maker: Maker, session: Session) -> None:
    made = maker.sheet(session, SCHOOL)
    whole = maker.pdf(made)
    for file in (maker.settings.sheets_dir / "kept").glob("*/*"):
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
    other = again(maker)
    assert other.pdf(other.sheet(session, SCHOOL)) == whole


def test_of_the_sheet_of_a_list_nothing_is_kept(maker: Maker, session: Session) -> None:
    made = maker.sheet(session, LIST)
    assert maker.pdf(made)
    assert maker.pictures(made)
    maker.record(session, made)
    kept = [file for file in maker.settings.sheets_dir.rglob("*") if file.is_file()]
    assert [file for file in kept if file.parent.name != "slots"] == []


def test_who_may_not_spend_gets_no_sheet_but_the_plain_page(
    maker: Maker, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    press = Press(monkeypatch)
    budget = Budget(tmp_path, "key", client=Bucket(500, 0.001))
    budget.settle("192.0.2.1", 500)
    with pytest.raises(TooMuch), spending(budget, "192.0.2.1"):
        maker.sheet(session, SCHOOL)
    with spending(budget, "192.0.2.1", may_refuse=False):
        plain = maker.sheet(session, SCHOOL)
    assert press.runs == 0
    assert plain == maker.sheet(session, SCHOOL)  # what was reckoned was right
    with spending(budget, "192.0.2.1"):
        assert maker.pdf(plain)  # it is ready: that costs nothing
    assert press.runs == 1


def test_when_all_places_are_taken_the_plain_page_is_still_made(
    maker: Maker, session: Session, tmp_path: Path
) -> None:
    maker.slots = Slots(maker.settings.sheets_dir, 1, patience=0.01)
    with Slots(maker.settings.sheets_dir, 1).place():
        with pytest.raises(Busy):
            maker.sheet(session, SCHOOL)
        with spending(Budget(tmp_path, "key"), "192.0.2.1", may_refuse=False):
            assert maker.sheet(session, SCHOOL).lines


def test_what_cannot_be_typeset_can_be_read(
    maker: Maker, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(_sheet: Sheet) -> NoReturn:
        raise TypstError("no glyph", "no glyph")

    monkeypatch.setattr(typeset, "pdf", fail)
    with spending(Budget(tmp_path, "key"), "192.0.2.1", may_refuse=False):
        assert maker.sheet(session, SCHOOL).lines
    with pytest.raises(TypstError):
        maker.sheet(session, SCHOOL)


def test_a_change_of_the_release_is_seen() -> None:
    assert making.release() == making.release()
    assert len(making.release()) == 64


def test_what_was_not_asked_for_longest_goes_first(tmp_path: Path) -> None:
    files = KeptFiles(tmp_path, 1)
    for number in range(8):
        files.write(f"{number}0", bytes(100_000))
        asked = time.time() - 1000 + number
        os.utime(tmp_path / "kept" / f"{number}0" / f"{number}0", (asked, asked))
    assert files.read("00") is not None  # it is the newest now
    for number in range(3):
        files.write(f"new{number}", bytes(100_000))
    files.tidy()
    assert files.read("00") is not None
    assert files.read("10") is None
    assert files.read("new2") is not None
    total = sum(file.stat().st_size for file in (tmp_path / "kept").rglob("*") if file.is_file())
    assert total <= 1_000_000


def test_a_file_that_nobody_finished_goes(tmp_path: Path) -> None:
    files = KeptFiles(tmp_path, 1)
    files.write("aaa", b"whole")
    begun = tmp_path / "kept" / "aa" / "tmp.new"
    begun.write_bytes(b"half")
    files.tidy()
    assert begun.exists()  # somebody may be writing it just now
    os.utime(begun, (time.time() - ABANDONED - 1,) * 2)
    files.tidy()
    assert not begun.exists()
    assert files.read("aaa") == b"whole"


def test_yesterdays_files_go(tmp_path: Path) -> None:
    files = KeptFiles(tmp_path, 1)
    for name in ("aaa", "bbb"):
        files.write(name, b"data")
    os.utime(tmp_path / "kept" / "aa" / "aaa", (time.time() - FORGOTTEN - 1,) * 2)
    files.tidy()
    assert files.read("aaa") is None
    assert files.read("bbb") == b"data"


def test_without_room_nothing_is_kept_and_nothing_breaks(tmp_path: Path) -> None:
    none = KeptFiles(tmp_path, 0)
    none.write("aaa", b"data")
    assert none.read("aaa") is None
    (tmp_path / "a file").write_text("")
    broken = KeptFiles(tmp_path / "a file", 1)
    broken.write("aaa", b"data")
    assert broken.read("aaa") is None


def write_and_read(folder: Path, seed: int, problems: "multiprocessing.Queue[str]") -> None:
    """What a worker does: write files of few names, and find each whole or not at all."""
    files = KeptFiles(folder, 1)
    for number in range(150):
        name = f"{(number + seed) % 7:x}{number % 5:x}"
        files.write(name, name.encode() * 20_000)
        found = files.read(name)
        if found is not None and found != name.encode() * 20_000:
            problems.put(name)
    problems.put("")


def test_many_processes_write_and_read_the_same_files(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    problems: multiprocessing.Queue[str] = context.Queue()
    workers = [context.Process(target=write_and_read, args=(tmp_path, seed, problems)) for seed in range(3)]
    for worker in workers:
        worker.start()
    said = [problems.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join()
    assert said == ["", "", ""]
    assert problems.empty()


def test_a_process_killed_while_it_writes_leaves_nothing_half(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    problems: multiprocessing.Queue[str] = context.Queue()
    for there in (1, 4, 9):  # it is killed as soon as so many files are there, in the midst of the next
        worker = context.Process(target=write_and_read, args=(tmp_path, 0, problems))
        worker.start()
        while len(kept_in(tmp_path)) < there and worker.is_alive():
            pass
        worker.kill()
        worker.join()
    files = KeptFiles(tmp_path, 1)
    assert len(kept_in(tmp_path)) >= 9
    for file in kept_in(tmp_path):
        assert files.read(file.name) == file.name.encode() * 20_000


def kept_in(folder: Path) -> list[Path]:
    return list((folder / "kept").glob("*/??"))
