"""Whatever the code writes into the trail can be read there in words."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import hubfinder
from hubfinder.referrals.triage import VERBS
from hubfinder.staff_vocab import Decision
from hubfinder.web.shared.trail_words import BY_HAND, WORDS, words_of

HOME = Path(hubfinder.__file__).parent
CODE = [
    node
    for room in ("cli", "exchange", "listings", "people", "post", "referrals", "web")
    for path in (HOME / room).rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text()))
]
VERB = re.compile(r"[a-z_]+\.[a-z_-]+")
BATCHES = {f"{kind}.{done}" for kind in ("spreadsheet", "register") for done in ("sent", "applied", "undone")}
"""What ``exchange.batches.tell`` makes of two words."""
BATCHES |= {"spreadsheet.discarded", *(f"register.{one.value}" for one in Decision)}


REQUESTS = {"request.consent_changed", *(f"request.{done}" for done in VERBS.values())}
"""What ``referrals.triage.written`` makes of a verb, and ``referrals.family`` chooses."""


def nodes(kind: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in CODE if isinstance(node, kind))


def writers() -> set[str]:
    """Names of the functions that are told a verb, and other names they are imported by."""
    found = {
        node.name
        for node in nodes(ast.FunctionDef)
        if isinstance(node, ast.FunctionDef) and "verb" in [one.arg for one in node.args.args]
    }
    aliases = (
        one for node in nodes(ast.ImportFrom) if isinstance(node, ast.ImportFrom) for one in node.names
    )
    return found | {one.asname for one in aliases if one.asname and one.name in found}


def written() -> set[str]:
    """Every verb that stands in the code where an entry is made."""
    names = writers()
    found = set()
    for call in nodes(ast.Call):
        assert isinstance(call, ast.Call)
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        texts = [one.value for part in call.args for one in ast.walk(part) if isinstance(one, ast.Constant)]
        found |= {text for text in texts if name in names and isinstance(text, str) and VERB.fullmatch(text)}
    return found


def test_every_verb_is_in_words() -> None:
    verbs = written()
    assert len(verbs) > 50
    assert (verbs | BATCHES | REQUESTS) - WORDS.keys() == set()


def test_nothing_is_in_words_that_nothing_writes() -> None:
    assert WORDS.keys() - written() - BATCHES - REQUESTS == set()


def test_what_is_noted_for_a_service_is_not_said_to_be_done_by_it() -> None:
    assert BY_HAND.keys() <= WORDS.keys()
    for verb in BY_HAND:
        service = str(words_of(verb, {"service": "sleep-clinic"}))
        noted = str(words_of(verb, {"service": "sleep-clinic", "by_hand": "yes"}))
        assert service == str(WORDS[verb])
        assert noted == str(BY_HAND[verb]) != service


def test_no_two_things_are_called_the_same() -> None:
    """Else an auditor could not tell them apart in the filter."""
    assert [
        words
        for words, number in Counter(map(str, [*WORDS.values(), *BY_HAND.values()])).items()
        if number > 1
    ] == []
