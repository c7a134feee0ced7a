"""The national catalogue, by domain, access and department."""

from collections.abc import Sequence
from itertools import groupby

from flask import render_template, request

from hubfinder.directory import queries
from hubfinder.directory.catalogue import CatalogueEntry
from hubfinder.extensions import db
from hubfinder.vocab import Access
from hubfinder.web.public.blueprint import pages
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.terms import Term, all_departments, all_domains, terms

Sections = list[tuple[Term, list[CatalogueEntry]]]


@public_page(pages, "/catalogue")
def catalogue() -> str:
    """Filters that are not among the possible ones find nothing, and the page says so."""
    chosen = {name: request.args.get(name, "") for name in ("domain", "access", "department")}
    access = Access(chosen["access"]) if chosen["access"] in Access._value2member_map_ else None
    entries = queries.catalogue(db.session, chosen["domain"], access, chosen["department"])
    return render_template(
        "public/catalogue.html",
        sections=by_domain(entries),
        total=len(entries),
        chosen=chosen,
        accesses=[(member.value, member.label) for member in Access],
        domains=[(one.slug, one.name) for one in all_domains()],
        departments=[(one.slug, one.name) for one in all_departments()],
    )


def by_domain(entries: Sequence[CatalogueEntry]) -> Sections:
    """Entries in the order of the appendix, a section for each domain."""
    return [
        (terms([domain])[0], list(same)) for domain, same in groupby(entries, key=lambda entry: entry.domain)
    ]
