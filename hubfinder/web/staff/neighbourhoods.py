"""The neighbourhoods in force: who agreed them, and whether their parts have changed since."""

from dataclasses import dataclass

from flask import render_template

from hubfinder.display.formats import figure, listed
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.places.models import LayerVersion
from hubfinder.places.neighbourhoods import SEVERAL, Drift, drift, published, recipe_of
from hubfinder.places.recipes import Recipe
from hubfinder.web.shared.access import staff_page
from hubfinder.web.staff.blueprint import KEEPERS, pages
from hubfinder.web.staff.draft import address_of


@dataclass(frozen=True, slots=True)
class Row:
    """One neighbourhood of the list."""

    version: LayerVersion
    recipe: Recipe
    drift: Drift

    @property
    def agreed_by(self) -> str:
        return listed(self.version.agreed_by.split(SEVERAL))

    @property
    def state(self) -> list[str]:
        """Sentences: whether composing it again would give the same."""
        found = self.drift
        if not found.is_there:
            return [gettext("Its parts are as they were when it was agreed.")]
        if found.problems:
            first = gettext("It cannot be composed again, because its parts have changed.")
            return [first, *(problem.words for problem in found.problems)]
        return [
            gettext("Its parts have changed. Composed again, it would have another shape."),
            gettext(
                "Postcodes it would gain: %(gained)s. Postcodes it would lose: %(lost)s.",
                gained=figure(len(found.moves.gained)),
                lost=figure(len(found.moves.lost)),
            ),
        ]

    @property
    def change(self) -> str:
        """Where it can be changed."""
        return address_of(self.recipe)


@staff_page(pages, "/staff/neighbourhoods", *KEEPERS)
def neighbourhoods() -> str:
    rows = [Row(version, recipe_of(version), drift(db.session, version)) for version in published(db.session)]
    return render_template("staff/neighbourhoods.html", rows=rows)
