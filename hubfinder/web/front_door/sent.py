"""The confirmation: a reference, what happens next and by when, and how to follow it. It can be printed."""

from dataclasses import dataclass
from datetime import datetime

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hubfinder.clock import as_utc
from hubfinder.directory.models import Location
from hubfinder.directory.queries import hub_by_key
from hubfinder.referrals.codes import spaced, spaced_code
from hubfinder.referrals.drafts import OpenDraft, Receipt
from hubfinder.referrals.front_doors import FrontDoorDetails
from hubfinder.referrals.models import Referral
from hubfinder.referrals.reading import opened
from hubfinder.referrals.usable import usable_channels
from hubfinder.referrals.vocab import Flag, Urgency
from hubfinder.web.front_door import desk
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.steps import onward, to_the_beginning
from hubfinder.web.front_door.where import Hours, details_for, elsewhere, hours_of
from hubfinder.web.shared.access import family_page
from hubfinder.web.shared.places import reading
from hubfinder.web.shared.settings import settings
from hubfinder.web.shared.vault import keys, vault


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next."""

    front_door: FrontDoorDetails
    due: datetime | None
    """UTC."""
    hours: Hours
    is_urgent: bool
    hub: Location | None
    lives_in: str
    """The council of somebody from outside; empty where they live here, or nobody knows."""
    elsewhere: FrontDoorDetails | None
    """Its front door."""
    can_be_reached: bool
    """Some way is safe that leads anywhere from here."""
    is_for_work: bool
    """Somebody asks for a family in their work: word goes to them."""


@family_page(pages, "/ask/sent")
def sent() -> ResponseReturnValue:
    form = desk.my_form()
    if form is None:
        return to_the_beginning()
    if form.receipt is None:
        return onward(form.answers)
    return _page(form, form.receipt)


@desk.own_token
@family_page(pages, "/ask/sent/forget", methods=("POST",))
def forget_sent() -> ResponseReturnValue:
    """Whoever has noted the reference can take it off this telephone."""
    desk.from_here()
    response = make_response(redirect(url_for("public.start"), 303))
    if desk.is_token_right():
        desk.forget(response)
    return response


def _page(form: OpenDraft, receipt: Receipt) -> str:
    row = vault().get(Referral, form.row.referral_id)
    return render_template(
        "front_door/sent.html",
        reference=spaced(receipt.reference),
        code=spaced_code(receipt.code),
        next=_next(row) if row is not None else None,
        token=desk.token(),
    )


def _next(row: Referral) -> Next:
    request = opened(keys(), row)
    head = request.head
    is_outside = Flag.OUTSIDE in head.flags
    return Next(
        front_door=details_for(row.council_code),
        due=as_utc(row.due_at) if row.due_at else None,
        hours=hours_of(row.council_code),
        is_urgent=row.urgency is not Urgency.USUAL,
        hub=hub_by_key(reading(), row.hub_key) if row.hub_key and not row.is_hub_for_safety else None,
        lives_in=head.lives_in_name if is_outside else "",
        elsewhere=elsewhere(head.lives_in) if is_outside else None,
        can_be_reached=bool(usable_channels(request.told, settings())),
        is_for_work=Flag.PROFESSIONAL in head.flags,
    )
