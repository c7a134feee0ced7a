"""Where places are found: one way for all faces."""

from flask import current_app
from sqlalchemy.orm import Session

from hubfinder.database import begin_reading
from hubfinder.extensions import db
from hubfinder.places.finding import Places


def places() -> Places:
    """The application's own."""
    found: Places = current_app.extensions["places"]
    return found


def reading() -> Session:
    """The session, for whoever asks only if it must: made when it is asked for, and only to read."""
    session: Session = db.session
    begin_reading(session)
    return session
