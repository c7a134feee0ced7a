"""The trail, for auditors: who saw and did what in their council, whether it is whole, and as a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

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
from hubfinder.web.staff.blueprint import pages, when_stale
from hubfinder.web.staff.trail_words import WORDS, words_of

AT_ONCE = 50
"""Entries on a page."""
LOOKED_AT = 20_000
"""So many of the newest entries are looked at each time somebody opens the page; a command looks at all."""
FORMATS = {"csv": (as_csv, "text/csv"), "jsonl": (as_lines, "application/x-ndjson")}


@dataclass(frozen=True, slots=True)
class Question:
    """What an auditor asks for, as it stands in the address or the form."""

    asked: Asked
    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> dict[str, str]:
        """For addresses: what was typed and is not empty."""
        return {name: text for name, text in self.typed.items() if text}


@staff_page(pages, "/staff/trail", Role.AUDITOR)
def trail() -> ResponseReturnValue:
    """The newest entries that are asked for. To look is an entry itself."""
    question = _question()
    for code in _councils():
        seen("trail.read", Subject("trail", "page", code))
    before = request.args.get("before", "")
    found = entries(db.session, question.asked, AT_ONCE + 1, _number(before))
    page = render_template(
        "staff/trail.html",
        rows=[(entry, words_of(entry.verb)) for entry in found[:AT_ONCE]],
        older=found[AT_ONCE - 1].number if len(found) > AT_ONCE else None,
        question=question,
        errors=question.errors,
        state=look(db.session, LOOKED_AT),
        most=LOOKED_AT,
        **_choices(),
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
    begin_writing(db.session)
    last = 0
    for code in _councils():
        facts = {"format": kind, "narrowed": sorted(question.address)}
        last = record(
            db.session, actor(), "trail.exported", Subject("trail", kind, code), reason, facts
        ).number
    db.session.commit()
    begin_reading(db.session)
    write, mimetype = FORMATS[kind]
    lines = write(all_entries(db.session, question.asked, last))
    answer = Response(stream_with_context(lines), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="trail-{today().isoformat()}.{kind}"'
    return answer


def _export_page(question: Question, reason: str, errors: Mapping[str, str]) -> str:
    return render_template(
        "staff/trail_export.html", question=question, reason=reason, errors=errors, **_choices()
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
    return Question(asked, typed, errors)


def _councils() -> tuple[str, ...]:
    return tuple(dict.fromkeys(grant.council for grant in actor().grants if grant.role is Role.AUDITOR))


def _choices() -> dict[str, object]:
    """What the filters offer: who works here, and what can be done."""
    codes = _councils()
    return {
        "people": [(str(number), name) for number, name in names_in(db.session, codes)],
        "verbs": sorted(((verb, str(words)) for verb, words in WORDS.items()), key=itemgetter(1)),
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
