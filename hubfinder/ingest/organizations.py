"""Organizations that offer services."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from hubfinder.directory.actions import save_organizations
from hubfinder.directory.disclosures import fetch_secrets, texts_of_organization
from hubfinder.directory.values import OrganizationDetails
from hubfinder.ingest.errors import RowRefused
from hubfinder.ingest.kind import Kind, NoOptions
from hubfinder.ingest.listings import each_once, finish, own_key, telephone
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import paragraphs, sentence


class OrganizationKind(StrEnum):
    """What sort of organization it is."""

    COUNCIL = "council"
    NHS = "nhs"
    CHARITY = "charity"
    COMMUNITY = "community"
    SCHOOL = "school"
    POLICE = "police"
    FAITH = "faith"
    BUSINESS = "business"


def load(loading: Loading, _options: NoOptions) -> None:
    """Add organizations, or change those that are there, by key."""
    rows = each_once(loading, _organization, ("key", "name"))
    found = list(_untelling(loading, rows))
    finish(loading, save_organizations(loading.session, found))
    loading.report.count("organizations", len(found))


def _untelling(
    loading: Loading, rows: Sequence[tuple[int, OrganizationDetails]]
) -> Iterator[OrganizationDetails]:
    """The organizations whose texts tell of no confidential place; the others are refused."""
    secrets = fetch_secrets(loading.session)
    for number, details in rows:
        field, what = next(secrets.told(texts_of_organization(details)), ("", ""))
        if what:
            why = f"this text tells of a confidential place: its {what}"
            loading.report.refuse(number, RowRefused(field, why))
        else:
            yield details


def _organization(row: Row) -> OrganizationDetails:
    return OrganizationDetails(
        key=own_key(row),
        name=sentence(row, "name", required=True),
        description=paragraphs(row, "description"),
        kind=row.one_of("kind", OrganizationKind) or "",
        website=row.website(),
        email=row.email(),
        telephone=telephone(row),
    )


ORGANIZATIONS = Kind(
    "organizations",
    "Organizations: key, name, description, website, email, telephone, kind.",
    load,
    NoOptions,
)
