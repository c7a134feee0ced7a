"""What every test can ask for."""

pytest_plugins = ["tests.support.application", "tests.support.browser", "tests.support.postgres"]
