"""What stands in the trail, in words. A verb that has none here is shown as it is."""

from flask_babel import LazyString, lazy_gettext

WORDS: dict[str, LazyString] = {
    "batch.applied": lazy_gettext("applied changes to many listings"),
    "batch.undone": lazy_gettext("undid changes to many listings"),
    "council.added": lazy_gettext("added a council"),
    "council.changed": lazy_gettext("changed what the council decides"),
    "hub.closed": lazy_gettext("closed a family hub for some days"),
    "hub.reopened": lazy_gettext("opened a family hub again"),
    "invitation.accepted": lazy_gettext("accepted an invitation"),
    "invitation.withdrawn": lazy_gettext("took back an invitation"),
    "listing.assured": lazy_gettext("said that a listing is still right"),
    "listing.begun": lazy_gettext("began a listing"),
    "listing.brought_back": lazy_gettext("brought back a retired listing"),
    "listing.commented": lazy_gettext("wrote a comment"),
    "listing.contact_changed": lazy_gettext("changed who is reminded of a listing"),
    "listing.paused": lazy_gettext("paused a listing"),
    "listing.published": lazy_gettext("published a listing"),
    "listing.restored": lazy_gettext("restored an earlier version of a listing"),
    "listing.resumed": lazy_gettext("let a paused listing go on"),
    "listing.retired": lazy_gettext("retired a listing"),
    "listings.published": lazy_gettext("published many listings"),
    "listings.recorded": lazy_gettext("loaded listings from a file"),
    "listings.taken_out": lazy_gettext("took listings out as a file"),
    "location.changed": lazy_gettext("changed a place"),
    "location.made": lazy_gettext("added a place"),
    "organization.changed": lazy_gettext("changed an organization"),
    "organization.made": lazy_gettext("added an organization"),
    "password.changed": lazy_gettext("changed their password"),
    "password.reset": lazy_gettext("set a new password by email"),
    "person.checked": lazy_gettext("showed their second factor again"),
    "person.disabled": lazy_gettext("disabled an account"),
    "person.enabled": lazy_gettext("let somebody sign in again"),
    "person.factor_reset": lazy_gettext("reset a second factor"),
    "person.invited": lazy_gettext("asked somebody to join"),
    "person.made_up": lazy_gettext("made somebody up for the demonstration"),
    "person.seen": lazy_gettext("looked at a person's page"),
    "person.signed_in": lazy_gettext("signed in"),
    "report.made": lazy_gettext("told us something"),
    "report.seen": lazy_gettext("looked at what somebody told us"),
    "role.given": lazy_gettext("gave a role"),
    "role.taken": lazy_gettext("took a role away"),
    "sessions.ended": lazy_gettext("signed out their other devices"),
    "trail.exported": lazy_gettext("took the trail out as a file"),
    "trail.read": lazy_gettext("looked at the trail"),
    "update.approved": lazy_gettext("approved a change"),
    "update.begun": lazy_gettext("began a change"),
    "update.returned": lazy_gettext("sent a change back"),
    "update.saved": lazy_gettext("saved a change"),
    "update.submitted": lazy_gettext("sent a change for approval"),
    "update.withdrawn": lazy_gettext("took a change back"),
}


def words_of(verb: str) -> LazyString | str:
    """What somebody did, to be read after their name."""
    return WORDS.get(verb, verb)
