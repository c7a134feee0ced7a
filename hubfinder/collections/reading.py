"""The collections of an instance: those in ``seeds/collections/``, and the council's own folder over them."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from hubfinder.collections.values import Collection, Find
from hubfinder.yaml_files import FileRefused, read_checked

Known = Mapping[str, frozenset[str]]
"""The keys there are, by the field that names them: ``needs`` and ``entries``."""


def read_collections(seeds: Path, own: Path | None = None) -> tuple[Collection, ...]:
    """Every collection in the order of the list; one of the council's own takes the place of its namesake.

    Raises:
        FileRefused: files that cannot be used, each with what is wrong in it.
    """
    known = {"needs": _keys(seeds / "needs.csv"), "entries": _keys(seeds / "catalogue.csv")}
    found = {one.key: one for one in _read_folder(seeds / "collections", known)}
    if own is not None:
        found.update({one.key: one for one in _read_folder(own, known)})
    return tuple(sorted(found.values(), key=lambda one: (one.position, one.key)))


def _read_folder(folder: Path, known: Known) -> tuple[Collection, ...]:
    if not folder.is_dir():
        raise FileRefused([f"{folder}: there is no such folder"])
    found: list[Collection] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            collection = read_checked(path, Collection)
        except FileRefused as refused:
            problems.extend(refused.problems)
            continue
        problems.extend(f"{path}: {problem}" for problem in _unknown(collection, known))
        found.append(collection)
    times = Counter(one.key for one in found)
    problems.extend(f"{folder}: key: two files have the key {key}" for key in times if times[key] > 1)
    if problems:
        raise FileRefused(problems)
    return tuple(found)


def _unknown(collection: Collection, known: Known) -> Iterator[str]:
    """Needs and catalogue entries that do not exist: nobody would see why a section is empty."""
    for place, section in enumerate(collection.sections, 1):
        for number, find in enumerate(section.find, 1):
            where = f"sections[{place}].find[{number}]"
            yield from (f"{where}.{problem}" for problem in _unknown_in(find, known))


def _unknown_in(find: Find, known: Known) -> Iterator[str]:
    for field, keys in (("needs", find.needs), ("entries", find.entries)):
        yield from (f"{field}: there is no {key}" for key in keys if key not in known[field])


def _keys(path: Path) -> frozenset[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row["key"] for row in csv.DictReader(file))
