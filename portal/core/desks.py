"""A desk always has one person; a unit always has a head. Whom a duty falls to is read here, by core, under its key."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Boolean, ForeignKey, String, bindparam, column, false, func, select, table
from sqlalchemy.orm import Mapped, mapped_column

from .hanging import Common
from .sight import Session, nowhere, sees


class Desk(Common):
    """Who sits there now. The head of a unit is the desk "head" of that unit: a column of units would be a cycle."""

    __tablename__ = "desks"
    key: Mapped[str] = mapped_column(String(30), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    with_competence: Mapped[bool] = mapped_column(server_default=false())  # discipline: 有处置权限


sees(Desk, nowhere)
D = Desk.__table__
U = table("units", column("id"), column("path"), column("handles", Boolean))
P = table("people", column("id"), column("unit_id"))
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


def upwards(session: Session, unit_id: int, person_id: int) -> Iterator[tuple[int, int]]:
    """(unit, person): the one named, the head of his unit, office_head, deputy_head, who stands above the deputy."""
    yield unit_id, person_id
    yield head(session, unit_id)
    yield holder(session, "office_head")
    deputy = holder(session, "deputy_head")
    yield deputy
    yield head(session, deputy[0])


def branch_headed_by(session: Session, person_id: int) -> str | None:
    """The path of the handling unit of which the person is the head; the highest of several, None of none."""
    headed = select(func.min(U.c.path)).join(D, D.c.unit_id == U.c.id)
    of_him = headed.where(D.c.key == "head", D.c.person_id == person_id, U.c.handles)
    path: str | None = session.core(of_him).scalar()
    return path


def path(session: Session, person_id: int) -> str:
    """Where a person stands in the tree."""
    found: str = session.core(select(U.c.path).join(P, P.c.unit_id == U.c.id).where(P.c.id == person_id)).scalar_one()
    return found
