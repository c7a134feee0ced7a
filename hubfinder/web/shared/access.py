"""Who may enter which page: every route says so; an application with one that does not, does not start."""

from collections.abc import Callable
from enum import StrEnum

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

View = Callable[..., ResponseReturnValue]


class Who(StrEnum):
    """Who may enter a page."""

    EVERYONE = "everyone"


_DECLARED: dict[Callable[..., object], Who] = {}


class UndeclaredRoute(RuntimeError):
    """A route does not say who may enter."""


def public_page(blueprint: Blueprint, rule: str, *, translated: bool = True) -> Callable[[View], View]:
    """Put a page that everyone may read at ``rule`` in English and at ``/<lang>`` + ``rule`` in the others.

    Asking for ``/en`` + ``rule`` is answered by a redirect to ``rule``.
    """

    def declare(view: View) -> View:
        _DECLARED[view] = Who.EVERYONE
        if translated:
            blueprint.add_url_rule(rule, view_func=view, defaults={"lang": "en"})
            blueprint.add_url_rule(f"/<language:lang>{rule}", view_func=view)
        else:
            blueprint.add_url_rule(rule, view_func=view)
        return view

    return declare


def who_may_enter(view: Callable[..., object]) -> Who | None:
    """What a view declared, if it did."""
    return _DECLARED.get(view)


def check(app: Flask) -> None:
    """Raise ``UndeclaredRoute`` unless every route of the application says who may enter."""
    for rule in app.url_map.iter_rules():
        if who_may_enter(app.view_functions[rule.endpoint]) is None:
            raise UndeclaredRoute(f"{rule.rule} does not say who may enter: use public_page")
