"""Tables of those who sign in. Of the public nobody is here."""

from datetime import datetime
from typing import Any

from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hubfinder.database.base import Base, EnumSetText, EnumText
from hubfinder.staff_vocab import Role


class Council(Base):
    """A council whose listings live here. One installation serves many."""

    __tablename__ = "council"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Code of its footprint of kind ``local_authority``."""
    name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(255), default="")
    """Where what nobody looks after is sent: the team that keeps the directory."""
    telephone: Mapped[str] = mapped_column(String(60), default="")
    """Where those who keep listings ring that team; ``people/reach.py`` says what stands in for none."""
    may_approve_own: Mapped[frozenset[Role]] = mapped_column(EnumSetText(Role), default=frozenset())
    """Roles that may approve a change they wrote themselves."""
    cadence: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Days between two checks, by ``Risk``; what is missing is as the installation's settings say."""


class Person(Base, UserMixin):
    """Somebody who may sign in. Never deleted, only disabled: the trail names them."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    """In small letters."""
    name: Mapped[str] = mapped_column(String(255), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    """Hash; none until somebody has accepted their invitation."""
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """Stands in their sessions: a new one ends them all."""
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    """Encrypted."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    """Encrypted."""
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # none at first
        String(64), unique=True
    )
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used_codes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Steps of time whose one-time code was used; each works once."""

    roles: Mapped[list["RoleGrant"]] = relationship(  # type: ignore[assignment]  # its own kind of role
        cascade="all, delete-orphan", order_by="RoleGrant.id"
    )
    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]  # its own kind of passkey
        back_populates="user", cascade="all, delete-orphan", order_by="Passkey.id"
    )
    """Their passkeys, under Flask-Security's name."""


class RoleGrant(Base, RoleMixin):
    """What somebody may do, and for whom: one council, and in it perhaps one organization, hub or area."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_council_code_role", "council_code", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(EnumText(Role))
    council_code: Mapped[str] = mapped_column(ForeignKey("council.code"))
    organization_key: Mapped[str] = mapped_column(String(160), default="", index=True)
    """Of a provider: whose listings."""
    hub_key: Mapped[str] = mapped_column(String(160), default="")
    """Of hub staff: which hub."""
    area: Mapped[str] = mapped_column(String(80), default="")
    """Of hub staff: the footprint they look after too, ``ward:E05014558``."""
    given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    given_by: Mapped[str] = mapped_column(String(255), default="")

    @property
    def name(self) -> str:  # type: ignore[override]  # nobody writes it
        """What Flask-Security calls a role."""
        return self.role.value


class Passkey(Base, WebAuthnMixin):
    """A passkey or security key of somebody who signs in; columns as Flask-Security wants them."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None] = mapped_column(  # type: ignore[assignment]  # some have none
        Integer, default=0
    )
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    backup_state: Mapped[bool] = mapped_column(Boolean)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(DateTime, server_default=func.now())
    lastuse_datetime: Mapped[datetime] = mapped_column(DateTime)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))

    user: Mapped[Person] = relationship(back_populates="webauthn")


class StaffSession(Base):
    """A session of somebody who signs in, or is about to: on the server, so that it can be ended there."""

    __tablename__ = "staff_session"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of what the cookie says: who reads the table cannot sign in with it."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SignInAttempt(Base):
    """A wrong answer on the way in; counted, then forgotten. Nothing here says who or from where."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_digest_at", "digest", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """Keyed hash of an account, an address or both together."""
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class Invitation(Base):
    """Somebody who was asked to join, until they have."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), index=True)
    name: Mapped[str] = mapped_column(String(255), default="")
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    grants: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    council_code: Mapped[str] = mapped_column(ForeignKey("council.code"), index=True)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    made_by: Mapped[str] = mapped_column(String(255), default="")
    made_by_id: Mapped[int | None] = mapped_column(Integer, index=True)
    """Of the person; none for a command. What they asked for ends when they may ask no more."""
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    accepted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AuditEntry(Base):
    """One thing that somebody saw or did. Each carries the hash of the one before."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_council_code_number", "council_code", "number"),
        Index("ix_audit_entry_subject", "subject_kind", "subject_key"),
        UniqueConstraint("hash"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """1, 2, 3 without a gap."""
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    council_code: Mapped[str] = mapped_column(String(20), default="")
    person_id: Mapped[int | None] = mapped_column(Integer, index=True)
    """Who; none for a command, a one-click link, the public or hubfinder itself: ``by`` says which."""
    by: Mapped[str] = mapped_column(String(255))
    verb: Mapped[str] = mapped_column(String(60))
    """``listing.published``, ``person.disabled``, ``report.seen``: what, a dot, and what was done."""
    subject_kind: Mapped[str] = mapped_column(String(40), default="")
    subject_key: Mapped[str] = mapped_column(String(255), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Names of fields, numbers of versions and counts: never what was written."""
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain; whoever adds to it locks this row first."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
