"""What whoever answered wrong too often is told: the same whether there is such an account or not."""

import logging

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from hubfinder.display.words import ngettext
from hubfinder.extensions import db
from hubfinder.people.attempts import TooManyTries

log = logging.getLogger(__name__)


def too_many(refused: TooManyTries, template: str, **values: object) -> ResponseReturnValue:
    """The page once more, with when to try again and another way."""
    db.session.rollback()
    log.warning("Too many wrong answers on the way in; nothing is looked at for %d seconds.", refused.seconds)
    minutes = -(-refused.seconds // 60)
    wait = ngettext(
        "There were too many wrong tries. Wait %(num)d minute and try again.",
        "There were too many wrong tries. Wait %(num)d minutes and try again.",
        minutes,
    )
    response = make_response(render_template(template, too_many=wait, **values), 429)
    response.headers["Retry-After"] = str(refused.seconds)
    return response
