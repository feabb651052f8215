"""Numbers: unique, rising per prefix and year, never reused, with gaps that nobody explains."""

from __future__ import annotations

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .hanging import Common
from .sight import Session, nowhere, sees


class Number(Common):
    """The last number of each series."""

    __tablename__ = "numbers"
    prefix: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


sees(Number, nowhere)
TAKE = text(  # one statement, both engines
    "INSERT INTO numbers (prefix, year, last) VALUES (:prefix, :year, 1) "
    "ON CONFLICT (prefix, year) DO UPDATE SET last = numbers.last + 1 RETURNING last"
)


def next_of(session: Session, prefix: str, year: int) -> int:
    """The next of a series, inside the act's transaction: a refused act gives it back, so a series alone has no gap."""
    return int(session.core(TAKE, {"prefix": prefix, "year": year}).scalar_one())


def take(session: Session, prefix: str, digits: int) -> str:
    """The number of a new record, such as XS-2026-000045."""
    year = clock.today().year
    number = f"{prefix}-{year}-{next_of(session, prefix, year):0{digits}d}"
    session.info.setdefault("taken", set()).add(number)
    return number
