"""Looks: who opened, read sealed, exported or printed what. Unchained and without a lock; a digest enters the trail.

The one table that a GET may write. A look that can't be recorded is not given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, func, insert, literal_column, select
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .hanging import Common, partial
from .sight import Session, nowhere, sees
from .types import UtcDateTime


class Look(Common):
    """`what`: record, sealed, compared, export, print, file, view, refused.

    `subject`: a number, `number.column`, a list.
    """

    __tablename__ = "access"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    sign_in_id: Mapped[str | None] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(80))
    __table_args__ = (
        partial("ix_access_prints", "what = 'print'", "subject"),
        partial("ix_access_refusals", "what = 'refused'", "person_id", "at"),
    )


STORM, MINUTE = 20, timedelta(minutes=1)  # so many refusals in a minute are one alarm (G11)
REFUSED: Any = literal_column("'refused'")  # as the partial indexes say it
PRINT: Any = literal_column("'print'")
sees(Look, nowhere)
INSERT = insert(Look.__table__)


def record(session: Session, what: str, subject: str, of: Any = None) -> None:
    """Inside an act: with its transaction. Otherwise at once, in a short one of its own.

    `of`: the row that was looked at, which may have it that of this actor the day alone is kept (G30).
    """
    actor, act = session.actor, session.info.get("act")
    by_day = getattr(of, "looked_at_by_day", None)
    nameless = act.nameless if act is not None else by_day is not None and by_day(actor)
    look: dict[str, Any] = {"at": clock.day_alone(clock.now()) if nameless else clock.now(), "what": what}
    look |= {"subject": subject, "person_id": None, "sign_in_id": None}
    if not nameless:
        look |= {"person_id": actor.id, "sign_in_id": actor.sign_in}
    if act is not None:
        session.core(INSERT, look)
        return
    with _aside(session) as aside:
        aside.core(INSERT, look)
        aside.commit()


def printed(session: Session, subject: str) -> int:
    """A print is a look. Gives which print of this record it is, from 1: the label XS-2026-000405/2."""
    t, actor = Look.__table__, session.actor
    row = {"at": clock.now(), "what": "print", "subject": subject, "person_id": actor.id, "sign_in_id": actor.sign_in}
    with _aside(session) as aside:
        mine = aside.core(INSERT.returning(t.c.id), row).scalar_one()
        prints = select(func.count()).where(t.c.what == PRINT, t.c.subject == subject, t.c.id <= mine)
        nth = int(aside.core(prints).scalar_one())
        aside.commit()
    return nth


def storms(session: Session, looks: Iterable[Any]) -> list[int]:
    """Whose refusals among these newest looks make a storm: STORM of them within a minute."""
    t = Look.__table__
    found = []
    for person_id in sorted({r.person_id for r in looks if r.what == "refused" and r.person_id}):
        first = min(r.at for r in looks if r.what == "refused" and r.person_id == person_id)
        own = select(t.c.at).where(t.c.what == REFUSED, t.c.person_id == person_id, t.c.at > first - MINUTE)
        times = session.core(own.order_by(t.c.at)).scalars().all()
        if any(last - start < MINUTE for start, last in zip(times, times[STORM - 1 :], strict=False)):
            found.append(person_id)
    return found


def since(session: Session, last_id: int) -> list[Any]:
    """Looks after `last_id`, in order: what the minute's digest covers."""
    table = Look.__table__
    return list(session.core(select(table).where(table.c.id > last_id).order_by(table.c.id).limit(10_000)))


def _aside(session: Session) -> Any:
    """A second session of the same actor: the page's own reads stay one transaction."""
    aside = type(session)(session._db, autoflush=False)
    aside.actor = session.actor
    aside.connection(execution_options={"write": True})
    return aside
