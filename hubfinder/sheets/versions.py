"""Version codes: eight letters and figures that say which sheet this is, the same for the same content."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.display.language import speaking
from hubfinder.display.words import gettext
from hubfinder.settings import Settings
from hubfinder.sheets.fingerprints import digest_of
from hubfinder.sheets.models import SheetVersion
from hubfinder.sheets.orders import ScopeKind
from hubfinder.sheets.values import Fitted, Sheet, Version
from hubfinder.sheets.waiting import waiting_digest

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U, which people read as something else."""
LENGTH = 8
WAS = "was"
"""Of a list nothing is kept, so its code leads to the list itself with the code it had."""
_BITS = 5
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def with_version(session: Session, fitted: Fitted, settings: Settings) -> Sheet:
    """The fitted sheet with its code, the address that says if it is still right, and the words to it."""
    sheet = fitted.sheet
    code = code_for(session, digest_of(sheet), settings.sheets_dir)
    return replace(sheet, version=_version(sheet, code, settings.site_address))


def with_room_for_version(sheet: Sheet, settings: Settings) -> Sheet:
    """With a version that takes the room of the true one, which there is only once the sheet is cut."""
    return replace(sheet, version=_version(sheet, ALPHABET[0] * LENGTH, settings.site_address))


def code_for(session: Session, digest: str, folder: Path) -> str:
    """The first code of a digest that no other sheet has: two in a million million would share one."""
    codes = codes_of(digest)
    for code in codes:
        holder = session.scalar(select(SheetVersion.digest).where(SheetVersion.code == code))
        holder = holder or waiting_digest(folder, code)
        if holder in (None, digest):
            return code
    return codes[-1]


def codes_of(digest: str) -> list[str]:
    """All the codes a digest (hexadecimal) can have, one after the other out of its bits."""
    number = int(digest, 16)
    letters = []
    for _ in range(len(digest) * 4 // _BITS):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    whole = "".join(letters)
    return [whole[start : start + LENGTH] for start in range(0, len(whole) - LENGTH + 1, LENGTH)]


def read_code(text: str) -> str | None:
    """A code as somebody typed it: small letters, spaces, dashes and letters misread are forgiven."""
    plain = "".join(sign for sign in text.upper() if not sign.isspace() and sign not in "-–—.")
    code = plain.translate(_MISREAD)
    return code if len(code) == LENGTH and all(sign in ALPHABET for sign in code) else None


def spaced(code: str) -> str:
    """As people read it: ``7KXQ-2M9P``."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def _version(sheet: Sheet, code: str, site: str) -> Version:
    with speaking(sheet.language):
        if sheet.order.scope.kind is ScopeKind.LIST:
            href = f"{site}/sheet?{sheet.order.query()}&{WAS}={code}"
            return Version(code, href, href, gettext("Is this sheet still right? Scan this code."))
        host = site.partition("://")[2]
        words = gettext(
            "Is this sheet still right? Scan, or type %(code)s at %(address)s",
            code=spaced(code),
            address=f"{host}/v",
        )
    return Version(code, f"{site}/v/{code}", f"{site.upper()}/V/{code}", words)
