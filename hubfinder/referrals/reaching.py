"""How a family may be reached, in words that stand before any number: what is safe, and what is not.

Whatever nobody said is safe is not: then it says so, and the number is folded away.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.referrals.answers import Told
from hubfinder.referrals.form.words import TIMES
from hubfinder.referrals.notices import BY_ITSELF
from hubfinder.referrals.safe_contact import may_say_who, safe_channels
from hubfinder.referrals.safe_times import ANY
from hubfinder.referrals.vocab import Channel


@dataclass(frozen=True, slots=True)
class Way:
    """One way to get in touch."""

    channel: Channel
    is_safe: bool
    words: str
    """``You may call``, ``Do not call``."""
    more: tuple[str, ...] = ()
    """What to mind: when, whom to ask for, whether to say who we are."""
    address: str = ""
    """The number, the address; only where the way is safe."""


@dataclass(frozen=True, slots=True)
class First:
    """Whom to ring before anybody rings a family that does not know."""

    name: str
    telephone: str


@dataclass(frozen=True, slots=True)
class Reach:
    """All that is known of how to reach a family."""

    may_contact: bool
    """They agreed to be contacted at all."""
    ways: tuple[Way, ...]
    """Of the numbers and addresses they gave."""
    folded: tuple[tuple[str, str], ...]
    """What they gave that is not safe to use: what it is, and the number or address."""
    is_kept_from_home: bool = False
    """A young person asks, and nobody at home may be told."""
    first: First | None = None
    """Whoever asked for a family that does not know, or not all of it."""

    @property
    def is_any_safe(self) -> bool:
        return any(way.is_safe for way in self.ways)


def reach_of(said: Told, lost: Collection[Channel] = ()) -> Reach:
    """How to reach them, the safest ways first; by those of ``lost`` messages did not arrive."""
    ways = tuple(_ways(said, lost))
    return Reach(
        said.contact_ok is True,
        tuple(sorted(ways, key=lambda way: not way.is_safe)),
        tuple(_folded(said, {way.channel for way in ways if way.is_safe})),
        said.is_kept_from_home,
        None if said.is_family_told else First(said.professional.name, said.professional.telephone),
    )


def ways_to_write(said: Told) -> list[tuple[str, str]]:
    """Value and words of the ways by which a message can be sent to them by itself, the quickest first."""
    words = {
        Channel.EMAIL: gettext("Email"),
        Channel.TEXT: gettext("Text message"),
        Channel.LETTER: gettext("Letter"),
    }
    safe = safe_channels(said)
    return [(one.value, words[one]) for one in BY_ITSELF if one in safe]


def _ways(said: Told, lost: Collection[Channel]) -> Iterator[Way]:
    safe = safe_channels(said)
    given = {
        Channel.CALL: said.telephone.number,
        Channel.TEXT: said.telephone.number,
        Channel.VOICEMAIL: said.telephone.number,
        Channel.EMAIL: said.email.address,
        Channel.LETTER: ", ".join((*said.letters.lines, said.letters.postcode)).strip(", "),
    }
    for channel, address in given.items():
        if address:
            is_safe = channel in safe
            words = _yes_and_no()[channel][0 if is_safe else 1]
            more = (*_mind(said, channel), *_did_not_arrive(channel, lost)) if is_safe else ()
            yield Way(channel, is_safe, words, more, address if is_safe else "")


def _yes_and_no() -> dict[Channel, tuple[str, str]]:
    return {
        Channel.CALL: (gettext("You may call"), gettext("Do not call")),
        Channel.TEXT: (gettext("You may send a text message"), gettext("Do not send a text message")),
        Channel.VOICEMAIL: (gettext("You may leave a message"), gettext("Do not leave a message")),
        Channel.EMAIL: (gettext("You may send an email"), gettext("Do not send an email")),
        Channel.LETTER: (gettext("You may send a letter"), gettext("Do not send a letter")),
    }


def _mind(said: Told, channel: Channel) -> Iterator[str]:
    """What to mind with a way that is safe."""
    if channel in (Channel.CALL, Channel.TEXT, Channel.VOICEMAIL):
        yield _times(said)
        if said.telephone.ask_for and channel is Channel.CALL:
            yield gettext("Ask for %(name)s", name=said.telephone.ask_for)
    if may_say_who(said, channel):
        yield gettext("You may say who you are")
    else:
        yield gettext("Do not say who you are, or what it is about")


def _times(said: Told) -> str:
    """When it is safe, as ``safe_times`` reads it."""
    when = said.telephone.when
    if ANY in when:
        return gettext("At any time, also at night")
    if not when:
        return gettext("They did not say when: only from 9am to 5pm")
    return gettext(
        "Only at these times: %(times)s", times=formats.listed(str(TIMES.get(one, one)) for one in when)
    )


def _did_not_arrive(channel: Channel, lost: Collection[Channel]) -> Iterator[str]:
    if channel in lost:
        yield gettext("What was sent there did not arrive, and never will. Ask them whether it is right.")


def _folded(said: Told, safe: set[Channel]) -> Iterator[tuple[str, str]]:
    telephone = {Channel.CALL, Channel.TEXT, Channel.VOICEMAIL}
    if said.telephone.number and not telephone & safe:
        yield gettext("Telephone"), said.telephone.number
    if said.email.address and Channel.EMAIL not in safe:
        yield gettext("Email"), said.email.address
    if said.letters.lines and Channel.LETTER not in safe:
        yield gettext("Address"), ", ".join((*said.letters.lines, said.letters.postcode)).strip(", ")
