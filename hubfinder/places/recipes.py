"""The recipe of a neighbourhood: which footprints it is made of, and who agreed it. Values only.

A recipe comes from a small file or from the fields of a form. Whatever is wrong with it is said as a
``Problem`` that names the field and the value; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext

from hubfinder.vocab import FootprintKind, Labelled

MOST_PARTS = 200
LONGEST = {"name": 120, "code": 40, "note": 500, "published_by": 120, "agreed_by": 120, "agreed_on": 20}
"""Characters; of ``agreed_by`` each partner."""
MOST_PARTNERS = 30
FIELDS = ("name", "code", "add", "without", "note", "agreed_by", "agreed_on", "published_by")
NEEDED = ("name", "code", "add", "agreed_by", "agreed_on")
_PART = re.compile(r"([a-z_]{2,40}):([A-Za-z0-9._-]{1,60})")
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_TELEPHONE = re.compile(r"(?:\d[\s()./-]*){7}")


class Fault(Labelled):
    """What can be wrong with a field of a recipe; the sentence has the value in it."""

    MISSING = "missing", lazy_gettext("Nothing is given here.")
    NOT_TEXT = "not_text", lazy_gettext("“%(value)s” is not text. Put it in quotation marks.")
    LONG = "long", lazy_gettext("“%(value)s” is too long.")
    UNKNOWN_FIELD = "unknown_field", lazy_gettext("“%(value)s” is not part of a recipe.")
    MALFORMED = (
        "malformed",
        lazy_gettext("“%(value)s” is no footprint. Write its kind and code, such as ward:Z05000001."),
    )
    UNKNOWN_KIND = "unknown_kind", lazy_gettext("“%(value)s” is of a kind that is not known.")
    NO_SUCH = "no_such", lazy_gettext("There is no footprint “%(value)s” here. Check its code.")
    NO_SHAPE = "no_shape", lazy_gettext("“%(value)s” is known by its name only: nobody has drawn it.")
    TWICE = "twice", lazy_gettext("“%(value)s” is named twice. Name each footprint once.")
    ITSELF = "itself", lazy_gettext("“%(value)s” is the neighbourhood itself. It cannot be made of itself.")
    MANY = "many", lazy_gettext("%(value)s are too many. Use larger footprints.")
    MANY_PARTNERS = "many_partners", lazy_gettext("%(value)s partners are too many. Name the most important.")
    CODE_FORM = (
        "code_form",
        lazy_gettext("“%(value)s” cannot be a code. Use small letters, digits and hyphens, 40 at most."),
    )
    CODE_TAKEN = (
        "code_taken",
        lazy_gettext("“%(value)s” is the code of a neighbourhood that came from a file. Use another code."),
    )
    CONTACT = (
        "contact",
        lazy_gettext("“%(value)s” has an email address or telephone number in it. Give the name only."),
    )
    NOT_DATE = "not_date", lazy_gettext("“%(value)s” is not a date such as 2026-10-03.")
    FUTURE = "future", lazy_gettext("“%(value)s” has not come yet. Give the day on which it was agreed.")
    EMPTY = "empty", lazy_gettext("Nothing is left of it: all that is added is taken away again.")
    NOT_YAML = "not_yaml", lazy_gettext("It cannot be read as a recipe: %(value)s.")
    TWICE_GIVEN = "twice_given", lazy_gettext("“%(value)s” stands in the file twice.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the field (empty for the whole file), the value, and what is the matter."""

    field: str
    value: str
    fault: Fault

    @property
    def words(self) -> str:
        """The sentence for people, in the language being spoken."""
        shown = self.value if len(self.value) <= 80 else self.value[:79] + "…"
        return str(self.fault.label % {"value": shown})

    def __str__(self) -> str:
        return f"{self.field}: {self.words}" if self.field else self.words


class RecipeRefused(Exception):
    """The recipe cannot be used; ``problems`` says why, all at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Part:
    """A footprint of a recipe, written ``ward:Z05000001``."""

    kind: FootprintKind
    code: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.code}"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a neighbourhood is made of, and its agreement; a draft may lack any of it."""

    name: str = ""
    code: str = ""
    add: tuple[Part, ...] = ()
    without: tuple[Part, ...] = ()
    note: str = ""
    agreed_by: tuple[str, ...] = ()
    """Partners: organizations and groups, never the contact data of a person."""
    agreed_on: date | None = None
    published_by: str = ""

    @property
    def own(self) -> Part:
        """The footprint that it becomes."""
        return Part(FootprintKind.NEIGHBOURHOOD, self.code)

    def fields(self) -> dict[str, object]:
        """What a file of it holds, in the order of a file, with plain values; what is empty is left out."""
        whole: dict[str, object] = {
            "name": self.name,
            "code": self.code,
            "add": [str(part) for part in self.add],
            "without": [str(part) for part in self.without],
            "note": self.note,
            "agreed_by": list(self.agreed_by),
            "agreed_on": self.agreed_on.isoformat() if self.agreed_on else "",
            "published_by": self.published_by,
        }
        return {name: value for name, value in whole.items() if value}


def code_from(name: str) -> str:
    """A code made of a name: ``Quayside and Saltings`` is ``quayside-and-saltings``; may be empty."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded.replace("'", "")).strip("-")[:40].strip("-")


def read_recipe(
    fields: Mapping[str, object], today: date, needed: Collection[str] = NEEDED
) -> tuple[Recipe, list[Problem]]:
    """The recipe in these fields as far as it can be used, and all that is wrong with it.

    Texts are text, ``add`` and ``without`` lists of ``kind:code``, ``agreed_by`` a list of names,
    ``agreed_on`` a date or an ISO date. A code that is not given is made of the name.
    """
    reader = _Reader(fields, today)
    name = reader.text("name")
    add = reader.parts("add")
    recipe = Recipe(
        name=name,
        code=reader.code(name),
        add=add,
        without=reader.parts("without", taken=add),
        note=reader.text("note"),
        agreed_by=reader.partners(),
        agreed_on=reader.day("agreed_on"),
        published_by=reader.name("published_by"),
    )
    for part in (*recipe.add, *recipe.without):
        if part == recipe.own:
            reader.note("add" if part in recipe.add else "without", str(part), Fault.ITSELF)
    wrong = {problem.field for problem in reader.problems}
    missing = [field for field in needed if not getattr(recipe, field) and field not in wrong]
    return recipe, reader.problems + [Problem(field, "", Fault.MISSING) for field in missing]


class _Reader:
    """Takes values out of fields one by one, and notes what is wrong."""

    def __init__(self, fields: Mapping[str, object], today: date) -> None:
        self.fields = fields
        self.today = today
        self.problems: list[Problem] = []
        for name in fields:
            if name not in FIELDS:
                self.note(str(name), str(name), Fault.UNKNOWN_FIELD)

    def note(self, field: str, value: str, fault: Fault) -> None:
        self.problems.append(Problem(field, value, fault))

    def text(self, field: str) -> str:
        return self._text(field, self.fields.get(field))

    def name(self, field: str) -> str:
        return self._without_contact(field, self.text(field))

    def code(self, name: str) -> str:
        given = self.text("code")
        if given and not _CODE.fullmatch(given):
            self.note("code", given, Fault.CODE_FORM)
            return ""
        return given or code_from(name)

    def partners(self) -> tuple[str, ...]:
        """One a line, or with semicolons between them, or a list."""
        value = self.fields.get("agreed_by")
        listed = re.split(r"[;\n]", value) if isinstance(value, str) else _as_list(value)
        if len(listed) > MOST_PARTNERS:
            self.note("agreed_by", str(len(listed)), Fault.MANY_PARTNERS)
        given = [self._text("agreed_by", one).replace(";", ",") for one in listed[:MOST_PARTNERS]]
        names = [self._without_contact("agreed_by", one) for one in given]
        return tuple(dict.fromkeys(name for name in names if name))

    def day(self, field: str) -> date | None:
        found = self._date(field, self.fields.get(field))
        if found is not None and found > self.today:
            self.note(field, found.isoformat(), Fault.FUTURE)
            return None
        return found

    def _date(self, field: str, value: object) -> date | None:
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        text = self._text(field, value)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.note(field, text, Fault.NOT_DATE)
            return None

    def parts(self, field: str, taken: Collection[Part] = ()) -> tuple[Part, ...]:
        given = _as_list(self.fields.get(field))
        if len(given) > MOST_PARTS:
            self.note(field, str(len(given)), Fault.MANY)
        found: list[Part] = []
        for value in given[:MOST_PARTS]:
            part = self._part(field, value)
            if part in found or part in taken:
                self.note(field, str(part), Fault.TWICE)
            elif part:
                found.append(part)
        return tuple(found)

    def _part(self, field: str, value: object) -> Part | None:
        match = _PART.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            self.note(field, str(value), Fault.MALFORMED)
            return None
        if match[1] not in FootprintKind._value2member_map_:
            self.note(field, match[0], Fault.UNKNOWN_KIND)
            return None
        return Part(FootprintKind(match[1]), match[2])

    def _text(self, field: str, value: object) -> str:
        """Text on one line; a number is taken as it stands, as a code may look like one."""
        if value is None:
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            self.note(field, str(value), Fault.NOT_TEXT)
            return ""
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)).split())
        if len(text) > LONGEST[field]:
            self.note(field, text, Fault.LONG)
            return ""
        return text

    def _without_contact(self, field: str, text: str) -> str:
        if "@" in text or _TELEPHONE.search(text):
            self.note(field, text, Fault.CONTACT)
            return ""
        return text


def _as_list(value: object) -> list[object]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
