"""What keeps a refuge's address in the database and nowhere else."""

import re
from collections.abc import Iterable

from hubfinder.directory.models import Location, Service


def public_sites(service: Service) -> tuple[Location, ...]:
    """Where a service happens, as far as anybody may know. The only way pages get at its locations."""
    return tuple(at.location for at in service.at_locations if not at.location.is_confidential)


def gives_away(location: Location, texts: Iterable[str]) -> bool:
    """True when one of the texts holds the postcode or the first line of the address of the location."""
    secrets = {_squeeze(location.postcode), _squeeze(re.split(r"[,\n]", location.address)[0])} - {""}
    return any(secret in squeezed for squeezed in map(_squeeze, texts) for secret in secrets)


def _squeeze(text: str) -> str:
    """Letters and digits alone, so that spacing and capitals hide nothing."""
    return re.sub(r"[\W_]+", "", text).casefold()
