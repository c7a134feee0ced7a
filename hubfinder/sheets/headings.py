"""What a sheet is about: its title, and the line under it that says for which area and how sure that is."""

from collections.abc import Sequence

from hubfinder.display import formats
from hubfinder.display.availability import age_words
from hubfinder.display.language import language_name, locale
from hubfinder.display.words import gettext, ngettext
from hubfinder.sheets.orders import PREGNANT, Readers, ScopeKind, SheetOrder
from hubfinder.sheets.scopes import Scope
from hubfinder.vocab import Access, FootprintKind


def title(scope: Scope, order: SheetOrder) -> str:
    """``Help for families at St Anne's Primary School``."""
    if order.readers is Readers.STAFF:
        return _title_for_staff(scope)
    match scope.kind:
        case ScopeKind.SCHOOL | ScopeKind.SURGERY:
            return gettext("Help for families at %(name)s", name=scope.title)
        case ScopeKind.HUB:
            return gettext("Help for families near %(name)s", name=scope.title)
        case ScopeKind.FOOTPRINT:
            return gettext("Help for families in %(name)s", name=area_name(scope))
    return gettext("Help for your family")


def _title_for_staff(scope: Scope) -> str:
    match scope.kind:
        case ScopeKind.SCHOOL | ScopeKind.SURGERY | ScopeKind.HUB:
            return gettext("For staff at %(name)s: help for families", name=scope.title)
        case ScopeKind.FOOTPRINT:
            return gettext("For staff in %(name)s: help for families", name=area_name(scope))
    return gettext("For staff: help for families")


def area_name(scope: Scope) -> str:
    """A footprint's name; that of a catchment is its school's, and says so."""
    if scope.footprint and scope.footprint.kind.is_catchment:
        return gettext("the catchment of %(school)s", school=scope.footprint.name)
    return scope.footprint.name if scope.footprint else scope.title


def subtitle(scope: Scope, order: SheetOrder, needs: Sequence[str], other_surgeries: int = 0) -> str:
    """Which area, how sure, and what was chosen: a few short sentences.

    ``needs`` are names of topics; ``other_surgeries`` are those of a surgery's network besides itself.
    """
    parts = (
        _area(scope, other_surgeries),
        gettext("About: %(topics)s.", topics=formats.listed(needs)) if needs else "",
        _chosen(order),
    )
    return " ".join(part for part in parts if part)


def _area(scope: Scope, other_surgeries: int) -> str:
    match scope.kind:
        case ScopeKind.SCHOOL:
            return _of_school(scope)
        case ScopeKind.SURGERY:
            return _of_surgery(scope, other_surgeries)
        case ScopeKind.HUB:
            return _of_hub(scope)
        case ScopeKind.FOOTPRINT:
            return _of_footprint(scope)
    return gettext("Help that somebody chose for this list.")


def _of_school(scope: Scope) -> str:
    if scope.footprint is None:
        return gettext("For families who live around the school.")
    return gettext(
        "For families in the catchment of the school (%(basis)s).", basis=scope.footprint.basis.label
    )


def _of_surgery(scope: Scope, others: int) -> str:
    if scope.footprint is None:
        return gettext("For families who live around the surgery.")
    if not others:
        return gettext("For families of this surgery. Your surgery decides what you can use.")
    return ngettext(
        "For families of this surgery and one other. Your surgery decides what you can use.",
        "For families of this surgery and %(num)d others. Your surgery decides what you can use.",
        others,
    )


def _of_hub(scope: Scope) -> str:
    if scope.footprint is None:
        return gettext("For families who live around this family hub.")
    return gettext("For families who live in %(area)s, around this family hub.", area=scope.footprint.name)


def _of_footprint(scope: Scope) -> str:
    footprint = scope.footprint
    if footprint is None:
        return ""
    if footprint.kind is FootprintKind.PRIMARY_CARE_NETWORK:
        return gettext("For families of the surgeries in this group. Your surgery decides what you can use.")
    return gettext(
        "For families who live here. %(kind)s: %(basis)s.",
        kind=footprint.kind.label,
        basis=footprint.basis.label,
    )


def _chosen(order: SheetOrder) -> str:
    """The ages, the kind of help and the languages that were chosen."""
    parts = (_age(order), _access(order.access), _spoken(order.spoken))
    return " ".join(part for part in parts if part)


def _age(order: SheetOrder) -> str:
    if order.age == PREGNANT:
        return gettext("For pregnancy.")
    months = order.months
    return gettext("For age: %(age)s.", age=age_words(months[0])) if months else ""


def _access(access: Access | None) -> str:
    match access:
        case Access.UNIVERSAL:
            return gettext("Only help that is for everyone.")
        case Access.TARGETED:
            return gettext("Only help that is for some families.")
    return ""


def _spoken(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    names = formats.listed(language_name(code, locale()) for code in codes)
    return gettext("Spoken there: %(languages)s.", languages=names)
