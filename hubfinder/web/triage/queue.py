"""The queue: what waits, the most urgent first. To look at a page of it is one entry of the trail."""

from dataclasses import dataclass, replace
from math import ceil
from urllib.parse import urlencode

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading
from hubfinder.display.language import current, language_name
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals import queue
from hubfinder.referrals.by_hand import ring_by, rung_for
from hubfinder.referrals.colleagues import hub_names
from hubfinder.referrals.hub_sight import head_read_by
from hubfinder.referrals.queue import FRONT_DOOR, PAGE, Wanted, Which
from hubfinder.referrals.reading import Line, lines_of
from hubfinder.referrals.vocab import Flag, Point, ReferralState
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.typed import one_line
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.clock_words import Clock, clock_of, points_of
from hubfinder.web.triage.looking import note_look, only_when_looked_at, opening
from hubfinder.web.triage.not_opened import tell_of_closed

LAST_PAGE = 10_000
LONGEST = 160
LOUD = frozenset(
    {Flag.DANGER, Flag.SAFEGUARDING, Flag.HOME_NOT_TOLD, Flag.FAMILY_NOT_TOLD, Flag.NO_SAFE_CONTACT}
)
"""Flags that stand out."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as the page shows it."""

    line: Line
    clock: Clock
    flags: tuple[Flag, ...]
    hub: str
    """Name of the hub; empty for the front door."""
    near: str
    """Name of the hub for where they live, where it does not have it."""
    language: str
    """Name of the language; empty for English."""
    points: tuple[Point, ...]
    """What somebody has to see to while services have it."""


@staff_page(pages, "/staff/requests", *TEAM)
@only_when_looked_at
def requests() -> ResponseReturnValue:
    """The queue. What it shows is only what stands in it: nothing is opened."""
    wanted, page = _wanted(), _page()
    note_look("request.queue_seen", "queue", page=page)
    begin_reading(vault())
    begin_reading(db.session)
    who = actor()
    counts = queue.counts(vault(), who)
    total = counts.open if wanted == Wanted() else queue.count(vault(), who, wanted)
    found = lines_of(keys(), queue.rows(vault(), who, wanted, page)) if total else []
    tell_of_closed(found)
    lines = [replace(line, head=head_read_by(who, line.row, line.head)) for line in found]
    hubs = _hubs(lines)
    rung = ring_by(rung_for(vault(), [line.row for line in lines]))
    openings = {code: opening(code) for code in {line.row.council_code for line in lines}}
    return render_template(
        "triage/queue.html",
        shown=[
            _shown(
                line, hubs, clock_of(line.row, openings[line.row.council_code], None, rung.get(line.row.id))
            )
            for line in lines
        ],
        counts=counts,
        total=total,
        wanted=wanted,
        page=page,
        last=max(1, ceil(total / PAGE)),
        address=lambda number: _address(wanted, number),
        only=_address,
        choices=_choices(hubs),
        told=request.args.get("done", ""),
        loud=LOUD,
    )


def _hubs(lines: list[Line]) -> dict[str, str]:
    """Names of the hubs that have requests, and of those that would have one of these."""
    have = {*queue.hubs_in(vault(), actor()), *(line.row.hub_key for line in lines)}
    return hub_names(db.session, {*have, *(line.head.hub_there for line in lines)} - {""})


def _shown(line: Line, hubs: dict[str, str], clock: Clock) -> Shown:
    row, head = line.row, line.head
    flags = [flag for flag in Flag if flag in head.flags]
    language = "" if head.language == "en" else language_name(head.language, current().code)
    return Shown(
        line,
        clock,
        tuple(sorted(flags, key=lambda flag: flag not in LOUD)),
        hubs.get(row.hub_key, row.hub_key),
        hubs.get(head.hub_there, "") if head.hub_there != row.hub_key else "",
        language,
        points_of(row),
    )


def _choices(hubs: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    groups = [
        (Which.OPEN.value, gettext("Still to do")),
        (Which.WAITING.value, gettext("Nobody has taken it on yet")),
        (Which.ENDED.value, gettext("Ended")),
        (Which.ALL.value, gettext("All")),
    ]
    return {
        "state": [*groups, *((one.value, str(one.label)) for one in ReferralState)],
        "hub": [
            ("", gettext("All")),
            (FRONT_DOOR, gettext("The front door")),
            *sorted(hubs.items(), key=lambda one: one[1].casefold()),
        ],
    }


def _wanted() -> Wanted:
    state = request.args.get("state", Which.OPEN.value)
    kinds = {one.value: one for one in (*Which, *ReferralState)}
    return Wanted(
        kinds.get(state, Which.OPEN),
        one_line(request.args.get("hub", ""), LONGEST),
        request.args.get("mine") == "1",
        request.args.get("late") == "1",
    )


def _page() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _address(wanted: Wanted, page: int = 1) -> str:
    pairs = [
        ("state", "" if wanted.state is Which.OPEN else wanted.state.value),
        ("hub", wanted.hub),
        ("mine", "1" if wanted.is_mine else ""),
        ("late", "1" if wanted.is_late else ""),
        ("page", str(page) if page > 1 else ""),
    ]
    asked = urlencode([(name, value) for name, value in pairs if value])
    return url_for("triage.requests") + (f"?{asked}" if asked else "")
