"""One entry of the national catalogue: what it is today, and what was printed in December 2022."""

from flask import render_template

from hubfinder.directory import queries
from hubfinder.directory.offers import offer_of_entry
from hubfinder.display import formats
from hubfinder.extensions import db
from hubfinder.vocab import CatalogueStatus, Confidence
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.family import read_family
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.ages import age_bar
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.terms import all_departments, terms


@public_page(pages, "/catalogue/<key>")
def entry(key: str) -> str:
    found = existing(queries.entry_by_key(db.session, key))
    family, query = read_family()
    departments = {one.slug: one for one in all_departments()}
    return render_template(
        "public/entry.html",
        entry=found,
        closed=found.status is CatalogueStatus.CLOSED,
        changed=found.status is CatalogueStatus.CHANGED,
        checked=found.confidence is Confidence.CHECKED,
        unsure=found.confidence is Confidence.UNSURE,
        department=departments.get(found.department),
        ages=formats.ages(found.minimum_age, found.maximum_age),
        bar=age_bar(found.minimum_age, found.maximum_age),
        needs=terms(found.needs),
        local=[service for service in found.services if not service.is_national],
        for_family=family.answer(offer_of_entry(found)) if family else None,
        family=query,
        national=[service for service in found.services if service.is_national],
    )
