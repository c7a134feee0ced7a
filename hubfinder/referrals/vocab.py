"""The fixed words of requests. What staff read is labelled here; what families do, elsewhere."""

from enum import StrEnum

from flask_babel import lazy_gettext

from hubfinder.vocab import Labelled


class Urgency(Labelled):
    """What comes first in the queue, in this order."""

    DANGER = "danger", lazy_gettext("Somebody may be in danger")
    URGENT = "urgent", lazy_gettext("Urgent")
    USUAL = "usual", lazy_gettext("Not urgent")

    @property
    def rank(self) -> int:
        """0 comes first."""
        return list(Urgency).index(self)


class Flag(Labelled):
    """What whoever opens the queue has to know of a request before they open it."""

    DANGER = "danger", lazy_gettext("Somebody may be in danger")
    SAFEGUARDING = "safeguarding", lazy_gettext("Worried about safety")
    YOUNG_PERSON = "young_person", lazy_gettext("A young person asks")
    PROFESSIONAL = "professional", lazy_gettext("Sent by a professional")
    HOME_NOT_TOLD = "home_not_told", lazy_gettext("Nobody at home may be told")
    FAMILY_NOT_TOLD = "family_not_told", lazy_gettext("The family does not know")
    NO_CONSENT = "no_consent", lazy_gettext("May not be shared")
    NO_SAFE_CONTACT = "no_safe_contact", lazy_gettext("No safe way to get in touch")
    INTERPRETER = "interpreter", lazy_gettext("Needs an interpreter")
    ACCESS = "access", lazy_gettext("Needs something to take part")
    UNBORN = "unborn", lazy_gettext("A baby is on the way")
    OUTSIDE = "outside", lazy_gettext("Lives outside our area")
    NO_PLACE = "no_place", lazy_gettext("We do not know where they live")


class ReferralState(Labelled):
    """Where a request stands."""

    RECEIVED = "received", lazy_gettext("New")
    LOOKED_AT = "looked_at", lazy_gettext("Being looked at")
    ASKED = "asked", lazy_gettext("Waiting for an answer")
    ACCEPTED = "accepted", lazy_gettext("With a family hub")
    PASSED_ON = "passed_on", lazy_gettext("Passed on to services")
    HANDED_OVER = "handed_over", lazy_gettext("Handed over to statutory services")
    ELSEWHERE = "elsewhere", lazy_gettext("With another council")
    FINISHED = "finished", lazy_gettext("Finished")
    WITHDRAWN = "withdrawn", lazy_gettext("Taken back")
    MERGED = "merged", lazy_gettext("Merged into another request")


class PassState(Labelled):
    """Where a request stands with one service it was passed on to."""

    WAITING = "waiting", lazy_gettext("Waiting for the service")
    ACCEPTED = "accepted", lazy_gettext("Accepted")
    DECLINED = "declined", lazy_gettext("Declined")
    FINISHED = "finished", lazy_gettext("Finished")
    RECALLED = "recalled", lazy_gettext("Taken back")


class DeclineReason(Labelled):
    """Why a service does not take a request."""

    FULL = "full", lazy_gettext("No room at the moment")
    AGE = "age", lazy_gettext("Not for this age")
    AREA = "area", lazy_gettext("Not for where the family lives")
    OTHER_NEED = "other_need", lazy_gettext("Not what this service does")
    NEEDS_MORE = "needs_more", lazy_gettext("Needs more help than this service gives")
    NEEDS_LESS = "needs_less", lazy_gettext("Needs less help than this service gives")
    FAMILY_SAID_NO = "family_said_no", lazy_gettext("The family does not want it")
    NOT_REACHED = "not_reached", lazy_gettext("We could not reach the family")
    OTHER = "other", lazy_gettext("Another reason")


class Outcome(Labelled):
    """How it ended, of a request or of one service's part in it. How long it is kept hangs on it."""

    HELPED = "helped", lazy_gettext("The family got help")
    ADVISED = "advised", lazy_gettext("Advice was given")
    STATUTORY = "statutory", lazy_gettext("Statutory services took over")
    OTHER_COUNCIL = "other_council", lazy_gettext("Another council took over")
    DECLINED = "declined", lazy_gettext("The family did not want help")
    NOT_REACHED = "not_reached", lazy_gettext("The family could not be reached")
    WITHDRAWN = "withdrawn", lazy_gettext("It was taken back")
    DUPLICATE = "duplicate", lazy_gettext("It was another request once more")


class Point(Labelled):
    """What somebody has to see to of a request, whoever has it."""

    DECLINED = "declined", lazy_gettext("A service said no")
    ADDED = "added", lazy_gettext("Something new was written")
    MOVED = "moved", lazy_gettext("They live somewhere else now")
    RING = "ring", lazy_gettext("A service has to be rung")


class Opens(Labelled):
    """What a joint threshold opens."""

    SERVICE = "service", lazy_gettext("A service")
    ENTRY = "entry", lazy_gettext("Every service that delivers national help")
    NEED = "need", lazy_gettext("Every service for a need")


class EventKind(Labelled):
    """What happened to a request."""

    RECEIVED = "received", lazy_gettext("Sent")
    ASSIGNED = "assigned", lazy_gettext("Given to somebody")
    NOTED = "noted", lazy_gettext("Note")
    ASKED = "asked", lazy_gettext("Asked for more")
    MESSAGE = "message", lazy_gettext("Message")
    ADDED = "added", lazy_gettext("Something was added")
    CORRECTED = "corrected", lazy_gettext("Corrected")
    CONSENT = "consent", lazy_gettext("What may be shared was changed")
    URGENCY = "urgency", lazy_gettext("Urgency changed")
    ROUTED = "routed", lazy_gettext("Moved to another team")
    ACCEPTED = "accepted", lazy_gettext("Taken on by a family hub")
    DECISION = "decision", lazy_gettext("A decision by another agency was noted")
    PASSED = "passed", lazy_gettext("Passed on to a service")
    PASS_ACCEPTED = "pass_accepted", lazy_gettext("Accepted by a service")
    PASS_DECLINED = "pass_declined", lazy_gettext("Declined by a service")
    PASS_FINISHED = "pass_finished", lazy_gettext("Finished by a service")
    PASS_RECALLED = "pass_recalled", lazy_gettext("Taken back from a service")
    PASS_TOLD = "pass_told", lazy_gettext("Written to services")
    HANDED_OVER = "handed_over", lazy_gettext("Handed over to statutory services")
    KEY_WORKER = "key_worker", lazy_gettext("Key worker named")
    MERGED = "merged", lazy_gettext("Merged")
    CHASED = "chased", lazy_gettext("Chased")
    ESCALATED = "escalated", lazy_gettext("Escalated")
    FINISHED = "finished", lazy_gettext("Finished")
    REOPENED = "reopened", lazy_gettext("Opened again")
    WITHDRAWN = "withdrawn", lazy_gettext("Taken back")
    HELD = "held", lazy_gettext("Legal hold")
    NEW_CODE = "new_code", lazy_gettext("A new code was given")


class Channel(StrEnum):
    """A way to get in touch with a family. Only those somebody said are safe are ever used."""

    CALL = "call"
    TEXT = "text"
    VOICEMAIL = "voicemail"
    EMAIL = "email"
    LETTER = "letter"


class NoticeState(Labelled):
    """Where a message that is sent by itself stands."""

    QUEUED = "queued", lazy_gettext("Waiting to be sent")
    SENT = "sent", lazy_gettext("Sent")
    DEAD = "dead", lazy_gettext("Could not be sent")
    UNSAFE = "unsafe", lazy_gettext("Not sent: no safe way")
    TOO_MANY = "too_many", lazy_gettext("Not sent: too many to one number or address")
    SETTLED = "settled", lazy_gettext("Not sent: somebody has seen to it")
