"""What the results page says first where a search speaks of violence, harm or danger."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hubfinder.directory.models import Service
from hubfinder.directory.queries import lines_by_key
from hubfinder.display.words import gettext
from hubfinder.search.concerns import Concern


@dataclass(frozen=True, slots=True)
class ConcernView:
    """One concern in words, with whom to ring."""

    key: str
    heading: str
    text: str
    lines: list[Service]


def concern_views(session: Session, concerns: Iterable[Concern]) -> list[ConcernView]:
    """The concerns of a search, each with those of its lines that are sure and can be rung or written to."""
    found = list(concerns)
    if not found:
        return []
    lines = lines_by_key(session, {key for concern in found for key in concern.lines})
    return [
        ConcernView(
            concern.key,
            gettext(concern.heading),
            gettext(concern.text),
            [lines[key] for key in concern.lines if key in lines],
        )
        for concern in found
    ]
