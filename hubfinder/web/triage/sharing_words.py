"""With whom a story may be shared, and what of it, as staff read it; families read ``referrals.sharing``."""

from hubfinder.referrals.sharing import THEIR_GROUPS, THEIR_PARTNERS, Group, Partner

FIRST = (Partner.SERVICES, Partner.HEALTH, Partner.SCHOOL, Partner.HUB)
"""A request is passed on to services more often than to anybody else."""


def partner_words() -> dict[Partner, str]:
    return {partner: str(THEIR_PARTNERS[partner]) for partner in FIRST}


def group_words() -> dict[Group, str]:
    return {group: str(words) for group, words in THEIR_GROUPS.items()}
