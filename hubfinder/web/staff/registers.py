"""Outside lists, such as the register of childcare: their columns, and what is different in them."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.exchange import jobs, working
from hubfinder.exchange.archives import LARGEST_FILE
from hubfinder.exchange.batches import AT_WORK, find_batch, register_batches, rows_of
from hubfinder.exchange.models import Batch, Register
from hubfinder.exchange.register_deciding import ASKED as DECIDED, decide_rows
from hubfinder.exchange.registers import ASKED, CHILDCARE, find_register, registers_of, save_register
from hubfinder.extensions import db
from hubfinder.staff_vocab import BatchState, Decision, Role, RowOutcome
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.uploads import takes_file
from hubfinder.web.staff.batch_rows import last_page, parts_of, views_of
from hubfinder.web.staff.blueprint import pages, when_stale
from hubfinder.web.staff.spreadsheets import (
    NotTaken,
    asked_outcome,
    asked_page,
    facts_of,
    receive,
    still_at_work,
)

ADMINISTRATOR = Role.COUNCIL_ADMINISTRATOR
AT_ONCE = 20
"""As many decisions are done while the page waits; more go on in the background."""
LONGEST = 255


@staff_page(pages, "/staff/registers", ADMINISTRATOR)
def registers() -> ResponseReturnValue:
    """The outside lists that are known."""
    return _page({})


@staff_page(pages, "/staff/registers/new", ADMINISTRATOR, methods=("POST",))
def add_register() -> ResponseReturnValue:
    """Make a list known, with the columns of a register of childcare to begin with."""
    name = " ".join(request.form.get("name", "").split())[:LONGEST]
    if not name:
        return _page({"name": gettext("Give the list a name.")})
    begin_writing(db.session)
    register = save_register(db.session, actor(), _council(), name, CHILDCARE)
    key = register.key
    db.session.commit()
    return redirect(url_for("staff.register", key=key), 303)


@staff_page(pages, "/staff/registers/<key>", ADMINISTRATOR)
def register(key: str) -> ResponseReturnValue:
    """One list: send in a new state of it, and say how its columns are called."""
    return _register_page(_found(key), {})


@staff_page(pages, "/staff/registers/<key>/columns", ADMINISTRATOR, methods=("POST",))
def save_columns(key: str) -> ResponseReturnValue:
    """Say how the columns are called."""
    begin_writing(db.session)
    found = _found(key)
    said = {one.name: " ".join(request.form.get(one.name, "").split())[:LONGEST] for one in ASKED}
    needed = ("outside_id", "name")
    errors = {name: gettext("Say how this column is called.") for name in needed if not said[name]}
    if errors:
        db.session.rollback()
        return _register_page(_found(key), errors, said)
    save_register(db.session, actor(), found.council_code, found.name, said, found.key)
    db.session.commit()
    return redirect(url_for("staff.register", key=key), 303)


@staff_page(pages, "/staff/registers/<key>/send", ADMINISTRATOR, methods=("POST",))
@takes_file(LARGEST_FILE)
def send_register(key: str) -> ResponseReturnValue:
    """Keep a new state of the list, and have it read in the background."""
    file = request.files.get("file")
    council = _found(key).council_code
    db.session.rollback()
    if file is None or not file.filename:
        return _register_page(_found(key), {"file": gettext("Choose a file.")})
    try:
        number = receive(file, council, key)
    except NotTaken as error:
        return _register_page(_found(key), {"file": str(error)})
    return redirect(url_for("staff.register_batch", key=key, number=number), 303)


@staff_page(pages, "/staff/registers/<key>/<int:number>", ADMINISTRATOR)
def register_batch(key: str, number: int) -> ResponseReturnValue:
    """What is different in one state of a list."""
    return _batch_page(key, _batch(key, number), {})


@staff_page(pages, "/staff/registers/<key>/<int:number>/decide", ADMINISTRATOR, methods=("POST",))
def decide_register(key: str, number: int) -> ResponseReturnValue:
    """Accept or decline the rows that are chosen, or all of one kind; or go on with what was broken off."""
    wanted, _, outcome = request.form.get("do", "").partition(":")
    with jobs.one_at_a_time(settings(), actor().id):
        begin_writing(db.session)
        problem = _decide(_batch(key, number), wanted, outcome)
    if problem:
        db.session.rollback()
        return _batch_page(key, _batch(key, number), {"row": problem})
    show = request.form.get("show", "")
    address = url_for("staff.register_batch", key=key, number=number)
    return redirect(f"{address}?show={show}" if show in set(RowOutcome) else address, 303)


def _decide(batch: Batch, wanted: str, outcome: str) -> str:
    """Do what a form asks for, in the transaction that was begun; why it cannot be done, if it cannot."""
    number = batch.id
    if working.is_busy(db.session, settings(), actor(), number):
        return still_at_work()
    if wanted == "go-on":
        starts = batch.state in AT_WORK and not jobs.is_at_work(settings(), number)
        db.session.commit()
        if starts:
            jobs.start(settings(), number)
        return ""
    rows = _chosen(outcome)
    decision = {"accept": Decision.ACCEPTED, "decline": Decision.DECLINED}.get(wanted)
    if decision is None or not rows:
        return gettext("Choose at least one row.")
    many = decide_rows(db.session, actor(), batch, decision, rows)
    db.session.commit()
    _do(number, many)
    return ""


def _do(number: int, many: int) -> None:
    """Some decisions at once; many in the background, and all where we would have to wait for others."""
    if many > AT_ONCE or (many and jobs.is_anybody_at_work(settings())):
        jobs.start(settings(), number)
    elif many:
        working.work(db.session, settings(), number)


def _chosen(outcome: str) -> RowOutcome | list[int]:
    """All of one kind, or the ticked rows by id."""
    if outcome in {one.value for one in DECIDED}:
        return RowOutcome(outcome)
    return [int(one) for one in request.form.getlist("row")[:200] if one.isdecimal() and len(one) < 12]


def _batch_page(key: str, batch: Batch, errors: Mapping[str, str]) -> ResponseReturnValue:
    begin_reading(db.session)
    facts, outcome, page = facts_of(batch), asked_outcome(), asked_page()
    is_shown = batch.state in (BatchState.PREVIEW, BatchState.APPLIED, BatchState.APPLYING)
    rows = rows_of(db.session, batch.id, outcome, page) if is_shown else ()
    answer = render_template(
        "staff/register_batch.html",
        **facts,
        register=_found(key),
        rows=views_of(db.session, rows) if rows else [],
        parts=parts_of(batch, outcome) if is_shown else [],
        show=outcome.value if outcome else None,
        decided=DECIDED,
        differs=any(batch.counts.get(outcome.value) for outcome in DECIDED),
        page=page,
        last=last_page(batch, outcome),
        address=lambda to: url_for(
            "staff.register_batch", key=key, number=batch.id, show=outcome and outcome.value, page=to
        ),
        states=BatchState,
        errors=errors,
    )
    return answer, 400 if errors else 200


def _page(errors: Mapping[str, str]) -> ResponseReturnValue:
    begin_reading(db.session)
    lists = registers_of(db.session, _councils())
    return render_template("staff/registers.html", registers=lists, errors=errors), 400 if errors else 200


def _register_page(
    found: Register, errors: Mapping[str, str], said: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    begin_reading(db.session)
    page = render_template(
        "staff/register.html",
        register=found,
        asked=ASKED,
        said=found.columns if said is None else said,
        batches=register_batches(db.session, found.council_code, found.key),
        errors=errors,
    )
    return page, 400 if errors else 200


def _councils() -> tuple[str, ...]:
    """Those that whoever is signed in administers."""
    return tuple(grant.council for grant in actor().grants if grant.role is ADMINISTRATOR)


def _council() -> str:
    return _councils()[0]


def _found(key: str) -> Register:
    for council in _councils():
        if found := find_register(db.session, council, key):
            return found
    raise NotFound


def _batch(key: str, number: int) -> Batch:
    return existing(find_batch(db.session, actor(), number, key))


def _stale() -> ResponseReturnValue:
    """The page was open for too long, or the form is not ours: nothing is done."""
    return _page({"name": gettext("This page was open for too long, so nothing was done. Try again.")})


when_stale(_stale, "add_register", "save_columns", "send_register", "decide_register")
