"""What stands on a sheet, in words: lines, topics, languages, and nothing that is confidential."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.models import (
    Phone,
    Schedule,
    Service,
    Url,
)
from hubfinder.sheets.composing import compose
from hubfinder.sheets.orders import Readers, SheetOrder
from hubfinder.sheets.values import Text
from hubfinder.vocab import (
    Access,
    Circumstance,
    Delivery,
    FootprintKind,
    PhoneType,
    Season,
    Weekday,
)
from tests.support import factories as made
from tests.support.composing import (
    MONDAY,
    SCHOOL,
    SETTINGS,
    choice_of,
    composed,
    every_text,
    line,
    scope,
    stay_and_play,
)

ENGLISH = SheetOrder(SCHOOL)
POLISH = replace(ENGLISH, language="pl")
SECRET = ("Lantern House", "7 Hidden Lane", "ZA1 4QX")


@pytest.fixture
def play(session: Session) -> Service:
    return stay_and_play(session)


def test_a_line_says_what_when_where_and_how(session: Session, play: Service) -> None:
    sheet = composed(session, [(play, "activities")])
    assert "We know of nothing" not in str(sheet.subtitle)
    [section] = sheet.sections
    [only] = section.lines
    assert (section.key, section.heading) == ("activities", Text("activities"))
    assert (only.kind, only.key, only.number) == ("service", "play", 1)
    assert only.name == Text("Stay and play")
    assert only.what == Text("Toys and songs for under-5s.")
    assert (only.tag, only.some) == ("Everyone", False)
    assert only.who == Text("Ages: under 5")
    assert only.when == Text("Wednesdays 10am to noon")
    assert only.where == Text("Village Hall, 1 Green, ZA1\u00a02AB")
    assert only.cost == Text("Free")
    assert (only.telephone, only.text_number) == ("01632 960011", "01632 960012")
    assert only.website == "", "there is a number to ring"
    assert only.languages == "Polish, Urdu"
    assert only.checked == "Checked on 13 November"
    assert not only.note
    assert not only.apply
    assert only.href == "https://help.example.org/service/play"
    assert only.qr == "HTTPS://HELP.EXAMPLE.ORG/S/PLAY"
    assert only.point == (made.HERE.lat, made.HERE.lon)
    assert [(one.day, one.opens, one.closes) for one in only.sessions] == [(2, time(10), time(12))]
    assert sheet.total == 1
    assert sheet.choosing_order == (("service", "play"),)


def test_lines_are_numbered_under_their_topics_in_the_order_of_the_needs(
    session: Session, play: Service
) -> None:
    debt = made.service(session, "Debt advice", needs=("money",), key="debt")
    rest = made.service(session, "Something else", key="rest")
    sheet = composed(session, [(rest, ""), (play, "activities"), (debt, "money")])
    assert [(one.key, [(at.number, at.key) for at in one.lines]) for one in sheet.sections] == [
        ("money", [(1, "debt")]),
        ("activities", [(2, "play")]),
        ("rest", [(3, "rest")]),
    ]
    assert sheet.sections[-1].heading == Text("More help")
    assert [key for _, key in sheet.choosing_order] == ["rest", "play", "debt"], "the fairest first"


def test_where_help_has_no_place_it_says_how_it_comes(session: Session) -> None:
    home = made.service(session, key="home", delivery=frozenset({Delivery.HOME_VISIT, Delivery.TELEPHONE}))
    home.urls = [Url(url="https://www.example.org/")]
    found = line(composed(session, [(home, "")]), "home")
    assert found.where == Text("By telephone, At your home")
    assert found.website == "www.example.org", "there is no number"
    assert found.cost == Text("Ask what it costs")
    assert found.checked == ""
    assert found.point is None


def test_of_several_places_the_nearest_with_the_times_there(session: Session) -> None:
    near = made.location(session, made.north_of(made.HERE, 300), name="Quayside Family Hub", address="12 Row")
    far = made.location(session, made.north_of(made.HERE, 3000), name="Mill Lane Family Hub")
    van = made.service(session, key="van", at=(far, near))
    van.schedules = [
        Schedule(weekday=Weekday.MON, opens_at=time(9), closes_at=time(11), note="Mill Lane"),
        Schedule(weekday=Weekday.THU, opens_at=time(9), closes_at=time(11), note="Quayside, first Thursday"),
    ]
    english = line(composed(session, [(van, "")]), "van")
    assert english.where == Text("Quayside Family Hub, 12 Row, ZA1\u00a02AB, and 1 more place")
    assert english.when == Text("Thursdays 9am to 11am (first Thursday)")
    assert english.sessions == (), "a calendar would have it every week"
    polish = line(composed(session, [(van, "")], order=POLISH), "van")
    assert "first Thursday" not in str(polish.when), "English notes are not mixed into other languages"


def test_a_note_that_changes_nothing_is_left_out_of_other_languages(session: Session) -> None:
    club = made.service(session, key="club")
    club.schedules = [Schedule(weekday=Weekday.MON, opens_at=time(9), closes_at=time(11), note="youth room")]
    english = line(composed(session, [(club, "")]), "club")
    assert english.when == Text("Mondays 9am to 11am (youth room)")
    assert [one.note for one in english.sessions] == ["youth room"]
    polish = line(composed(session, [(club, "")], order=POLISH), "club")
    assert "(" not in str(polish.when)


def test_seasons_and_many_times_are_said(session: Session) -> None:
    club = made.service(session, key="club")
    club.schedules = [
        Schedule(weekday=day, opens_at=time(9 + number), closes_at=time(12), season=Season.TERM)
        for number, day in enumerate((Weekday.MON, Weekday.TUE, Weekday.WED))
    ] + [Schedule(weekday=Weekday.SAT, opens_at=time(9), closes_at=time(10), season=Season.HOLIDAYS)]
    words = str(line(composed(session, [(club, "")]), "club").when)
    assert words.startswith("Mondays 9am to noon in term time, ")
    assert words.endswith(", and 1 more time")


def test_who_it_is_for_where_it_is_not_for_everyone(session: Session) -> None:
    facts: dict[str, Any] = {"access": Access.TARGETED, "minimum_age": 24, "maximum_age": 60}
    said = made.service(session, key="said", eligibility="Families on a low income. Ask us.", **facts)
    ticked = made.service(session, key="ticked", circumstances=frozenset({Circumstance.KINSHIP}), **facts)
    unsaid = made.service(session, key="unsaid", **facts)
    lines = composed(session, [(said, ""), (ticked, ""), (unsaid, "")]).lines
    assert [str(one.who) for one in lines] == [
        "Ages: 2 to 4. Families on a low income",
        "Ages: 2 to 4. Raising a relative's child, fostering or adopting",
        "Ages: 2 to 4. Ask if it is for you",
    ]
    assert all(one.some and one.tag == "For some families" for one in lines)
    polish = composed(session, [(said, "")], order=POLISH).lines[0]
    assert "low income" not in str(polish.who), "English words are not mixed into others"
    assert polish.who.language == ""


def test_what_is_for_some_areas_only_says_so(session: Session) -> None:
    for name, kind, share, words in (
        ("Harbour", FootprintKind.WARD, 0.4, "For people in Harbour ward"),
        ("Quayside", FootprintKind.PRIMARY_CARE_NETWORK, 0.6, "For families with a surgery in Quayside"),
        ("Wend", FootprintKind.NEIGHBOURHOOD, 0.6, "For people in Wend"),
        (
            "St Oswin's",
            FootprintKind.SCHOOL_CATCHMENT_PRIMARY,
            0.6,
            "For families in the catchment of St Oswin's",
        ),
        ("Harbourmouth", FootprintKind.LOCAL_AUTHORITY, 1.0, ""),
    ):
        area = made.footprint(session, name, kind)
        service = made.service(session, areas=(area,))
        place = made.place(footprints=(area,))
        place = replace(place, memberships=(replace(place.memberships[0], share=share),))
        sheet = composed(session, [(service, "")], of=scope(SCHOOL, place))
        assert str(sheet.lines[0].note) == words


def test_national_help_has_no_number_and_shares_the_paper(session: Session, play: Service) -> None:
    entries = [made.entry(session, name) for name in ("Child Benefit", "Healthy Start")]
    others = [made.service(session, key=f"other-{n}") for n in range(6)]
    sheet = composed(session, [(play, ""), *((one, "") for one in others)], entries)
    assert sheet.national is not None
    assert sheet.national.key == "national"
    assert [one.number for one in sheet.national.lines] == [0, 0]
    assert sheet.national.lines[0].qr == "HTTPS://HELP.EXAMPLE.ORG/C/CHILD-BENEFIT"
    assert sheet.national.lines[0].href.endswith("/catalogue/child-benefit")
    assert [kind for kind, _ in sheet.choosing_order].index("catalogue") == 3
    assert len(sheet.choosing_order) == 9


def test_crisis_lines_say_what_they_are_for(session: Session) -> None:
    shout = made.service(session, "Shout", key="shout", is_national=True, is_crisis=True)
    shout.phones = [Phone(number="85258", type=PhoneType.TEXT, description="Text SHOUT to 85258")]
    own = made.service(session, "Harbour line", key="own", summary="Somebody listens. Always.")
    own.phones = [
        Phone(number="88247", type=PhoneType.TEXT, description="Text 88247"),
        Phone(number="01632 960050", type=PhoneType.VOICE),
    ]
    danger = made.service(session, "999", key="emergency-999")
    danger.phones = [Phone(number="999", type=PhoneType.VOICE)]
    one, other = composed(session, helplines=[danger, shout, own]).helplines
    assert one.numbers == ("text SHOUT to 85258",)
    assert str(one.what) == "Help by text message, day and night."
    assert other.numbers == ("01632 960050", "text 88247"), "ringing first"
    assert str(other.what) == "Somebody listens."


def test_the_staff_room_reads_how_to_refer(session: Session, play: Service) -> None:
    order = replace(ENGLISH, readers=Readers.STAFF)
    found = line(composed(session, [(play, "")], order=order), "play")
    assert found.apply == Text("Send a letter. play@example.org")
    assert found.website == "play.example.org/now"
    polish = line(composed(session, [(play, "")], order=replace(order, language="pl")), "play")
    assert polish.apply.language == "en"


def test_easy_read_says_less(session: Session, play: Service) -> None:
    play.summary = (
        "Toys, paint, songs, water, sand and a great many other things that children like to do here."
    )
    play.assured_date = today()
    easy = line(composed(session, [(play, "")], order=replace(ENGLISH, easy=True)), "play")
    assert str(easy.what) == play.summary, "a sentence stays whole"
    assert easy.checked == ""
    assert easy.when
    assert easy.telephone


def test_no_confidential_place_is_anywhere_on_a_sheet(session: Session) -> None:
    name, address, postcode = SECRET
    refuge = made.location(session, name=name, address=address, postcode=postcode, is_confidential=True)
    hall = made.location(session, made.north_of(made.HERE, 900), name="Village Hall")
    only = made.service(session, "Safe home", at=(refuge,), key="safe")
    both = made.service(session, "Talk", at=(refuge, hall), key="talk")
    for language in ("en", "ur"):
        for readers in Readers:
            order = replace(ENGLISH, language=language, readers=readers)
            sheet = composed(session, [(only, ""), (both, "")], order=order)
            said = " ".join(every_text(sheet))
            assert not [part for part in SECRET if part in said]
            assert line(sheet, "safe").point is None
            assert line(sheet, "talk").point == (hall.lat, hall.lon)
            assert "one more place" not in str(line(sheet, "talk").where)


@pytest.mark.parametrize("readers", Readers)
def test_more_lines_take_no_more_statements(session: Session, readers: Readers) -> None:
    made.need(session, "money")
    services = [made.service(session, needs=("money",), key=f"one-{n}") for n in range(12)]
    order, of = replace(POLISH, readers=readers), scope()

    def statements(number: int) -> int:
        asked: list[str] = []
        choice = choice_of(session, of, [(one, "money") for one in services[:number]])

        def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            asked.append(statement)

        event.listen(session.get_bind(), "before_cursor_execute", count)
        try:
            assert len(compose(session, choice, of, order, SETTINGS, MONDAY).lines) == number
        finally:
            event.remove(session.get_bind(), "before_cursor_execute", count)
        return len(asked)

    assert statements(2) == statements(12) <= 3
