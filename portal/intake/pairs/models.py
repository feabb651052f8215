"""Two matters side by side: the clock found one source, or a person found that they are not the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ...core import vault
from ...core.hanging import Common
from ...core.sight import nowhere, sees
from ...core.types import UtcDateTime


class SameSource(Common):
    """可能是同一来源: two tips were left with the same number. The number itself stands here in no form."""

    __tablename__ = "same_sources"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    earlier: Mapped[str] = mapped_column(String(24), primary_key=True, index=True)


class Apart(Common):
    """不是同一件: who judged so, and when. A pair has no direction: `low` sorts before `high`."""

    __tablename__ = "judged_apart"
    low: Mapped[str] = mapped_column(String(24), primary_key=True)
    high: Mapped[str] = mapped_column(String(24), primary_key=True, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (CheckConstraint("low < high", name="in_order"),)


sees(SameSource, nowhere)  # read with the tip of a triage in hand; the other end through the viewer's sight
sees(Apart, nowhere)
for pair in (SameSource.number, SameSource.earlier), (Apart.low, Apart.high):
    vault.goes_with(*pair)
