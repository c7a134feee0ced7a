"""``hubfinder people``: who may sign in, from the machine itself. What pages refuse to do, these do."""

from collections.abc import Callable

import click
from flask import url_for

from hubfinder.cli.shared import as_if_asked, doing, ready, settings
from hubfinder.directory.scopes import check_is_there
from hubfinder.extensions import db
from hubfinder.people import actions
from hubfinder.people.demonstration import new_link
from hubfinder.people.invitations import DAYS, invite
from hubfinder.people.models import Person, RoleGrant
from hubfinder.people.queries import everybody, has_administrator, person_with
from hubfinder.people.values import A_COMMAND, Grant
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.invitations import link_of, send_invitation

ROLE = click.Choice([role.value for role in Role])
WHY = "by command"
Command = Callable[..., None]


@click.group()
def people() -> None:
    """Who may sign in, and what they may do."""


def _scoped(command: Command) -> Command:
    """The options that say for whom a role is given."""
    for option in (
        click.option("--area", default="", metavar="KIND:CODE", help="Of hub staff: ward:E05014558."),
        click.option("--hub", default="", metavar="KEY", help="Of hub staff: which family hub."),
        click.option("--organization", default="", metavar="KEY", help="Of a provider: whose listings."),
        click.option("--council", default="", metavar="CODE", help="Without it, that of the settings."),
    ):
        command = option(command)
    return command


@people.command()
@click.option("--email", required=True)
@click.option("--name", default="")
@click.option("--role", "roles", type=ROLE, multiple=True, required=True, help="May be given more than once.")
@_scoped
def add(email: str, name: str, roles: tuple[str, ...], council: str, **scope: str) -> None:
    """Ask somebody to join.

    They get an email with a link. The link is printed, and no email sent, where nobody looks after the
    council yet or hubfinder has no mail server: hand it to them yourself. It is shown once.
    """
    code = council or settings().council_code
    grants = [_grant(role, code, **scope) for role in roles]
    with doing():
        for grant in grants:
            check_is_there(db.session, grant)
        is_first = not has_administrator(db.session, code)
        invited = invite(db.session, A_COMMAND, email, name, grants)
        with as_if_asked():
            link = link_of(invited)
            if not is_first and settings().smtp_host:
                send_invitation(db.session, invited)
                link = ""
        address = invited.invitation.email
        db.session.commit()
    click.echo(f"{address} was asked to join.")
    click.echo(
        f"This link works once, for {DAYS} days:\n{link}" if link else "The link is on its way by email."
    )


@people.command("list")
def list_people() -> None:
    """Everybody who has an account: whether they may sign in, and what they may do."""
    ready()
    found = everybody(db.session)
    for person in found:
        click.echo(f"{person.email}  {person.name}  {'may sign in' if person.active else 'DISABLED'}")
        for row in person.roles:
            click.echo(f"    {_words(row)}")
    if not found:
        click.echo("Nobody has an account yet: hubfinder people add --help says how to begin.")


@people.command()
@click.argument("email")
@click.option("--give", type=ROLE, help="Give this role.")
@click.option("--take", type=ROLE, help="Take this role away.")
@click.option("--reason", default=WHY, help="Stands in the trail.")
@_scoped
def roles(email: str, give: str | None, take: str | None, reason: str, council: str, **scope: str) -> None:
    """What somebody may do; with --give or --take, change it."""
    code = council or settings().council_code
    if give and take:
        raise click.UsageError("Give or take: one at a time.")
    with doing():
        person = _found(email)
        if give:
            grant = _grant(give, code, **scope)
            check_is_there(db.session, grant)
            actions.give(db.session, A_COMMAND, person, grant, reason)
        if take:
            actions.take(db.session, A_COMMAND, person, _row(person, _grant(take, code, **scope)), reason)
        lines = [_words(row) for row in person.roles]
        db.session.commit()
    for line in lines or ["no role at all"]:
        click.echo(line)


@people.command("reset-factor")
@click.argument("email")
@click.option("--reason", default=WHY, help="Stands in the trail.")
def reset_factor(email: str, reason: str) -> None:
    """Forget somebody's second factor: at the next sign-in they set up a new one. Ends their sessions."""
    with doing():
        actions.reset_factor(db.session, A_COMMAND, _found(email), reason)
        db.session.commit()
    click.echo("Done. At the next sign-in they set up a new second factor.")


@people.command()
@click.argument("email")
@click.option("--reason", default=WHY, help="Stands in the trail.")
def disable(email: str, reason: str) -> None:
    """Shut somebody out at once: sessions, passkeys and invitations of theirs end."""
    with doing():
        actions.disable(db.session, A_COMMAND, _found(email), reason)
        db.session.commit()
    click.echo("Done. They cannot sign in, and whatever they had open has ended.")


@people.command()
@click.argument("email")
@click.option("--reason", default=WHY, help="Stands in the trail.")
def enable(email: str, reason: str) -> None:
    """Let somebody sign in again. They set up a new second factor."""
    with doing():
        actions.enable(db.session, A_COMMAND, _found(email), reason)
        db.session.commit()
    click.echo("Done. They sign in with their password and set up a new second factor.")


@people.command("sign-in")
@click.argument("email")
def sign_in(email: str) -> None:
    """Print a link that signs in as a demonstration person, once: there is nobody behind them.

    Only in the demonstration. The link shows a page with one button.
    """
    if not settings().is_demonstration:
        raise click.ClickException("In production everybody signs in themselves, with their second factor.")
    with doing():
        token = new_link(db.session, _found(email))
        db.session.commit()
    with as_if_asked():
        click.echo(settings().site_address + url_for("accounts.demonstration", token=token))


def _found(email: str) -> Person:
    person = person_with(db.session, email)
    if person is None:
        raise click.ClickException("Nobody has an account with this email address.")
    return person


def _grant(role: str, council: str, *, organization: str, hub: str, area: str) -> Grant:
    """A role as the options say it; each option goes to the roles that have such a thing."""
    wanted = Role(role)
    is_hub = wanted is Role.HUB_STAFF
    return Grant(
        wanted,
        council,
        organization if wanted is Role.PROVIDER else "",
        hub if is_hub else "",
        area if is_hub else "",
    )


def _row(person: Person, grant: Grant) -> RoleGrant:
    """The one role that is meant: where the options leave it open, the only one of its kind."""
    theirs = [
        row
        for row in person.roles
        if (row.role, row.council_code) == (grant.role, grant.council)
        and grant.organization in ("", row.organization_key)
        and grant.hub in ("", row.hub_key)
        and grant.area in ("", row.area)
    ]
    if len(theirs) != 1:
        raise click.ClickException(
            "They have several such roles: say which." if theirs else "They have no such role."
        )
    return theirs[0]


def _words(row: RoleGrant) -> str:
    scope = " ".join(key for key in (row.organization_key, row.hub_key, row.area) if key)
    return f"{row.role.value} in {row.council_code}" + (f" for {scope}" if scope else "")


COMMANDS: tuple[click.Command, ...] = (people,)
