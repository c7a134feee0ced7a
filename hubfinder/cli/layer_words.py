"""What is kept of an import of footprints, in sentences for whoever runs it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SHOWN = 5
"""Of each thing found, so many are named; ``hubfinder layers show KEY --json`` has more."""
Found = Mapping[str, Any]


def lines_of_findings(found: Found) -> list[str]:
    """What was found about the areas of a file."""
    far = [
        f"{one['code']} {one['name']} lies {one['kilometres']:,} km from the nearest other area of the file: "
        "is it in the right place?"
        for one in _first(found, "far")
    ]
    return [
        *_changes(found),
        *_taken_over(found),
        *_mended(found),
        *_coverage(found.get("coverage")),
        *far,
    ]


def _first(found: Found, name: str) -> Sequence[Any]:
    return list(found.get(name, {}).get("first", ()))[:SHOWN]


def _count(found: Found, name: str) -> int:
    return int(found.get(name, {}).get("count", 0))


def many(number: int, one: str, several: str = "") -> str:
    """``1 area``, ``2,000 areas``."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _listed(names: Sequence[str], count: int) -> str:
    more = f" and {count - len(names):,} more" if count > len(names) else ""
    return ", ".join(names) + more


def _changes(found: Found) -> Iterator[str]:
    if count := _count(found, "new"):
        yield f"{many(count, 'area is', 'areas are')} new: {_listed(_first(found, 'new'), count)}."
    if count := _count(found, "gone"):
        names = [" ".join(one) for one in _first(found, "gone")]
        yield f"{many(count, 'area is', 'areas are')} gone: {_listed(names, count)}."
    if count := _count(found, "renamed"):
        names = [f"{code} was {old}, is {new}" for code, old, new in _first(found, "renamed")]
        yield f"{many(count, 'area has', 'areas have')} another name: {_listed(names, count)}."
    if count := _count(found, "sizes"):
        names = [
            f"{one['code']} {one['name']} (from {one['before']:,} to {one['after']:,} hectares)"
            for one in _first(found, "sizes")
        ]
        yield f"{many(count, 'area is', 'areas are')} of quite another size: {_listed(names, count)}."
    if count := _count(found, "moved"):
        names = [f"{one['code']} {one['name']} ({one['kilometres']:,} km)" for one in _first(found, "moved")]
        yield f"{many(count, 'area lies', 'areas lie')} elsewhere than before: {_listed(names, count)}."


def _taken_over(found: Found) -> Iterator[str]:
    for layer, codes in found.get("taken_over", {}).items():
        names = list(codes["first"])[:SHOWN]
        yield f"Taken over from the layer {layer}: {_listed(names, codes['count'])}."


def _mended(found: Found) -> Iterator[str]:
    if count := _count(found, "mended"):
        names = [
            f"{one['code']} {one['name']} ({one['changed']:+,} hectares)" for one in _first(found, "mended")
        ]
        yield f"{many(count, 'shape')} mended that crossed themselves by a hair: {_listed(names, count)}."


def _coverage(found: Found | None) -> Iterator[str]:
    if found is None:
        return
    if found.get("too_rough"):
        yield "Hardly any border is shared between neighbours, so gaps and overlaps were not looked for."
        return
    for name, words in (("gaps", "gap"), ("overlaps", "overlap")):
        if count := _count(found, name):
            worst = [
                f"{_between(one['codes'])} ({one['hectares']:,} hectares)" for one in _first(found, name)
            ]
            yield (
                f"{many(count, words)} between areas, {found[name]['hectares']:,} hectares together: "
                f"{_listed(worst, count)}."
            )
    slivers = _count(found, "gap_slivers") + _count(found, "overlap_slivers")
    if slivers:
        together = found["gap_slivers"]["hectares"] + found["overlap_slivers"]["hectares"]
        yield (
            f"{many(slivers, 'sliver')} less than 10 metres wide between areas, {together:,.2f} hectares "
            "together."
        )
    if not slivers and not _count(found, "gaps") and not _count(found, "overlaps"):
        yield "The areas fit together without gaps or overlaps."


def _between(codes: Sequence[str]) -> str:
    return " and ".join(codes) if len(codes) > 1 else f"in {codes[0]}" if codes else "somewhere"


def lines_of_moves(moves: Found | None) -> list[str]:
    """Postcodes gained and lost, the areas that changed most first."""
    if moves is None:
        return []
    if not moves["areas"] and not moves["also"]:
        return ["No postcode has moved."]
    lines = [f"{many(moves['moved'], 'live postcode is', 'live postcodes are')} in other areas than before."]
    for code, gained, lost in moves["areas"][:SHOWN]:
        examples = moves["examples"].get(code, ([], []))
        lines.append(
            f"  {code}: {gained:,} gained{_such_as(examples[0])}, {lost:,} lost{_such_as(examples[1])}."
        )
    if len(moves["areas"]) > SHOWN:
        lines.append(f"  and {len(moves['areas']) - SHOWN:,} more areas.")
    for kind, also in moves["also"].items():
        lines.append(f"  Because of that, {kind}: {also['gained']:,} gained, {also['lost']:,} lost.")
    return lines


def _such_as(postcodes: Sequence[str]) -> str:
    return f" ({', '.join(postcodes[:3])})" if postcodes else ""
