"""Importing what services say in other languages: what is kept or refused, and when it is out of date."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.directory.models import CostOption, Location, Service, ServiceTranslation
from hubfinder.directory.translations import Texts, translations_of
from hubfinder.ingest.demonstration import STEPS
from hubfinder.ingest.locations import LOCATIONS
from hubfinder.ingest.translations import TRANSLATIONS
from hubfinder.search.cards import translatable
from hubfinder.search.documents import latest_revision
from tests.support import factories as made
from tests.support.files import csv_file, load, refusals

Row = dict[str, str]
PLAY: Row = {
    "service": "play",
    "language": "pl",
    "name": "Wspólna zabawa",
    "summary": "Zabawki i piosenki.",
    "eligibility": "Dla każdego",
    "hours": "",
    "cost": "2,50 £ za dziecko",
}


@pytest.fixture
def world(session: Session, tmp_path: Path) -> Path:
    """A service with a price, and a refuge."""
    play = made.service(session, key="play", name="Stay and play", summary="Toys and songs.")
    play.cost_options = [CostOption(amount=2.5, description="each child")]
    made.location(
        session, name="Lantern House", address="7 Hidden Lane", postcode="ZA1 4QT", is_confidential=True
    )
    session.commit()
    return tmp_path


def kept(session: Session) -> list[ServiceTranslation]:
    session.expire_all()
    return list(session.scalars(select(ServiceTranslation).order_by(ServiceTranslation.language)))


def test_a_row_is_kept_with_the_english_it_was_made_of(session: Session, world: Path) -> None:
    report = load(session, TRANSLATIONS, csv_file(world, "translations", [PLAY | {"checked": "yes"}]))
    assert report.saved
    assert report.counts == {"translations": 1}
    [row] = kept(session)
    english = translatable(session.scalars(select(Service)).one())
    assert english == Texts("Stay and play", "Toys and songs.", cost="£2.50 each child")
    assert (row.language, row.name, row.cost) == ("pl", "Wspólna zabawa", "2,50 £ za dziecko")
    assert row.is_checked
    assert row.english_digest == english.digest
    [found] = translations_of(session, ["play", "other"], "pl").values()
    assert found.of(english).summary == "Zabawki i piosenki."
    assert translations_of(session, ["play"], "ur") == {}


def test_when_the_english_changes_the_translation_is_out_of_date(session: Session, world: Path) -> None:
    load(session, TRANSLATIONS, csv_file(world, "translations", [PLAY]))
    session.execute(update(CostOption).values(amount=3))
    session.expire_all()
    [found] = translations_of(session, ["play"], "pl").values()
    assert found.of(translatable(session.scalars(select(Service)).one())) == Texts()


def test_the_same_file_again_changes_nothing(session: Session, world: Path) -> None:
    file = csv_file(world, "translations", [PLAY])
    assert load(session, TRANSLATIONS, file).saved
    before = latest_revision(session)
    assert load(session, TRANSLATIONS, file).saved
    assert latest_revision(session) == before
    changed = csv_file(world, "translations", [PLAY | {"name": "Zabawa"}])
    assert load(session, TRANSLATIONS, changed).saved
    assert latest_revision(session) > before, "sheets that are remembered must not stay as they are"
    assert [row.name for row in kept(session)] == ["Zabawa"]


def test_a_row_without_texts_takes_the_translation_away(session: Session, world: Path) -> None:
    load(session, TRANSLATIONS, csv_file(world, "translations", [PLAY, PLAY | {"language": "ur"}]))
    empty = {"service": "play", "language": "pl", "name": ""}
    assert load(session, TRANSLATIONS, csv_file(world, "translations", [empty])).saved
    assert [row.language for row in kept(session)] == ["ur"]


@pytest.mark.parametrize(
    ("cells", "field", "why"),
    [
        ({"service": "none"}, "service", "nothing here has the key 'none'"),
        ({"service": ""}, "service", "is empty"),
        ({"service": "Not A Key"}, "service", "is not a key"),
        ({"language": "en"}, "language", "'en' is none of: pl, ro, ur, bn, ar, pa, so, pt, uk, tr"),
        ({"language": ""}, "language", "is empty"),
        ({"checked": "perhaps"}, "checked", "neither yes nor no"),
        ({"summary": "x" * 501}, "summary", "at most 500 fit"),
        ({"name": "\u202eevil"}, "name", "control character U+202E"),
        ({"summary": "Wejdź od 7 Hidden Lane."}, "summary", "tells of a confidential place: its address"),
        ({"eligibility": "Lantern House, pokój 3"}, "eligibility", "tells of a confidential place: its name"),
    ],
)
def test_a_bad_row_is_refused_with_its_field(
    session: Session, world: Path, cells: Row, field: str, why: str
) -> None:
    [(row, column, said)] = refusals(load(session, TRANSLATIONS, csv_file(world, "bad", [PLAY | cells])))
    assert (row, column) == (2, field)
    assert why in said
    assert kept(session) == []


def test_a_language_stands_once_for_a_service(session: Session, world: Path) -> None:
    [(row, column, said)] = refusals(load(session, TRANSLATIONS, csv_file(world, "twice", [PLAY, PLAY])))
    assert (row, column) == (3, "service")
    assert "play in pl stands in the file twice, first in row 2" in said


def test_a_place_that_a_translation_tells_of_cannot_become_confidential(
    session: Session, world: Path
) -> None:
    told = PLAY | {"summary": "Spotykamy się w Rowan Cottage."}
    assert load(session, TRANSLATIONS, csv_file(world, "translations", [told])).saved
    place = {"key": "rowan", "name": "Rowan Cottage", "address": "3 Elm Row", "lat": "54.7", "lon": "2.1"}
    file = csv_file(world, "locations", [place | {"confidential": "yes"}])
    [(_, column, said)] = refusals(load(session, LOCATIONS, file))
    assert column == "confidential"
    assert "service play" in said
    assert session.scalars(select(Location.name)).all() == ["Lantern House"]


def test_the_page_of_a_service_shows_its_translation(app: Flask, session: Session, world: Path) -> None:
    session.execute(update(Service).values(eligibility="For all"))
    load(session, TRANSLATIONS, csv_file(world, "translations", [PLAY]))

    def page(address: str) -> str:
        return app.test_client().get(address).get_data(as_text=True)

    polish = page("/pl/service/play")
    assert "<h1>Wspólna zabawa</h1>" in polish
    assert 'lang="en">Stay and play</p>' in polish, "families need the English name to ask for it"
    assert "Zabawki i piosenki." in polish
    assert "<p>Dla każdego</p>" in polish
    assert "Toys and songs." not in re.sub(r"<head>.*?</head>", "", polish, flags=re.DOTALL)
    for address in ("/service/play", "/ur/service/play"):
        assert "Wspólna" not in page(address)
    session.execute(update(Service).values(summary="Only songs now."))
    session.commit()
    assert "Wspólna" not in page("/pl/service/play"), "the English has changed"


def test_the_demonstration_has_translations() -> None:
    assert [step.file for step in STEPS if step.kind == "translations"] == ["listings/translations.csv"]
