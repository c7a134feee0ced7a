"""Numbers and positions as files write them, and whether a position can be right."""

import re

SOUTH, NORTH, WEST, EAST = 48, 62, -11, 4
"""Degrees around the British Isles, with the Channel Islands, Shetland and the sea between them."""
_is_number = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?").fullmatch


def read_number(cell: str) -> float:
    """The number in a cell.

    Raises:
        ValueError: it is none. Python itself would also read ``5_2``, ``nan`` and the digits of any script.
    """
    if not _is_number(cell):
        raise ValueError(cell)
    return float(cell)


def is_near(lat: float, lon: float) -> bool:
    """Whether a position is in or around the British Isles."""
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST


def why_not_near(lat: float, lon: float) -> str:
    """What is wrong with a position in degrees; empty if nothing is."""
    if is_near(lat, lon):
        return ""
    if is_near(lon, lat):
        return f"{lat:g}, {lon:g} has latitude and longitude the wrong way round"
    return f"{lat:g}, {lon:g} is nowhere near the British Isles"
