"""Short addresses for the codes on paper, in small letters or in capitals, which make a code smaller.

They lead to the page in the language of whoever has scanned the code. A key that nobody has (any more)
leads to the page that says so.
"""

from flask import request, url_for
from werkzeug.wrappers import Response

from hubfinder.display.language import KNOWN
from hubfinder.web.shared.access import public_page
from hubfinder.web.sheets.blueprint import pages
from hubfinder.web.sheets.visitor import lead, visitors_language

PAGES = {"s": "public.service", "h": "public.hub", "c": "public.entry"}


@public_page(pages, "/s/<key>", translated=False)
@public_page(pages, "/S/<key>", translated=False)
@public_page(pages, "/h/<key>", translated=False)
@public_page(pages, "/H/<key>", translated=False)
@public_page(pages, "/c/<key>", translated=False)
@public_page(pages, "/C/<key>", translated=False)
def short(key: str) -> Response:
    """A service, a family hub, or an entry of the national catalogue."""
    kind = request.path.split("/", 2)[1].lower()
    return lead(url_for(PAGES[kind], key=key.lower(), lang=visitors_language()))


@public_page(pages, "/ASK", translated=False)
def short_ask() -> Response:
    """Ask for help."""
    return lead(url_for("front_door.ask", lang=visitors_language(KNOWN)))
