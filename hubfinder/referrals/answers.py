"""What somebody told us, as values.

What is sealed is a mapping of field to answer, as the steps ask for it, so that a form of an older version
can still be read. Whatever is missing was not said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T", bound=StrEnum)
Answers = Mapping[str, Any]
"""Field to answer: text, a list of codes, or a list of mappings (``people``, ``helpers``)."""


class Who(StrEnum):
    """Who fills in the form."""

    FAMILY = "family"
    """For myself or my family."""
    YOUNG_PERSON = "young_person"
    PROFESSIONAL = "professional"


class Danger(StrEnum):
    """Is somebody in danger now?"""

    NO = "no"
    YES = "yes"
    UNSURE = "unsure"


class Is(StrEnum):
    """A person of the family."""

    CHILD = "child"
    ADULT = "adult"
    UNBORN = "unborn"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the family."""

    id: str
    """Unique in this request, so that a person can be corrected."""
    name: str
    kind: Is
    born: date | None = None
    """Of an unborn child the day it is expected. None where only the month or the year is known."""
    relation: str = ""
    """A code of ``words.RELATIONS``."""
    is_asking: bool = False
    born_in: str = ""
    """``2019`` or ``2019-03``, where no more is known."""


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who helps the family already: a key worker, a health visitor, a teacher."""

    name: str
    role: str = ""
    organization: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number, and what is safe with it. None: nobody said, which is not safe."""

    number: str = ""
    call: bool | None = None
    text: bool | None = None
    voicemail: bool | None = None
    say_who: bool | None = None
    """Whether whoever answers may hear who is calling."""
    when: tuple[str, ...] = ()
    """Codes of ``words.TIMES``: when to call; by day where empty and calling is safe."""
    ask_for: str = ""


@dataclass(frozen=True, slots=True)
class EmailContact:
    address: str = ""
    write: bool | None = None
    say_who: bool | None = None


@dataclass(frozen=True, slots=True)
class Letters:
    lines: tuple[str, ...] = ()
    postcode: str = ""
    write: bool | None = None
    say_who: bool | None = None


@dataclass(frozen=True, slots=True)
class Professional:
    """Whoever asks for a family they work with."""

    name: str = ""
    role: str = ""
    """A code of ``words.PROFESSIONS``."""
    organization: str = ""
    telephone: str = ""
    email: str = ""
    family_knows: str = ""
    """``yes``, ``partly`` or ``no``."""
    why_not: str = ""
    """Why the family was not told, or has not agreed."""


@dataclass(frozen=True, slots=True)
class Told:
    """A whole request."""

    danger: Danger = Danger.NO
    who: Who = Who.FAMILY
    professional: Professional = Professional()
    people: tuple[Member, ...] = ()
    postcode: str = ""
    no_address: bool = False
    """They have no fixed address, or will not say."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 of what the family speaks."""
    interpreter: bool = False
    access: tuple[str, ...] = ()
    """Codes of ``words.ACCESS``: what they need to take part."""
    access_more: str = ""
    helpers: tuple[Helper, ...] = ()
    story: str = ""
    wanted: str = ""
    needs: tuple[str, ...] = ()
    """Keys of the needs of the taxonomy."""
    tried: str = ""
    child_matters: str = ""
    child_words: str = ""
    telephone: Telephone = Telephone()
    email: EmailContact = EmailContact()
    letters: Letters = Letters()
    contact_ok: bool | None = None
    """Consent to be contacted."""
    home_knows: bool | None = None
    """Of a young person: whether somebody at home knows that they ask."""
    home_ok: bool | None = None
    """Of a young person: whether we may talk to somebody at home."""
    share_with: tuple[str, ...] = ()
    """Codes of ``sharing.Partner``: with whom the family agreed to share. Nobody where not all of it know."""
    share_what: tuple[str, ...] = ()
    """Codes of ``sharing.Group``: what of it."""
    no_consent_why: str = ""
    """Why a concern is passed on without consent."""
    service: str = ""
    """Key of the service whose page they came from."""
    language: str = "en"
    """Of the pages on which they wrote."""
    said: Answers = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """What to call the family: whoever asks, else the first of them."""
        asking = [one.name for one in self.people if one.is_asking]
        return next(iter([*asking, *(one.name for one in self.people if one.name)]), "")

    @property
    def is_family_told(self) -> bool:
        """Whether all of the family know of the request: not where somebody who works with them says less."""
        return speaks_for_family(self.said)

    @property
    def is_kept_from_home(self) -> bool:
        """Whether nobody at home may be told: where a young person did not say that we may."""
        return self.home_ok is False or (self.who is Who.YOUNG_PERSON and self.home_ok is None)

    @property
    def is_urgent(self) -> bool:
        return self.danger is not Danger.NO


def speaks_for_family(answers: Answers) -> bool:
    """Whether whoever asks can say what the family agrees to: not somebody who works with them, unless they
    say that all of the family know.
    """
    return answers.get("who") != Who.PROFESSIONAL or answers.get("family_knows") == "yes"


def told(answers: Answers) -> Told:
    """What somebody told us; whatever is malformed counts as not said.

    Of a family that does not know nobody has agreed to anything, whatever stands there.
    """
    agreed = answers if speaks_for_family(answers) else {}
    return Told(
        danger=_one_of(Danger, answers.get("danger"), Danger.NO),
        who=_one_of(Who, answers.get("who"), Who.FAMILY),
        professional=_professional(answers),
        people=tuple(_member(one) for one in _rows(answers, "people")),
        postcode=_text(answers, "postcode"),
        no_address=_yes(answers, "no_address") is True,
        languages=_codes(answers, "languages"),
        interpreter=_yes(answers, "interpreter") is True,
        access=_codes(answers, "access"),
        access_more=_text(answers, "access_more"),
        helpers=tuple(_helper(one) for one in _rows(answers, "helpers")),
        story=_text(answers, "story"),
        wanted=_text(answers, "wanted"),
        needs=_codes(answers, "needs"),
        tried=_text(answers, "tried"),
        child_matters=_text(answers, "child_matters"),
        child_words=_text(answers, "child_words"),
        telephone=_telephone(answers),
        email=EmailContact(
            _text(answers, "email"), _yes(answers, "email_write"), _yes(answers, "email_say_who")
        ),
        letters=_letters(answers),
        contact_ok=_yes(answers, "contact_ok"),
        home_knows=_yes(answers, "home_knows"),
        home_ok=_yes(answers, "home_ok"),
        share_with=_codes(agreed, "share_with"),
        share_what=_codes(agreed, "share_what"),
        no_consent_why=_text(answers, "no_consent_why"),
        service=_text(answers, "service"),
        language=_text(answers, "language") or "en",
        said=dict(answers),
    )


def _professional(answers: Answers) -> Professional:
    return Professional(
        _text(answers, "pro_name"),
        _text(answers, "pro_role"),
        _text(answers, "pro_organization"),
        _text(answers, "pro_telephone"),
        _text(answers, "pro_email"),
        _text(answers, "family_knows"),
        _text(answers, "family_not_told_why"),
    )


def _telephone(answers: Answers) -> Telephone:
    return Telephone(
        _text(answers, "telephone"),
        _yes(answers, "telephone_call"),
        _yes(answers, "telephone_text"),
        _yes(answers, "telephone_voicemail"),
        _yes(answers, "telephone_say_who"),
        _codes(answers, "telephone_when"),
        _text(answers, "telephone_ask_for"),
    )


def _letters(answers: Answers) -> Letters:
    lines = tuple(line.strip() for line in _text(answers, "letter_address").splitlines() if line.strip())
    return Letters(
        lines,
        _text(answers, "letter_postcode"),
        _yes(answers, "letter_write"),
        _yes(answers, "letter_say_who"),
    )


def _member(row: Mapping[str, Any]) -> Member:
    return Member(
        _text(row, "id"),
        _text(row, "name"),
        _one_of(Is, row.get("kind"), Is.ADULT),
        _day(row.get("born")),
        _text(row, "relation"),
        _yes(row, "is_asking") is True,
        "" if _day(row.get("born")) else _text(row, "born"),
    )


def _helper(row: Mapping[str, Any]) -> Helper:
    return Helper(_text(row, "name"), _text(row, "role"), _text(row, "organization"), _text(row, "telephone"))


def _one_of(kind: type[T], value: object, otherwise: T) -> T:
    try:
        return kind(str(value))
    except ValueError:
        return otherwise


def _text(answers: Answers, name: str) -> str:
    value = answers.get(name, "")
    return value if isinstance(value, str) else ""


def _yes(answers: Answers, name: str) -> bool | None:
    """``yes`` and ``no``; anything else is not said."""
    return {"yes": True, "no": False}.get(_text(answers, name))


def _codes(answers: Answers, name: str) -> tuple[str, ...]:
    value = answers.get(name, ())
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def _rows(answers: Answers, name: str) -> list[Mapping[str, Any]]:
    value = answers.get(name, ())
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list | tuple) else []


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
