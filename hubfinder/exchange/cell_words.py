"""What stands in the cells whose fields are more than one text: sessions, days, prices, areas, facts."""

import re
from collections.abc import Sequence
from typing import Any

from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.listings import (
    costs as read_costs,
    other_days as read_other_days,
    schedule as read_schedule,
    telephone,
)
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import plain, sentence
from hubfinder.listings.content import cost_content, days_content, session_content
from hubfinder.vocab import FootprintKind, Season

_TEXT_NUMBER = re.compile(r"(?P<number>[^()]*?)\s*(?:\((?P<how>.*)\))?", re.DOTALL)


def maybe(value: str | None) -> str:
    return value or ""


def number(value: int | None) -> str:
    return "" if value is None else str(value)


def several(values: Sequence[str]) -> str:
    return "; ".join(values)


def schedule(sessions: Sequence[dict[str, str]]) -> str:
    return "; ".join(session(one) for one in sessions)


def session(one: dict[str, str]) -> str:
    """``Wed 13:00-15:00 term @mill-lane (crafts)``."""
    season = "" if one["season"] == Season.ALWAYS.value else f" {one['season']}"
    site = f" @{one['site']}" if one["site"] else ""
    return f"{one['weekday']} {one['opens_at']}-{one['closes_at']}{season}{site}{_note(one['note'])}"


def read_sessions(row: Row, column: str) -> list[dict[str, str]]:
    return [session_content(one) for one in read_schedule(row, column)]


def other_days(days: Sequence[dict[str, Any]]) -> str:
    """``2026-12-22..2027-01-02 closed (Christmas)``."""
    return "; ".join(_days(one) for one in days)


def _days(one: dict[str, Any]) -> str:
    last = "" if one["last_day"] == one["first_day"] else f"..{one['last_day']}"
    hours = f"{one['opens_at']}-{one['closes_at']}" if one["opens_at"] else "closed"
    return f"{one['first_day']}{last} {hours}{_note(one['note'])}"


def read_days(row: Row, column: str) -> list[dict[str, str | None]]:
    return [days_content(one) for one in read_other_days(row, column)]


def costs(prices: Sequence[dict[str, Any]]) -> str:
    """``free [families on benefits]; 2.50 per session``."""
    return "; ".join(_price(one) for one in prices)


def _price(one: dict[str, Any]) -> str:
    amount = one["amount"]
    said = "" if amount is None else "free" if amount == 0 else f"{amount:.2f}"
    condition = f"[{one['condition']}]" if one["condition"] else ""
    return " ".join(part for part in (said, one["description"], condition) if part)


def read_prices(row: Row, column: str) -> list[dict[str, float | str | None]]:
    return [cost_content(one) for one in read_costs(row, column)]


def read_areas(row: Row, column: str) -> list[str]:
    """``ward:E05014558``."""
    found = []
    for part in dict.fromkeys(row.items(column)):
        kind, _, code = (half.strip() for half in part.partition(":"))
        if kind not in set(FootprintKind) or not code:
            raise RowRefused(column, f"{quoted(part)} is not a footprint such as ward:E05014558")
        found.append(f"{kind}:{code}")
    return found


def text_number(value: dict[str, str] | None) -> str:
    return f"{value['number']}{_note(value['description'])}" if value else ""


def read_text_number(row: Row, column: str) -> dict[str, str] | None:
    """``85258 (Text HELLO)``."""
    match = _TEXT_NUMBER.fullmatch(row.text(column, longest=400))
    if match is None:
        raise RowRefused(column, "is not a number, then how to use it in (brackets)")
    found = telephone(Row(row.number, {column: match["number"]}), column)
    how = " ".join(plain(column, match["how"] or "").split())
    return {"number": found, "description": how[:255]} if found else None


def facts(values: Sequence[dict[str, str]]) -> str:
    return "\n".join(f"{one['label']}: {one['value']}" for one in values)


def read_facts(row: Row, column: str) -> list[dict[str, str]]:
    """One on each line: label, colon, value."""
    found = []
    for line in plain(column, row.text(column)).splitlines():
        label, colon, value = (part.strip() for part in line.partition(":"))
        if line.strip() and not (colon and label and value):
            raise RowRefused(column, f"{quoted(line)} is not a fact such as “Ofsted number: EY123456”")
        if line.strip():
            fact = Row(row.number, {"label": label, "value": value})
            found.append({name: sentence(fact, name) for name in ("label", "value")})
    return found


def _note(text: str) -> str:
    return f" ({text})" if text else ""
