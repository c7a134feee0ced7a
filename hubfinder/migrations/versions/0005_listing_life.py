"""Accounts, the life of listings, work on many of them, closures, and the post.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
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
        "bounced_address",
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_bounced_address")),
    )
    op.create_table(
        "council",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("telephone", sa.String(length=60), nullable=False),
        sa.Column("may_approve_own", sa.String(length=200), nullable=False),
        sa.Column("cadence", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_council")),
    )
    op.create_table(
        "link_check",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=255), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_link_check")),
    )
    op.create_index(op.f("ix_link_check_next_check_at"), "link_check", ["next_check_at"])

    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("kept_key", sa.String(length=160), nullable=False),
        sa.Column("gone_key", sa.String(length=160), nullable=False),
        sa.Column("version_before", sa.Integer(), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index(op.f("ix_merge_council_code"), "merge", ["council_code"])
    op.create_index(op.f("ix_merge_kept_key"), "merge", ["kept_key"])

    op.create_table(
        "not_duplicate",
        sa.Column("first_key", sa.String(length=160), nullable=False),
        sa.Column("second_key", sa.String(length=160), nullable=False),
        sa.Column("said_by", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("first_key", "second_key", name=op.f("pk_not_duplicate")),
    )
    op.create_table(
        "outgoing_email",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("to", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("once", sa.String(length=255), nullable=True),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("error", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_email")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outgoing_email_message_id")),
        sa.UniqueConstraint("once", name=op.f("uq_outgoing_email_once")),
    )
    op.create_index(op.f("ix_outgoing_email_council_code"), "outgoing_email", ["council_code"])
    op.create_index("ix_outgoing_email_state_next_try_at", "outgoing_email", ["state", "next_try_at"])
    op.create_index(op.f("ix_outgoing_email_to"), "outgoing_email", ["to"])

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("mf_recovery_codes", sa.UnicodeText(), nullable=True),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_codes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_person_fs_webauthn_user_handle")),
    )
    op.create_table(
        "timed_work",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_timed_work")),
    )
    op.create_table(
        "register",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", "council_code", name=op.f("pk_register")),
    )
    op.create_table(
        "register_item",
        sa.Column("register_key", sa.String(length=60), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("outside_id", sa.String(length=160), nullable=False),
        sa.Column("listing_key", sa.String(length=160), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("declined_digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("register_key", "council_code", "outside_id", name=op.f("pk_register_item")),
    )
    op.create_index(op.f("ix_register_item_listing_key"), "register_item", ["listing_key"])

    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"])
    op.create_index("ix_sign_in_attempt_digest_at", "sign_in_attempt", ["digest", "at"])

    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("register_key", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decider_id"], ["person.id"], name=op.f("fk_batch_decider_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_batch_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index(op.f("ix_batch_council_code"), "batch", ["council_code"])
    op.create_index(op.f("ix_batch_register_key"), "batch", ["register_key"])

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["council_code"], ["council.code"], name=op.f("fk_invitation_council_code_council")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    op.create_index(op.f("ix_invitation_council_code"), "invitation", ["council_code"])
    op.create_index(op.f("ix_invitation_email"), "invitation", ["email"])
    op.create_index(op.f("ix_invitation_made_by_id"), "invitation", ["made_by_id"])

    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=True),
        sa.Column("transports", sa.UnicodeText(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("create_datetime", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["person.id"], name=op.f("fk_passkey_user_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"])

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("organization_key", sa.String(length=160), nullable=False),
        sa.Column("hub_key", sa.String(length=160), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_code"], ["council.code"], name=op.f("fk_role_grant_council_code_council")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_council_code_role", "role_grant", ["council_code", "role"])
    op.create_index(op.f("ix_role_grant_organization_key"), "role_grant", ["organization_key"])
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"])

    op.create_table(
        "staff_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_staff_session_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_ends_at"), "staff_session", ["ends_at"])
    op.create_index(op.f("ix_staff_session_person_id"), "staff_session", ["person_id"])

    op.create_table(
        "batch_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("outside_id", sa.String(length=160), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("applied_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_batch_row_batch_id_batch"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_row")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_batch_row_batch_id_number")),
    )
    op.create_index("ix_batch_row_batch_id_outcome", "batch_row", ["batch_id", "outcome", "number"])

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("location_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_closure_location_id_location"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_index(op.f("ix_closure_last_day"), "closure", ["last_day"])
    op.create_index(op.f("ix_closure_location_id"), "closure", ["location_id"])

    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("organization_key", sa.String(length=160), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("risk", sa.String(length=40), nullable=False),
        sa.Column("assured_date", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("hub_key", sa.String(length=160), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("contact_email", sa.String(length=255), nullable=False),
        sa.Column("is_email_dead", sa.Boolean(), nullable=False),
        sa.Column("is_link_dead", sa.Boolean(), nullable=False),
        sa.Column("is_telephone_doubted", sa.Boolean(), nullable=False),
        sa.Column("open_reports", sa.Integer(), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("merged_into", sa.String(length=160), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_listing_service_id_service"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("key", name=op.f("uq_listing_key")),
        sa.UniqueConstraint("service_id", name=op.f("uq_listing_service_id")),
    )
    op.create_index("ix_listing_council_code_name", "listing", ["council_code", "name", "id"])
    op.create_index(
        "ix_listing_council_code_state_due_on", "listing", ["council_code", "state", "due_on", "id"]
    )
    op.create_index(op.f("ix_listing_hub_key"), "listing", ["hub_key"])
    op.create_index(op.f("ix_listing_organization_key"), "listing", ["organization_key"])
    op.create_index(op.f("ix_listing_topic"), "listing", ["topic"])

    op.create_table(
        "schedule_exception",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("location_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=True),
        sa.Column("closes_at", sa.Time(), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_schedule_exception_location_id_location"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"],
            ["service.id"],
            name=op.f("fk_schedule_exception_service_id_service"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_exception")),
    )
    op.create_index(op.f("ix_schedule_exception_location_id"), "schedule_exception", ["location_id"])
    op.create_index(op.f("ix_schedule_exception_service_id"), "schedule_exception", ["service_id"])

    op.create_table(
        "listing_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=255), nullable=False),
        sa.Column("approved_by", sa.String(length=255), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_listing_version_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_version")),
        sa.UniqueConstraint("listing_id", "number", name=op.f("uq_listing_version_listing_id_number")),
    )
    op.create_index(op.f("ix_listing_version_batch_id"), "listing_version", ["batch_id"])
    op.create_index(op.f("ix_listing_version_listing_id"), "listing_version", ["listing_id"])

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("concern", sa.String(length=60), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("suggestion", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.String(length=255), nullable=False),
        sa.Column("is_reply_hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_report_listing_id_listing"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("reference", name=op.f("uq_report_reference")),
    )
    op.create_index("ix_report_council_code_state", "report", ["council_code", "state", "is_urgent", "id"])
    op.create_index("ix_report_subject_digest", "report", ["subject", "digest"])
    op.create_index(op.f("ix_report_listing_id"), "report", ["listing_id"])

    op.create_table(
        "public_bucket",
        sa.Column("client", sa.String(length=80), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("client", name=op.f("pk_public_bucket")),
    )

    op.create_table(
        "listing_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("council_code", sa.String(length=20), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=255), nullable=False),
        sa.Column("decision_note", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_listing_update_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_listing_update_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_listing_update_report_id_report"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_update")),
    )
    op.create_index("ix_listing_update_council_code_state", "listing_update", ["council_code", "state", "id"])
    op.create_index(op.f("ix_listing_update_listing_id"), "listing_update", ["listing_id"])

    op.create_table(
        "listing_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=255), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["listing.id"],
            name=op.f("fk_listing_comment_listing_id_listing"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_listing_comment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["update_id"],
            ["listing_update.id"],
            name=op.f("fk_listing_comment_update_id_listing_update"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_comment")),
    )
    op.create_index(op.f("ix_listing_comment_listing_id"), "listing_comment", ["listing_id"])

    op.add_column(
        "cost_option", sa.Column("condition", sa.String(length=255), server_default="", nullable=False)
    )

    with op.batch_alter_table("schedule") as batch_op:
        batch_op.add_column(sa.Column("site_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_schedule_site_id"), ["site_id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_schedule_site_id_location"), "location", ["site_id"], ["id"], ondelete="SET NULL"
        )

    op.add_column("service", sa.Column("vacancies", sa.String(length=40), nullable=True))
    op.add_column(
        "service", sa.Column("vacancies_note", sa.String(length=255), server_default="", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("service", "vacancies_note")
    op.drop_column("service", "vacancies")

    with op.batch_alter_table("schedule") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_schedule_site_id_location"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_schedule_site_id"))
        batch_op.drop_column("site_id")

    op.drop_column("cost_option", "condition")

    op.drop_index(op.f("ix_listing_comment_listing_id"), table_name="listing_comment")

    op.drop_table("listing_comment")
    op.drop_index(op.f("ix_listing_update_listing_id"), table_name="listing_update")
    op.drop_index("ix_listing_update_council_code_state", table_name="listing_update")

    op.drop_table("listing_update")
    op.drop_index(op.f("ix_report_listing_id"), table_name="report")
    op.drop_index("ix_report_subject_digest", table_name="report")
    op.drop_index("ix_report_council_code_state", table_name="report")

    op.drop_table("report")
    op.drop_table("timed_work")
    op.drop_table("public_bucket")
    op.drop_index(op.f("ix_listing_version_listing_id"), table_name="listing_version")
    op.drop_index(op.f("ix_listing_version_batch_id"), table_name="listing_version")

    op.drop_table("listing_version")
    op.drop_index(op.f("ix_schedule_exception_service_id"), table_name="schedule_exception")
    op.drop_index(op.f("ix_schedule_exception_location_id"), table_name="schedule_exception")

    op.drop_table("schedule_exception")
    op.drop_index(op.f("ix_listing_topic"), table_name="listing")
    op.drop_index(op.f("ix_listing_organization_key"), table_name="listing")
    op.drop_index(op.f("ix_listing_hub_key"), table_name="listing")
    op.drop_index("ix_listing_council_code_state_due_on", table_name="listing")
    op.drop_index("ix_listing_council_code_name", table_name="listing")

    op.drop_table("listing")
    op.drop_index(op.f("ix_closure_location_id"), table_name="closure")
    op.drop_index(op.f("ix_closure_last_day"), table_name="closure")

    op.drop_table("closure")
    op.drop_index("ix_batch_row_batch_id_outcome", table_name="batch_row")

    op.drop_table("batch_row")
    op.drop_index(op.f("ix_staff_session_person_id"), table_name="staff_session")
    op.drop_index(op.f("ix_staff_session_ends_at"), table_name="staff_session")

    op.drop_table("staff_session")
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_organization_key"), table_name="role_grant")
    op.drop_index("ix_role_grant_council_code_role", table_name="role_grant")

    op.drop_table("role_grant")
    op.drop_index(op.f("ix_passkey_user_id"), table_name="passkey")

    op.drop_table("passkey")
    op.drop_index(op.f("ix_invitation_email"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_council_code"), table_name="invitation")

    op.drop_table("invitation")
    op.drop_index(op.f("ix_batch_register_key"), table_name="batch")
    op.drop_index(op.f("ix_batch_council_code"), table_name="batch")

    op.drop_table("batch")
    op.drop_index("ix_sign_in_attempt_digest_at", table_name="sign_in_attempt")
    op.drop_index(op.f("ix_sign_in_attempt_at"), table_name="sign_in_attempt")

    op.drop_table("sign_in_attempt")
    op.drop_index(op.f("ix_register_item_listing_key"), table_name="register_item")

    op.drop_table("register_item")
    op.drop_table("register")
    op.drop_table("person")
    op.drop_index(op.f("ix_outgoing_email_to"), table_name="outgoing_email")
    op.drop_index("ix_outgoing_email_state_next_try_at", table_name="outgoing_email")
    op.drop_index(op.f("ix_outgoing_email_council_code"), table_name="outgoing_email")

    op.drop_table("outgoing_email")
    op.drop_table("not_duplicate")
    op.drop_index(op.f("ix_merge_kept_key"), table_name="merge")
    op.drop_index(op.f("ix_merge_council_code"), table_name="merge")

    op.drop_table("merge")
    op.drop_index(op.f("ix_link_check_next_check_at"), table_name="link_check")

    op.drop_table("link_check")
    op.drop_table("council")
    op.drop_table("bounced_address")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_person_id"), table_name="audit_entry")
    op.drop_index("ix_audit_entry_council_code_number", table_name="audit_entry")

    op.drop_table("audit_entry")
