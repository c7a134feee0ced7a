"""What services say of themselves in other languages, and whether that still says what the English says."""

from collections.abc import Collection
from dataclasses import astuple, dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.models import Service, ServiceTranslation


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
