"""Who works for a council: asking somebody to join, what they may do, shutting somebody out."""

from collections.abc import Callable, Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_writing
from hubfinder.directory.scopes import check_is_there, names_of, scopes
from hubfinder.extensions import db
from hubfinder.people import actions, invitations
from hubfinder.people.audit import Subject
from hubfinder.people.invitations import read_grant
from hubfinder.people.models import Person, RoleGrant
from hubfinder.people.queries import (
    council_names,
    invitation_for,
    looked_after,
    open_invitations,
    people_of,
    person_for,
)
from hubfinder.people.refusals import PeopleRefused, Refusal
from hubfinder.people.values import Actor, Grant
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.fresh import asked_reason, needs_fresh
from hubfinder.web.shared.invitations import send_invitation
from hubfinder.web.shared.seen import seen
from hubfinder.web.staff.blueprint import pages, when_stale

ADMINISTRATOR = Role.COUNCIL_ADMINISTRATOR
BOTH = ("GET", "POST")
CHANGES: Mapping[str, Callable[[Session, Actor, Person, str], None]] = {
    "disable": actions.disable,
    "enable": actions.enable,
    "reset-factor": actions.reset_factor,
}
"""What can be done to an account as a whole, by what stands in the address."""
FIELDS = ("email", "name", "role", "council", "organization", "hub", "area", "reason")


@staff_page(pages, "/staff/people", ADMINISTRATOR)
def people() -> ResponseReturnValue:
    """Everybody who works for a council, and whoever was asked to."""
    codes = looked_after(actor())
    found = people_of(db.session, codes)
    waiting = open_invitations(db.session, codes)
    grants = [_grant_of(row) for person in found for row in person.roles]
    grants += [read_grant(one) for invitation in waiting for one in invitation.grants]
    return render_template(
        "staff/people.html",
        people=[(person, [_grant_of(row) for row in person.roles]) for person in found],
        invitations=[(one, [read_grant(grant) for grant in one.grants]) for one in waiting],
        names=names_of(db.session, grants),
        councils=council_names(db.session, {grant.council for grant in grants}),
        done=request.args.get("done", ""),
    )


@staff_page(pages, "/staff/people/invite", ADMINISTRATOR, methods=BOTH)
@needs_fresh
def invite_person() -> ResponseReturnValue:
    """Ask somebody to join: they get an email with a link."""
    if request.method == "GET":
        return _invite_page({})
    begin_writing(db.session)
    try:
        grant = _typed_grant()
        check_is_there(db.session, grant)
        email, name = request.form.get("email", ""), request.form.get("name", "")
        send_invitation(db.session, invitations.invite(db.session, actor(), email, name, [grant]))
    except PeopleRefused as refused:
        db.session.rollback()
        return _invite_page(_errors(refused)), 400
    db.session.commit()
    return redirect(url_for("staff.people", done="invited"), 303)


@staff_page(pages, "/staff/people/invitations/<int:number>/withdraw", ADMINISTRATOR, methods=("POST",))
def withdraw_invitation(number: int) -> ResponseReturnValue:
    """End an invitation: its link does nothing any more."""
    begin_writing(db.session)
    found = existing(invitation_for(db.session, actor(), number))
    invitations.withdraw(db.session, actor(), found)
    db.session.commit()
    return redirect(url_for("staff.people", done="withdrawn"), 303)


@staff_page(pages, "/staff/people/<int:number>", ADMINISTRATOR)
def person(number: int) -> ResponseReturnValue:
    """One person: what they may do, and what can be done about it."""
    found = existing(person_for(db.session, actor(), number))
    grants = [_grant_of(row) for row in found.roles]
    seen("person.seen", Subject("person", str(number), _council_here(found)))
    return render_template(
        "staff/person.html",
        person=found,
        rows=list(zip(found.roles, grants, strict=True)),
        mine=looked_after(actor()),
        is_self=found.id == actor().id,
        names=names_of(db.session, grants),
        councils=council_names(db.session, {grant.council for grant in grants}),
        done=request.args.get("done", ""),
    )


@staff_page(pages, "/staff/people/<int:number>/give", ADMINISTRATOR, methods=BOTH)
@needs_fresh
def give_role(number: int) -> ResponseReturnValue:
    """Give somebody a role."""
    return _changed(number, "staff/person_give.html", _give)


@staff_page(pages, "/staff/people/<int:number>/take/<int:row>", ADMINISTRATOR, methods=BOTH)
@needs_fresh
def take_role(number: int, row: int) -> ResponseReturnValue:
    """Take a role away."""
    found = existing(person_for(db.session, actor(), number)) if request.method == "GET" else None
    if found is not None:
        _row(found, row)
    return _changed(
        number,
        "staff/person_take.html",
        lambda who, why: actions.take(db.session, actor(), who, _row(who, row), why),
        row=row,
    )


@staff_page(pages, "/staff/people/<int:number>/<change>", ADMINISTRATOR, methods=BOTH)
@needs_fresh
def change_account(number: int, change: str) -> ResponseReturnValue:
    """Disable an account, let somebody in again, or forget their second factor."""
    action = existing(CHANGES.get(change))
    return _changed(
        number,
        "staff/person_change.html",
        lambda who, why: action(db.session, actor(), who, why),
        change=change,
    )


def _changed(
    number: int, template: str, act: Callable[[Person, str], object], **shown: object
) -> ResponseReturnValue:
    """Show the form, or do it with the reason that it gives; then back to the person."""
    if request.method == "GET":
        return _change_page(number, template, {}, "", shown)
    begin_writing(db.session)
    found = existing(person_for(db.session, actor(), number))
    reason, errors = asked_reason()
    if not errors:
        try:
            act(found, reason)
        except PeopleRefused as refused:
            errors = _errors(refused)
    if errors:
        db.session.rollback()
        return _change_page(number, template, errors, reason, shown), 400
    db.session.commit()
    return redirect(url_for("staff.person", number=number, done="changed"), 303)


def _change_page(
    number: int, template: str, errors: Mapping[str, str], reason: str, shown: Mapping[str, object]
) -> str:
    found = existing(person_for(db.session, actor(), number))
    row = next((one for one in found.roles if one.id == shown.get("row")), None)
    grants = [_grant_of(row)] if row else []
    return render_template(
        template,
        person=found,
        errors=errors,
        reason=reason,
        grant=grants[0] if grants else None,
        names=names_of(db.session, grants),
        change=shown.get("change"),
        **_choices(),
    )


def _invite_page(errors: Mapping[str, str]) -> str:
    return render_template("staff/person_invite.html", errors=errors, **_choices())


def _choices() -> dict[str, object]:
    """What the fields for a role offer."""
    codes = looked_after(actor())
    return {
        "typed": request.form,
        "roles": [(role.value, role.label) for role in Role],
        "own_councils": list(council_names(db.session, codes).items()),
        "scopes": scopes(db.session, codes),
    }


def _give(who: Person, why: str) -> None:
    grant = _typed_grant()
    check_is_there(db.session, grant)
    actions.give(db.session, actor(), who, grant, why)


def _typed_grant() -> Grant:
    """The role as the form says it; where it is for one council only, that one.

    A field that the role has no use for is left out: without scripts all of them stand on the page.
    """
    form, codes = request.form, looked_after(actor())
    wanted = next((role for role in Role if role == form.get("role")), None)
    if wanted is None:
        raise PeopleRefused(Refusal.NO_ROLE, "role")
    is_provider, is_hub = wanted is Role.PROVIDER, wanted is Role.HUB_STAFF
    return Grant(
        wanted,
        form.get("council", codes[0])[:20],
        form.get("organization", "")[:160] if is_provider else "",
        form.get("hub", "")[:160] if is_hub else "",
        form.get("area", "")[:80] if is_hub else "",
    )


def _grant_of(row: RoleGrant) -> Grant:
    return Grant(row.role, row.council_code, row.organization_key, row.hub_key, row.area)


def _row(who: Person, row_id: int) -> RoleGrant:
    """A role that somebody has in a council of the actor's."""
    for row in who.roles:
        if row.id == row_id and row.council_code in looked_after(actor()):
            return row
    raise NotFound


def _council_here(who: Person) -> str:
    """The council as whose administrator the page is looked at."""
    mine = looked_after(actor())
    return next(row.council_code for row in who.roles if row.council_code in mine)


def _errors(refused: PeopleRefused) -> dict[str, str]:
    """Beside its field; beside the button where it is about no field."""
    return {refused.field if refused.field in FIELDS else "do": str(refused.why.label)}


def _stale() -> ResponseReturnValue:
    return redirect(url_for("staff.people", done="stale"), 303)


when_stale(_stale, "invite_person", "withdraw_invitation", "give_role", "take_role", "change_account")
