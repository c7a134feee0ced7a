"""Searches that found nothing, counted; words for the full text search of PostgreSQL.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_miss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("area", sa.String(length=60), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_miss")),
        sa.UniqueConstraint("month", "words", "area", name=op.f("uq_search_miss_month_words_area")),
    )
    full_text()


def full_text() -> None:
    """The table stays empty until the documents are next written, which an upgrade to this version makes happen."""
    op.create_table(
        "search_text",
        sa.Column("document_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column(
            "reach", sa.JSON().with_variant(postgresql.ARRAY(sa.Integer()), "postgresql"), nullable=False
        ),
        sa.Column("words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["search_document.id"],
            name=op.f("fk_search_text_document_id_search_document"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_search_text")),
    )
    op.create_index(
        "ix_search_text_words_reach",
        "search_text",
        ["words", "reach"],
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    if op.get_bind().dialect.name == "postgresql":  # unpacking a row takes longer than reading it
        op.execute("ALTER TABLE search_text SET (toast_tuple_target = 8160)")


def downgrade() -> None:
    op.drop_table("search_text")
    op.drop_table("search_miss")
