"""What of a story may go to whom: groups of fields and partners, as the family agreed.

How to reach a family safely goes with everything, whatever else does not.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import LazyString, lazy_gettext

from hubfinder.referrals.answers import Answers, Told, told
from hubfinder.vocab import Labelled

WORDING = "2026-11c"
"""Version of the words people agree to; ``tests`` hold the hash of the words of each version."""


class Partner(Labelled):
    """With whom a story may be shared."""

    HUB = "hub", lazy_gettext("Your family hub")
    SERVICES = "services", lazy_gettext("Services that could help you")
    HEALTH = "health", lazy_gettext("Your doctor, midwife or health visitor")
    SCHOOL = "school", lazy_gettext("Your child's school or nursery")


class Group(Labelled):
    """What of it."""

    PEOPLE = "people", lazy_gettext("Names and dates of birth")
    PLACE = "place", lazy_gettext("Where you live")
    LANGUAGES = "languages", lazy_gettext("Languages and what you need to take part")
    STORY = "story", lazy_gettext("What is happening and what would help")
    CHILD = "child", lazy_gettext("What matters to the child, and the child's own words")
    HELPERS = "helpers", lazy_gettext("Who helps you already")


THEIR_PARTNERS: Mapping[Partner, LazyString] = {
    Partner.HUB: lazy_gettext("Their family hub"),
    Partner.SERVICES: lazy_gettext("Services that could help them"),
    Partner.HEALTH: lazy_gettext("Their doctor, midwife or health visitor"),
    Partner.SCHOOL: lazy_gettext("Their child’s school or nursery"),
}
THEIR_GROUPS: Mapping[Group, LazyString] = {
    Group.PEOPLE: lazy_gettext("Names and dates of birth"),
    Group.PLACE: lazy_gettext("Where they live"),
    Group.LANGUAGES: lazy_gettext("Languages, and what they need to take part"),
    Group.STORY: lazy_gettext("What is happening and what would help"),
    Group.CHILD: lazy_gettext("What matters to the child, and the child’s own words"),
    Group.HELPERS: lazy_gettext("Who helps already"),
}
"""The same for whoever works with a family, and for staff."""
FIELDS: dict[Group, frozenset[str]] = {
    Group.PEOPLE: frozenset({"people"}),
    Group.PLACE: frozenset({"postcode", "no_address"}),
    Group.LANGUAGES: frozenset({"languages", "interpreter", "access", "access_more"}),
    Group.STORY: frozenset({"story", "wanted", "needs", "tried"}),
    Group.CHILD: frozenset({"child_matters", "child_words"}),
    Group.HELPERS: frozenset({"helpers"}),
}
SAFETY = frozenset(
    {
        "danger",
        "telephone",
        "telephone_call",
        "telephone_text",
        "telephone_voicemail",
        "telephone_say_who",
        "telephone_when",
        "telephone_ask_for",
        "email",
        "email_write",
        "email_say_who",
        "letter_address",
        "letter_postcode",
        "letter_write",
        "letter_say_who",
        "language",
        "home_ok",
    }
)
"""Goes with everything: somebody who gets the story must know how not to put the family in danger."""
WHO_KNOWS = frozenset({"who", "family_knows", "pro_name", "pro_role", "pro_organization", "pro_telephone"})
"""Goes with it where the family does not know: whom to ring first, and that it does not know."""


def may_share(told: Told, partner: Partner) -> frozenset[Group]:
    """What the family agreed to share with a partner; nothing with whom they did not name."""
    if partner.value not in told.share_with:
        return frozenset()
    return frozenset(group for group in Group if group.value in told.share_what)


def copy_for(answers: Answers, groups: Iterable[Group]) -> dict[str, Any]:
    """What a service is given: these groups, and how to reach the family safely. Nothing else."""
    wanted = SAFETY.union(*(FIELDS[group] for group in groups))
    if not told(answers).is_family_told:  # nor may a service ring a family that does not know
        wanted |= WHO_KNOWS
    copy = {name: value for name, value in answers.items() if name in wanted}
    if answers.get("who") == "young_person":  # who does not learn who asks must not tell those at home either
        copy["home_ok"] = "yes" if answers.get("home_ok") == "yes" else "no"
    return copy
