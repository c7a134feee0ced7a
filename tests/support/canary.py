"""A mark that stands nowhere else, and looking for it in every file and every row."""

import base64
import gzip
import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

MARK = secrets.token_hex(4).translate(str.maketrans("0123456789", "ghijklmnop"))
"""Letters that stand nowhere else."""
NUMBER = "01632 960877"
POSTCODE, LETTER_POSTCODE = "ZA9 8XQ", "ZA9 7YJ"
"""Nobody's, and in no file of postcodes."""
BORN = "2009-02-17"


def marked(name: str) -> str:
    """A word that stands in one answer only: ``kanariestory…``."""
    return f"kanarie{name}{MARK}"


WORDS = ["kanarie", MARK, BORN, "17 February 2009"]
WORDS += [form for one in (NUMBER, POSTCODE, LETTER_POSTCODE) for form in (one, one.replace(" ", ""))]
WORDS += [one.replace(" ", "+") for one in (POSTCODE, LETTER_POSTCODE)]


def look_through_files(folder: Path) -> set[str]:
    """Every file under a folder, what is packed unpacked; how they are called, from the folder on."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.stat().st_size]
    for file in files:
        content = file.read_bytes()
        assert_clean(content, file.name)
        assert_clean(file.name.encode(), "the name of a file")
        if file.suffix == ".gz":
            assert_clean(gzip.decompress(content), file.name)
        elif zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as packed:
                for name in packed.namelist():
                    assert_clean(packed.read(name), file.name)
    return {str(file.relative_to(folder)) for file in files}


def look_through_rows(engine: sa.Engine) -> set[str]:
    """Every row of every table of every schema; the tables in which there were any."""
    found = set()
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        schemas = [
            name for name in inspector.get_schema_names() if name not in ("information_schema", "temp")
        ]
        for schema in schemas:
            for table in inspector.get_table_names(schema):
                quoted = f'"{schema}"."{table}"'
                for row in connection.exec_driver_sql(f"SELECT * FROM {quoted}"):
                    found.add(table)
                    for cell in row:
                        whole = cell if isinstance(cell, bytes) else str(cell).encode()
                        assert_clean(whole, quoted)
    return found


def assert_clean(content: bytes, where: str) -> None:
    lower = content.lower()
    for word, pattern, is_exact in PATTERNS:
        assert pattern not in (content if is_exact else lower), f"{word} stands in {where}"


def patterns(word: str) -> Iterator[tuple[str, bytes, bool]]:
    """A word as it may stand in a file: as text, in UTF-16, in base64 wherever it begins, in hexadecimal."""
    for coding in ("utf-8", "utf-16-le", "utf-16-be"):
        plain = word.lower().encode(coding)
        yield word, plain, False
        yield word, plain.hex().encode(), False
        for ahead in range(3):
            behind = -(len(plain) + ahead) % 3
            packed = base64.b64encode(b"x" * ahead + plain + b"x" * behind)
            yield word, packed[4 if ahead else 0 : -4 if behind else None], True


PATTERNS = [pattern for word in WORDS for pattern in patterns(word)]
