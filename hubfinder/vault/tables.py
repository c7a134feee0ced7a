"""The tables of the vault: brought to this version, or found to be of it."""

from sqlalchemy import Engine

from hubfinder.database.upgrade import downgrade, require_current, upgrade
from hubfinder.migrations import VAULT


def upgrade_vault(engine: Engine, revision: str = "head") -> None:
    """Run the vault's migrations. Does nothing when it is there already."""
    upgrade(engine, revision, VAULT)


def downgrade_vault(engine: Engine, revision: str = "base") -> None:
    """Undo the vault's migrations: every request in it is gone then."""
    downgrade(engine, revision, VAULT)


def require_vault(engine: Engine) -> None:
    """Make sure that its tables are those of this version.

    Raises:
        DatabaseNotReady: there are none, or they are of another version.
    """
    require_current(engine, VAULT)
