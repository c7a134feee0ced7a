"""Messages about requests that wait or were not sent: nobody is left waiting without staff knowing."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from hubfinder.clock import LONDON, as_utc
from hubfinder.database import begin_reading, begin_writing
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.people.audit import Subject, record
from hubfinder.post.standing import Backlog
from hubfinder.referrals import notice_words, staff_notice_words
from hubfinder.referrals.notice_queries import (
    NOT_SENT,
    READS_ALL,
    Line,
    backlog_for,
    is_backlog,
    line_of,
    not_sent,
    send_again,
    settle,
    waiting_long,
)
from hubfinder.referrals.notice_ready import TOO_MANY
from hubfinder.referrals.notices import SENDER
from hubfinder.referrals.vocab import Channel, NoticeState
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.vault import vault
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.looking import only_when_looked_at

READERS = (*TEAM, Role.COUNCIL_ADMINISTRATOR)
VERBS = {"again": send_again, "settle": settle}


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the page shows it: never to which address."""

    number: int
    reference: str
    to: str
    what: str
    when: str
    state: NoticeState
    why: str


@dataclass(frozen=True, slots=True)
class Warned:
    """What a page about requests warns of."""

    late: int
    not_sent: int
    trouble: str


@pages.context_processor
def _for_pages() -> dict[str, object]:
    return {"message_backlog": message_backlog}


def message_backlog() -> Warned | None:
    """What the queue warns of, of the messages whoever is signed in may see; none where all is well."""
    found = backlog_for(vault(), actor())
    return _warned(found) if is_backlog(found) else None


def _warned(found: Backlog) -> Warned:
    return Warned(found.late, sum(found.numbers.get(state, 0) for state in NOT_SENT), found.trouble)


@staff_page(pages, "/staff/requests/messages", *READERS)
@only_when_looked_at
def messages() -> ResponseReturnValue:
    who = actor()
    begin_writing(vault())
    for council in _councils():
        record(vault(), who, "request.messages_seen", Subject("requests", "messages", council))
    vault().commit()
    begin_reading(vault())
    standing = backlog_for(vault(), who)
    return render_template(
        "triage/messages.html",
        standing=standing,
        queued=standing.numbers.get(NoticeState.QUEUED, 0),
        waiting=[_shown(line) for line in waiting_long(vault(), who)],
        lines=[_shown(line) for line in not_sent(vault(), who)],
        may_open=who.has(*TEAM),
        done=request.args.get("done", ""),
    )


@staff_page(pages, "/staff/requests/messages/change", *READERS, methods=("POST",))
def change_message() -> ResponseReturnValue:
    do = VERBS.get(request.form.get("do", ""))
    if do is None:
        raise BadRequest
    begin_writing(vault())
    line = existing(line_of(vault(), actor(), _number()))
    is_done = do(vault(), actor(), line)
    vault().commit()
    done = request.form["do"] if is_done else "gone"
    return redirect(url_for("triage.messages", done=done), 303)


def _number() -> int:
    text = request.form.get("number", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _councils() -> tuple[str, ...]:
    roles = {*READS_ALL, *TEAM}
    return tuple(dict.fromkeys(grant.council for grant in actor().grants if grant.role in roles))


def _shown(line: Line) -> Shown:
    row = line.row
    moment = as_utc(row.made_at).astimezone(LONDON)
    when = gettext("%(day)s, %(time)s", day=formats.day(moment.date()), time=f"{moment:%H:%M}")
    why = gettext("The family no longer says that this way is safe, or cannot read on there.")
    return Shown(
        row.id,
        line.reference,
        _whom(row.to, row.channel),
        _sentence(row.wording, is_for_family=row.to in ("", SENDER)),
        when,
        row.state,
        why if row.state is NoticeState.UNSAFE and not row.to else _went_wrong(row.error),
    )


def _went_wrong(error: str) -> str:
    """What a server said, in words where we know what it means."""
    known = {
        "it did not arrive: permanent-failure": gettext(
            "It did not arrive, and never will: the number or the address is wrong."
        ),
        "it did not arrive: temporary-failure": gettext(
            "It did not arrive: the telephone was off, or the mailbox was full."
        ),
        TOO_MANY: gettext("Very many messages were to go there today. Somebody may be misusing us."),
    }
    return known.get(error, error)


def _sentence(wording: str, *, is_for_family: bool) -> str:
    if is_for_family:
        return notice_words.sentence_of(wording)
    return staff_notice_words.sentence_of(wording)


def _whom(to: str, channel: Channel) -> str:
    """To whom it goes, in words."""
    if to == SENDER:
        return gettext("Whoever sent the request, by email")
    if to:
        kind = to.partition(":")[0]
        kinds = {"service": gettext("A service"), "administrators": gettext("Those who run the council")}
        return kinds.get(kind, gettext("Your team"))
    ways = {
        Channel.EMAIL: gettext("The family, by email"),
        Channel.TEXT: gettext("The family, by text message"),
        Channel.LETTER: gettext("The family, by letter"),
    }
    return ways.get(channel, gettext("The family"))
