"""A story as its readers see it: what a family said, section by section, in their own words and order.

The same for the front door, for a service that was given a part of it, and on paper. What was not said, or
not shared, has no row; a section without rows is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from hubfinder.clock import today
from hubfinder.display import formats
from hubfinder.display.language import current, language_name
from hubfinder.display.words import gettext
from hubfinder.referrals.answers import Answers, Danger, Helper, Is, Member, Professional, Told, Who, told
from hubfinder.referrals.form import words
from hubfinder.referrals.form.days import day_words
from hubfinder.referrals.sharing import Group, Partner

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was said."""

    label: str
    lines: tuple[str, ...]
    is_quoted: bool = False
    """Their own words, in whatever language and direction they wrote."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a story."""

    key: str
    title: str
    rows: tuple[Row, ...]


def sections(answers: Answers, needs: Mapping[str, str] | None = None) -> list[Section]:
    """What was said, to be read from top to bottom; ``needs`` are the names of needs by their keys."""
    said = told(answers)
    parts = (
        ("story", gettext("What is happening"), _story(said, needs or {})),
        ("child", gettext("The child"), _child(said)),
        ("people", gettext("The family"), _people(said)),
        ("place", gettext("Where they live"), _place(said)),
        ("languages", gettext("Languages, and what they need to take part"), _languages(said)),
        ("helpers", gettext("Who helps already"), _helpers(said)),
        ("who", gettext("Who asks"), _who(answers, said)),
        ("sharing", gettext("What they agreed to"), _agreed(answers, said)),
    )
    found = ((key, title, tuple(row for row in rows if row.lines)) for key, title, rows in parts)
    return [Section(key, title, rows) for key, title, rows in found if rows]


def code_words(kind: Mapping[str, object], code: str) -> str:
    """The words of a code; of one from an older form the code itself."""
    return str(kind.get(code, code))


def _story(said: Told, needs: Mapping[str, str]) -> Iterator[Row]:
    if said.danger is not Danger.NO:
        unsure = gettext("They are not sure whether somebody is in danger")
        yes = gettext("They say that somebody is in danger now")
        yield Row(gettext("Danger"), (yes if said.danger is Danger.YES else unsure,))
    yield _quoted(gettext("What is happening"), said.story)
    yield _quoted(gettext("What would help"), said.wanted)
    yield Row(gettext("What it is about"), tuple(needs.get(one, one) for one in said.needs))
    yield _quoted(gettext("What they have tried"), said.tried)


def _child(said: Told) -> Iterator[Row]:
    yield _quoted(gettext("What matters most to the child"), said.child_matters)
    yield _quoted(gettext("In the child’s own words"), said.child_words)


def _people(said: Told) -> Iterator[Row]:
    for member in said.people:
        yield Row(member.name or gettext("Name not given"), (member_words(member),))


def member_words(member: Member, on: date | None = None) -> str:
    """``Child, born 5 April 2021 (5 years), daughter``."""
    kinds = {
        Is.CHILD: gettext("Child"),
        Is.ADULT: gettext("Adult"),
        Is.UNBORN: gettext("A baby on the way"),
    }
    parts = [kinds[member.kind], _born(member, on or today())]
    parts.append(code_words(words.RELATIONS, member.relation))
    parts.append(gettext("asks for help") if member.is_asking else "")
    return formats.listed(part for part in parts if part)


def _born(member: Member, on: date) -> str:
    if member.born is None:
        return _born_about(member)
    day = formats.day(member.born)
    if member.kind is Is.UNBORN:
        return gettext("expected %(day)s", day=day)
    months = (on.year - member.born.year) * MONTHS_A_YEAR + on.month - member.born.month
    months -= on.day < member.born.day
    if months < 0:
        return gettext("born %(day)s", day=day)
    whole = months if months < 2 * MONTHS_A_YEAR else months - months % MONTHS_A_YEAR
    return gettext("born %(day)s (%(age)s)", day=day, age=formats.age(whole))


def _born_about(member: Member) -> str:
    """Of whom no more is known than the year, or the month."""
    if not member.born_in:
        return ""
    when = day_words(member.born_in)
    if member.kind is Is.UNBORN:
        return gettext("expected in %(when)s", when=when)
    return gettext("born in %(when)s", when=when)


def _place(said: Told) -> Iterator[Row]:
    yield _plain(gettext("Postcode"), said.postcode)
    if said.no_address:
        yield Row(gettext("Address"), (gettext("They have no fixed address, or do not want to say it"),))


def _languages(said: Told) -> Iterator[Row]:
    shown_in = current().code
    yield Row(gettext("They speak"), tuple(language_name(one, shown_in) for one in said.languages))
    if said.interpreter:
        yield _plain(gettext("Interpreter"), gettext("They need an interpreter"))
    yield Row(gettext("They need"), tuple(code_words(words.ACCESS, one) for one in said.access))
    yield _quoted(gettext("More about it"), said.access_more)


def _helpers(said: Told) -> Iterator[Row]:
    for helper in said.helpers:
        yield Row(helper.name or gettext("Name not given"), tuple(_helper_words(helper)))


def _helper_words(helper: Helper) -> Iterable[str]:
    parts = (code_words(words.PROFESSIONS, helper.role), helper.organization, helper.telephone)
    return [part for part in parts if part] or [gettext("Nothing more was said")]


def _who(answers: Answers, said: Told) -> Iterator[Row]:
    if "who" not in answers:
        return  # it was not shared
    asks = {
        Who.FAMILY: gettext("The family itself"),
        Who.YOUNG_PERSON: gettext("A young person, for themselves"),
        Who.PROFESSIONAL: gettext("Somebody who works with the family"),
    }
    yield _plain(gettext("Who wrote this"), asks[said.who])
    if said.who is Who.PROFESSIONAL:
        yield from _professional(said.professional)
    if said.who is Who.YOUNG_PERSON:
        yield from _at_home(said)
    yield _plain(gettext("They came from the page of"), said.service)


def _at_home(said: Told) -> Iterator[Row]:
    """What a young person said of those at home."""
    yes_no = {True: gettext("Yes"), False: gettext("No"), None: gettext("They did not say")}
    yield _plain(gettext("Does somebody at home know?"), yes_no[said.home_knows])
    taken = {**yes_no, None: gettext("They did not say, so the answer is no")}
    yield _plain(gettext("May we talk to somebody at home?"), taken[said.home_ok])


def _professional(one: Professional) -> Iterator[Row]:
    yield Row(
        gettext("Name"),
        tuple(part for part in (one.name, code_words(words.PROFESSIONS, one.role), one.organization) if part),
    )
    yield Row(gettext("How to reach them"), tuple(part for part in (one.telephone, one.email) if part))
    knows = {
        "yes": gettext("Yes"),
        "partly": gettext("Partly"),
        "no": gettext("No"),
    }
    yield _plain(gettext("Does the family know?"), knows.get(one.family_knows, gettext("They did not say")))
    yield _quoted(gettext("Why the family was not told"), one.why_not)


def _agreed(answers: Answers, said: Told) -> Iterator[Row]:
    if "contact_ok" not in answers and "share_with" not in answers:
        return  # a service is not told what was agreed about others
    if said.who is Who.PROFESSIONAL:
        yield Row(gettext("Who said so"), (who_said_so(said),))
    contact = {True: gettext("Yes"), False: gettext("No"), None: gettext("They did not say")}
    yield _plain(gettext("May we get in touch?"), contact[said.contact_ok])
    nobody = (gettext("Nobody"),)
    yield Row(
        gettext("With whom we may share it"),
        tuple(str(one.label) for one in Partner if one.value in said.share_with) or nobody,
    )
    yield Row(
        gettext("What we may share"),
        tuple(str(one.label) for one in Group if one.value in said.share_what) or (gettext("Nothing"),),
    )
    yield _quoted(gettext("Why it is passed on without their consent"), said.no_consent_why)


def who_said_so(said: Told) -> str:
    """Of what a professional agreed to for a family: that it was they, and whether the family knows."""
    name = said.professional.name or gettext("whoever sent it")
    if said.is_family_told:
        return gettext("%(name)s said so, for the family.", name=name)
    if said.professional.family_knows == "partly":
        return gettext("%(name)s said so. Not all of the family know.", name=name)
    return gettext("%(name)s said so. The family does not know and was not asked.", name=name)


def _plain(label: str, text: str) -> Row:
    return Row(label, (text,) if text else ())


def _quoted(label: str, text: str) -> Row:
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    return Row(label, lines, is_quoted=True)
