"""Where a request goes, and when somebody there is in: asked of the directory, which is only read."""

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


def can_ring(council: str) -> str:
    """Number of whoever answers now, if it cannot wait: the front door's, or out of hours."""
    door = details_for(council)
    if opening_for(council).is_open(utc_now()):
        return door.telephone or settings().front_door_telephone
    return door.out_of_hours_telephone or settings().out_of_hours_telephone


def details_for(council: str) -> FrontDoorDetails:
    """How the front door that has a request is reached."""
    return details_of(reading(), council, settings())


def elsewhere(council: str) -> FrontDoorDetails | None:
    """The same of a council that does not work here; none where nobody has told us."""
    return elsewhere_of(reading(), council)
