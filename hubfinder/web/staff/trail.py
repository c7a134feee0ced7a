"""The trails, for auditors: who saw and did what in their council, whether it is whole, and as a file.

There are two, each a chain of its own in its own database: that of listings and people, and that of requests
for help. A look at one, and a file of it, is an entry of that one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import begin_reading, begin_writing
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people.audit import Subject, record
from hubfinder.people.exporting import as_csv, as_lines
from hubfinder.people.queries import council_names, names_in
from hubfinder.people.trail import Asked, all_entries, entries, look
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.fresh import asked_reason, needs_fresh
from hubfinder.web.shared.seen import seen
from hubfinder.web.shared.trail_words import WORDS, words_of
from hubfinder.web.shared.vault import vault
from hubfinder.web.staff.blueprint import pages, when_stale

AT_ONCE = 50
"""Entries on a page."""
LOOKED_AT = 20_000
"""So many of the newest entries are looked at each time somebody opens the page; a command looks at all."""
FORMATS = {"csv": (as_csv, "text/csv"), "jsonl": (as_lines, "application/x-ndjson")}
OF_REQUESTS = "requests"


@dataclass(frozen=True, slots=True)
class Trail:
    """One of the two."""

    of: str
    """As in the address; that of listings and people has nothing there."""
    words: LazyString
    command: str
    """What looks at all of it."""
    session: Callable[[], Session]
    """On the database that it stands in."""


TRAILS = (
    Trail("", lazy_gettext("Listings and people"), "hubfinder trail verify", db.get_session),
    Trail(OF_REQUESTS, lazy_gettext("Requests for help"), "hubfinder trail verify --requests", vault),
)
IN_THE_VAULT = ("request.", "retention.", "vault.")
IN_BOTH = ("trail.",)
"""Beginnings of verbs: where each can stand."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an auditor asks for, as it stands in the address or the form."""

    trail: Trail
    asked: Asked
    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> dict[str, str]:
        """For addresses: which trail, and what was typed and is not empty."""
        return {name: text for name, text in (("of", self.trail.of), *self.typed.items()) if text}

    @property
    def narrowed(self) -> list[str]:
        """Names of what was typed: then some of its entries are asked for, else all."""
        return sorted(name for name, text in self.typed.items() if text)


@staff_page(pages, "/staff/trail", Role.AUDITOR)
def trail() -> ResponseReturnValue:
    """The newest entries that are asked for. To look is an entry itself, of the trail that is looked at."""
    question = _question()
    session = question.trail.session()
    for code in _councils():
        seen("trail.read", Subject("trail", "page", code), session)
    begin_reading(session)
    before = request.args.get("before", "")
    found = entries(session, question.asked, AT_ONCE + 1, _number(before))
    page = render_template(
        "staff/trail.html",
        rows=[(entry, words_of(entry.verb, entry.facts)) for entry in found[:AT_ONCE]],
        older=found[AT_ONCE - 1].number if len(found) > AT_ONCE else None,
        question=question,
        errors=question.errors,
        state=look(session, LOOKED_AT),
        trails=TRAILS,
        **_choices(question.trail),
    )
    return page, 400 if question.errors else 200


@staff_page(pages, "/staff/trail/export", Role.AUDITOR, methods=("GET", "POST"))
@needs_fresh
def export_trail() -> ResponseReturnValue:
    """What is asked for as a file, with a reason."""
    question = _question()
    if request.method == "GET":
        return _export_page(question, "", question.errors)
    reason, errors = asked_reason()
    kind = request.form.get("format", "")
    if kind not in FORMATS:
        errors["format"] = gettext("Choose a kind of file.")
    if errors or question.errors:
        return _export_page(question, reason, {**question.errors, **errors}), 400
    who, codes, session = actor(), _councils(), question.trail.session()
    begin_writing(session)
    last = 0
    for code in codes:
        facts = {"format": kind, "narrowed": question.narrowed}
        last = record(session, who, "trail.exported", Subject("trail", kind, code), reason, facts).number
    session.commit()
    begin_reading(session)
    write, mimetype = FORMATS[kind]
    lines = write(all_entries(session, question.asked, last))
    answer = Response(stream_with_context(lines), mimetype=mimetype)
    name = "-".join(part for part in ("trail", question.trail.of, today().isoformat()) if part)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return answer


def _export_page(question: Question, reason: str, errors: Mapping[str, str]) -> str:
    return render_template(
        "staff/trail_export.html",
        question=question,
        reason=reason,
        errors=errors,
        **_choices(question.trail),
    )


def _question() -> Question:
    """What the address or the form asks for, always within the councils of whoever asks."""
    typed = {
        name: request.values.get(name, "").strip()[:160]
        for name in ("person", "verb", "kind", "key", "since", "until")
    }
    errors, days = {}, {}
    for name in ("since", "until"):
        days[name] = _day(typed[name])
        if typed[name] and days[name] is None:
            errors[name] = gettext("Type a day such as 2026-11-30.")
    asked = Asked(
        _councils(),
        _number(typed["person"]),
        typed["verb"],
        typed["kind"],
        typed["key"],
        days["since"],
        days["until"],
    )
    of = request.values.get("of", "")
    chosen = next((one for one in TRAILS if one.of == of), TRAILS[0])
    return Question(chosen, asked, typed, errors)


def _councils() -> tuple[str, ...]:
    return tuple(dict.fromkeys(grant.council for grant in actor().grants if grant.role is Role.AUDITOR))


def _choices(chosen: Trail) -> dict[str, object]:
    """What the filters offer: who works here, and what can be done that stands in this trail."""
    codes, of_requests = _councils(), chosen.of == OF_REQUESTS
    verbs = (
        (verb, str(words))
        for verb, words in WORDS.items()
        if verb.startswith(IN_BOTH) or verb.startswith(IN_THE_VAULT) is of_requests
    )
    return {
        "people": [(str(number), name) for number, name in names_in(db.session, codes)],
        "verbs": sorted(verbs, key=itemgetter(1)),
        "councils": council_names(db.session, codes) if len(codes) > 1 else {},
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _stale() -> ResponseReturnValue:
    errors = {"do": gettext("This page was open for too long, so nothing was done. Try again.")}
    return _export_page(_question(), "", errors), 400


when_stale(_stale, "export_trail")
