"""Flask-Babel's functions with types, which the package itself does not give."""

from collections.abc import Callable

import flask_babel

gettext: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext
