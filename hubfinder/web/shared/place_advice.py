"""What pages say when they cannot use the place somebody typed: each kind has its own answer."""

from dataclasses import dataclass, replace

from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.places.here import parse_point
from hubfinder.places.values import (
    Choice,
    Place,
    PlaceAmbiguous,
    PlaceProblem,
    PointUnknown,
    Postcode,
    PostcodeElsewhere,
    PostcodeMalformed,
    PostcodeUnknown,
    PostcodeWithoutPoint,
)
from hubfinder.web.shared.place_words import kind_name


@dataclass(frozen=True, slots=True)
class Advice:
    """A notice over the results: what is the matter and what to do. ``error`` belongs to the place field."""

    heading: str
    text: str = ""
    status: int = 200
    error: str = ""
    choices: tuple[Choice, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    """Address and words of other sites to go to."""
    is_elsewhere: bool = False
    """So far away that only help by telephone and online makes sense."""


EXAMPLE = "ZA1 4QT"
ELSEWHERE = {
    "S": (
        ("https://www.parentclub.scot/", "Parent Club Scotland"),
        ("https://www.mygov.scot/", "mygov.scot"),
    ),
    "W": (
        (
            "https://www.gov.wales/find-your-local-family-information-service",
            "Family Information Service, Wales",
        ),
        ("https://www.gov.wales/family", "GOV.WALES"),
    ),
    "N": (("https://www.nidirect.gov.uk/information-and-services/parents", "nidirect"),),
    "L": (
        ("https://www.gov.je/Caring/", "gov.je (Jersey)"),
        ("https://www.gov.gg/", "gov.gg (Guernsey)"),
    ),
    "M": (("https://www.gov.im/", "gov.im"),),
}
"""Where families of other nations find help: their own governments' sites."""


def advice_on(problem: PlaceProblem) -> Advice:
    """What to say about a place that cannot be used."""
    match problem:
        case PostcodeElsewhere(nation=nation):
            here = parse_point(problem.text)
            return _elsewhere("" if here else _spaced(problem.text), nation)
        case PlaceAmbiguous(choices=choices):
            named = tuple(replace(one, kind=kind_name(one.kind)) for one in choices)
            return Advice(gettext("Which %(name)s do you mean?", name=problem.text), choices=named)
        case PostcodeMalformed():
            error = gettext("Check your postcode: it should look like %(example)s", example=EXAMPLE)
            return Advice("", status=400, error=error)
    return _not_known(problem)


def _not_known(problem: PlaceProblem) -> Advice:
    typed = _spaced(problem.text)
    match problem:
        case PointUnknown():
            return Advice(
                gettext("We cannot find you here"),
                gettext("We know no place near where you are. Type your postcode, or the name of your town."),
            )
        case PostcodeUnknown():
            return Advice(
                gettext("We do not know the postcode %(postcode)s", postcode=typed),
                gettext("Check it for mistakes. If it is right, it may be new: try the name of your town."),
                status=404,
            )
        case PostcodeWithoutPoint():
            return Advice(
                gettext("We know %(postcode)s, but not where it is", postcode=typed),
                gettext("Try the postcode of a neighbour, or the name of your town or village."),
            )
    return Advice(
        gettext("We do not know a place called %(name)s", name=typed),
        gettext("Check it for mistakes, or type your postcode."),
        status=404,
    )


def advice_on_terminated(place: Place) -> Advice | None:
    """What to say about a postcode that is no longer in use; none about one that is."""
    if not place.terminated:
        return None
    return Advice(
        gettext(
            "%(postcode)s has not been in use since %(month)s",
            postcode=place.label,
            month=formats.month(place.terminated),
        ),
        gettext("We show help near where it was. If you have a new postcode, use that."),
    )


def _elsewhere(postcode: str, nation: str) -> Advice:
    names = {
        "S": gettext("Scotland"),
        "W": gettext("Wales"),
        "N": gettext("Northern Ireland"),
        "L": gettext("the Channel Islands"),
        "M": gettext("the Isle of Man"),
    }
    name = names.get(nation, gettext("another nation"))
    where = gettext("%(postcode)s is in %(nation)s", postcode=postcode, nation=name)
    return Advice(
        where if postcode else gettext("You are in %(nation)s", nation=name),
        gettext(
            "Help for families is organised differently there. These sites are made for you. "
            "Some helplines below work there too."
        ),
        links=ELSEWHERE.get(nation, ()),
        is_elsewhere=True,
    )


def _spaced(typed: str) -> str:
    """A postcode as people write it."""
    postcode = Postcode.parse(typed)
    return str(postcode) if postcode else typed
