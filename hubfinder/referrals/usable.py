"""Which safe ways to a family lead anywhere from here: what cannot be sent here reaches nobody."""

from hubfinder.referrals.answers import Told
from hubfinder.referrals.notify import templates_of
from hubfinder.referrals.safe_contact import may_say_who, safe_channels
from hubfinder.referrals.vocab import Channel
from hubfinder.settings import Settings

BY_PEOPLE = frozenset({Channel.CALL, Channel.VOICEMAIL})


def usable_channels(told: Told, settings: Settings) -> frozenset[Channel]:
    """The safe ways that can be used here: a call, and whatever can be sent."""
    safe = safe_channels(told)
    if not settings.smtp_host:
        return safe  # a demonstration, which writes everything into files
    sent = set(templates_of(settings))
    if settings.smtp_neutral_from or may_say_who(told, Channel.EMAIL):
        sent.add(Channel.EMAIL)
    return safe & (BY_PEOPLE | sent)
