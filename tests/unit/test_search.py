"""Finding help: what is found, where it stands, and that nothing hidden is ever found."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.directory.availability import Answer
from hubfinder.directory.models import Service
from hubfinder.search import documents, engines, indexing
from hubfinder.search.book import book_dir
from hubfinder.search.book_engine import BookEngine
from hubfinder.search.engines import engine_of
from hubfinder.search.finder import Finder, best_of
from hubfinder.search.models import SearchDocument, SearchIdentity
from hubfinder.search.understanding import Understanding
from hubfinder.search.values import Group, Results, Wanted
from hubfinder.settings import Settings
from hubfinder.vocab import Access, CatalogueStatus, Circumstance, Confidence, Delivery, ServiceStatus
from tests.support import factories as made

SECRET = "Willow Cottage"


def search(session: Session, settings: Settings, wanted: Wanted) -> Results:
    documents.rebuild_documents(session)
    session.commit()
    engines.catch_up(session, settings)
    return finder(settings).find(session, wanted)


def finder(settings: Settings) -> Finder:
    return Finder(
        engine_of(settings),
        settings.near_metres,
        settings.stale_after_days,
        Understanding.of(settings.seeds_dir),
    )


def names(results: Results, group: Group) -> list[str]:
    return [found.card["name"] for found in results.groups.get(group, ())]


def test_the_nearest_hub_comes_first_whatever_was_asked(session: Session, settings: Settings) -> None:
    made.location(session, made.north_of(made.HERE, 3000), name="Far Hub", is_family_hub=True)
    made.location(session, made.north_of(made.HERE, 700), name="Near Hub", is_family_hub=True)
    results = search(session, settings, Wanted(text="debt", place=made.place()))
    assert names(results, Group.HUB) == ["Near Hub"]
    assert results.groups[Group.HUB][0].distance_m == pytest.approx(700, rel=0.01)


def test_equally_good_services_stand_by_distance(session: Session, settings: Settings) -> None:
    for metres in (2000, 500, 1000):
        made.service(
            session,
            "Toy library",
            at=(made.location(session, made.north_of(made.HERE, metres)),),
            summary=f"{metres}",
        )
    results = search(session, settings, Wanted(text="toy library", place=made.place()))
    assert [found.card["summary"] for found in results.groups[Group.NEAR]] == ["500", "1000", "2000"]


def test_relevance_comes_before_distance(session: Session, settings: Settings) -> None:
    made.service(session, "Music", at=(made.location(session),), description="We once sang about sleep.")
    made.service(session, "Sleep clinic", at=(made.location(session, made.north_of(made.HERE, 4000)),))
    results = search(session, settings, Wanted(text="sleep clinic", place=made.place()))
    assert names(results, Group.NEAR)[0] == "Sleep clinic"


def test_help_far_away_that_serves_the_address_is_shown(session: Session, settings: Settings) -> None:
    harbour = made.footprint(session, "Harbour")
    far = made.location(session, made.north_of(made.HERE, 60_000))
    made.service(session, "Family visits", at=(far,), areas=(harbour,))
    results = search(session, settings, Wanted(place=made.place(footprints=(harbour,))))
    assert names(results, Group.SERVING) == ["Family visits"]
    [found] = results.groups[Group.SERVING]
    assert found.why == ("serves:Harbour", "everyone", "any_age")
    assert found.available.answer is Answer.SURE


def test_a_service_for_another_area_is_shown_when_near_but_says_so(
    session: Session, settings: Settings
) -> None:
    harbour, other = made.footprint(session, "Harbour"), made.footprint(session, "Northsands")
    hall = made.location(session)
    made.service(session, "Play for Northsands", at=(hall,), areas=(other,))
    made.service(session, "Play for all", at=(hall,))
    results = search(session, settings, Wanted(text="play", place=made.place(footprints=(harbour,))))
    assert names(results, Group.NEAR) == ["Play for all", "Play for Northsands"]
    last = results.groups[Group.NEAR][1]
    assert last.why[0] == "elsewhere:Northsands"
    assert last.available.answer is Answer.NO


def test_telephone_help_is_never_dropped_for_lack_of_a_place(session: Session, settings: Settings) -> None:
    by_telephone = frozenset({Delivery.TELEPHONE})
    made.service(session, "Calm Nights", delivery=by_telephone, is_national=True)
    made.service(session, "Local line", delivery=by_telephone)
    results = search(session, settings, Wanted(place=made.place()))
    assert set(names(results, Group.REMOTE)) == {"Calm Nights", "Local line"}


@pytest.mark.parametrize(
    ("age", "expected"),
    [(-3, {"All ages"}), (59, {"All ages", "Under fives"}), (60, {"All ages"}), (252, {"All ages"})],
)
def test_an_age_range_overlaps_or_it_does_not(
    session: Session, settings: Settings, age: int, expected: set[str]
) -> None:
    made.service(session, "Under fives", minimum_age=0, maximum_age=60)
    made.service(session, "All ages")
    assert set(names(search(session, settings, Wanted(age=age)), Group.NEAR)) == expected


def test_each_filter_keeps_only_what_fits(session: Session, settings: Settings) -> None:
    made.service(session, "Debt advice", needs=("money",), access=Access.TARGETED)
    made.service(
        session,
        "Online play",
        needs=("parenting",),
        delivery=frozenset({Delivery.ONLINE, Delivery.IN_PERSON}),
    )
    assert names(search(session, settings, Wanted(needs=("money",))), Group.NEAR) == ["Debt advice"]
    assert names(search(session, settings, Wanted(access=(Access.TARGETED,))), Group.NEAR) == ["Debt advice"]
    assert names(search(session, settings, Wanted(delivery=(Delivery.ONLINE,))), Group.NEAR) == [
        "Online play"
    ]


def test_a_footprint_filter_keeps_what_serves_it_or_is_in_it(session: Session, settings: Settings) -> None:
    around = f"SRID=4326;{made.around(made.HERE, 1000)}"
    harbour = made.footprint(session, "Harbour", geom=around)
    made.service(session, "For Harbour", areas=(harbour,))
    made.service(session, "In Harbour", at=(made.location(session),))
    made.service(session, "Beyond", at=(made.location(session, made.north_of(made.HERE, 3000)),))
    wanted = Wanted(footprints=((harbour.kind.value, harbour.code),))
    assert set(names(search(session, settings, wanted), Group.NEAR)) == {"For Harbour", "In Harbour"}
    assert names(search(session, settings, Wanted(footprints=(("ward", "none such"),))), Group.NEAR) == []


def test_a_stale_listing_ranks_below_a_fresh_one(session: Session, settings: Settings) -> None:
    hall = made.location(session)
    made.service(
        session, "Twins club", at=(hall,), summary="stale", assured_date=today() - timedelta(days=300)
    )
    made.service(session, "Twins club", at=(hall,), summary="fresh", assured_date=today() - timedelta(days=3))
    results = search(session, settings, Wanted(text="twins club", place=made.place()))
    assert [found.card["summary"] for found in results.groups[Group.NEAR]] == ["fresh", "stale"]


def test_a_closed_scheme_ranks_below_an_open_one_and_says_closed(
    session: Session, settings: Settings
) -> None:
    made.entry(session, "Old Tax Credit", status=CatalogueStatus.CLOSED)
    made.entry(session, "New Tax Credit")
    results = search(session, settings, Wanted(text="tax credit"))
    assert names(results, Group.NATIONAL) == ["New Tax Credit", "Old Tax Credit"]
    assert results.groups[Group.NATIONAL][1].card["status"] == "closed"


def test_other_words_for_the_same_thing_are_found(session: Session, settings: Settings) -> None:
    made.service(session, "Child maintenance help")
    assert names(search(session, settings, Wanted(text="csa")), Group.NEAR) == ["Child maintenance help"]


def test_a_line_for_professionals_is_not_shown_to_families(session: Session, settings: Settings) -> None:
    made.service(session, "Staff safety line", is_national=True, audience="professionals")
    assert not search(session, settings, Wanted(text="safety")).everything


def test_nothing_of_a_confidential_place_is_in_documents_index_or_answers(
    session: Session, settings: Settings
) -> None:
    refuge = made.location(
        session,
        name=SECRET,
        address="7 Hidden Lane",
        postcode="ZA9 9ZZ",
        is_confidential=True,
        is_family_hub=True,
    )
    harbour = made.footprint(session, "Harbour")
    made.service(session, "Safe place to stay", at=(refuge,), areas=(harbour,))
    results = search(session, settings, Wanted(place=made.place(footprints=(harbour,))))
    everything = json.dumps([[d.card, d.terms] for d in session.scalars(select(SearchDocument))]) + repr(
        results
    )
    folders = (settings.index_dir, book_dir(settings.index_dir))
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert paths
    files = b"".join(path.read_bytes() for path in paths)
    for secret in (SECRET, "Hidden Lane", "ZA9 9ZZ", "54.75]"):
        assert secret not in everything
        assert secret.encode() not in files
    assert names(results, Group.SERVING) == ["Safe place to stay"]
    assert results.groups[Group.SERVING][0].distance_m is None
    assert Group.HUB not in results.groups or not results.groups[Group.HUB]
    for word in ("willow", "cottage", "hidden"):
        assert not finder(settings).find(session, Wanted(text=word)).everything


def test_an_unsure_number_is_never_shown(session: Session, settings: Settings) -> None:
    from hubfinder.directory.models import Phone, Url

    line = made.service(session, "Unsure line", is_national=True, confidence=Confidence.UNSURE)
    line.phones, line.urls = [Phone(number="01632 960123")], [Url(url="https://example.org")]
    assert "960123" not in repr(search(session, settings, Wanted(text="unsure")))


def test_a_deleted_service_is_gone_before_the_index_knows(session: Session, settings: Settings) -> None:
    toy = made.service(session, "Toy library")
    assert names(search(session, settings, Wanted(text="toy")), Group.NEAR) == ["Toy library"]
    session.execute(delete(Service).where(Service.id == toy.id))
    documents.refresh_documents(session, services=[toy.id])
    documents.rebuild_documents(session)
    session.commit()
    assert not finder(settings).find(session, Wanted(text="toy")).everything


@pytest.mark.sqlite_only  # about the files of Whoosh; PostgreSQL has nothing to catch up with
def test_the_index_catches_up_with_changes_and_removals(session: Session, settings: Settings) -> None:
    toy = made.service(session, "Toy library")
    bike = made.service(session, "Bike library")
    search(session, settings, Wanted())
    toy, bike = session.merge(toy), session.merge(bike)
    toy.name, bike.status = "Puppet library", ServiceStatus.INACTIVE
    documents.refresh_documents(session, services=[toy.id, bike.id])
    session.commit()
    assert not indexing.status(session, settings.index_dir).in_step
    assert indexing.catch_up(session, settings.index_dir) == 2
    assert indexing.catch_up(session, settings.index_dir) == 0
    assert indexing.status(session, settings.index_dir).in_step
    assert names(finder(settings).find(session, Wanted(text="library")), Group.NEAR) == ["Puppet library"]


@pytest.mark.sqlite_only  # about the files of Whoosh
def test_an_index_of_which_most_has_changed_is_built_anew(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = [made.service(session, f"{name} library") for name in ("Toy", "Bike", "Kite", "Book")]
    search(session, settings, Wanted())
    monkeypatch.setattr(indexing, "MOST_BEHIND", 1)
    for number, service in enumerate(services[:3]):
        session.merge(service).name = f"Puppet library {number}"
    documents.refresh_documents(session, services=[service.id for service in services[:3]])
    session.commit()
    monkeypatch.setattr(indexing, "_apply", None)
    indexing.catch_up(session, settings.index_dir)
    assert indexing.status(session, settings.index_dir).in_step
    found = names(finder(settings).find(session, Wanted(text="library")), Group.NEAR)
    assert sorted(found) == ["Book library", *(f"Puppet library {number}" for number in range(3))]


def test_without_an_index_the_database_answers(session: Session, settings: Settings, tmp_path: Path) -> None:
    made.service(session, "Toy library", at=(made.location(session),))
    documents.rebuild_documents(session)
    session.commit()
    lost = Finder(BookEngine(tmp_path / "nowhere"), 8000, 182, Understanding.of(settings.seeds_dir))
    results = lost.find(session, Wanted(text="toys", place=made.place()))
    assert results.engine == "database"
    assert names(results, Group.NEAR) == ["Toy library"]


def test_the_command_line_list_goes_by_relevance_then_distance(session: Session, settings: Settings) -> None:
    for metres in (3000, 400):
        place = made.location(session, made.north_of(made.HERE, metres))
        made.service(session, "Sleep clinic", at=(place,), summary=str(metres))
    made.service(session, "Play", at=(made.location(session),), summary="Beside the sleep clinic.")
    found = best_of(search(session, settings, Wanted(text="sleep clinic", place=made.place())), 10)
    assert [one.card["summary"] for one in found] == ["400", "3000", "Beside the sleep clinic."]


def test_hubs_can_be_searched_for(session: Session, settings: Settings) -> None:
    for number, metres in enumerate((500, 900, 1500)):
        made.location(
            session, made.north_of(made.HERE, metres), name=f"Family Hub {number}", is_family_hub=True
        )
    made.service(session, "Toy library", at=(made.location(session),))
    results = search(session, settings, Wanted(text="family hub", place=made.place()))
    assert names(results, Group.HUB) == ["Family Hub 0"]
    assert names(results, Group.NEAR) == ["Family Hub 1", "Family Hub 2"]
    assert [one.card["name"] for one in best_of(results, 3)] == [
        "Family Hub 0",
        "Family Hub 1",
        "Family Hub 2",
    ]
    toys = best_of(search(session, settings, Wanted(text="toy library", place=made.place())), 3)
    assert [one.card["name"] for one in toys] == ["Toy library", "Family Hub 0"], "there is always a hub"


def test_after_an_upgrade_documents_of_an_older_form_are_written_again(
    session: Session, settings: Settings, tmp_path: Path
) -> None:
    made.service(session, "Toy library")
    search(session, settings, Wanted())
    session.execute(update(SearchIdentity).values(format=0))
    session.execute(update(SearchDocument).values(terms={"texts": [], "points": [], "areas": []}))
    session.commit()
    lost = Finder(BookEngine(tmp_path / "none"), 8000, 182, Understanding.of(settings.seeds_dir))
    assert names(lost.find(session, Wanted(text="toy")), Group.NEAR) == [], "not offered, and no error"
    engines.catch_up(session, settings)
    assert names(finder(settings).find(session, Wanted(text="toy")), Group.NEAR) == ["Toy library"]


def test_a_card_of_an_older_form_is_still_shown(session: Session, settings: Settings) -> None:
    made.service(session, "Toy library")
    search(session, settings, Wanted())
    document = session.scalars(select(SearchDocument)).one()
    old = {name: value for name, value in document.card.items() if name not in ("circumstances", "national")}
    session.execute(update(SearchDocument).values(card=old))
    session.commit()
    assert names(finder(settings).find(session, Wanted(text="toy")), Group.NEAR) == ["Toy library"]


@pytest.mark.parametrize("metres", [500, 20_000])
def test_what_is_for_others_stands_last_and_does_not_count_as_enough(
    session: Session, settings: Settings, metres: int
) -> None:
    harbour, other = made.footprint(session, "Harbour"), made.footprint(session, "Northsands")
    hall, far = made.location(session), made.location(session, made.north_of(made.HERE, metres))
    for number in range(3):
        made.service(session, f"Others {number}", at=(hall,), areas=(other,))
    made.service(session, "For all", at=(far,))
    results = search(session, settings, Wanted(place=made.place(footprints=(harbour,)), limit=3))
    first, *others = names(results, Group.NEAR)
    assert (first, len(others)) == ("For all", 2)
    assert [one.card["name"] for one in best_of(results, 3)] == [first, *others]


def test_what_is_made_for_a_family_comes_first_and_hides_nothing(
    session: Session, settings: Settings
) -> None:
    hall = made.location(session)
    made.service(session, "Swimming", at=(hall,), needs=("send",))
    send = frozenset({Circumstance.SEND})
    made.service(session, "Swimming for some", at=(hall,), access=Access.TARGETED, circumstances=send)
    asked = Wanted(place=made.place(), circumstances=send)
    results = search(session, settings, asked)
    assert names(results, Group.NEAR) == ["Swimming for some", "Swimming"]
    assert {one.available.answer for one in results.groups[Group.NEAR]} == {Answer.SURE}


def test_an_age_in_years_is_the_whole_year(session: Session, settings: Settings) -> None:
    made.service(session, "First foods", minimum_age=4, maximum_age=12)
    made.service(session, "Last weeks", minimum_age=-3, maximum_age=0)
    assert names(search(session, settings, Wanted(age=0, age_to=12)), Group.NEAR) == ["First foods"]
    assert names(search(session, settings, Wanted(age=-9, age_to=0)), Group.NEAR) == ["Last weeks"]
    both = Wanted(age=0, age_to=12, circumstances=frozenset({Circumstance.PREGNANT}))
    assert set(names(search(session, settings, both), Group.NEAR)) == {"First foods", "Last weeks"}


@pytest.mark.sqlite_only  # about the files of Whoosh
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Whoosh leaves files half open
def test_a_damaged_index_is_noticed_and_built_again(session: Session, settings: Settings) -> None:
    made.service(session, "Toy library", at=(made.location(session),))
    wanted = Wanted(text="toy library", place=made.place())
    for damage in ("*.toc", "*.pst", "*.trm", "*.col", "state.json"):
        search(session, settings, wanted)
        indexing.catch_up(session, settings.index_dir, check=True)
        for file in settings.index_dir.glob(damage):
            if damage == "*.toc":
                file.unlink()
            else:
                file.write_bytes(bytes(range(7, 200)) * 40)
        assert finder(settings).find(session, wanted).engine in ("whoosh", "database"), "pages still answer"
        assert not indexing.status(session, settings.index_dir).in_step
        assert indexing.catch_up(session, settings.index_dir, check=True) == 1
        assert finder(settings).find(session, wanted).engine == "whoosh"
