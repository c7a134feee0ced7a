"""Many listings at once: out to a spreadsheet, in again, looked at row by row, applied, undone."""

from collections.abc import Mapping
from pathlib import Path

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import and_, delete
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from hubfinder.clock import today
from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.exchange import jobs, working
from hubfinder.exchange.archives import LARGEST_FILE
from hubfinder.exchange.batches import (
    AT_WORK,
    Incoming,
    batches_of,
    council_of,
    find_batch,
    move,
    rows_of,
    sent_for_approval,
    tell,
)
from hubfinder.exchange.deciders import publishing_grants
from hubfinder.exchange.models import Batch, BatchRow
from hubfinder.exchange.sheets_out import WRITERS
from hubfinder.exchange.tables import MOST_COLUMNS, MOST_ROWS
from hubfinder.exchange.taking_out import Wanted, record_taking_out, rows_out
from hubfinder.extensions import db
from hubfinder.listings.overview import conditions
from hubfinder.staff_vocab import BatchState, Role, RowOutcome
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import show as show_error
from hubfinder.web.shared.fresh import asked_reason, needs_fresh
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.uploads import takes_file
from hubfinder.web.staff.batch_rows import last_page, parts_of, views_of
from hubfinder.web.staff.blueprint import CHECKERS, pages, when_stale
from hubfinder.web.staff.due import calendar
from hubfinder.web.staff.listing_table import Question, read

SENDERS = (Role.PROVIDER, Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)


@staff_page(pages, "/staff/spreadsheets", *SENDERS)
def spreadsheets() -> ResponseReturnValue:
    """Take listings out, send a file in, and see what came in lately."""
    return _page({})


@staff_page(pages, "/staff/spreadsheets/out", *SENDERS, methods=("GET", "POST"))
@needs_fresh
def take_out() -> ResponseReturnValue:
    """The listings that the address asks for, as the table shows them, in a file; with a reason."""
    question = read(request.values)
    if request.method == "GET":
        return _out_page(question, {})
    reason, errors = asked_reason()
    form = request.form.get("form", "")
    if form not in WRITERS:
        errors["form"] = gettext("Choose a kind of file.")
    if errors:
        return _out_page(question, errors, reason, form), 400
    return _file_out(question, form, reason)


@staff_page(pages, "/staff/spreadsheets/send", *SENDERS, methods=("POST",))
@takes_file(LARGEST_FILE)
def send_spreadsheet() -> ResponseReturnValue:
    """Keep a file, and have it read in the background."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page({"file": gettext("Choose a file.")})
    try:
        number = receive(file, council_of(actor()))
    except NotTaken as error:
        return _page({"file": str(error)})
    return redirect(url_for("staff.spreadsheet", number=number), 303)


@staff_page(pages, "/staff/spreadsheets/<int:number>", *SENDERS)
def spreadsheet(number: int) -> ResponseReturnValue:
    """How far the work with a file is, and what each row does."""
    return _batch_page(_found(number))


@staff_page(pages, "/staff/spreadsheets/<int:number>/change", *SENDERS, methods=("POST",))
def change_spreadsheet(number: int) -> ResponseReturnValue:
    """Apply it, undo it, go on with it, or throw it away."""
    wanted = request.form.get("do", "")
    with jobs.one_at_a_time(settings(), actor().id):
        begin_writing(db.session)
        batch = _found(number)
        is_refused = wanted != "discard" and working.is_busy(db.session, settings(), actor(), number)
        if not is_refused:
            do_to_batch(batch, wanted)
    if is_refused:
        db.session.rollback()
        begin_reading(db.session)
        return _batch_page(_found(number), {"do": still_at_work()})
    return redirect(url_for("staff.spreadsheet", number=number), 303)


class NotTaken(Exception):
    """A file was not taken; the message says why, to whoever sent it."""


def receive(file: FileStorage, council: str, register: str = "") -> int:
    """Keep a file, and have it read when its turn comes; its number.

    Raises:
        NotTaken: it is too large, or the last one of the same person is not done.
    """
    who = actor()
    name = Path((file.filename or "").replace("\\", "/")).name or "file"
    with jobs.one_at_a_time(settings(), who.id):
        is_busy = working.is_busy(db.session, settings(), who)
        db.session.rollback()
        if is_busy:
            raise NotTaken(still_at_work())
        try:
            path, digest = jobs.keep_file(settings(), file.stream)
        except jobs.TooLarge:
            raise NotTaken(_largest()) from None
        incoming = Incoming(council, "".join(c for c in name if c.isprintable()), digest, register)
        number = working.receive(db.session, settings(), who, incoming, path)
        jobs.start(settings(), number)
    return number


def still_at_work() -> str:
    """To somebody who asks for more before the last is done."""
    return gettext("Your last file is not done yet. Wait until it is, then try again.")


def do_to_batch(batch: Batch, wanted: str) -> None:
    """Do what a form asks for, if it can be done, in the transaction that was begun; and commit."""
    who, number, starts = actor(), batch.id, False
    if wanted in ("apply", "undo"):
        after = BatchState.APPLYING if wanted == "apply" else BatchState.UNDOING
        starts = working.decide(db.session, who, batch, after)
    elif wanted == "go-on":
        starts = batch.state in AT_WORK and not jobs.is_at_work(settings(), number)
    elif wanted == "discard" and move(db.session, batch, {BatchState.PREVIEW}, BatchState.DISCARDED):
        db.session.execute(delete(BatchRow).where(BatchRow.batch_id == number))
        tell(db.session, who, "discarded", batch)
    db.session.commit()
    if starts:
        jobs.start(settings(), number)


def facts_of(batch: Batch) -> dict[str, object]:
    """What the page of a batch shows of its work; ``batch`` says afterwards where it stands now."""
    is_at_work = batch.state in AT_WORK and jobs.is_at_work(settings(), batch.id)
    if batch.state in AT_WORK and not is_at_work:
        db.session.refresh(batch)  # it may have come to its end since it was asked for
    before = jobs.before_in_line(settings(), batch.id) if is_at_work else None
    if before is not None:
        jobs.attend(settings())  # where whoever was to do it was ended
    is_own = batch.person_id == actor().id
    return {
        "batch": batch,
        "is_working": is_at_work,
        "before": before,
        "is_broken_off": batch.state in AT_WORK and not is_at_work,
        "publishes": bool(publishing_grants(db.session, actor(), is_own=is_own)),
        "is_own": is_own,
    }


def asked_outcome() -> RowOutcome | None:
    """The rows that the address asks for."""
    asked = request.args.get("show", "")
    return RowOutcome(asked) if asked in set(RowOutcome) else None


def asked_page() -> int:
    page = request.args.get("page", "1")
    return int(page) if page.isdecimal() and 0 < len(page) < 6 and int(page) else 1


def _batch_page(batch: Batch, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    facts, outcome, page = facts_of(batch), asked_outcome(), asked_page()
    last = last_page(batch, outcome)
    is_shown = batch.state not in (BatchState.READING, BatchState.DISCARDED, BatchState.FAILED)
    rows = rows_of(db.session, batch.id, outcome, page) if is_shown else ()
    answer = render_template(
        "staff/spreadsheet.html",
        **facts,
        errors=errors or {},
        waiting=sent_for_approval(db.session, [batch]).get(batch.id, 0),
        may_check=actor().has(*CHECKERS),
        rows=views_of(db.session, rows) if rows else [],
        parts=parts_of(batch, outcome) if is_shown else [],
        show=outcome.value if outcome else None,
        page=page,
        last=last,
        address=lambda to: url_for(
            "staff.spreadsheet", number=batch.id, show=outcome and outcome.value, page=to
        ),
        states=BatchState,
    )
    return answer, 409 if errors else 200


def _page(errors: Mapping[str, str]) -> ResponseReturnValue:
    begin_reading(db.session)
    batches = batches_of(db.session, actor())
    page = render_template(
        "staff/spreadsheets.html",
        errors=errors,
        batches=batches,
        waiting=sent_for_approval(db.session, batches),
        most_rows=MOST_ROWS,
        most_columns=MOST_COLUMNS,
    )
    return page, 400 if errors else 200


def _out_page(question: Question, errors: Mapping[str, str], reason: str = "", form: str = "xlsx") -> str:
    return render_template(
        "staff/spreadsheet_out.html", question=question, errors=errors, reason=reason, form=form
    )


def _file_out(question: Question, form: str, reason: str) -> ResponseReturnValue:
    """Write the file, note who took it and why, and send it: nothing of it stays here."""
    begin_reading(db.session)
    holding = conditions(calendar(today()), question.filters).values()
    wanted = Wanted(actor(), and_(*holding) if holding else None)
    write, type_ = WRITERS[form]
    with jobs.passing_file(settings()) as path:
        number = write(rows_out(db.session, wanted), path)
        file = path.open("rb")  # what is open can be sent, though its name is gone
    db.session.rollback()
    begin_writing(db.session)
    record_taking_out(db.session, wanted, number, form, reason)
    db.session.commit()
    name = f"listings-{today().isoformat()}.{form}"
    return send_file(file, type_, as_attachment=True, download_name=name, max_age=0)


def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """More was sent than a form may have; of the form with a file it is said there."""
    if request.endpoint != "staff.send_spreadsheet":
        return show_error(_error)
    return _page({"file": _largest()})


def _largest() -> str:
    return gettext("The file is larger than 10 MB. Split it into several files.")


def _stale() -> ResponseReturnValue:
    """The page was open for too long, or the form is not ours: nothing is done."""
    return _page({"file": gettext("This page was open for too long, so nothing was done. Try again.")})


pages.register_error_handler(RequestEntityTooLarge, _too_large)
when_stale(_stale, "send_spreadsheet", "change_spreadsheet")


def _found(number: int) -> Batch:
    batch = find_batch(db.session, actor(), number)
    if batch is None:
        raise NotFound
    return batch
