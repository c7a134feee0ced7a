"""What somebody agreed to, kept row by row with the version of the words and the time."""

from hubfinder.clock import utc_now
from hubfinder.referrals.answers import Told, Who
from hubfinder.referrals.holding import Holder
from hubfinder.referrals.models import Consent
from hubfinder.referrals.sharing import WORDING, Group, Partner

CONTACT, SHARE = "contact", "share"
PUBLIC_TASK = "public_task"
"""The lawful basis on which a request is handled; consent is asked for what goes beyond it."""


def consents_of(referral_id: str, said: Told, by: Holder | None = None) -> list[Consent]:
    """A row for each thing that was asked, also where the answer was no: contact apart from sharing.

    ``by`` says who told us; where nobody does it is whoever wrote the request.
    """
    who = by or (Holder.PROFESSIONAL if said.who is Who.PROFESSIONAL else Holder.FAMILY)

    def row(kind: str, scope: str, *, is_given: bool) -> Consent:
        return Consent(
            referral_id=referral_id,
            at=utc_now(),
            kind=kind,
            scope=scope,
            is_given=is_given,
            wording=WORDING,
            language=said.language,
            basis=PUBLIC_TASK,
            by=who.value,
        )

    return [
        row(CONTACT, "", is_given=said.contact_ok is True),
        *(row(SHARE, partner.value, is_given=partner.value in said.share_with) for partner in Partner),
        *(row(SHARE, f"group:{group.value}", is_given=group.value in said.share_what) for group in Group),
    ]
