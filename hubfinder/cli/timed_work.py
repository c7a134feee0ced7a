"""What is done by the clock: how often, for how long at most, and what it says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from hubfinder import __name__ as program
from hubfinder.cli.front_doors import chase_here
from hubfinder.cli.retention import one_round, said
from hubfinder.cli.unread import unreadable
from hubfinder.clock import today, utc_now
from hubfinder.database import begin_writing
from hubfinder.exchange.working import go_on
from hubfinder.extensions import db
from hubfinder.listings.escalating import escalate, note_what_bounced
from hubfinder.listings.forgetting import purge
from hubfinder.listings.link_asking import Links
from hubfinder.listings.link_checking import Rhythm, check_links
from hubfinder.listings.reminding import remind
from hubfinder.listings.safe_web import SafeWeb
from hubfinder.listings.standing import resume_due
from hubfinder.listings.weekly import send_digests
from hubfinder.people.sessions import Limits, forget_ended
from hubfinder.post.actions import forget_old
from hubfinder.post.outlets import outlet_of
from hubfinder.post.sending import Bounds, Round, send_due
from hubfinder.referrals.notice_queries import warn
from hubfinder.referrals.notice_sending import Rooms, send_notices
from hubfinder.referrals.retention import clock_is_odd
from hubfinder.settings import Settings
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import KeysRefused, read_keys

TEXT_KEPT = timedelta(days=30)
"""Of email that was given up: so long it can be tried again."""


@dataclass(frozen=True, slots=True)
class Job:
    """One turn of some work."""

    session: Session
    settings: Settings
    is_stopped: Callable[[], bool] = bool


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work. ``do`` says what came of it in a sentence; empty where there was nothing to do."""

    name: str
    every: timedelta
    lasts: timedelta
    """Afterwards another worker may begin: whoever was at it has died."""
    do: Callable[[Job], str]
    may_be_shared: bool = False
    """Several workers may be at it at once: it takes care of that itself."""
    is_prompt: bool = False
    """Somebody is waiting for it: it waits for no other kind of work."""


def told(done: Round) -> str:
    """A round of sending in one sentence."""
    sentence = f"Sent {done.sent}, put off {done.put_off}, given up {done.dead}."
    return f"{sentence} Stopped: {done.trouble}." if done.trouble else sentence


def _post(job: Job) -> str:
    done = send_due(job.session, outlet_of(job.settings), Bounds(is_stopped=job.is_stopped))
    dead = note_what_bounced(job.session, job.settings)
    if not (done.tried or done.trouble or dead):
        return ""
    return told(done) + (f" Listings whose email comes back: {dead} more." if dead else "")


def send_messages(job: Job) -> str:
    """Messages about requests, and a warning where they do not get through."""
    try:
        ring = read_keys(job.settings.vault_keys, is_own_folder=job.settings.is_demonstration)
    except KeysRefused as refusal:
        return f"Messages about requests are not sent: {refusal}."
    with Session(db.get_engine(VAULT)) as vault:
        done = send_notices(Rooms(vault, job.session, ring, job.settings), Bounds(is_stopped=job.is_stopped))
        begin_writing(vault)
        warned = warn(vault)
        vault.commit()
    sentence = told(done) if done.tried or done.trouble else ""
    unsafe = f" Not safe any more: {done.withheld}." if done.withheld else ""
    return f"{sentence}{unsafe}" + (f" Councils warned of a backlog: {warned}." if warned else "")


def _resume(job: Job) -> str:
    begin_writing(job.session)
    done, left = resume_due(job.session, today())
    job.session.commit()
    if not (done or left):
        return ""
    return f"Pauses over: {len(done)}; that cannot be shown as they are: {len(left)}."


def _remind(job: Job) -> str:
    begin_writing(job.session)
    number = remind(job.session, job.settings)
    job.session.commit()
    return f"Reminders queued: {number}." if number else ""


def _digest(job: Job) -> str:
    begin_writing(job.session)
    number = send_digests(job.session, job.settings)
    job.session.commit()
    return f"Digests queued: {number}." if number else ""


def _escalate(job: Job) -> str:
    begin_writing(job.session)
    number = escalate(job.session, job.settings)
    job.session.commit()
    return f"Told of what nobody answers for: {number}." if number else ""


def _links(job: Job) -> str:
    if not job.settings.checks_links:
        return ""
    with SafeWeb(agent_of(job.settings)) as web:
        rhythm = Rhythm(timedelta(days=job.settings.link_check_every_days), is_stopped=job.is_stopped)
        done = check_links(job.session, Links(web), rhythm)
    return (
        f"Websites there: {done.there}, gone: {done.gone}, not sure: {done.unsure}, "
        f"not asked: {done.not_asked}, left: {done.left}."
    )


def _spreadsheets(job: Job) -> str:
    numbers = go_on(job.session, job.settings)
    return f"Files that were broken off are gone on with: {len(numbers)}." if numbers else ""


def _forget(job: Job) -> str:
    """As with requests, nothing goes while the clock may be wrong, until somebody has looked at it."""
    with Session(db.get_engine(VAULT)) as vault:
        if clock_is_odd(vault, utc_now()):
            return (
                "Nothing was forgotten: the clock may be wrong. An administrator looks at /staff/retention."
            )
    begin_writing(job.session)
    forgotten = purge(job.session)
    texts = forget_old(job.session, TEXT_KEPT)
    limits = Limits(
        timedelta(minutes=job.settings.session_idle_minutes), timedelta(hours=job.settings.session_hours)
    )
    forget_ended(job.session, limits)
    job.session.commit()
    if not (forgotten.reports or forgotten.emails or texts):
        return ""
    return f"Forgotten: {forgotten.reports} reports, {forgotten.emails} addresses, {texts} texts of email."


def _requests(job: Job) -> str:
    return str(chase_here(job.session, job.settings))


def _unread(job: Job) -> str:
    return " ".join(unreadable(job.settings))


def _retention(job: Job) -> str:
    with Session(db.get_engine(VAULT)) as session:
        return said(one_round(session, job.settings, job.is_stopped))


def agent_of(settings: Settings) -> str:
    """How we name ourselves to other websites: what this is, and where to complain."""
    return f"{program}/1 (checks links of {settings.site_address}; {settings.smtp_from or 'see there'})"


HOUR = timedelta(hours=1)
WORKS = (
    Work("resume", HOUR, timedelta(minutes=10), _resume),
    Work("reminders", HOUR, timedelta(minutes=10), _remind),
    Work("digest", HOUR, timedelta(minutes=10), _digest),
    Work("escalation", HOUR, timedelta(minutes=10), _escalate),
    Work("requests", timedelta(minutes=5), timedelta(minutes=10), _requests),
    Work("unread", HOUR, timedelta(minutes=10), _unread),
    Work("notices", timedelta(), timedelta(), send_messages, may_be_shared=True, is_prompt=True),
    Work("post", timedelta(), timedelta(), _post, may_be_shared=True, is_prompt=True),
    Work("spreadsheets", timedelta(), timedelta(), _spreadsheets, may_be_shared=True),
    Work("forgetting", timedelta(hours=6), timedelta(minutes=10), _forget),
    Work("retention", timedelta(hours=6), timedelta(minutes=30), _retention),
    Work("links", HOUR, timedelta(minutes=20), _links),
)
"""In this order, so that what is queued goes out in the same round; links last, which take their time."""
