"""What staff choose to have many sheets made, and what is said of the work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hubfinder.display.formats import figure, listed
from hubfinder.display.language import DEFAULT, KNOWN, language_name, locale
from hubfinder.display.words import gettext
from hubfinder.places.choosing import councils
from hubfinder.places.models import Footprint
from hubfinder.places.neighbourhoods import published, recipe_of
from hubfinder.sheets.everyone import ALL, read_group
from hubfinder.sheets.jobs import Condition, Job
from hubfinder.sheets.orders import Length, OrderRefused, Paper, Readers, ScopeKind
from hubfinder.vocab import FootprintKind, Labelled

Choices = list[tuple[str, str]]
NEIGHBOURHOOD = FootprintKind.NEIGHBOURHOOD.value


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose, as far as it can be used, and what is wrong with the rest by field."""

    fields: dict[str, Any]
    errors: dict[str, str]

    @property
    def arguments(self) -> list[str]:
        """The same for ``hubfinder sheets``: every value is one of those that were offered."""
        said = ["--for", self.fields["who"]]
        said += ["--within", self.fields["within"]] if self.fields["within"] else []
        for code in self.fields["language"]:
            said += ["--language", code]
        for name in ("pages", "paper", "readers"):
            said += [f"--{name}", self.fields[name]]
        said += ["--large-print"] if "large" in self.fields["options"] else []
        return said + (["--easy-read"] if "easy" in self.fields["options"] else [])


def usual() -> Chosen:
    """Before anything is chosen."""
    return chosen_in(MultiDict({"who": f"{ALL}schools", "language": DEFAULT}), None)


def chosen_in(form: "MultiDict[str, str]", session: Session | None) -> Chosen:
    """What stands in a form; with a session also whether the area is one of those offered."""
    fields: dict[str, Any] = {
        "who": form.get("who", ""),
        "within": form.get("within", ""),
        "language": [code for code in KNOWN if code in form.getlist("language")],
        "options": [name for name in ("large", "easy") if name in form.getlist("options")],
    }
    for name, kind, first in (
        ("pages", Length, Length.ONE),
        ("paper", Paper, Paper.A4),
        ("readers", Readers, Readers.FAMILIES),
    ):
        fields[name] = form[name] if form.get(name) in set(kind) else first.value
    errors = {}
    try:
        read_group(fields["who"])
    except OrderRefused:
        errors["who"] = gettext("Choose for whom.")
    if session and fields["within"] not in {value for value, _ in areas(session)}:
        errors["within"] = gettext("Choose an area from the list.")
    if not fields["language"]:
        errors["language"] = gettext("Choose at least one language.")
    return Chosen(fields, errors)


def groups(session: Session) -> Choices:
    """For whom sheets can be made: schools, surgeries, hubs, and every kind of area that is loaded."""
    said = [(f"{ALL}{name}", _group_words(f"{ALL}{name}")) for name in ("schools", "surgeries", "hubs")]
    loaded = set(session.scalars(select(Footprint.kind).distinct()))
    kinds = [kind for kind in FootprintKind if kind in loaded and kind is not FootprintKind.NATION]
    return said + [(name, _group_words(name)) for kind in kinds for name in [_group_name(kind)]]


def areas(session: Session) -> Choices:
    """Where: everywhere, in one council's area, or in one neighbourhood."""
    drawn = [(f"{FootprintKind.LOCAL_AUTHORITY.value}:{code}", name) for code, name in councils(session)]
    recipes = (recipe_of(version) for version in published(session))
    return [
        ("", gettext("Everywhere")),
        *drawn,
        *((f"{NEIGHBOURHOOD}:{recipe.code}", recipe.name) for recipe in recipes),
    ]


def languages() -> Choices:
    return [(code, language_name(code, locale())) for code in KNOWN]


def labelled(kind: type[Labelled]) -> Choices:
    return [(one.value, str(one.label)) for one in kind]


def title_of(job: Job, places: Mapping[str, str]) -> str:
    """``All schools in Harbourmouth: English, Polish``; ``places`` are names of areas by their values."""
    asked = job.state.asked
    who = _group_words(asked["who"])
    spoken = listed([language_name(code, locale()) for code in asked["language"]])
    if asked["within"]:
        place = places.get(asked["within"], asked["within"])
        return gettext("%(who)s in %(place)s: %(languages)s", who=who, place=place, languages=spoken)
    return gettext("%(who)s: %(languages)s", who=who, languages=spoken)


def sentences_of(job: Job) -> Iterator[str]:
    """How the work stands."""
    progress = job.progress
    match job.condition:
        case Condition.WORKING if progress and progress.state == "combining":
            yield gettext("All sheets are made. They are being put together in one file.")
        case Condition.WORKING:
            yield gettext("The sheets are being made.")
        case Condition.DONE:
            yield gettext("All is done.")
        case Condition.STOPPED:
            yield gettext("Somebody stopped it. What was made is still there.")
        case Condition.BROKEN:
            yield gettext("It was broken off. What was made is still there, and it can go on.")
    if progress:
        yield gettext(
            "Done: %(done)s of %(total)s. New: %(made)s. Failed: %(failed)s.",
            done=figure(progress.done),
            total=figure(progress.total),
            made=figure(progress.made),
            failed=figure(progress.failed),
        )


def _group_name(kind: FootprintKind) -> str:
    return ALL + kind.value.replace("_", "-")


def _group_words(name: str) -> str:
    group = read_group(name)
    if isinstance(group, FootprintKind):
        return gettext("All areas of the kind “%(kind)s”", kind=str(group.label))
    return {
        ScopeKind.SCHOOL: gettext("All schools"),
        ScopeKind.SURGERY: gettext("All surgeries"),
        ScopeKind.HUB: gettext("All family hubs"),
    }[group]
