"""What services say of themselves in other languages."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from hubfinder.directory.disclosures import TRANSLATED_TEXTS, fetch_secrets
from hubfinder.directory.models import Service
from hubfinder.directory.references import in_chunks
from hubfinder.directory.translations import Texts, Translated, save_translations
from hubfinder.directory.values import Touched
from hubfinder.display.language import DEFAULT, KNOWN
from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.kind import Kind, NoOptions
from hubfinder.ingest.listings import finish
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import paragraphs, sentence
from hubfinder.search.cards import translatable

LANGUAGES = tuple(code for code in KNOWN if code != DEFAULT)


@dataclass(frozen=True, slots=True)
class Details:
    """A row of the file."""

    service: str
    language: str
    texts: Texts
    is_checked: bool


def load(loading: Loading, _options: NoOptions) -> None:
    """Add translations, or change those that are there, by service and language; one without texts goes."""

    def once(row: Row) -> tuple[int, Details]:
        details = _details(row)
        loading.once(row, "service", f"{details.service} in {details.language}")
        return row.number, details

    rows = list(loading.each(once, needs=("service", "language")))
    services = _services(loading, {details.service for _, details in rows})
    found = list(_sound(loading, rows, services))
    changed = save_translations(
        loading.session,
        [
            (services[one.service].id, one.language, Translated(one.texts, digest, one.is_checked))
            for one in found
            for digest in (translatable(services[one.service]).digest,)
        ],
    )
    finish(loading, Touched(services=changed))
    loading.report.count("translations", len(found))


def _services(loading: Loading, keys: set[str]) -> dict[str, Service]:
    found: dict[str, Service] = {}
    for some in in_chunks(sorted(keys)):
        chosen = select(Service).where(Service.key.in_(some)).options(selectinload(Service.cost_options))
        found |= {service.key: service for service in loading.session.scalars(chosen)}
    return found


def _sound(
    loading: Loading, rows: Sequence[tuple[int, Details]], services: dict[str, Service]
) -> Iterator[Details]:
    """Those whose service is there and that tell of no confidential place; the others are refused."""
    secrets = fetch_secrets(loading.session)
    for number, details in rows:
        service = services.get(details.service)
        if service is None:
            why = f"nothing here has the key {quoted(details.service)}"
            loading.report.refuse(number, RowRefused("service", why))
            continue
        texts = dict(zip(TRANSLATED_TEXTS, astuple(details.texts), strict=True))
        field, what = next(secrets.told(texts), ("", "")) if not service.is_national else ("", "")
        if what:
            why = f"this text tells of a confidential place: its {what}"
            loading.report.refuse(number, RowRefused(field, why))
            continue
        yield details


def _details(row: Row) -> Details:
    return Details(
        service=row.key("service") or _missing("service"),
        language=_language(row),
        texts=Texts(
            name=sentence(row, "name"),
            summary=sentence(row, "summary", longest=500),
            eligibility=paragraphs(row, "eligibility", longest=4_000),
            hours=sentence(row, "hours", longest=500),
            cost=sentence(row, "cost", longest=500),
        ),
        is_checked=row.yes("checked"),
    )


def _missing(column: str) -> str:
    raise RowRefused(column, "is empty")


def _language(row: Row) -> str:
    code = row.text("language", required=True).lower()
    if code not in LANGUAGES:
        raise RowRefused("language", f"{quoted(code)} is none of: {', '.join(LANGUAGES)}")
    return code


TRANSLATIONS = Kind(
    "translations",
    "What services say in other languages: service (key), language (code), name, summary, eligibility, "
    "hours, cost, checked (yes once a speaker has read it). A row without texts takes the translation away.",
    load,
    NoOptions,
)
