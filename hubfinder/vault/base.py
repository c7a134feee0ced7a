"""The base of the tables in the vault: a database of their own, or a schema of their own on PostgreSQL."""

from sqlalchemy import LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hubfinder.database.base import NAMING
from hubfinder.vault.keys import Wrapped


class VaultBase(DeclarativeBase):
    """Base of every table of the vault."""

    metadata = MetaData(naming_convention=NAMING)


class Sealed:
    """A row whose content is sealed with a key of its own. Forgetting that key forgets the content."""

    master_key: Mapped[str] = mapped_column(String(20), index=True)
    """Name of the master key that the key of this row is wrapped with; empty once it is forgotten."""
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def wrapped(self) -> Wrapped:
        return Wrapped(self.master_key, self.wrapped_key)

    @wrapped.setter
    def wrapped(self, wrapped: Wrapped) -> None:
        self.master_key, self.wrapped_key = wrapped.key, wrapped.content
