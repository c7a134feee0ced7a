"""The fixed words of a sheet, and its languages."""

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy.orm import Session

from hubfinder.directory.models import (
    Schedule,
    Service,
    ServiceTranslation,
)
from hubfinder.display.language import KNOWN
from hubfinder.places.models import Practice
from hubfinder.search.cards import translatable
from hubfinder.settings import Environment
from hubfinder.sheets.furniture import more_words
from hubfinder.sheets.orders import Readers, ScopeKind, ScopeName, SheetOrder
from hubfinder.sheets.queries import Area
from hubfinder.sheets.values import LABELS, Text
from hubfinder.vocab import (
    FootprintKind,
    Weekday,
)
from tests.support import factories as made
from tests.support.composing import (
    CATCHMENT,
    SCHOOL,
    SETTINGS,
    composed,
    every_text,
    line,
    scope,
    stay_and_play,
)

ENGLISH = SheetOrder(SCHOOL)
POLISH = replace(ENGLISH, language="pl")


@pytest.fixture
def play(session: Session) -> Service:
    return stay_and_play(session)


def test_what_a_sheet_says_whatever_is_offered(session: Session) -> None:
    made.need(session, "money")
    sheet = composed(session, order=replace(ENGLISH, topics=("money", "none"), age="2", spoken=("pl",)))
    assert sheet.title == Text("Help for families at St Anne's Primary School")
    assert str(sheet.subtitle) == (
        "For families in the catchment of the school (traced from a published map). About: money. "
        "For age: 2. Spoken there: Polish. We know of nothing that fits this. Ring us: we look with you."
    )
    assert "Ring 999" in sheet.danger
    assert "press 55" in sheet.danger
    assert "01632\u00a0960999" in sheet.danger
    assert sheet.front_door.telephone == "01632 960100"
    assert sheet.front_door.href == "https://help.example.org/ask"
    assert sheet.front_door.qr == "HTTPS://HELP.EXAMPLE.ORG/ASK"
    assert sheet.correct_on == "Correct on 23 November 2026"
    assert sheet.published_by == "Published by Harbourmouth Council"
    assert (
        sheet.more.href
        == "https://help.example.org/results?place=ZA1+4QT&need=money&need=none&age=2&language=pl"
    )
    assert set(sheet.labels) == set(LABELS)
    assert all(sheet.labels.values())
    assert (sheet.hub, sheet.sections, sheet.national, sheet.map) == (None, (), None, None)
    assert sheet.notes == ("Demonstration: the places and local services on this sheet are made up.",)
    assert (more_words(0), more_words(1)) == ("", "and 1 more. Scan to see it.")
    assert more_words(12) == "and 12 more. Scan to see them all."


@pytest.mark.parametrize(
    ("name", "area", "title", "subtitle"),
    [
        (SCHOOL, None, "Help for families at", "For families who live around the school."),
        (
            ScopeName(ScopeKind.SURGERY, "Z81001"),
            CATCHMENT._replace(kind=FootprintKind.PRIMARY_CARE_NETWORK, code="ZPCN01", name="Quayside"),
            "Help for families at",
            "For families of this surgery and 2 others. Your surgery decides what you can use.",
        ),
        (
            ScopeName(ScopeKind.HUB, "quayside"),
            CATCHMENT._replace(kind=FootprintKind.WARD, name="Harbour"),
            "Help for families near",
            "For families who live in Harbour, around this family hub.",
        ),
        (
            ScopeName(ScopeKind.FOOTPRINT, "ward:Z1"),
            CATCHMENT._replace(kind=FootprintKind.WARD, name="Harbour"),
            "Help for families in Harbour",
            "For families who live here. Ward: traced from a published map.",
        ),
        (
            ScopeName(ScopeKind.FOOTPRINT, "school_catchment_primary:990001"),
            CATCHMENT,
            "Help for families in the catchment of St Anne's Primary School",
            "For families who live here. Primary school catchment: traced from a published map.",
        ),
        (
            ScopeName(ScopeKind.FOOTPRINT, "primary_care_network:ZPCN01"),
            CATCHMENT._replace(kind=FootprintKind.PRIMARY_CARE_NETWORK, code="ZPCN01", name="Quayside"),
            "Help for families in Quayside",
            "For families of the surgeries in this group. Your surgery decides what you can use.",
        ),
        (
            ScopeName(ScopeKind.LIST, items=(("service", "play"),)),
            None,
            "Help for your family",
            "Help that somebody chose for this list.",
        ),
    ],
)
def test_title_and_area_by_what_the_sheet_is_for(
    session: Session, name: ScopeName, area: Area | None, title: str, subtitle: str
) -> None:
    session.add_all(Practice(code=f"Z8100{n}", name="S", network_code="ZPCN01") for n in (1, 2, 3))
    order = SheetOrder(name)
    of = replace(scope(name), footprint=area)
    sheet = composed(session, order=order, of=of)
    assert str(sheet.title).startswith(title)
    assert str(sheet.subtitle) == f"{subtitle} We know of nothing that fits this. Ring us: we look with you."
    staff = composed(session, order=replace(order, readers=Readers.STAFF), of=of)
    assert "staff" in str(staff.title)


def test_a_translation_is_used_until_the_english_changes(session: Session, play: Service) -> None:
    polish = ServiceTranslation(
        language="pl", name="Wspólna zabawa", summary="Zabawki i piosenki.", is_checked=False
    )
    play.translations = [polish]
    session.flush()
    polish.english_digest = translatable(play).digest
    found = line(composed(session, [(play, "")], order=POLISH), "play")
    assert found.name == Text("Wspólna zabawa")
    assert found.also == Text("Stay and play", "en")
    assert found.what == Text("Zabawki i piosenki.")
    english = line(composed(session, [(play, "")]), "play")
    assert english.name == Text("Stay and play")
    assert not english.also
    play.summary = "Only songs now."
    old = line(composed(session, [(play, "")], order=POLISH), "play")
    assert old.name == Text("Stay and play", "en")
    assert old.what == Text("Only songs now.", "en")


def test_notes_say_what_a_reader_must_know_of_the_translation(session: Session, play: Service) -> None:
    sheet = composed(session, [(play, "")], order=POLISH)
    assert len(sheet.notes) == 3, "made up, not checked, partly in English"
    council = SETTINGS.model_copy(update={"environment": Environment.PRODUCTION})
    assert composed(session, [(play, "")], settings=council).notes == ()


def test_addresses_are_in_the_language_where_the_site_has_it(session: Session, play: Service) -> None:
    assert line(composed(session, [(play, "")], order=POLISH), "play").href.endswith("/pl/service/play")
    turkish = composed(session, [(play, "")], order=replace(ENGLISH, language="tr"))
    assert turkish.lines[0].href == "https://help.example.org/service/play"
    only = SETTINGS.model_copy(update={"languages": ("en",)})
    sheet = composed(session, [(play, "")], order=POLISH, settings=only)
    assert sheet.lines[0].href == "https://help.example.org/service/play"


@pytest.mark.parametrize("language", KNOWN)
def test_every_language_composes_with_all_its_furniture(
    session: Session, play: Service, language: str
) -> None:
    hub = made.location(session, name="Quayside Family Hub", is_family_hub=True)
    hub.schedules = [Schedule(weekday=Weekday.MON, opens_at=time(9), closes_at=time(17))]
    sheet = composed(
        session,
        [(play, "activities")],
        [made.entry(session, "Child Benefit")],
        hub=hub,
        order=replace(ENGLISH, language=language),
    )
    assert sheet.language is KNOWN[language]
    assert all((sheet.title, sheet.subtitle, sheet.danger, sheet.correct_on, sheet.published_by))
    assert all(sheet.labels[key] for key in LABELS)
    assert all(section.heading for section in sheet.sections)
    assert sheet.hub
    assert all((sheet.hub.heading, sheet.hub.week, sheet.hub.days, sheet.hub.address))
    assert line(sheet, "play").telephone == "01632 960011", "numbers are as they are"
    assert line(sheet, "play").where == Text("Village Hall, 1 Green, ZA1\u00a02AB")
    assert "%(" not in " ".join(every_text(sheet))


def test_what_a_list_leaves_out_can_be_scanned(session: Session) -> None:
    def more(*keys: str) -> tuple[str, str]:
        name = ScopeName(ScopeKind.LIST, items=tuple(("service", key) for key in keys))
        made_up = composed(session, order=SheetOrder(name)).more
        return made_up.href, made_up.qr

    short = "https://help.example.org/saved?item=service:play&item=service:talk"
    assert more("play", "talk") == (short, short)
    href, qr = more(*(f"{'long-' * 20}{number}" for number in range(40)))
    assert len(href) > 4000
    assert qr == "https://help.example.org/", "no telephone could read so dense a code"
