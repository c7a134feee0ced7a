"""Places by name: towns and villages, wards and neighbourhoods, schools and surgeries.

What somebody typed is written plainly (``places.plain``) and looked for in steps; the first that finds
anything is the answer: names that are just that; that are that but for a word such as "school"; that begin
so; and that have all its words, or their beginnings, inside. All but the last ask an index.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import shapely
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hubfinder.database import in_box, point_wkb
from hubfinder.places.models import Footprint, PlaceName, Practice, School
from hubfinder.places.plain import plain
from hubfinder.places.values import Choice, PlaceAmbiguous, PlaceUnknown, Point
from hubfinder.vocab import FootprintKind

AREAS = (FootprintKind.NEIGHBOURHOOD, FootprintKind.WARD, FootprintKind.LOCAL_AUTHORITY)
MOST_CHOICES = 12
MOST_LOOKED_THROUGH = 300
"""Of the names that hold the words somewhere."""
SHORTEST = 2
MOST_WORDS = 8
SCHOOL, SURGERY = "school", "surgery"
NOT_THERE = ("Closed", "Proposed to open")
"""What the register of schools says of those that nobody can go to."""
_NEAR = re.compile(r"(?:near to|near|nr|by|at|in|around|beside|opposite|next to|close to) (?=.)")
_ENDS = (
    *("ward", "school", "primary school", "primary", "surgery", "practice"),
    *("medical centre", "health centre", "medical practice"),
)
"""Words people leave out at the end of a name, or put there although it has none."""
_HINTS = {
    "school": SCHOOL,
    "primary": SCHOOL,
    "infant": SCHOOL,
    "infants": SCHOOL,
    "junior": SCHOOL,
    "academy": SCHOOL,
    "surgery": SURGERY,
    "practice": SURGERY,
    "doctors": SURGERY,
    "gp": SURGERY,
    "medical": SURGERY,
    "ward": "area",
}
"""Words that say which kind of place is meant."""
_IDLE = frozenset(
    "the of and school surgery ward doctors gp practice "
    "c e ce cofe church england rc roman catholic va vc aided controlled".split()
)
"""Words that need not stand in a name that has all the others."""
_COMMON = frozenset(
    "primary infant infants junior secondary high academy community nursery medical health centre st".split()
)
Step = Callable[[Session, str], "list[Named]"]
Tester = Callable[[InstrumentedAttribute[str]], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Named:
    """One place of that name. ``text`` finds exactly it again: ``ward:Z05000001``."""

    text: str
    label: str
    kind: str
    """``ward``, ``school``, ``surgery``, or what the file of names said: ``town``, ``village``."""
    point: Point
    plain: str
    postcode: str = ""


def find(session: Session, text: str) -> Named:
    """The one place that is called so.

    Raises:
        PlaceUnknown: nothing here is called that.
        PlaceAmbiguous: several things are, with what to choose from.
    """
    coded = _coded(session, text)
    if coded:
        return coded
    said = plain(text)
    if len(said) < SHORTEST:
        raise PlaceUnknown(text)
    near = _NEAR.match(said)
    found = _called(session, said, text, (_exactly,) if near else None)
    if found is None and near:
        found = _called(session, said[near.end() :], text)
    if found is None:
        raise PlaceUnknown(text)
    return found


def without_near(text: str) -> str:
    """``near ZA1 4QT`` without its first word; anything else as it stands."""
    near = _NEAR.match(text.lower())
    return text[near.end() :] if near else text


def _called(session: Session, said: str, text: str, steps: "Sequence[Step] | None" = None) -> Named | None:
    """The place of that plain name; none where there is none.

    Raises:
        PlaceAmbiguous: there are several.
    """
    for step in steps or STEPS:
        found = _as_meant(said, step(session, said))
        if found:
            return _only(session, found, text, exact=found[0].plain == said)
    return None


def _only(session: Session, found: Sequence[Named], text: str, *, exact: bool) -> Named:
    towns = [one for one in found if one.text.startswith("town:")]
    if exact and len(towns) == 1:  # "Wendbridge" is the town, though a council area may have its name
        return towns[0]
    if len(found) > 1 and not _same(found):
        raise PlaceAmbiguous(text, tuple(_choices(session, found[:MOST_CHOICES])))
    return found[0]


def _same(found: Sequence[Named]) -> bool:
    """Whether they are all about the same spot, so that choosing would make no difference."""
    return all(found[0].point.metres_to(one.point) < 100 for one in found[1:])


def _choices(session: Session, found: Sequence[Named]) -> Iterator[Choice]:
    for one in found:
        where = one.postcode or _council_at(session, one.point)
        yield Choice(one.text, one.label, one.kind, where if where != one.label else "")


def _council_at(session: Session, point: Point) -> str:
    """The name of the council area of a point; empty where none is known."""
    here = (point.lon, point.lat, point.lon, point.lat)
    inside = func.ST_Covers(Footprint.geom, point_wkb(point.lon, point.lat))
    council = Footprint.kind == FootprintKind.LOCAL_AUTHORITY
    return session.scalar(select(Footprint.name).where(in_box(Footprint.geom, here), inside, council)) or ""


def _as_meant(said: str, found: Sequence[Named]) -> Sequence[Named]:
    """Those of the kind somebody named ("school", "ward"); all, if there are none of it."""
    kinds = {_HINTS[word] for word in said.split() if word in _HINTS}
    return [one for one in found if _hint_of(one) in kinds] or found


def _hint_of(one: Named) -> str:
    return "area" if one.kind in FootprintKind._value2member_map_ else one.kind


def _exactly(session: Session, said: str) -> list[Named]:
    """Names that are just that; else ``st annes primary`` for St Anne's Primary School, and the like."""
    cores = {said, *(said.removesuffix(f" {end}") for end in _ENDS)}
    names = cores | {f"{core} {end}" for core in cores for end in _ENDS}
    names |= {f"the {name}" for name in names}
    found = _search(session, lambda column: column.in_(names))
    return [one for one in found if one.plain == said] or found


def _beginning(session: Session, said: str) -> list[Named]:
    if session.get_bind().dialect.name == "postgresql":
        return _search(session, lambda column: column.like(f"{said}%"))
    return _search(session, lambda column: and_(column >= said, column < said + "\U0010ffff"))


def _inside(session: Session, said: str) -> list[Named]:
    """All words, or at least all that tell one place from another; each may be the beginning of one."""
    words = list(dict.fromkeys(said.split()))[:MOST_WORDS]
    telling = [word for word in words if word not in _IDLE]
    telling.sort(key=lambda word: (word in _COMMON, -len(word)))  # the rarest first: the others are not asked
    if not telling or len(telling[0]) <= SHORTEST:
        return []
    holds = func.strpos if session.get_bind().dialect.name == "postgresql" else func.instr
    found = _search(
        session, lambda column: and_(*(holds(column, word) > 0 for word in telling)), MOST_LOOKED_THROUGH
    )
    fitting = [one for one in found if _has(one, telling)]
    return [one for one in fitting if _has(one, words)] or fitting


def _has(one: Named, words: Sequence[str]) -> bool:
    """Whether each of the words begins one of the name's."""
    return all(f" {word}" in f" {one.plain}" for word in words)


STEPS: tuple[Step, ...] = (_exactly, _beginning, _inside)


def _search(session: Session, test: Tester, most: int = MOST_CHOICES) -> list[Named]:
    return [
        *_places(session, test(PlaceName.plain_name), most),
        *_areas(session, test(Footprint.plain_name), most),
        *_schools(session, test(School.plain_name), most),
        *_practices(session, test(Practice.plain_name), most),
    ]


def _coded(session: Session, text: str) -> Named | None:
    """The place that ``Named.text`` stands for."""
    kind, _, code = text.partition(":")
    found: list[Named] = []
    if code and kind == "town":
        found = _places(session, PlaceName.key == code)
    elif code and kind == SCHOOL:
        found = _schools(session, School.urn == code)
    elif code and kind == SURGERY:
        found = _practices(session, Practice.code == code)
    elif code and kind in FootprintKind._value2member_map_:
        found = _areas(
            session, (Footprint.kind == kind) & (Footprint.code == code), 1, (FootprintKind(kind),)
        )
    return found[0] if found else None


def _places(session: Session, named: ColumnElement[bool], most: int = 1) -> list[Named]:
    rows = session.scalars(select(PlaceName).where(named).order_by(PlaceName.key).limit(most))
    return [
        Named(f"town:{row.key}", row.name, row.kind, Point(row.lat, row.lon), row.plain_name) for row in rows
    ]


def _areas(
    session: Session, named: ColumnElement[bool], most: int = 1, kinds: Sequence[FootprintKind] = AREAS
) -> list[Named]:
    """Footprints. The names are looked through first and alone: the index has them all, and no shapes."""
    ids = select(Footprint.id).where(named)
    rows = session.execute(
        select(Footprint.kind, Footprint.code, Footprint.name, Footprint.plain_name, Footprint.outline)
        .where(Footprint.id.in_(ids), Footprint.kind.in_(kinds), Footprint.outline.is_not(None))
        .order_by(Footprint.kind, Footprint.code)
        .limit(most)
    )
    found = []
    for kind, code, name, plain_name, outline in rows:
        inside = shapely.point_on_surface(shapely.from_wkb(bytes(outline or b"")))
        found.append(Named(f"{kind}:{code}", name, kind.value, Point(inside.y, inside.x), plain_name))
    return found


def _schools(session: Session, named: ColumnElement[bool], most: int = 1) -> list[Named]:
    chosen = select(School).where(named, School.lat.is_not(None), School.status.not_in(NOT_THERE))
    rows = session.scalars(chosen.order_by(School.plain_name, School.urn).limit(most))
    return [
        Named(f"school:{row.urn}", row.name, SCHOOL, _point(row), row.plain_name, row.postcode)
        for row in rows
    ]


def _practices(session: Session, named: ColumnElement[bool], most: int = 1) -> list[Named]:
    chosen = select(Practice).where(named, Practice.lat.is_not(None))
    rows = session.scalars(chosen.order_by(Practice.plain_name, Practice.code).limit(most))
    return [
        Named(f"surgery:{row.code}", row.name, SURGERY, _point(row), row.plain_name, row.postcode)
        for row in rows
    ]


def _point(row: School | Practice) -> Point:
    return Point(row.lat or 0.0, row.lon or 0.0)
