"""When a council decides to check more or less often, every listing is due on another day."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.listings.freshness import Cadence, due_on
from hubfinder.listings.models import Listing


def reckon_again(session: Session, council: str, cadence: Cadence) -> int:
    """Work out anew when each published listing of a council is due; how many moved. Never commits.

    A statement for each day on which listings were last checked, not for each listing.
    """
    checked = session.execute(
        select(Listing.risk, Listing.assured_date)
        .where(Listing.council_code == council, Listing.due_on.is_not(None))
        .distinct()
    ).all()
    moved = 0
    for risk, assured in checked:
        day = due_on(assured, risk, cadence)
        found = session.scalars(
            update(Listing)
            .where(
                Listing.council_code == council,
                Listing.risk == risk,
                Listing.assured_date == assured if assured else Listing.assured_date.is_(None),
                Listing.due_on.is_not(None),
                Listing.due_on != day,
            )
            .values(due_on=day)
            .returning(Listing.id)
            .execution_options(synchronize_session=False)
        )
        moved += len(found.all())
    return moved
