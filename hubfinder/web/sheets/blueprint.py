"""The blueprint of the offer sheets; each module of this folder adds its own pages."""

from flask import Blueprint

pages = Blueprint("sheets", __name__)
