"""What this site is, what it keeps, and who can use it."""

from flask import render_template

from hubfinder.referrals.retention_rules import Rules
from hubfinder.referrals.vocab import Outcome
from hubfinder.web.public.blueprint import pages
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.settings import settings


@public_page(pages, "/about")
def about() -> str:
    return render_template("public/about.html")


@public_page(pages, "/privacy")
def privacy() -> str:
    """What is kept for how long, as the settings in force say it."""
    rules = Rules.of(settings())
    kept = [(outcome.label, rules.outcomes[outcome]) for outcome in Outcome]
    return render_template("public/privacy.html", rules=rules, kept=kept)


@public_page(pages, "/accessibility")
def accessibility() -> str:
    return render_template("public/accessibility.html")
