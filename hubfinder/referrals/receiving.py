"""A service's own inbox: what waits for it, what it may see of that, and what it does with it.

Whoever signs in for an organization sees what was passed to that organization in their council, and of it
what the family agreed to as they see it today, how to reach them safely, and the front door's note: no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, or_, select
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.people.audit import record
from hubfinder.people.values import Actor
from hubfinder.referrals.answers import Told, told
from hubfinder.referrals.deadlines import Opening
from hubfinder.referrals.events import Said, note_event
from hubfinder.referrals.models import GonePassing, Passing, Referral
from hubfinder.referrals.news import Note, notes_for
from hubfinder.referrals.notices import Wanted, tell_family, tell_team
from hubfinder.referrals.passing import (
    LONGEST_NOTE,
    WITH_A_SERVICE,
    changed,
    come_back,
    facts_of,
    subject_of,
)
from hubfinder.referrals.points import look_again
from hubfinder.referrals.reading import ChangedMeanwhile, Opened, opened, touched
from hubfinder.referrals.safe_contact import safe_channels
from hubfinder.referrals.sharing import Group, Partner, copy_for, may_share
from hubfinder.referrals.states import move_passing
from hubfinder.referrals.vocab import (
    Channel,
    DeclineReason,
    EventKind,
    Outcome,
    PassState,
    Point,
    ReferralState,
    Urgency,
)
from hubfinder.staff_vocab import Role
from hubfinder.vault.keys import Keyring

FINISH_DAYS = 20
"""Working days after which a service that took a request is asked how it stands."""
MOST_ENDED = 20
"""Of those that have ended, the newest so many are listed."""
OF_TELEPHONE = frozenset({Channel.CALL, Channel.TEXT, Channel.VOICEMAIL})
OUTCOMES = (
    Outcome.HELPED,
    Outcome.ADVISED,
    Outcome.STATUTORY,
    Outcome.DECLINED,
    Outcome.NOT_REACHED,
)
"""How a service's part can end."""
Condition = ColumnElement[bool]


class WordsTooLong(Exception):
    """At most ``LONGEST_NOTE`` characters."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a service sees of a request. There is nothing in it that it may not see."""

    passing: Passing
    answers: dict[str, Any]
    """The copy: the fields of the groups that may be shown."""
    told: Told
    """The same as a value, and whether they agreed to be contacted."""
    groups: tuple[Group, ...]
    safe: frozenset[Channel]
    """The ways that the family said are safe; how to use them is in ``told``."""
    note: str
    notes: tuple[Note, ...]
    """What the front door wrote since, the newest first."""
    has_news: bool
    """Something was written or put right since somebody of the service last looked."""
    reference: str
    """Empty until the service has taken it."""
    key_worker: str
    is_withdrawn: bool
    """The family does not agree any more: nothing of them is shown."""


def received_by(actor: Actor, of: type[Passing | GonePassing] = Passing) -> Condition:
    """Over ``Passing``, or what is left of it: what came to the organizations somebody signs in for. What was
    given to them while nobody did stays with the team that rang them.
    """
    grants = [grant for grant in actor.grants if grant.role is Role.PROVIDER and grant.organization]
    theirs = [
        and_(of.council_code == grant.council, of.organization_key == grant.organization) for grant in grants
    ]
    came = or_(false(), *theirs)
    return and_(came, ~Passing.is_by_hand) if of is Passing else came


def inbox_of(session: Session, actor: Actor) -> Sequence[tuple[Passing, str, Urgency]]:
    """What waits and what was taken, the most urgent and then the oldest first, each with the request's
    reference where it was taken, and how urgent it is. Nothing is opened for it.
    """
    reference = case((Passing.state == PassState.ACCEPTED, Referral.reference), else_="")
    rows = session.execute(
        select(Passing, reference, Referral.urgency)
        .join(Referral, Referral.id == Passing.referral_id)
        .where(received_by(actor), Passing.state.in_(WITH_A_SERVICE))
        .order_by(
            (Passing.state == PassState.WAITING).desc(), Referral.urgency_rank, Passing.sent_at, Passing.id
        )
    )
    return [(passing, text, urgency) for passing, text, urgency in rows.tuples()]


def ended_of(session: Session, actor: Actor) -> Sequence[Passing]:
    """What has ended there, the newest first."""
    rows = (
        select(Passing)
        .where(received_by(actor), Passing.state.not_in(WITH_A_SERVICE))
        .order_by(Passing.changed_at.desc(), Passing.id)
        .limit(MOST_ENDED)
    )
    return session.scalars(rows).all()


def gone_of(session: Session, actor: Actor) -> Sequence[GonePassing]:
    """What they had when it was destroyed, the newest first."""
    rows = select(GonePassing).where(received_by(actor, GonePassing))
    return session.scalars(rows.order_by(GonePassing.gone_at.desc(), GonePassing.id).limit(MOST_ENDED)).all()


def gone(session: Session, actor: Actor, id_: str) -> GonePassing | None:
    """One of these; none if there is none, or it was another's."""
    return session.scalar(select(GonePassing).where(GonePassing.id == id_, received_by(actor, GonePassing)))


def received(session: Session, actor: Actor, id_: str) -> Passing | None:
    """One thing that came to an organization of theirs; none if there is none, or it is another's."""
    return session.scalar(select(Passing).where(Passing.id == id_, received_by(actor)))


def see(session: Session, ring: Keyring, actor: Actor, passing: Passing) -> Seen:
    """Open what a service may see: exactly one entry of the trail says so.

    The caller has begun with ``begin_writing`` on the vault, and commits before anything is shown. Of what
    has ended there nothing is opened, and nothing is shown.
    """
    row = session.get_one(Referral, passing.referral_id)
    if passing.state not in WITH_A_SERVICE:
        return Seen(passing, {}, told({}), (), frozenset(), "", (), False, "", "", is_withdrawn=False)
    one = opened(ring, row)
    found = _seen(session, one, passing)
    passing.has_news = False
    facts = {"service": passing.service_key, "groups": [group.value for group in found.groups]}
    record(session, actor, "request.seen_by_service", subject_of(row), facts=facts)
    return found


def taken(session: Session, ring: Keyring, passing: Passing, revision: int) -> Opened:
    """The request of a passing, both taken for a change, as the passing was when somebody looked at it.

    Raises:
        ChangedMeanwhile: it was changed since.
    """
    referral = select(Referral).where(Referral.id == passing.referral_id).with_for_update()
    row = session.scalar(referral, execution_options={"populate_existing": True})
    newest = select(Passing).where(Passing.id == passing.id).with_for_update()
    found = session.scalar(newest, execution_options={"populate_existing": True})
    if row is None or found is None or found.revision != revision:
        raise ChangedMeanwhile
    return opened(ring, row)


def accept(session: Session, actor: Actor, one: Opened, passing: Passing, opening: Opening) -> None:
    """The service takes it, and learns its reference.

    Raises:
        WrongState: it does not wait any more.
    """
    move_passing(passing, "accept")
    changed(passing, opening.due(utc_now(), FINISH_DAYS))
    is_agreed = not passing.without_consent
    said = Said(EventKind.PASS_ACCEPTED, "", facts_of(passing), is_for_family=is_agreed)
    note_event(session, one.row, one.box, actor, said)
    if is_agreed:
        tell_family(session, one.row, one.told, Wanted("family_taken", f"taken:{passing.id}"))
    _done(session, actor, one, passing, "request.pass_accepted")


@dataclass(frozen=True, slots=True)
class Answer:
    """How a service ends its part, with words for the front door."""

    because: DeclineReason | Outcome
    words: str = ""


def decline(
    session: Session, actor: Actor, one: Opened, passing: Passing, answer: Answer, opening: Opening
) -> None:
    """The service does not take it, or cannot go on: it is the front door's again. Where another service has
    it still, the front door looks as well for what this one was to do.

    Raises:
        WrongState: it has ended there already.
        WordsTooLong: more than ``LONGEST_NOTE`` characters.
    """
    passing.reason = DeclineReason(answer.because)
    _end(session, actor, one, passing, answer, EventKind.PASS_DECLINED)
    if not come_back(session, one, passing, opening):
        tell_team(session, one.row, Wanted("team_one_declined", f"declined:{passing.id}"))
    look_again(one.row, opening, Point.DECLINED)
    if not passing.without_consent:
        tell_family(session, one.row, one.told, Wanted("family_looking", f"looking:{passing.id}"))
    _done(session, actor, one, passing, "request.pass_declined")


def finish(
    session: Session, actor: Actor, one: Opened, passing: Passing, answer: Answer, opening: Opening
) -> None:
    """The service has done its part. Once all have, the front door ends the request, or goes on with it.

    Raises:
        WrongState: it was not taken, or has ended.
        WordsTooLong: more than ``LONGEST_NOTE`` characters.
    """
    passing.outcome = Outcome(answer.because)
    _end(session, actor, one, passing, answer, EventKind.PASS_FINISHED)
    come_back(session, one, passing, opening, "team_services_done")
    _done(session, actor, one, passing, "request.pass_finished")


def _end(
    session: Session, actor: Actor, one: Opened, passing: Passing, answer: Answer, kind: EventKind
) -> None:
    if len(answer.words) > LONGEST_NOTE:
        raise WordsTooLong
    move_passing(passing, "decline" if kind is EventKind.PASS_DECLINED else "finish")
    changed(passing, None)
    name = "reason" if kind is EventKind.PASS_DECLINED else "outcome"
    facts = {**facts_of(passing), name: answer.because.value}
    note_event(session, one.row, one.box, actor, Said(kind, answer.words.strip(), facts))
    session.flush()


def _done(session: Session, actor: Actor, one: Opened, passing: Passing, verb: str) -> None:
    touched(one.row, utc_now())
    why = passing.reason or passing.outcome
    facts = {"service": passing.service_key, **({"because": why.value} if why else {})}
    if passing.is_by_hand:  # whoever does it is of the team, and notes what the service said
        facts["by_hand"] = "yes"
    record(session, actor, verb, subject_of(one.row), facts=facts)


def _seen(session: Session, one: Opened, passing: Passing) -> Seen:
    row, partner = one.row, Partner(passing.partner)
    is_agreed = partner.value in one.told.share_with or bool(passing.without_consent)
    is_gone = row.state is ReferralState.WITHDRAWN or not is_agreed
    groups = () if is_gone else groups_shown(one.told, passing)
    safe = frozenset() if is_gone else safe_channels(one.told)
    answers = {} if is_gone else _safe_copy(copy_for(one.answers, groups), safe)
    is_taken = passing.state is PassState.ACCEPTED
    note = str(one.box.open(f"note:{passing.id}", 0, passing.note)) if passing.note and not is_gone else ""
    return Seen(
        passing,
        answers,
        told({**answers, "contact_ok": "yes" if one.told.contact_ok and not is_gone else ""}),
        groups,
        safe,
        note,
        () if is_gone else notes_for(session, one, passing),
        passing.has_news,
        row.reference if is_taken else "",
        row.key_worker,
        is_withdrawn=is_gone,
    )


def groups_shown(of: Told, passing: Passing) -> tuple[Group, ...]:
    """What of it is shown today: what the family agrees to now, and what goes for somebody's safety."""
    agreed = may_share(of, Partner(passing.partner))
    return tuple(
        group
        for group in Group
        if group.value in passing.groups and (group in agreed or group.value in passing.without_consent)
    )


def _safe_copy(answers: dict[str, Any], safe: frozenset[Channel]) -> dict[str, Any]:
    """Without the numbers and addresses of ways that nobody said are safe: what is not there is not used."""
    unsafe = set()
    if not safe & OF_TELEPHONE:
        unsafe |= {"telephone", "telephone_ask_for", "telephone_when"}
    if Channel.EMAIL not in safe:
        unsafe.add("email")
    if Channel.LETTER not in safe:
        unsafe |= {"letter_address", "letter_postcode"}
    return {name: value for name, value in answers.items() if name not in unsafe}
