"""Changes of the tables, one file each under ``versions/``, the same for SQLite and PostgreSQL.

The vault, where requests for help are kept, has its own under ``vault/versions/``.
"""

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection

DIRECTORY = Path(__file__).resolve().parent
VAULT = DIRECTORY / "vault"


def configuration(connection: Connection, scripts: Path = DIRECTORY) -> Config:
    """Alembic's settings for a connection that is already open (and holds the transaction)."""
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    return config
