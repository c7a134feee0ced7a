"""What a change of a listing begins with, out of what somebody told us: only what is right as it stands."""

from typing import Any

from sqlalchemy.orm import Session

from hubfinder.listings.content import Content, empty_content, read_content
from hubfinder.listings.models import ListingUpdate, Report
from hubfinder.listings.updates import save_update
from hubfinder.people.values import Actor
from hubfinder.staff_vocab import WrongPart

FIELD_OF = {WrongPart.TELEPHONE: "telephone", WrongPart.WEB: "website"}
"""Parts that one short text can put right."""
OF_A_NEW_ONE = ("name", "telephone", "website", "email")
LONGEST_NAME = 255


def prefill(session: Session, actor: Actor, update: ListingUpdate, report: Report) -> None:
    """Put the number or address that somebody said would be right into a change, if it can be one."""
    name = FIELD_OF.get(WrongPart(report.about)) if report.about in tuple(WrongPart) else None
    right = str(report.suggestion.get("right") or "")
    if name is None or not right:
        return
    changes = _usable({name: right})
    if changes:
        save_update(session, actor, update, changes, update.revision)


def beginning_of(report: Report) -> Content:
    """A new listing, as far as what somebody told us of it can be used."""
    known = {name: str(report.suggestion.get(name) or "") for name in OF_A_NEW_ONE}
    known["name"] = report.name[:LONGEST_NAME]
    return _usable({**known, "description": report.text})


def _usable(fields: dict[str, Any]) -> Content:
    """Those of some fields that may stand in a listing."""
    _, problems = read_content("", {**empty_content(), **fields})
    wrong = {name for name, _ in problems}
    return {name: value for name, value in fields.items() if value and name not in wrong}
