"""Passkeys: asking a browser to make one, or to use one, and whether its answer is right.

The challenge stands in the session on the server and is taken out when an answer comes: none is taken twice.
"""

import json
import secrets

import webauthn
from flask import current_app, request, session
from flask_security import FSQLALiteUserDatastore
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hubfinder.clock import utc_now
from hubfinder.people.models import Passkey, Person
from hubfinder.web.shared.settings import settings

CHALLENGE = "passkey"
LONGEST_NAME = 64
MOST = 10
"""Passkeys of one person."""
TIMEOUT = 120_000
"""Milliseconds that a browser waits for its person."""
MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
"""What py_webauthn raises of answers that are wrong or none."""


def options_to_make(person: Person) -> str:
    """What a browser is asked for to make a passkey, as JSON."""
    handle = person.fs_webauthn_user_handle or secrets.token_hex(32)
    options = webauthn.generate_registration_options(
        rp_id=_site(),
        rp_name=settings().site_name,
        user_id=handle.encode(),
        user_name=person.email,
        user_display_name=person.name or person.email,
        challenge=_challenge("make", handle),
        timeout=TIMEOUT,
        exclude_credentials=_theirs(person),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def options_to_use(person: Person) -> str:
    """What a browser is asked for to use one of somebody's passkeys, as JSON; empty where they have none."""
    if not person.webauthn:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=_site(),
        challenge=_challenge("use", person.fs_uniquifier),
        timeout=TIMEOUT,
        allow_credentials=_theirs(person),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def make(person: Person, answer: str, name: str) -> bool:
    """Keep the passkey that a browser made, if its answer is right and it is nobody's yet."""
    challenge, handle = _asked("make")
    if not challenge or len(person.webauthn) >= MOST:
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=_origin(),
        )
        transports = json.loads(answer).get("response", {}).get("transports")
    except MALFORMED:
        return False
    store: FSQLALiteUserDatastore = current_app.extensions["accounts"]
    if store.find_webauthn(made.credential_id) is not None:
        return False
    person.fs_webauthn_user_handle = person.fs_webauthn_user_handle or handle
    store.create_webauthn(
        person,
        made.credential_id,
        made.credential_public_key,
        _free_name(person, name),
        made.sign_count,
        "secondary",
        device_type=made.credential_device_type.value,
        backup_state=made.credential_backed_up,
        transports=_known_transports(transports),
    )
    return True


def is_right(person: Person, answer: str) -> bool:
    """Whether a browser used one of somebody's passkeys for what it was asked."""
    challenge, asked_of = _asked("use")
    if not challenge or asked_of != person.fs_uniquifier:
        return False
    try:
        number = base64url_to_bytes(str(json.loads(answer)["rawId"]))
        passkey = next(one for one in person.webauthn if one.credential_id == number)
        used = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_site(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count or 0,
        )
    except (*MALFORMED, StopIteration):
        return False
    passkey.sign_count = used.new_sign_count
    passkey.backup_state = used.credential_backed_up
    passkey.lastuse_datetime = utc_now().replace(tzinfo=None)
    return True


def _challenge(purpose: str, whose: str) -> bytes:
    challenge = secrets.token_bytes(32)
    session[CHALLENGE] = [purpose, bytes_to_base64url(challenge), whose]
    return challenge


def _asked(purpose: str) -> tuple[bytes, str]:
    """The challenge that was put, once, and whose it is; empty if none was."""
    put, challenge, whose = session.pop(CHALLENGE, ("", "", ""))
    return (base64url_to_bytes(challenge), whose) if put == purpose else (b"", "")


def _theirs(person: Person) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in person.webauthn]


def _free_name(person: Person, name: str) -> str:
    """What they call it, so that they can tell it from their others."""
    wanted = " ".join(name.split())[: LONGEST_NAME - 4] or "Passkey"
    taken = {one.name for one in person.webauthn}
    names = [wanted, *(f"{wanted} {number}" for number in range(2, MOST + 2))]
    return next(one for one in names if one not in taken)


def _known_transports(said: object) -> list[str] | None:
    known = {"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"}
    return [one for one in said if one in known] if isinstance(said, list) else None


def _site() -> str:
    """The name that passkeys are bound to; in production one of ``HUBFINDER_TRUSTED_HOSTS``."""
    return request.host.partition(":")[0]


def _origin() -> str:
    return f"{request.scheme}://{request.host}"


def remove(person: Person, key: int) -> bool:
    """Take one of somebody's passkeys away; whether there was one."""
    there = [one for one in person.webauthn if one.id == key]
    for one in there:
        person.webauthn.remove(one)
    return bool(there)


def names_of(passkeys: list[Passkey]) -> list[tuple[int, str]]:
    """Each by its key and what its person calls it."""
    return [(one.id, one.name) for one in passkeys]
