"""The second factor: whether what somebody shows is right, and new ones. In the caller's transaction."""

import io

import segno
from flask import current_app
from flask_security import Security
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people import attempts
from hubfinder.people.models import Person
from hubfinder.web.accounts import coming_in, devices, passkeys
from hubfinder.web.accounts.library import STEP_SECONDS
from hubfinder.web.shared.settings import settings

APP = "authenticator"
DIGITS = 6
CODE, RECOVERY_CODE, PASSKEY = "code", "recovery code", "passkey"


def answered(person_id: int, email: str, form: MultiDict[str, str]) -> tuple[Person | None, str]:
    """Look at what somebody shows; ``CODE``, ``RECOVERY_CODE`` or ``PASSKEY`` if it is right, else nothing.

    Begins to write. If it is right the transaction is still open, for what comes of it; else it has ended
    and the wrong answer was counted.

    Raises:
        TooManyTries: it is not looked at.
    """
    db.session.rollback()
    begin_writing(db.session)
    person = coming_in.locked(person_id)
    counted = attempts.count(db.session, devices.limits_for(email, "code"))
    shown = _shown(person, form) if person else ""
    if not shown:
        db.session.commit()
        return None, ""
    attempts.forgive(db.session, counted)
    return person, shown


def _shown(person: Person, form: MultiDict[str, str]) -> str:
    if form.get("credential"):
        return PASSKEY if passkeys.is_right(person, form["credential"]) else ""
    typed = "".join(form.get("code", "").split()).replace("-", "").lower()
    if len(typed) == DIGITS and typed.isascii() and typed.isdigit():
        return CODE if is_code_of(person, typed) else ""
    return RECOVERY_CODE if _use_recovery_code(person, typed) else ""


def is_code_of(person: Person, code: str, secret: str = "") -> bool:
    """Whether a one-time code is right, of their secret or of one they are setting up. It works once."""
    there = secret or person.tf_totp_secret
    if not there:
        return False
    is_right: bool = _security().totp_factory.verify_totp(code, there, person, window=STEP_SECONDS)
    return is_right


def _use_recovery_code(person: Person, typed: str) -> bool:
    util = _security().mf_recovery_codes_util
    code = "-".join(typed[start : start + 4] for start in range(0, len(typed), 4))
    if not util.check_recovery_code(person, code):
        return False
    util.delete_recovery_code(person, code)
    return True


def new_recovery_codes(person: Person) -> list[str]:
    """Ten codes for when the telephone is gone; those from before work no more."""
    codes: list[str] = _security().mf_recovery_codes_util.create_recovery_codes(person)
    return codes


def new_secret() -> str:
    """A secret for an authenticator app, encrypted."""
    made: str = _security().totp_factory.generate_totp_secret()
    return made


def plain_secret(secret: str) -> str:
    """A secret as somebody types it into their app: groups of four letters."""
    shown: str = _security().totp_factory.get_totp_pretty_key(secret)
    return shown.replace("-", " ")


def picture(person: Person, secret: str) -> Markup:
    """A QR code for the app, drawn here: nothing is fetched, and nothing is kept."""
    address = _security().totp_factory.get_totp_uri(person.email, secret)
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, scale=4, border=4, svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704 - segno's own drawing


def keep_app(person: Person, secret: str) -> None:
    """From now on codes come from this app and no other."""
    person.tf_totp_secret, person.tf_primary_method = secret, APP


def remove_app(person: Person) -> None:
    person.tf_totp_secret = person.tf_primary_method = None
    person.used_codes = []


def codes_left(person: Person) -> int:
    return len(person.mf_recovery_codes or [])


def issuer() -> str:
    """How the app calls this site."""
    return settings().site_name.replace(":", " ")


def _security() -> Security:
    found: Security = current_app.extensions["security"]
    return found
