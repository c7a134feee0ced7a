"""What stands on a sheet, as fingerprints: enough to say later what has changed, and nothing to read.

Dates that move by themselves are left out (when it was made, when a listing was last checked, which week
the hub's hours are of), and so is how many listings had no room: the sheet is as right as before. Days on
which something is closed count until they are over.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from hubfinder.display.days_off import Change
from hubfinder.sheets.values import Helpline, HubBox, Line, OpenDay, Section, Sheet, Text

FORMAT = 1
"""Of ``content``; a sheet of another format is compared part by part as far as both have the part."""
SHORT = 10
"""Hexadecimal digits of a fingerprint: two texts that differ have the same one once in a million million."""
UNNUMBERED = "n"
"""Before the place of a line that has no number: ``n2`` is the second line of national help."""
Content = dict[str, Any]
Parts = dict[str, Text]
"""Words by what they say: ``when``, ``where``."""


def content_of(sheet: Sheet) -> Content:
    """What is kept of a sheet: fingerprints of each line by its number, and of what is around them."""
    return {
        "format": FORMAT,
        "lines": {
            place: {
                "kind": line.kind,
                "key": line.key,
                "parts": fingerprints(parts_of(line)),
                "changes": changes(line.changes),
            }
            for place, line in placed(sheet)
        },
        "hub": (
            {
                "key": fingerprint(sheet.hub.key),
                "parts": fingerprints(hub_parts(sheet.hub)),
                "changes": changes(sheet.hub.changes),
            }
            if sheet.hub
            else {}
        ),
        "helplines": [[line.key, fingerprint(helpline_words(line))] for line in sheet.helplines],
        "front_door": fingerprint(front_door_words(sheet)),
        "danger": fingerprint(sheet.danger),
    }


def placed(sheet: Sheet) -> Iterator[tuple[str, Line]]:
    """Every line with how people find it on the paper: ``7`` by its number, ``n2`` by its place."""
    without = 0
    for line in sheet.lines:
        if line.number:
            yield str(line.number), line
        else:
            without += 1
            yield f"{UNNUMBERED}{without}", line


def parts_of(line: Line) -> Parts:
    """The words of a line by what they say; parts that are empty are left out."""
    said = {
        "name": line.name,
        "what": line.what,
        "who": Text(_joined(str(line.who), line.tag), line.who.language),
        "when": line.when,
        "where": line.where,
        "cost": line.cost,
        "telephone": Text(line.telephone),
        "text": Text(line.text_number),
        "website": Text(line.website),
        "languages": Text(line.languages),
        "how": line.apply,
        "note": line.note,
    }
    return {part: words for part, words in said.items() if words}


def hub_parts(hub: HubBox | None) -> Parts:
    """The words of the hub's box. Its hours are those of the week, without the week's name."""
    if hub is None:
        return {}
    said = {
        "name": hub.name,
        "where": hub.address,
        "telephone": Text(hub.telephone),
        "when": Text(hours_of(hub.days if hub.usual is None else hub.usual)),
        "note": Text(hub.note if hub.usual_note is None else hub.usual_note),
    }
    return {part: words for part, words in said.items() if words}


def hours_of(days: Iterable[OpenDay]) -> str:
    """The hours of a week as they are compared."""
    return _joined(*(f"{day.name} {day.hours}" for day in days))


def changes(some: Iterable[Change]) -> dict[str, str]:
    """What is not as usual, as fingerprints, each with the day on which it is over."""
    return {fingerprint(change.words): change.last_day.isoformat() for change in some}


def helpline_words(line: Helpline) -> str:
    """A helpline as it is compared: what it is called and how to reach it."""
    return _joined(str(line.name), *line.numbers)


def front_door_words(sheet: Sheet) -> str:
    """How to reach the front door."""
    return _joined(sheet.front_door.telephone, sheet.front_door.href)


def fingerprints(parts: Parts) -> dict[str, str]:
    return {part: fingerprint(str(words)) for part, words in parts.items()}


def fingerprint(words: str) -> str:
    """Says whether two texts are the same, and nothing else."""
    return hashlib.sha256(words.encode()).hexdigest()[:SHORT]


def digest_of(sheet: Sheet) -> str:
    """SHA-256, in hexadecimal, of the order and of all that stands on the sheet but moving dates."""
    standing = [
        sheet.order.query(),
        [str(sheet.title), str(sheet.subtitle), sheet.danger, sheet.published_by],
        _hub(sheet.hub) if sheet.hub else [],
        [_section(section) for section in (*sheet.sections, *_some(sheet.national))],
        [[line.key, helpline_words(line), str(line.what)] for line in sheet.helplines],
        [sheet.front_door.heading, sheet.front_door.words, front_door_words(sheet)],
        [sheet.map.svg, sheet.map.alt, sheet.map.sources] if sheet.map else [],
        sorted(sheet.labels.items()),
        list(sheet.notes),
    ]
    text = json.dumps(standing, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _hub(hub: HubBox) -> list[object]:
    return [_said(hub_parts(hub)), hub.distance, hub.point, *(change.words for change in hub.changes)]


def _section(section: Section) -> list[object]:
    return [
        section.key,
        str(section.heading),
        [
            [
                *(line.number, line.kind, line.key, str(line.also), _said(parts_of(line)), line.point),
                *(change.words for change in line.changes),
            ]
            for line in section.lines
        ],
    ]


def _said(parts: Parts) -> dict[str, str]:
    return {part: str(words) for part, words in parts.items()}


def _some(section: Section | None) -> tuple[Section, ...]:
    return (section,) if section else ()


def _joined(*words: str) -> str:
    return "; ".join(one for one in words if one)
