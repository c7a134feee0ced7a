"""``hubfinder post``: what is queued, sending it, what was given up, what came back."""

import mailbox
import sys
from collections import Counter
from pathlib import Path

import click
from sqlalchemy.orm import Session

from hubfinder.cli.shared import ready, settings, writing
from hubfinder.cli.timed_work import Job, send_messages, told
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.listings.escalating import note_what_bounced
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import A_COMMAND
from hubfinder.post.actions import retry as retry_email
from hubfinder.post.bounces import LARGEST, Noted, Outcome, note_bounce
from hubfinder.post.outlets import outlet_of
from hubfinder.post.queries import backlog, emails
from hubfinder.post.sending import send_due
from hubfinder.referrals.notice_queries import note_returned, notice_backlog
from hubfinder.staff_vocab import PostState
from hubfinder.vault.engine import VAULT


@click.group()
def post() -> None:
    """See to the email that hubfinder sends."""


@post.command("list")
@click.option(
    "--state",
    type=click.Choice([state.value for state in PostState]),
    multiple=True,
    default=(PostState.DEAD.value, PostState.BOUNCED.value),
    help="Which to list; without it those that did not arrive.",
)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
def list_(state: tuple[str, ...], page: int) -> None:
    """List email by state, the newest first: number, state, purpose, tries and what went wrong.

    Addresses are left out, so that the list can be shown to somebody who helps.
    """
    ready()
    standing = backlog(db.session)
    numbers = ", ".join(
        f"{standing.numbers.get(one, 0)} {one.value}" for one in PostState if one in standing.numbers
    )
    click.echo(f"In the queue: {numbers or 'nothing'}.")
    if standing.late:
        why = f" ({standing.trouble})" if standing.trouble else ""
        click.echo(f"Waiting for more than 15 minutes: {standing.late}{why}.")
    click.echo(_of_requests())
    for row in emails(db.session, [PostState(one) for one in state], page=page):
        click.echo(
            f"{row.id:7}  {row.state.value:8} {row.purpose:12} {row.tries} tries  {row.error}".rstrip()
        )


def _of_requests() -> str:
    """How many messages about requests stand where."""
    with Session(db.get_engine(VAULT)) as vault:
        standing = notice_backlog(vault)
    numbers = ", ".join(f"{number} {state.value}" for state, number in sorted(standing.numbers.items()))
    late = f"; waiting for more than 10 minutes: {standing.late}" if standing.late else ""
    return f"Messages about requests: {numbers or 'none'}{late}."


@post.command()
def send() -> None:
    """Send what is due now, in one round: messages about requests, and email."""
    ready()
    said = send_messages(Job(db.session, settings()))
    if said:
        click.echo(f"Messages about requests: {said}")
    with writing(book=False):
        done = send_due(db.session, outlet_of(settings()))
        note_what_bounced(db.session, settings())
    click.echo(told(done))


@post.command()
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Send email NUMBER, which was given up, again."""
    ready()
    with writing(book=False):
        begin_writing(db.session)
        if not retry_email(db.session, number):
            raise click.ClickException("There is no such email that was given up and still has its text.")
        record(db.session, A_COMMAND, "email.retried", Subject("email", str(number)))
        db.session.commit()
    click.echo(f"Email {number} will be sent at the next round.")


@post.command()
@click.option(
    "--maildir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read all new email of this folder, and mark it as seen; without it, one from standard input.",
)
def bounces(maildir: Path | None) -> None:
    """Read notifications of email that came back, and send nothing more to addresses that are dead."""
    ready()
    with writing(book=False):
        counts = Counter(
            noted.outcome for noted in (_of_folder(maildir) if maildir else [_noted(_standard_input())])
        )
        note_what_bounced(db.session, settings())
    click.echo(
        ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])
        or "Nothing."
    )


def _standard_input() -> bytes:
    return sys.stdin.buffer.read(LARGEST + 1)


def _noted(raw: bytes) -> Noted:
    begin_writing(db.session)
    noted = note_bounce(db.session, raw)
    db.session.commit()
    if noted.outcome is Outcome.UNKNOWN and _is_of_a_request(raw):
        return Noted(Outcome.NOTED)
    return noted


def _is_of_a_request(raw: bytes) -> bool:
    """Whether a message about a request came back; it is marked then."""
    with Session(db.get_engine(VAULT)) as vault:
        begin_writing(vault)
        is_one = note_returned(vault, raw)
        vault.commit()
    return is_one


def _of_folder(path: Path) -> list[Noted]:
    """Each is marked as seen once what it says is committed: stopped midway, the rest is read next time."""
    folder = mailbox.Maildir(path, create=False)
    done = []
    for key in sorted(folder.keys()):
        message = folder.get_message(key)
        if "S" in message.get_flags():
            continue
        done.append(_noted(folder.get_bytes(key)))
        message.set_subdir("cur")
        message.add_flag("S")
        folder[key] = message
    return done


COMMANDS: tuple[click.Command, ...] = (post,)
