"""A request that does not open: its page says so, and those who run the council are told once."""

import logging
from collections.abc import Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from hubfinder.database import begin_reading, begin_writing
from hubfinder.extensions import db
from hubfinder.referrals.codes import read_reference, spaced
from hubfinder.referrals.notices import Wanted, tell_administrators
from hubfinder.referrals.reading import Line
from hubfinder.vault.keys import NotOpened
from hubfinder.web.shared.vault import vault
from hubfinder.web.triage.blueprint import pages

log = logging.getLogger(__name__)


def tell_of_closed(lines: Sequence[Line]) -> None:
    """Word to those who run the council of each that does not open, once however often somebody looks.

    If there was one, the session on the vault has begun to read anew.
    """
    closed = [line.row for line in lines if line.is_closed]
    if not closed:
        return
    session = vault()
    session.expunge_all()  # what was read is what is shown, also after the commit
    session.rollback()
    begin_writing(session)
    for row in closed:
        tell_administrators(session, row.council_code, Wanted("not_opened", f"not-opened:{row.id}"), row)
    session.commit()
    begin_reading(session)


@pages.errorhandler(NotOpened)
def not_opened(_error: NotOpened) -> ResponseReturnValue:
    """In the place of a page that had to open it; nothing of it was changed."""
    vault().rollback()
    db.session.rollback()
    log.error("A request cannot be opened on %s", request.url_rule)
    reference = read_reference(str((request.view_args or {}).get("reference", "")))
    return render_template("triage/not_opened.html", reference=spaced(reference) if reference else ""), 500
