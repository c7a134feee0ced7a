"""Writing the set of each postcode: a few rows in place, most of them by writing the table anew.

PostgreSQL keeps the old row of every row it changes. Changing all would double the table and its indexes, so
where most change a new table takes the old one's place at the end of the transaction. Pages read the old one
until then, and are kept waiting only from there to the commit.
"""

from typing import Any, cast

import numpy as np
import numpy.typing as npt
import psycopg
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hubfinder.database.copying import CHUNK, copy_packed
from hubfinder.places.models import Postcode

MOST_IN_PLACE = 0.2
"""Part of the postcodes: above it a new table is less work."""


def put_sets(session: Session, codes: npt.NDArray[np.bytes_], sets: npt.NDArray[np.integer[Any]]) -> None:
    """Give these postcodes these sets (0: none), and take the set from those without a position."""
    if len(codes):
        if session.get_bind().dialect.name == "postgresql":
            _postgresql(session, codes, sets)
        else:
            _sqlite(session, codes, sets)
    lost = Postcode.lat.is_(None) & Postcode.set_id.is_not(None)
    session.execute(update(Postcode).where(lost).values(set_id=None))


def _sqlite(session: Session, codes: npt.NDArray[np.bytes_], sets: npt.NDArray[np.integer[Any]]) -> None:
    cursor: Any = session.connection().connection.cursor()
    for start in range(0, len(codes), CHUNK):
        some = slice(start, start + CHUNK)
        rows = zip(sets[some].tolist(), codes[some].astype("U7").tolist(), strict=True)
        cursor.executemany("UPDATE postcode SET set_id = nullif(?, 0) WHERE code = ?", rows)


def _postgresql(session: Session, codes: npt.NDArray[np.bytes_], sets: npt.NDArray[np.integer[Any]]) -> None:
    incoming = np.zeros(len(codes), dtype=[("code", "S7"), ("set_id", "i4")])
    incoming["code"] = np.char.ljust(codes, 7)  # the packed form has no room for shorter ones
    incoming["set_id"] = sets
    count = session.scalar(select(func.count()).select_from(Postcode)) or 0
    connection = cast("psycopg.Connection[Any]", session.connection().connection.driver_connection)
    connection.execute("CREATE TEMPORARY TABLE incoming_set (code text, set_id integer) ON COMMIT DROP")
    copy_packed(connection, "incoming_set", incoming)
    connection.execute("ANALYZE incoming_set")
    [as_we_made_it] = connection.execute(_AS_WE_MADE_IT).fetchone() or [False]
    most_change = len(codes) > count * MOST_IN_PLACE
    for statement in _ANEW if most_change and as_we_made_it else _IN_PLACE:
        connection.execute(statement)
    connection.execute("DROP TABLE incoming_set")


_IN_PLACE = (
    (
        "UPDATE postcode SET set_id = nullif(incoming_set.set_id, 0) FROM incoming_set "
        "WHERE postcode.code = rtrim(incoming_set.code)"
    ),
)
_AS_WE_MADE_IT = """
    SELECT relacl IS NULL AND NOT relhastriggers AND NOT relrowsecurity
        AND (SELECT count(*) FROM pg_index WHERE indrelid = postcode.oid) = 2
        AND NOT EXISTS (
            SELECT FROM pg_depend WHERE refclassid = 'pg_class'::regclass AND refobjid = postcode.oid
            AND classid = 'pg_rewrite'::regclass
        )
    FROM pg_class AS postcode WHERE oid = 'postcode'::regclass
"""
"""Whether nobody gave the table rights, triggers, indexes or views that a new one would not have."""
_ANEW = (
    "CREATE TABLE postcode_anew (LIKE postcode INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
    (
        "INSERT INTO postcode_anew (code, lat, lon, terminated, country, set_id) "
        "SELECT postcode.code, lat, lon, terminated, country, "
        "CASE WHEN incoming_set.code IS NULL THEN postcode.set_id ELSE nullif(incoming_set.set_id, 0) END "
        "FROM postcode LEFT JOIN incoming_set ON postcode.code = rtrim(incoming_set.code)"
    ),
    "ALTER TABLE postcode_anew ADD CONSTRAINT pk_postcode_anew PRIMARY KEY (code)",
    "CREATE INDEX ix_postcode_set_anew ON postcode_anew (set_id) WHERE set_id IS NOT NULL",
    "ANALYZE postcode_anew",
    "DROP TABLE postcode",
    "ALTER TABLE postcode_anew RENAME TO postcode",
    "ALTER TABLE postcode RENAME CONSTRAINT pk_postcode_anew TO pk_postcode",
    "ALTER INDEX ix_postcode_set_anew RENAME TO ix_postcode_set",
)
