"""Puts what was chosen into words: everything that stands on a sheet, in its language.

Two or three statements, whatever the number of lines: the topics, the translations, and for the staff room
how to refer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, groupby
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.directory.queries import needs
from hubfinder.directory.values import NEED
from hubfinder.display.language import KNOWN, speaking
from hubfinder.display.words import gettext
from hubfinder.places.models import Practice
from hubfinder.settings import Settings
from hubfinder.sheets import furniture, headings
from hubfinder.sheets.choosing import Choice, Chosen
from hubfinder.sheets.helplines import helpline_of
from hubfinder.sheets.hub_box import council_of, hub_box
from hubfinder.sheets.lines import Desk, line_of
from hubfinder.sheets.maps import planned
from hubfinder.sheets.orders import Readers, ScopeKind, SheetOrder
from hubfinder.sheets.scopes import Scope
from hubfinder.sheets.texts import ENGLISH, extras_of
from hubfinder.sheets.values import More, Section, Sheet, Text, Version

NATIONAL = "national"
REST = "rest"
"""Key of the section of what has no topic."""
LONGEST_SCANNED = 600
"""Letters of an address that a telephone can still scan from paper; a long list has more."""


def compose(
    session: Session, choice: Choice, scope: Scope, order: SheetOrder, settings: Settings, day: date
) -> Sheet:
    """The whole sheet as if there were room for all of it; without a version, and its map not yet drawn."""
    with speaking(KNOWN[order.language]):
        return _composed(session, choice, scope, order, settings, day)


def _composed(
    session: Session, choice: Choice, scope: Scope, order: SheetOrder, settings: Settings, day: date
) -> Sheet:
    desk = _desk(session, choice, order, settings, day)
    topics = _topics(session)
    sections = tuple(_sections(choice.local, topics, desk))
    national = _national(choice.national, desk)
    hub = hub_box(choice.hub, order, settings, scope.place, day) if choice.hub else None
    helplines = tuple(
        helpline_of(line) for line in choice.helplines if all(phone.number != "999" for phone in line.phones)
    )
    sheet = Sheet(
        order=order,
        language=KNOWN[order.language],
        title=Text(headings.title(scope, order)),
        subtitle=Text(_subtitle(session, scope, order, topics, is_empty=not choice.total)),
        danger=furniture.danger(settings),
        hub=hub,
        sections=sections,
        national=national,
        helplines=helplines,
        front_door=furniture.front_door(settings),
        map=planned(hub, sections),
        more=_more(scope, order, settings),
        version=Version("", "", "", ""),
        made_on=day,
        correct_on=furniture.correct_on(day),
        publisher=settings.council_name,
        published_by=furniture.published_by(settings),
        labels=furniture.labels(),
        choosing_order=choice.keep_order,
        total=choice.total,
        council=council_of(choice.hub, scope.place),
    )
    return _with_notes(sheet, desk)


def _desk(session: Session, choice: Choice, order: SheetOrder, settings: Settings, day: date) -> Desk:
    """What the lines are written with: two statements at most."""
    lines = (one.found.card for one in (*choice.local, *choice.national))
    extras = extras_of(
        session,
        [card["key"] for card in lines if card["kind"] == "service"],
        order.language,
        for_staff=order.readers is Readers.STAFF,
    )
    return Desk(order, settings, extras, day, choice.hub.card["key"] if choice.hub else "")


def _subtitle(
    session: Session, scope: Scope, order: SheetOrder, topics: Mapping[str, str], *, is_empty: bool
) -> str:
    asked = [topics[key] for key in order.topics if key in topics]
    others = _surgeries(session, scope) - 1 if scope.kind is ScopeKind.SURGERY and scope.footprint else 0
    said = headings.subtitle(scope, order, asked, max(others, 0))
    return f"{said} {furniture.nothing()}" if is_empty else said


def _surgeries(session: Session, scope: Scope) -> int:
    """How many surgeries are in the network of one."""
    code = scope.footprint.code if scope.footprint else ""
    rows = select(func.count()).select_from(Practice).where(Practice.network_code == code)
    return session.scalar(rows) or 0


def _topics(session: Session) -> dict[str, str]:
    """Names of the topics by key, in the order in which families see them."""
    return {term.key.removeprefix(NEED): gettext(term.name) for term in needs(session)}


def _sections(chosen: Sequence[Chosen], topics: Mapping[str, str], desk: Desk) -> Iterator[Section]:
    """The local lines under their topics, numbered in the order in which they are read."""
    order = [*topics, ""]
    rows = sorted(chosen, key=lambda one: order.index(one.topic if one.topic in topics else ""))
    numbered = enumerate(rows, 1)
    for topic, some in groupby(numbered, key=lambda one: one[1].topic if one[1].topic in topics else ""):
        heading = topics[topic] if topic else gettext("More help")
        lines = tuple(line_of(one.found, number, desk) for number, one in some)
        yield Section(topic or REST, Text(heading), lines)


def _national(chosen: Sequence[Chosen], desk: Desk) -> Section | None:
    """Help from anywhere, whose lines have no number: it is on no map."""
    lines = tuple(line_of(one.found, 0, desk) for one in chosen)
    return Section(NATIONAL, Text(gettext("Help from anywhere in England")), lines) if lines else None


def _more(scope: Scope, order: SheetOrder, settings: Settings) -> More:
    """Where all of it can be seen: the results for that place or area, with what was chosen."""
    asked = urlencode(_question(scope, order), safe=":,")
    page = "/saved" if scope.kind is ScopeKind.LIST else "/results"
    address = f"{page}?{asked}" if asked else page
    scanned = address if len(address) <= LONGEST_SCANNED else "/"
    href = furniture.page_address(settings, order, address)
    return More(0, "", href, f"{settings.site_address}{scanned}")


def _question(scope: Scope, order: SheetOrder) -> list[tuple[str, str]]:
    """The same as the question of a results page, or the items of a list."""
    if scope.kind is ScopeKind.LIST:
        return [("item", f"{kind}:{key}") for kind, key in order.scope.items]
    asked = [("footprint", order.scope.code)] if scope.kind is ScopeKind.FOOTPRINT else _place(scope)
    asked += [("need", topic) for topic in order.topics]
    asked += [("age", order.age)] if order.age else []
    asked += [("access", order.access.value)] if order.access else []
    return asked + [("language", code) for code in order.spoken]


def _place(scope: Scope) -> list[tuple[str, str]]:
    if scope.postcode:
        return [("place", scope.postcode)]
    return [("place", f"{scope.point.lat:.3f},{scope.point.lon:.3f}")] if scope.point else []


def _with_notes(sheet: Sheet, desk: Desk) -> Sheet:
    """With what must be said of the sheet itself."""
    texts = (text for line in sheet.lines for text in (line.name, line.what, line.when, line.cost))
    helplines = (line.what for line in sheet.helplines)
    return replace(
        sheet,
        notes=furniture.notes(
            desk.settings,
            has_english=any(text.language == ENGLISH for text in chain(texts, helplines)),
            all_checked=desk.extras.all_checked,
        ),
    )
