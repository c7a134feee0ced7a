"""``hubfinder outage-page``: what the proxy in front shows while hubfinder itself is down."""

from pathlib import Path

import click

from hubfinder.web.shared.standing_alone import DOWN, page_alone


@click.command("outage-page")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def outage_page(file: Path) -> None:
    """Write the page with the telephone numbers, in every language of the form, into FILE.

    For the proxy in front, to show whenever hubfinder does not answer. It holds the numbers and names of the
    settings: write it anew when they change. It needs no database.
    """
    file.write_text(page_alone(DOWN), "utf-8")
    click.echo(f"{file}: the page for when hubfinder is down.")


COMMANDS: tuple[click.Command, ...] = (outage_page,)
