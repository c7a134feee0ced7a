"""Names that begin as somebody types: sorted arrays, kept in files.

A name is found by the beginning of each of its words, in any order. Rows stand in the order in which they are
suggested, so that the best of many are simply those with the smallest numbers: docs/decisions/0015 says more.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from hubfinder.places.plain import plain
from hubfinder.search.text import STOP_WORDS, fold

FORMAT = 1
SUMS = "sums.json"
SHORTEST = 2
"""Letters from which names are looked for."""
LONGEST = 80
"""Letters of what somebody typed that are looked at."""
MOST_WORDS = 8
MOST_KEYS = 12
"""Listings of one name that are remembered."""
_END = b"\xff"
"""Stands after every letter in UTF-8."""
ARRAYS = (
    *("names", "name_starts", "by_name", "bounds"),
    *("keys", "key_starts", "row_starts"),
    *("words", "word_starts", "posting_starts", "postings"),
)
Array = npt.NDArray[Any]
Arrays = dict[str, Array]


class Name(NamedTuple):
    """One name of something that can be suggested. The same thing may have several."""

    kind: str
    key: str
    name: str
    weight: int = 0
    """The larger, the earlier among names of its kind."""


class Hit(NamedTuple):
    """A name that fits, by the keys of what is called so."""

    kind: str
    name: str
    """As ``simple`` writes it."""
    keys: tuple[str, ...]


class SuggestionsUnusable(Exception):
    """There are no files, or they are damaged or of another version of hubfinder."""


def simple(text: str) -> str:
    """A text as names are compared: no capitals, accents, signs: ``Łódź, St Anne's`` is ``lodz st annes``."""
    return plain(fold(text))


class Suggestions:
    """The names of one moment. Nothing in it changes, so threads share it."""

    def __init__(self, kinds: Sequence[str], arrays: Arrays) -> None:
        self.kinds = tuple(kinds)
        self._names = _Texts(arrays["names"], arrays["name_starts"])
        self._by_name = _View(self._names, arrays["by_name"])
        self._bounds = arrays["bounds"].tolist()
        self._keys = _Texts(arrays["keys"], arrays["key_starts"])
        self._row_starts = arrays["row_starts"]
        self._words = _Texts(arrays["words"], arrays["word_starts"])
        self._posting_starts = arrays["posting_starts"]
        self._postings = arrays["postings"]

    def __len__(self) -> int:
        return len(self._names)

    @classmethod
    def of(cls, names: Iterable[Name], kinds: Sequence[str] = ()) -> "Suggestions":
        """Names in memory: few, or those for which there are no files."""
        return cls(*_arrays(names, kinds))

    @staticmethod
    def write(folder: Path, names: Iterable[Name], kinds: Sequence[str] = ()) -> None:
        """Write names into an empty or new folder; the list of kinds, if given, is the order of the answer.

        Raises:
            OSError: they cannot be written there.
        """
        found, arrays = _arrays(names, kinds)
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array)
        sums = {name: crc32((folder / f"{name}.npy").read_bytes()) for name in ARRAYS}
        (folder / SUMS).write_text(json.dumps({"format": FORMAT, "kinds": found, "sums": sums}), "utf-8")

    @classmethod
    def open(cls, folder: Path) -> "Suggestions":
        """Names from the files of a folder, read through once to see that they are what was written.

        Raises:
            SuggestionsUnusable: they are not, or there are none.
        """
        try:
            state = json.loads((folder / SUMS).read_text("utf-8"))
            if state["format"] != FORMAT:
                raise SuggestionsUnusable(f"The names in {folder} are of another version.")
            arrays = {name: _loaded(folder / f"{name}.npy", state["sums"][name]) for name in ARRAYS}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SuggestionsUnusable(f"The names cannot be read: {error}") from error
        return cls(state["kinds"], arrays)

    def find(self, text: str, most: int) -> list[Hit]:
        """The best names for what somebody has typed so far: at most ``most`` of each kind, kind by kind.

        Names that begin with the text stand first. Small words such as "for" may be missing in a name.
        """
        said = simple(text[:LONGEST])
        if len(said) < SHORTEST:
            return []
        words = list(dict.fromkeys(said.split()))[:MOST_WORDS]
        having = self._having(words)
        if not having.size:
            telling = [word for word in words if word not in STOP_WORDS]
            having = self._having(telling) if len(telling) < len(words) else having
        beginning = self._by_name.rows(said)
        return [
            Hit(kind, self._names[row].decode(), self._keys_of(row))
            for kind, low, high in zip(self.kinds, self._bounds, self._bounds[1:], strict=False)
            for row in _first(beginning, having, low, high, most)
        ]

    def _having(self, words: Sequence[str]) -> Array:
        """Numbers of the rows in whose name every word begins a word; some may stand there twice."""
        lists = sorted((self._beginning(word) for word in words), key=len)
        if not lists:
            return np.empty(0, dtype=np.uint32)
        rows = lists[0]
        for other in lists[1:]:
            there = np.zeros(len(self), dtype=bool)
            there[other] = True
            rows = rows[there[rows]]
        return rows

    def _beginning(self, word: str) -> Array:
        low, high = _span(self._words, word)
        return self._postings[int(self._posting_starts[low]) : int(self._posting_starts[high])]

    def _keys_of(self, row: int) -> tuple[str, ...]:
        low, high = int(self._row_starts[row]), int(self._row_starts[row + 1])
        return tuple(self._keys[place].decode() for place in range(low, high))


class _Texts:
    """Many texts as UTF-8, one after the other."""

    def __init__(self, blob: Array, starts: Array) -> None:
        self._blob = memoryview(blob)  # type: ignore[arg-type]  # arrays are buffers; the stubs know it later
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: int) -> bytes:
        return bytes(self._blob[self._starts[place] : self._starts[place + 1]])


class _View:
    """Texts in another order."""

    def __init__(self, texts: _Texts, order: Array) -> None:
        self._texts = texts
        self._order = order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> bytes:
        return self._texts[self._order[place]]

    def rows(self, beginning: str) -> Array:
        """Numbers of the texts that begin so."""
        low, high = _span(self, beginning)
        return self._order[low:high]


def _span(texts: "_Texts | _View", beginning: str) -> tuple[int, int]:
    """From where to where sorted texts begin so."""
    prefix = beginning.encode()
    return bisect_left(texts, prefix), bisect_left(texts, prefix + _END)


def _first(beginning: Array, having: Array, low: int, high: int, most: int) -> list[int]:
    """The best rows between two bounds, each once; those whose name begins so before the others."""
    first = _smallest(beginning, low, high, most)
    rest = _smallest(having, low, high, most * 2)
    return list(dict.fromkeys([*first, *rest]))[:most]


def _smallest(rows: Array, low: int, high: int, most: int) -> list[int]:
    inside = rows[(rows >= low) & (rows < high)]
    if inside.size > most * MOST_WORDS:  # a row stands there once for each of its words that fits
        inside = np.partition(inside, most * MOST_WORDS)[: most * MOST_WORDS]
    found: list[int] = np.unique(inside)[:most].tolist()
    return found


def _loaded(file: Path, checksum: int) -> Array:
    """An array, read into memory: a mapped file that somebody cuts short would end the process."""
    whole = file.read_bytes()
    if crc32(whole) != checksum:
        raise SuggestionsUnusable(f"The names are damaged: {file.name}")
    return np.asarray(np.load(BytesIO(whole), allow_pickle=False))


class _Row(NamedTuple):
    """A name with all that is called so, to be sorted."""

    kind: int
    weight: int
    length: int
    name: str
    keys: list[str]


def _arrays(names: Iterable[Name], kinds: Sequence[str]) -> tuple[list[str], Arrays]:
    """The kinds in the order of the answer, and all arrays."""
    rows, found = _rows(names, kinds)
    folded = [row.name.encode() for row in rows]
    counts = [0, *(len(row.keys) for row in rows)]
    keys = [key.encode() for row in rows for key in row.keys]
    of_kind = np.array([row.kind for row in rows], dtype=np.int64)
    arrays = {
        **_pieces("name", folded),
        "by_name": np.array(sorted(range(len(rows)), key=folded.__getitem__), dtype=np.uint32),
        "bounds": np.searchsorted(of_kind, np.arange(len(found) + 1)).astype(np.uint32),
        **_pieces("key", keys),
        "row_starts": np.cumsum(counts, dtype=np.uint32),
        **_words(rows),
    }
    return found, arrays


def _rows(names: Iterable[Name], kinds: Sequence[str]) -> tuple[list[_Row], list[str]]:
    """One row for each name of a kind, the best first; and the kinds."""
    order = {kind: place for place, kind in enumerate(kinds)}
    known: dict[tuple[int, str], _Row] = {}
    for kind, key, name, weight in names:
        folded = simple(name)
        number = order.setdefault(kind, len(order))
        row = known.get((number, folded))
        if row is None:
            known[number, folded] = _Row(number, -weight, len(folded), folded, [key])
        else:
            if len(row.keys) < MOST_KEYS and key not in row.keys:
                row.keys.append(key)
            if -weight < row.weight:
                known[number, folded] = row._replace(weight=-weight)
    return sorted(row for row in known.values() if row.name), list(order)


def _words(rows: Sequence[_Row]) -> Arrays:
    """The words of all names in the order of the alphabet, and the rows each stands in."""
    rows_of: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for word in dict.fromkeys(row.name.split()):
            rows_of.setdefault(word, []).append(number)
    # by their UTF-8, which is also how they are looked for
    words = sorted((word.encode(), numbers) for word, numbers in rows_of.items())
    counts = [0, *(len(numbers) for _, numbers in words)]
    return {
        **_pieces("word", [word for word, _ in words]),
        "posting_starts": np.cumsum(counts, dtype=np.uint32),
        "postings": np.fromiter(_flat(words), dtype=np.uint32, count=sum(counts)),
    }


def _flat(words: Iterable[tuple[bytes, list[int]]]) -> Iterator[int]:
    for _, numbers in words:
        yield from numbers


def _pieces(what: str, texts: Sequence[bytes]) -> Arrays:
    """Texts as one array of bytes, and where each starts and the last ends."""
    return {
        f"{what}s": np.frombuffer(b"".join(texts), dtype=np.uint8),
        f"{what}_starts": np.cumsum([0, *map(len, texts)], dtype=np.uint32),
    }
