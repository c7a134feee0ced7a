"""The email that asks somebody to join, and the link in it."""

from flask import url_for
from sqlalchemy.orm import Session

from hubfinder.display.words import gettext
from hubfinder.people.invitations import DAYS, Invited
from hubfinder.post.actions import queue
from hubfinder.post.values import Email, Priority
from hubfinder.web.shared.settings import settings

PURPOSE = "invitation"
PAGE = "accounts.invitation"


def link_of(invited: Invited) -> str:
    """The whole address at which an invitation is accepted: never made of what a request says."""
    return settings().site_address + url_for(PAGE, token=invited.token)


def send_invitation(session: Session, invited: Invited) -> None:
    """Queue the email, in the transaction that made the invitation. It says no names."""
    site = settings().site_name
    lines = (
        gettext("You are asked to help keep the listings of %(site)s right.", site=site),
        gettext("Open this address to choose a password. It works once, for %(days)d days:", days=DAYS),
        link_of(invited),
        gettext("If you did not expect this, do nothing."),
    )
    queue(
        session,
        Email(
            to=invited.invitation.email,
            subject=gettext("Your account at %(site)s", site=site),
            body="\n\n".join(lines) + "\n",
            purpose=PURPOSE,
            council=invited.invitation.council_code,
            priority=Priority.SOON,
        ),
    )
