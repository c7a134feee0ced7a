"""What decides whom a search card is for: the same as of the row it was made of."""

from hubfinder.directory.availability import Area, Offer
from hubfinder.search.values import Card
from hubfinder.vocab import Access, Audience, CatalogueStatus, Circumstance, Delivery, FootprintKind


def offer_of_card(card: Card, council: Area | None = None) -> Offer:
    """A service, hub or catalogue entry; ``council`` is the one its nearest site is in.

    A card of before circumstances were known, not yet written again, has none.
    """
    return Offer(
        minimum=card["minimum_age"],
        maximum=card["maximum_age"],
        areas=tuple(Area(FootprintKind(kind), code, name) for kind, code, name in card["areas"]),
        access=Access(card["access"]),
        circumstances=frozenset(map(Circumstance, card.get("circumstances", ()))),
        eligibility=card["eligibility"],
        audience=Audience(card["audience"]),
        delivery=frozenset(map(Delivery, card["delivery"])),
        national=card.get("national", False),
        is_hub=card["kind"] == "hub",
        closed=card.get("status") == CatalogueStatus.CLOSED,
        council=council,
    )
