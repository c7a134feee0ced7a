"""What happened to a request, in words: who, when, what, and what they wrote."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.people.values import HUBFINDER
from hubfinder.referrals.answers import Who
from hubfinder.referrals.events import words_of
from hubfinder.referrals.form.journey import titles_of
from hubfinder.referrals.holding import THE_FAMILY, THE_PROFESSIONAL, Holder
from hubfinder.referrals.models import ReferralEvent
from hubfinder.referrals.reading import Opened
from hubfinder.referrals.sharing import Group, Partner
from hubfinder.referrals.triage import NOBODY, STAYS
from hubfinder.referrals.vocab import DeclineReason, EventKind, Outcome, Urgency
from hubfinder.vault.sealing import Box


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened."""

    id: int
    kind: EventKind
    at: datetime
    by: str
    details: str
    """What was chosen: a hub, an outcome, another reference."""
    words: tuple[str, ...]
    """What somebody wrote, line by line."""
    read_by: str
    """Who reads it with the code of the request, in words; empty where nobody does."""


def all_happened(
    one: Opened, events: Iterable[ReferralEvent], names: Mapping[str, str]
) -> tuple[Happened, ...]:
    """Events in words, the oldest first as they are given; ``names`` as of ``happened``. Of a request that
    somebody sent in their work they read what is written for the family, until it is given a code of its own.

    Raises:
        NotOpened: the words of one were changed.
    """
    of_professional = gettext(
        "%(name)s reads this", name=one.told.professional.name or gettext("whoever sent it")
    )
    words = {Holder.FAMILY: gettext("the family reads this"), Holder.PROFESSIONAL: of_professional}
    holder = Holder.PROFESSIONAL if one.told.who is Who.PROFESSIONAL else Holder.FAMILY
    found = []
    for event in events:
        if event.kind is EventKind.NEW_CODE and one.told.who is Who.PROFESSIONAL:
            holder = Holder.FAMILY if event.facts.get("to") == Holder.FAMILY else Holder.PROFESSIONAL
        found.append(happened(one.box, event, names, words[holder]))
    return tuple(found)


def happened(box: Box, event: ReferralEvent, names: Mapping[str, str], reader: str = "") -> Happened:
    """An event in words; ``names`` are those of hubs, councils and services by their keys, ``reader`` says
    who reads what is written for the family.

    Raises:
        NotOpened: its words were changed.
    """
    lines = tuple(line for line in words_of(box, event).splitlines() if line.strip())
    return Happened(
        event.id,
        event.kind,
        event.at,
        _by(event),
        _details(event, names),
        lines,
        reader if event.is_for_family else "",
    )


def _by(event: ReferralEvent) -> str:
    """Who did it; whoever did not sign in has shown the code, or sent the form."""
    if event.person_id is not None or event.by == HUBFINDER.name:
        return event.by
    by_code = {
        THE_FAMILY.name: gettext("the family"),
        THE_PROFESSIONAL.name: gettext("the professional who sent it"),
    }
    return by_code.get(event.by) or gettext("whoever sent it")


def _details(event: ReferralEvent, names: Mapping[str, str]) -> str:
    facts = event.facts
    if event.kind is EventKind.URGENCY:
        before, after = (_label(Urgency, facts.get(name)) for name in ("from", "to"))
        return gettext("from “%(before)s” to “%(after)s”", before=before, after=after)
    if event.kind is EventKind.MERGED:
        if facts.get("into"):
            return gettext("into %(reference)s", reference=facts["into"])
        part = gettext("%(reference)s is part of it now", reference=facts.get("from", ""))
        return " · ".join([part, *_not_safe(facts)])
    if event.kind in _TO_SOMEBODY:
        return holder_words(facts.get("to"))
    if "hub" in facts and not facts["hub"]:
        return gettext("to the front door")
    reason = _label(DeclineReason, facts.get("reason"))
    outcome = _label(Outcome, facts.get("outcome"))
    keys = (str(facts.get(name) or "") for name in ("hub", "council", "service"))
    changed = titles_of(facts.get("fields") or ())
    places = (names.get(str(key), str(key)) for key in (*keys, *_told(facts)))
    first = (*_stays(facts), *_nobody(facts), *_in_part(facts), *_danger(facts))
    said = (*first, *places, *_without(facts), reason, outcome)
    found = (*said, *changed, *_moved(facts), *_not_safe(facts))
    return " · ".join(part for part in found if part)


def _told(facts: Mapping[str, Any]) -> list[object]:
    """Keys of the services that were written to."""
    return list(facts["services"]) if isinstance(facts.get("services"), list) else []


def _in_part(facts: Mapping[str, Any]) -> list[str]:
    """In which of the requests that are part of it something was done."""
    part = facts.get("from")
    return [gettext("in %(reference)s, which is part of it", reference=part)] if part else []


def _nobody(facts: Mapping[str, Any]) -> list[str]:
    """Of a key worker."""
    return [gettext("nobody any more")] if facts.get(NOBODY) is True else []


def _stays(facts: Mapping[str, Any]) -> list[str]:
    """Of a note after they moved."""
    return [gettext("It stays with the team that has it")] if facts.get(STAYS) is True else []


def _danger(facts: Mapping[str, Any]) -> list[str]:
    return [gettext("They say that somebody is in danger now")] if facts.get("danger") else []


def _moved(facts: Mapping[str, Any]) -> list[str]:
    """Of a correction of where they live."""
    return [gettext("another team may be right for them now")] if "near" in facts else []


def _without(facts: Mapping[str, Any]) -> list[str]:
    """Of a hub: that it has it although the family did not agree."""
    return [gettext("Went without their consent")] if facts.get("without_consent") is True else []


def _not_safe(facts: Mapping[str, Any]) -> list[str]:
    """What is not safe any more, since a request that is part of it does not call it safe."""
    names = list(titles_of(facts.get("narrowed") or ()))
    return [gettext("not safe any more: %(ways)s", ways=formats.listed(names))] if names else []


_TO_SOMEBODY = frozenset({EventKind.ASKED, EventKind.MESSAGE, EventKind.NEW_CODE})


def holder_words(to: object) -> str:
    """To whom something was written or given, of those who hold the code."""
    if to == Holder.PROFESSIONAL:
        return gettext("to the professional who sent it, not to the family")
    return gettext("to the family")


def _label(kind: type[DeclineReason] | type[Outcome] | type[Urgency], value: object) -> str:
    return str(kind(str(value)).label) if value in tuple(kind) else ""


def scope_words(scope: str) -> str:
    """Of a consent: with whom, or what; of one from older words the code itself."""
    name = scope.removeprefix("group:")
    labels = {one.value: str(one.label) for one in (*Partner, *Group)}
    return labels.get(name, name)


def alike_words(kinds: Iterable[str]) -> str:
    """What is the same in two requests."""
    words = {
        "telephone": gettext("the same telephone number"),
        "email": gettext("the same email address"),
        "person": gettext("somebody with the same name and date of birth"),
        "home": gettext("somebody with the same name and postcode"),
    }
    return formats.listed(words.get(kind, kind) for kind in kinds)
