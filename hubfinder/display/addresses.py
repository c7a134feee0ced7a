"""Addresses on one line."""


def address_line(name: str, address: str, postcode: str) -> str:
    """``Quayside Family Hub, 12 Fish Row, ZA1 2AB``: each part once, and the postcode never torn in two."""
    parts = [part.strip() for part in address.replace("\n", ",").split(",")]
    kept = [part for part in dict.fromkeys((name, *parts, postcode)) if part]
    return ", ".join(kept).replace(postcode, postcode.replace(" ", "\u00a0"))
