"""Every write to listings: one verb each, and the refusals they raise."""

from hubfinder.listings.deciding import Decision, approve, changed_by, merged_with_now, send_back, settle
from hubfinder.listings.publishing import MovedOn, Proposed, Published, PublishRefused, problems_of, publish
from hubfinder.listings.recording import How, record_services
from hubfinder.listings.standing import (
    DayPast,
    TellsOfPlace,
    bring_back,
    comment,
    pause,
    resume,
    resume_due,
    retire,
    retire_all,
)
from hubfinder.listings.states import NotAllowed, Refused, WrongState
from hubfinder.listings.steps import ChangedMeanwhile, Conflicting, WordsNeeded
from hubfinder.listings.updates import (
    begin_listing,
    begin_update,
    open_updates,
    own_open_update,
    reopen,
    restore,
    save_update,
    submit,
    withdraw,
)

__all__ = [
    "ChangedMeanwhile", "Conflicting", "DayPast", "Decision", "How", "MovedOn", "NotAllowed", "Proposed",
    "PublishRefused", "Published", "Refused", "TellsOfPlace", "WordsNeeded", "WrongState", "approve",
    "begin_listing", "begin_update", "bring_back", "changed_by", "comment", "merged_with_now",
    "open_updates", "own_open_update", "pause", "problems_of", "publish", "record_services", "reopen",
    "restore", "resume", "resume_due", "retire", "retire_all", "save_update", "send_back", "settle",
    "submit", "withdraw",
]  # fmt: skip
