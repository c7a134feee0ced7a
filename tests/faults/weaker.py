"""The vault as it must not be, to prove that a loss would be seen. No setting of hubfinder's does this."""

from hubfinder.vault import engine

FULL, NORMAL = "FULL", "NORMAL"


def synchronise(how: str) -> None:
    """From the next connection of this process on, SQLite synchronises the vault so.

    Raises:
        ValueError: the vault does not say how it is synchronised any more; then nothing would be proved.
    """
    said = [pragma for pragma in engine.PRAGMAS if "synchronous" in pragma]
    if said != [f"PRAGMA synchronous = {FULL}"]:
        raise ValueError(f"the vault is opened with {said}")
    changed = [one.replace(FULL, how) if "synchronous" in one else one for one in engine.PRAGMAS]
    vars(engine)["PRAGMAS"] = tuple(changed)
