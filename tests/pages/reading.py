"""Reading a page the way a person does: its words, its links, its headings."""

import re
from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient

_BLOCKS = re.compile(r"<(script|style|svg|head)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Page:
    """An answer."""

    status: int
    html: str

    @property
    def text(self) -> str:
        """Its visible words on one line."""
        return words(_BLOCKS.sub(" ", self.html))

    @property
    def headings(self) -> list[str]:
        return [words(found) for found in re.findall(r"<h[1-3]\b.*?</h[1-3]>", self.html, re.DOTALL)]

    @property
    def links(self) -> dict[str, str]:
        """Addresses by the words of the link; of several with the same words the first."""
        found: dict[str, str] = {}
        for href, inner in re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', self.html, re.DOTALL):
            found.setdefault(words(inner), unescape(href))
        return found

    def section(self, heading: str) -> str:
        """The words from one heading of the second level to the next."""
        for part in re.split(r"(?=<h2\b)", _BLOCKS.sub(" ", self.html)):
            if words(part.partition("</h2>")[0]) == heading:
                return words(part)
        return ""

    def card(self, name: str) -> str:
        """The words of the card of that name."""
        for part in re.findall(r"<article\b.*?</article>", self.html, re.DOTALL):
            if name in words(part.partition("</h3>")[0]):
                return words(part)
        return ""


class Reader:
    """Asks the application for pages."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def __call__(self, address: str) -> Page:
        response = self.client.get(address)
        return Page(response.status_code, response.get_data(as_text=True))


def words(html: str) -> str:
    """Words without tags, entities and superfluous space."""
    return " ".join(unescape(_TAG.sub(" ", html)).replace("\xa0", " ").split())
