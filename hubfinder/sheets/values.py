"""What stands on a sheet, in words and in its language: the one content that every form of it shows.

The composer makes it, the fitting cuts it to the paper, and PDF, picture, web page, text, Word file and
calendar are made of it. Nothing here is looked up again: a ``Sheet`` is all there is to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from hubfinder.directory.closures import DayOff
from hubfinder.display.days_off import Change
from hubfinder.display.language import Language
from hubfinder.sheets.orders import SheetOrder


@dataclass(frozen=True, slots=True)
class Text:
    """Words on a sheet."""

    words: str = ""
    language: str = ""
    """The language they are in, where that is not the sheet's own; such words are marked as that."""

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Session:
    """One weekly session of a line, for the calendar."""

    day: int
    """0 is Monday."""
    opens: time
    closes: time
    season: str = "always"
    note: str = ""


CHANGES_AHEAD = 28
"""Days from the day of a sheet on in which what is not as usual stands on it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One listing. Parts that are empty are not shown."""

    kind: str
    """``service`` or ``catalogue``."""
    key: str
    number: int
    """On the sheet and on its map, from 1; 0 for what is not numbered (national help)."""
    name: Text
    also: Text = Text()
    """The English name, beside a translated one: families need it to ask for the thing."""
    what: Text = Text()
    """What it is in one line."""
    tag: str = ""
    """For everyone, or for some families."""
    some: bool = False
    who: Text = Text()
    """Ages and, where that is known, which families."""
    when: Text = Text()
    where: Text = Text()
    cost: Text = Text()
    telephone: str = ""
    text_number: str = ""
    website: str = ""
    """Shown without ``https://``."""
    note: Text = Text()
    """Whether it is for all families of the place, where it may not be."""
    apply: Text = Text()
    """How a professional refers; only on sheets for the staff room."""
    languages: str = ""
    checked: str = ""
    """When it was last checked."""
    href: str = ""
    """Whole address of its page."""
    qr: str = ""
    """What its QR code says: a short form of ``href``."""
    topics: tuple[str, ...] = ()
    """Keys of its needs."""
    point: tuple[float, float] | None = None
    """Latitude and longitude of the place shown, for the map."""
    sessions: tuple[Session, ...] = ()
    changes: tuple[Change, ...] = ()
    """What is not as usual in the next weeks, in words."""
    days_off: tuple[DayOff, ...] = ()
    """All that is known of it, for the calendar."""

    @property
    def times(self) -> Text:
        """When it is, and when not."""
        said = [str(self.when), *(change.words for change in self.changes)]
        return Text(". ".join(one.rstrip(".") for one in said if one), self.when.language)


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading."""

    key: str
    """Key of a need, which decides the picture beside the heading; ``national`` for national help."""
    heading: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day of this week at the hub."""

    name: str
    hours: str
    """``9am to 5pm``, or that it is closed or may be."""
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class HubBox:
    """The family hub that stands first."""

    key: str
    name: Text
    heading: str
    """``Your family hub``."""
    address: Text = Text()
    distance: str = ""
    telephone: str = ""
    week: str = ""
    """``Open this week, 23 to 29 November``."""
    days: tuple[OpenDay, ...] = ()
    note: str = ""
    """Such as that hours may differ in school holidays, or on which days it is closed soon."""
    usual: tuple[OpenDay, ...] | None = None
    """This week but for what is in ``changes``; none where that is the same as ``days``."""
    usual_note: str | None = None
    changes: tuple[Change, ...] = ()
    href: str = ""
    qr: str = ""
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Helpline:
    """A number to ring in danger or a crisis."""

    key: str
    name: Text
    what: Text
    numbers: tuple[str, ...]
    """Telephone first, then text."""


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """Where families ask for help without choosing a service."""

    heading: str
    words: str
    telephone: str
    href: str
    qr: str


@dataclass(frozen=True, slots=True)
class SheetMap:
    """The locator map."""

    svg: str
    """A drawing with its own styles, in the sheet's fonts, without a text that is nowhere else."""
    alt: str
    """What it shows, in one or two sentences."""
    sources: str = ""
    """Where the areas come from."""


@dataclass(frozen=True, slots=True)
class More:
    """What did not fit."""

    count: int
    words: str
    """``and 12 more`` in the sheet's language; empty where nothing is left out."""
    href: str
    qr: str


@dataclass(frozen=True, slots=True)
class Version:
    """Which sheet this is, so that anybody can ask whether it is still right."""

    code: str
    """Eight letters and figures; of the sheet of a list nothing is kept, so it is only compared."""
    href: str
    """The page that says whether the sheet is still right."""
    qr: str
    words: str
    """``Is this sheet still right? Scan, or type 7KXQ-2M9P at help.example.org/v``."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet."""

    order: SheetOrder
    language: Language
    title: Text
    """``Help for families at St Anne's Primary School``."""
    subtitle: Text
    """What area that is, how sure that is, and what was chosen (topics, ages)."""
    danger: str
    """999, and the out-of-hours number of the council. On every sheet, whatever is chosen."""
    hub: HubBox | None
    sections: tuple[Section, ...]
    """Local services under the topics; ``choosing_order`` says which to drop when there is no room."""
    national: Section | None
    helplines: tuple[Helpline, ...]
    front_door: FrontDoor
    map: SheetMap | None
    more: More
    version: Version
    made_on: date
    correct_on: str
    """``Correct on 22 November 2026``."""
    publisher: str
    """``Harbourmouth Council``."""
    published_by: str
    """``Published by Harbourmouth Council``."""
    labels: Mapping[str, str]
    """The small words in the sheet's language: see ``LABELS``."""
    notes: tuple[str, ...] = ()
    """That no native speaker has checked it, that some texts are in English, that all is made up."""
    choosing_order: tuple[tuple[str, str], ...] = ()
    """Kind and key of every line, local and national, the one to keep longest first."""
    council: str = ""
    """Code of the local authority, whose school holidays the calendar goes by; empty where not known."""
    total: int = 0
    """How many listings there are for this order, those that are not on the sheet included."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of them, in the order of the sheet."""
        sections = (*self.sections, *((self.national,) if self.national else ()))
        return tuple(line for section in sections for line in section.lines)


LABELS = (
    "when",
    "where",
    "cost",
    "telephone",
    "text",
    "who",
    "website",
    "how",
    "languages",
    "map",
    "national",
    "helplines",
    "in_english",
    "page",
    "contents",
    "more",
    "qr",
)
"""Keys of ``Sheet.labels``."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A sheet cut to its paper."""

    sheet: Sheet
    pages: int
    dropped: tuple[tuple[str, str], ...] = field(default=())
    """Kind and key of the lines that did not fit, in the order they were dropped."""
