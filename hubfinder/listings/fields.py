"""Reading the fields of a content that anybody may have written, with a plain message for each problem."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any, TypeVar

from hubfinder.directory.plain import (
    EMAIL,
    KEY,
    LANGUAGES,
    OLDEST,
    TELEPHONE,
    YOUNGEST,
    in_paragraphs,
    is_web_address,
    plain_text,
    with_scheme,
)
from hubfinder.directory.values import Malformed
from hubfinder.display.words import gettext

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
MOST_PARTS = 200
"""Parts of a list: sessions, areas, places."""


class Refused(Exception):
    """A value is not what it should be; the message is for whoever wrote it."""


@dataclass(slots=True)
class Fields:
    """A content, and what is wrong with it as far as it was read."""

    content: Mapping[str, Any]
    problems: list[tuple[str, str]] = field(default_factory=list)

    def take(self, name: str, read: Callable[[Any], T], otherwise: T) -> T:
        """What ``read`` makes of a field; ``otherwise`` where it is not there, or is refused."""
        value = self.content.get(name)
        if value is None:
            return otherwise
        try:
            return read(value)
        except Refused as refused:
            self.problems.append((name, str(refused)))
            return otherwise

    def line(self, name: str, longest: int = 255) -> str:
        """Plain text on one line."""
        return self.take(name, lambda value: " ".join(plain(value, longest).split()), "")

    def paragraphs(self, name: str, longest: int) -> str:
        return self.take(name, lambda value: plain(value, longest), "")

    def one(self, name: str, enum: type[E]) -> E | None:
        return self.take(name, lambda value: member(value, enum) if value else None, None)

    def some(self, name: str, enum: type[E]) -> tuple[E, ...]:
        """Members of an enum, each once, in the order given."""
        return self.parts(name, lambda part: member(part, enum))

    def parts(self, name: str, read: Callable[[Any], T]) -> tuple[T, ...]:
        """What ``read`` makes of each part of a list, each once, in the order given."""
        return self.take(name, lambda value: tuple(dict.fromkeys(map(read, listed(value)))), ())

    def keys(self, name: str) -> tuple[str, ...]:
        return self.parts(name, key)

    def yes(self, name: str) -> bool:
        return self.take(name, truth, False)

    def age(self, name: str) -> int | None:
        """Months."""
        return self.take(name, months, None)

    def need(self, name: str, value: object, why: str) -> None:
        """Note that a field is missing, unless something else is wrong with it."""
        if not value and name not in dict(self.problems):
            self.problems.append((name, why))

    def refuse(self, name: str, why: str) -> None:
        self.problems.append((name, why))


def plain(value: object, longest: int) -> str:
    """Plain text: tags go, control characters are refused."""
    text = string(value)
    if len(text) > longest:
        raise Refused(gettext("Use at most %(most)s characters", most=f"{longest:,}"))
    try:
        return in_paragraphs(plain_text(text))
    except Malformed:
        raise Refused(gettext("Write plain text, without tags and signs that cannot be seen")) from None


def string(value: object) -> str:
    if not isinstance(value, str):
        raise Refused(gettext("Write this as text"))
    return value


def short(value: object) -> str:
    """Plain text on one line, as in a note."""
    return " ".join(plain(value or "", 255).split())


def member(value: object, enum: type[E]) -> E:
    try:
        return enum(string(value))
    except ValueError:
        raise Refused(gettext("Choose one of the answers")) from None


def listed(value: object) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise Refused(gettext("Write this as a list"))
    if len(value) > MOST_PARTS:
        raise Refused(gettext("Give at most %(most)s", most=MOST_PARTS))
    return value


def object_of(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Refused(gettext("Part of this is missing"))
    return value


def key(value: object) -> str:
    text = string(value)
    if len(text) > 160 or not KEY.fullmatch(text):
        raise Refused(gettext("Choose one of the answers"))
    return text


def truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise Refused(gettext("Choose yes or no"))
    return value


def months(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not YOUNGEST <= value <= OLDEST:
        raise Refused(gettext("Give an age between pregnancy and 100 years"))
    return value


def day(value: object) -> date:
    try:
        return date.fromisoformat(string(value))
    except ValueError:
        raise Refused(gettext("Give a date, such as 2026-12-22")) from None


def time_of_day(value: object) -> time:
    hour, colon, minute = string(value).partition(":")
    if not (colon and hour.isdecimal() and minute.isdecimal() and len(hour) == len(minute) == 2):
        raise Refused(gettext("Give a time of day, such as 09:30"))
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise Refused(gettext("Give a time of day, such as 09:30")) from None


def pounds(value: object) -> float | None:
    """Pounds and whole pence; none where only words are known."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1_000_000:
        raise Refused(gettext("Give an amount in pounds, such as 2.50"))
    return round(float(value), 2)


def telephone(value: object) -> str:
    text = " ".join(string(value).split())
    if text and (len(text) > 60 or not TELEPHONE.fullmatch(text)):
        raise Refused(gettext("Give a telephone number, such as 01632 960001"))
    return text


def email(value: object) -> str:
    text = string(value).strip()
    if text and (len(text) > 255 or not EMAIL.fullmatch(text)):
        raise Refused(gettext("Give an email address, such as hello@example.org"))
    return text


def website(value: object) -> str:
    address = with_scheme(string(value).strip())
    if address and (len(address) > 2_000 or not is_web_address(address)):
        raise Refused(gettext("Give a web address, such as https://www.example.org"))
    return address


def language(value: object) -> str:
    code = string(value).lower()
    if code not in LANGUAGES:
        raise Refused(gettext("Choose a language from the list"))
    return code


def unknown(content: Mapping[str, Any], known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Problems of fields that no listing has."""
    for name in content:
        if name not in known:
            yield str(name)[:60], gettext("There is no such field")
