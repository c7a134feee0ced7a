"""What the page of an address says of each kind of footprint: in which, how sure, and what that means."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup, escape

from hubfinder.directory.availability import is_exact
from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.places.sources import LayerSource
from hubfinder.places.values import Membership, Place
from hubfinder.vocab import Basis, FootprintKind
from hubfinder.web.public.place_line import CERTAIN, WORTH_SAYING
from hubfinder.web.shared.language import in_english
from hubfinder.web.shared.sources import AreaSource

VERY_LIKELY = 0.95
NETWORK, PRIMARY = FootprintKind.PRIMARY_CARE_NETWORK, FootprintKind.SCHOOL_CATCHMENT_PRIMARY
INFANT, JUNIOR = FootprintKind.SCHOOL_CATCHMENT_INFANT, FootprintKind.SCHOOL_CATCHMENT_JUNIOR
INSTEAD = {INFANT: (PRIMARY,), JUNIOR: (PRIMARY,), PRIMARY: (INFANT, JUNIOR)}
"""Catchments that an address is in instead: a primary school has infants and juniors."""


@dataclass(frozen=True, slots=True)
class AreaFact:
    """One footprint of the address."""

    name: str
    href: str
    sure: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """How lines of a kind were drawn, and where on the page their source stands."""

    basis: str
    number: int


@dataclass(frozen=True, slots=True)
class KindFacts:
    """The footprints of one kind, and what to say of them."""

    kind: FootprintKind
    areas: tuple[AreaFact, ...]
    words: tuple[str, ...]
    drawn: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to tell with."""

    layers: Mapping[int, LayerSource]
    """By footprint id."""
    sources: Sequence[AreaSource]
    """What the layers say of themselves, as the page numbers them."""
    loaded: Collection[FootprintKind]
    counted: bool
    """Whether it was counted with which networks the people of the small area are."""


def facts_of(place: Place, known: Known) -> list[KindFacts]:
    """Every kind of footprint, smallest first, with what is known of this address."""
    return [
        KindFacts(
            kind,
            () if kind is NETWORK else tuple(_fact(member, place) for member in place.of_kind(kind)),
            tuple(_words(kind, place, known)),
            tuple(_drawn(kind, place, known)),
        )
        for kind in FootprintKind
        if place.of_kind(kind) or _worth_a_row(kind, place)
    ]


def _worth_a_row(kind: FootprintKind, place: Place) -> bool:
    """Whether it says something that the address is in none: a primary school has infants and juniors."""
    return kind is not FootprintKind.NATION and not (kind in (INFANT, JUNIOR) and place.of_kind(PRIMARY))


def address_of(member: Membership) -> str:
    """The page of a footprint."""
    return url_for("public.footprint", kind=member.kind.value, code=member.code)


def linked(member: Membership) -> Markup:
    """The name of a footprint, leading to its page; names are English in every language."""
    return Markup('<a href="{}"{}>{}</a>').format(address_of(member), in_english(), member.name)


def _fact(member: Membership, place: Place) -> AreaFact:
    return AreaFact(member.name, address_of(member), _how_sure(member, place))


def _drawn(kind: FootprintKind, place: Place, known: Known) -> list[Drawn]:
    layers = [known.layers.get(member.footprint_id) for member in place.of_kind(kind)]
    return [
        Drawn(str(source.layer.basis.label), number)
        for number, source in enumerate(known.sources, 1)
        if any(layer and layer.facts == source.layer.facts for layer in layers)
    ]


def _how_sure(member: Membership, place: Place) -> str:
    if not is_exact(member.kind, place):
        return gettext("Only the middle of %(place)s is surely there", place=place.label)
    if member.share < CERTAIN:
        return gettext("%(share)s of people in your small area", share=formats.percentage(member.share))
    return {
        Basis.OFFICIAL: gettext("Sure: this is the official line"),
        Basis.TRACED: gettext("Quite sure; close to the line it may be wrong"),
        Basis.MODELLED: gettext("Likely, not certain"),
        Basis.BEST_FIT: gettext("Quite sure; close to the line it may be wrong"),
    }[member.basis]


def _words(kind: FootprintKind, place: Place, known: Known) -> list[str]:
    members = place.of_kind(kind)
    if not members and kind not in known.loaded:
        return [gettext("Not known here: nobody has given us these areas.")]
    if kind is NETWORK and members:
        return [network_sentence(members, known.counted)]
    if kind.is_catchment:
        return _catchment(kind, place)
    if not members:
        return [gettext("This address is in none of those that we know of.")]
    if len(members) > 1 and kind is not FootprintKind.NATION:
        return [gettext("This address is in more than one of them.")]
    return []


def network_sentence(members: Sequence[Membership], counted: bool) -> Markup:
    """Which network it is and how likely, the others worth naming, and who decides.

    ``counted``: the shares are of the people of the small area, and not a guess by the nearest surgery.
    """
    first, *others = members
    if counted and first.share >= VERY_LIKELY:
        told = _filled(
            gettext("Your primary care network is very likely %(network)s."), network=linked(first)
        )
    else:
        named = _with_shares(first, others) if counted else linked(first)
        told = _filled(gettext("Your primary care network is probably %(networks)s."), networks=named)
    return told + " " + gettext("Your surgery decides.")


def _with_shares(first: Membership, others: Sequence[Membership]) -> Markup:
    """``Quayside (62% of people in your small area), or Wendbridge (21%)``."""
    likely = gettext("%(network)s (%(share)s of people in your small area)")
    other = gettext("or %(network)s (%(share)s)")
    named = [(likely, first), *((other, one) for one in others if one.share >= WORTH_SAYING)]
    return escape(gettext(", ")).join(
        _filled(words, network=linked(one), share=formats.percentage(one.share)) for words, one in named
    )


def _catchment(kind: FootprintKind, place: Place) -> list[str]:
    members = place.of_kind(kind)
    decides = gettext("The school and the council decide who gets a place.")
    if len(members) > 1:
        return [
            _filled(gettext("This address is in more than one: %(schools)s."), schools=_all(members)),
            decides,
        ]
    if members:
        return [decides]
    instead = [one for other in INSTEAD.get(kind, ()) for one in place.of_kind(other)]
    if instead:
        words = gettext("None, but this address is in the catchment of %(schools)s.")
        return [_filled(words, schools=_all(instead))]
    return [_in_none(kind), _ask_whom(place)]


def _all(members: Sequence[Membership]) -> Markup:
    return escape(gettext(" and ")).join(map(linked, members))


def _filled(words: str, **gaps: str) -> Markup:
    """A sentence with its gaps filled; what is marked up stays so, all else is text."""
    return escape(words) % gaps


def _in_none(kind: FootprintKind) -> str:
    return {
        PRIMARY: gettext("This address is in no primary school's catchment that we know of."),
        INFANT: gettext("This address is in no infant school's catchment that we know of."),
        JUNIOR: gettext("This address is in no junior school's catchment that we know of."),
    }.get(kind, gettext("This address is in no secondary school's catchment that we know of."))


def _ask_whom(place: Place) -> str:
    councils = place.of_kind(FootprintKind.LOCAL_AUTHORITY)
    if not councils:
        return gettext("The council decides who gets a place.")
    words = gettext("The council decides who gets a place; ask the council of %(council)s.")
    return _filled(words, council=linked(councils[0]))
