"""The front door: how each council's is reached and when it is open, and the teams of its hubs.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "front_door",
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("council_name", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("telephone", sa.String(length=60), nullable=False),
        sa.Column("out_of_hours_telephone", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("council_code", name=op.f("pk_front_door")),
    )
    op.create_table(
        "hub_team",
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("hub_key", sa.String(length=160), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("council_code", "hub_key", name=op.f("pk_hub_team")),
    )


def downgrade() -> None:
    op.drop_table("hub_team")
    op.drop_table("front_door")
