"""Tables of the directory about front doors: how each council's is reached, when it is open, and the teams of
its hubs. Nothing of any family is here.
"""

from datetime import time

from sqlalchemy import JSON, String, Text, Time
from sqlalchemy.orm import Mapped, mapped_column

from hubfinder.database.base import Base

WEEK = [0, 1, 2, 3, 4]
"""0 is Monday."""


class FrontDoor(Base):
    """How the front door of a council is reached. Also of councils that have no staff here: neighbours."""

    __tablename__ = "front_door"

    council_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    """As in the boundaries of local authorities; there need be no row of ``council``."""
    council_name: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255), default="")
    """What it calls itself; empty where it has no name of its own."""
    telephone: Mapped[str] = mapped_column(String(60), default="")
    out_of_hours_telephone: Mapped[str] = mapped_column(String(60), default="")
    email: Mapped[str] = mapped_column(String(255), default="")
    """Of the team: where word of new requests goes."""
    website: Mapped[str] = mapped_column(Text, default="")
    opens: Mapped[time] = mapped_column(Time, default=time(9))
    """In England's own time."""
    closes: Mapped[time] = mapped_column(Time, default=time(17))
    days: Mapped[list[int]] = mapped_column(JSON, default=lambda: list(WEEK))
    """Of the week, 0 is Monday; on bank holidays it is shut."""
    procedure: Mapped[str] = mapped_column(Text, default="")
    """What staff here do to hand a request over to statutory services."""


class HubTeam(Base):
    """The team of a family hub: how it is told, and whose requests it has."""

    __tablename__ = "hub_team"

    council_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    hub_key: Mapped[str] = mapped_column(String(160), primary_key=True)
    email: Mapped[str] = mapped_column(String(255), default="")
    areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    """``kind:code`` of the footprints it looks after; none: those nearest to it."""
