"""All schools, surgeries, hubs or areas of a kind, perhaps only those of one area, with their names."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from hubfinder.directory.models import Location
from hubfinder.places.models import Footprint, Practice, School
from hubfinder.sheets.orders import OrderRefused, ScopeKind, ScopeName
from hubfinder.vocab import FootprintKind

ALL = "all-"
OPEN = "open"
"""How the register's words for schools begin that are not closed: ``Open, but proposed to close``."""
_GROUPS = {"schools": ScopeKind.SCHOOL, "surgeries": ScopeKind.SURGERY, "hubs": ScopeKind.HUB}
FORMS = f"{', '.join(ALL + name for name in _GROUPS)} or {ALL}KIND, such as {ALL}ward"
Group = ScopeKind | FootprintKind


class _Member(NamedTuple):
    code: str
    name: str
    lat: float | None = None
    lon: float | None = None
    network: str = ""


def read_group(text: str) -> Group:
    """``all-schools``, ``all-surgeries``, ``all-hubs`` or ``all-ward``: what it says all of.

    Raises:
        OrderRefused: it is none of these.
    """
    name = text.removeprefix(ALL)
    kind = name.replace("-", "_")
    if name in _GROUPS:
        return _GROUPS[name]
    if kind in set(FootprintKind):
        return FootprintKind(kind)
    raise OrderRefused(f"“{text}” is not {FORMS}")


def group_names() -> list[str]:
    """All that ``read_group`` knows."""
    return [ALL + name for name in (*_GROUPS, *(kind.value.replace("_", "-") for kind in FootprintKind))]


def everyone(
    session: Session, group: Group, within: tuple[FootprintKind, str] | None = None
) -> dict[ScopeName, str]:
    """Those of a group by their names, in the order of the alphabet.

    ``within`` is the kind and code of an area: only those that stand in it (of areas: whose middle is in it),
    or the surgeries of a network.

    Raises:
        OrderRefused: that area is not known, or nobody has drawn it.
    """
    members = list(_members(session, group))
    if within:
        members = list(_inside(session, members, *within))
    members.sort(key=lambda one: (one.name.casefold(), one.code))
    if isinstance(group, ScopeKind):
        return {ScopeName(group, one.code): one.name for one in members}
    return {ScopeName(ScopeKind.FOOTPRINT, f"{group.value}:{one.code}"): one.name for one in members}


def _members(session: Session, group: Group) -> Iterator[_Member]:
    if group is ScopeKind.SCHOOL:
        for school in session.scalars(select(School)):
            if not school.status or school.status.lower().startswith(OPEN):
                yield _Member(school.urn, school.name, school.lat, school.lon)
    elif group is ScopeKind.SURGERY:
        for one in session.scalars(select(Practice)):
            yield _Member(one.code, one.name, one.lat, one.lon, one.network_code or "")
    elif group is ScopeKind.HUB:
        hubs = select(Location).where(Location.is_family_hub, ~Location.is_confidential)
        for hub in session.scalars(hubs):
            yield _Member(hub.key, hub.name, hub.lat, hub.lon)
    else:
        areas = select(Footprint).where(Footprint.kind == group).options(undefer(Footprint.outline))
        for area in session.scalars(areas):
            middle = shapely.from_wkb(area.outline).representative_point() if area.outline else None
            yield _Member(area.code, area.name, *((middle.y, middle.x) if middle else ()))


def _inside(
    session: Session, members: Iterable[_Member], kind: FootprintKind, code: str
) -> Iterator[_Member]:
    area = session.scalar(select(Footprint).where(Footprint.kind == kind, Footprint.code == code))
    if area is None:
        raise OrderRefused(f"There is no area {kind.value}:{code} here")
    is_network = kind is FootprintKind.PRIMARY_CARE_NETWORK
    shape = shapely.from_wkb(bytes(area.geom.data)) if area.geom is not None else None
    for one in members:
        if is_network and one.network:
            if one.network == code:
                yield one
        elif shape is None:
            raise OrderRefused(
                f"Nobody has drawn the area {kind.value}:{code}, so nobody knows what is in it"
            )
        elif (
            one.lat is not None and one.lon is not None and shape.intersects(shapely.Point(one.lon, one.lat))
        ):
            yield one
