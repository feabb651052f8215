"""化解: a dispute that is settled rather than investigated (domain: 化解台账), and whether it stayed settled."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...core.hanging import Common, Numbered, Owed, owed
from ...core.search import Searched
from ...core.types import DONE, FILED, OUTSIDE, WAITS, WORKS, Ended, Open, State
from ...organisation.models import Person, Unit
from ..models import Tip

SATISFIED = ("满意", "基本满意", "不满意", "联系不上")
WHO = ("unit_id", "officer_id", "due_at")


class SettlementState(State):
    """Worked on by a unit, asked back by the office."""

    WORKING = "working", _l("化解中"), WORKS, Open(*WHO)
    CALLBACK = "callback", _l("待回访"), WAITS, Open(*WHO, "result", "settled_on")
    SETTLED = "settled", _l("已化解"), DONE, Ended(*WHO, "result", "settled_on", "called_on", "satisfied", "closed_on")
    PETITION = "petition", _l("转信访程序"), OUTSIDE, Ended(*WHO, "result", "closed_on")
    MOVED = "moved", _l("已调整承办"), FILED, Ended()


class Settlement(Numbered, Owed, Searched, Common):
    """`title` and `claim` are the tip's title and excerpt as triage read them, or as it put them."""

    __tablename__ = "settlements"
    revised = ("claim", "result")
    tip_id: Mapped[int] = mapped_column(ForeignKey(Tip.id), index=True)
    tip: Mapped[Tip | None] = relationship()  # None to a unit, which sees the settlement and not the tip
    title: Mapped[str] = mapped_column(String(80))
    claim: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(String(4))
    result: Mapped[str | None] = mapped_column(Text)
    settled_on: Mapped[date | None]
    called_on: Mapped[date | None]
    satisfied: Mapped[str | None] = mapped_column(String(4))
    again: Mapped[int] = mapped_column(default=0)  # how often the call-back sent it back: 反复
    closed_on: Mapped[date | None]
    unit: Mapped[Unit | None] = relationship(foreign_keys="Settlement.unit_id")
    officer: Mapped[Person | None] = relationship(foreign_keys="Settlement.officer_id")
    __table_args__ = (
        *owed("settlements", SettlementState, Common.family),
        CheckConstraint("called_on >= settled_on", name="called_after_it_was_settled"),
        Index(None, "created_at", "id"),
        Index(None, "unit_id", "created_at", "id"),
        Index(None, "closed_on", "id"),
    )
