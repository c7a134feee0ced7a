"""``python -m tests.relevance``: see ``--help``."""

from tests.relevance.report import report

report(prog_name="python -m tests.relevance")
