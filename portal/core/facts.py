"""The few facts a database knows about itself: its id, whether it is the sample bureau, what it knows of its keys."""

from __future__ import annotations

from secrets import token_hex

from flask import current_app
from sqlalchemy import String, Text, bindparam, select, text
from sqlalchemy.orm import Mapped, mapped_column

from .hanging import Common
from .sight import Session, nowhere, sees


class Fact(Common):
    """A name and its value."""

    __tablename__ = "facts"
    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


sees(Fact, nowhere)
F = Fact.__table__
READ = select(F.c.value).where(F.c.name == bindparam("name"))
KEEP = text("INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")


def read(session: Session, name: str) -> str | None:
    """The value, or None."""
    value: str | None = session.core(READ, {"name": name}).scalar()
    return value


def keep(session: Session, name: str, value: str) -> str:
    """Written once: the first writer's value holds, and is given back."""
    session.core(KEEP, {"name": name, "value": value})
    return read(session, name) or value


def database_id(session: Session) -> str:
    """Random, made with the database: anchored heads of another database in the same folder prove nothing about it."""
    cached: dict[str, str] = current_app.extensions["facts"]
    if "database" not in cached:
        cached["database"] = read(session, "database") or keep(session, "database", token_hex(8))
    return cached["database"]
