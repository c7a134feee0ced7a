"""On the page of a request: the services that have it, how it is taken back from one of them, and what
decisions of other agencies open besides.
"""

from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals.models import Referral
from hubfinder.referrals.passing import WITH_A_SERVICE, passing_of, passings_of, recall
from hubfinder.referrals.reading import ChangedMeanwhile, events_of, locked, opened
from hubfinder.referrals.receivers import OpenedBesides, candidates, opened_by
from hubfinder.referrals.receiving import OUTCOMES, taken
from hubfinder.referrals.states import ENDED, WrongState
from hubfinder.referrals.threshold_models import JointThreshold
from hubfinder.referrals.thresholds import note_decision, reached, thresholds_of, undo_decision
from hubfinder.referrals.vocab import DeclineReason
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.looking import found, is_id, opening
from hubfinder.web.triage.request import page_with
from hubfinder.web.triage.view import Choices, Typed


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


@staff_page(pages, "/staff/requests/<reference>/recall/<id_>", *TEAM, methods=("POST",))
def recall_passing(reference: str, id_: str) -> ResponseReturnValue:
    """Take it back from one service, if nothing has become of it there since somebody looked."""
    begin_reading(db.session)
    session = vault()
    begin_writing(session)
    row = found(reference)
    passing = existing(passing_of(session, row, id_) if is_id(id_) else None)
    try:
        one = taken(session, keys(), passing, _revision())
        recall(session, actor(), one, passing, opening(row.council_code))
    except (ChangedMeanwhile, WrongState):
        session.rollback()
        words = gettext(
            "Something has changed with this service since you looked. "
            "Look at it below before you take it back."
        )
        return page_with(reference, Typed(errors={f"recall-{id_}": words})), 409
    session.commit()
    return redirect(url_for("triage.request_page", reference=reference, done="recalled"), 303)


def _revision() -> int:
    """Of the passing, as the page showed it; 0 is never that of one."""
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


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
