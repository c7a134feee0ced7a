"""The fields of a listing: their names, what people call them, and on which page they are edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

SUGGESTED_NEEDS = "suggested_needs"
"""Needs that somebody suggests and staff have not confirmed: in an update only, never published."""
SUGGESTED_CATALOGUE = "suggested_catalogue"
"""The same of entries of the catalogue."""
SUGGESTED = (SUGGESTED_NEEDS, SUGGESTED_CATALOGUE)


class Concern(StrEnum):
    """What the pages of editing are about, one each."""

    ABOUT = "about"
    WHO_FOR = "who-for"
    WHEN = "when"
    WHERE = "where"
    COST = "cost"
    CONTACT = "contact"
    ACCESS = "access"
    CATEGORIES = "categories"
    AREA = "area"
    KEPT = "kept"
    """Not on a page of editing."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a listing: its name in the content, for people, and on which page it is edited."""

    name: str
    label: LazyString | str
    concern: Concern


FIELDS: tuple[Field, ...] = (
    Field("name", lazy_gettext("Name"), Concern.ABOUT),
    Field("organization", lazy_gettext("Organization"), Concern.ABOUT),
    Field("summary", lazy_gettext("In one sentence"), Concern.ABOUT),
    Field("description", lazy_gettext("More about it"), Concern.ABOUT),
    Field("status", lazy_gettext("Whether it is running"), Concern.KEPT),
    Field("access", lazy_gettext("Everyone, or some families"), Concern.WHO_FOR),
    Field("minimum_age", lazy_gettext("From which age"), Concern.WHO_FOR),
    Field("maximum_age", lazy_gettext("Up to which age"), Concern.WHO_FOR),
    Field("eligibility", lazy_gettext("Who can use it"), Concern.WHO_FOR),
    Field("circumstances", lazy_gettext("Families it is made for"), Concern.WHO_FOR),
    Field("audience", lazy_gettext("Whom it speaks to"), Concern.KEPT),
    Field("schedule", lazy_gettext("Sessions in the week"), Concern.WHEN),
    Field("exceptions", lazy_gettext("Days that are different"), Concern.WHEN),
    Field("hours", lazy_gettext("Hours in words"), Concern.WHEN),
    Field("vacancies", lazy_gettext("Free places"), Concern.WHEN),
    Field("vacancies_note", lazy_gettext("About free places"), Concern.WHEN),
    Field("delivery", lazy_gettext("How help reaches families"), Concern.WHERE),
    Field("locations", lazy_gettext("Places where it happens"), Concern.WHERE),
    Field("costs", lazy_gettext("What it costs"), Concern.COST),
    Field("how_to_apply", lazy_gettext("How to book or apply"), Concern.CONTACT),
    Field("telephone", lazy_gettext("Telephone"), Concern.CONTACT),
    Field("text", lazy_gettext("Text message"), Concern.CONTACT),
    Field("email", lazy_gettext("Email"), Concern.CONTACT),
    Field("website", lazy_gettext("Website"), Concern.CONTACT),
    Field("languages", lazy_gettext("Languages spoken"), Concern.ACCESS),
    Field("interpretation", lazy_gettext("Interpreters"), Concern.ACCESS),
    Field("accessibility", lazy_gettext("What makes it usable"), Concern.ACCESS),
    Field("deaf_access", lazy_gettext("For deaf people"), Concern.ACCESS),
    Field("needs", lazy_gettext("What it helps with"), Concern.CATEGORIES),
    Field("catalogue", lazy_gettext("National help it is part of"), Concern.CATEGORIES),
    Field(SUGGESTED_NEEDS, lazy_gettext("What it may help with too (suggested)"), Concern.CATEGORIES),
    Field(
        SUGGESTED_CATALOGUE, lazy_gettext("National help it may be part of (suggested)"), Concern.CATEGORIES
    ),
    Field("areas", lazy_gettext("Whom it serves, by area"), Concern.AREA),
    Field("is_crisis", lazy_gettext("Help in a crisis"), Concern.KEPT),
    Field("is_national", lazy_gettext("Help for the whole nation"), Concern.KEPT),
    Field("confidence", lazy_gettext("How sure we are"), Concern.KEPT),
    Field("to_confirm", lazy_gettext("Still to be confirmed"), Concern.KEPT),
    Field("attributes", lazy_gettext("Further facts"), Concern.KEPT),
    Field("assured_date", lazy_gettext("Last checked"), Concern.KEPT),
    Field("assured_by", lazy_gettext("Checked by"), Concern.KEPT),
)
"""Every field, in the order in which pages show them."""
NAMES = tuple(field.name for field in FIELDS)
LABELS: Mapping[str, LazyString | str] = {field.name: field.label for field in FIELDS}


class ContentRefused(Exception):
    """A content cannot be a listing: field and what is wrong with it, in words for who wrote it."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(dict.fromkeys(field for field, _ in problems)))
        self.problems = problems


def fields_of(concern: Concern) -> tuple[str, ...]:
    """The names of the fields of one page of editing."""
    return tuple(field.name for field in FIELDS if field.concern is concern)
