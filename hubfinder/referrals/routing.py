"""Whose request it is: the team of the hub where the family lives, else the council's front door.

Urgent and safeguarding ones come first wherever they go. One from outside is never lost: it stays with us,
flagged, until somebody there has it.
"""

from dataclasses import dataclass

from hubfinder.referrals.answers import Danger, Told, Who
from hubfinder.referrals.safe_contact import safe_channels
from hubfinder.referrals.vocab import Flag, Urgency


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes, and why."""

    council: str
    """Code of the council of this installation that has it."""
    hub: str = ""
    """Key of the hub whose team has it; empty for the front door."""
    lives_in: str = ""
    """Code of the council they live in, where it is known."""
    lives_in_name: str = ""
    is_outside: bool = False
    """They live where no council of this installation is responsible."""
    footprints: tuple[str, ...] = ()
    """``kind:code`` of where they live: sealed with the request."""


def urgency_of(told: Told) -> Urgency:
    """What comes first."""
    if told.danger is Danger.YES:
        return Urgency.DANGER
    if told.danger is Danger.UNSURE or (told.who is Who.PROFESSIONAL and told.no_consent_why):
        return Urgency.URGENT
    return Urgency.USUAL


def flags_of(told: Told, route: Route) -> frozenset[Flag]:
    """What whoever looks at the queue has to know before they open it."""
    said = {
        Flag.DANGER: told.danger is Danger.YES,
        Flag.SAFEGUARDING: told.danger is not Danger.NO or bool(told.no_consent_why),
        Flag.YOUNG_PERSON: told.who is Who.YOUNG_PERSON,
        Flag.PROFESSIONAL: told.who is Who.PROFESSIONAL,
        Flag.FAMILY_NOT_TOLD: told.who is Who.PROFESSIONAL and told.professional.family_knows != "yes",
        Flag.NO_CONSENT: not told.share_with,
        Flag.NO_SAFE_CONTACT: not safe_channels(told),
        Flag.INTERPRETER: told.interpreter,
        Flag.ACCESS: bool(told.access or told.access_more),
        Flag.UNBORN: any(one.kind.value == "unborn" for one in told.people),
        Flag.OUTSIDE: route.is_outside,
        Flag.NO_PLACE: not route.lives_in,
    }
    return frozenset(flag for flag, is_so in said.items() if is_so)


def home(council: str) -> Route:
    """To the front door of this installation's own council: of whoever's place we do not know."""
    return Route(council)
