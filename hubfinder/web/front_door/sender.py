"""The organization for which somebody signed in asks: noted on the request, so that it finds it again.

The sign-in is asked on the step of the professional alone, and nobody needs one. What it says there is kept
with the answers, sealed; whether the council still lets them is looked at when the form is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_login import current_user
from sqlalchemy import select

from hubfinder.directory.models import Organization
from hubfinder.people.queries import councils_letting
from hubfinder.referrals.form.fields import Answers, Step
from hubfinder.referrals.form.journey import NOTED
from hubfinder.referrals.form.sharing_step import is_professional
from hubfinder.referrals.sending import Sender
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, is_signed_in
from hubfinder.web.shared.places import reading

STEP = "professional"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in, and an organization that a council lets them sign in for."""

    person: int
    """Id."""
    name: str
    email: str
    organization: str
    """Key."""
    called: str
    """Name of the organization."""


def filled_in(asked: Step, answers: dict[str, Any]) -> dict[str, Any]:
    """What the page shows: of somebody signed in who has not answered this step, what is known of them."""
    if asked.key != STEP or answers.get("pro_name"):
        return answers
    who = signed_in_as(asked, {})
    if who is None:
        return answers
    return {**answers, "pro_name": who.name, "pro_organization": who.called, "pro_email": who.email}


def organization_shown(asked: Step, values: Answers) -> str:
    """Name of the organization that this step will note; empty where it notes none."""
    who = signed_in_as(asked, values)
    return who.called if who else ""


def signed_in_as(asked: Step, values: Answers) -> SignedIn | None:
    """Whoever is signed in for an organization; none on every other step, where nobody is asked.

    Of somebody with several it is the one whose name they typed, or the first while they typed none.
    """
    if asked.key != STEP:
        return None
    reading()
    if not is_signed_in():
        return None
    who = actor()
    keys = [grant.organization for grant in who.grants if grant.role is Role.PROVIDER and grant.organization]
    names = names_of(keys)
    theirs = list(dict.fromkeys(key for key in keys if key in names))
    key = _meant(theirs, names, str(values.get("pro_organization") or ""))
    if not key or who.id is None:
        return None
    return SignedIn(who.id, current_user.name, current_user.email, key, names[key])


def _meant(keys: Sequence[str], names: dict[str, str], typed: str) -> str:
    if len(keys) == 1 or (keys and not typed):
        return keys[0]
    return next((key for key in keys if names[key].casefold() == typed.casefold()), "")


def note(answers: dict[str, Any], asked: Step, who: SignedIn | None) -> None:
    """Keep with the answers for which organization they are sent; for none where nobody is signed in."""
    if asked.key != STEP:
        return
    if who is None:
        answers.pop(NOTED, None)
    else:
        answers[NOTED] = {"person": who.person, "organization": who.organization}


def organization_noted(answers: Answers) -> str:
    """Name of the organization that the request will say it is from; empty for none."""
    key = sender_of(answers, "").organization
    return names_of([key]).get(key, "") if key else ""


def sender_of(answers: Answers, council: str) -> Sender:
    """Who sends it: the organization, if somebody may still sign in for it, and the council that lets them.

    ``council`` is the one the request goes to: it comes first where several let them.
    """
    noted = answers.get(NOTED)
    if not noted or not is_professional(answers):
        return Sender()
    letting = councils_letting(reading(), noted["person"], noted["organization"])
    if not letting:
        return Sender()
    return Sender(council if council in letting else letting[0], noted["organization"])


def names_of(keys: Sequence[str]) -> dict[str, str]:
    """Name of each organization by its key; those that are gone are left out."""
    if not keys:
        return {}
    rows = reading().execute(select(Organization.key, Organization.name).where(Organization.key.in_(keys)))
    return dict(rows.tuples().all())
