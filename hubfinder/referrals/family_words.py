"""What a family reads of its own request: neutral, short, and in ten more languages.

That statutory services have it is never said here: somebody else may be reading. It is shown as one that
is still being looked at.
"""

from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext

from hubfinder.referrals.vocab import EventKind, PassState, ReferralState

_ASK_AGAIN = lazy_gettext("You can ask for help again at any time.")
_SAFE_WAYS = lazy_gettext("They get in touch with you, only in ways you said are safe.")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a request stands, and what comes next."""

    now: LazyString
    next: LazyString


_LOOKED_AT = Stand(
    lazy_gettext("Somebody is looking at your request."), lazy_gettext("We are finding out who can help you.")
)
STANDS: dict[ReferralState, Stand] = {
    ReferralState.RECEIVED: Stand(
        lazy_gettext("We have your request."), lazy_gettext("Somebody will read it.")
    ),
    ReferralState.LOOKED_AT: _LOOKED_AT,
    ReferralState.ASKED: Stand(
        lazy_gettext("There is a question for you."), lazy_gettext("Read it on this page and answer it here.")
    ),
    ReferralState.ACCEPTED: Stand(lazy_gettext("A family hub has your request."), _SAFE_WAYS),
    ReferralState.PASSED_ON: Stand(lazy_gettext("Somebody who may help has your request."), _SAFE_WAYS),
    ReferralState.HANDED_OVER: _LOOKED_AT,
    ReferralState.ELSEWHERE: Stand(
        lazy_gettext("Another council has your request."),
        lazy_gettext("It helps families where you live."),
    ),
    ReferralState.FINISHED: Stand(lazy_gettext("Your request is finished."), _ASK_AGAIN),
    ReferralState.WITHDRAWN: Stand(lazy_gettext("You took your request back."), _ASK_AGAIN),
    ReferralState.MERGED: _LOOKED_AT,
}
STEPS: dict[EventKind, LazyString] = {
    EventKind.RECEIVED: lazy_gettext("You sent your request"),
    EventKind.ASKED: lazy_gettext("We asked you something"),
    EventKind.MESSAGE: lazy_gettext("We wrote to you"),
    EventKind.ADDED: lazy_gettext("You wrote to us"),
    EventKind.CORRECTED: lazy_gettext("What you told us was put right"),
    EventKind.CONSENT: lazy_gettext("What we may share was changed"),
    EventKind.ROUTED: lazy_gettext("It went to another team"),
    EventKind.ACCEPTED: lazy_gettext("A family hub said yes"),
    EventKind.PASSED: lazy_gettext("We asked somebody who may help"),
    EventKind.PASS_ACCEPTED: lazy_gettext("Somebody who may help said yes"),
    EventKind.PASS_FINISHED: lazy_gettext("Somebody who helped has finished"),
    EventKind.KEY_WORKER: lazy_gettext("There is somebody you can always ask"),
    EventKind.FINISHED: lazy_gettext("Your request was finished"),
    EventKind.REOPENED: lazy_gettext("We are looking at it again"),
    EventKind.WITHDRAWN: lazy_gettext("You took your request back"),
    EventKind.NEW_CODE: lazy_gettext("You were given a new code"),
}
"""What happened, for what a family may know of; of anything else nothing is shown."""
WRITTEN = frozenset({EventKind.ASKED, EventKind.MESSAGE, EventKind.ADDED})
"""What somebody wrote: shown with its words."""
SERVICES: dict[PassState, LazyString] = {
    PassState.WAITING: lazy_gettext("has not answered yet"),
    PassState.ACCEPTED: lazy_gettext("said yes"),
    PassState.FINISHED: lazy_gettext("has finished"),
}
"""Where a service stands that the family may know of."""
SAID_NO = lazy_gettext("cannot help now. We are looking for other help.")
"""Of one that said no, until somebody has seen to it; then nothing is shown of it."""
