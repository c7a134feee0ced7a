"""What the map that moves says."""

from hubfinder.display.words import gettext
from hubfinder.vocab import FootprintKind


def map_sentences() -> dict[str, str]:
    """Sentences by the names that ``static/src/map/`` knows them by; ``{...}`` are gaps it fills."""
    return {**_controls(), **_marks(), **_said()}


def kind_words() -> dict[str, list[str]]:
    """Each kind of footprint in the singular and the plural."""
    many = _kinds()
    return {kind.value: [str(kind.label), many[kind]] for kind in many}


def _controls() -> dict[str, str]:
    return {
        "map": gettext("Map you can move"),
        "help": gettext(
            "Arrow keys move the map. Plus and minus zoom. Tab goes to the marks. Escape closes it."
        ),
        "close": gettext("Close the map"),
        "closer": gettext("Closer"),
        "farther": gettext("Farther away"),
        "whole": gettext("Show all of the area"),
        "areas": gettext("Areas to show"),
        "marks": gettext("Places to show"),
        "share": gettext("Link to this map"),
        "list": gettext("Places on this part of the map"),
        "thanks": gettext("Where these areas come from"),
        "software": gettext("Software of the map"),
        "source": gettext("Source:"),
        "date": gettext("Date:"),
        "licence": gettext("Licence:"),
    }


def _marks() -> dict[str, str]:
    return {
        "you": gettext("You"),
        "hub": gettext("Family hub"),
        "hubs": gettext("Family hubs"),
        "place": gettext("Other place"),
        "places": gettext("Other places"),
        "school": gettext("School"),
        "schools": gettext("Schools"),
        "surgery": gettext("Surgery"),
        "surgeries": gettext("Surgeries"),
        "cluster": gettext("{number} places close together: show them"),
        "open": gettext("Open its page"),
    }


def _said() -> dict[str, str]:
    return {
        "here": gettext("In the middle of the map: {areas}"),
        "under": gettext("Under the pointer: {areas}"),
        "nowhere": gettext("none of the areas shown"),
        "counted": gettext("{number} places on this part of the map"),
        "none": gettext("No places on this part of the map. Move it, or tick more above."),
        "chosen": gettext("{name}, {kind}. It is marked in the list too."),
        "ticked": gettext("Chosen: {name}"),
        "cleared": gettext("No longer chosen: {name}"),
        "loading": gettext("Loading the areas"),
        "failed": gettext("These areas could not be loaded. Try again."),
        "opened": gettext("The map is open."),
    }


def _kinds() -> dict[FootprintKind, str]:
    return {
        FootprintKind.SMALL_AREA: gettext("Small areas"),
        FootprintKind.MSOA: gettext("Middle areas"),
        FootprintKind.NEIGHBOURHOOD: gettext("Neighbourhoods"),
        FootprintKind.SCHOOL_CATCHMENT_PRIMARY: gettext("Primary school catchments"),
        FootprintKind.SCHOOL_CATCHMENT_INFANT: gettext("Infant school catchments"),
        FootprintKind.SCHOOL_CATCHMENT_JUNIOR: gettext("Junior school catchments"),
        FootprintKind.SCHOOL_CATCHMENT_SECONDARY: gettext("Secondary school catchments"),
        FootprintKind.WARD: gettext("Wards"),
        FootprintKind.PRIMARY_CARE_NETWORK: gettext("Primary care networks"),
        FootprintKind.LOCAL_AUTHORITY: gettext("Council areas"),
        FootprintKind.ICB: gettext("Integrated care board areas"),
        FootprintKind.POLICE_AREA: gettext("Police areas"),
        FootprintKind.CRIMINAL_JUSTICE_AREA: gettext("Criminal justice areas"),
    }
