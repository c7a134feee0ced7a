"""The declarative base and the column types that more than one room uses."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import Dialect, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

SRID = 4326
"""Every stored coordinate is WGS84 longitude and latitude, in degrees (see docs/decisions)."""

E = TypeVar("E", bound=StrEnum)

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)


class EnumText(TypeDecorator[E], Generic[E]):
    """A string enum stored as its value, so that a new member needs no migration."""

    length = 40
    impl = String
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__(length=self.length)
        self.enum = enum

    def process_bind_param(self, value: E | str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.enum(value)


class EnumSetText(TypeDecorator[frozenset[E]], Generic[E]):
    """A small set of enum members stored as comma-separated values in a stable order."""

    length = 200
    impl = String
    cache_ok = True

    def __init__(self, enum: type[E]) -> None:
        super().__init__(length=self.length)
        self.enum = enum

    def process_bind_param(self, value: Iterable[E] | None, dialect: Dialect) -> str | None:
        return None if value is None else ",".join(sorted(self.enum(member).value for member in value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[E] | None:
        if value is None:
            return None
        return frozenset(self.enum(part) for part in value.split(",") if part)
