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
    op.create_table(
        "joint_threshold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("agency", sa.String(length=120), nullable=False),
        sa.Column("decision", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("example", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_threshold")),
    )
    op.create_index(op.f("ix_joint_threshold_council_code"), "joint_threshold", ["council_code"])
    op.create_table(
        "joint_threshold_service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("threshold_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("for_whom", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["threshold_id"],
            ["joint_threshold.id"],
            name=op.f("fk_joint_threshold_service_threshold_id_joint_threshold"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_threshold_service")),
    )
    op.create_index(
        op.f("ix_joint_threshold_service_threshold_id"), "joint_threshold_service", ["threshold_id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_joint_threshold_service_threshold_id"), "joint_threshold_service")
    op.drop_table("joint_threshold_service")
    op.drop_index(op.f("ix_joint_threshold_council_code"), "joint_threshold")
    op.drop_table("joint_threshold")
    op.drop_table("hub_team")
    op.drop_table("front_door")
