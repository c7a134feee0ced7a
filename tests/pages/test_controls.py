"""Our form controls are GOV.UK Frontend's: the same elements, classes and attributes as its own macros make.

The package of macros takes 2 ms for nine controls, so pages have macros of their own; it stays as the
measure, so that a fix of accessibility in GOV.UK Frontend shows up here as a difference.
"""

from html.parser import HTMLParser

import pytest
from flask import Flask
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader

Token = tuple[str, object]
ITEMS = [("a", "First"), ("b", "Second")]


class _Tokens(HTMLParser):
    """Elements with their attributes in any order, and words without the space around them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Token] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = {name: " ".join((value or "").split()) for name, value in attrs}
        self.found.append((tag, kept))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", ""))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(("words", " ".join(data.split())))


@pytest.fixture(scope="module")
def theirs() -> Environment:
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    return Environment(loader=loader, autoescape=True, undefined=ChainableUndefined)


def rendered(environment: Environment, source: str, **context: object) -> list[Token]:
    return _Tokens(environment.from_string(source).render(**context)).found


@pytest.mark.parametrize(("hint", "error"), [("", ""), ("A hint", ""), ("", "Wrong"), ("A hint", "Wrong")])
def test_a_field(plain_app: Flask, theirs: Environment, hint: str, error: str) -> None:
    params: dict[str, object] = {
        "id": "place",
        "name": "place",
        "value": "ZA1",
        "label": {"text": "Place"},
        **({"hint": {"text": hint}} if hint else {}),
        **({"errorMessage": {"text": error}} if error else {}),
    }
    with plain_app.test_request_context("/"):
        ours = rendered(
            plain_app.jinja_env,
            '{% from "parts/forms.html" import field %}{{ field("place", "Place", "ZA1", hint, error) }}',
            hint=hint,
            error=error,
        )
    assert ours == rendered(theirs, _their("input", "Input"), params=params)


def test_a_choice(plain_app: Flask, theirs: Environment) -> None:
    items = [{"value": value, "text": words, "selected": value == "b"} for value, words in ITEMS]
    params = {"id": "age", "name": "age", "label": {"text": "Age"}, "items": items}
    with plain_app.test_request_context("/"):
        ours = rendered(
            plain_app.jinja_env,
            '{% from "parts/forms.html" import choice %}{{ choice("age", "Age", items, "b") }}',
            items=ITEMS,
        )
    assert ours == rendered(theirs, _their("select", "Select"), params=params)


def test_checks(plain_app: Flask, theirs: Environment) -> None:
    params = {
        "name": "need",
        "classes": "govuk-checkboxes--small",
        "fieldset": {"legend": {"text": "Needs"}},
        "items": [
            {"value": value, "text": words, "id": f"need-{value}", "checked": value == "b"}
            for value, words in ITEMS
        ],
    }
    with plain_app.test_request_context("/"):
        ours = rendered(
            plain_app.jinja_env,
            '{% from "parts/forms.html" import checks %}{{ checks("need", "Needs", items, ("b",)) }}',
            items=ITEMS,
        )
    theirs_all = rendered(theirs, _their("checkboxes", "Checkboxes"), params=params)
    assert theirs_all[0][0] == "div"  # their form group, which our grid of filters does without
    assert ours == [
        (tag, {name: value for name, value in attrs.items() if name != "data-module"})
        if isinstance(attrs, dict)
        else (tag, attrs)
        for tag, attrs in theirs_all[1:-1]
    ]


def test_the_error_summary(plain_app: Flask, theirs: Environment) -> None:
    params = {
        "titleText": "There is a problem",
        "errorList": [{"text": "Wrong", "href": "#place"}],
        "attributes": {"tabindex": "-1"},
    }
    with plain_app.test_request_context("/"):
        ours = rendered(
            plain_app.jinja_env,
            '{% from "parts/forms.html" import error_summary %}{{ error_summary({"place": "Wrong"}) }}',
        )
    assert ours == rendered(theirs, _their("error-summary", "ErrorSummary"), params=params)


def _their(component: str, name: str) -> str:
    path = f"govuk_frontend_jinja/components/{component}/macro.html"
    return f'{{% from "{path}" import govuk{name} %}}{{{{ govuk{name}(params) }}}}'
