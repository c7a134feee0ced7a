"""A council's own instance never gets the made-up area."""

from pathlib import Path

import pytest

from hubfinder import create_app
from hubfinder.settings import Environment, Settings


@pytest.mark.sqlite_only  # the command stops before it looks at a database
def test_production_has_no_made_up_help(database_url: str, tmp_path: Path) -> None:
    settings = Settings(
        environment=Environment.PRODUCTION,
        data_dir=tmp_path,
        database_url=database_url,
        secret_key="x" * 40,  # type: ignore[arg-type]
        trusted_hosts=("help.example.org",),
        out_of_hours_telephone="01632 960001",
        site_name="Somewhere",
        council_name="Somewhere Council",
    )
    app = create_app(settings)
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["demo"])
    assert result.exit_code == 1
    assert "nothing was loaded" in result.output
