"""How long a request is kept: by how it ended, and open ones too. The installation's settings say it."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hubfinder.clock import as_utc
from hubfinder.referrals.states import ENDED
from hubfinder.referrals.vocab import Outcome, ReferralState
from hubfinder.settings import Settings

OPEN = "open"
"""What stands in the place of an outcome for one that nobody ended."""
WITHOUT_OUTCOME = {
    ReferralState.HANDED_OVER: Outcome.STATUTORY,
    ReferralState.ELSEWHERE: Outcome.OTHER_COUNCIL,
    ReferralState.WITHDRAWN: Outcome.WITHDRAWN,
    ReferralState.MERGED: Outcome.DUPLICATE,
}


@dataclass(frozen=True, slots=True)
class Rules:
    """Months that something is kept."""

    outcomes: Mapping[Outcome, int]
    """After it ended."""
    open: int
    """After anything last happened to it."""
    tombstone: int
    """That there was one."""

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """As the settings in force say."""
        months = {outcome: getattr(settings, f"retention_{outcome.value}_months") for outcome in Outcome}
        return cls(months, settings.retention_open_months, settings.retention_tombstone_months)


@dataclass(frozen=True, slots=True)
class Ending:
    """What the rules ask of a request; ``Referral`` has all of it."""

    state: ReferralState
    outcome: Outcome | None
    changed_at: datetime
    finished_at: datetime | None
    is_to_do: bool = False
    """Somebody wrote something after it had ended, and nobody has seen to that yet."""


def rule_of(ending: Ending) -> str:
    """By which rule it is kept: the value of an outcome, or ``OPEN``."""
    if ending.state not in ENDED:
        return OPEN
    outcome = ending.outcome or WITHOUT_OUTCOME.get(ending.state)
    return outcome.value if outcome else ""


def kept_until(ending: Ending, rules: Rules) -> datetime:
    """Until when it is kept, in UTC; one that ended nobody knows how, as long as any other. What somebody has
    still to see to is not destroyed before an open one would be.
    """
    rule = rule_of(ending)
    open_until = months_after(as_utc(ending.changed_at), rules.open)
    if rule == OPEN:
        return open_until
    ended = as_utc(ending.finished_at or ending.changed_at)
    until = months_after(ended, rules.outcomes[Outcome(rule)] if rule else max(rules.outcomes.values()))
    return max(until, open_until) if ending.is_to_do else until


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months later (or earlier, below 0), or the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
