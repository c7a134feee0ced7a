"""What a family is not told for somebody's safety, in the copy of all that is kept: found, and left out.

Whoever asks for a copy may be the one somebody is afraid of, or be made to show it. So the copy says no more
than the family's own page until a person who looked ticks it. Nothing in it says that something is missing:
where a request stands is said as that page says it, and lines that would tell are not there at all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hubfinder.referrals.events import SEEN_TO, TOLD_BY
from hubfinder.referrals.passing import WITH_A_SERVICE
from hubfinder.referrals.vocab import Outcome, PassState, ReferralState

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row]]


class Untold(StrEnum):
    """A thing that the family is not told."""

    SAFETY = "safety"
    """A service or a hub has it for somebody's safety, or had it."""
    STATUTORY = "statutory"
    """Statutory services took over."""
    MERGED = "merged"
    """There is another request, perhaps of somebody else: this is part of it, or it of this."""
    TAKEN_BACK = "taken_back"
    """It was taken back, and is looked at all the same."""
    DECISION = "decision"
    """What another agency has decided."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the things that are not told are about: keys of services and of hubs, and other references."""

    services: tuple[str, ...]
    hubs: tuple[str, ...]
    references: tuple[str, ...]


FOR_STAFF = ("team_", "service_", "chasing_", "retention_")
"""How the wordings of messages begin that go to staff and to services."""
LINES = ("referral_event", "audit_entry")
"""Tables whose rows say what was done, in order."""
DECIDED = frozenset({"decision", "decision_noted", "decision_undone"})
URGENCY = frozenset({"urgency", "urgency_set"})
SEEN_BY_STAFF = frozenset({"exported", "held", "released", "read_by_family", "code_given"})
"""What may be known to have been done with a request after it was taken back."""


def untold(tables: Tables) -> frozenset[Untold]:
    """Which of these things there are in a copy."""
    row = tables["referral"][0]
    found = {one for _, kinds in _all_lines(tables) for one in kinds}
    if row["is_hub_for_safety"] or any(_is_for_safety(one) for one in tables["passing"]):
        found.add(Untold.SAFETY)
    if row["state"] == ReferralState.HANDED_OVER or _services_said_so(tables):
        found.add(Untold.STATUTORY)
    if row["state"] == ReferralState.MERGED or row["head"].get("from_merged"):
        found.add(Untold.MERGED)
    if _goes_on(row):
        found.add(Untold.TAKEN_BACK)
    return frozenset(found)


def named(tables: Tables) -> Named:
    """Of whom and of what it is that the family is not told."""
    lines = [line["facts"] for line, kinds in _all_lines(tables) if kinds & {Untold.SAFETY, Untold.MERGED}]
    hubs = {str(one["hub"]) for one in lines if one.get("without_consent") is True and one.get("hub")}
    row = tables["referral"][0]
    hubs |= {row["hub_key"]} if row["is_hub_for_safety"] else set()
    others = {str(one[name]) for one in lines for name in ("from", "into") if one.get(name)}
    return Named(
        tuple(sorted({one["service_key"] for one in tables["passing"] if _is_for_safety(one)})),
        tuple(sorted(hubs)),
        tuple(sorted(others)),
    )


def without(tables: Tables, out: Collection[Untold]) -> dict[str, list[Row]]:
    """The same as the family may know it: without these things, and nothing that tells of them."""
    told = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    if not out:
        return told
    for name in LINES:
        kept = [line for line, kinds in _lines(tables, name) if not kinds & set(out)]
        told[name] = [{**line, "facts": _facts(line["facts"], out)} for line in kept]
    told["referral"] = [_standing(dict(row), tables, out) for row in tables["referral"]]
    if Untold.SAFETY in out:
        told["passing"] = [row for row in told["passing"] if not _is_for_safety(row)]
    if Untold.STATUTORY in out:
        for row in told["passing"]:
            row["outcome"] = None if row["outcome"] == Outcome.STATUTORY else row["outcome"]
    told["notice"] = [row for row in told["notice"] if not str(row["wording"]).startswith(FOR_STAFF)]
    return told


def _is_for_safety(passing: Row) -> bool:
    return bool(passing["without_consent"])


def _goes_on(row: Row) -> bool:
    """Taken back, and looked at all the same."""
    return row["withdrawn_at"] is not None and row["state"] != ReferralState.WITHDRAWN


def _services_said_so(tables: Tables) -> bool:
    return any(one["outcome"] == Outcome.STATUTORY for one in tables["passing"])


def _standing(row: Row, tables: Tables, out: Collection[Untold]) -> Row:
    """Where it stands, as the family's page says it; what staff have to see to is of what is not told."""
    row["points"] = []
    if Untold.MERGED in out:
        row["head"] = {**row["head"], "from_merged": []}
        row["urgency"] = None  # it may be that of the other
    if Untold.SAFETY in out and row["is_hub_for_safety"]:
        row["hub_key"], row["is_hub_for_safety"] = "", False
    if Untold.TAKEN_BACK in out and _goes_on(row):
        ended = {"outcome": Outcome.WITHDRAWN.value, "finished_at": row["withdrawn_at"]}
        return {**row, **ended, "state": ReferralState.WITHDRAWN.value, "due_at": None, "chased": 0}
    hidden, due_at = _looked_at(tables, out)
    if hidden:
        is_there = {"state": ReferralState.LOOKED_AT.value, "outcome": None, "finished_at": None}
        row = {**row, **is_there, "due_at": due_at, "chased": 0}
    return row


def _looked_at(tables: Tables, out: Collection[Untold]) -> tuple[bool, str | None]:
    """Whether the family reads that it is being looked at where it is not, and by when something happens."""
    row, due_at = tables["referral"][0], tables["referral"][0]["due_at"]
    if row["state"] == ReferralState.HANDED_OVER and Untold.STATUTORY in out:
        told_by = [one["facts"].get(TOLD_BY) for one in tables["referral_event"]]
        return True, next((one for one in reversed(told_by) if one), due_at)
    if row["state"] == ReferralState.MERGED and Untold.MERGED in out:
        return True, due_at
    if Untold.SAFETY not in out:
        return False, due_at
    there = [one for one in tables["passing"] if PassState(one["state"]) in WITH_A_SERVICE]
    is_only_for_safety = row["state"] == ReferralState.PASSED_ON and all(map(_is_for_safety, there))
    is_with_hub = row["state"] == ReferralState.ACCEPTED and row["is_hub_for_safety"]
    by_services = min((one["due_at"] for one in there if one["due_at"]), default=None)
    return is_only_for_safety or is_with_hub, due_at or by_services


def _facts(facts: Mapping[str, Any], out: Collection[Untold]) -> dict[str, Any]:
    """Codes of a line that stays, without those that would tell."""
    kept = dict(facts)
    kept.pop("not_told", None)  # of a copy that was taken out before
    if Untold.MERGED in out:
        kept.pop("narrowed", None)
        kept.pop("urgency", None)
    if Untold.STATUTORY in out:
        for name in ("outcome", "because"):
            if kept.get(name) == Outcome.STATUTORY:
                del kept[name]
    if Untold.TAKEN_BACK in out and "stays" in kept:
        kept["stays"] = False
    return kept


def _all_lines(tables: Tables) -> Iterator[tuple[Row, set[Untold]]]:
    for name in LINES:
        yield from _lines(tables, name)


def _lines(tables: Tables, name: str) -> Iterator[tuple[Row, set[Untold]]]:
    """What was done, in its order, each with what it would tell."""
    unagreed = [one for one in tables["passing"] if _is_for_safety(one)]
    passings = {
        str(line["facts"].get("passing"))
        for line in tables["referral_event"]
        if line["facts"].get("passing") and line["facts"].get("without_consent")
    }
    verbs = [str(line.get("kind") or line.get("verb")).removeprefix("request.") for line in tables[name]]
    times = sum(_is_taken_back(verb, line["facts"]) for verb, line in zip(verbs, tables[name], strict=True))
    services = {one["service_key"] for one in unagreed}
    so_far = _SoFar(passings, services, times if _goes_on(tables["referral"][0]) else 0)
    for verb, line in zip(verbs, tables[name], strict=True):
        yield line, so_far.tells(verb, line["facts"])


def _is_taken_back(verb: str, facts: Mapping[str, Any]) -> bool:
    """By its own family, not by that of a part."""
    return verb == "withdrawn" and "from" not in facts


@dataclass(slots=True)
class _SoFar:
    """How far the lines have come: what a line tells hangs on what was done before."""

    passings: set[str]
    """Ids of those that went without consent."""
    services: set[str]
    """And keys of the services."""
    times: int
    """How often it is still to be taken back before it is looked at all the same; 0 where it never is."""
    ended_by: set[Untold] = field(default_factory=set)
    """How it ended last: opening it again would tell of that."""
    is_merged: bool = False
    is_at_hub: bool = False
    """A hub has it for somebody's safety."""
    is_taken_back: bool = False

    def tells(self, verb: str, facts: Mapping[str, Any]) -> set[Untold]:
        """What a line tells that the family is not told."""
        found = {Untold.DECISION} if verb in DECIDED else set[Untold]()
        if self._is_of_safety(verb, facts):
            found.add(Untold.SAFETY)
        if verb == "merged" or (verb in URGENCY and self.is_merged):
            found.add(Untold.MERGED)
        if "from" in facts and verb not in URGENCY:
            found.add(Untold.MERGED)  # heard of a part
        if TOLD_BY in facts or (verb == "seen_to" and Untold.STATUTORY in self.ended_by):
            found.add(Untold.STATUTORY)
        if self.is_taken_back and verb not in SEEN_BY_STAFF:
            found.add(Untold.TAKEN_BACK)
        self._go_on(verb, facts, found)
        return found

    def _go_on(self, verb: str, facts: Mapping[str, Any], found: set[Untold]) -> None:
        if verb == "handed_over":
            found.add(Untold.STATUTORY)
            self.ended_by = {Untold.STATUTORY}
        elif verb == "merged":
            self.is_merged = True
            self.ended_by = {Untold.MERGED} if facts.get("into") else self.ended_by
        elif verb == "reopened":
            found |= self.ended_by
            self.ended_by = set()
        elif verb in ("finished", "sent_elsewhere"):
            self.ended_by = set()
        elif _is_taken_back(verb, facts) and self.times:
            self.times -= 1
            self.is_taken_back = self.times == 0

    def _is_of_safety(self, verb: str, facts: Mapping[str, Any]) -> bool:
        was_at_hub = self.is_at_hub
        if "hub" in facts:
            self.is_at_hub = facts.get("without_consent") is True
        if facts.get("safety") is True or facts.get("without_consent"):
            return True
        if "hub" in facts and was_at_hub:
            return True  # from there
        if "passing" in facts:
            return facts["passing"] in self.passings
        services = facts.get("services")
        listed = set(services) if isinstance(services, list) else set()
        one = {facts["service"]} if "service" in facts else set()
        is_seen_to = verb == "seen_to" or facts.get(SEEN_TO) is True
        return bool((listed | one) & self.services) or (is_seen_to and bool(self.services))
