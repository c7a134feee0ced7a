"""What email about requests says to staff and services: that there is one, and where to sign in. No names.

In English, as all email to staff.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hubfinder.display.language import DEFAULT, KNOWN, speaking
from hubfinder.display.words import gettext
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.notice_words import Words

URGENT = frozenset(
    {
        "team_urgent",
        "service_urgent",
        "team_danger",
        "team_withdrawn_safety",
        "team_escalated",
        "team_service_escalated",
        "chasing_halted",
        "not_opened",
    }
)
"""Of these the subject says so."""

TO_ADMINISTRATORS = frozenset(
    {"team_escalated", "team_service_escalated", "chasing_halted", "retention_halted", "not_opened"}
)
"""Who run a council see numbers, not requests."""


@dataclass(frozen=True, slots=True)
class ForStaff:
    """What an email to staff may say beside its sentence."""

    site: str
    """How our addresses begin."""
    reference: str = ""
    """Empty to a service: it learns that with the story, once it may."""
    is_service: bool = False


def words_for_staff(wording: str, said: ForStaff) -> Words:
    """What a team or a service is sent."""
    with speaking(KNOWN[DEFAULT]):
        return Words(_subject(wording), tuple(_lines(wording, said)))


def _subject(wording: str) -> str:
    if wording in URGENT:
        return gettext("Urgent: a request needs you")
    if wording == "retention_halted":
        return gettext("Old requests wait to be looked at")
    waits = wording in ("backlog", "notify_refused")
    return gettext("Messages are waiting") if waits else gettext("A request needs you")


def _lines(wording: str, said: ForStaff) -> Iterator[str]:
    yield gettext("Hello,")
    yield sentence_of(wording)
    if said.reference:
        yield gettext("Reference: %(reference)s", reference=spaced(said.reference))
    yield gettext("Sign in to see it: %(address)s", address=said.site + _path(wording, said))
    yield gettext(
        "This email names nobody, to keep families safe. Please do not add names when you answer it."
    )


def _path(wording: str, said: ForStaff) -> str:
    if wording in ("backlog", "notify_refused"):
        return "/staff/requests/messages"
    if wording == "retention_halted":
        return "/staff/retention"
    if wording in TO_ADMINISTRATORS:
        return "/staff/front-door"
    if said.is_service:
        return "/staff/inbox"
    return f"/staff/requests/{said.reference}" if said.reference else "/staff/requests"


def _sentences() -> dict[str, str]:
    """By the wording of the notice."""
    late = gettext("The time for a request is over. Please look at it now.")
    waits = gettext("A request that was passed on to you waits for an answer.")
    returned = gettext("A service did not take a request. It is with you again.")
    passed = gettext("A request was passed on to you. It is in your inbox.")
    recalled = gettext("A request that was passed on to you was taken back. You need not do anything more.")
    return {
        "team_new": gettext("A new request is in your queue."),
        "team_taken_on": gettext(
            "The front door has noted that your hub takes on a request. "
            "Please see to it that one of you looks after it."
        ),
        "team_urgent": gettext("A new urgent request is in your queue. Please look at it now."),
        "team_half_time": gettext("Half of the time for a request has gone. Please look at it."),
        "team_due": late,
        "team_late": late,
        "team_escalated": gettext(
            "The time for a request is over and nobody has looked at it. Please see to it that somebody does."
        ),
        "team_service_due": gettext("A service has not answered about a request that was passed on to it."),
        "team_service_escalated": gettext(
            "A service has still not answered about a request. Please see to it that somebody does."
        ),
        "team_returned": returned,
        "pass_declined": returned,
        "team_one_declined": gettext(
            "A service did not take a request. Another service still has its part. "
            "Please look who can do what the first one was asked for."
        ),
        "team_ring_service": gettext(
            "A service where nobody signs in has a request. "
            "Please ring it, and note on the request what it says."
        ),
        "team_ring_changed": gettext(
            "There is something new about a request that a service has where nobody signs in. "
            "Please ring it, and say on the request that it knows."
        ),
        "team_ring_to_stop": gettext(
            "A request was taken back from a service where nobody signs in. "
            "Please ring it, so that it does nothing more, and say on the request that it knows."
        ),
        "team_services_done": gettext(
            "The services that had a request have finished with it. See what is left to do, and end it."
        ),
        "service_new": passed,
        "service_urgent": gettext("An urgent request was passed on to you. Please look at it now."),
        "pass_new": passed,
        "service_half_time": waits,
        "service_due": waits,
        "service_late": waits,
        "pass_late": waits,
        "service_changed": gettext(
            "There is something new about a request that you have. Read it before you get in touch."
        ),
        "service_recalled": recalled,
        "pass_recalled": recalled,
        **_by_them(),
        **_when_something_is_wrong(),
    }


def _by_them() -> dict[str, str]:
    """Of what families do with their own requests, and professionals with those they sent."""
    return {
        "team_added": gettext("Something was added to a request."),
        "team_from_hub": gettext(
            "A family does not want its family hub to read its request any more. It is with you now."
        ),
        "team_not_agreed": gettext(
            "A family does not want a service to have its request any more. It is with you again."
        ),
        "team_danger": gettext("Somebody wrote that there is danger now. Please look at the request now."),
        "team_withdrawn": gettext("A request was taken back."),
        "team_withdrawn_safety": gettext(
            "A request that may be about somebody’s safety was taken back. It stays in your queue until you "
            "have made sure that nobody is in danger. Please look at it now."
        ),
    }


def _when_something_is_wrong() -> dict[str, str]:
    """The same of what is not about one request alone, or did not get through."""
    return {
        "chasing_halted": gettext(
            "Very many requests became late at once, so nobody was told of each. "
            "Please check the time of the machine, and look at the queue."
        ),
        "retention_halted": gettext(
            "Old requests should have been destroyed, but it would have been very many at once, or the time "
            "of the machine may be wrong. Nothing was destroyed. Please look, and say whether all is well."
        ),
        "not_opened": gettext(
            "A request cannot be opened: its key is not here, or something of it was changed. "
            "Tell whoever looks after this website now. A family may be waiting."
        ),
        "team_not_delivered": gettext(
            "A message about a request could not be delivered. "
            "Look at the request for another way, and use it only if it is safe."
        ),
        "notify_refused": gettext(
            "GOV.UK Notify takes none of our messages: its key is wrong or was changed, or the time of the "
            "machine is wrong. Messages to families wait. Tell whoever looks after this website. "
            "Families may be waiting to hear from you: please ring them, if that is safe."
        ),
        "backlog": gettext(
            "Messages about requests could not be sent, or have waited for a long time. "
            "Families may be waiting to hear from you: please ring them, if that is safe."
        ),
    }


def sentence_of(wording: str) -> str:
    """What the email says of the request, in the language that is being spoken."""
    return _sentences().get(wording, gettext("Something happened with a request."))


WORDINGS = frozenset(_sentences())
