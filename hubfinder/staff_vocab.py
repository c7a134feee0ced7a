"""The fixed words of those who keep listings true: shown on their pages only, in the languages of pages."""

from flask_babel import lazy_gettext

from hubfinder.vocab import Labelled


class Role(Labelled):
    """What somebody who signs in may do, within what they are given it for."""

    PROVIDER = "provider", lazy_gettext("Provider")
    HUB_STAFF = "hub_staff", lazy_gettext("Family hub staff")
    FRONT_DOOR = "front_door", lazy_gettext("Front door team")
    COUNCIL_ADMINISTRATOR = "council_administrator", lazy_gettext("Council administrator")
    AUDITOR = "auditor", lazy_gettext("Auditor")


class ListingState(Labelled):
    """Where a listing stands in its life. Whether a published one is due or stale follows from its dates."""

    DRAFT = "draft", lazy_gettext("Draft")
    SUBMITTED = "submitted", lazy_gettext("Waiting for approval")
    PUBLISHED = "published", lazy_gettext("Published")
    PAUSED = "paused", lazy_gettext("Paused")
    RETIRED = "retired", lazy_gettext("Retired")


class Freshness(Labelled):
    """How well a published listing is looked after today."""

    FRESH = "fresh", lazy_gettext("Checked")
    DUE = "due", lazy_gettext("Due for a check")
    STALE = "stale", lazy_gettext("May be out of date")


class UpdateState(Labelled):
    """What became of a proposed change of a listing."""

    DRAFT = "draft", lazy_gettext("Being written")
    SUBMITTED = "submitted", lazy_gettext("Waiting for approval")
    APPROVED = "approved", lazy_gettext("Approved")
    RETURNED = "returned", lazy_gettext("Sent back")
    WITHDRAWN = "withdrawn", lazy_gettext("Taken back")


class Origin(Labelled):
    """How a version of a listing came about."""

    EDIT = "edit", lazy_gettext("Changed on a page")
    IMPORT = "import", lazy_gettext("Loaded from a file")
    SPREADSHEET = "spreadsheet", lazy_gettext("Changed by a spreadsheet")
    REGISTER = "register", lazy_gettext("Taken from an outside list")
    RESTORED = "restored", lazy_gettext("An earlier version restored")
    MERGED = "merged", lazy_gettext("Merged with another listing")
    UNDONE = "undone", lazy_gettext("A change undone")
    REPORT = "report", lazy_gettext("Reported by somebody")


class Risk(Labelled):
    """How soon what a listing says goes out of date: it decides how often it is checked."""

    VACANCIES = "vacancies", lazy_gettext("Free places")
    SESSION_TIMES = "session_times", lazy_gettext("Session times")
    OTHER = "other", lazy_gettext("Everything else")


class ReportKind(Labelled):
    """What somebody without an account tells us."""

    WRONG = "wrong", lazy_gettext("Something is wrong")
    DEAD_TELEPHONE = "dead_telephone", lazy_gettext("The telephone number does not work")
    DEAD_LINK = "dead_link", lazy_gettext("The web address does not work")
    CLOSED = "closed", lazy_gettext("It has stopped or moved")
    NEW_SERVICE = "new_service", lazy_gettext("A service that is missing")
    FEEDBACK = "feedback", lazy_gettext("What it was like")
    COMPLAINT = "complaint", lazy_gettext("A complaint")


class WrongPart(Labelled):
    """Which part of a page is wrong."""

    TELEPHONE = "telephone", lazy_gettext("The telephone number")
    TIMES = "times", lazy_gettext("The days or times")
    PRICE = "price", lazy_gettext("The price")
    PLACE = "place", lazy_gettext("The place or address")
    CLOSED = "closed", lazy_gettext("It has stopped or moved")
    WEB = "web", lazy_gettext("The web address")
    OTHER = "other", lazy_gettext("Something else")


class KnownFrom(Labelled):
    """How somebody knows the service they tell us of."""

    RUNS_IT = "runs_it", lazy_gettext("I run it or work there")
    USED_IT = "used_it", lazy_gettext("I have been there with my family")
    WORKS_WITH_FAMILIES = "works_with_families", lazy_gettext("I work with families who use it")
    HEARD = "heard", lazy_gettext("I have heard or read of it")


class ReportState(Labelled):
    """What became of it."""

    OPEN = "open", lazy_gettext("New")
    ACCEPTED = "accepted", lazy_gettext("Accepted")
    DECLINED = "declined", lazy_gettext("Declined")


class BatchState(Labelled):
    """Where work on many listings at once stands."""

    READING = "reading", lazy_gettext("Being read")
    PREVIEW = "preview", lazy_gettext("Ready to look at")
    APPLYING = "applying", lazy_gettext("Being applied")
    APPLIED = "applied", lazy_gettext("Applied")
    UNDOING = "undoing", lazy_gettext("Being undone")
    UNDONE = "undone", lazy_gettext("Undone")
    DISCARDED = "discarded", lazy_gettext("Thrown away")
    FAILED = "failed", lazy_gettext("Stopped")


class RowOutcome(Labelled):
    """What a row of a spreadsheet or outside list would do."""

    NEW = "new", lazy_gettext("New")
    CHANGED = "changed", lazy_gettext("Changed")
    UNCHANGED = "unchanged", lazy_gettext("Unchanged")
    REFUSED = "refused", lazy_gettext("Refused")
    GONE = "gone", lazy_gettext("Gone from the list")
    BACK = "back", lazy_gettext("Back on the list")


class Decision(Labelled):
    """What somebody decided about a row."""

    ACCEPTED = "accepted", lazy_gettext("Accepted")
    DECLINED = "declined", lazy_gettext("Declined")


class PostState(Labelled):
    """Where an email stands."""

    QUEUED = "queued", lazy_gettext("Waiting to be sent")
    SENT = "sent", lazy_gettext("Sent")
    DEAD = "dead", lazy_gettext("Could not be sent")
    BOUNCED = "bounced", lazy_gettext("Came back")
