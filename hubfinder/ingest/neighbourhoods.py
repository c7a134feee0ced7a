"""Publishing a composed neighbourhood: one transaction for its version, its memberships and its documents."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.database import begin_writing
from hubfinder.directory.models import ServiceArea
from hubfinder.places.layers import Stored, put_layer
from hubfinder.places.memberships import Progress, rebuild_memberships
from hubfinder.places.models import LayerVersion
from hubfinder.places.moves import Gains
from hubfinder.places.neighbourhoods import NOBODY, Draft, Moves, draft, moves, recipe_of, version_of
from hubfinder.places.recipes import Recipe
from hubfinder.places.revision import places_changed
from hubfinder.search.documents import refresh_documents


class ChangedMeanwhile(Exception):
    """Another version is in force than the one that was looked at; ``version`` is none if it is gone."""

    def __init__(self, version: LayerVersion | None) -> None:
        super().__init__(f"version {version.number if version else 0} is in force")
        self.version = version


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing came to."""

    code: str
    number: int
    """The version in force now."""
    is_new: bool
    """False where it said and held the same already."""
    moves: Moves = NOBODY
    """Who is in it that was not in the version before, and the other way round."""


def silent(_done: int, _all: int) -> None:
    """Tell nobody."""


def publish(
    session: Session, recipe: Recipe, expected: int | None = None, progress: Progress = silent
) -> Published:
    """Put a recipe in force as the next version, and commit.

    ``expected`` is the version that whoever publishes has looked at: 0 for none, None to take any.
    The same recipe again publishes nothing and is no error, so that a button pressed twice is harmless.

    Raises:
        RecipeRefused: it cannot be composed; the version before stays in force.
        ChangedMeanwhile: another version is in force than expected.
    """
    session.rollback()
    begin_writing(session)
    try:
        places_changed(session)  # holds back everybody else who would publish now
        found = _publish(session, recipe, expected, progress)
        if found.is_new:
            session.commit()
        return found
    finally:
        session.rollback()


def _publish(session: Session, recipe: Recipe, expected: int | None, progress: Progress) -> Published:
    there = version_of(session, recipe.code)
    number = there.number if there else 0
    if expected is not None and expected != number:
        if there and recipe_of(there) == recipe:
            return Published(recipe.code, number, is_new=False)
        raise ChangedMeanwhile(there)
    made = draft(session, recipe)
    stored = put_layer(session, made.facts(), [made.area])
    if not stored.is_new:
        return Published(recipe.code, stored.number, is_new=False)
    if stored.areas_changed:
        rebuild_memberships(session, progress)
        _refresh_documents(session, stored)
    return _moved(session, made, stored)


def _refresh_documents(session: Session, stored: Stored) -> None:
    """Services that are for a neighbourhood of another name say its new name in the search."""
    services = select(ServiceArea.service_id).where(ServiceArea.footprint_id.in_(stored.renamed))
    renamed = session.scalars(services).all()
    if renamed:
        refresh_documents(session, services=renamed)


def _moved(session: Session, made: Draft, stored: Stored) -> Published:
    """Note with the version who moved."""
    code = made.recipe.code
    before = stored.before.get(code)
    moved = moves(session, before.shape if before else None, made.composed.shape)
    gains = Gains()
    if moved.gained:
        gains.add((), (code,), moved.gained, len(moved.gained))
    if moved.lost:
        gains.add((code,), (), moved.lost, len(moved.lost))
    session.get_one(LayerVersion, stored.version_id).moves = gains.kept()
    return Published(code, stored.number, is_new=True, moves=moved)
