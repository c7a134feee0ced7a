"""Is the sheet on the wall still right? What it said then, as fingerprints, against what it would say today.

Of what is no longer listed only the number on the paper is told: why it went, nobody needs to know, and its
name or address may have become confidential.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import parse_qs

from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.display.days_off import Change
from hubfinder.listings.moved import followed
from hubfinder.sheets.fingerprints import (
    UNNUMBERED,
    Content,
    Parts,
    changes,
    fingerprint,
    front_door_words,
    helpline_words,
    hours_of,
    hub_parts,
    parts_of,
)
from hubfinder.sheets.making import Made, Maker
from hubfinder.sheets.models import SheetVersion
from hubfinder.sheets.orders import OrderRefused, SheetOrder, read_order
from hubfinder.sheets.scopes import ScopeUnknown
from hubfinder.sheets.values import Helpline, Line, Sheet, Text
from hubfinder.sheets.versions import read_code
from hubfinder.sheets.waiting import waiting_row

Id = tuple[str, str]
"""Kind and key of a listing."""


class Outcome(StrEnum):
    """What is to be said of a sheet first of all."""

    RIGHT = "right"
    CHANGED = "changed"
    ENDED = "ended"
    """There is no such school, surgery, hub or area any more."""
    UNKNOWN = "unknown"
    """Nobody noted a sheet of that code, or so long ago that the note is gone."""
    MALFORMED = "malformed"
    """That is no code."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands on the paper."""

    number: int
    is_unnumbered: bool = False
    """True for a line of national help, which is counted and has no number of its own."""


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part of a line, such as ``when``, and what it says today; nothing where it is to be crossed out."""

    part: str
    now: Text


@dataclass(frozen=True, slots=True)
class LineChange:
    """A listing of which something on the paper is not so any more."""

    place: Place
    line: Line
    """As of today."""
    parts: tuple[PartChange, ...]


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """What has changed since a sheet was made."""

    code: str
    outcome: Outcome
    order: SheetOrder | None = None
    made_on: date | None = None
    sheet: Sheet | None = None
    """The sheet as it would be made today."""
    changed: tuple[LineChange, ...] = ()
    gone: tuple[Place, ...] = ()
    new: tuple[Line, ...] = ()
    """What stands on today's sheet and not on that one: no reason to take it down."""
    hub: tuple[PartChange, ...] = ()
    other_hub: bool = False
    """Another hub stands at the top today, or none."""
    helplines: tuple[Helpline, ...] = ()
    """Those whose number is another one today."""
    gone_helplines: tuple[int, ...] = ()
    """Places of those in the box that are gone, from 1."""
    front_door: bool = False
    danger: bool = False

    @property
    def count(self) -> int:
        """How many things on the paper are not so any more."""
        some = (self.changed, self.gone, self.helplines, self.gone_helplines)
        return sum(map(len, some)) + sum(
            map(bool, (self.hub or self.other_hub, self.front_door, self.danger))
        )


@dataclass(frozen=True, slots=True)
class Noted:
    """What was noted of a sheet."""

    order: str
    made_on: date
    content: Content


def check(session: Session, maker: Maker, text: str, day: date | None = None) -> SheetCheck:
    """What has changed, by a day (today), since the sheet was made whose code somebody read or typed.

    Raises:
        TooMuch, Busy: only within ``spending``.
    """
    code = read_code(text)
    if code is None:
        return SheetCheck(text.strip(), Outcome.MALFORMED)
    noted = _noted(session, maker, code)
    if noted is None:
        return SheetCheck(code, Outcome.UNKNOWN)
    noted = _followed(session, noted)
    try:
        order = read_order(parse_qs(noted.order))
        made = maker.made(session, order, day or today())
    except (OrderRefused, ScopeUnknown):
        return SheetCheck(code, Outcome.ENDED, made_on=noted.made_on)
    return _compared(code, noted, made.sheet, _todays_lines(session, maker, made, noted.content))


def _noted(session: Session, maker: Maker, code: str) -> Noted | None:
    row = session.get(SheetVersion, code)
    if row is not None:
        return Noted(row.order, row.made_on, row.content)
    kept = waiting_row(maker.settings.sheets_dir, code)
    return Noted(kept["order"], date.fromisoformat(kept["made_on"]), kept["content"]) if kept else None


def _followed(session: Session, noted: Noted) -> Noted:
    """Of a listing that became part of another it is told what that one says now."""
    lines = noted.content["lines"]
    moved = followed(session, [(kept["kind"], kept["key"]) for kept in lines.values()])
    if not moved:
        return noted
    now = {
        place: {**kept, "key": moved.get((kept["kind"], kept["key"]), ("", kept["key"]))[1]}
        for place, kept in lines.items()
    }
    return replace(noted, content={**noted.content, "lines": now})


def _todays_lines(session: Session, maker: Maker, made: Made, content: Content) -> dict[Id, Line]:
    """What the listings on the paper say today; without those that are not listed for that order any more.

    Some may be that had no room in today's choice: they are asked for.
    """
    known = {(line.kind, line.key): line for line in made.whole.lines}
    on_paper = {(kept["kind"], kept["key"]) for kept in content["lines"].values()}
    missing = on_paper - known.keys()
    if missing:
        known.update({(line.kind, line.key): line for line in maker.listed(session, made.sheet, missing)})
    return known


def _compared(code: str, noted: Noted, sheet: Sheet, today: Mapping[Id, Line]) -> SheetCheck:
    """What was noted against what there is today."""
    content = noted.content
    lines = [
        (_place(name), (kept["kind"], kept["key"]), kept["parts"]) for name, kept in content["lines"].items()
    ]
    on_paper = {id_ for _, id_, _ in lines}
    helplines = {line.key: line for line in sheet.helplines}
    altered = (
        LineChange(place, today[id_], _line_changed(content["lines"][name], today[id_], sheet.made_on))
        for name, (place, id_, _) in zip(content["lines"], lines, strict=True)
        if id_ in today
    )
    numbers = enumerate(content["helplines"], 1)
    same_hub = content["hub"].get("key") == _hub_key(sheet)
    found = SheetCheck(
        code=code,
        outcome=Outcome.RIGHT,
        order=sheet.order,
        made_on=noted.made_on,
        sheet=sheet,
        changed=tuple(change for change in altered if change.parts),
        gone=tuple(place for place, id_, _ in lines if id_ not in today),
        new=tuple(line for line in sheet.lines if (line.kind, line.key) not in on_paper),
        hub=_hub_changed(content["hub"], sheet) if same_hub else (),
        other_hub=not same_hub,
        helplines=tuple(_helplines_changed(content, helplines)),
        gone_helplines=tuple(number for number, (key, _) in numbers if key not in helplines),
        front_door=content["front_door"] != fingerprint(front_door_words(sheet)),
        danger=content["danger"] != fingerprint(sheet.danger),
    )
    return replace(found, outcome=Outcome.CHANGED) if found.count else found


def _place(name: str) -> Place:
    return Place(int(name.removeprefix(UNNUMBERED)), is_unnumbered=name.startswith(UNNUMBERED))


def _line_changed(kept: Content, line: Line, day: date) -> tuple[PartChange, ...]:
    found = _parts_changed(kept["parts"], parts_of(line))
    if _is_as_announced(kept, line.changes, day):
        return found
    return (*(one for one in found if one.part != "when"), PartChange("when", line.times))


def _hub_changed(kept: Content, sheet: Sheet) -> tuple[PartChange, ...]:
    hub = sheet.hub
    found = _parts_changed(kept.get("parts", {}), hub_parts(hub))
    if hub is None or _is_as_announced(kept, hub.changes, sheet.made_on):
        return found
    words = "; ".join(one for one in (hours_of(hub.days), hub.note) if one)
    return (*(one for one in found if one.part != "when"), PartChange("when", Text(words)))


def _is_as_announced(kept: Content, today: Iterable[Change], day: date) -> bool:
    """Whether the days that are not as usual, those to come, are those that stand on the paper."""
    announced = {words for words, last in kept.get("changes", {}).items() if last >= day.isoformat()}
    return announced == {words for words, last in changes(today).items() if last >= day.isoformat()}


def _parts_changed(kept: Mapping[str, str], today: Parts) -> tuple[PartChange, ...]:
    """Parts that say something else today, are gone, or are new: what a family would be wrong about."""
    names = dict.fromkeys((*kept, *today))
    return tuple(
        PartChange(name, today.get(name, Text()))
        for name in names
        if kept.get(name) != (fingerprint(str(today[name])) if name in today else None)
    )


def _helplines_changed(content: Content, today: Mapping[str, Helpline]) -> Iterator[Helpline]:
    for key, kept in content["helplines"]:
        if key in today and fingerprint(helpline_words(today[key])) != kept:
            yield today[key]


def _hub_key(sheet: Sheet) -> str | None:
    return fingerprint(sheet.hub.key) if sheet.hub else None
