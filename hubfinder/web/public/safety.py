"""Help in danger, somebody to talk to, and the way off this site in a hurry."""

from flask import Response, make_response, redirect, render_template

from hubfinder.directory.models import Service
from hubfinder.directory.queries import crisis_lines
from hubfinder.extensions import db
from hubfinder.web.public.blueprint import pages
from hubfinder.web.shared.access import family_page, public_page
from hubfinder.web.shared.leaving import forget_everything

ELSEWHERE = "https://www.bbc.co.uk/weather"


@family_page(pages, "/safety")
def safety() -> str:
    return render_template("public/safety.html", lines=other_lines())


def other_lines() -> list[Service]:
    """Crisis lines besides 999, which stands over them."""
    lines = crisis_lines(db.session)
    return [line for line in lines if all(phone.number != "999" for phone in line.phones)]


@public_page(pages, "/exit", translated=False)
def leave() -> Response:
    """Away to the weather. The first hop is ours: it works without scripts, and a form here is given up.

    What the browser keeps, the saved list, the script empties on the way: see docs/decisions/0016.
    """
    response = make_response(redirect(ELSEWHERE, code=303))
    forget_everything(response)
    return response
