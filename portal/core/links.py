"""Links between records by number; each end is shown through the viewer's sight by the panel that draws it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from .sight import session_of


def link(source: Any, target_number: str, kind: str, owes: str | None = None, desk: str | None = None) -> None:
    """Kinds: source (a tip of a clue), joined, related, follows. `owes`, `desk`: what is owed back, and by whom."""
    values = {"from_number": source.number, "to_number": target_number, "kind": kind, "owes": owes, "desk": desk}
    session_of(source).core(insert(source.family.link.__table__), values)


def to(row: Any) -> list[Any]:
    """What points at the row, by number."""
    t = row.family.link.__table__
    return list(session_of(row).core(select(t).where(t.c.to_number == row.number).order_by(t.c.from_number)))


def of(row: Any) -> list[Any]:
    """Where the row points."""
    t = row.family.link.__table__
    return list(session_of(row).core(select(t).where(t.c.from_number == row.number).order_by(t.c.to_number)))
