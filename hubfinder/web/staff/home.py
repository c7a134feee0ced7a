"""The first page for staff: what waits for whoever is signed in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from hubfinder.clock import today, utc_now
from hubfinder.database import begin_reading
from hubfinder.display.formats import figure
from hubfinder.display.words import gettext, ngettext
from hubfinder.extensions import db
from hubfinder.listings.overview import calendar_of
from hubfinder.listings.report_scope import READERS
from hubfinder.listings.scope import EDITORS
from hubfinder.listings.waiting import Waiting, waiting_for
from hubfinder.people.queries import looked_after
from hubfinder.people.values import Actor
from hubfinder.referrals.chasing import standing_of
from hubfinder.referrals.notice_queries import NOT_SENT, backlog_for, is_backlog
from hubfinder.referrals.queue import counts
from hubfinder.referrals.unread import unread_in
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import vault
from hubfinder.web.staff.blueprint import KEEPERS, pages
from hubfinder.web.staff.going import EVERYBODY


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: how much of it, and where it is done."""

    number: str
    words: str
    more: str
    address: str
    is_done: bool
    """Whether nothing waits."""


@staff_page(pages, "/staff", *EVERYBODY)
def home() -> ResponseReturnValue:
    """What waits for me."""
    who = actor()
    waiting = waiting_for(db.session, who, calendar_of(db.session, who.councils, settings(), today()))
    return render_template(
        "staff/home.html",
        tasks=_tasks(who, waiting),
        drafts=waiting.drafts,
        is_auditor=who.has(Role.AUDITOR),
        is_editor=who.has(*EDITORS),
        only_looks=who.has(Role.FRONT_DOOR) and not who.has(*EDITORS),
    )


def _tasks(who: Actor, waiting: Waiting) -> list[Task]:
    """What is somebody's task, by their roles, in the order in which it matters to families."""
    tasks = [*_of_requests(who)]
    if who.has(*READERS):
        words = ngettext("report to look at", "reports to look at", waiting.reports)
        tasks.append(_task("staff.reports", waiting.reports, words))
    if who.has(*KEEPERS):
        words = ngettext("change to approve", "changes to approve", waiting.approvals)
        tasks.append(_task("staff.approvals", waiting.approvals, words))
    if who.has(*EDITORS):
        words = ngettext("listing due for a check", "listings due for a check", waiting.due)
        stale = ngettext(
            "%(num)d of them may be out of date", "%(num)d of them may be out of date", waiting.stale
        )
        tasks.append(_task("staff.board", waiting.due, words, stale if waiting.stale else ""))
    return tasks


def _of_requests(who: Actor) -> Iterator[Task]:
    """What is to be done with requests for help: numbers, nothing else. Nobody opens one for it.

    Those who run a council do not read requests, but hear of what is late there and of messages that stay
    behind: it waits for them here too.
    """
    if not who.has(Role.FRONT_DOOR, Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR):
        return
    begin_reading(vault())
    if who.has(Role.FRONT_DOOR, Role.HUB_STAFF):
        yield _requests(who)
    if who.has(Role.COUNCIL_ADMINISTRATOR):
        yield _late(who)
        yield from _unread(who)
    backlog = backlog_for(vault(), who)
    if is_backlog(backlog):
        unsent = sum(backlog.numbers.get(state, 0) for state in NOT_SENT)
        words = ngettext("message about a request to see to", "messages about requests to see to", unsent)
        more = ngettext("%(num)d waits for too long", "%(num)d wait for too long", backlog.late)
        task = _task("triage.messages", unsent, words, more if backlog.late else "")
        yield replace(task, is_done=False)


def _late(who: Actor) -> Task:
    """How many requests are late in the councils that somebody runs, with the way to the first of these."""
    each = {code: standing_of(vault(), code, utc_now()) for code in looked_after(who)}
    late, open_ = sum(one.late for one in each.values()), sum(one.open for one in each.values())
    first = next((code for code, one in each.items() if one.late), None)
    words = ngettext("late request for help", "late requests for help", late)
    more = ngettext("%(num)d request is open.", "%(num)d requests are open.", open_)
    return _task("triage.front_door", late, words, more, council=first)


def _unread(who: Actor) -> Iterator[Task]:
    """How many requests for help wait where nobody could read them, with the way to ask somebody to join."""
    found = [one for one in unread_in(vault(), db.session, looked_after(who)) if not one.has_readers]
    if found:
        number = sum(one.number for one in found)
        words = ngettext("new request for help", "new requests for help", number)
        more = gettext("Nobody of the front door team can sign in. Ask somebody to join.")
        yield replace(_task("staff.people", number, words, more), is_done=False)


def _requests(who: Actor) -> Task:
    """How many requests for help nobody has looked at yet, and how many are late."""
    found = counts(vault(), who)
    words = ngettext("new request for help", "new requests for help", found.new)
    late = ngettext("%(num)d is late", "%(num)d are late", found.late)
    task = _task("triage.requests", found.new, words, late if found.late else "")
    return replace(task, is_done=not (found.new or found.late))


def _task(endpoint: str, number: int, words: str, more: str = "", council: str | None = None) -> Task:
    address = url_for(endpoint, council=council) if endpoint in current_app.view_functions else ""
    return Task(figure(number), words, more, address, number == 0)
