"""Keys made out of names, for what comes without one."""

import re
import unicodedata

LONGEST = 160


def make_key(*parts: str) -> str:
    """Kebab-case: ``make_key("St Anne's Hub", "ZA1 4QT")`` is ``st-annes-hub-za1-4qt``. May be empty."""
    text = " ".join(parts).replace("&", " and ").replace("'", "").replace("’", "")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:LONGEST].rstrip("-")
