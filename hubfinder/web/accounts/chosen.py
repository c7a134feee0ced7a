"""A password that somebody chooses, twice alike and good enough."""

import secrets
from collections.abc import Iterable

from flask_babel import LazyString, lazy_gettext
from werkzeug.datastructures import MultiDict

from hubfinder.display.words import gettext
from hubfinder.people.passwords import Weakness, normal, weakness_of
from hubfinder.web.shared.settings import settings

WHY_NOT: dict[Weakness, LazyString] = {
    Weakness.SHORT: lazy_gettext("Use at least 15 letters, such as four words that do not belong together."),
    Weakness.LONG: lazy_gettext("Use at most 128 letters."),
    Weakness.COMMON: lazy_gettext("Others would guess this. Use words that do not belong together."),
    Weakness.AROUND: lazy_gettext("Do not use your name, your email address, or the name of this site."),
}
TRIED_HERE = ("family hub", "council", "password")


def chosen_password(form: MultiDict[str, str], about: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The normal password of a form, and what is wrong with it by field; ``about``: what is known of them."""
    password = normal(form.get("password", ""))
    around = (*about, settings().site_name, settings().council_name, "hubfinder")
    weakness = weakness_of(password, around, TRIED_HERE)
    if weakness:
        return "", {"password": str(WHY_NOT[weakness])}
    if not secrets.compare_digest(password.encode(), normal(form.get("again", "")).encode()):
        return "", {"again": gettext("The two are not the same. Type the password once more.")}
    return password, {}


def new_uniquifier() -> str:
    """What stands in somebody's sessions from now on: all from before end."""
    return secrets.token_hex(32)
