"""Services: what organizations offer, where, when, for whom and at what price."""

from collections.abc import Iterator, Sequence

from hubfinder.directory.actions import save_services
from hubfinder.directory.plain import OLDEST, YOUNGEST
from hubfinder.directory.references import References, fetch_references
from hubfinder.directory.values import ServiceDetails, TextNumber, Touched
from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.kind import Kind, NoOptions
from hubfinder.ingest.listings import (
    costs,
    each_once,
    finish,
    keys,
    languages,
    other_days,
    own_key,
    past_day,
    schedule,
    telephone,
)
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import paragraphs, sentence
from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Circumstance,
    Delivery,
    FootprintKind,
    ServiceStatus,
    Vacancies,
)

NEEDS = ("key", "organization", "name", "summary", "access", "delivery")
CHUNK = 500


def load(loading: Loading, _options: NoOptions) -> None:
    """Add services, or change those that are there, by key, with everything that belongs to them."""
    rows = each_once(loading, _service, NEEDS)
    references = fetch_references(loading.session, [details for _, details in rows])
    found = list(_without_problems(loading, rows, references))
    touched = Touched()
    for start in range(0, len(found), CHUNK):
        touched.add(save_services(loading.session, found[start : start + CHUNK], references))
        loading.progress("services", min(start + CHUNK, len(found)), len(found))
    finish(loading, touched)
    loading.report.count("services", len(found))


def _without_problems(
    loading: Loading, rows: Sequence[tuple[int, ServiceDetails]], references: References
) -> Iterator[ServiceDetails]:
    """The services all of whose references are there; the others are refused with all that is missing."""
    for number, details in rows:
        (field, why), *more = list(references.problems(details)) or [("", "")]
        if not why:
            yield details
            continue
        others = "".join(f"; {column}: {reason}" for column, reason in more)
        loading.report.refuse(number, RowRefused(field, why + others))


def _service(row: Row) -> ServiceDetails:
    youngest, oldest = _ages(row)
    return ServiceDetails(
        key=own_key(row),
        name=sentence(row, "name", required=True),
        organization=row.text("organization", required=True),
        summary=sentence(row, "summary", required=True, longest=500),
        description=paragraphs(row, "description"),
        status=row.one_of("status", ServiceStatus) or ServiceStatus.ACTIVE,
        access=_required(row.one_of("access", Access)),
        delivery=_delivery(row),
        minimum_age=youngest,
        maximum_age=oldest,
        eligibility=paragraphs(row, "eligibility", longest=4_000),
        circumstances=frozenset(row.some_of("circumstances", Circumstance)),
        how_to_apply=paragraphs(row, "how_to_apply", longest=4_000),
        needs=keys(row, "needs"),
        catalogue=keys(row, "catalogue"),
        locations=keys(row, "locations"),
        areas=tuple(_areas(row)),
        schedule=schedule(row),
        exceptions=other_days(row),
        costs=costs(row),
        languages=languages(row),
        accessibility=row.some_of("accessibility", AccessibilityFeature),
        telephone=telephone(row),
        text=_text_number(row),
        email=row.email(),
        website=row.website(),
        assured_date=past_day(row, "assured_date"),
        assured_by=sentence(row, "assured_by"),
        vacancies=row.one_of("vacancies", Vacancies),
        vacancies_note=sentence(row, "vacancies_note"),
    )


def _required(access: Access | None) -> Access:
    if access is None:
        raise RowRefused("access", "is empty")
    return access


def _delivery(row: Row) -> frozenset[Delivery]:
    delivery = frozenset(row.some_of("delivery", Delivery))
    if not delivery:
        raise RowRefused("delivery", "is empty")
    return delivery


def _ages(row: Row) -> tuple[int | None, int | None]:
    """Months: the first counts, the last does not."""
    youngest = row.whole_number("min_age_months", YOUNGEST, OLDEST)
    oldest = row.whole_number("max_age_months", YOUNGEST, OLDEST)
    if youngest is not None and oldest is not None and oldest <= youngest:
        raise RowRefused("max_age_months", "is not more than min_age_months")
    return youngest, oldest


def _areas(row: Row) -> Iterator[tuple[FootprintKind, str]]:
    for part in dict.fromkeys(row.items("areas")):
        kind, _, code = (half.strip() for half in part.partition(":"))
        if kind not in set(FootprintKind) or not code:
            raise RowRefused("areas", f"{quoted(part)} is not a footprint such as ward:E05014558")
        yield FootprintKind(kind), code


def _text_number(row: Row) -> TextNumber | None:
    number = telephone(row, "text")
    return TextNumber(number) if number else None


SERVICES = Kind(
    "services",
    "Services: key, organization (key), name, summary, description, access, delivery, min_age_months, "
    "max_age_months, eligibility, circumstances, needs, catalogue, locations, areas (kind:code), schedule, "
    "exceptions, cost, languages, accessibility, telephone, text, email, website, how_to_apply, vacancies, "
    "vacancies_note, status, assured_date, assured_by.",
    load,
    NoOptions,
)
