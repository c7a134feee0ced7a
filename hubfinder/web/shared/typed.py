"""What people type into fields."""

from hubfinder.places.here import parse_point, text_of

LONGEST_PLACE = 100


def typed_place(text: str) -> str:
    """A place as typed; a point only as exactly as we want to know it."""
    point = parse_point(text)
    return text_of(point) if point else one_line(text, LONGEST_PLACE)


def one_line(text: str, longest: int) -> str:
    """What somebody typed: one line, single spaces, no control characters, not endless."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:longest]
