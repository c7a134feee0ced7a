"""Where staff can go, and who is signed in: what stands at the top of every staff page."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import has_request_context, request, url_for
from flask_babel import LazyString, lazy_gettext

from hubfinder.extensions import db
from hubfinder.listings.report_scope import READERS
from hubfinder.people.queries import council_names
from hubfinder.staff_vocab import Role
from hubfinder.web.shared.access import actor, is_signed_in
from hubfinder.web.staff.blueprint import CHECKERS, KEEPERS, LISTING_READERS, pages

EVERYBODY = tuple(Role)
SENDERS = (Role.PROVIDER, Role.HUB_STAFF, Role.COUNCIL_ADMINISTRATOR)
"""Who sends spreadsheets in and takes them out."""
MOST_IN_A_ROW = 7
"""So many entries stand side by side on a desktop; of a longer menu those asked for seldom are folded."""
HOME = "staff.home"
SIGN_OUT = "accounts.sign_out"


@dataclass(frozen=True, slots=True)
class Going:
    """An entry of the menu: a page without anything in its address, and whose it is."""

    endpoint: str
    label: LazyString
    roles: tuple[Role, ...]
    is_rare: bool = False
    """Whether it is asked for seldom: folded away where the menu is long."""


NAV: tuple[Going, ...] = (
    Going(HOME, lazy_gettext("To do"), EVERYBODY),
    Going("staff.board", lazy_gettext("What is due"), CHECKERS),
    Going("staff.listings", lazy_gettext("Listings"), LISTING_READERS),
    Going("triage.requests", lazy_gettext("Requests"), (Role.FRONT_DOOR, Role.HUB_STAFF)),
    Going("triage.inbox", lazy_gettext("Inbox"), (Role.PROVIDER,)),
    Going("triage.sent_by_us", lazy_gettext("Requests we sent"), (Role.PROVIDER,), is_rare=True),
    Going("staff.reports", lazy_gettext("Reports"), READERS),
    Going("staff.approvals", lazy_gettext("To approve"), CHECKERS, is_rare=True),
    Going("staff.duplicates", lazy_gettext("Listed twice"), KEEPERS, is_rare=True),
    Going("staff.hubs", lazy_gettext("Family hubs"), KEEPERS, is_rare=True),
    Going("staff.spreadsheets", lazy_gettext("Spreadsheets"), SENDERS, is_rare=True),
    Going("staff.registers", lazy_gettext("Outside lists"), (Role.COUNCIL_ADMINISTRATOR,), is_rare=True),
    Going("staff.neighbourhoods", lazy_gettext("Neighbourhoods"), KEEPERS, is_rare=True),
    Going("staff.sheets", lazy_gettext("Offer sheets"), KEEPERS, is_rare=True),
    Going("staff.people", lazy_gettext("People"), (Role.COUNCIL_ADMINISTRATOR,), is_rare=True),
    Going("triage.retention", lazy_gettext("Kept requests"), (Role.COUNCIL_ADMINISTRATOR,), is_rare=True),
    Going("staff.council", lazy_gettext("Council"), (Role.COUNCIL_ADMINISTRATOR,), is_rare=True),
    Going("triage.front_door", lazy_gettext("Front door"), (Role.COUNCIL_ADMINISTRATOR,), is_rare=True),
    Going("triage.thresholds", lazy_gettext("Joint thresholds"), (Role.COUNCIL_ADMINISTRATOR,), is_rare=True),
    Going("staff.trail", lazy_gettext("Trail"), (Role.AUDITOR,), is_rare=True),
    Going("triage.messages", lazy_gettext("Messages"), (Role.COUNCIL_ADMINISTRATOR,), is_rare=True),
    Going("staff.links", lazy_gettext("Web addresses"), CHECKERS, is_rare=True),
    Going("staff.post", lazy_gettext("Email"), (Role.COUNCIL_ADMINISTRATOR,), is_rare=True),
)
"""The menu in its order; a page under the address of an entry (``/staff/sheets/…``) belongs to it."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one person sees it."""

    address: str
    words: LazyString
    current: str
    """For ``aria-current``: ``page`` on it, ``true`` on a page under it, else empty."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands at the top for whoever is signed in."""

    name: str
    councils: tuple[str, ...]
    links: tuple[Link, ...]
    more: tuple[Link, ...] = ()
    """What is asked for seldom, where there is too much for one row."""
    sign_out: str = SIGN_OUT


@pages.app_context_processor
def _frame_of_page() -> dict[str, object]:
    """On staff pages, and on those about one's own account, from where the way leads back to the work."""
    is_theirs = has_request_context() and request.blueprint in (pages.name, "accounts", "triage")
    return {"staff_frame": staff_frame} if is_theirs else {}


def staff_frame() -> Frame | None:
    """The menu for whoever is signed in; one statement. None where the session has just ended."""
    if not is_signed_in():
        return None
    who = actor()
    names = council_names(db.session, who.councils)
    theirs = [going for going in NAV if who.has(*going.roles)]
    is_long = len(theirs) > MOST_IN_A_ROW
    return Frame(
        who.name,
        tuple(names.get(code, code) for code in who.councils),
        tuple(_link(going) for going in theirs if not (is_long and going.is_rare)),
        tuple(_link(going) for going in theirs if is_long and going.is_rare),
    )


def _link(going: Going) -> Link:
    address = url_for(going.endpoint)
    path = urlsplit(address).path
    is_under = going.endpoint != HOME and request.path.startswith(f"{path}/")
    return Link(address, going.label, "page" if request.path == path else "true" if is_under else "")
