"""Data that people write as YAML, read and checked: what is wrong is said with the file and the field."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

MOST_BYTES = 256 * 1024
ENGLISH = "en"


class FileRefused(ValueError):
    """A file cannot be used; each of ``problems`` is a sentence that names the file and the field."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Part(BaseModel):
    """A part of such a file: nothing in it may be changed, and no field may be misspelt."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _by_language(given: object) -> object:
    """A sentence alone is English; who writes several says the language of each."""
    return {ENGLISH: given} if isinstance(given, str) else given


def _has_english(given: dict[str, str]) -> dict[str, str]:
    if ENGLISH not in given:
        raise ValueError(f"needs the sentence in English too, as {ENGLISH}: ...")
    return given


Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Words = Annotated[dict[str, Sentence], BeforeValidator(_by_language), AfterValidator(_has_english)]
"""A sentence by language: ``{"en": ..., "pl": ...}``. In a file a bare sentence is the English one."""

M = TypeVar("M", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """Refuses a mapping with two equal keys: YAML itself lets the last one win without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [str(key.value) for key, _ in node.value]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} is given twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_checked(path: Path, model: type[M]) -> M:
    """The content of a file as ``model``.

    Raises:
        FileRefused: it cannot be read, is no YAML, or has fields that are missing, unknown or wrong.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileRefused([f"{path}: it has more than {MOST_BYTES // 1024} KB"])
        text = path.read_text("utf-8-sig")
        return model.model_validate(yaml.load(text, _Loader))  # noqa: S506  # a safe loader, made stricter
    except ValidationError as error:
        raise FileRefused(_line(path, one) for one in error.errors()) from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise FileRefused([f"{path}: {line}{error.problem}"]) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FileRefused([f"{path}: it cannot be read ({error})"]) from error


def _line(path: Path, error: ErrorDetails) -> str:
    """Such as ``young-carers.yaml: sections[2].heading: Field required``; lists are counted from 1."""
    where = ""
    for part in error["loc"]:
        where += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if where else ''}{part}"
    message = error["msg"].removeprefix("Value error, ")
    return f"{path}: {where}: {message}" if where else f"{path}: {message}"
