"""Changes of the tables, one file each under ``versions/``, the same for both databases."""

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection

HERE = Path(__file__).resolve().parent


def configuration(connection: Connection) -> Config:
    """Alembic's settings for a connection that is already open (and holds the transaction)."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config
