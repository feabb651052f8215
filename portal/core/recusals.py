"""回避: ANDed to the rule of every model that has a number or a subject, from the first day, also while empty.

Sources: 公务员法 第七十六条, 信访工作条例 第二十八条.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from . import clock, desks
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
    path: Mapped[str | None] = mapped_column(String(60))  # of the handling unit that the person heads: all below it
    __table_args__ = (Index(None, "person_id", "number"),)


sees(Recusal, nowhere)
R = Recusal.__table__


def not_recused(model: Any) -> ColumnElement[bool] | None:
    """NOT IN over a handful of numbers, none of them NULL: evaluated once a statement, as fast as NOT EXISTS.

    Who is under a recused head of a handling unit is kept off with him: he would report to him.
    """
    subject = getattr(model, "number", None) if hasattr(model, "number") else getattr(model, "subject", None)
    if subject is None or model is Recusal:
        return None
    still = or_(R.c.upheld.is_(None), R.c.upheld)
    below = and_(R.c.path.is_not(None), me.path >= R.c.path, me.path < R.c.path + "~")
    return subject.not_in(listed(R.c.number, or_(R.c.person_id == me.id, below), still))  # type: ignore[no-any-return]


ALWAYS.append(not_recused)


def keep_off(session: Session, number: str, person_id: int, why: str) -> bool:
    """The person is off the matter at once; False if he is already, or was and it was decided that he need not be."""
    already = select(R.c.number).where(R.c.number == number, R.c.person_id == person_id)
    if session.core(already).first():
        return False
    new = {"number": number, "person_id": person_id, "why": why, "since": clock.now()}
    session.core(insert(R), new | {"path": desks.branch_headed_by(session, person_id)})
    return True


def decide(session: Session, number: str, person_id: int, *, upheld: bool) -> None:
    """It stays so, or the person sees the matter again."""
    one = update(R).where(R.c.number == number, R.c.person_id == person_id)
    session.core(one.values(upheld=upheld, decided_at=clock.now()))


def off(session: Session, number: str) -> list[Any]:
    """Who is kept off a matter: (person_id, path of the branch that he heads, if it is one that handles)."""
    still = or_(R.c.upheld.is_(None), R.c.upheld)
    return list(session.core(select(R.c.person_id, R.c.path).where(R.c.number == number, still)))


def instead(session: Session, number: str, whom: tuple[int, int]) -> tuple[int, int]:
    """To whom a duty goes: to `whom`, or up from him: head of the unit, office_head, deputy, the deputy's own head.

    Sources: 公务员法 第七十六条: who is recused neither decides nor has it decided below him.
    """
    kept_off = off(session, number)
    if not kept_off:
        return whom
    for candidate in desks.upwards(session, *whom):
        if not _is_off(session, kept_off, candidate):
            return candidate
    return candidate


def _is_off(session: Session, kept_off: list[Any], whom: tuple[int, int]) -> bool:
    path = desks.path(session, whom[1])
    return any(whom[1] == person_id or (below and path.startswith(below)) for person_id, below in kept_off)
