"""What the directory is told about an organization, a location or a service, before it becomes rows.

Everything else that these name (an organization, a place, a need, a footprint) is named by its key.
"""

from dataclasses import dataclass, field
from datetime import date, time

from hubfinder.vocab import (
    Access,
    AccessibilityFeature,
    Audience,
    Circumstance,
    Confidence,
    Delivery,
    FootprintKind,
    Season,
    ServiceStatus,
    Vacancies,
    Weekday,
)

NEED, DOMAIN, DEPARTMENT = "need:", "domain:", "department:"
"""What the keys of terms begin with: the taxonomy's own key and a colon."""
SEED = "seed"
"""The source of what comes with hubfinder."""
PROPOSED = "proposed"
"""The source of a place that somebody made while writing a listing: maps show it once something is there."""


class Malformed(ValueError):
    """A text that does not say what it should; the message tells a person what would."""


@dataclass(frozen=True, slots=True)
class WeeklySession:
    """One session of the week: of a service, or the opening of a place."""

    weekday: Weekday
    opens_at: time
    closes_at: time
    season: Season = Season.ALWAYS
    note: str = ""
    site: str = ""
    """Key of the location it happens at, of a service at several; empty where nobody has said."""


@dataclass(frozen=True, slots=True)
class OtherDays:
    """Days, the last one counting, that are not as in other weeks: other hours, or none: not on."""

    first_day: date
    last_day: date
    opens_at: time | None = None
    closes_at: time | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """One price. ``amount`` is pounds, 0 for free, none where only words are known."""

    amount: float | None
    description: str = ""
    condition: str = ""
    """Who pays it; empty for everyone."""


@dataclass(frozen=True, slots=True)
class OrganizationDetails:
    """An organization as a file or the seed data tells it."""

    key: str
    name: str
    description: str = ""
    kind: str = ""
    website: str = ""
    email: str = ""
    telephone: str = ""
    source: str = "import"


@dataclass(frozen=True, slots=True)
class LocationDetails:
    """A location as a file tells it; degrees, WGS84."""

    key: str
    name: str
    description: str = ""
    address: str = ""
    postcode: str = ""
    lat: float | None = None
    lon: float | None = None
    site_type: str = ""
    is_family_hub: bool = False
    is_confidential: bool = False
    organization: str = ""
    telephone: str = ""
    email: str = ""
    website: str = ""
    opening: tuple[WeeklySession, ...] = ()
    exceptions: tuple[OtherDays, ...] = ()
    languages: tuple[str, ...] = ()
    accessibility: tuple[AccessibilityFeature, ...] = ()
    source: str = ""
    as_of: str = ""
    is_closed: bool = False
    """True takes it away, instead of making or changing it."""


@dataclass(frozen=True, slots=True)
class TextNumber:
    """A number to send a text message to, and how: ``Text SHOUT to 85258``."""

    number: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ServiceDetails:
    """A service as a file or the seed data tells it. Ages are months; the maximum does not count."""

    key: str
    name: str
    organization: str
    summary: str = ""
    description: str = ""
    status: ServiceStatus = ServiceStatus.ACTIVE
    access: Access = Access.UNIVERSAL
    delivery: frozenset[Delivery] = frozenset()
    minimum_age: int | None = None
    maximum_age: int | None = None
    eligibility: str = ""
    circumstances: frozenset[Circumstance] = frozenset()
    how_to_apply: str = ""
    needs: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    areas: tuple[tuple[FootprintKind, str], ...] = ()
    schedule: tuple[WeeklySession, ...] = ()
    exceptions: tuple[OtherDays, ...] = ()
    hours: str = ""
    costs: tuple[Cost, ...] = ()
    languages: tuple[str, ...] = ()
    interpretation: str = ""
    accessibility: tuple[AccessibilityFeature, ...] = ()
    deaf_access: str = ""
    telephone: str = ""
    text: TextNumber | None = None
    email: str = ""
    website: str = ""
    audience: Audience = Audience.EVERYONE
    is_national: bool = False
    is_crisis: bool = False
    confidence: Confidence | None = None
    to_confirm: str = ""
    assured_date: date | None = None
    assured_by: str = ""
    vacancies: Vacancies | None = None
    vacancies_note: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    """Further facts: label and value."""


@dataclass(slots=True)
class Touched:
    """Ids of the services and locations whose search documents are out of date after a write."""

    services: set[int] = field(default_factory=set)
    locations: set[int] = field(default_factory=set)

    def add(self, other: "Touched") -> None:
        self.services |= other.services
        self.locations |= other.locations

    def __bool__(self) -> bool:
        return bool(self.services or self.locations)
