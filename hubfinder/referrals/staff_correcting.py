"""Putting a request right for a family that asks staff to: what they say is kept as a new version.

A new number or address counts as not safe until the family says that it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.places.values import Postcode
from hubfinder.post.values import is_address
from hubfinder.referrals.answers import Answers
from hubfinder.referrals.correcting import changed_fields, seal_anew
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.reading import Opened, touched
from hubfinder.referrals.routing import Route, seen_from
from hubfinder.referrals.vocab import EventKind
from hubfinder.vault.keys import Keyring

LINES = ("postcode", "telephone", "email")
WORDS = ("letter_address", "story", "wanted", "tried", "child_matters", "child_words", "access_more")
LONGEST_LINE, LONGEST = 254, 3_000
"""Characters."""
SAFETY = {
    "telephone": ("call", "text", "voicemail", "say_who", "when", "ask_for"),
    "email": ("write", "say_who"),
    "letter_address": ("write", "say_who", "postcode"),
}
"""What somebody said of a way to reach them: it holds for that number or address alone."""


@dataclass(frozen=True, slots=True)
class Righting:
    """What is put right, and why."""

    typed: Mapping[str, str]
    reason: str
    route: Route | None = None
    """Where it would go, where the postcode is another: staff see it, and move it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What cannot be kept as it was typed."""

    field: str
    why: str
    """``long``, ``postcode``, ``telephone``, ``email``, ``day`` or ``name``."""


def typed_of(answers: Answers) -> dict[str, str]:
    """What can be put right, by the name of its field: ``story``, ``name-0``, ``born-0``."""
    typed = {name: plain(answers.get(name)) for name in (*LINES, *WORDS)}
    for number, one in _people(answers):
        typed[f"name-{number}"] = plain(one.get("name"))
        typed[f"born-{number}"] = plain(one.get("born"))
    return typed


def plain(value: object) -> str:
    """A text as it is compared: its lines end alike in every browser."""
    return str(value or "").replace("\r\n", "\n").strip()


def wrong_in(before: Mapping[str, str], typed: Mapping[str, str]) -> list[Wrong]:
    """What cannot be kept of what is another than before."""
    changed = {name: text for name, text in typed.items() if text != before.get(name)}
    return [Wrong(name, why) for name, text in changed.items() if (why := _why_not(name, text))]


def _why_not(name: str, text: str) -> str:
    kind = name.partition("-")[0]
    if len(text) > (LONGEST if name in WORDS else LONGEST_LINE):
        return "long"
    if kind == "name":
        return "" if text else "name"
    if not text:
        return ""
    return "" if _fits(kind, text) else {"born": "day"}.get(kind, kind)


def _fits(kind: str, text: str) -> bool:
    match kind:
        case "postcode":
            return Postcode.parse(text) is not None
        case "telephone":
            return 7 <= sum(sign.isdigit() for sign in text) <= 15
        case "email":
            return is_address(text)
        case "born":
            return _is_day(text)
        case _:
            return True


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def put_right(session: Session, ring: Keyring, actor: Actor, one: Opened, righting: Righting) -> list[str]:
    """Keep what was typed; names of the answers that are another now, none where nothing is.

    The caller has begun, has the row locked, has looked at ``wrong_in``, and commits.
    """
    answers = _answers(one.answers, righting.typed)
    fields = changed_fields(one.answers, answers)
    if not fields:
        return []
    route = righting.route if "postcode" in fields else None
    route = seen_from(one.row.council_code, route) if route else None
    seal_anew(session, ring, one, answers, route)
    touched(one.row, utc_now())
    facts = {"fields": fields, "version": one.row.version}
    note_event(session, one.row, one.box, actor, Said(EventKind.CORRECTED, "", facts, is_for_family=True))
    subject = Subject("request", one.row.reference, one.row.council_code)
    record(session, actor, "request.corrected", subject, righting.reason, facts)
    return fields


def _answers(before: Answers, typed: Mapping[str, str]) -> dict[str, Any]:
    answers = dict(before)
    for name in (*LINES, *WORDS):
        if name not in typed or typed[name] == plain(before.get(name)):
            continue
        answers[name] = typed[name]
        prefix = name.partition("_")[0]
        for safe in SAFETY.get(name, ()):
            answers.pop(f"{prefix}_{safe}", None)
    rows = [dict(one) for _, one in _people(before)]
    for number, one in enumerate(rows):
        one["name"] = typed.get(f"name-{number}", one.get("name"))
        born = typed.get(f"born-{number}", str(one.get("born") or ""))
        if born or one.get("born"):
            one["born"] = born
    if rows:
        answers["people"] = rows
    return answers


def _people(answers: Answers) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows = answers.get("people")
    yield from enumerate(one for one in rows if isinstance(one, dict)) if isinstance(rows, list) else ()
