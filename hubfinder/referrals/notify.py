"""GOV.UK Notify, for councils that have an account there: email, text messages and letters, by its client.

Its templates hold nothing of ours but ``((subject))`` and ``((message))``: the words are in ``notice_words``.
Notify takes the same message twice without a word, so whoever tries again asks first whether it has it.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import requests
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import MaxRetryError

from hubfinder.post.outlets import plain
from hubfinder.post.rounds import NotNow, Refused
from hubfinder.referrals.notice_words import Words
from hubfinder.referrals.vocab import Channel
from hubfinder.settings import Settings

logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)
"""It logs what Notify says, in which an address or a number may stand."""
PATIENCE = 10
"""Seconds to wait for a connection, and for an answer."""
MOST_LINES = 7
"""Of the address on a letter."""
_REFUSED = {401, 403}
"""The key or the clock of this machine: wrong for every message alike, until somebody puts it right."""
_LATER = {408, 429}
"""It is too much for Notify at the moment, or for today."""
WAIT_FOR_A_PERSON = timedelta(minutes=15)
WAIT_A_MINUTE, WAIT_AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
"""Notify counts how much is sent in a minute, and in a day."""
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{5,}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a family."""

    id: str
    """Ours: Notify gives it back as ``reference``."""
    channel: Channel
    address: str = field(repr=False)
    words: Words
    was_tried: bool = False
    """Whether Notify may have it already."""


def templates_of(settings: Settings) -> dict[Channel, str]:
    """The ways that Notify is used for, and the template of each."""
    templates = {
        Channel.EMAIL: settings.notify_email_template,
        Channel.TEXT: settings.notify_text_template,
        Channel.LETTER: settings.notify_letter_template,
    }
    return {channel: template for channel, template in templates.items() if template}


class Notify:
    """Hands messages over; opened with ``with``."""

    def __init__(self, settings: Settings, patience: float = PATIENCE) -> None:
        self.templates = templates_of(settings)
        key = settings.notify_api_key.get_secret_value()
        self.client = NotificationsAPIClient(  # type: ignore[no-untyped-call]  # its own
            key, base_url=settings.notify_address, timeout=patience
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.request_session.close()

    def send(self, message: Message) -> str:
        """Hand one over, unless Notify has it; under which id it has it.

        Raises:
            NotNow: Notify cannot be reached or takes nothing from us.
            Refused: this one was not taken.
        """
        there = self._id_of(message) if message.was_tried else ""
        if there:
            return there
        template = self.templates[message.channel]
        words = message.words
        match message.channel:
            case Channel.EMAIL:
                said = {"subject": words.subject, "message": words.text}
                answer = _ask(
                    self.client.send_email_notification, message.address, template, said, message.id
                )
            case Channel.TEXT:
                said = {"message": words.short}
                answer = _ask(self.client.send_sms_notification, message.address, template, said, message.id)
            case _:
                said = {**_address_lines(message.address), "message": words.text}
                answer = _ask(self.client.send_letter_notification, template, said, message.id)
        return str(answer.get("id", ""))

    def status_of(self, notify_id: str) -> str:
        """What became of a message, in Notify's own word: ``delivered``, ``permanent-failure``.

        Raises:
            NotNow: Notify cannot be reached or tells us nothing.
            Refused: it does not know of this one.
        """
        return str(_ask(self.client.get_notification_by_id, notify_id).get("status", ""))

    def _id_of(self, message: Message) -> str:
        """Under which it has a message already; empty where it does not."""
        found = _ask(self.client.get_all_notifications, None, None, message.id).get("notifications")
        return str(found[0].get("id", "")) if found else ""


def _address_lines(address: str) -> dict[str, str]:
    """At most seven; the last is the postcode."""
    lines = address.splitlines()
    kept = [*lines[: MOST_LINES - 1], lines[-1]] if len(lines) > MOST_LINES else lines
    return {f"address_line_{number}": line for number, line in enumerate(kept, 1)}


def _ask(call: Callable[..., Any], *said: object) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = call(*said)
    except APIError as error:
        raise _as_ours(error) from error
    return answer


def _as_ours(error: APIError) -> NotNow | Refused:
    """What a failure means for this message, and for all."""
    if error.response is None:
        if _was_never_connected(error.__cause__):
            return NotNow("GOV.UK Notify cannot be reached")
        return Refused("GOV.UK Notify did not answer", for_good=False, lost=True)
    status, said = error.status_code, _said(error)
    if status in _REFUSED:
        return NotNow(said, wait=WAIT_FOR_A_PERSON, is_ours=True)
    if status in _LATER:
        return NotNow(said, wait=WAIT_AN_HOUR if "today" in said else WAIT_A_MINUTE)
    is_its_own = status >= 500 or status < 400
    return Refused(said, for_good=not is_its_own, lost=is_its_own)


def _was_never_connected(cause: BaseException | None) -> bool:
    """Then it cannot have anything of ours."""
    if isinstance(cause, requests.ConnectTimeout):
        return True
    return isinstance(cause, requests.ConnectionError) and isinstance(
        next(iter(cause.args), None), MaxRetryError
    )


def _said(error: APIError) -> str:
    """What Notify said, in one line without addresses and numbers."""
    found = error.message
    words = "; ".join(str(one.get("message")) for one in found) if isinstance(found, list) else found
    return plain(error.status_code, _NUMBER.sub("…", words))
