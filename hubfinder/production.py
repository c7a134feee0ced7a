"""What families rely on in production: settings that must be given, and may not be the demonstration's."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubfinder.settings import Settings

DRAMA = "01632960"
"""How telephone numbers begin that are nobody's."""
LEAST_OF_A_KEY = 32
"""Characters."""
LEAST_DIFFERENT = 8
"""Different characters in it: fewer happen once in ten million with 32 random hexadecimal ones."""
LEAST_OF_A_NUMBER = 3
"""Digits of a telephone number: 101, 111, 999."""
OTHERS = ("HUBFINDER_TEST_", "HUBFINDER_BENCH_", "HUBFINDER_SHARED_DATA")
"""How names begin that tests and benchmarks read, not the settings."""


def missing_from(settings: "Settings") -> list[str]:
    """What production lacks, each as its setting is written, with what is wanted where that is not plain."""
    looked_at = {
        "SECRET_KEY (32 random characters or more)": _is_weak(settings.secret_key.get_secret_value()),
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
        "ECHO_SQL=false": settings.echo_sql,
    }
    return [f"HUBFINDER_{name}" for name, incomplete in looked_at.items() if incomplete]


def unknown_among(names: Iterable[str], fields: Iterable[str]) -> list[str]:
    """Names in the environment that look like settings and are none: misspelt, or of another version."""
    known = {f"HUBFINDER_{field.upper()}" for field in fields}
    ours = (name for name in names if name.startswith("HUBFINDER_") and not name.startswith(OTHERS))
    return sorted(name for name in ours if name not in known)


def _is_weak(key: str) -> bool:
    """Whether nobody drew it at random: too short, one sign or word again and again, a row of numbers."""
    steps = {ord(after) - ord(before) for before, after in pairwise(key)}
    is_again = any(key[at:] == key[:-at] for at in range(1, len(key) - LEAST_DIFFERENT + 1))
    is_few = len(set(key)) < LEAST_DIFFERENT or len(steps) < LEAST_DIFFERENT
    return len(key) < LEAST_OF_A_KEY or is_few or is_again


def _is_nobodys(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return len(digits) < LEAST_OF_A_NUMBER or digits.startswith(DRAMA)


def _is_made_up(settings: "Settings", name: str) -> bool:
    """Whether it is still what the demonstration has."""
    return bool(getattr(settings, name) == type(settings).model_fields[name].default)


def _is_inside(settings: "Settings") -> bool:
    file = settings.vault_key_file
    return file is None or file.resolve().is_relative_to(settings.data_dir.resolve())
