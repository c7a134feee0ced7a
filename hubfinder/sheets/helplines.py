"""Numbers to ring or text in a crisis, on every sheet."""

from hubfinder.directory.models import Phone, Service
from hubfinder.display.language import locale
from hubfinder.display.words import gettext
from hubfinder.sheets.furniture import CRISIS
from hubfinder.sheets.texts import listed_text
from hubfinder.sheets.values import Helpline, Text
from hubfinder.vocab import PhoneType

WHAT = 130
ENGLISH = "en"


def helpline_of(line: Service) -> Helpline:
    """One line: a name everybody knows, whom it is for, and its numbers."""
    known = CRISIS.get(line.key)
    return Helpline(
        key=line.key,
        name=Text(line.name, ENGLISH if locale() != ENGLISH else ""),
        what=Text(str(known)) if known else listed_text(line.summary, most=WHAT),
        numbers=tuple(_number(phone) for phone in sorted(line.phones, key=_texts_last)),
    )


def _texts_last(phone: Phone) -> bool:
    return phone.type is PhoneType.TEXT


def _number(phone: Phone) -> str:
    """``116 123``, or what to send where: ``Text SHOUT to 85258``."""
    if phone.type is not PhoneType.TEXT:
        return phone.number
    word = _word(phone)
    if word:
        return gettext("text %(word)s to %(number)s", word=word, number=phone.number)
    return gettext("text %(number)s", number=phone.number)


def _word(phone: Phone) -> str:
    """The word to send, in "Text SHOUT to 85258"; empty where any words will do."""
    return next(
        (word for word in phone.description.split() if len(word) > 1 and word.isupper() and word.isalpha()),
        "",
    )
