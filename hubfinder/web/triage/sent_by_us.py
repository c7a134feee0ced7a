"""What an organization has sent to front doors: when, where it stands and what is next. Nothing is opened."""

from math import ceil

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from hubfinder.clock import utc_now
from hubfinder.database import begin_reading
from hubfinder.directory.models import Organization
from hubfinder.extensions import db
from hubfinder.referrals import sent_by_us as sent
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.front_doors import details_of
from hubfinder.referrals.sent_by_us import SentLine
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import vault
from hubfinder.web.triage.blueprint import pages
from hubfinder.web.triage.looking import note_look, only_when_looked_at

SENDERS = (Role.PROVIDER,)
LAST_PAGE = 10_000


@staff_page(pages, "/staff/sent", *SENDERS)
@only_when_looked_at
def sent_by_us() -> ResponseReturnValue:
    """The newest first; the trail says that somebody looked."""
    page = _page()
    note_look("request.sent_by_us_seen", "sent", SENDERS, page=page)
    begin_reading(vault())
    total = sent.count(vault(), actor())
    lines = sent.lines(vault(), actor(), page) if total else []
    begin_reading(db.session)
    return render_template(
        "triage/sent_by_us.html",
        lines=[(spaced(line.reference), line) for line in lines],
        total=total,
        page=page,
        last=max(1, ceil(total / sent.PAGE)),
        address=_address,
        organizations=_names(lines),
        doors={code: details_of(db.session, code, settings()) for code in {one.council for one in lines}},
        now=utc_now(),
    )


def _page() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _address(page: int) -> str:
    return url_for("triage.sent_by_us", page=page if page > 1 else None)


def _names(lines: list[SentLine]) -> dict[str, str]:
    """Names of the organizations, by key: of somebody who signs in for several; else nobody needs telling."""
    theirs = {grant.organization for grant in actor().grants if grant.role is Role.PROVIDER}
    if len(theirs) < 2 or not lines:
        return {}
    wanted = {line.organization for line in lines}
    rows = db.session.execute(select(Organization.key, Organization.name).where(Organization.key.in_(wanted)))
    return dict(rows.tuples().all())
