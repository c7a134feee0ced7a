"""The one way to a sheet, for pages, commands and workers: choose, put into words, cut to the paper, date.

A sheet is typeset before it is given out, if its content never was: so that page, text and PDF of one order
always show the same lines under the same code, also when the typesetting takes more room than was reckoned.
"""

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy.orm import Session
from typst import TypstError

from hubfinder.clock import today
from hubfinder.places.finding import Places
from hubfinder.places.revision import current_revision
from hubfinder.search.documents import latest_revision
from hubfinder.search.finder import Finder
from hubfinder.settings import Settings
from hubfinder.sheets import typeset
from hubfinder.sheets.actions import record
from hubfinder.sheets.budget import SHEET, may_go_without, pay
from hubfinder.sheets.choosing import choose, choose_among
from hubfinder.sheets.composing import compose
from hubfinder.sheets.fitting import fit, with_one_less
from hubfinder.sheets.kept_files import KeptFiles
from hubfinder.sheets.maps import Ground, ground_of, with_map, with_sources
from hubfinder.sheets.orders import Length, ScopeKind, ScopeName, SheetOrder
from hubfinder.sheets.scopes import Scope, find_scope
from hubfinder.sheets.suitable import Suitable
from hubfinder.sheets.typeset import Overflow
from hubfinder.sheets.values import Line, Sheet
from hubfinder.sheets.versions import with_room_for_version, with_version
from hubfinder.slots import Busy, Slots

REMEMBERED = 32
"""Sheets a process remembers: one sheet is asked for as a preview, as a file, and by the next colleague."""
SECONDS = 30.0
"""For how long; a change of a listing or of an area is seen at once, other words within this time."""
IN_HAND = 4
"""Files a process holds between making and handing out."""
BOOKLET = 3 * SHEET
BETWEEN = b"\0"
"""Between the pictures of the pages, in the file that keeps them."""
FITS = "fits"
log = logging.getLogger(__name__)
V = TypeVar("V")


class Recent(Generic[V]):
    """The newest few of something, for all threads of a process, for so many seconds."""

    def __init__(self, most: int, seconds: float = SECONDS) -> None:
        self.most = most
        self.seconds = seconds
        self._known: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            since, value = self._known.get(key, (0.0, None))
        return value if time.monotonic() < since + self.seconds else None

    def put(self, key: Hashable, value: V) -> None:
        with self._lock:
            self._known[key] = time.monotonic(), value
            self._known.move_to_end(key)
            while len(self._known) > self.most:
                self._known.popitem(last=False)


class Around(NamedTuple):
    """Whom sheets are for, and the ground of their map: the same for every language and paper."""

    scope: Scope
    ground: Ground


class Made(NamedTuple):
    """What was made of an order."""

    sheet: Sheet
    whole: Sheet
    """Everything there is for that order, as if the paper had no end. Its code only takes the room of one."""


class Maker:
    """Makes sheets of one instance."""

    def __init__(self, finder: Finder, places: Places, settings: Settings) -> None:
        self.finder = finder
        self.places = places
        self.settings = settings
        self.slots = Slots(settings.sheets_dir)
        self.files = KeptFiles(settings.sheets_dir, settings.sheet_cache_megabytes)
        self.release = release()
        self._made: Recent[Made] = Recent(REMEMBERED)
        self._around: Recent[Around] = Recent(REMEMBERED)
        self._in_hand: Recent[bytes] = Recent(IN_HAND)

    def sheet(self, session: Session, order: SheetOrder, day: date | None = None) -> Sheet:
        """The sheet of an order as of a day (today): everything that stands on any form of it.

        Raises:
            ScopeUnknown: there is nothing of that name to make a sheet for.
            TooMuch, Busy: only within ``spending``: it would cost too much now, or there is no place.
        """
        return self.made(session, order, day).sheet

    def made(self, session: Session, order: SheetOrder, day: date | None = None) -> Made:
        """The sheet, and all there is for its order; raises as ``sheet``."""
        day = day or today()
        state = latest_revision(session), current_revision(session)
        known = self._made.get((order, day, state))
        if known:
            return known
        may_typeset = pay(_cost(order))
        around = self._found(session, order.scope, state)
        choice = choose(session, self.finder, around.scope, order, day, self.settings.stale_after_days)
        whole = compose(session, choice, around.scope, order, self.settings, day)
        whole = with_room_for_version(with_sources(whole, around.ground), self.settings)
        sheet, is_settled = self._settled(session, around.ground, whole, may_typeset=may_typeset)
        made = Made(sheet, whole)
        if is_settled and order.scope.kind is not ScopeKind.LIST:
            self._made.put((order, day, state), made)
        return made

    def listed(self, session: Session, made: Sheet, some: Collection[tuple[str, str]]) -> tuple[Line, ...]:
        """Lines of listings (kind and key) for an order, chosen or not; without those that are not for it."""
        order, day = made.order, made.made_on
        state = latest_revision(session), current_revision(session)
        scope = self._found(session, order.scope, state).scope
        suitable = Suitable(order, day, self.settings.stale_after_days)
        choice = choose_among(session, self.finder, scope, suitable, some)
        return compose(session, choice, scope, order, self.settings, day).lines

    def _found(self, session: Session, name: ScopeName, state: tuple[int, int]) -> Around:
        known = self._around.get((name, state))
        if known:
            return known
        scope = find_scope(session, self.places, name)
        around = Around(scope, ground_of(session, scope))
        if name.kind is not ScopeKind.LIST:
            self._around.put((name, state), around)
        return around

    def pdf(self, sheet: Sheet) -> bytes:
        """The sheet as a PDF.

        Raises:
            Overflow: only of sheets that ``sheet`` did not make: they have more pages than they may.
        """
        return self.form(sheet, "pdf", typeset.pdf)

    def pictures(self, sheet: Sheet) -> list[bytes]:
        """The same as pictures (SVG), one for each page."""
        return self.form(sheet, "svg", lambda one: BETWEEN.join(typeset.pictures(one))).split(BETWEEN)

    def form(self, sheet: Sheet, name: str, make: Callable[[Sheet], bytes]) -> bytes:
        """A form of a sheet as a file: one that was made before if there is one.

        ``name`` says which form. Of the sheet of a list no file is kept.
        """
        key = self._key(sheet, name)
        is_kept = sheet.order.scope.kind is not ScopeKind.LIST
        data = self._in_hand.get(key) or (self.files.read(key) if is_kept else None)
        if data is None:
            pay(_cost(sheet.order))
            with self.slots.place():
                data = make(sheet)
            if is_kept:
                self.files.write(key, data)
        self._in_hand.put(key, data)
        return data

    def record(self, session: Session, sheet: Sheet) -> None:
        """Note that a form for paper was given out, so that its code can be asked for later."""
        record(session, sheet, self.settings)

    def _settled(
        self, session: Session, ground: Ground, whole: Sheet, *, may_typeset: bool
    ) -> tuple[Sheet, bool]:
        """The sheet with as many lines as truly fit, and whether that was tried.

        A plain page can do without trying: where nobody may typeset now, it shows what was reckoned.
        """
        first = self._fitted(session, ground, whole, 0)
        note = self._key(first, FITS)
        known = self.files.read(note)
        if known is not None:
            fewer = int(known)
            return (self._fitted(session, ground, whole, fewer) if fewer else first), True
        if not may_typeset:
            return first, False
        try:
            sheet, fewer = self._tried(session, ground, whole, first)
        except (Busy, TypstError) as error:
            if may_go_without():
                log.warning("A sheet was not typeset: %s", error)
                return first, False
            raise
        if whole.order.scope.kind is not ScopeKind.LIST:
            self.files.write(note, str(fewer).encode())
        return sheet, True

    def _tried(self, session: Session, ground: Ground, whole: Sheet, sheet: Sheet) -> tuple[Sheet, int]:
        """Typeset with one line less until it fits; how many less they were.

        Raises:
            Overflow: it does not even fit without a line.
        """
        for fewer in range(len(sheet.lines)):
            with suppress(Overflow):
                self.pdf(sheet)
                return sheet, fewer
            sheet = self._fitted(session, ground, whole, fewer + 1)
        self.pdf(sheet)
        return sheet, len(whole.lines)

    def _fitted(self, session: Session, ground: Ground, whole: Sheet, fewer: int) -> Sheet:
        """Cut to the paper, with so many lines less than were reckoned to fit; with its map and its code."""
        fitted = fit(whole)
        for _ in range(fewer):
            fitted = with_one_less(fitted)
        return with_version(session, replace(fitted, sheet=with_map(fitted.sheet, ground)), self.settings)

    def _key(self, sheet: Sheet, form: str) -> str:
        """What a file is made of: everything on the sheet, dates too, and how this release makes it."""
        return hashlib.sha256(f"{form}\n{self.release}\n{sheet!r}".encode()).hexdigest()


def release() -> str:
    """Changes with every file that has a part in how sheets look."""
    room = Path(__file__).parent
    files = sorted(file for kind in ("*.py", "*.typ", "*.svg", "*.ttf") for file in room.rglob(kind))
    sums = (
        (file.name, file.stat().st_size if file.suffix == ".ttf" else file.read_bytes()) for file in files
    )
    return hashlib.sha256(repr([*sums, version("typst")]).encode()).hexdigest()


def _cost(order: SheetOrder) -> float:
    return BOOKLET if order.length is Length.BOOKLET else SHEET
