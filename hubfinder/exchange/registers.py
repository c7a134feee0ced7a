"""Outside lists, such as the register of childcare: which column says what, and what listing a row makes.

The addresses of people's homes never get past here: of a row whose address is to be hidden only the first
half of the postcode is kept, in no table and on no page more than that.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext
from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.directory.keys import make_key
from hubfinder.exchange.headings import plain
from hubfinder.exchange.models import Register
from hubfinder.exchange.safe_cells import unguarded
from hubfinder.ingest.errors import FileRefused, RowRefused
from hubfinder.ingest.listings import telephone
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.listings.content import empty_content
from hubfinder.listings.models import Content
from hubfinder.people.audit import Subject, record
from hubfinder.people.values import Actor

Said = dict[str, str]
"""What a row says, by our name of the column; of hidden addresses nothing."""
ID, HIDE, GONE_WORDS, NEEDS = "outside_id", "hide_address", "gone_words", "needs"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a mapping says."""

    name: str
    label: LazyString | str
    is_column: bool = True
    """Whether it names a column of the list; else it is a setting."""
    hint: LazyString | str = ""


ASKED: tuple[Asked, ...] = (
    Asked(ID, lazy_gettext("Number in the list")),
    Asked("name", lazy_gettext("Name")),
    Asked("organization", lazy_gettext("Organization")),
    Asked("kind", lazy_gettext("Kind of provider")),
    Asked("address", lazy_gettext("Address")),
    Asked("postcode", lazy_gettext("Postcode")),
    Asked("telephone", lazy_gettext("Telephone")),
    Asked("email", lazy_gettext("Email")),
    Asked("website", lazy_gettext("Website")),
    Asked("status", lazy_gettext("Registration")),
    Asked("places", lazy_gettext("Places")),
    Asked("inspected", lazy_gettext("Last inspection")),
    Asked(HIDE, lazy_gettext("Hide the address of these kinds"), is_column=False, hint=lazy_gettext(
        "Words with ; between them, such as Childminder. Of their homes only the first half of the postcode "
        "is kept.")),
    Asked(GONE_WORDS, lazy_gettext("These registrations are over"), is_column=False, hint=lazy_gettext(
        "Words with ; between them, such as Resigned; Cancelled.")),
    Asked(NEEDS, lazy_gettext("What it helps with"), is_column=False, hint=lazy_gettext(
        "Keys of needs with ; between them, for new listings.")),
)  # fmt: skip
SPOKEN = tuple(one.name for one in ASKED if one.is_column and one.name != ID)
CHILDCARE: Mapping[str, str] = {
    ID: "Reference number",
    "name": "Provider name",
    "organization": "Registered person",
    "kind": "Provider type",
    "address": "Address",
    "postcode": "Postcode",
    "telephone": "Telephone",
    "email": "Email",
    "website": "Website",
    "status": "Registration status",
    "places": "Places",
    "inspected": "Last inspection",
    HIDE: "Childminder; Home childcarer",
    GONE_WORDS: "Resigned; Cancelled; Closed",
    NEEDS: "childcare",
}
"""How the register of childcare calls its columns, until somebody says otherwise."""
_FACTS = {
    "kind": "Kind of childcare",
    "status": "Registration",
    "places": "Places",
    "inspected": "Last inspection",
}
_WHERE, _NUMBER = "Where", "Registration number"


def find_register(session: Session, council: str, key: str) -> Register | None:
    return session.get(Register, (key, council))


def registers_of(session: Session, councils: Sequence[str]) -> Sequence[Register]:
    wanted = select(Register).where(Register.council_code.in_(councils))
    return session.scalars(wanted.order_by(Register.name, Register.council_code)).all()


def save_register(
    session: Session, actor: Actor, council: str, name: str, columns: Mapping[str, str], key: str = ""
) -> Register:
    """Make an outside list known, or say how it calls its columns. The caller commits."""
    key = key or make_key(name)[:60].rstrip("-")
    register = find_register(session, council, key)
    if register is None:
        register = Register(key=key, council_code=council)
        session.add(register)
    register.name, register.columns = name, dict(columns)
    session.flush()
    record(session, actor, "register.saved", Subject("register", key, council))
    return register


@dataclass(frozen=True, slots=True)
class Places:
    """Where the columns of one file stand, and the settings of its register."""

    register: Register
    places: Mapping[str, int]
    notes: tuple[str, ...] = ()
    """Sentences about columns that the file does not have, and could do without."""

    def raw(self, cells: Sequence[str]) -> Said:
        """Every cell that the mapping names."""
        size = len(cells)
        return {name: unguarded(cells[at]).strip() if at < size else "" for name, at in self.places.items()}

    def words(self, name: str) -> frozenset[str]:
        said = self.register.columns.get(name, "")
        return frozenset(plain(part) for part in said.split(";") if plain(part))


def find_places(register: Register, heading: Sequence[str]) -> Places:
    """Where the columns stand.

    Raises:
        FileRefused: one that a row cannot do without is not in the file, with what may be meant.
    """
    there = {plain(name): place for place, name in enumerate(heading) if plain(name)}
    places: dict[str, int] = {}
    lacking: dict[str, str] = {}
    ours = {plain(register.columns.get(one.name, "")) for one in ASKED if one.is_column}
    others = [name for name in heading if plain(name) and plain(name) not in ours]
    for one in ASKED:
        column = register.columns.get(one.name, "") if one.is_column else ""
        if plain(column) in there:
            places[one.name] = there[plain(column)]
        elif column:
            lacking[one.name] = f"It has no column “{column}”.{_meant(column, others)}"
    needed = {ID, "name", "kind"} if register.columns.get(HIDE) else {ID, "name"}
    problems = [why for name, why in lacking.items() if name in needed]
    problems += [
        f"The list’s column for {name} is not set." for name in (ID, "name") if not register.columns.get(name)
    ]
    if register.columns.get(HIDE) and not register.columns.get("kind"):
        problems.append("Addresses of some kinds are to be hidden, but no column says the kind.")
    if problems:
        raise FileRefused(" ".join(problems) + " Say on the page of the list how its columns are called.")
    notes = (f"{why} What it said before stays as it was." for why in lacking.values())
    return Places(register, places, tuple(notes))


def _meant(column: str, names: Sequence[str]) -> str:
    """Which of the columns that nobody has named is called much the same."""
    found = process.extractOne(column, names, scorer=fuzz.ratio, processor=plain, score_cutoff=60)
    return f" Perhaps it is called “{found[0]}” now." if found else ""


def said_in(mapping: Places, number: int, cells: Sequence[str]) -> tuple[str, Said, list[tuple[str, str]]]:
    """Number of a row in the list, what it says, and what of it cannot be used.

    Raises:
        RowRefused: it has no number or no name.
    """
    row = Row(number, mapping.raw(cells))
    outside = sentence(row, ID, required=True, longest=160)
    said: Said = {}
    notes: list[tuple[str, str]] = []
    for name in SPOKEN:
        try:
            said[name] = _read(row, name)
        except RowRefused as error:
            if name == "name":
                raise
            said[name] = ""
            notes.append((name, f"{error.why}: left out"))
    if not _is_home(mapping, said):
        return outside, said, notes
    return outside, _district(said), [note for note in notes if note[0] not in ("address", "postcode")]


def _district(said: Said) -> Said:
    """Without the address of a home, but for the first half of its postcode."""
    return {**said, "address": "", "postcode": said["postcode"].partition(" ")[0]}


def is_over(mapping: Places, said: Said) -> bool:
    """Whether a row says that it is in the list no more."""
    return plain(said["status"]) in mapping.words(GONE_WORDS)


def with_unsaid(mapping: Places, said: Said, before: Mapping[str, str]) -> Said:
    """With what was said before in columns that the file does not have: it says nothing of them."""
    whole = {name: text if name in mapping.places else before.get(name, "") for name, text in said.items()}
    return _district(whole) if _is_home(mapping, whole) else whole


def digest_of_said(said: Mapping[str, str]) -> str:
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(register: Register, outside: str) -> str:
    """Of the listing and the place of a row."""
    return f"{register.key}-{make_key(outside)}"[:160]


def organization_of(said: Mapping[str, str]) -> tuple[str, str]:
    """Key and name of who runs it."""
    name = said["organization"] or said["name"]
    return make_key(name) or "provider", name


def content_of(
    register: Register, outside: str, said: Said, before: Mapping[str, str], current: Content | None
) -> Content:
    """The listing as it would be: only what the list says otherwise than before is changed in it."""
    content = dict(current) if current else _new(register, outside, said)
    fresh = {name for name in SPOKEN if said[name] != before.get(name, "")} if current else set(SPOKEN)
    for name in fresh & {"name", "telephone", "email", "website"}:
        content[name] = said[name]
    if fresh & {"organization", "name"} and (current is None or "organization" in fresh):
        content["organization"] = organization_of(said)[0]
    if fresh & {"address", "postcode", "kind"}:
        place = key_of(register, outside)
        others = [key for key in content["locations"] if key != place]
        content["locations"] = [place, *others] if said["address"] else others
    facts = {label: said[name] for name, label in _FACTS.items() if name in fresh}
    if fresh & {"address", "postcode"}:
        facts[_WHERE] = "" if said["address"] else said["postcode"]
    content["attributes"] = _with_facts(content["attributes"], facts)
    return content


def _new(register: Register, outside: str, said: Said) -> Content:
    needs = [part.strip() for part in register.columns.get(NEEDS, "").split(";") if part.strip()]
    kind = said["kind"] or register.name
    where = f" in {said['postcode'].partition(' ')[0]}" if said["postcode"] else ""
    return {
        **empty_content(),
        "summary": f"{kind}{where}."[:500],
        "delivery": ["in_person"],
        "needs": sorted(set(needs)),
        "attributes": [{"label": _NUMBER, "value": outside}],
    }


def _with_facts(there: Sequence[Mapping[str, str]], facts: Mapping[str, str]) -> list[dict[str, str]]:
    """Further facts with some said anew; what the list does not say any more is taken out."""
    kept = [dict(one) for one in there if one["label"] not in facts]
    return kept + [{"label": label, "value": value} for label, value in facts.items() if value]


def _read(row: Row, name: str) -> str:
    match name:
        case "telephone":
            return telephone(row)
        case "email":
            return row.email()
        case "website":
            return row.website()
        case "postcode":
            found = row.postcode()
            return str(found) if found else ""
        case _:
            return sentence(row, name, required=name == "name", longest=255)


def _is_home(mapping: Places, said: Said) -> bool:
    """Whether the address may be somebody's home; a row that does not say its kind may be one too."""
    hidden = mapping.words(HIDE)
    return bool(hidden) and (not said["kind"] or plain(said["kind"]) in hidden)
