"""What the tests of faults stand on."""

from pathlib import Path

import pytest

from tests.faults.power import NoCompiler, build_library


@pytest.fixture(scope="session")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library with which a disk forgets what was not synchronised."""
    try:
        return build_library(tmp_path_factory.mktemp("forgetful"))
    except NoCompiler as error:
        pytest.fail(str(error), pytrace=False)
