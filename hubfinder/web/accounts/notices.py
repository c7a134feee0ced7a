"""Email about somebody's own account: a link they asked for, and word of what was changed there.

Queued in the transaction of what it is about. Addresses in it begin as the settings say, never with the Host
of a request.
"""

from flask import url_for

from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people.models import Person
from hubfinder.post.actions import queue
from hubfinder.post.values import Email, Priority
from hubfinder.web.accounts.factors import RECOVERY_CODE, codes_left
from hubfinder.web.shared.settings import settings

PURPOSE = "account"


def new_password(person: Person, token: str, minutes: int) -> None:
    """The link by which somebody sets a new password."""
    link = settings().site_address + url_for("accounts.new_password", token=token)
    _send(
        person,
        gettext("Set a new password"),
        gettext("Somebody asked for a new password for your account at %(site)s.", site=settings().site_name),
        gettext("If it was you, open this address within %(minutes)d minutes:", minutes=minutes),
        link,
        gettext("If it was not you, do nothing: your password stays as it is."),
    )


def password_changed(person: Person) -> None:
    _changed(person, gettext("Your password was changed and all other devices were signed out."))


def factor_changed(person: Person, what: str) -> None:
    """``what`` is a sentence about it."""
    _changed(person, what)


def of_recovery_code(person: Person, shown: str) -> None:
    """Word that one of their recovery codes was used, if one was."""
    if shown == RECOVERY_CODE:
        left = codes_left(person)
        _changed(
            person,
            gettext("Somebody signed in with one of your recovery codes. You have %(left)d left.", left=left),
        )


def _changed(person: Person, what: str) -> None:
    _send(
        person,
        gettext("Your account was changed"),
        what,
        gettext("If it was not you, ring us at once: %(number)s.", number=settings().front_door_telephone),
        settings().site_name,
    )


def _send(person: Person, subject: str, *paragraphs: str) -> None:
    queue(
        db.session,
        Email(person.email, subject, "\n\n".join(paragraphs) + "\n", PURPOSE, priority=Priority.SOON),
    )
