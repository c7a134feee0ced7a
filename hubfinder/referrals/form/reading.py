"""What somebody typed into the fields of a step, read into answers, and what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import LazyString, lazy_gettext

from hubfinder.clock import today
from hubfinder.display.language import SPOKEN_TOO
from hubfinder.display.words import gettext
from hubfinder.places.values import Postcode
from hubfinder.post.values import is_address
from hubfinder.referrals.form.days import day_of, span_of
from hubfinder.referrals.form.fields import Answers, Field, Kind, Step

Typed = Mapping[str, Sequence[str]]
"""Name of a control to what was sent of it."""
MOST_LANGUAGES = 12
_UNSEEN_BUT_NEEDED = frozenset("\u200c\u200d")
"""They join letters and pictures, in Persian as in emoji; all other signs nobody sees are taken out."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs of which nothing is seen."""
_CODE = re.compile(r"[a-z]{2}")
_DAYS_OF_A_PREGNANCY = 300
_OLDEST = date(1900, 1, 1)
_NO_DAY = lazy_gettext("Type a date like 27 3 2019")
_NOT_YET = lazy_gettext("This date is still to come")
_NO_DUE_DAY = lazy_gettext("This is not when a baby can be due")
_NO_POSTCODE = lazy_gettext("Type a whole postcode like ZA1 4QT")
_NO_TELEPHONE = lazy_gettext("Type a telephone number like 01632 960001")
_NO_EMAIL = lazy_gettext("Type an email address like name@example.org")


@dataclass(slots=True)
class Reading:
    """A step as somebody filled it in."""

    values: dict[str, Any] = field(default_factory=dict)
    """By field, as ``answers.told`` reads them; what is wrong stands here too, to be shown again."""
    errors: dict[str, str] = field(default_factory=dict)
    """By field, in the language of the page."""


def read(step: Step, typed: Typed, answers: Answers, needs: Sequence[str] = ()) -> Reading:
    """Read a step. ``needs`` are the keys that a field of that kind may hold."""
    found = Reading()
    asked = step.asked(answers)
    for one in asked:
        if one.kind is Kind.MEMBERS:
            found.values[one.name] = answers.get(one.name) or []
            continue
        value, error = _READERS[one.kind](one, typed, needs)
        found.values[one.name] = value
        if error:
            found.errors[one.name] = error
    together = {**answers, **found.values}
    for one in asked:
        if one.missing and not found.values[one.name] and one.name not in found.errors:
            _missed(found, one, together)
    if step.names >= {"kind", "born"}:
        _check_day(found)
    return found


def _missed(found: Reading, one: Field, together: Answers) -> None:
    if one.is_needed(together):
        found.errors[one.name] = str(one.missing)


def line_of(text: str) -> str:
    """One line, single spaces, and nothing that nobody sees."""
    return _said(" ".join(_seen(text.replace("\n", " ")).split()))


def words_of(text: str) -> str:
    """Lines as typed, without what nobody sees, at most one of them empty in a row."""
    lines = [
        " ".join(line.split()) for line in _seen(text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    ]
    return _said(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip())


def _said(text: str) -> str:
    """The same; nothing where nobody could read any of it: joiners, blanks, marks that stand on no letter."""
    is_said = any(sign not in _BLANK and unicodedata.category(sign)[0] in "LNPS" for sign in text)
    return text if is_said else ""


def _seen(text: str) -> str:
    """Without control characters, marks that turn the direction of the text, and halves of characters."""
    plain = unicodedata.normalize("NFC", text.replace("\t", " "))
    return "".join(
        sign
        for sign in plain
        if sign == "\n" or sign in _UNSEEN_BUT_NEEDED or unicodedata.category(sign)[0] != "C"
    )


Read = tuple[Any, str]
"""A value, and what is wrong with it."""


def _first(typed: Typed, name: str) -> str:
    values = typed.get(name) or [""]
    return values[0]


def _choice(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    value = _first(typed, one.name)
    return (value, "") if value in (one.options or {}) else ("", "")


def _many(one: Field, typed: Typed, needs: Sequence[str]) -> Read:
    allowed = needs if one.kind is Kind.NEEDS else one.options or {}
    sent = frozenset(typed.get(one.name) or ())
    return [code for code in allowed if code in sent], ""


def _tick(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    return ("yes" if _first(typed, one.name) == "yes" else ""), ""


def _line(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    return _measured(one, line_of(_first(typed, one.name)))


def _words(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    return _measured(one, words_of(_first(typed, one.name)))


def _measured(one: Field, text: str) -> Read:
    if len(text) <= one.longest:
        return text, ""
    return text, gettext("Use at most %(most)s characters", most=f"{one.longest:,}")


def _postcode(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    text, error = _line(one, typed, ())
    if error or not text:
        return text, error
    known = Postcode.parse(unicodedata.normalize("NFKC", text))
    return (str(known), "") if known else (text, str(_NO_POSTCODE))


def _telephone(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    text, error = _line(one, typed, ())
    if error or not text:
        return text, error
    plain = "".join(str(unicodedata.digit(sign, sign)) for sign in unicodedata.normalize("NFKC", text))
    digits = re.sub(r"\D", "", plain)
    is_one = 7 <= len(digits) <= 15 and re.fullmatch(r"[+(0-9][0-9 ()./-]*(?: ?(?:x|ext\.?) ?[0-9]+)?", plain)
    return (plain, "") if is_one else (text, str(_NO_TELEPHONE))


def _email(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    text, error = _line(one, typed, ())
    if error or not text or is_address(text):
        return text, error
    return text, str(_NO_EMAIL)


def _languages(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    sent = [*(typed.get(one.name) or ()), *(typed.get(f"{one.name}_other") or ())]
    codes = dict.fromkeys(code for code in sent if _CODE.fullmatch(code) or code in SPOKEN_TOO)
    return list(codes)[:MOST_LANGUAGES], ""


def _day(one: Field, typed: Typed, _needs: Sequence[str]) -> Read:
    """What is known of a day, in the digits of any script; as typed where that is none."""
    parts = [line_of(_first(typed, f"{one.name}_{part}"))[:20] for part in ("day", "month", "year")]
    if not any(parts):
        return "", ""
    try:
        return day_of(*parts), ""
    except (ValueError, OverflowError):
        return "-".join(reversed(parts)), str(_NO_DAY)


def _check_day(found: Reading) -> None:
    """Somebody who is there was born already; somebody who is not will be before long."""
    if found.errors.get("born") or not found.values["born"]:
        return
    first, last = span_of(found.values["born"])
    ahead = timedelta(_DAYS_OF_A_PREGNANCY)
    error: LazyString | None = None
    if found.values["kind"] == "unborn":
        error = _NO_DUE_DAY if first - today() > ahead or today() - last > ahead else None
    elif first > today():
        error = _NOT_YET
    elif last < _OLDEST:
        error = _NO_DAY
    if error:
        found.errors["born"] = str(error)


_READERS: dict[Kind, Callable[[Field, Typed, Sequence[str]], Read]] = {
    Kind.CHOICE: _choice,
    Kind.SELECT: _choice,
    Kind.MANY: _many,
    Kind.TICK: _tick,
    Kind.LINE: _line,
    Kind.WORDS: _words,
    Kind.DAY: _day,
    Kind.POSTCODE: _postcode,
    Kind.TELEPHONE: _telephone,
    Kind.EMAIL: _email,
    Kind.LANGUAGES: _languages,
    Kind.NEEDS: _many,
}
