"""QR codes of sheets, as small pictures for the template."""

import struct
import zlib
from functools import lru_cache

import segno

MASK = 3
"""Always the same pattern over the code: trying all eight takes six times as long, and readers take any."""


@lru_cache(maxsize=8192)
def picture(words: str) -> bytes:
    """A PNG of one bit a module, without the quiet zone, which the template leaves around it."""
    code = segno.make(words, error="m", micro=False, mask=MASK)
    rows = [bytes(row) for row in code.matrix]
    side = len(rows)
    lines = b"".join(b"\0" + _packed(row) for row in rows)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _packed(row: bytes) -> bytes:
    """Eight modules a byte; dark is 0."""
    width = -(-len(row) // 8) * 8
    bits = "".join("0" if module else "1" for module in row).ljust(width, "0")
    return int(bits, 2).to_bytes(width // 8, "big")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
