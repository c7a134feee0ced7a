"""How Alembic runs our migrations: on the connection it is given, in one transaction."""

from typing import TYPE_CHECKING, Literal

from alembic import context
from geoalchemy2 import alembic_helpers

from hubfinder.database.base import EnumSetText, EnumText
from hubfinder.models import Base

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext


def render_item(kind: str, item: object, context: "AutogenContext") -> str | Literal[False]:
    """Write our enum columns as the text they are, so that a migration never imports today's models."""
    if kind == "type" and isinstance(item, EnumText | EnumSetText):
        return f"sa.String(length={item.length})"
    rendered: str | Literal[False] = alembic_helpers.render_item(kind, item, context)
    return rendered


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=alembic_helpers.include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=render_item,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
