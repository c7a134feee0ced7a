"""Sheets for many at once: choose for whom, and look how far the work is, which a process of its own does."""

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.display.language import KNOWN
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.sheets.folders import FAILED, LIST, Row, read_list
from hubfinder.sheets.jobs import (
    KEPT_DAYS,
    ZIP,
    AnotherWorks,
    Condition,
    Job,
    find_job,
    go_on,
    jobs,
    start_job,
    stop_job,
    zipped,
)
from hubfinder.sheets.many import ALL_SHEETS, CHANGED_SHEETS
from hubfinder.sheets.orders import Length, Paper, Readers
from hubfinder.web.shared.access import staff_page
from hubfinder.web.shared.settings import settings
from hubfinder.web.staff.blueprint import KEEPERS, pages, when_stale
from hubfinder.web.staff.sheet_work import (
    Chosen,
    areas,
    chosen_in,
    groups,
    labelled,
    languages,
    sentences_of,
    title_of,
    usual,
)

TYPES = {".pdf": "application/pdf", ".csv": "text/csv", ".zip": "application/zip"}


@staff_page(pages, "/staff/sheets", *KEEPERS)
def sheets() -> ResponseReturnValue:
    """Choose, and see what was made lately."""
    return _page(usual())


@staff_page(pages, "/staff/sheets/start", *KEEPERS, methods=("POST",))
def start_sheets() -> ResponseReturnValue:
    """Start the work and show it."""
    chosen = chosen_in(request.form, db.session)
    if chosen.errors:
        return _page(chosen)
    try:
        job = start_job(settings(), chosen.arguments, chosen.fields)
    except AnotherWorks as another:
        return _page(chosen, _busy(), working=another.job)
    return redirect(url_for("staff.sheet_job", job=job.id), 303)


@staff_page(pages, "/staff/sheets/<job>", *KEEPERS)
def sheet_job(job: str) -> ResponseReturnValue:
    """How far one job is, and what came of it."""
    return _job_page(_found(job))


@staff_page(pages, "/staff/sheets/<job>/change", *KEEPERS, methods=("POST",))
def change_sheet_job(job: str) -> ResponseReturnValue:
    """Stop it, let it go on, or make again what has changed since."""
    found = _found(job)
    wanted = request.form.get("do")
    try:
        if wanted == "stop":
            stop_job(found)
        elif wanted in ("go-on", "again"):
            go_on(settings(), found, changed_only=wanted == "again")
    except AnotherWorks:
        return _job_page(found, _busy())
    return redirect(url_for("staff.sheet_job", job=job), 303)


@staff_page(pages, "/staff/sheets/<job>/<name>", *KEEPERS)
def sheet_file(job: str, name: str) -> ResponseReturnValue:
    """A file of a job: the list, one sheet, or all of them in one."""
    found = _found(job)
    path = found.sheets / name
    if name == ZIP and _rows(found):
        path = zipped(found)
    elif name not in {LIST, ALL_SHEETS, CHANGED_SHEETS, *(row.file for row in _rows(found))}:
        raise NotFound
    if path.name != name or not path.is_file():
        raise NotFound
    return send_file(path, TYPES.get(path.suffix), as_attachment=True, download_name=name, max_age=0)


def _stale() -> ResponseReturnValue:
    """The page was open for too long, or the form is not ours: nothing is started and nothing stopped."""
    words = gettext("This page was open for too long, so nothing was done. Press the button again.")
    job = (request.view_args or {}).get("job")
    if job:
        return _job_page(_found(job), words)
    return _page(chosen_in(request.form, db.session), words)


when_stale(_stale, "start_sheets", "change_sheet_job")


def _found(name: str) -> Job:
    job = find_job(settings(), name)
    if job is None:
        raise NotFound
    return job


def _busy() -> str:
    return gettext("Other sheets are being made. Wait until they are done, or stop them.")


def _page(chosen: Chosen, problem: str = "", working: Job | None = None) -> ResponseReturnValue:
    errors = {**chosen.errors, **({"start": problem} if problem else {})}
    offered = areas(db.session)
    page = render_template(
        "staff/sheets.html",
        chosen=chosen.fields,
        errors=errors,
        working=working,
        groups=groups(db.session),
        areas=offered,
        languages=languages(),
        lengths=labelled(Length),
        papers=labelled(Paper),
        readers=labelled(Readers),
        jobs=[(job, title_of(job, dict(offered))) for job in jobs(settings())],
        days=KEPT_DAYS,
    )
    return page, 409 if working else 400 if errors else 200


def _job_page(job: Job, problem: str = "") -> ResponseReturnValue:
    rows = _rows(job)
    files = [name for name in (ALL_SHEETS, CHANGED_SHEETS) if (job.sheets / name).is_file()]
    page = render_template(
        "staff/sheet_job.html",
        job=job,
        title=title_of(job, dict(areas(db.session))),
        sentences=list(sentences_of(job)),
        is_working=job.condition is Condition.WORKING,
        can_go_on=job.condition in (Condition.STOPPED, Condition.BROKEN),
        is_done=job.condition is Condition.DONE,
        files=files,
        rows=[row for row in rows if row.file],
        failed=[row for row in rows if row.outcome.startswith(FAILED)],
        named={code: language.name for code, language in KNOWN.items()},
        errors={"do": problem} if problem else {},
        zip=ZIP,
        list=LIST,
    )
    return page, 409 if problem else 200


def _rows(job: Job) -> list[Row]:
    """The lines of its list; of several with one file only the newest."""
    return list({row.order: row for row in read_list(job.sheets)}.values())
