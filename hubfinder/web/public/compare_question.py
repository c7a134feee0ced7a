"""What to compare, as it stands in an address, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hubfinder.display.words import gettext
from hubfinder.places.overlap import COMPARABLE, Within, name_of_area
from hubfinder.vocab import FootprintKind

BY_SHARE = "share"
MOST_PAIRS = 40_000
"""Footprints of one kind times those of the other: more are only compared within an area."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants compared; kinds are none where nothing, or nothing we know, was chosen."""

    of: FootprintKind | None = None
    with_: FootprintKind | None = None
    within: Within | None = None
    area: str = ""
    """The name of the area compared within."""
    by_share: bool = False
    """Whether a postcode counts for each of its networks by its share, not only for the likeliest."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """What is wrong, by the name of the field."""
    is_empty: bool = False
    """Nothing was asked yet."""

    @property
    def address(self) -> dict[str, str]:
        """The parts of the address that ask the same again."""
        parts = {
            "of": self.of.value if self.of else "",
            "with": self.with_.value if self.with_ else "",
            "within": f"{self.within[0].value}:{self.within[1]}" if self.within else "",
            "count": BY_SHARE if self.by_share else "",
        }
        return {name: value for name, value in parts.items() if value}


def read_asked(session: Session, args: "MultiDict[str, str]", numbers: Mapping[FootprintKind, int]) -> Asked:
    """What an address asks for. ``numbers``: how many footprints of each kind there are."""
    if not (args.get("of") or args.get("with")):
        return Asked(is_empty=True)
    errors: dict[str, str] = {}
    of, with_ = (_kind(args, name, numbers, errors) for name in ("of", "with"))
    within = _within(args)
    area = name_of_area(session, within) if within else None
    if of and of is with_:
        errors["with"] = gettext("Both kinds are the same. Choose two different kinds.")
    if args.get("within") and area is None:
        errors["within"] = gettext("We do not know this area. Choose one from the list.")
        within = None
    elif of and with_ and not within and numbers[of] * numbers[with_] > MOST_PAIRS:
        errors["within"] = gettext("That is too much for one page. Choose a council.")
    return Asked(of, with_, within, area or "", args.get("count") == BY_SHARE, errors)


def _kind(
    args: "MultiDict[str, str]", name: str, numbers: Mapping[FootprintKind, int], errors: dict[str, str]
) -> FootprintKind | None:
    text = args.get(name, "")
    kind = FootprintKind(text) if text in FootprintKind._value2member_map_ else None
    if kind in numbers:
        return kind
    if kind:
        errors[name] = gettext("There are no areas of this kind here yet. Choose another kind.")
    else:
        errors[name] = gettext("Choose a kind of area from the list.")
    return None


def _within(args: "MultiDict[str, str]") -> Within | None:
    kind, _, code = args.get("within", "").partition(":")
    known = kind in FootprintKind._value2member_map_ and FootprintKind(kind) in COMPARABLE
    return (FootprintKind(kind), code.replace("\0", "")) if known and code else None
