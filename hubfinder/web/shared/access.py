"""Who may enter which page: every route says so; an application with one that does not, does not start."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.web.shared.settings import settings

View = Callable[..., ResponseReturnValue]


class Who(StrEnum):
    """Who may enter a page."""

    EVERYONE = "everyone"
    STAFF_WHEN_OPEN = "staff_when_open"
    """Until there are accounts: whoever can reach a hubfinder whose settings open its staff pages."""


_DECLARED: dict[Callable[..., object], Who] = {}


class UndeclaredRoute(RuntimeError):
    """A route does not say who may enter."""


def public_page(blueprint: Blueprint, rule: str, *, translated: bool = True) -> Callable[[View], View]:
    """Put a page that everyone may read at ``rule`` in English and at ``/<lang>`` + ``rule`` in the others.

    Asking for ``/en`` + ``rule`` is answered by a redirect to ``rule``.
    """
    return _declare(blueprint, rule, Who.EVERYONE, translated=translated)


def staff_page(blueprint: Blueprint, rule: str, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
    """Put a page for staff at ``rule``, in every language as public pages are."""
    return _declare(blueprint, rule, Who.STAFF_WHEN_OPEN, translated=True, methods=methods)


def _declare(
    blueprint: Blueprint, rule: str, who: Who, *, translated: bool, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    def declare(view: View) -> View:
        _DECLARED[view] = who
        if translated:
            blueprint.add_url_rule(rule, view_func=view, defaults={"lang": "en"}, methods=methods)
            blueprint.add_url_rule(f"/<language:lang>{rule}", view_func=view, methods=methods)
        else:
            blueprint.add_url_rule(rule, view_func=view, methods=methods)
        return view

    return declare


def init_app(app: Flask) -> None:
    """Let nobody in where they may not; this runs before anything else looks at the request."""
    app.before_request(_guard)


def _guard() -> None:
    """Somebody who may not enter is told what they would be told if there were no such page."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view and _DECLARED.get(view) is Who.STAFF_WHEN_OPEN and not settings().open_staff_pages:
        raise NotFound


def who_may_enter(view: Callable[..., object]) -> Who | None:
    """What a view declared, if it did."""
    return _DECLARED.get(view)


def check(app: Flask) -> None:
    """Raise ``UndeclaredRoute`` unless every route of the application says who may enter."""
    for rule in app.url_map.iter_rules():
        if who_may_enter(app.view_functions[rule.endpoint]) is None:
            raise UndeclaredRoute(f"{rule.rule} does not say who may enter: use public_page or staff_page")
