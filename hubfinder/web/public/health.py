"""Whether this instance answers, for whoever watches over it."""

from flask import Response
from sqlalchemy import text

from hubfinder.extensions import db
from hubfinder.web.public.blueprint import pages
from hubfinder.web.shared.access import public_page


@public_page(pages, "/healthz", translated=False)
def healthz() -> Response:
    """``ok`` while the database answers; otherwise the page of error 503."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
