"""Putting right what was told: sealed anew under the next version, with whatever is made of it.

The queue's line, the flags and the marks follow the answers; who has it and how urgent it is do not.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hubfinder.referrals.answers import Answers, told
from hubfinder.referrals.marks import marks_of
from hubfinder.referrals.models import FamilyMark
from hubfinder.referrals.reading import Opened
from hubfinder.referrals.routing import Route
from hubfinder.referrals.sending import head_of
from hubfinder.referrals.vocab import Flag
from hubfinder.vault.keys import Keyring


def changed_fields(before: Answers, after: Answers) -> list[str]:
    """Names of the answers that are another now, in order."""
    names = {*before, *after}
    return sorted(name for name in names if _said(before.get(name)) != _said(after.get(name)))


def _said(value: object) -> object:
    """Nothing said is the same, however it is written."""
    return value or None


def seal_anew(
    session: Session,
    ring: Keyring,
    opened: Opened,
    answers: Mapping[str, Any],
    route: Route | None = None,
    from_merged: frozenset[Flag] | None = None,
) -> None:
    """Put these answers in the place of those of a request, whose row the caller has taken for the change.

    ``route`` says where they live now, and ``from_merged`` the flags of what is part of it now, if that has
    changed.
    """
    row, said = opened.row, told(answers)
    row.version += 1
    row.body = opened.box.seal("body", row.version, dict(answers))
    flags = opened.head.from_merged if from_merged is None else from_merged
    head = {**head_of(said, route or _route(opened)), "from_merged": sorted(flag.value for flag in flags)}
    row.head = opened.box.seal("head", row.version, head)
    session.execute(delete(FamilyMark).where(FamilyMark.referral_id == row.id))
    session.add_all(
        FamilyMark(referral_id=row.id, kind=kind, mark=mark) for kind, mark in marks_of(ring, said)
    )


def _route(opened: Opened) -> Route:
    """Where it went: a correction sends it nowhere else."""
    row, head = opened.row, opened.head
    return Route(
        row.council_code,
        row.hub_key,
        head.lives_in,
        head.lives_in_name,
        Flag.OUTSIDE in head.flags,
        head.footprints,
        head.hub_there,
    )
