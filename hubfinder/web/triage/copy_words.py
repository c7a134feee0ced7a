"""What is kept about a request in words that whoever asked for a copy can read: for the page of a copy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.people.values import THE_PUBLIC
from hubfinder.referrals import notice_words, staff_notice_words
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.holding import THE_FAMILY, THE_PROFESSIONAL, Holder
from hubfinder.referrals.not_told import FOR_STAFF, Named, Untold
from hubfinder.referrals.sharing import Group
from hubfinder.referrals.vocab import (
    Channel,
    DeclineReason,
    EventKind,
    NoticeState,
    Outcome,
    PassState,
    ReferralState,
    Urgency,
)
from hubfinder.vocab import Labelled
from hubfinder.web.shared.trail_words import words_of
from hubfinder.web.triage.event_words import scope_words

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """One part of what is kept."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def standing_of(row: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where the request stands, line by line: what it is, and how it is. ``names``: of hubs, by key."""
    lines = [
        (gettext("Arrived"), _when(row["received_at"])),
        (gettext("Where it stands"), _label(ReferralState, row["state"])),
        (gettext("Urgency"), _label(Urgency, row["urgency"])),
        (gettext("By when somebody looks"), _when(row["due_at"])),
        (gettext("Team"), names.get(row["hub_key"], row["hub_key"]) or gettext("The front door")),
        (gettext("Given to"), row["assigned"]),
        (gettext("Key worker"), row["key_worker"]),
        (gettext("Taken back"), _when(row["withdrawn_at"])),
        (gettext("Finished"), _when(row["finished_at"])),
        (gettext("How it ended"), _label(Outcome, row["outcome"])),
    ]
    return [(label, text) for label, text in lines if text]


def tables_of(tables: Mapping[str, Rows], names: Mapping[str, str]) -> list[Table]:
    """All that happened, was agreed to, passed on, sent and looked at. ``names``: of services, by key. What
    has no rows is left out.
    """
    each = (
        _events(tables["referral_event"]),
        _consents(tables["consent"]),
        _passings(tables["passing"], names),
        _notices(tables["notice"]),
        _trail(tables["audit_entry"]),
    )
    return [table for table in each if table.rows]


def untold_words(one: Untold, about: Named, names: Mapping[str, str]) -> str:
    """A thing that the family is not told, for whoever looks at the copy. ``names``: of services and hubs, by
    key.
    """
    have_it = [names.get(key, key) for key in (*about.services, *about.hubs)]
    return {
        Untold.SAFETY: gettext("Who has it for somebody’s safety: %(names)s", names=formats.listed(have_it)),
        Untold.STATUTORY: gettext("That it was handed over to statutory services"),
        Untold.MERGED: gettext(
            "That it is one with another request: %(references)s",
            references=formats.listed(spaced(one) for one in about.references),
        ),
        Untold.TAKEN_BACK: gettext("That somebody looks at it although it was taken back"),
        Untold.DECISION: gettext("Decisions of other agencies that were noted"),
    }[one]


def _events(rows: Rows) -> Table:
    columns = (gettext("When"), gettext("What"), gettext("By"), gettext("What was written"))
    said = ((_when(row["at"]), _label(EventKind, row["kind"]), _by(row["by"]), row["text"]) for row in rows)
    return Table(gettext("What happened"), columns, tuple(said))


def _consents(rows: Rows) -> Table:
    columns = (gettext("When"), gettext("What"), gettext("Answer"), gettext("By"))
    said = (
        (
            _when(row["at"]),
            scope_words(row["scope"]) if row["scope"] else gettext("To get in touch"),
            gettext("Yes") if row["is_given"] else gettext("No"),
            _holder(row["by"]),
        )
        for row in rows
    )
    return Table(gettext("What was agreed to"), columns, tuple(said))


def _passings(rows: Rows, names: Mapping[str, str]) -> Table:
    columns = (
        gettext("When"),
        gettext("Service"),
        gettext("Where it stands"),
        gettext("What it was given"),
        gettext("How it ended"),
        gettext("Note"),
    )
    said = (
        (
            _when(row["sent_at"]),
            names.get(row["service_key"], row["service_key"]),
            _label(PassState, row["state"]),
            formats.listed(_label(Group, group) for group in row["groups"] or ()),
            _label(DeclineReason, row["reason"]) or _label(Outcome, row["outcome"]),
            row["note"],
        )
        for row in rows
    )
    return Table(gettext("Services it was passed on to"), columns, tuple(said))


def _notices(rows: Rows) -> Table:
    columns = (gettext("When"), gettext("How"), gettext("What"), gettext("Where it stands"))
    said = (
        (_when(row["made_at"]), _channel(row["channel"]), _sentence(row["wording"]), _sent(row))
        for row in rows
    )
    return Table(gettext("Messages sent by themselves"), columns, tuple(said))


def _trail(rows: Rows) -> Table:
    columns = (gettext("When"), gettext("By"), gettext("What"), gettext("Why"))
    said = (
        (_when(row["at"]), _by(row["by"]), str(words_of(row["verb"], row["facts"])), row["reason"])
        for row in rows
    )
    return Table(gettext("Who looked at it, and what was done"), columns, tuple(said))


def _when(value: str | None) -> str:
    return formats.moment(datetime.fromisoformat(value)) if value else ""


def _label(kind: type[Labelled], value: str | None) -> str:
    """What is not known any more stands as it is kept."""
    if not value:
        return ""
    return str(kind(value).label) if value in tuple(kind) else str(value)


def _by(name: str) -> str:
    return {
        THE_FAMILY.name: gettext("the family"),
        THE_PROFESSIONAL.name: gettext("the professional who sent it"),
        THE_PUBLIC.name: gettext("whoever sent it"),
    }.get(name, name)


def _holder(value: str) -> str:
    return _by(Holder(value).actor.name) if value in tuple(Holder) else value


def _channel(value: str) -> str:
    return {
        Channel.EMAIL: gettext("Email"),
        Channel.TEXT: gettext("Text message"),
        Channel.LETTER: gettext("Letter"),
    }.get(Channel(value), value)


def _sentence(wording: str) -> str:
    is_for_staff = wording.startswith(FOR_STAFF)
    return staff_notice_words.sentence_of(wording) if is_for_staff else notice_words.sentence_of(wording)


def _sent(row: Mapping[str, Any]) -> str:
    parts: Iterable[str] = (_label(NoticeState, row["state"]), _when(row["sent_at"]))
    return ", ".join(part for part in parts if part)
