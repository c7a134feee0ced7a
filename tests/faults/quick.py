"""For Gunicorn in trials: the application is made once, and workers are copies of it."""

from hubfinder.cli.gunicorn_conf import post_worker_init

__all__ = ["post_worker_init"]

preload_app = True
accesslog = None


def post_fork(_server: object, _worker: object) -> None:
    """A copy opens its own connections: two processes with one of them would talk across each other."""
    from hubfinder.extensions import db
    from hubfinder.vault.engine import VAULT
    from wsgi import app

    with app.app_context():
        for engine in (db.engine, db.get_engine(VAULT)):
            engine.dispose(close=False)
