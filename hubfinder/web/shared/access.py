"""Who may enter which page: every route says so; an application with one that does not, does not start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from hubfinder.extensions import db
from hubfinder.people.models import Person
from hubfinder.people.values import Actor, Grant
from hubfinder.vocab import Role

View = Callable[..., ResponseReturnValue]
ALL_STAFF = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Who:
    """Who may enter a page: everyone, or those with one of these roles."""

    roles: frozenset[Role] = frozenset()
    is_everyone: bool = False


EVERYONE = Who(is_everyone=True)
_DECLARED: dict[Callable[..., object], Who] = {}


class UndeclaredRoute(RuntimeError):
    """A route does not say who may enter."""


def public_page(
    blueprint: Blueprint, rule: str, *, translated: bool = True, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """Put a page that everyone may read at ``rule`` in English and at ``/<lang>`` + ``rule`` in the others.

    Asking for ``/en`` + ``rule`` is answered by a redirect to ``rule``.
    """
    return _declare(blueprint, rule, EVERYONE, translated=translated, methods=methods)


def staff_page(
    blueprint: Blueprint, rule: str, *roles: Role, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """Put a page for those with one of these roles at ``rule``, in every language as public pages are.

    Which objects they may see there, the page asks of the rooms: by council, organization, hub.
    """
    return _declare(blueprint, rule, Who(frozenset(roles)), translated=True, methods=methods)


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


def declared(view: Callable[..., object], who: Who) -> None:
    """Say who may enter a page that somebody else's library has put there."""
    _DECLARED[view] = who


def init_app(app: Flask) -> None:
    """Let nobody in where they may not; this runs before anything else looks at the request."""
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    """Somebody without the role is told what they would be told if there were no such page."""
    who = _DECLARED.get(current_app.view_functions.get(request.endpoint or "", _guard), EVERYONE)
    if who.is_everyone:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 303)
    if not actor().has(*who.roles):
        raise NotFound
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        db.session.rollback()  # else whoever writes could not take the write lock any more
    return None


def actor() -> Actor:
    """Whoever is signed in and what they may do; asked of the database once for each request.

    Raises:
        NotFound: nobody is signed in.
    """
    if "actor" not in g:
        if not current_user.is_authenticated:
            raise NotFound
        g.actor = actor_of(current_user._get_current_object())  # noqa: SLF001 - Werkzeug's own way
    found: Actor = g.actor
    return found


def actor_of(person: Person) -> Actor:
    """A person as a value, with all they are given."""
    grants = tuple(
        Grant(row.role, row.council_code, row.organization_key, row.hub_key, row.area) for row in person.roles
    )
    return Actor(person.name or person.email, person.id, grants)


def who_may_enter(view: Callable[..., object]) -> Who | None:
    """What a view declared, if it did."""
    return _DECLARED.get(view)


def check(app: Flask) -> None:
    """Raise ``UndeclaredRoute`` unless every route of the application says who may enter."""
    for rule in app.url_map.iter_rules():
        if who_may_enter(app.view_functions[rule.endpoint]) is None:
            raise UndeclaredRoute(f"{rule.rule} does not say who may enter: use public_page or staff_page")
