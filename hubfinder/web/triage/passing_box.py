"""On the page of a request: the services that have it, and what decisions of other agencies open besides."""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals.models import Referral
from hubfinder.referrals.passing import WITH_A_SERVICE, passings_of
from hubfinder.referrals.reading import events_of, locked, opened
from hubfinder.referrals.receivers import OpenedBesides, candidates, opened_by
from hubfinder.referrals.receiving import OUTCOMES
from hubfinder.referrals.states import ENDED
from hubfinder.referrals.threshold_models import JointThreshold
from hubfinder.referrals.thresholds import note_decision, reached, thresholds_of, undo_decision
from hubfinder.referrals.vocab import DeclineReason
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.looking import found
from hubfinder.web.triage.view import Choices


@dataclass(frozen=True, slots=True)
class PassingBox:
    """What the box shows beside the services that have the request."""

    reached: tuple[JointThreshold, ...]
    """Decisions that were noted."""
    others: tuple[JointThreshold, ...]
    """Decisions that could be noted."""
    besides: tuple[OpenedBesides, ...]
    """Services that the decisions open."""
    can_recall: frozenset[str]
    """States in which a service has it."""
    is_open: bool
    telephones: dict[str, str]
    """Of the services that have it where nobody signs in, by key."""
    reasons: Choices
    outcomes: Choices


def passing_box(row: Referral) -> PassingBox:
    """For the page of a request that was opened: nothing more of it is opened for this."""
    thresholds = thresholds_of(db.session, row.council_code)
    events = events_of(vault(), row) if thresholds else ()
    there = reached(keys(), row, events, thresholds) if thresholds else []
    rung = [one.service_key for one in passings_of(vault(), row) if one.is_by_hand]
    services = candidates(db.session, row.council_code, rung)
    return PassingBox(
        tuple(there),
        tuple(one for one in thresholds if one not in there),
        tuple(opened_by(db.session, there)),
        frozenset(state.value for state in WITH_A_SERVICE),
        row.state not in ENDED,
        {key: one.telephone for key, one in services.items()},
        [("", gettext("Choose one")), *((one.value, str(one.label)) for one in DeclineReason)],
        [("", gettext("Choose one")), *((one.value, str(one.label)) for one in OUTCOMES)],
    )


@pages.context_processor
def _box() -> dict[str, object]:
    return {"passing_box": passing_box}


@staff_page(pages, "/staff/requests/<reference>/decision", *TEAM, methods=("POST",))
def note_a_decision(reference: str) -> ResponseReturnValue:
    """An agency has decided something about the family, or somebody noted that by mistake."""
    begin_reading(db.session)
    council = found(reference).council_code
    vault().rollback()
    wanted = request.form.get("threshold", "")
    thresholds = {str(one.id): one for one in thresholds_of(db.session, council)}
    address = url_for("triage.request_page", reference=reference, done="decision")
    if not wanted:
        return redirect(address, 303)
    threshold = existing(thresholds.get(wanted))
    begin_writing(vault())
    row = found(reference)
    locked(vault(), row, row.revision)
    verb = undo_decision if request.form.get("do") == "undo" else note_decision
    verb(vault(), keys(), actor(), opened(keys(), row), threshold)
    vault().commit()
    return redirect(address, 303)
