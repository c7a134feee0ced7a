"""A disk that forgets: what is left of a folder after the power was cut. What forgets is shim.c."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
BLOCK = 4096
PACKAGES = "gcc libc6-dev"
_SETTLE = """
import os, sys
for folder, _, files in os.walk(sys.argv[1]):
    for path in [folder, *(os.path.join(folder, name) for name in files)]:
        opened = os.open(path, os.O_RDONLY)
        os.fsync(opened)
        os.close(opened)
"""


class NoCompiler(Exception):
    """There is nothing to build the library with."""


def build_library(folder: Path) -> Path:
    """The library that forgets, built into ``folder``.

    Raises:
        NoCompiler: there is no C compiler; the message says which packages have one.
    """
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise NoCompiler(
            "Cutting the power needs a C compiler, and there is none. Install the Debian packages "
            f"{PACKAGES} (`make packages` does where it may)."
        )
    library = folder / "forgetful.so"
    flags = ["-O2", "-Wall", "-Wextra", "-shared", "-fPIC"]
    built = subprocess.run(
        [compiler, *flags, "-o", str(library), str(SOURCE)], capture_output=True, text=True, check=False
    )
    if built.returncode:
        raise NoCompiler(f"The library for cutting the power cannot be built:\n{built.stderr}")
    return library


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder whose unsynchronised writes are known."""

    live: Path
    kept: Path

    @classmethod
    def under(cls, folder: Path) -> "Disk":
        """A new one, empty."""
        disk = cls((folder / "live").resolve(), (folder / "kept").resolve())
        for one in (disk.live, disk.kept / "body", disk.kept / "names"):
            one.mkdir(parents=True)
        return disk

    @property
    def environment(self) -> Mapping[str, str]:
        """Of a process that works on it; the library must be loaded into it too."""
        return {"POWER_LIVE": str(self.live), "POWER_KEPT": str(self.kept)}

    def settle(self, library: Path) -> None:
        """All that is there now would be there after a power cut."""
        environment = {**os.environ, **self.environment, "LD_PRELOAD": str(library)}
        subprocess.run([sys.executable, "-c", _SETTLE, str(self.live)], env=environment, check=True)

    def cut(self, after: Path, chance: random.Random | None = None) -> None:
        """Write what would be left into the new folder ``after``.

        Args:
            after: does not exist yet.
            chance: a disk may have got round to some blocks that nobody asked it to keep: with this, each of
                them is there or not, in no order. Without, none is.
        """
        self._folder("", after, chance)

    def _folder(self, rest: str, after: Path, chance: random.Random | None) -> None:
        after.mkdir()
        names = self.kept / "names" / f"top/{rest}".replace("/", "|")
        if not names.exists():
            return
        for line in names.read_text(encoding="utf-8").splitlines():
            kind, mode, key, name = line.split(" ", 3)
            inner = f"{rest}/{name}" if rest else name
            if kind == "d":
                self._folder(inner, after / name, chance)
                continue
            body = self.kept / "body" / key
            content = body.read_bytes() if body.exists() else b""
            if chance is not None:
                content = _torn(content, self.live / inner, chance)
            (after / name).write_bytes(content)
            (after / name).chmod(int(mode, 8))


def _torn(content: bytes, live: Path, chance: random.Random) -> bytes:
    """What was kept, with some of the blocks as they are now."""
    if not live.is_file():
        return content
    now = live.read_bytes()
    length = chance.choice((len(content), len(now)))
    blocks = []
    for at in range(0, length, BLOCK):
        old, new = content[at : at + BLOCK], now[at : at + BLOCK]
        blocks.append(chance.choice((old, new)) if old and new else old or new)
    return b"".join(blocks)[:length]
