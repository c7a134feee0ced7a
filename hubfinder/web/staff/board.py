"""What is due, the oldest first: one press of a key for each that is still right; a picture of the whole."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from urllib.parse import urlencode

from flask import jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import and_, or_
from werkzeug.exceptions import NotFound

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.directory.models import Location, Organization
from hubfinder.directory.queries import needs
from hubfinder.directory.values import NEED
from hubfinder.display.words import gettext, ngettext
from hubfinder.extensions import db
from hubfinder.listings.confirming import Confirmed, confirm, take_back
from hubfinder.listings.models import Listing
from hubfinder.listings.overview import PAGE, Condition, names_of, only_due, page_of, tally_of
from hubfinder.listings.scope import visible_to
from hubfinder.listings.tally import ALL, NONE, Cell, Filters, Kind, Tally, Value
from hubfinder.people.values import Actor
from hubfinder.web.shared.access import actor, staff_page
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.typed import one_line
from hubfinder.web.staff.blueprint import CHECKERS, pages
from hubfinder.web.staff.board_picture import Picture, picture_of
from hubfinder.web.staff.due import Line, calendar, group_of, lines_of, options

LAST = "board_last"
"""In the session: what was confirmed last, so that it can be taken back."""
LONGEST_KEY = 160
MOST_ORGANIZATIONS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What the board is asked for."""

    filters: Filters = field(default_factory=Filters)
    is_mine: bool = False

    def query(self, **more: str) -> dict[str, str]:
        """For an address: only what is set."""
        every = {
            "hub": self.filters.hub,
            "organization": self.filters.organization,
            "mine": "1" if self.is_mine else "",
            **more,
        }
        return {name: value for name, value in every.items() if value}


@dataclass(frozen=True, slots=True)
class Whole:
    """The picture of everything, and the same in numbers."""

    total: Cell
    by_hub: dict[str, Cell]
    by_organization: dict[str, Cell]
    hubs: dict[str, str]
    """Names of hubs by key."""
    names: dict[str, str]
    """Of organizations."""
    picture: Picture | None
    organizations: list[tuple[str, str, Cell]]
    """Key, name, how well looked after: those with most to do first."""
    more: int
    """Organizations that are not among them."""


@staff_page(pages, "/staff/board", *CHECKERS)
def board() -> ResponseReturnValue:
    """What is due."""
    asked, day = read(request.args), today()
    due = calendar(day)
    seen = visible_to(actor())
    here = and_(seen, only_due(due), _mine(actor(), asked))
    rows = page_of(db.session, here, due, asked.filters)
    tally = tally_of(db.session, seen, due)
    total = tally.due(_wanted(actor(), asked))
    whole = _whole(tally)
    lines = lines_of(rows, day)
    keys = [line.row.key for line in lines]
    return render_template(
        "staff/board.html",
        asked=asked,
        groups=_groups(lines, day),
        following=dict(pairwise([*keys, ""])),
        focus=_focus(keys),
        total=total,
        page_size=PAGE,
        hubs=options(_to_do(whole.by_hub), whole.hubs, gettext("Every hub"), gettext("At no hub")),
        organizations=options(_to_do(whole.by_organization), whole.names, gettext("Every organization"), ""),
        has_own=bool(_own(actor())),
        told=_told(request.args.get("done", ""), total),
        can_undo=_last(request.args.get("done", "")) is not None,
        undone=request.args.get("undone") == "1",
        whole=whole,
    )


@staff_page(pages, "/staff/board/confirm", *CHECKERS, methods=("POST",))
def confirm_listing() -> ResponseReturnValue:
    """Note that one listing is still right, and go on to the next."""
    begin_writing(db.session)
    asked = read(request.form)
    done = confirm(db.session, actor(), _key("key"), settings())
    if done is None:
        raise NotFound
    left = _left(asked)
    db.session.commit()
    if done.is_news:
        session[LAST] = _to_session(done)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(words=_done_words(done.name, left), left=left, key=done.key)
    following = _key("next")
    return redirect(_address(asked, done=done.key, next=following or "first"), 303)


@staff_page(pages, "/staff/board/undo", *CHECKERS, methods=("POST",))
def undo_confirm() -> ResponseReturnValue:
    """Take the last one back."""
    begin_writing(db.session)
    asked = read(request.form)
    before = _last(_key("key"))
    is_back = before is not None and take_back(db.session, actor(), before, settings())
    db.session.commit()
    session.pop(LAST, None)
    if not is_back:
        return redirect(_address(asked, undone="0"), 303)
    return redirect(_address(asked, undone="1", next=_key("key")), 303)


def read(arguments: Mapping[str, str]) -> Asked:
    """The filters of an address or a form."""
    return Asked(
        Filters(
            hub=one_line(arguments.get("hub", ""), LONGEST_KEY),
            organization=one_line(arguments.get("organization", ""), LONGEST_KEY),
        ),
        arguments.get("mine") == "1",
    )


def _key(name: str) -> str:
    return one_line(request.form.get(name, ""), LONGEST_KEY)


def _address(asked: Asked, **more: str) -> str:
    return f"{url_for('staff.board')}?{urlencode(asked.query(**more))}"


def _focus(keys: list[str]) -> str:
    """Whose button is ready to be pressed: that of the next one, while somebody goes through them."""
    wanted = request.args.get("next", "")
    if not wanted or not keys:
        return ""
    return wanted if wanted in keys else keys[0]


def _groups(lines: Iterable[Line], day: date) -> list[tuple[str, list[Line]]]:
    return [(heading, list(some)) for heading, some in groupby(lines, key=lambda one: group_of(one.row, day))]


def _own(who: Actor) -> list[tuple[str, str]]:
    """What is somebody's own: what is of their organization, and what is at their hub."""
    organizations = (("organization", grant.organization) for grant in who.grants if grant.organization)
    return [*organizations, *(("hub", grant.hub) for grant in who.grants if grant.hub)]


def _mine(who: Actor, asked: Asked) -> Condition:
    columns = {"organization": Listing.organization_key, "hub": Listing.hub_key}
    own = [columns[kind] == key for kind, key in _own(who)] if asked.is_mine else []
    return or_(*own) if own else Listing.id.is_not(None)


def _wanted(who: Actor, asked: Asked) -> Callable[[Kind], bool]:
    """Whether listings of a kind are among those that the board is asked for."""
    own = set(_own(who)) if asked.is_mine else set()
    filters = asked.filters

    def test(kind: Kind) -> bool:
        is_own = not own or ("organization", kind.organization) in own or ("hub", kind.hub) in own
        return (
            is_own
            and filters.hub in (ALL, kind.hub or NONE)
            and filters.organization in (ALL, kind.organization or NONE)
        )

    return test


def _left(asked: Asked) -> int:
    tally = tally_of(db.session, visible_to(actor()), calendar(today()))
    return tally.due(_wanted(actor(), asked))


def _to_do(cells: Mapping[str, Cell]) -> list[Value]:
    return [Value(key, cell.to_do) for key, cell in cells.items() if cell.to_do]


def _to_session(done: Confirmed) -> dict[str, str | int]:
    return {
        "id": done.id,
        "key": done.key,
        "name": done.name,
        "was": done.was.isoformat() if done.was else "",
        "by": done.by,
    }


def _last(key: str) -> Confirmed | None:
    """What was confirmed last, where it is the listing with this key."""
    kept = session.get(LAST)
    if not kept or not key or kept["key"] != key:
        return None
    was = date.fromisoformat(kept["was"]) if kept["was"] else None
    return Confirmed(kept["id"], kept["key"], kept["name"], was, kept["by"], is_news=True)


def _told(key: str, left: int) -> str:
    """That one is confirmed, and how many are left."""
    done = _last(key)
    return _done_words(done.name, left) if done else ""


def _done_words(name: str, left: int) -> str:
    if not left:
        return gettext("%(name)s confirmed. Nothing is left.", name=name)
    return ngettext("%(name)s confirmed. %(num)d left.", "%(name)s confirmed. %(num)d left.", left, name=name)


def _whole(tally: Tally) -> Whole:
    """Whatever the filters: the picture is of everything that somebody sees."""
    cells = {(hub, topic): cell for (hub, topic), cell in tally.cells("hub", "topic").items()}
    by_hub = {hub: cell for (hub,), cell in tally.cells("hub").items()}
    by_organization = {key: cell for (key,), cell in tally.cells("organization").items()}
    topics = {term.key.removeprefix(NEED): gettext(term.name) for term in needs(db.session)}
    hubs = dict(sorted(names_of(db.session, Location, by_hub.keys()).items(), key=_name))
    names = names_of(db.session, Organization, by_organization.keys())
    rows = [(key, names.get(key, key), cell) for key, cell in by_organization.items()]
    rows.sort(key=lambda one: (-one[2].stale, -one[2].due, one[1].casefold(), one[0]))
    return Whole(
        total=sum(by_hub.values(), Cell()),
        by_hub=by_hub,
        by_organization=by_organization,
        hubs=hubs,
        names=names,
        picture=picture_of(cells, hubs, topics),
        organizations=rows[:MOST_ORGANIZATIONS],
        more=max(0, len(rows) - MOST_ORGANIZATIONS),
    )


def _name(item: tuple[str, str]) -> tuple[str, str]:
    return item[1].casefold(), item[0]
