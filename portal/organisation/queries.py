"""Choices of units and people, as forms and conditions show them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ..core.actor import Role
from ..core.sight import Session
from ..extensions import db
from .models import Person, Unit

_UNITS = select(Unit.id, Unit.name).where(Unit.valid_to.is_(None)).order_by(Unit.path)
_HANDLING = _UNITS.where(Unit.handles)
_OFFICERS = (
    select(Person.id, Person.name, Unit.short_name, Unit.id)
    .join(Unit, Unit.id == Person.unit_id)
    .where(Person.is_active, Person.roles.op("&")(int(Role.OFFICER)) != 0, Unit.handles)
    .order_by(Unit.path, Person.id)
)


def units_chosen(session: Session) -> list[tuple[str, str]]:
    """(id as text, name) of the units of today, for a condition of a list."""
    return [(str(i), name) for i, name in session.rows(_HANDLING)]


def all_units_chosen(session: Session) -> list[tuple[str, str]]:
    """The same of every unit: a decision may fall to the office or to the leaders as well."""
    return [(str(i), name) for i, name in session.rows(_UNITS)]


def handling_units() -> list[tuple[Any, str]]:
    """Units to which a clue may be given."""
    return [("", "请选择"), *(tuple(r) for r in db.session().rows(_HANDLING))]


def officers() -> list[tuple[Any, ...]]:
    """Officers of those units. With script the chosen unit narrows the list; without, its name stands beside."""
    found = db.session().rows(_OFFICERS)
    return [("", "请选择"), *((i, f"{name}（{unit}）", {"data-unit": unit_id}) for i, name, unit, unit_id in found)]


def unit_of(session: Session, person_id: int) -> int | None:
    """The unit of a person."""
    found: int | None = session.scalar(select(Person.unit_id).where(Person.id == person_id))
    return found


def name_of(session: Session, person_id: int | None) -> str:
    """The name of a person, or nothing."""
    return session.scalar(select(Person.name).where(Person.id == person_id)) or ""


def unit_name(session: Session, unit_id: int | None) -> str:
    """The name of a unit, or nothing."""
    return session.scalar(select(Unit.name).where(Unit.id == unit_id)) or ""


def names_of(session: Session, person_ids: set[int]) -> dict[int, str]:
    """Person → name."""
    some = select(Person.id, Person.name).where(Person.id.in_(person_ids))
    return dict(tuple(r) for r in session.rows(some)) if person_ids else {}
