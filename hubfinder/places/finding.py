"""Where a place is and what it is in, the quick way: from the book while it is right, else the database."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.places.book import Book, BookUnusable, open_book, read_state
from hubfinder.places.here import refuse_elsewhere, refuse_outside
from hubfinder.places.lookups import place_at, place_of_postcode, require_here
from hubfinder.places.models import Footprint, Layer
from hubfinder.places.queries import find_place
from hubfinder.places.revision import current_revision
from hubfinder.places.texts import Head, Piece, answer_text, footprint_text, layer_text
from hubfinder.places.tree import Tree
from hubfinder.places.values import Place, Point, Postcode

PATIENCE = 1.0
"""Seconds for which a book that was right is taken to be right still."""
MOST_MIXTURES = 1_000
Asking = Callable[[], Session]
"""Where to get a session from, if one is needed at all."""
log = logging.getLogger(__name__)


class Open:
    """An open book with its tree, and what was put together from it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.tree = Tree(book)
        self._mixtures: dict[frozenset[int], bytes] = {}

    def place(self, label: str, point: Point, pieces: Sequence[tuple[int, float]]) -> Place:
        """A place out of its footprints."""
        members = tuple(self.book.membership(place, share) for place, share in pieces)
        return Place(label, point, members)

    def answer(self, head: Head, pieces: Sequence[tuple[int, float]]) -> bytes:
        """A place as JSON, out of its footprints."""
        texts = self.book.texts
        layers = frozenset([self.book.layers[place] for place, _ in pieces])
        return answer_text(head, [(texts[place], share) for place, share in pieces], self._layers(layers))

    def _layers(self, numbers: frozenset[int]) -> bytes:
        """What these layers say of themselves: few mixtures of them are ever asked for."""
        found = self._mixtures.get(numbers)
        if found is None:
            if len(self._mixtures) >= MOST_MIXTURES:
                self._mixtures.clear()
            found = b",".join(self.book.layer_texts[number] for number in sorted(numbers))
            self._mixtures[numbers] = found
        return found


class Places:
    """Finds places with the book of one folder. Answers are those of the database, or of up to a second ago.

    Each answer is of one revision: never half of one and half of the next.
    """

    def __init__(self, folder: Path, patience: float = PATIENCE) -> None:
        self.folder = folder
        self.patience = patience
        self._open: Open | None = None
        self._until = 0.0
        self._unusable: tuple[object, int] | None = None
        self._lock = threading.Lock()

    def warm_up(self, session: Session) -> None:
        """Open the book now rather than at the first question."""
        self._current(lambda: session)

    def look_again(self) -> None:
        """Ask the database at the next question whether the book is still right."""
        self._until = 0.0

    def find(self, session: Session, text: str) -> Place:
        """The place somebody typed; see ``queries.find_place``."""
        return find_place(session, text, self)

    def of_postcode(self, session: Session, postcode: Postcode) -> Place:
        """Where a postcode is and what it is in; raises as ``place_of_postcode``."""
        opened = self._current(lambda: session)
        if opened is None:
            return place_of_postcode(session, postcode)
        head, number = _head(opened.book, postcode)
        place = opened.place(str(postcode), Point(head.lat, head.lon), opened.book.sets[number])
        return replace(place, postcode=postcode, terminated=head.terminated)

    def at(self, session: Session, point: Point, label: str = "") -> Place:
        """What a point is in."""
        opened = self._current(lambda: session)
        if opened is None:
            return place_at(session, point, label)
        return opened.place(label, point, opened.tree.pieces_at(point))

    def answer(self, ask: Asking, postcode: Postcode) -> bytes:
        """A postcode as JSON; raises as ``place_of_postcode``."""
        opened = self._current(ask)
        if opened is None:
            session = ask()
            return _answer(session, place_of_postcode(session, postcode))
        head, number = _head(opened.book, postcode)
        return opened.answer(head, opened.book.sets[number])

    def ready_answer(self, postcode: Postcode) -> bytes | None:
        """As ``answer``, if the book is known to be right without asking; else none."""
        opened = self._open if time.monotonic() < self._until else None
        if opened is None:
            return None
        head, number = _head(opened.book, postcode)
        return opened.answer(head, opened.book.sets[number])

    def answer_at(self, ask: Asking, point: Point) -> bytes:
        """A point as JSON.

        Raises:
            PostcodeElsewhere: it is in no footprint here, and in another nation.
            PointUnknown: it is in none, and near no place known here.
        """
        opened = self._current(ask)
        if opened is None:
            session = ask()
            place = place_at(session, point, "")
            refuse_outside(session, place)
            return _answer(session, place)
        pieces = opened.tree.pieces_at(point)
        if len(pieces) == len(opened.book.sets[0]):  # nations only
            refuse_elsewhere(ask(), point)
        return opened.answer(Head(point.lat, point.lon), pieces)

    def answer_to(self, session: Session, text: str) -> bytes:
        """Whatever somebody typed as JSON; raises as ``find_place``."""
        return _answer(session, self.find(session, text))

    def _current(self, ask: Asking) -> Open | None:
        """The book, if it is that of the newest commit or was so a moment ago."""
        if time.monotonic() < self._until:
            return self._open
        if not self._lock.acquire(blocking=self._until == 0.0):
            return self._open  # another thread is looking
        try:
            self._open = self._look(current_revision(ask()))
            self._until = time.monotonic() + self.patience
            return self._open
        finally:
            self._lock.release()

    def _look(self, revision: int) -> Open | None:
        """The book of a revision; none if there is none. A damaged one is read only once."""
        if self._open and self._open.book.revision == revision:
            return self._open
        state = read_state(self.folder)
        if not state or state.revision != revision or self._unusable == (state.folder, revision):
            return None
        try:
            book = open_book(self.folder)
        except BookUnusable as problem:
            log.warning("%s The database answers instead: `hubfinder places rebuild` mends it.", problem)
            self._unusable = state.folder, revision
            return None
        return Open(book) if book.revision == revision else None


def _head(book: Book, postcode: Postcode) -> tuple[Head, int]:
    """What the book says of a postcode, and the number of its set."""
    row = book.row(postcode.compact)
    if row is None:
        require_here(postcode, None, known=False)
        raise AssertionError("a postcode that is not known was found")
    point = require_here(postcode, row.country, row.lat, row.lon)
    return Head(point.lat, point.lon, str(postcode), None, row.terminated), row.set


def _answer(session: Session, place: Place) -> bytes:
    """A place as JSON, with what the database says of its layers."""
    ids = [member.footprint_id for member in place.memberships]
    rows = session.execute(
        select(Footprint.id, Layer).join(Layer, Layer.id == Footprint.layer_id).where(Footprint.id.in_(ids))
    ).all()
    layer_of = {row.id: row.Layer for row in rows}
    pieces: list[Piece] = [
        (
            footprint_text(
                member.kind, member.code, member.name, member.basis, layer_of[member.footprint_id].key
            ),
            member.share,
        )
        for member in place.memberships
        if member.footprint_id in layer_of
    ]
    layers = {layer.key: layer for layer in layer_of.values()}
    return answer_text(Head.of(place), pieces, b",".join(layer_text(layers[key]) for key in sorted(layers)))
