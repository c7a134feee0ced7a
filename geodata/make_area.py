#!/usr/bin/env python3
"""Draw the demonstration area and write its files beside this script.

python geodata/make_area.py          writes the files
python geodata/make_area.py --check  says whether the files are what would be written (exit code 1 if not)
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from area.files import csv_text, layer_json, postcodes_csv
from area.layers import layers, places
from area.patients import patients
from area.postcodes import postcodes
from area.registers import REGISTERS, located

FOLDER = Path(__file__).resolve().parent


def contents() -> dict[str, str]:
    """The text of every file the script writes, by its path under geodata/."""
    files = {f"layers/{name}.geojson": layer_json(features) for name, features in layers().items()}
    files["postcodes.csv"] = postcodes_csv(postcodes())
    files["network_patients.csv"] = csv_text(
        ("lsoa21_code", "pcn_code", "pcn_name", "patients"),
        ((p.small_area, p.network, p.network_name, p.patients) for p in patients()),
    )
    files["places.csv"] = csv_text(("name", "kind", "lat", "lon"), places())
    return files | {name: located(name) for name in REGISTERS}


def differing(files: dict[str, str]) -> list[str]:
    """The paths whose file is missing or has other bytes than the text."""
    return [
        path
        for path, text in files.items()
        if not (FOLDER / path).is_file() or (FOLDER / path).read_bytes() != text.encode()
    ]


def write(files: dict[str, str]) -> None:
    """Write every file whole."""
    for path, text in files.items():
        (FOLDER / path).parent.mkdir(exist_ok=True)
        (FOLDER / path).write_bytes(text.encode())


def main() -> int:
    """Write or check; 0 when the files on disk are as drawn."""
    parser = argparse.ArgumentParser(description="Draw the demonstration area.")
    parser.add_argument(
        "--check", action="store_true", help="only say whether the files are as they would be written"
    )
    check = parser.parse_args().check
    files = contents()
    if not check:
        write(files)
        print(f"{len(files)} files written.")
        return 0
    changed = differing(files)
    print("\n".join(f"differs: {path}" for path in changed) or f"All {len(files)} files are as drawn.")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
