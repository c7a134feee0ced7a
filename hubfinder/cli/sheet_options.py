"""The options of the commands that make sheets."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from hubfinder.display.language import DEFAULT, KNOWN
from hubfinder.extensions import db
from hubfinder.sheets.orders import (
    FORMS,
    OLDEST,
    PREGNANT,
    Length,
    OrderRefused,
    Paper,
    Readers,
    ScopeKind,
    ScopeName,
    SheetOrder,
    read_scope,
)
from hubfinder.sheets.queries import needs
from hubfinder.vocab import Access, FootprintKind

F = TypeVar("F", bound=Callable[..., Any])
LANGUAGES = click.Choice(list(KNOWN))
_SPOKEN = re.compile(r"[a-z]{2,3}")


def scope(_context: click.Context, _option: click.Parameter, text: str) -> ScopeName:
    """A scope as the command line names it: ``school:990001``."""
    try:
        found = read_scope(text)
    except OrderRefused as refused:
        raise click.BadParameter(refused.problem) from refused
    if found.kind is ScopeKind.LIST:
        raise click.BadParameter(f"give {FORMS.replace(' or list', '')}: a list is made on its page")
    return found


def area(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> tuple[FootprintKind, str] | None:
    """An area as the command line names it: ``local_authority:Z06000001``."""
    if text is None:
        return None
    kind, _, code = text.partition(":")
    if kind not in set(FootprintKind) or not code:
        raise click.BadParameter("give a kind and a code, such as local_authority:Z06000001")
    return FootprintKind(kind), code


def _age(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if text in ("", PREGNANT):
        return text
    if not (text.isascii() and text.isdigit() and int(text) <= OLDEST):
        raise click.BadParameter(f"give years from 0 to {OLDEST}, or {PREGNANT}")
    return str(int(text))


def _spoken(_context: click.Context, _option: click.Parameter, codes: tuple[str, ...]) -> tuple[str, ...]:
    for code in codes:
        if not _SPOKEN.fullmatch(code):
            raise click.BadParameter(f"“{code}” is no code of a language, such as pl or ur")
    return tuple(dict.fromkeys(codes))


_OPTIONS = (
    click.option(
        "--topic", "topics", metavar="NEED", multiple=True, help="Only this need; can be given several times."
    ),
    click.option(
        "--age", metavar="YEARS", callback=_age, default="", help=f"Of the child: 0 to {OLDEST}, or pregnant."
    ),
    click.option(
        "--access",
        type=click.Choice([one.value for one in Access]),
        help="Only what is for everyone, or only what is for some families.",
    ),
    click.option(
        "--spoken",
        metavar="CODE",
        multiple=True,
        callback=_spoken,
        help="Only what is offered in this language; can be given several times.",
    ),
    click.option(
        "--pages",
        type=click.Choice([one.value for one in Length]),
        default=Length.ONE.value,
        show_default=True,
    ),
    click.option(
        "--paper",
        type=click.Choice([one.value for one in Paper]),
        default=Paper.A4.value,
        show_default=True,
    ),
    click.option("--large-print", "large", is_flag=True, help="Letters of 16 points or more."),
    click.option("--easy-read", "easy", is_flag=True, help="Short words, more space, a picture each."),
    click.option(
        "--readers",
        type=click.Choice([one.value for one in Readers]),
        default=Readers.FAMILIES.value,
        show_default=True,
    ),
)


def choices(command: F) -> F:
    """Everything about a sheet but whom it is for and its language; ``order_of`` makes an order of it."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def order_of(name: ScopeName, language: str = DEFAULT, **chosen: Any) -> SheetOrder:
    """The order in what was chosen on the command line.

    Raises:
        click.BadParameter: a topic is not known.
    """
    topics: tuple[str, ...] = tuple(dict.fromkeys(chosen["topics"]))
    known = needs(db.session) if topics else []
    for topic in topics:
        if topic not in known:
            raise click.BadParameter(f"“{topic}” is none of the needs: {', '.join(known)}")
    return SheetOrder(
        scope=name,
        topics=topics,
        age=chosen["age"],
        access=Access(chosen["access"]) if chosen["access"] else None,
        spoken=chosen["spoken"],
        length=Length(chosen["pages"]),
        large=chosen["large"],
        easy=chosen["easy"],
        paper=Paper(chosen["paper"]),
        readers=Readers(chosen["readers"]),
        language=language,
    )
