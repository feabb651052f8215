"""Messages: what fell to a person since. Polled with the counts; opening the matter is the answer.

A message names a number and the act expected, never a content; of an umbrella matter not even the number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from . import clock, people
from .actor import Role
from .hanging import Common, Family, partial
from .sight import Session, nowhere, sees
from .types import UtcDateTime


class Message(Common):
    """`kind`: duty (new work), urged (催办), named (on a record), moved (已调整承办), alarm. `subject` NULL: secret."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str | None] = mapped_column(String(24))
    what: Mapped[str | None] = mapped_column(String(50))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    __table_args__ = (partial("ix_messages_unseen", "seen_at IS NULL", "person_id"),)


sees(Message, nowhere)
M = Message.__table__


def send(session: Session, family: Family, person_id: int, kind: str, subject: str, what: str | None = None) -> None:
    """Inside an act, with its transaction. A family apart says only that something is there."""
    apart = family is not Common.family
    new = {"person_id": person_id, "at": session.info["act"].stamp, "kind": kind}
    session.core(insert(M), new | {"subject": None if apart else subject, "what": None if apart else what})


def alarm(session: Session, roles: Role) -> None:
    """To each who holds one of these roles: somebody was refused again and again; the looks say who and where."""
    for person_id, _name in people.holding(session, roles):
        session.core(insert(M), {"person_id": person_id, "at": clock.now(), "kind": "alarm"})


def unseen(session: Session, person_id: int) -> int:
    """How many wait, at most 100: one indexed query."""
    inner = select(M.c.id).where(M.c.person_id == person_id, M.c.seen_at.is_(None)).limit(100).subquery("waiting")
    return int(session.core(select(func.count()).select_from(inner)).scalar_one())


def newest(session: Session, person_id: int) -> list[Any]:
    """The last fifty of a person."""
    return list(session.core(select(M).where(M.c.person_id == person_id).order_by(M.c.id.desc()).limit(50)))


def seen(session: Session, person_id: int, subject: str | None = None) -> None:
    """Read: all of a person, or those of one matter. The caller has begun a write."""
    own = update(M).where(M.c.person_id == person_id, M.c.seen_at.is_(None))
    session.core((own if subject is None else own.where(M.c.subject == subject)).values(seen_at=clock.now()))
