"""One request as its page shows it: gathered in the transaction that writes down that it was looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from hubfinder.database import begin_reading, begin_writing
from hubfinder.directory.models import Service
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.people.audit import Subject, record
from hubfinder.referrals.by_hand import ring_by
from hubfinder.referrals.codes import spaced
from hubfinder.referrals.colleagues import councils_with_a_front_door, hub_names, hubs_of, team
from hubfinder.referrals.front_doors import FrontDoorDetails, details_of, elsewhere_of
from hubfinder.referrals.holding import Holder, holder_of
from hubfinder.referrals.hub_sight import as_read_by, reads_all
from hubfinder.referrals.merging import Alike, alike, may_merge, merged_into
from hubfinder.referrals.models import Consent, Passing, Referral, ReferralEvent
from hubfinder.referrals.moving import may_hub_read
from hubfinder.referrals.parts import whole_of
from hubfinder.referrals.passing import passings_of
from hubfinder.referrals.reachable import unreachable
from hubfinder.referrals.reaching import Reach, reach_of, ways_to_write
from hubfinder.referrals.reading import Opened, events_of, find, is_front_door, is_of_its_hub, opened
from hubfinder.referrals.sharing import Group, Partner, may_share
from hubfinder.referrals.states import MOVES, can
from hubfinder.referrals.story import Section, sections, who_said_so
from hubfinder.referrals.triage import OUTCOMES, is_to_be_seen_to
from hubfinder.referrals.vocab import Channel, Flag, Point, Urgency
from hubfinder.web.shared.access import actor
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.terms import needs_in_english
from hubfinder.web.shared.vault import keys, vault
from hubfinder.web.triage.clock_words import Clock, clock_of, points_of
from hubfinder.web.triage.event_words import Happened, all_happened
from hubfinder.web.triage.looking import found, opening

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed into one of the forms, and what is wrong with it."""

    action: str = ""
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """By id of the field: ``note-words``."""
    seen: int = 0
    """Id of the last event there was when they began; 0 where nobody else changed anything since."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What may be passed on to one kind of partner."""

    partner: Partner
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the vault says of a request."""

    one: Opened
    events: Sequence[ReferralEvent]
    passings: Sequence[Passing]
    consents: Sequence[Consent]
    alike: Sequence[Alike]
    parts: Sequence[Referral]
    """The requests that were merged into it."""
    whole: Referral | None
    """The request it was merged into."""
    holder: Holder
    """Who reads its page, and so gets word of it."""
    lost: frozenset[Channel]
    """The ways by which nothing arrives."""


@dataclass(frozen=True, slots=True)
class View:
    """All that the page shows."""

    row: Referral
    name: str
    reference: str
    """As people read it out."""
    flags: tuple[Flag, ...]
    clock: Clock
    points: tuple[Point, ...]
    """What somebody has to see to while services have it."""
    hub: str
    reach: Reach
    reach_before: Reach | None
    """As it was before they took it back; none where they did not."""
    story: Sequence[Section]
    shared: tuple[Shared, ...]
    no_consent: str
    """Why it is passed on without consent, where somebody said so."""
    events: tuple[Happened, ...]
    since: tuple[Happened, ...]
    """What others did while somebody was typing."""
    passings: tuple[tuple[Passing, str], ...]
    """With the name of the service."""
    consents: Sequence[Consent]
    alike: tuple[tuple[Alike, bool], ...]
    """With whether they may be merged."""
    parts: Sequence[Referral]
    whole: Referral | None
    door: FrontDoorDetails
    elsewhere: FrontDoorDetails | None
    lives_in: str
    """Name of the council they live in, where it is not the one that has it."""
    lives_in_code: str
    """And its code."""
    hub_there: str
    """Name of the hub for where they live, where it does not have it."""
    near: str
    """Its key."""
    may_hub_read: bool
    """The family agreed that its hub reads it."""
    hub_reads_all: bool
    """And that it reads all of it."""
    is_a_part_read: bool
    """Whoever looks is of the hub, and is not shown all of it."""
    may_give_away: bool
    """Whoever looks may give it to another council."""
    is_of_its_hub: bool
    """Whoever looks is of the hub that has it."""
    is_to_be_seen_to: bool
    """Something waits that a person ends by saying what was done."""
    may: frozenset[str]
    """The verbs that lead on from where it stands."""
    last_event: int
    choices: dict[str, Choices]
    said_so: str
    """Of what a professional agreed to: that it was they, and whether the family knows."""
    professional: str
    """Who reads the page instead of the family, by name; empty where the family does."""
    is_professional_told: bool
    """They gave an email address."""


def gather(reference: str, verb: str = "request.opened") -> Gathered:
    """Open a request for whoever is signed in, and commit that they did; then nothing is loaded any more.

    ``verb`` is what the one entry of the trail says.
    """
    session, who = vault(), actor()
    begin_writing(session)
    row = found(reference)
    one = as_read_by(who, opened(keys(), row))
    record(session, who, verb, Subject("request", row.reference, row.council_code))
    whole = whole_of(session, row)
    gathered = Gathered(
        one,
        events_of(session, row),
        passings_of(session, row),
        session.scalars(
            select(Consent).where(Consent.referral_id == row.id).order_by(Consent.at, Consent.id)
        ).all(),
        alike(session, who, row),
        [part for part in merged_into(session, row) if _is_seen(part)],
        whole if whole is not None and _is_seen(whole) else None,
        holder_of(session, row.id, one.told),
        unreachable(session, row.id),
    )
    session.flush()
    session.expunge_all()  # what was read is what is shown, also after the commit
    session.commit()
    return gathered


def _is_seen(row: Referral) -> bool:
    """Whether whoever is signed in may see another request: a hub may not see all that is part of its own."""
    return find(vault(), actor(), row.reference) is not None


def view_of(gathered: Gathered, seen: int = 0) -> View:
    """The same with the words that belong to it, of which the directory knows the names."""
    begin_reading(db.session)
    one, row = gathered.one, gathered.one.row
    is_outside = Flag.OUTSIDE in one.head.flags
    names = _names(gathered)
    events = all_happened(one, gathered.events, names)
    return View(
        row=row,
        name=one.told.name,
        reference=spaced(row.reference),
        flags=tuple(flag for flag in Flag if flag in one.head.flags),
        clock=clock_of(row, opening(row.council_code), None, ring_by(gathered.passings).get(row.id)),
        points=points_of(row),
        hub=names.get(row.hub_key, row.hub_key),
        reach=reach_of(one.told, gathered.lost),
        reach_before=reach_of(replace(one.told, contact_ok=True)) if row.withdrawn_at else None,
        story=sections(one.answers, {term.slug: term.name for term in needs_in_english()}),
        shared=tuple(_shared(one)),
        no_consent=one.told.no_consent_why,
        events=events,
        since=tuple(event for event in events if seen and event.id > seen),
        passings=tuple((passing, names.get(passing.service_key, "")) for passing in gathered.passings),
        consents=gathered.consents,
        alike=tuple((other, may_merge(row, other.row)) for other in gathered.alike),
        parts=gathered.parts,
        whole=gathered.whole,
        door=details_of(db.session, row.council_code, settings()),
        elsewhere=elsewhere_of(db.session, one.head.lives_in) if is_outside else None,
        lives_in=one.head.lives_in_name if is_outside else "",
        lives_in_code=one.head.lives_in if is_outside else "",
        hub_there=names.get(one.head.hub_there, "") if one.head.hub_there != row.hub_key else "",
        near=one.head.hub_there,
        may_hub_read=may_hub_read(one.told),
        hub_reads_all=one.head.hub_reads == frozenset(Group),
        is_a_part_read=one.head.hub_reads != frozenset(Group) and not reads_all(actor(), row),
        may_give_away=is_front_door(actor(), row),
        is_of_its_hub=is_of_its_hub(actor(), row),
        is_to_be_seen_to=is_to_be_seen_to(row),
        may=frozenset(verb for verb in MOVES if can(row, verb)),
        last_event=max((event.id for event in gathered.events), default=0),
        choices=_choices(gathered),
        said_so=who_said_so(one.told),
        professional=_professional(gathered),
        is_professional_told=bool(one.told.professional.email),
    )


def _names(gathered: Gathered) -> dict[str, str]:
    """Of all hubs, councils and services that the page names."""
    row = gathered.one.row
    facts = [event.facts for event in gathered.events]
    hubs = {str(one.get("hub") or "") for one in facts} | {row.hub_key}
    hubs.add(gathered.one.head.hub_there)
    services = {passing.service_key for passing in gathered.passings}
    found_names = hub_names(db.session, hubs - {""})
    if any(one.get("council") for one in facts):
        found_names.update(councils_with_a_front_door(db.session))
    if services:
        rows = select(Service.key, Service.name).where(Service.key.in_(services))
        found_names.update(db.session.execute(rows).tuples().all())
    return found_names


def _shared(one: Opened) -> Sequence[Shared]:
    each = ((partner, may_share(one.told, partner)) for partner in Partner)
    return [Shared(partner, tuple(group for group in Group if group in groups)) for partner, groups in each]


def _professional(gathered: Gathered) -> str:
    if gathered.holder is Holder.FAMILY:
        return ""
    return gathered.one.told.professional.name or gettext("whoever sent it")


def _choices(gathered: Gathered) -> dict[str, Choices]:
    one, row = gathered.one, gathered.one.row
    hubs = hubs_of(db.session, row.council_code)
    people = [(str(one.id), one.name) for one in team(db.session, row.council_code, row.hub_key)]
    councils = [one for one in councils_with_a_front_door(db.session) if one[0] != row.council_code]
    return {
        "people": people,
        "hubs": hubs,
        "councils": councils,
        "channels": ways_to_write(one.told) if gathered.holder is Holder.FAMILY else [],
        "urgencies": [(urgency.value, str(urgency.label)) for urgency in Urgency],
        "outcomes": [(outcome.value, str(outcome.label)) for outcome in OUTCOMES],
    }
