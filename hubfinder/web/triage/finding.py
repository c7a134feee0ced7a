"""A request by its reference, as a family says it on the telephone or a colleague writes it.

What is typed is sent in a form and never stands in an address. Somebody else's request is as if there were
none.
"""

from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading
from hubfinder.display.words import gettext
from hubfinder.referrals.codes import read_reference
from hubfinder.referrals.reading import find
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.typed import one_line
from hubfinder.web.shared.vault import vault
from hubfinder.web.triage.blueprint import TEAM, pages
from hubfinder.web.triage.looking import note_look
from hubfinder.web.triage.not_lost import nothing_is_lost, too_long

LONGEST = 60
"""Characters of a reference as typed."""
FIELD = "reference"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, and what is wrong with it."""

    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@staff_page(pages, "/staff/requests/find", *TEAM, methods=("GET", "POST"))
def find_request() -> ResponseReturnValue:
    """To the request, which is opened there: that is its entry of the trail. To have looked for one in vain
    is an entry too, without what was typed.
    """
    if request.method != "POST":
        return _page(Typed())
    text = _text()
    reference = read_reference(text)
    if not reference:
        words = gettext("A reference has 15 letters and figures, like 7KXQ9-3MAP4-T2WHB")
        return _page(Typed(text, {FIELD: words})), 400
    begin_reading(vault())
    row = find(vault(), actor(), reference)
    vault().rollback()
    if row is not None:
        return redirect(url_for("triage.request_page", reference=reference), 303)
    note_look("request.not_found", FIELD)
    words = gettext("There is no request with this reference that you may open. Look again at every sign.")
    return _page(Typed(text, {FIELD: words})), 404


def _text() -> str:
    return one_line(request.form.get(FIELD, ""), LONGEST)


def _page(typed: Typed) -> str:
    return render_template("triage/find.html", typed=typed)


def _stale() -> ResponseReturnValue:
    return _page(Typed(_text(), {FIELD: too_long()})), 400


nothing_is_lost(_stale, "find_request")
