"""What is safe once two requests are one: of the same number or address only what both said is safe.

Somebody who wrote "do not text" may have written that because of whoever wrote the other request.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from hubfinder.referrals.answers import Answers, Told, told
from hubfinder.referrals.safe_times import ANY, BY_DAY, HOURS

YES, NO = "yes", "no"
NUMBER = ("telephone_call", "telephone_text", "telephone_voicemail", "telephone_say_who")
EMAIL = ("email_write", "email_say_who")
LETTER = ("letter_write", "letter_say_who")


def narrowed(answers: Answers, other: Answers) -> dict[str, Any]:
    """The answers of a request, with no way in them that another request of the family does not call safe."""
    found, one, two = dict(answers), told(answers), told(other)
    for place_of, ways in _PLACES.items():
        if place_of(one) and place_of(one) == place_of(two):
            found.update(_ways(found, other, ways, is_wanted=two.contact_ok is True))
            if ways is NUMBER:
                found.update(_times(one, two))
    return {name: said for name, said in found.items() if said is not None}


def _number(said: Told) -> str:
    return re.sub(r"\D", "", said.telephone.number)[-10:]


def _email(said: Told) -> str:
    return said.email.address.strip().casefold()


def _letter(said: Told) -> str:
    """Letters and figures alone; without a postcode two addresses are alike where the lines are."""
    return re.sub(r"[\W_]", "", "".join(said.letters.lines).casefold())


_PLACES: Mapping[Callable[[Told], str], tuple[str, ...]] = {
    _number: NUMBER,
    _email: EMAIL,
    _letter: LETTER,
}


def _ways(answers: Answers, other: Answers, ways: tuple[str, ...], *, is_wanted: bool) -> dict[str, Any]:
    """What is said of each way from now on: nothing where the other leaves it open, which is not safe."""
    found: dict[str, Any] = {}
    for way in ways:
        if answers.get(way) != YES:
            continue
        if not is_wanted:
            found[way] = NO
        elif other.get(way) != YES:
            found[way] = NO if other.get(way) == NO else None
    return found


def _times(one: Told, two: Told) -> dict[str, Any]:
    """Only at times that both said; where there are none, the number is not safe at any time."""
    ours, theirs = one.telephone.when, two.telephone.when
    if ANY in theirs or not (ours or theirs):
        return {}
    both = [when for when in _meant(theirs) if when in _meant(ours)]
    return {"telephone_when": both} if both else dict.fromkeys(NUMBER[:3], NO)


def _meant(when: Collection[str]) -> Collection[str]:
    """The times that are safe where these were ticked; by day, whoever is at school, where none was."""
    return tuple(HOURS) if ANY in when else when or (*BY_DAY, "school")
