"""What is asked about those who sign in and about councils."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.people.models import Council


def council_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Name of each council by its code; those nobody knows are left out."""
    if not codes:
        return {}
    rows = session.execute(select(Council.code, Council.name).where(Council.code.in_(codes)))
    return {row.code: row.name for row in rows}
