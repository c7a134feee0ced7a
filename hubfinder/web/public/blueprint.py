"""The blueprint of the public pages; each module of this folder adds its own."""

from flask import Blueprint

pages = Blueprint("public", __name__)
