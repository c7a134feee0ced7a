"""What listings are known by, as the database holds it: every SELECT behind finding duplicates.

A published listing is read from its service; a draft from its update, a paused one from its last version.
Confidential places are left out, so that no reason can tell of one.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from hubfinder.directory.models import (
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
    Url,
)
from hubfinder.exchange.alikeness import Facts, digits_of, facts_of, page_of, postcode_of
from hubfinder.exchange.models import NotDuplicate
from hubfinder.listings.models import Content, Listing, ListingUpdate, ListingVersion
from hubfinder.places.values import Postcode
from hubfinder.staff_vocab import ListingState, UpdateState
from hubfinder.vocab import PhoneType

CHUNK = 500
CROWD = 60
"""What more listings than this share is no way to find a duplicate by."""
FEW = 2_000
"""Up to so many services their rows are asked for by id; beyond, whole tables are read."""
Clue = tuple[str, str]
_OPEN = (UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.RETURNED)
_UNPUBLISHED = Listing.service_id.is_(None) & (Listing.state != ListingState.RETIRED)
_GONE = select(Listing.service_id).where(
    Listing.state == ListingState.RETIRED, Listing.service_id.is_not(None)
)
"""Services of retired listings: their pages say that they are over."""


def names_of_all(session: Session) -> dict[str, str]:
    """The name of every listing by key, published or not; retired ones are gone."""
    names = dict(session.execute(select(Listing.key, Listing.name).where(_UNPUBLISHED)).tuples().all())
    bare = Service.__table__.c  # the rows as they are: ten thousand in half the time
    names.update(session.execute(select(bare.key, bare.name).where(bare.id.not_in(_GONE))).tuples().all())
    return names


def not_duplicates(session: Session, key: str = "") -> set[tuple[str, str]]:
    """Pairs of keys that somebody said are two, the smaller first; ``key``: only those with it."""
    statement = select(NotDuplicate.first_key, NotDuplicate.second_key)
    if key:
        statement = statement.where(or_(NotDuplicate.first_key == key, NotDuplicate.second_key == key))
    return {(first, second) for first, second in session.execute(statement)}


def postcodes_of_places(session: Session, keys: Iterable[object]) -> frozenset[str]:
    """Postcodes of those of these locations that are not confidential, without the space."""
    wanted = sorted({str(key) for key in keys})[:CHUNK]
    if not wanted:
        return frozenset()
    statement = select(Location.postcode).where(Location.key.in_(wanted), ~Location.is_confidential)
    return frozenset(code for text in session.scalars(statement) if (code := postcode_of(text)))


def facts_by_key(session: Session, keys: Collection[str] | None = None) -> dict[str, Facts]:
    """What listings are known by, all of them or those of these keys."""
    found = {one.key: one for one in _unpublished(session, keys)}
    services = list(_services(session, keys))
    ids = None if keys is None or len(services) > FEW else [row[0] for row in services]
    telephones = _gather(_phones(session, ids), digits_of)
    pages = _gather(_rows(session, select(Url.service_id, Url.url), Url.service_id, ids), page_of)
    times = _gather(_sessions(session, ids), str)
    places: dict[int, set[str]] = defaultdict(set)
    codes: dict[int, set[str]] = defaultdict(set)
    for service_id, key, postcode in _places(session, ids):
        places[service_id].add(key)
        codes[service_id].update(filter(None, (postcode_of(postcode),)))
    for id_, key, name, organization, email in services:
        found[key] = Facts(
            key=key,
            name=name,
            organization=organization,
            telephones=frozenset(telephones[id_]),
            pages=frozenset(pages[id_]),
            emails=frozenset(filter(None, (email.strip().casefold(),))),
            places=frozenset(places[id_]),
            postcodes=frozenset(codes[id_]),
            times=frozenset(times[id_]),
        )
    return found


def keys_with_clues(session: Session, wanted: Facts) -> dict[Clue, set[str]]:
    """Keys of published listings that share a telephone, address of email, web host or place with this.

    Of what a crowd shares not all are named.
    """
    found: dict[Clue, set[str]] = {}
    for number in wanted.telephones:
        found["telephone", number] = _keys(session, _with_number(number))
    for email in wanted.emails:
        found["email", email] = _keys(session, func.lower(Service.email) == email)
    for page in wanted.pages:
        hosted = _with_host(session, page.partition("/")[0])
        found["host", page.partition("/")[0]] = {key for key, _ in hosted}
        found["page", page] = {key for key, url in hosted if page_of(url) == page}
    for place in wanted.places:
        found["place", place] = _keys(session, _at(Location.key == place))
    for code in wanted.postcodes:
        known = Postcode.parse(code)
        found["postcode", code] = _keys(session, _at(Location.postcode.in_((code, str(known)))))
    return found


def _keys(session: Session, where: ColumnElement[bool]) -> set[str]:
    found = select(Service.key).where(where, Service.id.not_in(_GONE))
    return set(session.scalars(found.limit(CROWD + 1)))


def _with_number(number: str) -> ColumnElement[bool]:
    """Numbers are stored as people write them."""
    digits: ColumnElement[Any] = func.replace(Phone.number, "+44", "0")
    for sign in (" ", "-", "(0)", "(", ")", "."):
        digits = func.replace(digits, sign, "")
    return Service.id.in_(select(Phone.service_id).where(Phone.service_id.is_not(None), digits == number))


def _with_host(session: Session, host: str) -> Sequence[tuple[str, str]]:
    """Key and address of listings whose web address has this host in it."""
    statement = select(Service.key, Url.url).join(Url, Url.service_id == Service.id)
    statement = statement.where(Url.url.icontains(host, autoescape=True), Service.id.not_in(_GONE))
    return session.execute(statement.limit(10 * CROWD)).tuples().all()


def _at(where: ColumnElement[bool]) -> ColumnElement[bool]:
    there = select(ServiceAtLocation.service_id).join(Location, Location.id == ServiceAtLocation.location_id)
    return Service.id.in_(there.where(where, ~Location.is_confidential))


def _services(session: Session, keys: Collection[str] | None) -> Iterator[tuple[int, str, str, str, str]]:
    statement = select(Service.id, Service.key, Service.name, Organization.key, Service.email).join(
        Organization, Organization.id == Service.organization_id
    )
    statement = statement.where(Service.id.not_in(_GONE))
    if keys is None:
        yield from session.execute(statement).tuples()
        return
    for some in _chunks(sorted(keys)):
        yield from session.execute(statement.where(Service.key.in_(some))).tuples()


def _phones(session: Session, ids: Sequence[int] | None) -> Iterator[tuple[int, str]]:
    numbers = select(Phone.service_id, Phone.number).where(Phone.type == PhoneType.VOICE)
    return _rows(session, numbers, Phone.service_id, ids)


def _sessions(session: Session, ids: Sequence[int] | None) -> Iterator[tuple[int, str]]:
    rows = select(Schedule.service_id, Schedule.weekday, Schedule.opens_at)
    for service_id, weekday, opens_at in _rows(session, rows, Schedule.service_id, ids):
        yield service_id, f"{weekday} {opens_at:%H:%M}"


def _places(session: Session, ids: Sequence[int] | None) -> Iterator[tuple[int, str, str]]:
    rows = (
        select(ServiceAtLocation.service_id, Location.key, Location.postcode)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(~Location.is_confidential)
    )
    return _rows(session, rows, ServiceAtLocation.service_id, ids)


def _rows(
    session: Session,
    statement: Select[Any],
    service_id: InstrumentedAttribute[Any],
    ids: Sequence[int] | None,
) -> Iterator[Any]:
    """Rows that belong to services: to all, or to these."""
    if ids is None:
        yield from session.execute(statement.where(service_id.is_not(None))).tuples()
        return
    for some in _chunks(ids):
        yield from session.execute(statement.where(service_id.in_(some))).tuples()


def _gather(rows: Iterable[tuple[int, str]], plainly: Callable[[str], str]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for service_id, text in rows:
        if plain := plainly(text):
            found[service_id].add(plain)
    return found


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def _unpublished(session: Session, keys: Collection[str] | None) -> Iterator[Facts]:
    """Drafts, and listings that are paused."""
    rows = list(_unpublished_rows(session, keys))
    contents = _contents(session, [id_ for id_, _, _ in rows])
    places = {str(key) for content in contents.values() for key in content.get("locations") or ()}
    codes = _codes_of(session, places)
    for id_, key, name in rows:
        content = contents.get(id_, {})
        here = [str(place) for place in content.get("locations") or () if str(place) in codes]
        known = frozenset(codes[place] for place in here if codes[place])
        yield facts_of({**content, "key": key, "name": name, "locations": here}, known)


def _unpublished_rows(session: Session, keys: Collection[str] | None) -> Iterator[tuple[int, str, str]]:
    statement = select(Listing.id, Listing.key, Listing.name).where(_UNPUBLISHED)
    if keys is None:
        yield from session.execute(statement).tuples()
        return
    for some in _chunks(sorted(keys)):
        yield from session.execute(statement.where(Listing.key.in_(some))).tuples()


def _contents(session: Session, ids: Sequence[int]) -> dict[int, Content]:
    """The latest that is known of each: what is being written of it, else its last version."""
    found: dict[int, Content] = {}
    for some in _chunks(ids):
        versions = select(ListingVersion.listing_id, ListingVersion.content).order_by(ListingVersion.number)
        found.update(session.execute(versions.where(ListingVersion.listing_id.in_(some))).tuples().all())
        updates = select(ListingUpdate.listing_id, ListingUpdate.content).order_by(ListingUpdate.id)
        now = updates.where(ListingUpdate.listing_id.in_(some), ListingUpdate.state.in_(_OPEN))
        found.update(session.execute(now).tuples().all())
    return found


def _codes_of(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Postcodes of the places that are not confidential; an empty text where none is known."""
    found: dict[str, str] = {}
    for some in _chunks(sorted(keys)):
        rows = select(Location.key, Location.postcode).where(
            Location.key.in_(some), ~Location.is_confidential
        )
        found |= {key: postcode_of(text) for key, text in session.execute(rows)}
    return found
