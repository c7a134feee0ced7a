"""The demonstration area (``geodata/``), loaded by the same importers as any other area.

Nothing in it exists. Loading it again gives the same, but for dates such as "9 days ago", which move on.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import Base, begin_writing
from hubfinder.directory.models import Location, Organization, Service, ServiceTranslation
from hubfinder.ingest.kinds import KINDS
from hubfinder.ingest.loading import Progress, silent
from hubfinder.ingest.report import Report
from hubfinder.ingest.running import How, import_files
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import (
    ArrangementBody,
    Footprint,
    FootprintSet,
    Layer,
    Postcode,
    Practice,
    School,
)
from hubfinder.search.models import SearchDocument
from hubfinder.vocab import Basis, FootprintKind

SOURCE = "Made up for the demonstration area"
LICENCE = "MIT Licence, or the Open Government Licence v3.0"
DRAWN = date(2026, 11, 1)
ORGANIZATIONS = (
    "harbourmouth-council", "northsands-council", "wend-and-coast-nhs-trust", "wend-and-coast-police",
)  # fmt: skip
"""Those that nobody else can have, as there are no such places."""
MAKES: tuple[type[Base], ...] = (
    Postcode, Footprint, FootprintSet, School, Practice, ArrangementBody,
    Organization, Location, Service, ServiceTranslation, SearchDocument,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One file of the area, and how it is imported."""

    kind: str
    file: str
    options: dict[str, object] = field(default_factory=dict)


def _layer(name: str, kind: FootprintKind, basis: Basis = Basis.OFFICIAL, method: str = "") -> Step:
    facts = {"basis": basis, "source": SOURCE, "as_of": DRAWN, "licence": LICENCE, "method": method}
    fields = {"footprint_kind": kind, "code_field": "code", "name_field": "name"}
    return Step("footprints", f"layers/{name}.geojson", {**fields, **facts})


_TRACED = "Drawn by hand, as if traced from the map in a school's booklet."
STEPS = (
    Step("postcodes", "postcodes.csv", {"source": SOURCE, "as_of": DRAWN, "licence": LICENCE}),
    _layer("small_areas", FootprintKind.SMALL_AREA),
    _layer("wards", FootprintKind.WARD),
    _layer("local_authorities", FootprintKind.LOCAL_AUTHORITY),
    _layer("neighbourhoods", FootprintKind.NEIGHBOURHOOD, method="Whole small areas, as local people chose."),
    _layer("primary_catchments", FootprintKind.SCHOOL_CATCHMENT_PRIMARY, Basis.TRACED, _TRACED),
    _layer("infant_catchments", FootprintKind.SCHOOL_CATCHMENT_INFANT, Basis.TRACED, _TRACED),
    _layer("junior_catchments", FootprintKind.SCHOOL_CATCHMENT_JUNIOR, Basis.TRACED, _TRACED),
    _layer("secondary_catchments", FootprintKind.SCHOOL_CATCHMENT_SECONDARY),
    _layer("icb", FootprintKind.ICB),
    _layer("police_area", FootprintKind.POLICE_AREA),
    _layer("criminal_justice_area", FootprintKind.CRIMINAL_JUSTICE_AREA),
    Step("place-names", "places.csv"),
    Step("schools", "schools.csv"),
    Step("practices", "practices.csv"),
    Step("network-patients", "network_patients.csv", {"source": SOURCE, "as_of": DRAWN, "licence": LICENCE}),
    Step("bodies", "bodies.csv"),
    Step("organizations", "listings/organizations.csv"),
    Step("hubs", "hubs.csv"),
    Step("locations", "listings/locations.csv"),
    Step("services", "listings/services.csv"),
    Step("translations", "listings/translations.csv"),
)


class DemonstrationRefused(Exception):
    """A file of the demonstration area could not be imported; ``report`` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.file)
        self.report = report


def load_demonstration(
    session: Session, folder: Path, tell: Callable[[Report], None], progress: Progress = silent
) -> None:
    """Import every file of the area and work out who is in which footprint.

    ``tell`` is told of each file when it is in. Each file is a transaction of its own; the order is such
    that one that stops in the middle can be begun again.

    Raises:
        DemonstrationRefused: a file is not as it should be.
    """
    session.rollback()
    for step in STEPS:
        kind = KINDS[step.kind]
        [report] = import_files(
            session, kind, [folder / step.file], kind.options(**step.options), How(progress=progress)
        )
        session.expunge_all()
        if not report.saved:
            raise DemonstrationRefused(report)
        tell(report)
    begin_writing(session)
    rebuild_memberships(session, lambda done, total: progress("who is in which footprint", done, total))
    session.commit()


def holds_demonstration(session: Session) -> bool:
    """True when a layer was made up for the demonstration area, or an organization of it is there.

    What shows real families their help asks this first.
    """
    made_up = select(Layer.id).where(Layer.source.istartswith(SOURCE, autoescape=True))
    theirs = select(Organization.id).where(Organization.key.in_(ORGANIZATIONS))
    return bool(session.scalar(select(made_up.exists() | theirs.exists())))


class Stamp:
    """Remembers what was loaded into which database and when, so that a second run can be quick.

    It holds as long as the files, the day and the number of rows of every table are the same: a database
    that was deleted, or is another one, is noticed.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = folder

    def holds(self, session: Session) -> bool:
        try:
            there = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return bool(there == self._now(session))

    def set(self, session: Session) -> None:
        self.path.write_text(json.dumps(self._now(session), indent=1), "utf-8")

    def _now(self, session: Session) -> dict[str, object]:
        return {
            "day": today().isoformat(),
            "files": self._digest(),
            "rows": {
                table.__tablename__: session.scalar(select(func.count()).select_from(table))
                for table in MAKES
            },
        }

    def _digest(self) -> str:
        """Of all files that are loaded, and of how they are loaded."""
        digest = hashlib.sha256(repr(STEPS).encode())
        for content in self._contents():
            digest.update(hashlib.sha256(content).digest())
        return digest.hexdigest()

    def _contents(self) -> Iterator[bytes]:
        for step in STEPS:
            yield (self.folder / step.file).read_bytes()
