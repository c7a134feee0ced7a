"""What goes wrong with an index that is missing, half there or damaged."""

UNREADABLE = Exception
"""What reading an index may raise. No narrower: over files with random bytes in them Whoosh was seen to raise
ten kinds of error, bare ``Exception`` ("Block tag error") among them. Used only around reads of the index."""


class IndexUnavailable(Exception):
    """There is no index that can be read; the database must answer."""
