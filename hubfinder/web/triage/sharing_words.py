"""With whom a story may be shared, and what of it, as staff read it; families read ``referrals.sharing``."""

from hubfinder.display.words import gettext
from hubfinder.referrals.sharing import Group, Partner


def partner_words() -> dict[Partner, str]:
    return {
        Partner.SERVICES: gettext("Services that could help them"),
        Partner.HEALTH: gettext("Their doctor, midwife or health visitor"),
        Partner.SCHOOL: gettext("Their child’s school or nursery"),
        Partner.HUB: gettext("Their family hub"),
    }


def group_words() -> dict[Group, str]:
    return {
        Group.PEOPLE: gettext("Names and dates of birth"),
        Group.PLACE: gettext("Where they live"),
        Group.LANGUAGES: gettext("Languages, and what they need to take part"),
        Group.STORY: gettext("What is happening and what would help"),
        Group.CHILD: gettext("What matters to the child, and the child’s own words"),
        Group.HELPERS: gettext("Who helps already"),
    }
