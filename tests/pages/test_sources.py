"""Where the areas of a page come from stands on every page that shows one, once."""

from datetime import date

import pytest

from hubfinder.places.sources import LayerSource
from hubfinder.vocab import Basis, FootprintKind
from hubfinder.web.shared.sources import in_few_lines
from tests.pages.reading import Reader

HEADING = "Where these areas come from"


@pytest.mark.parametrize(
    "address",
    [
        "/results?place=ZA1+4QT",
        "/service/sleep-clinic",
        "/hub/quayside-family-hub",
        "/footprint/ward/Z05000001",
    ],
)
def test_a_page_with_areas_says_once_where_they_come_from(read: Reader, address: str) -> None:
    page = read(address)
    assert page.text.count(HEADING) == 1
    assert "Source: Made up for tests. Date: 1 May 2026. Licence: Open Government Licence v3.0." in page.text
    assert "Contains made-up data." in page.text


@pytest.mark.parametrize("address", ["/", "/results?q=baby", "/safety", "/catalogue"])
def test_a_page_without_areas_says_nothing_of_them(read: Reader, address: str) -> None:
    assert HEADING not in read(address).text


def test_how_each_line_was_drawn_is_said(read: Reader) -> None:
    page = read("/results?place=ZA1+4QT")
    assert "Ward, Council area: official boundary." in page.text
    assert "Primary school catchment: traced from a published map. Drawn by hand." in page.text
    assert "Primary care network: worked out from data, not an official boundary." in page.text


def test_layers_that_say_the_same_stand_in_one_line() -> None:
    def layer(kind: FootprintKind, source: str) -> LayerSource:
        return LayerSource(kind.value, kind, Basis.OFFICIAL, source, date(2026, 5, 1), "OGL", "", "")

    lines = in_few_lines(
        [
            layer(FootprintKind.LOCAL_AUTHORITY, "ONS"),
            layer(FootprintKind.ICB, "NHS"),
            layer(FootprintKind.WARD, "ONS"),
        ]
    )
    assert [(one.kinds, one.layer.source) for one in lines] == [
        ((FootprintKind.WARD, FootprintKind.LOCAL_AUTHORITY), "ONS"),
        ((FootprintKind.ICB,), "NHS"),
    ]
