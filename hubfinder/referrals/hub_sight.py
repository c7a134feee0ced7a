"""What the staff of a family hub read of a request that their hub has: what the family agreed that its hub
reads, and how to reach it safely. All of it only where the hub has it for somebody's safety.
"""

from dataclasses import replace

from hubfinder.people.values import Actor
from hubfinder.referrals.answers import told
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import Head, Opened, is_front_door
from hubfinder.referrals.sharing import Group, copy_for
from hubfinder.referrals.vocab import Flag

ASKED = frozenset(
    "who pro_name pro_role pro_organization pro_telephone pro_email family_knows family_not_told_why "
    "contact_ok share_with share_what no_consent_why service".split()
)
"""Who asks, and what was agreed: whoever has a request has to know that."""
TELLS: dict[Flag, Group] = {
    Flag.INTERPRETER: Group.LANGUAGES,
    Flag.ACCESS: Group.LANGUAGES,
    Flag.UNBORN: Group.PEOPLE,
    Flag.OUTSIDE: Group.PLACE,
    Flag.NO_PLACE: Group.PLACE,
}
"""Flags that say something of a group of answers."""


def reads_all(actor: Actor, row: Referral) -> bool:
    """Whether somebody reads all of a request that they may see."""
    return row.is_hub_for_safety or is_front_door(actor, row)


def groups_read_by(actor: Actor, one: Opened) -> frozenset[Group]:
    """The groups of answers that somebody may read, and so may pass on, of a request that they may see."""
    if reads_all(actor, one.row):
        return frozenset(Group)
    return frozenset(group for group in Group if group.value in one.head.hub_reads)


def as_read_by(actor: Actor, one: Opened) -> Opened:
    """A request as somebody may read it who may see it: of what the family did not share with its hub staff
    of a hub get nothing.
    """
    if reads_all(actor, one.row):
        return one
    shared = copy_for(one.answers, groups_read_by(actor, one))
    answers = shared | {name: value for name, value in one.answers.items() if name in ASKED}
    return replace(one, answers=answers, told=told(answers), head=head_read_by(actor, one.row, one.head))


def head_read_by(actor: Actor, row: Referral, head: Head) -> Head:
    """A line of the queue as somebody may read it."""
    if reads_all(actor, row):
        return head
    is_named = Group.PEOPLE.value in head.hub_reads
    return replace(
        head,
        name=head.name if is_named else "",
        children=head.children if is_named else 0,
        hub_there=head.hub_there if Group.PLACE.value in head.hub_reads else "",
        language=head.language if Group.LANGUAGES.value in head.hub_reads else "en",
        flags=frozenset(
            flag for flag in head.flags if flag not in TELLS or TELLS[flag].value in head.hub_reads
        ),
    )
