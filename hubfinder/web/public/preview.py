"""The page of a service for staff, before it is published."""

from flask import render_template

from hubfinder.directory.models import Service
from hubfinder.web.public.service import service_view


def show(found: Service) -> str:
    """As families would see it, with a line at the top that says what this is."""
    view = service_view(found)
    return render_template("public/service.html", view=view, family="", feedback=(), is_preview=True)
