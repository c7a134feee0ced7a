"""What goes on a sheet and what does not, without typesetting it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from hubfinder.display.language import KNOWN
from hubfinder.sheets.boxes import Boxes
from hubfinder.sheets.fitting import arrange, drop_order, fit, named, with_one_less
from hubfinder.sheets.fonts import width
from hubfinder.sheets.geometry import styles
from hubfinder.sheets.measuring import CHANCE, Part, Ruler, shape
from hubfinder.sheets.orders import Length, Paper, SheetOrder
from hubfinder.sheets.values import Section, Sheet, SheetMap, Text
from tests.support.sheets import ORDER, TOPICS, line, sheet, words

FORMS: list[dict[str, object]] = [
    {},
    {"length": Length.TWO},
    {"length": Length.BOOKLET},
    {"length": Length.BOOKLET, "large": True},
    {"large": True},
    {"easy": True},
    {"large": True, "easy": True},
    {"paper": Paper.A5},
    {"paper": Paper.A5, "large": True},
    {"paper": Paper.A3},
    {"paper": Paper.A3, "easy": True},
    {"paper": Paper.A3, "large": True},
]


def order(**form: object) -> SheetOrder:
    return replace(ORDER, **form)  # type: ignore[arg-type]  # the test names fields of SheetOrder


def test_what_fits_stays_whole() -> None:
    whole = sheet(6)

    fitted = fit(whole)

    assert not fitted.dropped
    assert [one.key for one in fitted.sheet.lines] == [one.key for one in whole.lines]
    assert not fitted.sheet.more.words
    assert fitted.pages == 1


def test_what_does_not_fit_is_counted() -> None:
    whole = sheet(60)

    fitted = fit(whole)

    left_out = len(whole.lines) - len(fitted.sheet.lines)
    assert 12 <= len(fitted.sheet.lines) < 60
    assert fitted.sheet.more.count == left_out == len(fitted.dropped)
    assert str(left_out) in fitted.sheet.more.words


def test_a_page_is_well_filled_when_there_is_more_to_show() -> None:
    for language in KNOWN:
        layout = arrange(fit(sheet(60, language)).sheet)
        assert layout.pages[0].filled > 0.85, language


def test_twenty_short_services_go_on_one_page() -> None:
    made = sheet(20)
    short = [
        replace(
            section,
            lines=tuple(replace(one, where=Text("Quayside Family Hub")) for one in section.lines),
        )
        for section in made.sections
    ]

    fitted = fit(replace(made, sections=tuple(short), national=None))

    assert not fitted.dropped
    assert arrange(fitted.sheet).style.text >= 8.5


def test_fewer_services_stand_in_larger_type() -> None:
    sizes = [arrange(fit(sheet(count)).sheet).style.text for count in (2, 8, 40)]

    assert sizes[0] > sizes[1] > sizes[2]


def test_no_topic_loses_its_last_line_while_another_has_two() -> None:
    left = {one.key: section.key for section in sheet(30).sections for one in section.lines}
    for _, key in drop_order(sheet(30)):
        if key in left:
            topic = left.pop(key)
            if topic not in left.values():
                assert all(list(left.values()).count(other) <= 1 for other in TOPICS)


def test_lines_go_from_the_end_of_the_choosing_order() -> None:
    whole = sheet(30)

    first = drop_order(whole)[:3]

    national = [("catalogue", one.key) for one in whole.national.lines] if whole.national else []
    assert first[:2] == [national[-1], national[-2]]
    assert first[2] == whole.choosing_order[29]


def test_every_topic_is_there() -> None:
    fitted = fit(sheet(60))

    assert {section.key for section in fitted.sheet.sections} == set(TOPICS)


def test_numbers_are_those_of_the_sheet() -> None:
    made = fit(sheet(60)).sheet

    assert [one.number for one in made.lines if one.number] == list(
        range(1, sum(len(section.lines) for section in made.sections) + 1)
    )
    assert made.national
    assert all(one.number == 0 for one in made.national.lines)


def test_one_less_is_the_next_in_order() -> None:
    fitted = fit(sheet(60))

    less = with_one_less(fitted)

    assert len(less.sheet.lines) == len(fitted.sheet.lines) - 1
    assert less.dropped[:-1] == fitted.dropped
    assert less.dropped[-1] == drop_order(fitted.sheet)[0]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", KNOWN)
def test_what_must_be_there_fits_on_everything(language: str, form: dict[str, object]) -> None:
    danger = f"{words(6, language)} 999. {words(28, language)}. {words(16, language)} 01632 960999."
    notes = tuple(words(9, language, start) for start in range(3))
    made = fit(sheet(40, language, order=order(**form), danger=danger, notes=notes))

    layout = arrange(made.sheet)

    assert len(layout.pages) <= layout.style.pages
    assert made.sheet.hub
    assert made.sheet.helplines
    assert made.sheet.lines


def test_an_empty_sheet_has_what_must_be_there() -> None:
    empty = sheet(0, national=None, hub=None, map=None, helplines=())

    fitted = fit(empty)

    assert not fitted.sheet.lines
    assert len(arrange(fitted.sheet).pages) == 1


@pytest.mark.parametrize("lines", [0, 3, 20, 40])
def test_a_booklet_has_pages_in_fours(lines: int) -> None:
    layout = arrange(fit(sheet(lines, order=order(length=Length.BOOKLET))).sheet)

    assert len(layout.pages) % 4 == 0
    assert len(layout.pages) == fit(sheet(lines, order=order(length=Length.BOOKLET))).pages


def test_a_map_goes_where_hardly_a_line_has_room_beside_it() -> None:
    on_a5 = order(paper=Paper.A5)
    long = "Ring 999 when someone is in danger. " * 12

    assert fit(sheet(40, order=ORDER)).sheet.map
    assert fit(sheet(40, order=on_a5, danger=long)).sheet.map is None


def test_a_map_not_yet_drawn_takes_as_much_room() -> None:
    planned = sheet(60, map=SheetMap("", ""))

    assert fit(planned).dropped == fit(sheet(60)).dropped


def test_large_type_is_large_throughout() -> None:
    for style in styles(order(large=True)):
        assert min(style.text, style.small, style.name, style.section) >= 16
    for style in styles(order(easy=True)):
        assert min(style.text, style.small, style.name, style.section) >= 14
    for paper in Paper:
        assert min(style.text for style in styles(order(paper=paper))) >= 8.5


def test_words_are_as_wide_as_their_letters() -> None:
    assert width("iii", "en") < width("mmm", "en")
    assert width("mmm", "en") < width("mmm", "en", bold=True)
    assert width("بب", "ar") < 2 * width("ب", "ar")


def test_lines_are_counted_as_words_fill_them() -> None:
    ruler = Ruler(KNOWN["en"])
    one = ruler.text("word", 10, 400).height

    assert ruler.text("word " * 4, 10, ruler.wide("word word ", 10)).height == pytest.approx(2 * one)
    assert ruler.text("", 10, 400).height == 0


def test_a_very_long_word_can_break() -> None:
    found = shape(Part("https://harbourmouth.example.org/a/long/address/without/any/space"), "en")
    letters = shape(Part("a" * 60), "en")

    assert found
    assert letters
    assert CHANCE in str(found.data["w"])
    assert max(wide for wide, _ in letters.widths) < 10
    assert CHANCE not in words(12)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(TOPICS), st.text(max_size=120), st.text(max_size=60)),
        max_size=40,
    ),
    st.sampled_from(sorted(KNOWN)),
)
def test_whatever_is_written_something_fits(lines: list[tuple[str, str, str]], language: str) -> None:
    sections = tuple(
        Section(
            topic,
            Text(topic),
            tuple(
                line(number, language, key=f"made-{number}", name=Text(name), what=Text(what))
                for number, (own, name, what) in enumerate(lines, start=1)
                if own == topic
            ),
        )
        for topic in dict.fromkeys(topic for topic, _, _ in lines)
    )
    made: Sheet = replace(sheet(0, language), sections=sections, total=len(lines))

    fitted = fit(made)

    assert len(fitted.sheet.lines) + len(fitted.dropped) == len(made.lines)
    assert {named(one) for one in fitted.sheet.lines}.isdisjoint(fitted.dropped)
    assert len(arrange(fitted.sheet).pages) == 1


@pytest.mark.parametrize("form", FORMS)
def test_every_line_leads_on(form: dict[str, object]) -> None:
    """National help too: without a code and a number a line on paper would be a dead end."""
    layout = arrange(fit(sheet(6, order=order(**form))).sheet)

    lines = [
        block.data
        for page in layout.pages
        for column in page.columns
        for unit in column.units
        for block in unit
        if block.data["kind"] == "line"
    ]
    assert lines
    assert all(one["qr"] and one["size"] >= 11 * 72 / 25.4 for one in lines)


@pytest.mark.parametrize("form", [one for one in FORMS if one.get("length") is not Length.BOOKLET])
@pytest.mark.parametrize("language", KNOWN)
def test_no_sheet_has_more_than_both_sides_of_what_was_asked(language: str, form: dict[str, object]) -> None:
    asked = 2 if form.get("length") is Length.TWO else 1

    assert max(style.pages for style in styles(order(language=language, **form))) <= 2 * asked


@pytest.mark.parametrize(("language", "least"), [("en", 5), ("ur", 4)])
def test_both_sides_in_large_type_hold_several_listings(language: str, least: int) -> None:
    danger = f"{words(6, language)} 999. {words(28, language)}. {words(16, language)} 01632 960999."

    fitted = fit(sheet(40, language, order=order(large=True), danger=danger))
    layout = arrange(fitted.sheet)

    assert len(fitted.sheet.lines) >= least
    assert len(layout.pages) == 2
    assert min(page.filled for page in layout.pages) > 0.6


def test_plain_boxes_keep_the_numbers_for_danger() -> None:
    danger = "In danger now? Ring 999. Press 55 if you cannot speak. Nights and weekends: ring 01632 960999."
    made = sheet(40, order=order(large=True), danger=danger)
    style = styles(made.order)[-1]

    said = str(Boxes(made, style, Ruler(made.language)).danger().data)

    assert style.plain
    assert "Ring 999" in said
    assert "01632 960999" in said
    assert "55" not in said


def test_a_poster_and_a_page_hold_many_listings_where_there_are_many() -> None:
    danger = f"{words(6)} 999. {words(28)}. {words(16)} 01632 960999."

    for paper, least in ((Paper.A4, 14), (Paper.A3, 12)):
        assert len(fit(sheet(60, order=order(paper=paper), danger=danger)).sheet.lines) >= least


@pytest.mark.parametrize("language", KNOWN)
def test_a_leaflet_in_large_type_fits_however_much_was_chosen(language: str) -> None:
    chosen = ". ".join(words(9, language, start) for start in range(6)) + "."
    danger = f"{words(6, language)} 999. {words(28, language)}. {words(16, language)} 01632 960999."
    form = order(paper=Paper.A5, large=True, easy=True)

    made = fit(sheet(40, language, order=form, subtitle=Text(chosen), danger=danger))

    assert len(arrange(made.sheet).pages) <= 2


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("www.home-start.org.uk", "www.home-\u2060start.org.uk"),
        ("Kod AE9H-CEP8", "Kod AE9H-\u2060CEP8"),
        ("quintas-feiras", "quintas-feiras"),
        ("help@sand-mere.example.org", "help@\u200bsand-\u2060mere.\u200bexample.\u200borg"),
    ],
)
def test_what_is_typed_as_it_stands_has_no_second_hyphen_at_a_break(words: str, kept: str) -> None:
    shaped = shape(Part(words), "pl")
    assert shaped is not None
    assert shaped.data["w"] == kept


@pytest.mark.parametrize("language", ["ur", "ar"])
def test_both_halves_of_a_code_stay_in_their_order_on_a_sheet_from_right_to_left(language: str) -> None:
    shaped = shape(Part(f"{words(2, language)} DD40-EXRH {words(2, language)} 127.0.0.1:8000/v-1"), language)
    assert shaped is not None
    assert "\u2066DD40-\u2060EXRH\u2069" in shaped.data["w"]
    assert "\u2066127.0.0.1:8000/v-\u20601\u2069" in shaped.data["w"]
