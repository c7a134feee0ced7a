"""Browsers that an account has signed in with before, so that nobody else's wrong answers keep them out.

A cookie says which accounts they are, up to five, without naming them: keyed hashes and a random number,
signed. It opens nothing: whoever steals it may only guess a few times more.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.http import parse_cookie

from hubfinder.people.attempts import Limit, keyed
from hubfinder.web.accounts.library import derived
from hubfinder.web.shared.cookies import host_cookie, set_cookie
from hubfinder.web.shared.settings import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NAME = "hubfinder-device"
LASTS = timedelta(days=180)
ACCOUNTS = 5
QUARTER = timedelta(minutes=15)
FROM_DEVICE, FROM_PLACE_FOR_ACCOUNT, FROM_PLACE, FOR_ACCOUNT = 10, 5, 60, 30
"""Wrong answers: in a quarter of an hour from a known device; for an account from one address; from one
address, where a whole school may sit; and in an hour for an account from all that are not known to it."""
AN_HOUR = timedelta(hours=1)


def limits_for(email: str, purpose: str) -> list[Limit]:
    """How many wrong answers are taken for an account from whoever asks; ``purpose``: password, code, link.

    A device that the account knows has a count of its own and no other: nobody can use up its tries.
    """
    key = derived(settings(), "attempts")
    account = _account(email)
    number = _known().get(account)
    if number:
        return [Limit(keyed(key, purpose, "device", account, number), FROM_DEVICE, QUARTER)]
    place = _place()
    return [
        Limit(keyed(key, purpose, "both", account, place), FROM_PLACE_FOR_ACCOUNT, QUARTER),
        Limit(keyed(key, purpose, "place", place), FROM_PLACE, QUARTER),
        Limit(keyed(key, purpose, "account", account), FOR_ACCOUNT, AN_HOUR),
    ]


def is_known(email: str) -> bool:
    """Whether this browser has signed in to an account before."""
    return _account(email) in _known()


def remember(email: str) -> None:
    """From now on this browser is known to the account: it has shown what only its person has."""
    known = _known()
    account = _account(email)
    number = known.pop(account, "") or secrets.token_urlsafe(12)
    kept = [(account, number), *known.items()][:ACCOUNTS]

    @after_this_request
    def _set(response: Response) -> Response:
        set_cookie(response, NAME, _signing().dumps(kept), LASTS)
        return response


def _known() -> dict[str, str]:
    """The number of this browser for each account that knows it."""
    try:
        said = _signing().loads(
            request.cookies.get(host_cookie(NAME), ""), max_age=int(LASTS.total_seconds())
        )
    except BadSignature:
        return {}
    return {str(account): str(number) for account, number in said}


def _account(email: str) -> str:
    return keyed(derived(settings(), "devices"), email)


def _place() -> str:
    """The address that somebody asks from; of the new kind the first half: one household or office."""
    address = request.remote_addr or ""
    return ":".join(address.split(":")[:4]) if ":" in address else address


def is_known_device(app: Flask) -> Callable[["WSGIEnvironment"], bool]:
    """What tells of a request, before all else is read, whether its browser has signed in before."""
    signing = _signing_of(app)
    lasts = int(LASTS.total_seconds())

    def is_known(environ: "WSGIEnvironment") -> bool:
        cookies = parse_cookie(environ)
        said = cookies.get(f"__Host-{NAME}") or cookies.get(NAME, "")
        try:
            return bool(said) and bool(signing.loads(said, max_age=lasts))
        except BadSignature:
            return False

    return is_known


def _signing() -> URLSafeTimedSerializer:
    return _signing_of(current_app)


def _signing_of(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(app.secret_key), salt="hubfinder-device")
