"""Requests for help.

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("verb", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=255), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )
    op.create_index("ix_audit_entry_council_code_number", "audit_entry", ["council_code", "number"])
    op.create_index(op.f("ix_audit_entry_person_id"), "audit_entry", ["person_id"])
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_key"])

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cookie_digest", sa.String(length=64), nullable=True),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=True),
        sa.Column("master_key", sa.String(length=20), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_draft_code_digest")),
        sa.UniqueConstraint("cookie_digest", name=op.f("uq_draft_cookie_digest")),
    )
    op.create_index(op.f("ix_draft_ends_at"), "draft", ["ends_at"])
    op.create_index(op.f("ix_draft_master_key"), "draft", ["master_key"])

    op.create_table(
        "lookup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookup")),
    )
    op.create_index(op.f("ix_lookup_at"), "lookup", ["at"])
    op.create_index("ix_lookup_digest_at", "lookup", ["digest", "at"])

    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("submission", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("hub_key", sa.String(length=160), nullable=False),
        sa.Column("sender_organization", sa.String(length=160), nullable=False),
        sa.Column("sender_council", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("urgency_rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("assigned_id", sa.Integer(), nullable=True),
        sa.Column("assigned", sa.String(length=255), nullable=False),
        sa.Column("key_worker", sa.String(length=255), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("is_hub_for_safety", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.String(length=32), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("master_key", sa.String(length=20), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("reference", name=op.f("uq_referral_reference")),
        sa.UniqueConstraint("submission", name=op.f("uq_referral_submission")),
    )
    op.create_index(op.f("ix_referral_assigned_id"), "referral", ["assigned_id"])
    op.create_index("ix_referral_due", "referral", ["state", "due_at"])
    op.create_index(op.f("ix_referral_finished_at"), "referral", ["finished_at"])
    op.create_index(op.f("ix_referral_hub_key"), "referral", ["hub_key"])
    op.create_index(op.f("ix_referral_master_key"), "referral", ["master_key"])
    op.create_index(op.f("ix_referral_merged_into"), "referral", ["merged_into"])
    op.create_index("ix_referral_queue", "referral", ["council_code", "state", "urgency_rank", "received_at"])
    op.create_index(
        "ix_referral_sender", "referral", ["sender_council", "sender_organization", "received_at"]
    )

    op.create_table(
        "gone_passing",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("service_key", sa.String(length=160), nullable=False),
        sa.Column("organization_key", sa.String(length=160), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gone_passing")),
    )
    op.create_index(op.f("ix_gone_passing_gone_at"), "gone_passing", ["gone_at"])
    op.create_index("ix_gone_passing_service", "gone_passing", ["council_code", "organization_key"])

    op.create_table(
        "tombstone",
        sa.Column("reference_digest", sa.String(length=64), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("reference_digest", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_tombstone_council_code"), "tombstone", ["council_code"])

    op.create_table(
        "vault_work",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_key", sa.String(length=64), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_vault_work")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_consent_referral_id_referral"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_referral_id"), "consent", ["referral_id"])

    op.create_table(
        "family_mark",
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_family_mark_referral_id_referral"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("referral_id", "kind", "mark", name=op.f("pk_family_mark")),
    )
    op.create_index("ix_family_mark_mark", "family_mark", ["mark"])

    op.create_table(
        "family_visit",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_family_visit_referral_id_referral"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_family_visit")),
    )
    op.create_index(op.f("ix_family_visit_ends_at"), "family_visit", ["ends_at"])
    op.create_index(op.f("ix_family_visit_referral_id"), "family_visit", ["referral_id"])

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=120), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=True),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("to", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("wording", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("error", sa.String(length=255), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mark", sa.LargeBinary(length=16), nullable=True),
        sa.Column("notify_id", sa.String(length=40), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_notice_referral_id_referral"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("message_id", name=op.f("uq_notice_message_id")),
        sa.UniqueConstraint("once", name=op.f("uq_notice_once")),
    )
    op.create_index(op.f("ix_notice_council_code"), "notice", ["council_code"])
    op.create_index(op.f("ix_notice_mark"), "notice", ["mark"])
    op.create_index(op.f("ix_notice_referral_id"), "notice", ["referral_id"])
    op.create_index("ix_notice_state_next_try_at", "notice", ["state", "next_try_at"])

    op.create_table(
        "passing",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("service_key", sa.String(length=160), nullable=False),
        sa.Column("organization_key", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(length=255), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("partner", sa.String(length=20), nullable=False),
        sa.Column("without_consent", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("has_news", sa.Boolean(), nullable=False),
        sa.Column("is_by_hand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_passing_referral_id_referral"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passing")),
    )
    op.create_index(op.f("ix_passing_due_at"), "passing", ["due_at"])
    op.create_index(op.f("ix_passing_referral_id"), "passing", ["referral_id"])
    op.create_index("ix_passing_service", "passing", ["council_code", "organization_key", "state"])

    op.create_table(
        "referral_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("referral_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("is_for_family", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referral.id"],
            name=op.f("fk_referral_event_referral_id_referral"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_event")),
    )
    op.create_index(op.f("ix_referral_event_referral_id"), "referral_event", ["referral_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_referral_event_referral_id"), "referral_event")
    op.drop_table("referral_event")
    op.drop_index("ix_passing_service", "passing")
    op.drop_index(op.f("ix_passing_referral_id"), "passing")
    op.drop_index(op.f("ix_passing_due_at"), "passing")
    op.drop_table("passing")
    op.drop_index("ix_notice_state_next_try_at", "notice")
    op.drop_index(op.f("ix_notice_referral_id"), "notice")
    op.drop_index(op.f("ix_notice_council_code"), "notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_family_visit_referral_id"), "family_visit")
    op.drop_index(op.f("ix_family_visit_ends_at"), "family_visit")
    op.drop_table("family_visit")
    op.drop_index("ix_family_mark_mark", "family_mark")
    op.drop_table("family_mark")
    op.drop_index(op.f("ix_consent_referral_id"), "consent")
    op.drop_table("consent")
    op.drop_table("vault_work")
    op.drop_index(op.f("ix_tombstone_council_code"), "tombstone")
    op.drop_table("tombstone")
    op.drop_index("ix_gone_passing_service", "gone_passing")
    op.drop_index(op.f("ix_gone_passing_gone_at"), "gone_passing")
    op.drop_table("gone_passing")
    op.drop_index("ix_referral_sender", "referral")
    op.drop_index("ix_referral_queue", "referral")
    op.drop_index(op.f("ix_referral_merged_into"), "referral")
    op.drop_index(op.f("ix_referral_master_key"), "referral")
    op.drop_index(op.f("ix_referral_hub_key"), "referral")
    op.drop_index(op.f("ix_referral_finished_at"), "referral")
    op.drop_index("ix_referral_due", "referral")
    op.drop_index(op.f("ix_referral_assigned_id"), "referral")
    op.drop_table("referral")
    op.drop_index("ix_lookup_digest_at", "lookup")
    op.drop_index(op.f("ix_lookup_at"), "lookup")
    op.drop_table("lookup")
    op.drop_index(op.f("ix_draft_master_key"), "draft")
    op.drop_index(op.f("ix_draft_ends_at"), "draft")
    op.drop_table("draft")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_subject", "audit_entry")
    op.drop_index(op.f("ix_audit_entry_person_id"), "audit_entry")
    op.drop_index("ix_audit_entry_council_code_number", "audit_entry")
    op.drop_table("audit_entry")
