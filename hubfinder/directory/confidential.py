"""What keeps a refuge's address in the database and nowhere else."""

import re
from collections.abc import Iterable
from typing import Protocol

from hubfinder.directory.models import Location, Service

SHORTEST = 5
"""Letters and digits; "Hall" is in too many texts to give anything away."""


class Secret(Protocol):
    """What must not be told of a confidential location."""

    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def postcode(self) -> str: ...


def public_sites(service: Service) -> tuple[Location, ...]:
    """Where a service happens, as far as anybody may know. The only way pages get at its locations."""
    return tuple(at.location for at in service.at_locations if not at.location.is_confidential)


def gives_away(location: Secret, texts: Iterable[str]) -> bool:
    """True when one of the texts holds the postcode, the name or the first line of the address of a place."""
    first_line = re.split(r"[,\n]", location.address)[0]
    secrets = {_squeeze(said) for said in (location.postcode, location.name, first_line)}
    telling = [secret for secret in secrets if len(secret) >= SHORTEST]
    return any(secret in squeezed for squeezed in map(_squeeze, texts) for secret in telling)


def _squeeze(text: str) -> str:
    """Letters and digits alone, so that spacing and capitals hide nothing."""
    return re.sub(r"[\W_]+", "", text).casefold()
