"""Passing a request on: first which services, then field by field what goes with it.

Forms are sent, never addresses: what somebody looks for tells of the family. Nothing is passed on before the
second page has shown what goes, and what of it the family has agreed to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.hub_sight import groups_read_by
from hubfinder.referrals.passing import (
    CONTACT,
    LONGEST_NOTE,
    WITH_A_SERVICE,
    Handing,
    PassRefused,
    Receiver,
    Why,
    missing_consent,
    pass_on as pass_on_to,
)
from hubfinder.referrals.reaching import reach_of
from hubfinder.referrals.reading import ChangedMeanwhile, Opened, locked, opened
from hubfinder.referrals.receivers import Candidate, OpenedBesides, candidates, named_like, opened_by
from hubfinder.referrals.sharing import FIELDS, Group, Partner
from hubfinder.referrals.states import WrongState, can
from hubfinder.referrals.story import Section, sections
from hubfinder.referrals.thresholds import reached, thresholds_of
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.terms import all_needs
from hubfinder.web.shared.typed import one_line
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.looking import found, only_when_looked_at, opening
from hubfinder.web.triage.not_lost import nothing_is_lost, too_long
from hubfinder.web.triage.sharing_words import group_words, partner_words
from hubfinder.web.triage.suggesting import suggested
from hubfinder.web.triage.view import Gathered, gather

MOST = 8
"""Services that a request is passed on to at once."""
LONGEST_SEARCH = 100
LONGEST_KEY = 160


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody chose and typed, and what is wrong with it."""

    to: tuple[str, ...] = ()
    partner: Partner = Partner.SERVICES
    groups: frozenset[Group] | None = None
    """None before somebody has chosen: then what was agreed."""
    note: str = ""
    safety: str = ""
    words: str = ""
    """Looked for among the services."""
    revision: int = 0
    """Of the request, when they last looked; 0 when they had not."""
    by_hand: frozenset[str] = frozenset()
    """Those of ``to`` of which the page said that nobody signs in there."""
    errors: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A group of fields, and whether it goes."""

    group: Group
    words: str
    sections: Sequence[Section]
    is_agreed: bool
    is_chosen: bool


@staff_page(pages, "/staff/requests/<reference>/pass", *TEAM, methods=("GET", "POST"))
@only_when_looked_at
def pass_on(reference: str) -> ResponseReturnValue:
    """Choose the services, look at what goes with it, and pass it on."""
    typed = _typed() if request.method == "POST" else Typed()
    do = request.form.get("do", "")
    if do == "pass":
        return _pass(reference, typed)
    if do == "check":
        return _check_page(reference, typed)
    return _choose_page(reference, typed)


def _typed() -> Typed:
    form = request.form
    partners = {one.value: one for one in Partner}
    revision = form.get("revision", "")
    return Typed(
        to=tuple(dict.fromkeys(one_line(key, LONGEST_KEY) for key in form.getlist("to")))[:MOST],
        partner=partners.get(form.get("partner", ""), Partner.SERVICES),
        groups=frozenset(group for group in Group if group.value in form.getlist("groups"))
        if form.get("checked") == "1"
        else None,
        note=_lines(form.get("note", "")),
        safety=_lines(form.get("safety", "")),
        words=one_line(form.get("words", ""), LONGEST_SEARCH),
        by_hand=frozenset(one_line(key, LONGEST_KEY) for key in form.getlist("by_hand")),
        revision=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0,
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\x00", "").strip()[: LONGEST_NOTE + 1]


def _pass(reference: str, typed: Typed) -> ResponseReturnValue:
    begin_reading(db.session)
    council = found(reference).council_code
    hours, there = opening(council), candidates(db.session, council, typed.to)
    vault().rollback()
    chosen = _receiving(there, typed)
    if frozenset(one.service for one in chosen if not one.can_receive) != typed.by_hand:
        words = gettext("Whether somebody signs in for these services has changed. Look at it again.")
        return _check_page(reference, replace(typed, errors={"top": words}, status=409))
    to = tuple(Receiver(one.service, one.organization, not one.can_receive) for one in chosen)
    begin_writing(vault())
    row = found(reference)
    handing = Handing(to, typed.partner, typed.groups or frozenset(), typed.note, typed.safety)
    try:
        locked(vault(), row, typed.revision)
        one = opened(keys(), row)
        if handing.groups - groups_read_by(actor(), one):
            raise BadRequest  # no page offers it: nobody passes on what they may not read
        pass_on_to(vault(), actor(), one, handing, hours)
    except PassRefused as refused:
        vault().rollback()
        return _refused(reference, typed, refused.why)
    except (ChangedMeanwhile, WrongState):
        vault().rollback()
        words = gettext("Somebody changed this request since you opened it. Look at it again.")
        return _check_page(reference, replace(typed, errors={"top": words}, status=409))
    vault().commit()
    return redirect(_address(reference, "passed"), 303)


def _receiving(there: dict[str, Candidate], typed: Typed) -> list[Candidate]:
    """Those chosen, in that order."""
    return [there[key] for key in typed.to if key in there]


def _refused(reference: str, typed: Typed, why: Why) -> ResponseReturnValue:
    words = {
        Why.NOBODY: ("to", gettext("Choose at least one service")),
        Why.NOT_AGREED: (
            "safety",
            gettext(
                "Say for whose safety it goes without their consent, or leave out what they did not agree to"
            ),
        ),
        Why.THERE_ALREADY: ("to", gettext("One of these services has it already")),
        Why.TOO_LONG: ("note", gettext("Use at most %(most)s characters", most=f"{LONGEST_NOTE:,}")),
    }
    name, said = words[why]
    if why is Why.TOO_LONG and len(typed.safety) > LONGEST_NOTE:
        name = "safety"
    again = replace(typed, errors={name: said}, status=400)
    return _choose_page(reference, again) if name == "to" else _check_page(reference, again)


def _choose_page(reference: str, typed: Typed) -> ResponseReturnValue:
    looked = gather(reference)
    row, said = looked.one.row, looked.one.told
    begin_reading(db.session)
    named = named_like(db.session, row.council_code, typed.words) if typed.words else []
    chosen = candidates(db.session, row.council_code, typed.to)
    fitting = suggested(row.council_code, said)
    came_from = candidates(db.session, row.council_code, [said.service] if said.service else ())
    lists = (
        (gettext("You have chosen"), [(chosen[key], "") for key in typed.to if key in chosen]),
        (gettext("With these words in the name"), [(one, "") for one in named]),
        (
            gettext("What the decision of another agency opens besides"),
            [(one.candidate, one.for_whom) for one in _besides(looked)],
        ),
        (gettext("They came from the page of"), [(one, "") for one in came_from.values()]),
    )
    page = render_template(
        "triage/pass_choose.html",
        **_frame(looked, typed),
        lists=[one for one in lists if one[1]],
        named=named,
        fitting=fitting,
        offered=[(one, "") for one in fitting.services],
        there=_there(looked),
        partners=[(one.value, words) for one, words in partner_words().items()],
    )
    return page, typed.status


def _check_page(reference: str, typed: Typed) -> ResponseReturnValue:
    looked = gather(reference)
    row, one = looked.one.row, looked.one
    begin_reading(db.session)
    there = candidates(db.session, row.council_code, typed.to)
    to = [candidate for candidate in _receiving(there, typed) if candidate.service not in _there(looked)]
    if not to:
        return _nobody(looked, reference, typed)
    missing = frozenset(missing_consent(one.told, typed.partner, frozenset(Group)))
    page = render_template(
        "triage/pass_check.html",
        **_frame(looked, typed),
        to=to,
        by_hand=[candidate for candidate in to if not candidate.can_receive],
        partner=partner_words()[typed.partner],
        parts=_parts(one, typed, missing),
        is_known=CONTACT not in missing,
        reach=reach_of(one.told),
        why=one.told.no_consent_why,
    )
    return page, typed.status


def _nobody(looked: Gathered, reference: str, typed: Typed) -> ResponseReturnValue:
    """Nothing that was chosen can be passed to: back to choosing."""
    is_there = bool(_there(looked) & set(typed.to))
    return _refused(reference, typed, Why.THERE_ALREADY if is_there else Why.NOBODY)


def _there(looked: Gathered) -> frozenset[str]:
    """Keys of the services that have it."""
    return frozenset(one.service_key for one in looked.passings if one.state in WITH_A_SERVICE)


def _frame(looked: Gathered, typed: Typed) -> dict[str, object]:
    row = looked.one.row
    return {
        "row": row,
        "reference": spaced(row.reference),
        "name": looked.one.told.name,
        "typed": typed,
        "may": can(row, "pass"),
        "most": LONGEST_NOTE,
    }


def _besides(looked: Gathered) -> list[OpenedBesides]:
    """What the decisions that were noted open besides."""
    row = looked.one.row
    mine = thresholds_of(db.session, row.council_code)
    return opened_by(db.session, reached(keys(), row, looked.events, mine))


def _parts(one: Opened, typed: Typed, missing: frozenset[str]) -> list[Part]:
    """Each group that they said anything in, as the service would see it."""
    needs = {term.slug: term.name for term in all_needs()}
    found_ = []
    for group in Group:
        said = {name: value for name, value in one.answers.items() if name in FIELDS[group]}
        shown = sections(said, needs)
        if shown:
            is_agreed = group.value not in missing
            is_chosen = is_agreed if typed.groups is None else group in typed.groups
            found_.append(Part(group, group_words()[group], shown, is_agreed, is_chosen))
    return found_


def _address(reference: str, done: str) -> str:
    return url_for("triage.request_page", reference=reference, done=done)


def _stale() -> ResponseReturnValue:
    """The page that was sent, with what was chosen and typed there."""
    typed, reference = _typed(), str((request.view_args or {}).get("reference", ""))
    if request.form.get("do") in ("pass", "check"):
        return _check_page(reference, replace(typed, errors={"top": too_long()}, status=400))
    return _choose_page(reference, replace(typed, errors={"to": too_long()}, status=400))


nothing_is_lost(_stale, "pass_on")
