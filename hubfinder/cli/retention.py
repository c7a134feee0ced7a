"""``hubfinder retention``: destroys what was kept long enough, or says what it would."""

from collections import Counter
from collections.abc import Callable

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.cli.shared import ready, settings
from hubfinder.clock import utc_now
from hubfinder.extensions import db
from hubfinder.people.values import A_COMMAND
from hubfinder.referrals import retention as room
from hubfinder.referrals.destroying import wipe
from hubfinder.referrals.models import Referral
from hubfinder.referrals.retention_rules import Rules
from hubfinder.referrals.right_keys import right_keys
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be destroyed.")
@click.option("--confirm", metavar="REASON", help="You have looked: go on although it is much, or odd.")
def retention(dry_run: bool, confirm: str | None) -> None:
    """Destroy requests for help that were kept long enough, and forms that have expired.

    Halts with exit code 1 where a person has to look first: if it is more than a fifth of a council's
    requests and more than twenty, or the clock may have jumped.
    """
    ready()
    rules = Rules.of(settings())
    with Session(db.get_engine(VAULT)) as session:
        if dry_run:
            _say(session, rules)
            return
        if confirm is not None:
            _confirmed(session, rules, confirm)
        done = one_round(session, settings())
    click.echo(said(done) or "Nothing was to be done.")
    if done.is_clock or done.halted:
        raise click.ClickException("Look with --dry-run; if all is well, go on with --confirm REASON.")


def one_round(session: Session, with_settings: Settings, is_stopped: Callable[[], bool] = bool) -> room.Round:
    """A round as it is done by the clock."""
    ring = right_keys(session, with_settings.vault_keys, is_own_folder=with_settings.is_demonstration)
    done = room.run(session, ring, Rules.of(with_settings), is_stopped=is_stopped)
    if done.destroyed or done.drafts:
        session.rollback()
        wipe(db.get_engine(VAULT))
    return done


def said(done: room.Round) -> str:
    """A round in sentences; empty where there was nothing to do."""
    sentences = []
    if done.is_clock:
        sentences.append("Nothing was destroyed: the clock may be wrong.")
    if done.halted:
        sentences.append(f"Halted, somebody has to look first: {', '.join(done.halted)}.")
    if done.destroyed or done.drafts:
        sentences.append(f"Requests: {done.destroyed} destroyed; forms that had expired: {done.drafts}.")
    return " ".join(sentences)


def _say(session: Session, rules: Rules) -> None:
    """What would be destroyed, as numbers: never which."""
    if room.clock_is_odd(session, utc_now()):
        click.echo("The clock may be wrong, so nothing would be destroyed by itself.")
    for council in session.scalars(select(Referral.council_code).distinct().order_by(Referral.council_code)):
        planned = room.plan(session, council, rules)
        much = ", which somebody has to look at first" if planned.is_much else ""
        click.echo(f"{council}: {len(planned.due):,} of {planned.total:,} would be destroyed{much}.")
        for rule, number in sorted(Counter(one.rule for one in planned.due).items()):
            click.echo(f"    {rule or 'no outcome'}: {number:,}")
        if planned.held:
            click.echo(f"    kept by a legal hold: {len(planned.held):,}")


def _confirmed(session: Session, rules: Rules, reason: str) -> None:
    """Somebody has looked: the clock is right, and what is due may go, however much it is."""
    own = settings()
    ring = right_keys(session, own.vault_keys, is_own_folder=own.is_demonstration)
    if room.clock_is_odd(session, utc_now()):
        room.confirm_clock(session, A_COMMAND, own.council_code, reason)
    for council in session.scalars(select(Referral.council_code).distinct()).all():
        planned = room.plan(session, council, rules)
        done = room.apply(session, ring, planned, A_COMMAND, reason, is_confirmed=True)
        click.echo(f"{council}: {done:,} destroyed.")
    session.rollback()
    wipe(db.get_engine(VAULT))


COMMANDS: tuple[click.Command, ...] = (retention,)
