"""What families rely on in production: settings that must be given, and may not be the demonstration's."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubfinder.settings import Settings

DRAMA = "01632960"
"""How telephone numbers begin that are nobody's."""
LEAST_OF_A_KEY = 32
"""Characters."""


def missing_from(settings: "Settings") -> list[str]:
    """What production lacks, each as its setting is written, with what is wanted where that is not plain."""
    looked_at = {
        "SECRET_KEY (32 characters or more)": len(settings.secret_key.get_secret_value()) < LEAST_OF_A_KEY,
        "TRUSTED_HOSTS (names, not *)": not settings.trusted_hosts or "*" in settings.trusted_hosts,
        "PROXY_HOPS (how many proxies stand in front: they speak HTTPS, hubfinder does not)": (
            "proxy_hops" not in settings.model_fields_set
        ),
        "PUBLIC_ADDRESS (with https)": settings.public_address.startswith("http:"),
        "OUT_OF_HOURS_TELEPHONE": _is_nobodys(settings.out_of_hours_telephone),
        "FRONT_DOOR_TELEPHONE": _is_nobodys(settings.front_door_telephone),
        "SITE_NAME": _is_made_up(settings, "site_name"),
        "SMTP_HOST": not settings.smtp_host,
        "SMTP_FROM": not settings.smtp_from,
        "COUNCIL_NAME": _is_made_up(settings, "council_name"),
        "COUNCIL_CODE": _is_made_up(settings, "council_code"),
        "VAULT_KEY_FILE (outside the data folder)": _is_inside(settings),
    }
    return [f"HUBFINDER_{name}" for name, incomplete in looked_at.items() if incomplete]


def _is_nobodys(number: str) -> bool:
    return not number or re.sub(r"\D", "", number).startswith(DRAMA)


def _is_made_up(settings: "Settings", name: str) -> bool:
    """Whether it is still what the demonstration has."""
    return bool(getattr(settings, name) == type(settings).model_fields[name].default)


def _is_inside(settings: "Settings") -> bool:
    file = settings.vault_key_file
    return file is None or file.resolve().is_relative_to(settings.data_dir.resolve())
