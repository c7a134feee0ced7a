"""What is said before pages are served: what keeps production from working, and what it works without."""

import os
import re
from collections.abc import Iterator

import click

from hubfinder.cli.unread import how_to_mend, unread_now, waiting
from hubfinder.settings import Settings

LOCAL = re.compile(r"(?:127\.0\.0\.1|localhost):[0-9]{1,5}")


def look_before_serving(settings: Settings) -> None:
    """Warn of what families would notice and nobody else.

    Raises:
        click.ClickException: nobody could see a page at all.
    """
    if settings.is_demonstration:
        return
    if not settings.proxy_hops:
        raise click.ClickException(
            "hubfinder serve speaks no HTTPS, and in production nothing is answered without: put a proxy in "
            "front that does, and say how many there are in HUBFINDER_PROXY_HOPS."
        )
    for warning in warnings_of(settings):
        click.echo(f"Warning: {warning}", err=True)


def name_demonstration(settings: Settings, bind: str) -> None:
    """A demonstration on its own machine that nobody gave an address has that under which it is served.

    Said in the environment, which the server and the work beside it read.
    """
    is_given = settings.public_address or settings.trusted_hosts
    if settings.is_demonstration and not is_given and LOCAL.fullmatch(bind):
        os.environ["HUBFINDER_PUBLIC_ADDRESS"] = f"http://{bind}"


def warnings_of(settings: Settings) -> Iterator[str]:
    """What goes wrong quietly. None of it closes the form: it gives the number to ring as well."""
    for one in unread_now(settings):
        if not one.has_readers:
            yield f"{waiting(one)} {how_to_mend(one)}"
    if not settings.smtp_neutral_from:
        yield (
            "HUBFINDER_SMTP_NEUTRAL_FROM is not set: a family that did not say that we may say who we are "
            "gets no email, and its confirmation says so."
        )
