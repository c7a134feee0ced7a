"""Letting families find what was just changed, without keeping whoever changed it waiting."""

import logging

from hubfinder.extensions import db
from hubfinder.search import engines
from hubfinder.search.files import Busy
from hubfinder.web.shared.settings import settings

log = logging.getLogger(__name__)
BUSY_SECONDS = 1.0
"""How long somebody waits for the index, which finds the change later too."""


def index_now() -> None:
    """Bring the search index up to what was just committed; the change holds in any case."""
    try:
        engines.catch_up(db.session, settings(), with_book=False, patience=BUSY_SECONDS)
    except Busy:
        log.warning(
            "The search index is being written by somebody else and will be brought up to date later."
        )
    finally:
        db.session.rollback()
