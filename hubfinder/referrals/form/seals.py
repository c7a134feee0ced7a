"""A mark of some answers, by which a page is known to be of older ones: it tells nobody what they are."""

import json
from collections.abc import Mapping
from typing import Any

from hubfinder.referrals.form import journey
from hubfinder.referrals.form.fields import Answers
from hubfinder.vault.keys import Keyring


def seal_of(ring: Keyring, values: Mapping[str, Any]) -> str:
    """The mark of these answers, in hexadecimal figures."""
    return ring.mark("was", json.dumps(values, sort_keys=True, ensure_ascii=False)).hex()


def seal_of_all(ring: Keyring, answers: Answers) -> str:
    """The mark of all that the last page shows; in which language it is read changes nothing of it."""
    said = journey.said(answers)
    said.pop("language", None)
    return seal_of(ring, {**said, "for": answers.get(journey.NOTED)})
