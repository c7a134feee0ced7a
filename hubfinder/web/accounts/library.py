"""What Flask-Security does here, and what it is kept from doing (docs/decisions/0024-accounts.md).

It loads people, hashes passwords, makes and checks one-time codes and recovery codes, and signs links. Its
own pages are not there: their defaults would let a code work three times, follow the Host header, tell who
has an account, and stand outside the languages and the transactions of hubfinder.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from flask import Flask
from flask_login.utils import _user_context_processor
from flask_security import FSQLALiteUserDatastore, Security, UserMixin
from flask_security.recoverable import generate_reset_password_token, reset_password_token_status
from flask_security.totp import Totp
from passlib.totp import TotpMatch

from hubfinder.extensions import db
from hubfinder.people.models import Passkey, Person, RoleGrant
from hubfinder.settings import Settings

RECOVERY_CODES = 10
HASHING = {"argon2__type": "ID", "argon2__memory_cost": 65536, "argon2__rounds": 2, "argon2__parallelism": 1}
"""64 MiB, two rounds: three times the memory that OWASP asks for."""
STEP_SECONDS = 30
"""How long a one-time code lasts; the one before and the one after are taken too: clocks differ."""
KEPT_STEPS = 3
LINK_MINUTES = 60
"""How long a link for a new password holds."""


class OnceOnly(Totp):
    """One-time codes that work once: nothing at or before the last step used is taken again."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        return max(cast("Person", user).used_codes, default=None)

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        person = cast("Person", user)
        person.used_codes = [*person.used_codes, tmatch.counter][-KEPT_STEPS:]


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application people who can sign in, without any page."""
    app.config.update(
        SECURITY_PASSWORD_SALT=derived(settings, "passwords"),
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a way to hash
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=HASHING,
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=RECOVERY_CODES,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[fernet_key(settings, "recovery codes")],
        SECURITY_TOTP_SECRETS={1: derived(settings, "one-time codes")},
        SECURITY_TOTP_ISSUER=settings.site_name.replace(":", " "),
        SECURITY_RESET_PASSWORD_WITHIN=timedelta(minutes=LINK_MINUTES),
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SESSION_PROTECTION=None,  # telephones change their address all day
    )
    store = FSQLALiteUserDatastore(db, Person, RoleGrant, Passkey)
    security = Security(app, store, register_blueprint=False, totp_cls=OnceOnly)
    app.extensions["accounts"] = store
    _only_by_session(app, security)


def derived(settings: Settings, purpose: str) -> str:
    """A key of its own for each purpose, all from the one secret of the instance."""
    return hmac.new(settings.session_key.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def fernet_key(settings: Settings, purpose: str) -> bytes:
    return base64.urlsafe_b64encode(bytes.fromhex(derived(settings, purpose)))


def token_of_link(person: Person) -> str:
    """What stands in a link for a new password: signed, of this person, until their sessions are ended."""
    token: str = generate_reset_password_token(person)  # type: ignore[no-untyped-call]
    return token


def person_of_link(token: str) -> Person | None:
    """Whom a link for a new password is for; none once it was used, is too old, or they are disabled."""
    expired, invalid, person = reset_password_token_status(token)  # type: ignore[no-untyped-call]
    is_good = person is not None and not expired and not invalid and person.active
    return cast("Person", person) if is_good else None


def _only_by_session(app: Flask, security: Security) -> None:
    """Nobody signs in by a token in a header or an address, or by a cookie that remembers them.

    And no page asks who is signed in unless it wants to know: else each would read the session.
    """
    manager = security.login_manager
    manager._request_callback = lambda _request: None  # noqa: SLF001 - it has no way to take one away
    manager._load_user_from_remember_cookie = lambda _cookie: None  # noqa: SLF001
    _take_out(app.after_request_funcs, manager._update_remember_cookie)  # noqa: SLF001
    _take_out(app.before_request_funcs, security.principal._on_before_request)  # noqa: SLF001
    _take_out(app.template_context_processors, _user_context_processor)


def _take_out(functions: dict[str | None, list[Any]], unwanted: Callable[..., object]) -> None:
    functions[None] = [function for function in functions.get(None, []) if function != unwanted]
