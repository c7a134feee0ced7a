"""Keeping reports: of an import with the version it became, of a refused one beside the layer it was for."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.ingest.report import Report
from hubfinder.places.models import LayerVersion, RefusedImport
from hubfinder.places.moves import Watch
from hubfinder.places.states import utc_now
from hubfinder.vocab import FootprintKind

REFUSALS_KEPT = 20
"""Of one layer: somebody who tries and tries again does not fill the database."""


def file_reports(session: Session, reports: list[Report], watch: Watch | None) -> None:
    """Keep what was reported, and which postcodes moved, with the versions that the files became."""
    ours: dict[FootprintKind, set[str]] = {}
    for saved in (saved for report in reports for saved in report.versions):
        ours.setdefault(saved.kind, set()).update(saved.codes)
    for report in reports:
        for saved in report.versions:
            version = session.get_one(LayerVersion, saved.stored.version_id)
            version.report = {**version.report, **contents(report)}
            if watch and saved.stored.areas_changed:
                report.moves = watch.moves_of(saved.kind, saved.codes, ours[saved.kind])
                version.moves = report.moves
    session.flush()


def contents(report: Report) -> dict[str, Any]:
    """A report as it is kept."""
    return {
        "file": report.file,
        "rows": report.rows,
        "taken": report.rows - report.refused if not report.refusal else 0,
        "refused": report.refused,
        "refusal": report.refusal,
        "refusals": [
            {"row": one.row, "feature": one.feature, "field": one.field, "why": one.why}
            for one in report.problems
        ],
        "notes": list(report.notes),
        "findings": report.findings,
    }


def file_refusals(session: Session, reports: list[Report]) -> None:
    """Keep the reports of files that were refused, in a transaction of its own."""
    refused = [report for report in reports if report.layer and (report.refusal or report.refused)]
    if not refused:
        return
    begin_writing(session)
    for report in refused:
        key = report.layer[:120]
        session.add(RefusedImport(layer_key=key, refused_at=utc_now(), report=contents(report)))
        session.flush()
        kept = select(RefusedImport.id).where(RefusedImport.layer_key == key)
        newest = session.scalars(kept.order_by(RefusedImport.id.desc()).limit(REFUSALS_KEPT)).all()
        session.execute(
            delete(RefusedImport).where(RefusedImport.layer_key == key, RefusedImport.id < newest[-1])
        )
    session.commit()
