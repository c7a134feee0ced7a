"""The public page of a service for other faces: before it is published, as families would see it."""

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app

from hubfinder.directory.models import Service

Render = Callable[[Service], str]
_OFFERED = "service_page"


def offer(app: Flask, render: Render) -> None:
    """The public face says how it shows a service; faces do not know each other."""
    app.extensions[_OFFERED] = render


def page_of(service: Service) -> str:
    """The page of a service that need not be in the database."""
    return cast(Render, current_app.extensions[_OFFERED])(service)
