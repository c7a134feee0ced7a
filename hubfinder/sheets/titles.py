"""What a sheet is called: the name of its school, surgery, hub or area, and the name of its file."""

from sqlalchemy.orm import Session

from hubfinder.places.plain import plain
from hubfinder.sheets import queries
from hubfinder.sheets.orders import Paper, Readers, ScopeKind, ScopeName, SheetOrder


def title_of(session: Session, name: ScopeName) -> str:
    """The scope's own name; empty for a list, and for what is not known. Far quicker than ``find_scope``."""
    match name.kind:
        case ScopeKind.SCHOOL:
            school = queries.school(session, name.code)
            return school.name if school else ""
        case ScopeKind.SURGERY:
            surgery = queries.surgery(session, name.code)
            return surgery.name if surgery else ""
        case ScopeKind.HUB:
            hub = queries.hub_place(session, name.code)
            return hub.name if hub else ""
        case ScopeKind.FOOTPRINT:
            area = queries.area(session, *name.footprint)
            return area.name if area else ""
        case ScopeKind.LIST:
            return ""


def is_closed(session: Session, name: ScopeName) -> bool:
    """Whether it is a school that the register calls closed; its sheet can still be asked for."""
    school = queries.school(session, name.code) if name.kind is ScopeKind.SCHOOL else None
    return school is not None and school.status.lower().startswith("closed")


def file_name(title: str, order: SheetOrder) -> str:
    """What to keep it as, without an ending: ``offer-sheet-st-annes-primary-school-pl-large-print``."""
    words = plain(title).encode("ascii", "ignore").decode().split() or [order.scope.kind.value]
    marks = (
        order.paper.value if order.paper is not Paper.A4 else "",
        "large-print" if order.large else "",
        "easy-read" if order.easy else "",
        "staff" if order.readers is Readers.STAFF else "",
    )
    return "-".join(("offer-sheet", *words, order.language, *(mark for mark in marks if mark)))
