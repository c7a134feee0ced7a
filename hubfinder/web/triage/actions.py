"""What can be done with a request, as data: each form of its page is a verb, and what it asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hubfinder.extensions import db
from hubfinder.listings.report_words import plain_words
from hubfinder.referrals import moving, news, triage
from hubfinder.referrals.colleagues import councils_with_a_front_door, hubs_of, team
from hubfinder.referrals.council_names import council_here
from hubfinder.referrals.triage import LONGEST, LONGEST_NAME, Case, Refused, Why
from hubfinder.referrals.vocab import Channel, Outcome, Urgency
from hubfinder.web.shared.access import actor
from hubfinder.web.shared.typed import one_line
from hubfinder.web.shared.vault import keys

FRONT_DOOR = "front-door"
"""In the place of a hub: none."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent of one form."""

    values: Mapping[str, str]

    def line(self, name: str) -> str:
        return one_line(self.values.get(name, ""), LONGEST_NAME + 1)

    @property
    def words(self) -> str:
        return plain_words(self.values.get("words", ""), LONGEST + 1)

    @property
    def safety(self) -> str:
        """For whose safety something is done that the family did not agree to."""
        return plain_words(self.values.get("safety", ""), LONGEST + 1)


@dataclass(frozen=True, slots=True)
class Action:
    """One of the forms."""

    verb: str
    """In ``states.MOVES``: whether it is offered."""
    run: Callable[[Case, Sent], object]
    fields: tuple[str, ...]


def _assign(case: Case, sent: Sent) -> None:
    people = team(db.session, case.row.council_code, case.row.hub_key)
    wanted = str(actor().id) if sent.values.get("to") == "me" else sent.line("to")
    chosen = next((one for one in people if str(one.id) == wanted), None)
    if chosen is None:
        raise Refused("to", Why.NOT_ONE_OF_THEM)
    triage.assign(case, chosen)


def _note(case: Case, sent: Sent) -> None:
    triage.note(case, sent.words, stays=sent.values.get("stays") == "1")


def _accept(case: Case, sent: Sent) -> None:
    hub = sent.line("hub")
    if hub and hub not in dict(hubs_of(db.session, case.row.council_code)):
        raise Refused("hub", Why.NOT_ONE_OF_THEM)
    moving.accept(case, hub, sent.safety)


def _move_to_hub(case: Case, sent: Sent) -> None:
    hub = sent.line("hub")
    if hub != FRONT_DOOR and hub not in dict(hubs_of(db.session, case.row.council_code)):
        raise Refused("hub", Why.NOT_ONE_OF_THEM)
    moving.move_to_hub(case, "" if hub == FRONT_DOOR else hub, sent.words, sent.safety)


def _move_to_council(case: Case, sent: Sent) -> None:
    council = sent.line("council")
    if council not in dict(councils_with_a_front_door(db.session)):
        raise Refused("council", Why.NOT_ONE_OF_THEM)
    moving.move_to_council(case, keys(), council, sent.words)


def _elsewhere(case: Case, sent: Sent) -> None:
    """To a council that does not work here; of one that does, the request itself goes there."""
    council = sent.line("council")
    called = council_here(db.session, council, case.row.council_code) if council else ""
    if called:
        raise Refused("council", Why.OURS if called == case.row.council_code else Why.WORKS_HERE)
    triage.send_elsewhere(case, council, sent.words)


def _urgency(case: Case, sent: Sent) -> None:
    value = sent.line("urgency")
    if value not in tuple(Urgency):
        raise Refused("urgency", Why.NOT_ONE_OF_THEM)
    triage.set_urgency(case, Urgency(value), sent.words)


def _finish(case: Case, sent: Sent) -> None:
    value = sent.line("outcome")
    if value not in tuple(Outcome):
        raise Refused("outcome", Why.NOT_ONE_OF_THEM)
    triage.finish(case, Outcome(value), sent.words)


def _reopen(case: Case, sent: Sent) -> None:
    triage.reopen(case, sent.words, is_asked=sent.values.get("is_asked") == "1")


def _channel(sent: Sent) -> Channel | None:
    """The way that was chosen; none is the best that is safe."""
    value = sent.line("channel")
    if value and value not in tuple(Channel):
        raise Refused("channel", Why.NOT_ONE_OF_THEM)
    return Channel(value) if value else None


ACTIONS: dict[str, Action] = {
    "assign": Action("assign", _assign, ("to",)),
    "note": Action("note", _note, ("words", "stays")),
    "ask": Action(
        "ask", lambda case, sent: triage.ask(case, sent.words, _channel(sent)), ("words", "channel")
    ),
    "message": Action(
        "message", lambda case, sent: triage.message(case, sent.words, _channel(sent)), ("words", "channel")
    ),
    "accept": Action("accept", _accept, ("hub", "safety")),
    "urgency": Action("urgency", _urgency, ("urgency", "words")),
    "key-worker": Action(
        "key_worker",
        lambda case, sent: triage.name_key_worker(case, sent.line("key_worker")),
        ("key_worker",),
    ),
    "move": Action("route", _move_to_hub, ("hub", "words", "safety")),
    "move-council": Action("route", _move_to_council, ("council", "words")),
    "hand-over": Action("hand_over", lambda case, sent: triage.hand_over(case, sent.words), ("words",)),
    "elsewhere": Action("send_elsewhere", _elsewhere, ("council", "words")),
    "finish": Action("finish", _finish, ("outcome", "words")),
    "reopen": Action("reopen", _reopen, ("words", "is_asked")),
    "tell-services": Action(
        "tell_services", lambda case, sent: news.tell(case, sent.line("to"), sent.words), ("to", "words")
    ),
    "seen-to": Action("seen_to", lambda case, sent: triage.seen_to(case, sent.words), ("words",)),
}
"""By what stands in the address."""
