"""Who may have the rows of a batch published at once, and whose have to wait for somebody to approve them.

The same rule as for a change written on a page: nobody approves their own, unless their council lets their
role; a colleague who may approve what others write may have the whole file applied.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.exchange.batches import actor_of_batch, actor_with_id, command_actor
from hubfinder.exchange.models import Batch
from hubfinder.listings.models import Listing
from hubfinder.listings.scope import APPROVERS, EDITORS, editable_by
from hubfinder.people.models import Council
from hubfinder.people.values import Actor, Grant


@dataclass(frozen=True, slots=True)
class Deciders:
    """Whose file it is, who decides about it, and which of the decider's grants let them publish it."""

    author: Actor
    decider: Actor
    publishing: tuple[Grant, ...]

    @property
    def approved_by(self) -> str:
        """Somebody else than who wrote it; empty where nobody else did."""
        return self.decider.name if self.decider.id != self.author.id else ""

    def may_publish_new(self, council: str) -> bool:
        return any(grant.council == council for grant in self.publishing)

    def publishable(self, session: Session, keys: Collection[str]) -> set[str]:
        """Of listings that are there: those that may be published at once."""
        allowed = editable_by(Actor(self.decider.name, self.decider.id, self.publishing))
        return set(session.scalars(select(Listing.key).where(Listing.key.in_(keys), allowed)))


def deciders_of(session: Session, batch: Batch) -> Deciders | None:
    """As things are today; none where one of them may not sign in any more."""
    author = actor_of_batch(session, batch)
    decider = (
        command_actor(batch.council_code)
        if batch.decider_id is None
        else actor_with_id(session, batch.decider_id)
    )
    if author is None or decider is None:
        return None
    return Deciders(author, decider, publishing_grants(session, decider, is_own=decider.id == author.id))


def publishing_grants(session: Session, actor: Actor, *, is_own: bool) -> tuple[Grant, ...]:
    """The grants that let somebody publish their own file, or that of another."""
    if actor.id is None:
        return actor.grants
    if not is_own:
        return tuple(grant for grant in actor.grants if grant.role in APPROVERS)
    rows = session.scalars(select(Council).where(Council.code.in_(actor.councils)))
    own = {council.code: council.may_approve_own & EDITORS for council in rows}
    return tuple(grant for grant in actor.grants if grant.role in own.get(grant.council, frozenset()))
