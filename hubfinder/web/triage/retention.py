"""What is kept for how long, what would be destroyed now, and a word from a person where it is much."""

from collections import Counter
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from hubfinder.clock import utc_now
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people.queries import council_names
from hubfinder.referrals import retention as room
from hubfinder.referrals.destroying import wipe
from hubfinder.referrals.models import Tombstone, VaultWork
from hubfinder.referrals.retention_rules import OPEN, Rules
from hubfinder.referrals.rights import councils_of
from hubfinder.referrals.vocab import Outcome
from hubfinder.staff_vocab import Role
from hubfinder.vault.engine import VAULT
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.fresh import asked_reason, needs_fresh
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import pages


@dataclass(frozen=True, slots=True)
class Shown:
    """One council's requests on the page."""

    name: str
    planned: room.Plan
    rules: tuple[tuple[str, int], ...]
    """How many are due by which rule, in words."""
    destroyed: int
    """So far: as many as there are tombstones."""


@staff_page(pages, "/staff/retention", Role.COUNCIL_ADMINISTRATOR)
def retention() -> ResponseReturnValue:
    """What is kept, and what would be destroyed now."""
    return _page("", {})


@staff_page(pages, "/staff/retention/go-on", Role.COUNCIL_ADMINISTRATOR, methods=("GET", "POST"))
@needs_fresh
def go_on_with_retention() -> ResponseReturnValue:
    """Somebody has looked: the clock is right, and what is due of their council may go."""
    if request.method == "GET":
        return _page("", {}, is_asked=True)
    reason, errors = asked_reason()
    council = request.form.get("council", "")
    if council not in _councils():
        raise NotFound
    if errors:
        return _page(reason, errors, is_asked=True), 400
    session = vault()
    if room.clock_is_odd(session, utc_now()):
        room.confirm_clock(session, actor(), council, reason)
    planned = room.plan(session, council, Rules.of(settings()))
    if len(planned.due) != _number("due"):
        errors = {"do": gettext("What is due is not the same any more. Look again.")}
        return _page(reason, errors, is_asked=True), 409
    done = room.apply(session, keys(), planned, actor(), reason, is_confirmed=True)
    session.rollback()
    wipe(db.get_engine(VAULT))
    return redirect(url_for("triage.retention", done=done), 303)


def _page(reason: str, errors: dict[str, str], *, is_asked: bool = False) -> str:
    session, rules = vault(), Rules.of(settings())
    session.rollback()
    names = council_names(db.session, _councils())
    shown = [_shown(code, names.get(code, code), rules) for code in _councils()]
    work = session.get(VaultWork, room.WORK)
    done = request.args.get("done", "")
    return render_template(
        "triage/retention.html",
        shown=shown,
        rules=[(outcome.label, rules.outcomes[outcome]) for outcome in Outcome],
        kept=rules,
        work=work,
        is_odd=room.clock_is_odd(session, utc_now()),
        is_asked=is_asked,
        done=int(done) if done.isascii() and done.isdigit() and len(done) < 8 else None,
        reason=reason,
        errors=errors,
    )


def _shown(council: str, name: str, rules: Rules) -> Shown:
    planned = room.plan(vault(), council, rules)
    counted = Counter(one.rule for one in planned.due)
    words = [(str(one.label), counted[one.value]) for one in Outcome if counted[one.value]]
    if counted[OPEN]:
        words.append((gettext("Nobody ended it"), counted[OPEN]))
    if counted[""]:
        words.append((gettext("No outcome was given"), counted[""]))
    graves = select(Tombstone.reference_digest).where(
        Tombstone.council_code == council, Tombstone.destroyed_at.is_not(None)
    )
    return Shown(name, planned, tuple(words), len(vault().scalars(graves).all()))


def _councils() -> tuple[str, ...]:
    return councils_of(actor(), Role.COUNCIL_ADMINISTRATOR)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
