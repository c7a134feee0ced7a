"""Where a request goes, and when somebody there is in: asked of the directory, which is only read."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from hubfinder.clock import utc_now
from hubfinder.referrals.answers import Told
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.front_doors import FrontDoorDetails, details_of, elsewhere_of, opening_of
from hubfinder.referrals.routing import Route, route
from hubfinder.web.shared.places import reading
from hubfinder.web.shared.settings import settings


def route_of(told: Told) -> Route:
    """Whose request it will be."""
    return route(reading(), current_app.extensions["places"], told, settings().council_code)


def opening_for(council: str) -> Opening:
    return opening_of(reading(), council, settings().seeds_dir)


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether somebody is in at a front door now: said beside its number, before anybody rings or sends."""

    is_open: bool
    opens: datetime
    """When it opens next, in England's own time; now where it is open."""
    can_ring: str
    """Number of whoever answers now, if it cannot wait: the front door's, or out of hours."""


def hours_of(council: str = "") -> Hours:
    """Of the front door of a council; where nobody knows which it will be, of this installation's own."""
    council = council or settings().council_code
    door, opening, moment = details_for(council), opening_for(council), utc_now()
    is_open = opening.is_open(moment)
    telephone = (
        door.telephone or settings().front_door_telephone
        if is_open
        else door.out_of_hours_telephone or settings().out_of_hours_telephone
    )
    return Hours(is_open, opening.next_open(moment), telephone)


def details_for(council: str) -> FrontDoorDetails:
    """How the front door that has a request is reached."""
    return details_of(reading(), council, settings())


def elsewhere(council: str) -> FrontDoorDetails | None:
    """The same of a council that does not work here; none where nobody has told us."""
    return elsewhere_of(reading(), council)
