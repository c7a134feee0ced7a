"""Listings for services that were there before listings were kept."""

import click
from sqlalchemy.orm import Session

from hubfinder.cli.progress import progress_bar
from hubfinder.database import begin_writing
from hubfinder.listings.recording import record_services, services_without_listing
from hubfinder.people.values import A_COMMAND
from hubfinder.staff_vocab import Origin

BATCH = 500


def make_missing_listings(session: Session) -> int:
    """Give every service its listing, a batch in each transaction; how many there were.

    One that is stopped has done part of it, and the next goes on from there.
    """
    missing = services_without_listing(session)
    session.rollback()
    with progress_bar() as progress:
        for start in range(0, len(missing), BATCH):
            begin_writing(session)
            some = missing[start : start + BATCH]
            record_services(session, some, Origin.IMPORT, A_COMMAND.name, "There before versions were kept")
            session.commit()
            progress("listings", min(start + BATCH, len(missing)), len(missing))
    if missing:
        click.echo(f"Listings made of services that had none: {len(missing):,}.")
    return len(missing)
