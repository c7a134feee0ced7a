"""No pattern of ours can be made to take long by what somebody types or sends."""

import importlib
import pkgutil
import re
import sys
import time

import hubfinder

NASTY = 2_000
"""Signs: more than any field takes."""
LONGEST = 1.0
"""Seconds, on a busy machine; a bad one takes minutes."""
NOT_BY_THEMSELVES = ("hubfinder.web.", "hubfinder.migrations.")
"""Pages come with the application, all at once."""
PIECES = (
    "a",
    "A",
    "0",
    " ",
    "a ",
    "a1",
    "a.",
    "a-",
    ".",
    "-",
    "@",
    "a@",
    "<",
    "<a ",
    "&",
    ":",
    "/",
    "a/",
    "\n",
)


def patterns() -> dict[re.Pattern[str], str]:
    """Every pattern of text that a module of ours has, and where."""
    found: dict[re.Pattern[str], str] = {}
    for module in pkgutil.walk_packages(hubfinder.__path__, "hubfinder."):
        if module.name.startswith(NOT_BY_THEMSELVES) and module.name not in sys.modules:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            each = value if isinstance(value, tuple | list) else (value,)
            for one in each:
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    found.setdefault(one, f"{module.name}.{name}")
    return found


def test_no_pattern_takes_long_over_anything() -> None:
    slow = {}
    for pattern, where in patterns().items():
        begun = time.process_time()
        for piece in PIECES:
            text = (piece * NASTY)[:NASTY] + "!"
            for match in (pattern.fullmatch, pattern.search):
                match(text)
        took = time.process_time() - begun
        if took > LONGEST:
            slow[where] = round(took, 2)
    assert slow == {}


def test_there_are_patterns_and_a_bad_one_would_be_found() -> None:
    assert len(patterns()) > 40
    begun = time.process_time()
    re.compile(r"(a+)+$").search("a" * 22 + "!")
    assert time.process_time() - begun > 0.05
