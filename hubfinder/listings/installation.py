"""The settings of the installation whose database a session asks."""

from functools import cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from hubfinder.settings import Settings

OPTION = "hubfinder_settings"


def keep_settings(engine: Engine, settings: Settings) -> None:
    """Let everything that writes through this engine know how the installation is set up."""
    engine.update_execution_options(**{OPTION: settings})


def settings_of(session: Session) -> Settings:
    """Those that ``keep_settings`` was given, else those of the environment."""
    found: Settings | None = session.get_bind().get_execution_options().get(OPTION)
    return found or _of_environment()


@cache
def _of_environment() -> Settings:
    return Settings()
