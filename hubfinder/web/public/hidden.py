"""The page of a service that is paused or has ended: in neutral words, with the way on."""

from flask import render_template, url_for

from hubfinder.directory.models import Service
from hubfinder.display import formats
from hubfinder.extensions import db
from hubfinder.listings.hidden import hidden_of


def hidden_page(found: Service, query: str) -> str | None:
    """Nothing on it could send a family to a closed door. None where no listing says that it is hidden.

    ``query`` is what the family has said, as links carry it along.
    """
    hidden = hidden_of(db.session, found.key)
    if hidden is None:
        return None
    said = query.removeprefix("?")
    like_this = url_for("public.results", need=hidden.topic) if hidden.topic else ""
    return render_template(
        "public/service_hidden.html",
        service=found,
        hidden=hidden,
        until=formats.day(hidden.until) if hidden.until else "",
        results=f"{like_this}&{said}" if like_this and said else like_this,
    )
