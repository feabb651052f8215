"""A desk always has one person; a unit always has a head. Whom a duty falls to is read here, by core, under its key."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from .hanging import Common
from .sight import Session, nowhere, sees


class Desk(Common):
    """Who sits there now. The head of a unit is the desk "head" of that unit: a column of units would be a cycle."""

    __tablename__ = "desks"
    key: Mapped[str] = mapped_column(String(30), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))


sees(Desk, nowhere)
D = Desk.__table__
HOLDER = select(D.c.unit_id, D.c.person_id).where(D.c.key == bindparam("key"))
HEAD = select(D.c.unit_id, D.c.person_id).where(D.c.key == "head", D.c.unit_id == bindparam("unit"))


def holder(session: Session, key: str) -> tuple[int, int]:
    """(unit, person) of a desk."""
    unit, person = session.core(HOLDER, {"key": key}).one()
    return unit, person


def head(session: Session, unit_id: int | None) -> tuple[int, int]:
    """(unit, person) of the unit's head."""
    unit, person = session.core(HEAD, {"unit": unit_id}).one()
    return unit, person


def heads(session: Session) -> dict[int, int]:
    """Unit → the person who is its head."""
    return {row.unit_id: row.person_id for row in session.core(select(D).where(D.c.key == "head"))}
