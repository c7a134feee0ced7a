"""What pages call a place somebody looks from, and what there is to know of it."""

from hubfinder.display.words import gettext
from hubfinder.places.values import Place
from hubfinder.vocab import FootprintKind


def called(place: Place) -> str:
    """What to call a place after "near": its name, or ``where you are``."""
    return gettext("where you are") if place.what == "here" else place.label


def note_on(place: Place) -> str:
    """What to know of a place that is less exact than a postcode; empty for a postcode."""
    match place.what:
        case "outcode":
            return gettext(
                "We look from the middle of %(place)s. Your whole postcode gives better answers.",
                place=place.label,
            )
        case "here":
            return gettext("We look from about where you are. We do not keep where that is.")
        case "school" | "surgery":
            return ""
    if place.what in FootprintKind._value2member_map_:
        return gettext(
            "We look from the middle of %(place)s (%(kind)s). Your postcode gives better answers.",
            place=place.label,
            kind=kind_name(place.what),
        )
    return ""


def kind_name(what: str) -> str:
    """What sort of place it is (``Place.what``, ``Choice.kind``) in words."""
    if what in FootprintKind._value2member_map_:
        return str(FootprintKind(what).label)
    names = {
        "school": gettext("school"),
        "surgery": gettext("surgery"),
        "city": gettext("city"),
        "town": gettext("town"),
        "village": gettext("village"),
        "suburb": gettext("part of a town"),
        "hamlet": gettext("hamlet"),
    }
    return names.get(what, what.replace("_", " "))
