"""What a staff page says of a draft: what was done to its borders, and what somebody else changed."""

from sqlalchemy.orm import Session

from hubfinder.display.formats import day, figure, listed
from hubfinder.display.words import gettext, ngettext
from hubfinder.places.composing import SLIVER_METRES
from hubfinder.places.models import LayerVersion
from hubfinder.places.neighbourhoods import SEVERAL, Draft, recipe_of, version_of
from hubfinder.places.recipes import Recipe
from hubfinder.web.staff.draft import Typed


def notes_on(draft: Draft) -> list[str]:
    """Sentences about the shape that nobody should have to find out."""
    made = draft.composed
    notes = [
        ngettext(
            "It is one piece of ground.", "It is %(num)d pieces of ground apart from each other.", made.parts
        )
    ]
    if made.holes:
        notes.append(ngettext("It has %(num)d hole.", "It has %(num)d holes.", made.holes))
    if made.gaps_closed:
        notes.append(
            ngettext(
                "%(num)d gap of up to %(metres)s metres was closed, where borders do not quite match.",
                "%(num)d gaps of up to %(metres)s metres were closed, where borders do not quite match.",
                made.gaps_closed,
                metres=figure(SLIVER_METRES),
            )
        )
    if made.strips_dropped:
        notes.append(
            ngettext(
                "%(num)d strip of up to %(metres)s metres was dropped along what is taken away.",
                "%(num)d strips of up to %(metres)s metres were dropped along what is taken away.",
                made.strips_dropped,
                metres=figure(SLIVER_METRES),
            )
        )
    idle = [draft.adds[at].name for at in made.idle_adds]
    notes += [gettext("%(name)s adds nothing: the others cover it.", name=name) for name in idle]
    idle = [draft.takes[at].name for at in made.idle_takes]
    notes += [gettext("%(name)s takes nothing away: it lies outside.", name=name) for name in idle]
    return notes


def changes_since(session: Session, typed: Typed, now: LayerVersion | None) -> list[str]:
    """What somebody else changed since the version that was looked at."""
    if now is None:
        return [gettext("It was taken back: no version of it is in force.")]
    said = [
        gettext(
            "Version %(number)s is in force now, agreed by %(partners)s on %(day)s.",
            number=now.number,
            partners=listed(now.agreed_by.split(SEVERAL)),
            day=day(now.agreed_on) if now.agreed_on else "",
        )
    ]
    before = version_of(session, typed.recipe.code, typed.looked_at) if typed.looked_at else None
    said += _differences(recipe_of(before) if before else Recipe(), recipe_of(now))
    moved = now.moves or {}
    said.append(
        gettext(
            "Postcodes gained: %(gained)s. Postcodes lost: %(lost)s.",
            gained=figure(moved.get("gained", 0)),
            lost=figure(moved.get("lost", 0)),
        )
    )
    return said


def _differences(before: Recipe, now: Recipe) -> list[str]:
    """Parts and name that are not what they were."""
    said = []
    for words, old, new in (
        (gettext("Added now: %(parts)s."), before.add, now.add),
        (gettext("Not added any more: %(parts)s."), now.add, before.add),
        (gettext("Taken away now: %(parts)s."), before.without, now.without),
        (gettext("Not taken away any more: %(parts)s."), now.without, before.without),
    ):
        parts = [str(part) for part in new if part not in old]
        said += [words % {"parts": listed(parts)}] if parts else []
    if before.name and before.name != now.name:
        said.append(gettext("Its name is now: %(name)s.", name=now.name))
    return said
