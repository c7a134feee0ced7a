"""What messages to families say: neutral words and a reference. Never a name, a service or what it is about.

Somebody else may read them. Who we are stands there only where the family said that it may; a link says it
too, so there is none either then.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hubfinder.display.language import DEFAULT, KNOWN, speaking
from hubfinder.display.words import gettext
from hubfinder.referrals.codes import spaced


def _sentences() -> dict[str, str]:
    """By the wording of the notice; one that is not here only says that there is something to read."""
    news = gettext("There is news about what you sent us.")
    looking = gettext("Somebody is looking at what you sent us.")
    return {
        "received": gettext("We have what you sent us. Somebody will look at it."),
        "looked_at": looking,
        "family_looking": looking,
        "message": _something_new(),
        "ask": gettext("There is a question for you."),
        "accepted": news,
        "family_taken": news,
        "passed": news,
        "family_passed": news,
        "family_elsewhere": news,
        "finished": gettext("We have finished with what you sent us."),
        "withdrawn": gettext("You asked us to stop, and we have stopped."),
    }


def _something_new() -> str:
    return gettext("There is something new for you to read.")


@dataclass(frozen=True, slots=True)
class Words:
    """A message in words."""

    subject: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Of an email or a letter."""
        return "\n\n".join(self.lines) + "\n"

    @property
    def short(self) -> str:
        """Of a text message."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Sayable:
    """What a message may say beside its sentence; what is empty is left out."""

    reference: str
    language: str = DEFAULT
    telephone: str = ""
    """Of the front door."""
    site: str = ""
    """How our addresses begin; empty where the message must not say who we are."""
    council: str = ""
    """Name of the council; empty where the message must not say it."""


def words_for(wording: str, said: Sayable) -> Words:
    """What a family is sent, in its language, or in English where there are no words in that."""
    language = KNOWN.get(said.language, KNOWN[DEFAULT])
    with speaking(language):
        lines = tuple(_lines(wording, said, language.code))
        return Words(gettext("A message for you"), lines)


def _lines(wording: str, said: Sayable, language: str) -> Iterator[str]:
    yield sentence_of(wording)
    yield gettext("Your reference is %(reference)s.", reference=spaced(said.reference))
    if said.site:
        path = "/follow" if language == DEFAULT else f"/{language}/follow"
        yield gettext(
            "To read more, open %(address)s and type your reference and your code.",
            address=f"{said.site}{path}",
        )
    else:
        yield gettext("To read more, go back to our page and type your reference and your code.")
    if said.telephone:
        yield gettext("Or ring %(telephone)s.", telephone=said.telephone)
    yield gettext("Please do not answer this message.")
    if said.council:
        yield gettext("This is from %(council)s.", council=said.council)


def sentence_of(wording: str) -> str:
    """What the message says of the request, in the language that is being spoken."""
    return _sentences().get(wording, _something_new())


WORDINGS = frozenset(_sentences())
"""Those that say more than that there is something to read."""
