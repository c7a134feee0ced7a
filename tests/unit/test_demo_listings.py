"""The hand-written listings of the demonstration area: whole, true to each other, varied and safe to show."""

import csv
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from hubfinder.directory.other_days import read_other_days
from hubfinder.vocab import Circumstance

ROOT = Path(__file__).parents[2]
GEODATA = ROOT / "geodata"
LISTINGS = GEODATA / "listings"

DRAMA_NUMBER = re.compile(r"01632 960\d{3}")
EMAIL = re.compile(r"[a-z0-9-]+@example\.org")
WEBSITE = re.compile(r"https://[a-z0-9.-]+\.example\.org/[a-z0-9-]*")
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
OPENING = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d\d:\d\d)-(\d\d:\d\d)( term| holidays)?( @[a-z0-9-]+)?( \([^();]+\))?"
)
PROSE = (
    "name", "summary", "description", "eligibility", "how_to_apply", "schedule", "exceptions", "cost",
    "vacancies_note", "assured_by",
)  # fmt: skip
SITE = re.compile(r" @[a-z0-9-]+")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
LONG_NUMBER_OR_ADDRESS = re.compile(r"\d[\d ]{5,}\d|@|https?:|www\.")
PRICE = re.compile(r"\d+\.\d\d [^;\[\]]+(?: \[[^;\[\]]+\])?|free \[[^;\[\]]+\]")
ASSURED = re.compile(r"(\d+) days ago")
AREA = re.compile(
    r"(nation:E92000001|local_authority:Z0600000[12]|ward:Z0500000[1-8]|primary_care_network:ZPCN0[123]"
    r"|icb:Z54000001|police_area:Z23000001|school_catchment_(primary|secondary):990\d{3})"
)
LANGUAGES = {"pl", "ro", "ur", "bn", "ar", "uk", "so", "pt", "pa", "tr"}
FEATURES = {
    "step_free",
    "accessible_toilet",
    "changing_place",
    "hearing_loop",
    "bsl",
    "quiet_space",
    "parking",
    "baby_changing",
    "pushchair_space",
    "easy_read",
}
DELIVERIES = {"in_person", "online", "telephone", "home_visit"}
KINDS = {"council", "nhs", "charity", "community", "school", "police", "faith", "business"}
STALE_DAYS = 210
BIRTHDAY_26 = 312

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def keys(path: Path) -> set[str]:
    return {row["key"] for row in rows(path)}


def place_of(time: str) -> str:
    """What the note of one schedule item begins with, such as ``mill lane``; a dash when it has no note."""
    note = re.search(r"\(([^,)]+)", time)
    return note[1].strip().lower() if note else "-"


def is_at(time: str, key: str, name: str) -> bool:
    """Whether one schedule item says that it is at this location."""
    site = SITE.search(time)
    return site[0] == f" @{key}" if site else place_of(time) in name


def age_range(service: Row) -> tuple[int, int]:
    """Months, from inclusive, to exclusive; a service without ages is for all of them."""
    return int(service["min_age_months"] or -9), int(service["max_age_months"] or BIRTHDAY_26)


ORGANIZATIONS = rows(LISTINGS / "organizations.csv")
LOCATIONS = rows(LISTINGS / "locations.csv")
SERVICES = rows(LISTINGS / "services.csv")
ACTIVE = [service for service in SERVICES if service["status"] == "active"]
CONFIDENTIAL = {row["key"]: row for row in LOCATIONS if row["confidential"] == "yes"}
NORTHSANDS = {row["key"] for row in LOCATIONS if row["postcode"].startswith("ZA5 ")}


@pytest.fixture(scope="module")
def places() -> set[str]:
    return keys(LISTINGS / "locations.csv") | keys(GEODATA / "hubs.csv")


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Row]:
    return {row["key"]: row for row in rows(ROOT / "seeds" / "catalogue.csv")}


def test_there_are_as_many_as_promised() -> None:
    assert (len(ORGANIZATIONS), len(SERVICES)) == (60, 150)
    assert 45 <= len(LOCATIONS) <= 60
    assert len(CONFIDENTIAL) >= 4


@pytest.mark.parametrize(
    "table", [ORGANIZATIONS, LOCATIONS, SERVICES], ids=["organizations", "locations", "services"]
)
def test_keys_are_unique_kebab_case(table: list[Row]) -> None:
    found = [row["key"] for row in table]
    assert len(set(found)) == len(found)
    assert [key for key in found if not KEY.fullmatch(key)] == []


def test_every_organization_has_a_service_and_every_service_an_organization() -> None:
    assert {service["organization"] for service in SERVICES} == {row["key"] for row in ORGANIZATIONS}
    assert {row["kind"] for row in ORGANIZATIONS} == KINDS


def test_every_location_named_by_a_service_is_there_and_used(places: set[str]) -> None:
    used = {key for service in SERVICES for key in items(service["locations"])}
    assert used - places == set()
    assert {row["key"] for row in LOCATIONS} - used == set()


def test_services_name_only_open_catalogue_entries(catalogue: dict[str, Row]) -> None:
    named = {key for service in SERVICES for key in items(service["catalogue"])}
    assert named - catalogue.keys() == set()
    assert [key for key in named if catalogue[key]["status"] == "closed"] == []


def test_locations_stand_at_live_postcodes_of_the_area() -> None:
    live = {row["pcds"] for row in rows(GEODATA / "postcodes.csv") if not row["doterm"]}
    assert [row["key"] for row in LOCATIONS if row["postcode"] not in live] == []


def test_schools_and_surgeries_stand_where_the_registers_say() -> None:
    register = {row["name"]: row["postcode"] for row in rows(GEODATA / "schools.csv")}
    register |= {row["name"]: row["postcode"] for row in rows(GEODATA / "practices.csv")}
    shared = [row for row in LOCATIONS if row["name"] in register]
    assert len(shared) >= 6
    assert {row["name"]: row["postcode"] for row in shared}.items() <= register.items()


def test_circumstances_are_those_of_the_vocabulary_and_only_of_targeted_services() -> None:
    made_for = {row["key"]: items(row["circumstances"]) for row in SERVICES if row["circumstances"]}
    assert len(made_for) >= 8
    assert {one for some in made_for.values() for one in some} <= set(Circumstance)
    assert {row["access"] for row in SERVICES if row["key"] in made_for} == {"targeted"}


def test_areas_are_those_of_the_demonstration() -> None:
    schools = {row["urn"] for row in rows(GEODATA / "schools.csv")}
    for service in SERVICES:
        for area in items(service["areas"]):
            assert AREA.fullmatch(area), (service["key"], area)
            assert not area.startswith("school_") or area.split(":")[1] in schools


@pytest.mark.parametrize(
    "table", [ORGANIZATIONS, LOCATIONS, SERVICES], ids=["organizations", "locations", "services"]
)
def test_nobody_real_can_be_rung_or_written_to(table: list[Row]) -> None:
    patterns = {"telephone": DRAMA_NUMBER, "text": DRAMA_NUMBER, "email": EMAIL, "website": WEBSITE}
    for row in table:
        for column, pattern in patterns.items():
            value = row.get(column, "")
            assert not value or pattern.fullmatch(value), (row["key"], column, value)
        sentences = DAY.sub("", " ".join(row.get(column, "") for column in PROSE))
        sentences = SITE.sub("", sentences)
        assert not LONG_NUMBER_OR_ADDRESS.search(sentences), row["key"]


def test_no_telephone_number_belongs_to_two_organizations() -> None:
    numbers = Counter(row["telephone"] for row in ORGANIZATIONS + LOCATIONS if row["telephone"])
    own = {row["key"]: row["telephone"] for row in ORGANIZATIONS}
    numbers.update(
        service["telephone"]
        for service in SERVICES
        if service["telephone"] and service["telephone"] != own[service["organization"]]
    )
    taken = {row["telephone"] for name in ("hubs", "practices") for row in rows(GEODATA / f"{name}.csv")}
    assert {number: count for number, count in numbers.items() if count > 1 or number in taken} == {}


def test_schedules_can_be_read() -> None:
    cells = [row["schedule"] for row in SERVICES] + [row["opening"] for row in LOCATIONS]
    for item in (item for cell in cells for item in items(cell)):
        match = OPENING.fullmatch(item)
        assert match, item
        assert "00:00" <= match[2] < match[3] <= "23:59", item


def test_times_at_several_places_say_which_place() -> None:
    """Its key, or a note that begins with part of its name: all times of a service say one, or none does."""
    names = {row["key"]: row["name"].lower() for row in [*LOCATIONS, *rows(GEODATA / "hubs.csv")]}
    for service in SERVICES:
        if len(items(service["locations"])) < 2:
            continue
        found = {
            sum(is_at(time, key, names[key]) for key in items(service["locations"]))
            for time in items(service["schedule"])
        }
        assert found in ({0}, {1}), service["key"]


def test_costs_ages_and_words_can_be_read() -> None:
    needs = keys(ROOT / "seeds" / "needs.csv")
    for service in SERVICES:
        key, (youngest, oldest) = service["key"], age_range(service)
        assert service["cost"] == "free" or all(PRICE.fullmatch(part) for part in items(service["cost"])), key
        assert -9 <= youngest < oldest <= BIRTHDAY_26, key
        assert service["access"] in {"universal", "targeted"}, key
        assert set(items(service["delivery"])) <= DELIVERIES, key
        assert items(service["delivery"]), key
        assert set(items(service["languages"])) <= LANGUAGES, key
        assert set(items(service["accessibility"])) <= FEATURES, key
        assert set(items(service["needs"])) <= needs, key
        assert service["assured_date"] == "" or ASSURED.fullmatch(service["assured_date"]), key


def test_a_family_can_always_do_something_next() -> None:
    for service in SERVICES:
        assert service["how_to_apply"], service["key"]
        assert service["locations"] or service["areas"], service["key"]
        assert service["access"] == "universal" or service["eligibility"], service["key"]
        delivery = items(service["delivery"])
        assert ("in_person" in delivery) == bool(service["locations"]), service["key"]
        assert "telephone" not in delivery or service["telephone"] or service["text"], service["key"]
        assert "online" not in delivery or service["website"], service["key"]


def test_whoever_is_told_to_ring_or_write_is_given_the_number_or_address() -> None:
    told = {
        "telephone": r"\b[Rr]ing\b",
        "text": r"\b[Tt]ext\b",
        "email": r"[Ee]-mail",
        "website": r"\bweb page\b",
    }
    for service in SERVICES:
        for column, words in told.items():
            assert service[column] or not re.search(words, service["how_to_apply"]), (service["key"], column)


def test_all_domains_needs_languages_and_ways_are_covered(catalogue: dict[str, Row]) -> None:
    domains = {catalogue[key]["domain"] for service in ACTIVE for key in items(service["catalogue"])}
    assert domains == keys(ROOT / "seeds" / "domains.csv")
    assert {need for service in ACTIVE for need in items(service["needs"])} == keys(
        ROOT / "seeds" / "needs.csv"
    )
    spoken = [items(service["languages"]) for service in ACTIVE]
    assert {code for codes in spoken for code in codes} == LANGUAGES
    assert len(ACTIVE) / 4 <= sum(map(bool, spoken)) <= len(ACTIVE) / 2


@pytest.mark.parametrize(
    "month", [-9, 0, 3, 9, 18, 24, 36, 48, 60, 84, 120, 144, 168, 180, 192, 216, 240, 264, 300, 311]
)
def test_there_is_help_of_both_kinds_at_every_age(month: int) -> None:
    fitting = [service for service in ACTIVE if age_range(service)[0] <= month < age_range(service)[1]]
    narrow = [service for service in fitting if age_range(service) != (-9, BIRTHDAY_26)]
    assert {service["access"] for service in narrow} == {"universal", "targeted"}


def test_ways_to_get_help_are_mixed() -> None:
    remote = [s for s in SERVICES if set(items(s["delivery"])) <= {"telephone", "online"}]
    assert 12 <= len(remote) <= 18
    assert 8 <= sum(s["delivery"].startswith("home_visit") for s in SERVICES) <= 12
    access = Counter(service["access"] for service in SERVICES)
    assert min(access["universal"], access["targeted"]) >= 60
    assert sum(s["cost"] == "free" for s in SERVICES) > 100


def test_some_listings_are_stale_undated_or_stopped() -> None:
    days = [int(match[1]) for s in ACTIVE if (match := ASSURED.fullmatch(s["assured_date"]))]
    assert sum(count >= STALE_DAYS for count in days) == 8
    assert max(days) <= 730
    assert not [count for count in days if 180 <= count < STALE_DAYS], (
        "close to the edge: clearly fresh or clearly stale"
    )
    assert sum(not s["assured_date"] for s in SERVICES) == 3
    assert len(SERVICES) - len(ACTIVE) == 2


def test_every_family_hub_is_shared_by_several_organizations() -> None:
    for hub in rows(GEODATA / "hubs.csv"):
        if hub["site_type"] != "family hub":
            continue
        sharing = {s["organization"] for s in ACTIVE if hub["key"] in items(s["locations"])}
        assert len(sharing) >= 3, hub["key"]


def test_help_across_the_border_says_for_whom() -> None:
    across = [s for s in SERVICES if NORTHSANDS & set(items(s["locations"]))]
    assert len(across) == 8
    only_theirs = [s["key"] for s in across if items(s["areas"]) == ["local_authority:Z06000002"]]
    assert 0 < len(only_theirs) < len(across)


def test_confidential_addresses_are_in_no_other_cell() -> None:
    hidden = [s for s in SERVICES if CONFIDENTIAL.keys() & set(items(s["locations"]))]
    assert len(hidden) >= 5
    assert all(service["areas"] for service in hidden)
    public = [row for row in LOCATIONS if row["key"] not in CONFIDENTIAL]
    text = "\n".join(" ".join(row.values()) for row in [*ORGANIZATIONS, *SERVICES, *public])
    for place in CONFIDENTIAL.values():
        for secret in (place["name"], place["address"].split(",")[0], place["postcode"]):
            assert secret not in text, place["key"]


def test_texts_are_short_plain_sentences() -> None:
    for service in SERVICES:
        summary, sentences = service["summary"], re.split(r"(?<=[.!?])\s+", service["description"])
        assert len(summary.split()) <= 22, service["key"]
        assert summary[-1] in ".?", service["key"]
        assert 2 <= len(sentences) <= 5, service["key"]
        assert max(len(sentence.split()) for sentence in sentences) <= 25, service["key"]


def test_no_two_services_are_written_alike() -> None:
    for column in ("name", "summary"):
        assert len({service[column] for service in SERVICES}) == len(SERVICES)
    runs = {s["key"]: runs_of_words(s["description"]) for s in SERVICES}
    alike = [(a, b, runs[a] & runs[b]) for a, b in combinations(runs, 2) if runs[a] & runs[b]]
    assert alike == []


def runs_of_words(text: str, length: int = 6) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z']+", text.lower())
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def test_pages_have_something_of_everything_to_show() -> None:
    assert 4 <= sum(bool(service["exceptions"]) for service in ACTIVE) <= 8
    assert {service["vacancies"] for service in ACTIVE} == {"", "places", "waiting_list", "full"}
    assert 4 <= sum("[" in service["cost"] for service in ACTIVE) <= 8
    at_hubs = [one for one in ACTIVE if re.search(r"@[a-z-]+-family-hub", one["schedule"])]
    assert len({service["organization"] for service in at_hubs}) >= 5
    for service in ACTIVE:
        named = {site.strip(" @") for site in SITE.findall(service["schedule"])}
        assert named <= set(items(service["locations"])), service["key"]
        assert [str(one.first_day) for one in read_other_days(service["exceptions"])] == sorted(
            DAY.findall(re.sub(r"\.\.\S+", "", service["exceptions"]))
        )
