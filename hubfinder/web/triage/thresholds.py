"""Joint thresholds of a council: which decision of an agency opens services of others too.

Whoever runs the council writes them down; the front door sees at a request what a decision opens besides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_writing
from hubfinder.directory.queries import catalogue
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people.queries import council_names, looked_after
from hubfinder.referrals import thresholds as agreed_on
from hubfinder.referrals.receivers import all_named
from hubfinder.referrals.threshold_models import JointThreshold, JointThresholdService
from hubfinder.referrals.thresholds import (
    MOST_SERVICES,
    Agreed,
    ThresholdChanged,
    ThresholdProblem,
    ThresholdRefused,
    Way,
    examples,
    names_of,
    threshold_for,
    thresholds_of,
)
from hubfinder.referrals.vocab import Opens
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.terms import needs_in_english
from hubfinder.web.shared.typed import one_line
from hubfinder.web.triage.blueprint import pages

ADMINISTRATOR = Role.COUNCIL_ADMINISTRATOR
LINES = 4
"""Empty lines for what a new one opens."""
LONGEST_LINE = 300


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it is filled in."""

    agency: str = ""
    decision: str = ""
    note: str = ""
    lines: Sequence[tuple[str, str]] = ()
    """What it opens, as typed, and for whom."""
    revision: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@staff_page(pages, "/staff/thresholds", ADMINISTRATOR)
def thresholds() -> ResponseReturnValue:
    """Those of the councils somebody looks after, and examples to begin with."""
    councils = council_names(db.session, looked_after(actor()))
    rows = {code: thresholds_of(db.session, code) for code in councils}
    taken = {row.example for ones in rows.values() for row in ones}
    offered = {key: one for key, one in examples(settings().seeds_dir).items() if key not in taken}
    ways = [_way(one) for ones in rows.values() for row in ones for one in row.services]
    every = [*ways, *(way for one in offered.values() for way in one.ways)]
    return render_template(
        "triage/thresholds.html",
        councils=councils,
        rows=rows,
        ways=lambda row: [_way(one) for one in row.services],
        offered=offered,
        names=names_of(db.session, every),
        done=request.args.get("done", ""),
    )


@staff_page(pages, "/staff/thresholds/new", ADMINISTRATOR, methods=("GET", "POST"))
def new_threshold() -> ResponseReturnValue:
    """Write one down, from nothing or from an example."""
    mine = looked_after(actor())
    council = existing(next((code for code in mine if code == request.values.get("council", mine[0])), None))
    if request.method == "GET":
        example = examples(settings().seeds_dir).get(request.args.get("example", ""))
        return _form(council, _of(example) if example else Typed(), None)
    key = one_line(request.form.get("example", ""), 80)
    begun_with = key if key in examples(settings().seeds_dir) else ""

    def save(found: Agreed) -> None:
        agreed_on.add(db.session, actor(), council, found)

    return _saved(council, None, save, begun_with)


@staff_page(pages, "/staff/thresholds/<int:number>", ADMINISTRATOR, methods=("GET", "POST"))
def threshold(number: int) -> ResponseReturnValue:
    """Look at one, and change it."""
    row = existing(threshold_for(db.session, actor(), number))
    if request.method == "GET":
        return _form(row.council_code, _of_row(row), row)
    council = row.council_code

    def save(found: Agreed) -> None:
        newest = existing(threshold_for(db.session, actor(), number))
        agreed_on.change(db.session, actor(), newest, found, _revision())

    return _saved(council, number, save)


@staff_page(pages, "/staff/thresholds/<int:number>/remove", ADMINISTRATOR, methods=("POST",))
def remove_threshold(number: int) -> ResponseReturnValue:
    """It does not hold any more."""
    begin_writing(db.session)
    agreed_on.remove(db.session, actor(), existing(threshold_for(db.session, actor(), number)))
    db.session.commit()
    return redirect(url_for("triage.thresholds", done="removed"), 303)


def _saved(
    council: str, number: int | None, save: Callable[[Agreed], None], example: str = ""
) -> ResponseReturnValue:
    db.session.rollback()
    typed = _typed()
    if request.form.get("do") == "more":
        return _again(council, number, typed, {}, 200, more=LINES)
    begin_writing(db.session)
    ways, errors = _ways(council, typed)
    found = Agreed(typed.agency, typed.decision, ways, typed.note, example)
    try:
        if not errors:
            save(found)
    except ThresholdRefused as refused:
        errors = _words(refused.why)
    except ThresholdChanged:
        words = gettext("Somebody else changed it since you opened it. Look at it again.")
        db.session.rollback()
        return _again(council, number, typed, {"agency": words}, 409)
    if errors:
        db.session.rollback()
        return _again(council, number, typed, errors, 400)
    db.session.commit()
    return redirect(url_for("triage.thresholds", done="saved"), 303)


def _again(
    council: str, number: int | None, typed: Typed, errors: dict[str, str], status: int, more: int = 0
) -> ResponseReturnValue:
    row = existing(threshold_for(db.session, actor(), number)) if number else None
    revision = row.revision if row and status == 409 else typed.revision
    lines = [*typed.lines, *[("", "")] * more]
    again = Typed(typed.agency, typed.decision, typed.note, lines, revision, errors, status)
    return _form(council, again, row)


def _typed() -> Typed:
    form = request.form
    opened, for_whom = form.getlist("opens"), form.getlist("for_whom")
    pairs = zip(opened, [*for_whom, *[""] * len(opened)], strict=False)
    lines = [(one_line(what, LONGEST_LINE), one_line(whom, LONGEST_LINE)) for what, whom in pairs]
    note = form.get("note", "").replace("\r\n", "\n").replace("\x00", "").strip()
    return Typed(
        one_line(form.get("agency", ""), LONGEST_LINE),
        one_line(form.get("decision", ""), LONGEST_LINE),
        note[: agreed_on.LONGEST_NOTE + 1],
        [line for line in lines if line != ("", "")][: MOST_SERVICES + 1],
        _revision(),
    )


def _revision() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _ways(council: str, typed: Typed) -> tuple[tuple[Way, ...], dict[str, str]]:
    """What the lines mean, and what is wrong with them, by the name of the field."""
    known = {words.casefold(): way for words, way in _offered(council)}
    found, errors = [], {}
    for number, (words, for_whom) in enumerate(typed.lines, 1):
        way = known.get(words.casefold())
        if way is None:
            errors[f"opens-{number}"] = gettext("Choose one from the list: %(words)s", words=words)
        else:
            found.append(Way(way.kind, way.key, for_whom))
    return tuple(found), errors


def _offered(council: str) -> list[tuple[str, Way]]:
    """All that a threshold can open, as it stands in the list of the page."""
    kinds: tuple[tuple[Opens, Mapping[str, str]], ...] = (
        (Opens.NEED, {term.slug: term.name for term in needs_in_english()}),
        (Opens.ENTRY, {entry.key: entry.current_name for entry in catalogue(db.session)}),
        (Opens.SERVICE, all_named(db.session, council)),
    )
    return [(_line(kind, name), Way(kind, key)) for kind, ones in kinds for key, name in ones.items()]


def _line(kind: Opens, name: str) -> str:
    """How it is typed and shown: ``Every service for a need: Mental health``."""
    return f"{kind.label}: {name}"


def _of(agreed: Agreed) -> Typed:
    names = names_of(db.session, agreed.ways)
    lines = [(_line(way.kind, names[way]), way.for_whom) for way in agreed.ways if way in names]
    return Typed(agreed.agency, agreed.decision, agreed.note, lines)


def _of_row(row: JointThreshold) -> Typed:
    typed = _of(Agreed(row.agency, row.decision, tuple(_way(one) for one in row.services), row.note))
    return Typed(typed.agency, typed.decision, typed.note, typed.lines, row.revision)


def _way(one: JointThresholdService) -> Way:
    return Way(one.kind, one.key, one.for_whom)


def _form(council: str, typed: Typed, row: JointThreshold | None) -> ResponseReturnValue:
    empty = max(1, LINES - len(typed.lines)) if typed.status == 200 else 1
    page = render_template(
        "triage/threshold.html",
        council=council,
        council_name=council_names(db.session, [council]).get(council, council),
        row=row,
        typed=typed,
        lines=[*typed.lines, *[("", "")] * empty][:MOST_SERVICES],
        offered=[words for words, _ in _offered(council)],
        example=one_line(request.values.get("example", ""), 80),
    )
    return page, typed.status


def _words(why: ThresholdProblem) -> dict[str, str]:
    return {
        ThresholdProblem.NO_AGENCY: {"agency": gettext("Say which agency decides")},
        ThresholdProblem.NO_DECISION: {"decision": gettext("Say what it decides")},
        ThresholdProblem.OPENS_NOTHING: {"opens-1": gettext("Say what it opens besides")},
        ThresholdProblem.UNKNOWN: {"opens-1": gettext("Something here is not listed any more")},
        ThresholdProblem.TOO_LONG: {"decision": gettext("Use fewer words")},
    }[why]
