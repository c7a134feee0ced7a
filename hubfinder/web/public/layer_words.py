"""What is kept of an import, in plain sentences in the language of the page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hubfinder.display import formats
from hubfinder.display.words import gettext, ngettext

NAMED = 5
Found = Mapping[str, Any]


def sentences_of(report: Found) -> list[str]:
    """The report that is kept with a version; empty where none was."""
    found = report.get("findings", {})
    return [*_rows(report), *_changes(found), *_fit(found), *_taken(report, found)]


def _rows(report: Found) -> Iterator[str]:
    if "rows" in report:
        yield ngettext("The file had %(num)d area.", "The file had %(num)d areas.", report["rows"])
    if report.get("refused"):
        yield ngettext(
            "%(num)d area could not be used and was left out.",
            "%(num)d areas could not be used and were left out.",
            report["refused"],
        )


def _count(found: Found, name: str) -> int:
    return int(found.get(name, {}).get("count", 0))


def _first(found: Found, name: str) -> Sequence[Any]:
    return list(found.get(name, {}).get("first", ()))[:NAMED]


def _with_names(sentence: str, names: Sequence[str], count: int) -> str:
    """A sentence, and the first few names after it."""
    if not names:
        return sentence
    more = count - len(names)
    shown = formats.listed(names)
    if more > 0:
        shown = gettext("%(names)s and %(number)s more", names=shown, number=f"{more:,}")
    return gettext("%(sentence)s By name: %(names)s.", sentence=sentence, names=shown)


def _changes(found: Found) -> Iterator[str]:
    if count := _count(found, "new"):
        yield ngettext(
            "%(num)d area is new in this version.", "%(num)d areas are new in this version.", count
        )
    if count := _count(found, "gone"):
        words = ngettext(
            "%(num)d area is not there any more.", "%(num)d areas are not there any more.", count
        )
        yield _with_names(words, [name for _, name in _first(found, "gone")], count)
    if count := _count(found, "renamed"):
        words = ngettext("%(num)d area has a new name.", "%(num)d areas have a new name.", count)
        yield _with_names(words, [name for _, _, name in _first(found, "renamed")], count)
    if count := _count(found, "sizes"):
        words = ngettext(
            "%(num)d area is much larger or smaller than before.",
            "%(num)d areas are much larger or smaller than before.",
            count,
        )
        yield _with_names(words, [one["name"] for one in _first(found, "sizes")], count)
    if count := _count(found, "moved"):
        words = ngettext(
            "%(num)d area lies somewhere else than before.",
            "%(num)d areas lie somewhere else than before.",
            count,
        )
        yield _with_names(words, [one["name"] for one in _first(found, "moved")], count)


def _fit(found: Found) -> Iterator[str]:
    if count := _count(found, "mended"):
        yield ngettext(
            "The line of %(num)d area crossed itself by a hair and was mended.",
            "The lines of %(num)d areas crossed themselves by a hair and were mended.",
            count,
        )
    if count := _count(found, "far"):
        words = ngettext(
            "%(num)d area lies far from all the others.", "%(num)d areas lie far from all the others.", count
        )
        yield _with_names(words, [one["name"] for one in _first(found, "far")], count)
    coverage = found.get("coverage")
    if coverage:
        yield from _coverage(coverage)


def _coverage(found: Found) -> Iterator[str]:
    if found.get("too_rough"):
        yield gettext("The areas hardly share their borders, so we did not look for gaps between them.")
        return
    gaps, overlaps = _count(found, "gaps"), _count(found, "overlaps")
    if gaps:
        yield ngettext(
            "There is %(num)d gap between areas (%(hectares)s hectares).",
            "There are %(num)d gaps between areas (%(hectares)s hectares together).",
            gaps,
            hectares=f"{found['gaps']['hectares']:,}",
        )
    if overlaps:
        yield ngettext(
            "In %(num)d place two areas lie over each other (%(hectares)s hectares).",
            "In %(num)d places two areas lie over each other (%(hectares)s hectares together).",
            overlaps,
            hectares=f"{found['overlaps']['hectares']:,}",
        )
    if not gaps and not overlaps:
        yield gettext("The areas fit together: no gaps, and none lies over another.")


def _taken(report: Found, found: Found) -> Iterator[str]:
    count = sum(one["count"] for one in found.get("taken_over", {}).values())
    if count:
        yield ngettext(
            "%(num)d area was in another set of areas before.",
            "%(num)d areas were in another set of areas before.",
            count,
        )
    if taker := report.get("taken_over_by"):
        yield ngettext(
            "%(num)d area went over to another set of areas.",
            "%(num)d areas went over to another set of areas.",
            len(taker["codes"]),
        )
    if report.get("taken_back"):
        yield gettext("This version was taken back: the one before it is used again.")
