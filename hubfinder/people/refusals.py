"""Why something cannot be done to those who sign in, in words for whoever asked."""

from flask_babel import lazy_gettext

from hubfinder.vocab import Labelled


class Refusal(Labelled):
    """What stands in the way."""

    EMAIL = "email", lazy_gettext("Type an email address, such as name@example.org.")
    NAME = "name", lazy_gettext("Type a name.")
    TELEPHONE = "telephone", lazy_gettext("Give a telephone number, such as 01632 960001")
    NO_ROLE = "no_role", lazy_gettext("Choose at least one role.")
    NEEDS_ORGANIZATION = (
        "needs_organization",
        lazy_gettext("Choose the organisation whose listings a provider looks after."),
    )
    NEEDS_HUB = "needs_hub", lazy_gettext("Choose the family hub or the area that hub staff look after.")
    SCOPE = "scope", lazy_gettext("This role is for the whole council: leave organisation, hub and area out.")
    UNKNOWN_SCOPE = (
        "unknown_scope",
        lazy_gettext("Choose an organisation, a family hub or an area that is here."),
    )
    UNKNOWN_COUNCIL = "unknown_council", lazy_gettext("There is no such council here.")
    NOT_YOURS = "not_yours", lazy_gettext("You can only give roles within a council that you look after.")
    YOURSELF = "yourself", lazy_gettext("You cannot change what you may do yourself. Ask a colleague.")
    HAS_ACCOUNT = (
        "has_account",
        lazy_gettext("Somebody with this email address has an account already. Give them the role there."),
    )
    HAS_ROLE = "has_role", lazy_gettext("They have this role already.")
    ONLY_ROLE = "only_role", lazy_gettext("This is their only role. Disable their account instead.")
    LAST_ADMINISTRATOR = (
        "last_administrator",
        lazy_gettext("They are the last administrator of this council. Make somebody else one first."),
    )
    WORKS_ELSEWHERE = (
        "works_elsewhere",
        lazy_gettext("They work for another council too. Take away what they may do here instead."),
    )
    IS_DISABLED = "is_disabled", lazy_gettext("This account is disabled.")
    REASON = "reason", lazy_gettext("Say why. It is kept in the trail.")
    GONE = "gone", lazy_gettext("This invitation cannot be used any more. Ask for a new one.")


class PeopleRefused(Exception):
    """It cannot be done; ``why`` says why, and ``field`` beside which field a page should say so."""

    def __init__(self, why: Refusal, field: str = "") -> None:
        super().__init__(str(why.value))
        self.why = why
        self.field = field or why.value
