"""How Alembic runs the migrations of the vault: on the connection it is given, in one transaction."""

from typing import TYPE_CHECKING, Literal

from alembic import context

from hubfinder.database.base import EnumText
from hubfinder.referrals.models import Referral

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def render_item(kind: str, item: object, context: "AutogenContext") -> str | Literal[False]:  # noqa: ARG001
    """Write our enum columns as the text they are, so that a migration never imports today's models."""
    return f"sa.String(length={item.length})" if kind == "type" and isinstance(item, EnumText) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Referral.metadata,
    render_item=render_item,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
