"""Undoing an import of footprints: one transaction for the areas, who is in them, and what lists say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.ingest.loading import Progress, silent
from hubfinder.ingest.running import WORKING_OUT
from hubfinder.ingest.services_of_areas import named_with_services, refresh_names
from hubfinder.places.memberships import rebuild_memberships
from hubfinder.places.models import LayerVersion
from hubfinder.places.moves import Watch
from hubfinder.places.states import utc_now
from hubfinder.places.undoing import Plan, UndoRefused, codes_of, plan_undo, undo


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of taking a version back."""

    taken_back: int
    in_force: int
    """0 where the first version was taken back: then the layer is empty."""
    given_back: Mapping[str, int]
    """Versions that are in force again of layers that areas had been taken over from."""
    going: int
    """How many footprints there are no more."""
    moves: dict[str, Any] | None = None
    """Postcodes gained and lost; none where the areas stayed the same."""


def look_ahead(session: Session, key: str) -> Plan:
    """What undoing would do, if services allow it.

    Raises:
        UndoRefused: it cannot be done.
    """
    plan = plan_undo(session, key)
    used = named_with_services(session, plan.going)
    if used:
        raise UndoRefused(f"Services are for areas that would go: {used}.")
    return plan


def undo_layer(
    session: Session, key: str, expected: int | None = None, progress: Progress = silent
) -> Undone:
    """Take the version in force of a layer back, and commit. Either all of it happens, or nothing.

    ``expected`` is the version that whoever undoes has looked at. The session must not have been used since
    its last commit.

    Raises:
        UndoRefused: it cannot be done, or another version is in force than expected.
    """
    session.rollback()
    begin_writing(session)
    try:
        undone = _undo(session, key, expected, progress)
        session.commit()
    finally:
        session.rollback()
    return undone


def _undo(session: Session, key: str, expected: int | None, progress: Progress) -> Undone:
    plan = look_ahead(session, key)
    step, kind = plan.step, plan.step.layer.kind
    if expected not in (None, step.now.number):
        raise UndoRefused(f"Version {step.now.number} of the layer {key} is in force by now: look again.")
    watch = None if step.same_areas and not plan.given_back else Watch()
    codes = codes_of(session, step.now) | codes_of(session, step.before)
    if watch:
        watch.before(session, kind)
    undone = Undone(
        taken_back=step.now.number,
        in_force=step.before.number if step.before else 0,
        given_back={one.layer.key: one.before.number for one in plan.given_back if one.before},
        going=len(plan.going),
    )
    version_id = step.now.id
    refresh_names(session, undo(session, plan))
    moves = None
    if watch:
        rebuild_memberships(session, partial(progress, WORKING_OUT), watch)
        moves = watch.moves_of(kind, codes, codes)
    version = session.get_one(LayerVersion, version_id)
    version.report = {**version.report, "taken_back": {"at": utc_now().isoformat(), "moves": moves}}
    return replace(undone, moves=moves)
