"""Composing a neighbourhood: choose footprints, look at what comes of it, name it, publish it."""

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.directory.previewing import COMPARED, Preview, preview
from hubfinder.display.map import LocatorMap
from hubfinder.display.words import gettext
from hubfinder.extensions import db
from hubfinder.ingest.neighbourhoods import ChangedMeanwhile, publish as publish_recipe
from hubfinder.places.neighbourhoods import KIND, draft, version_of
from hubfinder.places.recipes import Problem, RecipeRefused
from hubfinder.web.shared.access import staff_page
from hubfinder.web.shared.indexing import index_now
from hubfinder.web.shared.places import places
from hubfinder.web.shared.sources import area_sources
from hubfinder.web.staff.blueprint import KEEPERS, pages, when_stale
from hubfinder.web.staff.chooser import chooser
from hubfinder.web.staff.draft import Errors, Typed, typed_in
from hubfinder.web.staff.picture import live_map, picture
from hubfinder.web.staff.said import changes_since, notes_on

MOST_MEETINGS = 25
"""Lines of one table; the largest shares come first."""


@staff_page(pages, "/staff/neighbourhoods/compose", *KEEPERS)
def compose() -> ResponseReturnValue:
    """The draft in the address; without one, only the footprints to choose from."""
    return _page(typed_in(request.args, needed=("add",) if "without" in request.args else ()))


@staff_page(pages, "/staff/neighbourhoods/publish", *KEEPERS, methods=("POST",))
def publish() -> ResponseReturnValue:
    """Publish the draft of the form, once, unless somebody else was quicker."""
    typed = typed_in(request.form)
    if typed.problems:
        return _page(typed)
    try:
        done = publish_recipe(db.session, typed.recipe, typed.looked_at or 0)
    except RecipeRefused as refused:
        return _page(typed, refused.problems)
    except ChangedMeanwhile:
        return _page(typed, overtaken=True)
    places().look_again()
    index_now()
    address = url_for("public.footprint", kind=KIND.value, code=done.code, version=done.number)
    return redirect(address, 303)


def _stale() -> ResponseReturnValue:
    """The page was open for too long, or the form is not ours: nothing is lost, and nothing is done."""
    words = gettext("This page was open for too long, so nothing was published. Press the button again.")
    return _page(typed_in(request.form), more={"publish": words})


when_stale(_stale, "publish")


def _page(
    typed: Typed,
    problems: tuple[Problem, ...] = (),
    more: Mapping[str, str] | None = None,
    *,
    overtaken: bool = False,
) -> ResponseReturnValue:
    """The page with a draft, its map and its figures, and with every problem beside its field."""
    found, faults = _previewed(typed)
    errors = {**Errors.of((*typed.problems, *problems, *faults)).by_field, **(more or {})}
    now = version_of(db.session, typed.recipe.code) if typed.recipe.code else None
    if overtaken:
        errors["publish"] = gettext(
            "Somebody else published this neighbourhood while you looked at it. Nothing of yours was "
            "published. Read what changed, then press the button again if you still want to."
        )
    offered = chooser(db.session, typed)
    drawn = picture(typed.recipe, found, offered)
    page = render_template(
        "staff/compose.html",
        typed=typed,
        errors=errors,
        found=found,
        now=now,
        changed=changes_since(db.session, typed, now) if overtaken else (),
        notes=notes_on(found.draft) if found else (),
        tables=[(kind, found.of_kind(kind)) for kind in COMPARED] if found else (),
        most=MOST_MEETINGS,
        chooser=offered,
        map=drawn,
        sources=area_sources(db.session, _shown(drawn, found)),
        live=live_map(offered),
    )
    return page, 409 if overtaken else 400 if errors else 200


def _shown(drawn: LocatorMap | None, found: Preview | None) -> list[int]:
    """The footprints that the page shows, drawn or in figures."""
    ids = list(drawn.footprint_ids) if drawn else []
    return ids + [one.other.id for one in found.overlap.meetings] if found else ids


def _previewed(typed: Typed) -> tuple[Preview | None, tuple[Problem, ...]]:
    """What the draft comes to; none, and why, where it cannot be composed."""
    if not typed.recipe.add:
        return None, ()
    try:
        return preview(db.session, draft(db.session, typed.recipe)), ()
    except RecipeRefused as refused:
        return None, refused.problems
