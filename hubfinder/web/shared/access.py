"""Who may enter which page: every route says so; an application with one that does not, does not start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from hubfinder.database import begin_reading
from hubfinder.extensions import db
from hubfinder.people.models import Person
from hubfinder.people.values import Actor, Grant
from hubfinder.staff_vocab import Role
from hubfinder.web.shared import cookies
from hubfinder.web.shared.fresh import READS, waiting_address

View = Callable[..., ResponseReturnValue]
ALL_STAFF = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Who:
    """Who may enter a page: everyone, or those with one of these roles, or whoever is signed in."""

    roles: frozenset[Role] = frozenset()
    is_everyone: bool = False
    is_signed_in: bool = False
    """Whatever their roles: pages about their own account."""


EVERYONE = Who(is_everyone=True)
SIGNED_IN = Who(is_signed_in=True)
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


def family_page(
    blueprint: Blueprint, rule: str, *, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """As ``public_page``, in every language of the sheets: whoever needs help asks in their own."""
    return _declare(blueprint, rule, EVERYONE, translated=True, methods=methods, language="family_language")


def staff_page(
    blueprint: Blueprint, rule: str, *roles: Role, methods: Sequence[str] = ("GET",)
) -> Callable[[View], View]:
    """Put a page for those with one of these roles at ``rule``, in every language as public pages are.

    Which objects they may see there, the page asks of the rooms: by council, organization, hub.
    """
    return _declare(blueprint, rule, Who(frozenset(roles)), translated=True, methods=methods)


def own_page(blueprint: Blueprint, rule: str, *, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
    """Put a page for whoever is signed in at ``rule``, in every language: it is about them alone."""
    return _declare(blueprint, rule, SIGNED_IN, translated=True, methods=methods)


def _declare(
    blueprint: Blueprint,
    rule: str,
    who: Who,
    *,
    translated: bool,
    methods: Sequence[str] = ("GET",),
    language: str = "language",
) -> Callable[[View], View]:
    def declare(view: View) -> View:
        _DECLARED[view] = who
        if translated:
            blueprint.add_url_rule(rule, view_func=view, defaults={"lang": "en"}, methods=methods)
            blueprint.add_url_rule(f"/<{language}:lang>{rule}", view_func=view, methods=methods)
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
    """Somebody without the role is told what they would be told if there were no such page.

    Nobody counts as signed in without their second factor: the session gets a person only with it.
    """
    who = _DECLARED.get(current_app.view_functions.get(request.endpoint or "", _guard), EVERYONE)
    if who.is_everyone:
        return None
    begin_reading(db.session)
    if not is_signed_in():
        return _to_sign_in()
    if not who.is_signed_in and not actor().has(*who.roles):
        raise NotFound
    if request.method not in READS:
        db.session.rollback()  # else whoever writes could not take the write lock any more
    cookies.somebody_is_there()
    return None


def is_signed_in() -> bool:
    """Whether somebody is, with the password and the second factor, who may still sign in."""
    return bool(current_user.is_authenticated) and cookies.FACTOR_AT in session


_SIGNED_OUT: dict[str, Callable[[], ResponseReturnValue]] = {}


def when_signed_out(answer: Callable[[], ResponseReturnValue], *endpoints: str) -> None:
    """What to answer to a form of somebody whose sign-in has ended, so that nothing typed is lost.

    Nobody is signed in when it is asked: it may give back what was sent, and nothing else.
    """
    _SIGNED_OUT.update(dict.fromkeys(endpoints, answer))


def _to_sign_in() -> ResponseReturnValue:
    """From there back to this address, if it can be looked at; a form only where a page keeps it."""
    giving_back = _SIGNED_OUT.get(request.endpoint or "") if request.method == "POST" else None
    if giving_back:
        return giving_back()
    ended = "1" if cookies.visit().has_ended else None
    address = url_for("accounts.sign_in", next=waiting_address() or None, ended=ended)
    answer = redirect(address, 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def actor() -> Actor:
    """Whoever is signed in and what they may do; asked of the database once for each request.

    Raises:
        NotFound: nobody is signed in.
    """
    if "actor" not in g:
        if not is_signed_in():
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
