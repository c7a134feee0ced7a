"""A collection as an Atom feed (RFC 4287): its services, the one checked last first. It is in English."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import url_for

from hubfinder.search.values import Card
from hubfinder.web.public.collection_view import CollectionView
from hubfinder.web.shared.settings import settings

NAMESPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, however it is written."""


def atom(view: CollectionView, place: str, near: str) -> str:
    """The feed; ``place`` is the place in the address, ``near`` what to call it."""
    collection = view.collection
    key = collection.key
    query = {"place": place} if place else {}
    title = f"{view.title}, near {near}" if near else str(view.title)
    listings = services(view)
    feed = Element("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    _text(feed, "id", _urn("collections", key, place))
    _text(feed, "title", title)
    _text(feed, "subtitle", str(view.intro))
    _text(feed, "updated", _moment(max([collection.last_checked, *map(_checked, listings)])))
    SubElement(
        feed, "link", rel="self", href=url_for("public.collection_feed", key=key, _external=True, **query)
    )
    SubElement(
        feed,
        "link",
        rel="alternate",
        type="text/html",
        href=url_for("public.collection", key=key, _external=True, **query),
    )
    _text(SubElement(feed, "author"), "name", settings().site_name)
    for card in listings:
        _entry(feed, card, _checked(card) if card["assured_date"] else collection.last_checked)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode")


def services(view: CollectionView) -> list[Card]:
    """Those for this address, by the day they were last checked; those that nobody has checked stand last."""
    found = [
        one.card
        for section in view.sections
        for one in (*section.local, *section.national)
        if one.card["kind"] == "service" and not one.available.is_elsewhere
    ]
    return sorted(found, key=lambda card: (-_checked(card).toordinal(), card["key"]))


def _entry(feed: Element, card: Card, updated: date) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "id", _urn("service", card["key"]))
    _text(entry, "title", card["name"])
    _text(entry, "updated", _moment(updated))
    SubElement(
        entry, "link", rel="alternate", href=url_for("public.service", key=card["key"], _external=True)
    )
    _text(SubElement(entry, "author"), "name", card["organization"] or settings().site_name)
    _text(entry, "summary", " ".join(_sentences(card)))


def _sentences(card: Card) -> Iterator[str]:
    yield card["summary"]
    if card["telephone"]:
        yield f"Telephone: {card['telephone']}."
    yield f"Last checked: {card['assured_date']}." if card["assured_date"] else "Never checked."


def _checked(card: Card) -> date:
    return date.fromisoformat(card["assured_date"]) if card["assured_date"] else date.min


def _urn(*parts: str) -> str:
    """The same for ever for the same thing of the same council, wherever the pages stand."""
    return uuid5(NAMESPACE_URL, "/".join(("hubfinder", settings().council_name, *parts))).urn


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _text(parent: Element, name: str, words: str) -> None:
    SubElement(parent, name).text = _NOT_XML.sub("", words)
