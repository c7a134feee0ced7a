"""Versions of layers, names for searching, bodies of arrangements, circumstances of families.

Revision ID: 0002
Revises: 0001
"""

import shapely
import sqlalchemy as sa
from alembic import op

from hubfinder.places.outlines import outlines_for
from hubfinder.places.plain import plain

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SETS = "fk_footprint_set_member_set_id_footprint_set"
NAMED = {"footprint": "id", "place_name": "id", "practice": "code", "school": "urn"}


def upgrade() -> None:
    new_tables()
    with op.batch_alter_table("footprint_set_member") as members:
        members.drop_constraint(op.f(SETS), type_="foreignkey")
    op.execute(
        "INSERT INTO layer_version (layer_id, number, state, basis, source, as_of, licence, attribution, method,"
        " digest, agreed_by, report, took_over) SELECT id, version, 'in_force', basis, source, as_of, licence,"
        " attribution, method, digest, '', '{}', '[]' FROM layer"
    )
    op.add_column(
        "service", sa.Column("circumstances", sa.String(length=200), server_default="", nullable=False)
    )
    for table, key in NAMED.items():
        op.add_column(
            table, sa.Column("plain_name", sa.String(length=255), server_default="", nullable=False)
        )
        name_plainly(table, key)
        op.create_index(
            op.f(f"ix_{table}_plain_name"),
            table,
            ["plain_name"],
            postgresql_ops={"plain_name": "varchar_pattern_ops"},
        )
    draw_again()


def draw_again() -> None:
    """Older outlines are too coarse for a map that moves, and the same file again would leave them so."""
    rows = sa.table("footprint", *map(sa.column, ("id", "layer_id", "geom", "outline")))
    change = sa.update(rows).where(rows.c.id == sa.bindparam("row")).values(outline=sa.bindparam("drawn"))
    connection = op.get_bind()
    for layer_id in connection.scalars(sa.text("SELECT id FROM layer ORDER BY id")).all():
        shape = sa.func.ST_AsBinary(rows.c.geom, type_=sa.LargeBinary)
        mine = sa.select(rows.c.id, shape).where(rows.c.layer_id == layer_id, rows.c.geom.is_not(None))
        found = connection.execute(mine.order_by(rows.c.id)).all()
        if found:
            drawn = shapely.to_wkb(outlines_for(list(shapely.from_wkb([bytes(row[1]) for row in found]))))
            changes = [{"row": row[0], "drawn": new} for row, new in zip(found, drawn, strict=True)]
            connection.execute(change, changes)


def name_plainly(table: str, key: str) -> None:
    rows = sa.table(table, sa.column(key), sa.column("name"), sa.column("plain_name"))
    connection = op.get_bind()
    change = sa.update(rows).where(rows.c[key] == sa.bindparam("row")).values(plain_name=sa.bindparam("plain"))
    names = connection.execute(sa.select(rows.c[key], rows.c.name)).all()
    if names:
        connection.execute(change, [{"row": row, "plain": plain(name)} for row, name in names])


def new_tables() -> None:
    op.create_table(
        "layer_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("recipe", sa.JSON(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=True),
        sa.Column("took_over", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["layer.id"], name=op.f("fk_layer_version_layer_id_layer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layer_version")),
        sa.UniqueConstraint("layer_id", "number", name=op.f("uq_layer_version_layer_id_number")),
    )
    op.create_table(
        "kept_footprint",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("shape", sa.LargeBinary(), nullable=True),
        sa.Column("outline", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["layer_version.id"],
            name=op.f("fk_kept_footprint_version_id_layer_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "code", name=op.f("pk_kept_footprint")),
    )
    op.create_table(
        "kept_share",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("small_area_code", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("patients", sa.Integer(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["layer_version.id"],
            name=op.f("fk_kept_share_version_id_layer_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "small_area_code", "code", name=op.f("pk_kept_share")),
    )
    op.create_table(
        "refused_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layer_key", sa.String(length=120), nullable=False),
        sa.Column("refused_at", sa.DateTime(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_import")),
    )
    op.create_index(op.f("ix_refused_import_layer_key"), "refused_import", ["layer_key"])
    op.create_table(
        "places_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("postcodes", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places_state")),
    )
    op.create_table(
        "arrangement_body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("arrangement_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["arrangement_key"],
            ["arrangement.key"],
            name=op.f("fk_arrangement_body_arrangement_key_arrangement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrangement_body")),
        sa.UniqueConstraint(
            "arrangement_key", "kind", "code", name=op.f("uq_arrangement_body_arrangement_key_kind_code")
        ),
    )


def downgrade() -> None:
    with op.batch_alter_table("footprint_set_member") as members:
        members.create_foreign_key(op.f(SETS), "footprint_set", ["set_id"], ["id"], ondelete="CASCADE")
    for table in NAMED:
        op.drop_index(op.f(f"ix_{table}_plain_name"), table_name=table)
        op.drop_column(table, "plain_name")
    op.drop_column("service", "circumstances")
    for table in (
        "arrangement_body", "places_state", "refused_import", "kept_share", "kept_footprint", "layer_version",
    ):
        op.drop_table(table)
