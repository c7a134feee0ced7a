"""What templates use of ``hubfinder.display``: its sentences and its formats."""

from flask import Flask

from hubfinder.display import formats
from hubfinder.display.words import gettext, ngettext
from hubfinder.referrals.codes import spaced


def init_app(app: Flask) -> None:
    """Give templates ``_`` and ``ngettext``, and the formats as filters."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.filters.update(
        distance=formats.distance,
        figure=formats.figure,
        day=formats.day,
        moment=formats.moment,
        month=formats.month,
        percentage=formats.percentage,
        reference=spaced,
        sentence=formats.sentence,
        telephone=formats.telephone_link,
        text_message=formats.text_message,
    )
