"""Joint thresholds: which decision of one agency opens services of others too, as a council has agreed it.

Tables of the directory: nothing of any family is here.
"""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hubfinder.database.base import Base, EnumText
from hubfinder.referrals.vocab import Opens


class JointThreshold(Base):
    """A decision or an assessment of one agency that opens services of others besides."""

    __tablename__ = "joint_threshold"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    council_code: Mapped[str] = mapped_column(String(20), index=True)
    agency: Mapped[str] = mapped_column(String(120))
    """Who decides: ``Children's social care``."""
    decision: Mapped[str] = mapped_column(String(255))
    note: Mapped[str] = mapped_column(Text, default="")
    """What was agreed, and by whom: for staff."""
    example: Mapped[str] = mapped_column(String(80), default="")
    """Key of the example of ``seeds/joint_thresholds.csv`` that it was begun with."""
    revision: Mapped[int] = mapped_column(Integer, default=1)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[str] = mapped_column(String(255), default="")

    services: Mapped[list["JointThresholdService"]] = relationship(
        cascade="all, delete-orphan", order_by="JointThresholdService.id"
    )


class JointThresholdService(Base):
    """What it opens: one service, all that deliver an entry of the catalogue, or all that meet a need."""

    __tablename__ = "joint_threshold_service"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    threshold_id: Mapped[int] = mapped_column(
        ForeignKey("joint_threshold.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[Opens] = mapped_column(EnumText(Opens))
    key: Mapped[str] = mapped_column(String(160))
    for_whom: Mapped[str] = mapped_column(String(120), default="")
    """Of the family: ``the mother``."""
