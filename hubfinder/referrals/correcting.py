"""Putting right what was told: sealed anew under the next version, with whatever is made of it.

The queue's line, the flags and the marks follow the answers; where it goes and how urgent it is do not.
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


def seal_anew(session: Session, ring: Keyring, opened: Opened, answers: Mapping[str, Any]) -> None:
    """Put these answers in the place of those of a request, whose row the caller has taken for the change."""
    row, said = opened.row, told(answers)
    row.version += 1
    row.body = opened.box.seal("body", row.version, dict(answers))
    row.head = opened.box.seal("head", row.version, head_of(said, _route(opened)))
    session.execute(delete(FamilyMark).where(FamilyMark.referral_id == row.id))
    session.add_all(
        FamilyMark(referral_id=row.id, kind=kind, mark=mark) for kind, mark in marks_of(ring, said)
    )


def _route(opened: Opened) -> Route:
    """Where it goes already: a correction sends it nowhere else."""
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
