"""The places of a listing on pages of editing: found by words, or made new. Never a confidential one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from hubfinder.database import covers_point
from hubfinder.directory.actions import save_location
from hubfinder.directory.disclosures import (
    listings_telling,
    public_addresses,
    secrets_with,
    texts_of_location,
)
from hubfinder.directory.keys import make_key
from hubfinder.directory.models import Location
from hubfinder.directory.references import postcode_points
from hubfinder.directory.values import PROPOSED, LocationDetails
from hubfinder.display.words import gettext
from hubfinder.listings.fields import Refused, plain
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor
from hubfinder.places.models import Footprint
from hubfinder.places.values import Postcode
from hubfinder.vocab import FootprintKind

MOST = 20
"""Places that one search shows."""
LONGEST_KEY = 150


class PlaceRefused(Exception):
    """A place cannot be kept: by the field of the form, what is wrong with it."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place as somebody typed it."""

    name: str
    address: str
    postcode: str
    is_confidential: bool = False


def places_by_key(session: Session, keys: Sequence[str]) -> dict[str, Location]:
    """Places by key, confidential ones too, with what makes them usable: the caller shows the others only."""
    rows = session.scalars(
        select(Location).where(Location.key.in_(keys)).options(selectinload(Location.accessibility))
    )
    return {row.key: row for row in rows}


def find_places(session: Session, council: str, words: str) -> Sequence[Location]:
    """Places on the ground of a council whose name, address or postcode has all of these words, by name."""
    wanted = words.casefold().split()[:6]
    if not wanted:
        return ()
    ground = (Footprint.kind == FootprintKind.LOCAL_AUTHORITY) & (Footprint.code == council)
    return session.scalars(
        select(Location)
        .join(Footprint, covers_point(Footprint.geom, Location.lon, Location.lat))
        .where(ground, ~Location.is_confidential, Location.lat.is_not(None), *map(_has, wanted))
        .order_by(Location.name, Location.key)
        .limit(MOST)
    ).all()


def _has(word: str) -> ColumnElement[bool]:
    text = (Location.name, Location.address, func.replace(Location.postcode, " ", ""), Location.postcode)
    return or_(*(func.lower(part).contains(word, autoescape=True) for part in text))


def make_place(session: Session, actor: Actor, council: str, typed: NewPlace) -> str:
    """Keep a new place; its key. Families see it once a listing there is published.

    Raises:
        PlaceRefused: something is missing or wrong, or it tells of a confidential place.
    """
    details = _details(session, typed)
    _check(session, details)
    save_location(session, details)
    facts = {"is_confidential": details.is_confidential}
    record(session, actor, "location.made", Subject("location", _said(details), council), facts=facts)
    return details.key


def _said(details: LocationDetails) -> str:
    """What the trail calls a place: nothing that tells of a confidential one."""
    return "" if details.is_confidential else details.key


def _details(session: Session, typed: NewPlace) -> LocationDetails:
    problems: dict[str, str] = {}
    texts = {}
    for name, text, missing in (
        ("new_name", typed.name, gettext("Give the place a name")),
        ("new_address", typed.address, gettext("Write the number and street")),
    ):
        try:
            texts[name] = " ".join(plain(text, 255).split())
        except Refused as refused:
            problems[name] = str(refused)
        if not problems.get(name) and not texts[name]:
            problems[name] = missing
    postcode = Postcode.parse(typed.postcode)
    point = postcode_points(session, [str(postcode).replace(" ", "")]) if postcode else {}
    if not postcode:
        problems["new_postcode"] = gettext("Write a whole postcode, such as ZA1 2AB")
    elif not point:
        problems["new_postcode"] = gettext("We do not know this postcode. Check it, or ask the council.")
    if problems or not postcode:
        raise PlaceRefused(problems)
    at = next(iter(point.values()))
    wanted = LocationDetails(
        key="", name=texts["new_name"], address=texts["new_address"], postcode=str(postcode),
        lat=at.lat, lon=at.lon, is_confidential=typed.is_confidential, source=PROPOSED,
    )  # fmt: skip
    return replace(wanted, key=_free_key(session, wanted))


def _free_key(session: Session, wanted: LocationDetails) -> str:
    """A key nobody has; that of a confidential place tells nothing of it."""
    stem = "place" if wanted.is_confidential else make_key(wanted.name, wanted.postcode)[:LONGEST_KEY]
    begins = Location.key.startswith(stem or "place", autoescape=True)
    taken = set(session.scalars(select(Location.key).where(begins)))
    keys = (f"{stem or 'place'}-{number}" if number > 1 else stem for number in range(1, len(taken) + 3))
    return next(key for key in keys if key and key not in taken)


def _check(session: Session, details: LocationDetails) -> None:
    """Nothing may tell of a confidential place: not this place, and where it is one, no other text."""
    if details.is_confidential:
        known = public_addresses(session, [details])
        if listings_telling(session, [details], known).get(details.key):
            raise PlaceRefused(
                {"new_address": gettext("Some listing already tells of this address. Ask the council.")}
            )
        return
    told = next(secrets_with(session, [details]).told(texts_of_location(details)), None)
    if told:
        raise PlaceRefused({"new_address": gettext("This address cannot be shown. Ask the council.")})
