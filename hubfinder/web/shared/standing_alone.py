"""Pages that stand alone, in all languages of the form at once: for when nothing of ours can be asked.

One is a file for the proxy in front to show while hubfinder is down; the others are said by the server, of
what it refuses before hubfinder sees it. They ask for no style, no script and no other page of ours.
"""

from collections.abc import Iterator
from http import HTTPStatus

from flask import render_template
from markupsafe import Markup

from hubfinder.display.language import KNOWN, speaking
from hubfinder.web.shared.errors import EXPLANATIONS, Explanation

DOWN = HTTPStatus.SERVICE_UNAVAILABLE
"""Where nothing answers, what is said of a page that does not work at the moment fits."""


def page_alone(status: int) -> str:
    """The whole page about an error, by its HTTP status; one without words of its own is a bad request."""
    explanation = EXPLANATIONS.get(status, EXPLANATIONS[HTTPStatus.BAD_REQUEST])
    return render_template(
        "errors/alone.html",
        heading=explanation.heading,
        languages=tuple(KNOWN.values()),
        sections=tuple(_sections(explanation)),
    )


def _sections(explanation: Explanation) -> Iterator[Markup]:
    """In each language what is wrong and whom to ring."""
    for language in KNOWN.values():
        with speaking(language):
            section = render_template("errors/alone_section.html", language=language, explanation=explanation)
        yield Markup(section)  # noqa: S704 - made by a template
