"""Text that runs to the right among text that runs to the left, and the other way round.

In an Urdu line the groups of a telephone number would change places: what runs the other way is set apart.
"""

import re
from collections.abc import Iterator

from hubfinder.display.language import KNOWN, Language
from hubfinder.sheets.values import Text

RIGHT_TO_LEFT_MARK = "\u200f"
TO_THE_RIGHT, TO_THE_LEFT, APART, END = "\u2066", "\u2067", "\u2068", "\u2069"
"""Begin and end of an isolate (Unicode bidirectional algorithm)."""
_LETTER = "A-Za-z\u00c0-\u024f\u0400-\u052f"
_RUN = re.compile(
    rf"[{TO_THE_RIGHT}{TO_THE_LEFT}{APART}][^{END}]*{END}"  # somebody has set it apart already
    rf"|[{_LETTER}0-9£+](?:"
    rf"(?:[ \u00a0\u200b\u2060.:/@&'’_%+?=#–-]|[,;](?=\s*[{_LETTER}])|(?<=[{_LETTER}])[,;])*"
    rf"(?:[{_LETTER}0-9£%]|\([^()\u0590-\u08ff{TO_THE_RIGHT}-{END}]+\)))*"
)
_MARKS = re.compile(f"[{RIGHT_TO_LEFT_MARK}{TO_THE_RIGHT}{TO_THE_LEFT}{APART}{END}]")
_BETWEEN_DIGITS = re.compile(r"(?<=\d) (?=\d)")


def runs(words: str) -> Iterator[tuple[str, bool]]:
    """The words of a right-to-left line in pieces; true for those that run to the right."""
    done = 0
    for found in _RUN.finditer(words):
        if found.start() > done:
            yield words[done : found.start()], False
        yield found[0], True
        done = found.end()
    if done < len(words):
        yield words[done:], False


def isolated(text: Text | str, sheet: Language) -> str:
    """Plain text with marks around what runs the other way than the sheet."""
    if isinstance(text, Text) and text.language and text.words:
        own = KNOWN.get(text.language)
        if (own.direction if own else "ltr") != sheet.direction:
            begin = TO_THE_RIGHT if sheet.direction == "rtl" else TO_THE_LEFT
            return f"{begin}{without_marks(text.words)}{END}"
    if sheet.direction == "ltr":
        return str(text)
    return "".join(
        f"{TO_THE_RIGHT}{piece}{END}"
        if runs_right and piece[0] not in (TO_THE_RIGHT, TO_THE_LEFT, APART)
        else piece
        for piece, runs_right in runs(str(text))
    )


def without_marks(words: str) -> str:
    """The words without marks, for programs that set apart what runs the other way by themselves."""
    return _MARKS.sub("", words)


def unbroken(words: str) -> str:
    """Spaces between digits that do not break: with them a telephone number stays one number."""
    return _BETWEEN_DIGITS.sub("\u00a0", words)
