"""Which nation a postcode is in, where the file it came from did not say.

Where the border runs through an outward code, only the file can say; we then take it for England, so that
nobody at the border is sent away.
"""

from hubfinder.places.values import Postcode

ENGLAND = "E"
_AREAS = {
    "S": "AB DD DG EH FK G HS IV KA KW KY ML PA PH TD ZE",
    "W": "CF LD LL NP SA",
    "N": "BT",
    "L": "GY JE",
    "M": "IM",
}
_WELSH_DISTRICTS = "CH5 CH6 CH7 CH8 SY16 SY17 SY18 SY19 SY20 SY23 SY24 SY25".split()
_ON_THE_BORDER = frozenset("TD9 TD12 TD15 DG16 LD7 LD8 NP7 NP16 NP25 LL14".split())
_NATION_OF_AREA = {area: nation for nation, areas in _AREAS.items() for area in areas.split()}


def nation_of(postcode: Postcode, country: str | None = None) -> str:
    """E, W, S, N, L (Channel Islands) or M (Isle of Man). ``country`` is what the postcode file said."""
    if country:
        return country
    if postcode.outward in _ON_THE_BORDER:
        return ENGLAND
    if postcode.outward in _WELSH_DISTRICTS:
        return "W"
    area = postcode.outward[:2] if postcode.outward[1].isalpha() else postcode.outward[0]
    return _NATION_OF_AREA.get(area, ENGLAND)
