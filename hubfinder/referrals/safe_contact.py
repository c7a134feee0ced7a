"""Which ways to a family are safe. Every message is made through here: no sender can use another."""

from hubfinder.referrals.answers import Told
from hubfinder.referrals.vocab import Channel


class UnsafeChannel(Exception):
    """Nobody said that this way is safe."""


def safe_channels(told: Told) -> frozenset[Channel]:
    """The ways of which somebody said, in so many words, that they are safe. Unknown is not safe."""
    if told.contact_ok is not True:
        return frozenset()
    telephone = told.telephone
    asked = {
        Channel.CALL: bool(telephone.number) and telephone.call is True,
        Channel.TEXT: bool(telephone.number) and telephone.text is True,
        Channel.VOICEMAIL: bool(telephone.number) and telephone.call is True and telephone.voicemail is True,
        Channel.EMAIL: bool(told.email.address) and told.email.write is True,
        Channel.LETTER: bool(told.letters.lines) and told.letters.write is True,
    }
    return frozenset(channel for channel, is_safe in asked.items() if is_safe)


def may_say_who(told: Told, channel: Channel) -> bool:
    """Whether a message this way may name the council: else it names nobody."""
    said = {
        Channel.CALL: told.telephone.say_who,
        Channel.TEXT: told.telephone.say_who,
        Channel.VOICEMAIL: told.telephone.say_who,
        Channel.EMAIL: told.email.say_who,
        Channel.LETTER: told.letters.say_who,
    }
    return channel in safe_channels(told) and said[channel] is True


def address_of(told: Told, channel: Channel) -> str:
    """Where a message this way goes; of a letter all its lines.

    Raises:
        UnsafeChannel: nobody said that it is safe.
    """
    if channel not in safe_channels(told):
        raise UnsafeChannel(channel.value)
    match channel:
        case Channel.EMAIL:
            return told.email.address
        case Channel.LETTER:
            return "\n".join((*told.letters.lines, told.letters.postcode)).strip()
        case _:
            return told.telephone.number
