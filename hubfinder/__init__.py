"""hubfinder: what help there is for families, here, and one way to ask for it."""

from functools import partial
from inspect import iscoroutinefunction

from flask import Flask

from hubfinder import cli, models, web
from hubfinder.database import prepare_engine
from hubfinder.extensions import babel, db
from hubfinder.listings.installation import keep_settings
from hubfinder.places.finding import Places
from hubfinder.search.book import suggestion_files
from hubfinder.search.engines import engine_of
from hubfinder.search.finder import Finder
from hubfinder.search.place_suggester import PlaceSuggester
from hubfinder.search.sensitive import SENSITIVE
from hubfinder.search.suggester import Suggester
from hubfinder.search.understanding import Understanding
from hubfinder.settings import Settings
from hubfinder.sheets.making import Maker
from hubfinder.vault.engine import VAULT, engine_options, prepare_vault

__all__ = ["create_app", "models"]


def create_app(settings: Settings | None = None) -> Flask:
    """One application with its own settings, read from the environment unless given.

    Raises:
        pydantic.ValidationError: the settings are incomplete; nothing was started.
    """
    settings = settings or Settings()
    app = Flask(__name__, static_folder=None)
    configure(app, settings)
    db.init_app(app)
    # there are no asynchronous sessions here; an event loop to close them costs every request a millisecond
    app.teardown_appcontext_funcs = [
        function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
    ]
    with app.app_context():
        prepare_engine(db.engine)
        prepare_vault(db.get_engine(VAULT))
        keep_settings(db.engine, settings)
    babel.init_app(
        app,
        default_translation_directories="translations",
        locale_selector=web.locale,
        default_locale="en",
        default_timezone="Europe/London",
    )
    app.extensions["finder"] = Finder(
        engine_of(settings),
        settings.near_metres,
        settings.stale_after_days,
        Understanding.of(settings.seeds_dir),
    )
    app.extensions["places"] = Places(settings.places_dir)
    app.extensions["place_suggester"] = PlaceSuggester(settings.places_dir)
    app.extensions["suggester"] = Suggester(
        settings.seeds_dir / SENSITIVE, partial(suggestion_files, settings.index_dir)
    )
    app.extensions["sheets"] = Maker(app.extensions["finder"], app.extensions["places"], settings)
    web.init_app(app, settings)
    cli.init_app(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Hand the settings to Flask and the extensions under the names they expect."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o750)
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.session_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=64 * 1024,
        SQLALCHEMY_ENGINES={
            "default": {"url": settings.database, "echo": settings.echo_sql, "hide_parameters": True},
            VAULT: engine_options(settings.vault_database, echo=settings.echo_sql),
        },
        COMPRESS_MIMETYPES=["text/html", "application/json", "image/svg+xml", "text/plain"],
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=4,  # a page grows by a thirtieth and takes half the time
    )
