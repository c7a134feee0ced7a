"""Organizations that offer services."""

from enum import StrEnum

from hubfinder.directory.actions import save_organizations
from hubfinder.directory.values import OrganizationDetails
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
    found = [details for _, details in each_once(loading, _organization, ("key", "name"))]
    finish(loading, save_organizations(loading.session, found))
    loading.report.count("organizations", len(found))


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
