"""Why something is, may be or may not be for the family that asks, in the one line of a card."""

from hubfinder.directory.availability import Code
from hubfinder.display.availability import Line, brief
from hubfinder.display.words import gettext
from hubfinder.search.values import Found, Group


def reason_for(found: Found) -> Line:
    """The reason that decides; of the nearest hub, that it is the nearest."""
    code = found.available.deciding.code
    if found.group is Group.HUB and code is Code.HUB:
        return Line(code.answer.value, gettext("For you: it is the nearest to where you live"))
    return brief(found.available)


def is_said(found: Found) -> bool:
    """Whether the reason tells already that it is across the border."""
    said = {Code.ACROSS_BORDER, Code.AGE_NOT_SAID}
    codes = {reason.code for reason in found.available.reasons}
    return Code.ACROSS_BORDER in codes and found.available.deciding.code in said
