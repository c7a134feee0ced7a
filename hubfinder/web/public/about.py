"""What this site is, what it keeps, and who can use it."""

from flask import render_template
from flask_babel import LazyString, lazy_gettext

from hubfinder.display.language import current
from hubfinder.referrals.retention_rules import Rules
from hubfinder.referrals.vocab import Outcome
from hubfinder.web.public.blueprint import pages
from hubfinder.web.shared.access import family_page, public_page
from hubfinder.web.shared.settings import settings

ENDINGS: dict[Outcome, LazyString] = {
    Outcome.HELPED: lazy_gettext("You got help"),
    Outcome.ADVISED: lazy_gettext("You got advice"),
    Outcome.STATUTORY: lazy_gettext("Social care or the police took over"),
    Outcome.OTHER_COUNCIL: lazy_gettext("Another council took over"),
    Outcome.DECLINED: lazy_gettext("You did not want help"),
    Outcome.NOT_REACHED: lazy_gettext("We could not reach you"),
    Outcome.WITHDRAWN: lazy_gettext("You took it back"),
    Outcome.DUPLICATE: lazy_gettext("You had asked already"),
}
"""How a request ended, as families call it: in every language of the form."""


@public_page(pages, "/about")
def about() -> str:
    return render_template("public/about.html")


@family_page(pages, "/privacy")
def privacy() -> str:
    """What is kept for how long, as the settings in force say it.

    In a language of the form alone it is what families have to know who ask for help; the rest is in English.
    """
    rules = Rules.of(settings())
    kept = [(words, rules.outcomes[outcome]) for outcome, words in ENDINGS.items()]
    whole = current().has_pages
    page = "public/privacy.html" if whole else "public/privacy_of_requests.html"
    return render_template(page, rules=rules, kept=kept)


@public_page(pages, "/accessibility")
def accessibility() -> str:
    return render_template("public/accessibility.html")
