"""Leaving others out of what somebody is given about themselves."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from hubfinder.referrals.not_told import Untold, without
from hubfinder.referrals.subject_access import PROFESSIONAL, Everything

GAP = "[…]"
"""Stands where a name was."""
SHORTEST = 3
"""Letters of a part of a name that is left out by itself."""

NAMING = {
    "referral": ("assigned", "key_worker", "body", "head"),
    "referral_event": ("by", "text"),
    "passing": ("sent_by", "note"),
    "audit_entry": ("by", "reason"),
}
"""Where people are named; everything else is codes, keys and times."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody is given."""

    tables: Mapping[str, list[dict[str, Any]]]
    answers: Mapping[str, Any]
    left_out: int
    """People and notes that were left out."""
    not_told: tuple[Untold, ...]
    """What the family is not told, and so is not in it: for the trail, never for whoever gets the copy."""


def tick_of(untold: Untold) -> str:
    """Under which key a thing that the family is not told is ticked."""
    return f"untold-{untold.value}"


def given(found: Everything, ticked: Collection[str], others: Collection[str] = ()) -> Given:
    """Everything but whoever and whatever is not ticked, and further names that whoever looked has found."""
    out = [third for third in found.thirds if third.key not in ticked]
    keys = {third.key for third in out}
    hidden = _names([third.name for third in out] + list(others), _kept_names(found, ticked))
    tables = {name: [dict(row) for row in rows] for name, rows in found.tables.items()}
    for row in tables["referral"]:
        row["body"] = _answers(row["body"], keys)
    for row in tables["referral_event"]:
        row["text"] = GAP if f"note-{row['id']}" in keys else row["text"]
    for index, row in enumerate(tables["passing"]):
        row["note"] = GAP if f"passing-{index}" in keys else row["note"]
    for name, columns in NAMING.items():
        for row in tables[name]:
            row.update({column: _blanked(row[column], hidden) for column in columns})
    hushed = tuple(one for one in Untold if one in found.untold and tick_of(one) not in ticked)
    return Given(without(tables, hushed), tables["referral"][0]["body"], len(out), hushed)


def marked(text: str, names: Collection[str]) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is one of these names: for whoever looks at it."""
    pattern = _names(list(names), ())
    if pattern is None:
        return [(text, False)]
    pieces, at = list[tuple[str, bool]](), 0
    for match in pattern.finditer(text):
        pieces += [(text[at : match.start()], False), (match[0], True)]
        at = match.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _kept_names(found: Everything, ticked: Collection[str]) -> list[str]:
    """Names that stay: of whoever asks, and of those who are ticked."""
    asking = [one.name for one in found.opened.told.people if one.is_asking]
    return asking + [third.name for third in found.thirds if third.key in ticked]


def _names(names: list[str], kept: Collection[str]) -> re.Pattern[str] | None:
    """Whole names, and their parts that are no part of a name that stays; the longest first."""
    stays = {part.casefold() for name in kept for part in name.split()}
    wanted = {name.strip() for name in names if name.strip()}
    wanted |= {
        part
        for name in wanted
        for part in name.split()
        if len(part) >= SHORTEST and part.casefold() not in stays
    }
    if not wanted:
        return None
    either = "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _answers(answers: Mapping[str, Any], out: Collection[str]) -> dict[str, Any]:
    """Without the rows of people and helpers that are left out, and without the professional."""
    kept = {
        name: value
        for name, value in answers.items()
        if name not in PROFESSIONAL or "professional" not in out
    }
    for name, kind in (("people", "person"), ("helpers", "helper")):
        rows = kept.get(name)
        if isinstance(rows, list | tuple):
            there = [row for row in rows if isinstance(row, dict)]
            kept[name] = [row for index, row in enumerate(there) if f"{kind}-{index}" not in out]
    return kept


def _blanked(value: Any, hidden: re.Pattern[str] | None) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if hidden is None:
        return value
    if isinstance(value, str):
        return hidden.sub(GAP, value)
    if isinstance(value, Mapping):
        return {name: _blanked(one, hidden) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_blanked(one, hidden) for one in value]
    return value
