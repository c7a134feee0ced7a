"""Sheets that were made, and what services say of themselves in other languages.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sheet_version",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sheet_order", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("last_made_on", sa.Date(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sheet_version")),
    )
    op.create_index(op.f("ix_sheet_version_last_made_on"), "sheet_version", ["last_made_on"])
    op.create_table(
        "service_translation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("eligibility", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("is_checked", sa.Boolean(), nullable=False),
        sa.Column("english_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["service.id"],
            name=op.f("fk_service_translation_service_id_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_translation")),
        sa.UniqueConstraint(
            "service_id", "language", name=op.f("uq_service_translation_service_id_language")
        ),
    )
    op.create_index(
        op.f("ix_service_translation_service_id"), "service_translation", ["service_id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_service_translation_service_id"), table_name="service_translation")
    op.drop_table("service_translation")
    op.drop_index(op.f("ix_sheet_version_last_made_on"), table_name="sheet_version")
    op.drop_table("sheet_version")
