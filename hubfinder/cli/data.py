"""Commands that set up the database."""

import click
from sqlalchemy.orm import Session

from hubfinder.cli.catching_up import make_missing_listings
from hubfinder.cli.imports import lines_of
from hubfinder.cli.progress import progress_bar
from hubfinder.cli.shared import index_what_changed, places, settings, writing
from hubfinder.database import begin_writing
from hubfinder.database.upgrade import upgrade
from hubfinder.extensions import db
from hubfinder.ingest.demonstration import DemonstrationRefused, Stamp, load_demonstration
from hubfinder.ingest.report import Report
from hubfinder.ingest.seeds import SeedsRefused, load_seeds
from hubfinder.listings.made_up import make_life
from hubfinder.people.councils import ensure_council
from hubfinder.people.made_up import make_people
from hubfinder.people.values import A_COMMAND
from hubfinder.referrals.front_door_files import import_front_doors
from hubfinder.referrals.made_up import Making, make_requests
from hubfinder.vault.engine import VAULT
from hubfinder.vault.keys import read_keys
from hubfinder.vault.tables import upgrade_vault


@click.command()
def init() -> None:
    """Create or upgrade the database and load the seed data."""
    with writing():
        set_up()
    _index()


@click.command()
@click.option("--again", is_flag=True, help="Load every file again, even if nothing seems to have changed.")
def demo(again: bool) -> None:
    """Do what init does, and load the demonstration area: a made-up district in the North Sea."""
    here = settings()
    if not here.is_demonstration:
        raise click.ClickException("Made-up help has no place in production: nothing was loaded.")
    with writing():
        set_up()
        stamp = Stamp(here.data_dir / "demonstration.json", here.geodata_dir)
        if stamp.holds(db.session) and not again:
            click.echo("Demonstration area: in step.")
        else:
            _load_area(stamp)
        _make_people()
    _index()


def _make_people() -> None:
    db.session.rollback()  # asking whether all is in step began to read
    begin_writing(db.session)
    made = make_people(db.session)
    happened = make_life(db.session, settings().geodata_dir, settings())
    import_front_doors(db.session, A_COMMAND, settings().geodata_dir / "front_doors.csv", only_new=True)
    db.session.commit()
    asked = _make_requests()
    if made:
        click.echo(f"Made-up staff: {made}. `hubfinder people list` names them.")
    if happened:
        click.echo(f"Made up for the staff pages: {happened} things that wait, are closed, paused or told.")
    if asked:
        click.echo(f"Made-up requests for help: {asked}.")
    click.echo("To look at the staff pages: hubfinder people sign-in administrator@example.org")


def _make_requests() -> int:
    ring = read_keys(settings().vault_keys, is_own_folder=True)
    with Session(db.get_engine(VAULT)) as vault:
        return make_requests(Making(db.session, vault, ring, places(), settings()))


def _load_area(stamp: Stamp) -> None:
    try:
        with progress_bar() as progress:
            load_demonstration(db.session, stamp.folder, _tell, progress)
    except DemonstrationRefused as refused:
        _tell(refused.report)
        raise click.ClickException("The demonstration area was not loaded.") from refused
    stamp.set(db.session)
    db.session.rollback()


def _tell(report: Report) -> None:
    for line in lines_of(report):
        click.echo(line)


def set_up() -> None:
    """The newest tables, and in them what comes with hubfinder."""
    upgrade(db.engine)
    upgrade_vault(db.get_engine(VAULT))
    try:
        seeds = load_seeds(db.session, settings().seeds_dir)
    except SeedsRefused as error:
        raise click.ClickException(f"The seed data was not loaded: {error}") from error
    _ours(db.session)
    make_missing_listings(db.session)
    there = ", ".join(f"{number} {what}" for what, number in seeds.counts.items())
    click.echo(f"Seed data {'loaded' if seeds.changed else 'in step'}: {there}.")


def _ours(session: Session) -> None:
    """The council of the settings can have staff."""
    here = settings()
    begin_writing(session)
    ensure_council(session, here.council_code, here.council_name)
    session.commit()


def _index() -> None:
    if not index_what_changed():
        click.echo("Search index: in step.")


COMMANDS: tuple[click.Command, ...] = (init, demo)
