"""What services say of themselves in other languages, and whether that still says what the English says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from hubfinder.directory.disclosures import TRANSLATED_TEXTS
from hubfinder.directory.models import Service, ServiceTranslation
from hubfinder.directory.references import in_chunks


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a service that can be translated, in one language. An empty one is not there."""

    name: str = ""
    summary: str = ""
    eligibility: str = ""
    hours: str = ""
    cost: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of all of them."""
        return sha256("\0".join(astuple(self)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Translated:
    """A service's texts in another language."""

    texts: Texts
    english_digest: str
    """Of the English texts that it was made of."""
    is_checked: bool = False

    def of(self, english: Texts) -> Texts:
        """The translation; nothing where the English has changed since."""
        return self.texts if self.english_digest == english.digest else Texts()


def translations_of(session: Session, keys: Collection[str], language: str) -> dict[str, Translated]:
    """What these services say in a language, by key; those that say nothing are left out. One statement."""
    if not keys:
        return {}
    rows = session.execute(
        select(
            Service.key,
            ServiceTranslation.name,
            ServiceTranslation.summary,
            ServiceTranslation.eligibility,
            ServiceTranslation.hours,
            ServiceTranslation.cost,
            ServiceTranslation.english_digest,
            ServiceTranslation.is_checked,
        )
        .join(ServiceTranslation, ServiceTranslation.service_id == Service.id)
        .where(Service.key.in_(sorted(keys)), ServiceTranslation.language == language)
    )
    return {row[0]: Translated(Texts(*row[1:6]), row[6], row[7]) for row in rows}


def save_translations(session: Session, wanted: Sequence[tuple[int, str, Translated]]) -> set[int]:
    """Make or change translations, by the id of the service and the language; those without texts go.

    Says the ids of the services of which something is different now. Commits nothing.
    """
    changed: set[int] = set()
    for some in in_chunks(sorted({service_id for service_id, _, _ in wanted})):
        rows = session.scalars(select(ServiceTranslation).where(ServiceTranslation.service_id.in_(some)))
        there = {(row.service_id, row.language): row for row in rows}
        for service_id, language, translated in wanted:
            if service_id in some and _save(session, there, (service_id, language), translated):
                changed.add(service_id)
    session.flush()
    return changed


def _save(
    session: Session,
    there: Mapping[tuple[int, str], ServiceTranslation],
    key: tuple[int, str],
    translated: Translated,
) -> bool:
    """True where that changes anything."""
    row = there.get(key)
    if translated.texts == Texts():
        if row is not None:
            session.delete(row)
        return row is not None
    row = row or ServiceTranslation(service_id=key[0], language=key[1])
    for name, text in zip(TRANSLATED_TEXTS, astuple(translated.texts), strict=True):
        setattr(row, name, text)
    row.is_checked, row.english_digest = translated.is_checked, translated.english_digest
    session.add(row)
    return inspect(row).pending or session.is_modified(row)
