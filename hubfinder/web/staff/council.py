"""What a council decides for itself: name, how it is reached, who may approve their own changes, cadence."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.cadence import reckon_again
from hubfinder.listings.freshness import cadence_of, own_of, usual_cadence
from hubfinder.people.actions import CouncilSettings, change_council
from hubfinder.people.models import Council
from hubfinder.people.queries import council_names, council_of, looked_after
from hubfinder.people.refusals import PeopleRefused
from hubfinder.staff_vocab import Risk, Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.fresh import asked_reason, needs_fresh
from hubfinder.web.shared.settings import settings
from hubfinder.web.staff.blueprint import pages, when_stale

LEAST_DAYS, MOST_DAYS = 1, 730
WRITERS = (Role.PROVIDER, Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)
"""Who may be let approve what they wrote themselves."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it is filled in."""

    name: str
    email: str
    telephone: str
    may_approve_own: frozenset[str]
    days: Mapping[str, str]
    """By the name of the field: ``days-vacancies``."""
    reason: str = ""


@staff_page(pages, "/staff/council", Role.COUNCIL_ADMINISTRATOR, methods=("GET", "POST"))
@needs_fresh
def council() -> ResponseReturnValue:
    """Look at what was decided, and decide anew."""
    if request.method == "POST":
        begin_writing(db.session)
    codes = looked_after(actor())
    found = existing(council_of(db.session, actor(), request.values.get("council", codes[0])))
    if request.method == "POST":
        return _changed(found)
    return _page(found, _as_it_is(found), {})


def _changed(found: Council) -> ResponseReturnValue:
    typed = _typed()
    errors, cadence = _days(typed)
    reason, missing = asked_reason()
    errors |= missing
    code = found.code
    if not errors:
        chosen = [role for role in WRITERS if role.value in typed.may_approve_own]
        try:
            own = own_of(cadence, settings())
            wanted = CouncilSettings(typed.name, typed.email, typed.telephone, chosen, own)
            if "cadence" in change_council(db.session, actor(), found, wanted, reason):
                reckon_again(db.session, code, cadence)
        except PeopleRefused as refused:
            errors = {refused.field: str(refused.why.label)}
    if errors:
        db.session.rollback()
        return _page(existing(council_of(db.session, actor(), code)), typed, errors), 400
    db.session.commit()
    return redirect(url_for("staff.council", council=code, done="saved"), 303)


def _typed() -> Typed:
    form = request.form
    return Typed(
        form.get("name", "")[:255],
        form.get("email", "")[:255],
        form.get("telephone", "")[:60],
        frozenset(form.getlist("may_approve_own")),
        {_field(risk): form.get(_field(risk), "").strip()[:10] for risk in Risk},
        form.get("reason", "")[:1_000],
    )


def _as_it_is(found: Council) -> Typed:
    cadence = cadence_of(found, settings())
    return Typed(
        found.name,
        found.email,
        found.telephone,
        frozenset(role.value for role in found.may_approve_own),
        {_field(risk): str(cadence[risk]) for risk in Risk},
    )


def _days(typed: Typed) -> tuple[dict[str, str], dict[Risk, int]]:
    """What is wrong with the numbers of days, and the numbers."""
    words = gettext("Type a number of days from %(least)d to %(most)d.", least=LEAST_DAYS, most=MOST_DAYS)
    errors, days = {}, {}
    for risk in Risk:
        text = typed.days[_field(risk)]
        number = int(text) if text.isascii() and text.isdecimal() else 0
        if LEAST_DAYS <= number <= MOST_DAYS:
            days[risk] = number
        else:
            errors[_field(risk)] = words
    return errors, days


def _page(found: Council, typed: Typed, errors: Mapping[str, str]) -> str:
    usual = usual_cadence(settings())
    return render_template(
        "staff/council.html",
        council=found,
        typed=typed,
        errors=errors,
        councils=council_names(db.session, looked_after(actor())),
        roles=[(role.value, role.label) for role in WRITERS],
        risks=[(_field(risk), risk.label, usual[risk]) for risk in Risk],
        done=request.args.get("done", ""),
    )


def _field(risk: Risk) -> str:
    return f"days-{risk.value}"


def _stale() -> ResponseReturnValue:
    return redirect(url_for("staff.council", done="stale"), 303)


when_stale(_stale, "council")
