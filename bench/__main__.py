"""Run the benchmarks, all or those named: ``python -m bench [NAME...]``."""

import importlib
import pkgutil
import sys
from pathlib import Path


def names() -> list[str]:
    """The benchmarks of this folder, in the order of the alphabet."""
    here = str(Path(__file__).parent)
    return sorted(found.name for found in pkgutil.iter_modules([here]) if not found.name.startswith("_"))


def main(wanted: list[str]) -> None:
    """Raise ModuleNotFoundError where a name is no benchmark."""
    for name in wanted or names():
        print(f"== {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()


main(sys.argv[1:])
