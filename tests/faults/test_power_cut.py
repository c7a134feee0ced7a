"""Power cut: what was not synchronised is gone. What was acknowledged is there all the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import power
from tests.faults.power import Disk, NoCompiler, build_library
from tests.faults.power_cuts import power_cuts
from tests.faults.tally import Found
from tests.faults.weaker import FULL, NORMAL

CUTS = 4
WRITER = """
import mmap, os, sys
folder = sys.argv[1]
def put(name, text, how):
    opened = os.open(os.path.join(folder, name), os.O_RDWR | os.O_CREAT, 0o600)
    os.write(opened, text)
    how(opened)
    return opened
def map_in(opened):
    os.fsync(opened)
    with mmap.mmap(opened, 4) as memory:
        memory[:] = b"shm!"
def made_longer(opened):
    os.fsync(opened)
    os.write(opened, b" and more")
def cut_off(opened):
    os.fsync(opened)
    os.ftruncate(opened, 2)
put("kept", b"kept", os.fsync)
put("kept as data", b"kept", os.fdatasync)
put("written", b"gone", os.close)
put("mapped", b"....", map_in)
put("longer", b"as it was", made_longer)
put("shorter", b"whole", cut_off)
os.rename(os.path.join(folder, "old name"), os.path.join(folder, "new name"))
os.unlink(os.path.join(folder, "deleted"))
if len(sys.argv) > 2:
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)
    put("later", b"has no name yet", os.fsync)
"""


def left(forgetful: Path, tmp_path: Path, *more: str) -> dict[str, bytes]:
    """What is left of a folder after a process has worked in it and the power was cut."""
    disk = Disk.under(tmp_path)
    for name in ("old name", "deleted"):
        (disk.live / name).write_bytes(b"there before")
    disk.settle(forgetful)
    environment = {**os.environ, **disk.environment, "LD_PRELOAD": str(forgetful)}
    subprocess.run([sys.executable, "-c", WRITER, str(disk.live), *more], env=environment, check=True)
    disk.cut(tmp_path / "after")
    return {file.name: file.read_bytes() for file in (tmp_path / "after").iterdir()}


def test_names_that_were_not_synchronised_are_the_old_ones(forgetful: Path, tmp_path: Path) -> None:
    assert left(forgetful, tmp_path) == {"old name": b"there before", "deleted": b"there before"}


def test_only_what_was_synchronised_is_left(forgetful: Path, tmp_path: Path) -> None:
    assert left(forgetful, tmp_path, "with its folder") == {
        "kept": b"kept",
        "kept as data": b"kept",
        "written": b"",
        "mapped": b"....",
        "longer": b"as it was",
        "shorter": b"whole",
        "new name": b"there before",
    }


def test_without_a_compiler_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoCompiler, match=power.PACKAGES):
        build_library(tmp_path)


def cuts(tmp_path: Path, forgetful: Path, how: str) -> Found:
    found = Found()
    for one in power_cuts(tmp_path, forgetful, how, CUTS, seed=40):
        found.add(one)
    assert found.saved > CUTS, "enough was sent to lose some of it"
    return found


def test_power_cut_loses_nothing_that_was_acknowledged(forgetful: Path, tmp_path: Path) -> None:
    found = cuts(tmp_path, forgetful, FULL)
    assert found.is_well, found


def test_power_cut_would_be_seen_to_lose_with_less_synchronising(forgetful: Path, tmp_path: Path) -> None:
    found = cuts(tmp_path, forgetful, NORMAL)
    assert found.lost
    assert not found.doubled
    assert not found.wrong, "NORMAL forgets, but leaves nothing half"
