"""The built style and script: hashed names from the manifest, served with WhiteNoise and kept for ever."""

import json
from functools import lru_cache
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

FOLDER = Path(__file__).resolve().parents[2] / "static" / "build"
PREFIX = "static"


class AssetsMissing(RuntimeError):
    """The assets are not built."""


def init_app(app: Flask) -> None:
    """Serve the built assets and give templates ``asset('app.css')``."""
    app.jinja_env.globals["asset"] = address
    if FOLDER.is_dir():
        served = WhiteNoise(
            app.wsgi_app,
            root=FOLDER,
            prefix=PREFIX,
            allow_all_origins=False,
            immutable_file_test=lambda _path, _url: True,
            add_headers_function=_headers,
        )
        app.wsgi_app = served  # type: ignore[method-assign]  # Flask documents this as the way


@lru_cache(maxsize=8)
def address(name: str) -> str:
    """Where the browser gets an asset: ``app.css`` is ``/static/app-1a2b3c.css``.

    Raises:
        AssetsMissing: there is no build (``make assets`` makes one); only pages need it, commands do not.
    """
    try:
        manifest: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text())
    except FileNotFoundError as error:
        raise AssetsMissing(f"No browser assets in {FOLDER}: run make assets") from error
    return f"/{PREFIX}/{manifest[name]}"


def _headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
