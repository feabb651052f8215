"""回避: ANDed to the rule of every model that has a number or a subject, from the first day, also while empty.

Sources: 公务员法 第七十六条, 信访工作条例 第二十八条.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, insert, or_, select
from sqlalchemy.orm import Mapped, mapped_column, object_session

from . import clock, desks, duties
from .hanging import Common
from .sight import ALWAYS, Session, listed, me, nowhere, sees
from .types import UtcDateTime


class Recusal(Common):
    """Who is kept off which matter, since when and why (declared | matched)."""

    __tablename__ = "recusals"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    why: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    upheld: Mapped[bool | None]
    __table_args__ = (Index(None, "person_id", "number"),)


sees(Recusal, nowhere)
R = Recusal.__table__


def not_recused(model: Any) -> ColumnElement[bool] | None:
    """NOT IN over a handful of numbers, none of them NULL: evaluated once a statement, as fast as NOT EXISTS."""
    subject = getattr(model, "number", None) if hasattr(model, "number") else getattr(model, "subject", None)
    if subject is None or model is Recusal:
        return None
    still = or_(R.c.upheld.is_(None), R.c.upheld)
    return subject.not_in(listed(R.c.number, R.c.person_id == me.id, still))  # type: ignore[no-any-return]


ALWAYS.append(not_recused)


def declare(row: Any, person_id: int) -> None:
    """The person is off the matter at once; a duty that he holds on it goes to the unit's head, else higher."""
    session = object_session(row)
    assert isinstance(session, Session)
    already = select(R.c.number).where(R.c.number == row.number, R.c.person_id == person_id)
    if session.core(already).first():
        return
    session.core(insert(R), {"number": row.number, "person_id": person_id, "why": "declared", "since": clock.now()})
    instead = desks.head(session, row.unit_id)
    if instead[1] == person_id:
        instead = desks.holder(session, "office_head")
    if instead[1] == person_id:
        instead = desks.holder(session, "deputy_head")
    if row.officer_id == person_id:
        row.officer_id = instead[1]
    duties.hand_on(session, row, person_id, instead)
