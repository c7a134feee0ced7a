"""Runs the ``hubfinder`` command, and notes how long it took and how much memory.

For ``bench.england``: a line of JSON for each command goes to the file that MEASURED names. The memory is
that of the command; a database server is another process.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

NOTES = "MEASURED"


def run(arguments: list[str]) -> int:
    """The command's exit code."""
    program = "from hubfinder.cli import main; main()"
    started = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", program, *arguments])
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    note = {
        "arguments": arguments,
        "seconds": time.perf_counter() - started,
        "processor": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
    }
    with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
        notes.write(json.dumps(note) + "\n")
    return child.returncode


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
