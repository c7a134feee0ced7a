"""How somebody who keeps a listing reaches the council that looks after it. One installation serves many."""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hubfinder.people.models import Council
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.settings import Settings

_TELEPHONE = re.compile(r"\+?[0-9(][0-9 ()-]{1,30}(?: ?(?:ext|x)\.? ?[0-9]{1,6})?", re.IGNORECASE)
"""As those of listings are written."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom to ask about a listing, and how; number and address are empty where there is none."""

    name: str
    telephone: str = ""
    email: str = ""

    @property
    def ways(self) -> str:
        """Number and address, one after the other; the name where there is neither."""
        return ", ".join(way for way in (self.telephone, self.email) if way) or self.name


def reach_of(council: Council | None, settings: Settings) -> Reach:
    """How a council is reached. Only its own council may give the number of the installation.

    None is the council of what has none here, such as national help: whoever runs the installation.
    """
    if council is None:
        return Reach(settings.council_name, settings.front_door_telephone)
    is_ours = council.code == settings.council_code
    number = council.telephone or (settings.front_door_telephone if is_ours else "")
    return Reach(council.name, number, council.email)


def reach_for(session: Session, code: str, settings: Settings) -> Reach:
    """The same by the council's code."""
    return reach_of(session.get(Council, code) if code else None, settings)


def plain_telephone(text: str) -> str:
    """A telephone number with single spaces; empty stays empty.

    Raises:
        PeopleRefused: it cannot be one.
    """
    number = " ".join(text.split())
    if number and not _TELEPHONE.fullmatch(number):
        raise PeopleRefused(Refusal.TELEPHONE, "telephone")
    return number
