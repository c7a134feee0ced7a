"""What the public told us, as a list: danger first, then the oldest."""

from math import ceil
from urllib.parse import urlencode

from flask import render_template, request, url_for

from hubfinder.clock import LONDON
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.listings.report_queue import PAGE, Row, Wanted, count, hubs_in, organizations_in, rows
from hubfinder.listings.report_scope import READERS
from hubfinder.staff_vocab import ReportKind, ReportState, Role, WrongPart
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.typed import one_line
from hubfinder.web.staff.blueprint import pages

LAST_PAGE = 10_000
LONGEST = 160
ALL = "all"
PRIVATE = frozenset({ReportKind.COMPLAINT})


@staff_page(pages, "/staff/reports", *READERS)
def reports() -> str:
    """The queue."""
    who, wanted, page = actor(), _wanted(), _page()
    total = count(db.session, who, wanted)
    found = rows(db.session, who, wanted, page) if total else []
    return render_template(
        "staff/reports.html",
        rows=[(row, _told_on(row), about_words(row.kind, row.part)) for row in found],
        total=total,
        wanted=wanted,
        page=page,
        last=max(1, ceil(total / PAGE)),
        address=lambda number: _address(wanted, number),
        choices=_choices(),
    )


def about_words(kind: ReportKind, part: str) -> str:
    """``Something is wrong: the price``."""
    if kind is ReportKind.WRONG and part in tuple(WrongPart):
        return gettext("Something is wrong: %(part)s", part=str(WrongPart(part).label))
    return str(kind.label)


def _told_on(row: Row) -> str:
    return formats.day(row.told_at.astimezone(LONDON).date())


def _choices() -> dict[str, list[tuple[str, str]]]:
    who = actor()
    kinds = [kind for kind in ReportKind if kind not in PRIVATE or who.has(Role.COUNCIL_ADMINISTRATOR)]
    states = [(ReportState.OPEN.value, gettext("Still to do")), (ALL, gettext("All"))]
    return {
        "state": [*states, *((one.value, str(one.label)) for one in ReportState if one != ReportState.OPEN)],
        "kind": [("", gettext("All")), *((kind.value, str(kind.label)) for kind in kinds)],
        "hub": [("", gettext("All")), *hubs_in(db.session, who)],
        "organization": [("", gettext("All")), *organizations_in(db.session, who)],
    }


def _wanted() -> Wanted:
    state, kind = request.args.get("state", ReportState.OPEN.value), request.args.get("kind", "")
    known = ReportState(state) if state in tuple(ReportState) else ReportState.OPEN
    return Wanted(
        state=None if state == ALL else known,
        kind=ReportKind(kind) if kind in tuple(ReportKind) else None,
        hub=one_line(request.args.get("hub", ""), LONGEST),
        organization=one_line(request.args.get("organization", ""), LONGEST),
    )


def _page() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _address(wanted: Wanted, page: int) -> str:
    state = ALL if wanted.state is None else wanted.state.value
    pairs = [
        ("state", "" if state == ReportState.OPEN else state),
        ("kind", wanted.kind.value if wanted.kind else ""),
        ("hub", wanted.hub),
        ("organization", wanted.organization),
        ("page", str(page) if page > 1 else ""),
    ]
    asked = urlencode([(name, value) for name, value in pairs if value])
    return url_for("staff.reports") + (f"?{asked}" if asked else "")
