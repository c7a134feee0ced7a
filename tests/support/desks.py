"""Staff at their desks, for tests of editing: what they open, what their browser sends, what is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from hubfinder.extensions import db
from hubfinder.listings.models import Content, Listing, ListingUpdate
from hubfinder.staff_vocab import Role
from tests.pages.reading import Page
from tests.support.people import person, sign_in

Form = Mapping[str, Any]


@dataclass(frozen=True)
class Desk:
    """Somebody signed in, at one listing."""

    client: FlaskClient
    key: str

    def read(self, slug: str = "") -> Page:
        response = self.client.get(self.address(slug))
        return Page(response.status_code, response.get_data(as_text=True))

    def address(self, slug: str = "") -> str:
        return f"/staff/listings/{self.key}/edit" + (f"/{slug}" if slug else "")

    def opened(self, slug: str) -> Form:
        """The hidden fields of a page somebody opens."""
        page = self.read(slug)
        assert page.status == 200, page.text
        return {name: hidden(page.html, name) for name in ("csrf_token", "revision", "seen")}

    def send(self, slug: str, form: Form, do: str = "stay") -> Page:
        response = self.client.post(self.address(slug), data={**form, "do": do})
        return Page(response.status_code, response.get_data(as_text=True))

    def posts(self, address: str, form: Form) -> Page:
        """Open a page of any address, and send its form with these fields."""
        token = hidden(self.client.get(address).get_data(as_text=True), "csrf_token")
        response = self.client.post(address, data={"csrf_token": token, **form})
        return Page(response.status_code, response.get_data(as_text=True))

    def saves(self, slug: str, **fields: object) -> None:
        """Open a page, write into it, save it: it is kept."""
        page = self.send(slug, {**self.opened(slug), **fields})
        assert page.status == 303, page.text

    def refuses(self, slug: str, **fields: object) -> Page:
        page = self.send(slug, {**self.opened(slug), **fields})
        assert page.status == 400, page.text
        return page


def at_desk(app: Flask, key: str, role: Role, **scope: str) -> Desk:
    with app.app_context():
        return Desk(sign_in(app.test_client(), person(db.session, role, **scope)), key)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, name
    return unescape(found[1])


def draft(app: Flask, key: str) -> Content:
    """What the newest change of a listing says."""
    with app.app_context():
        chosen = select(ListingUpdate).join(Listing).where(Listing.key == key)
        update = db.session.scalars(chosen.order_by(ListingUpdate.id.desc())).first()
        assert update is not None
        return update.content


def as_a_browser_sends_it(html: str, form_class: str = ' class="edit-form"') -> Form:
    """The fields of the form of a page, untouched."""
    main = html[html.index("<main") :]
    form = re.search(rf'<form method="post"[^>]*?{form_class}.*?</form>', main, re.DOTALL)
    assert form is not None
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input\b[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "radio" not in tag) or " checked" in tag):
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', form[0], re.DOTALL):
        found.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found.setdefault(name, []).append(chosen[1] if chosen else "")
    return dict(found)
