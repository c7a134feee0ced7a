"""Run the benchmarks, all or those named: ``python -m bench [NAME...]``."""

import importlib
import pkgutil
import sys
from pathlib import Path


def benchmarks() -> list[str]:
    """The modules of this folder that have a ``main``, in the order of the alphabet."""
    here = str(Path(__file__).parent)
    found = (module.name for module in pkgutil.iter_modules([here]) if not module.name.startswith("_"))
    return sorted(name for name in found if hasattr(importlib.import_module(f"bench.{name}"), "main"))


def main(wanted: list[str]) -> None:
    """Raise ModuleNotFoundError where a name is no module of this folder."""
    for name in wanted or benchmarks():
        print(f"== {name}", flush=True)
        importlib.import_module(f"bench.{name}").main()


main(sys.argv[1:])
