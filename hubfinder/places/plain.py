"""Names as people type them: without capitals, accents, apostrophes and dots, and with "st" for "saint"."""

import re
import unicodedata

_SAINT = re.compile(r"\bsaint\b")


def plain(name: str) -> str:
    """A name for comparing: ``St. Anne's Primary`` and ``saint annes primary`` are ``st annes primary``.

    The migration that added ``plain_name`` writes names this way too.
    """
    letters = unicodedata.normalize("NFKD", name).casefold().replace("\u2019", "'").replace("'", "")
    if not letters.isascii():
        letters = "".join(sign for sign in letters if not unicodedata.combining(sign))
    kept = "".join([sign if sign.isalnum() else " " for sign in letters])
    return _SAINT.sub("st", " ".join(kept.split()))[:255]
