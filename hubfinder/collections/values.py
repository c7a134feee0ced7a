"""What a collection is: a title, who checks it, and sections that say what belongs in them."""

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from hubfinder.vocab import Circumstance
from hubfinder.yaml_files import Key, Part, Sentence, Words

YOUNGEST, OLDEST = -9, 312
"""Months: from the start of pregnancy to the 26th birthday."""
MOST = 30
Keys = tuple[Key, ...]


class Ages(Part):
    """A span of ages in months; ``to`` is not included."""

    first: int = Field(alias="from", ge=YOUNGEST, lt=OLDEST)
    end: int = Field(alias="to", gt=YOUNGEST, le=OLDEST)

    @model_validator(mode="after")
    def _in_order(self) -> "Ages":
        if self.first >= self.end:
            raise ValueError("from must be below to")
        return self


class Find(Part):
    """One question to the directory: what answers all parts of it belongs."""

    search: Sentence = ""
    """English search words."""
    needs: Keys = ()
    """Any of these needs."""
    entries: Keys = ()
    """Any of these catalogue entries, and the services that deliver one."""
    circumstances: tuple[Circumstance, ...] = ()
    """Only what is made for families of which any of these is true."""
    ages: Ages | None = None
    most: int = Field(default=MOST, ge=1, le=MOST)
    """Listings it may bring: so many local ones, and so many national ones."""

    @model_validator(mode="after")
    def _asks(self) -> "Find":
        if not (self.search or self.needs or self.entries or self.circumstances):
            raise ValueError("needs one of search, needs, entries and circumstances")
        return self


class Section(Part):
    """A heading and what stands under it: whatever one of ``find`` finds, and what is named."""

    heading: Words
    intro: Words | None = None
    find: tuple[Find, ...] = ()
    services: Keys = ()
    """Services that belong whatever is found."""
    hubs: Keys = ()
    """Family hubs that belong whatever is found."""
    leave_out: Keys = ()
    """Services, hubs or catalogue entries that do not."""

    @model_validator(mode="after")
    def _holds(self) -> "Section":
        if not (self.find or self.services or self.hubs):
            raise ValueError("needs one of find, services and hubs")
        return self


class Collection(Part):
    """A collection as its file says it."""

    key: Key
    title: Words
    intro: Words
    position: int = 100
    """Where it stands on the list of collections."""
    ages: Ages | None = None
    """What is for none of these ages never belongs."""
    circumstances: tuple[Circumstance, ...] = ()
    """What is true of the families it is for."""
    checked_by: Words | None = None
    """Who looks after it; without it, the council."""
    last_checked: date
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
