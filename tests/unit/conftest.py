"""What several of these tests stand on."""

from collections.abc import Iterator

import pytest

from tests.support.mail_process import mail_process
from tests.support.processes import Served


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mail server in a process of its own."""
    served = mail_process(tmp_path_factory.mktemp("mail"))
    with served.running():
        yield served
