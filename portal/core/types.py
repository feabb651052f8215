"""The base of all models, the column types and the state enum from which constraints are derived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from flask_babel.speaklater import LazyString
from sqlalchemy import CheckConstraint, DateTime, MetaData, Table, TypeDecorator
from sqlalchemy.orm import DeclarativeBase


class Model(DeclarativeBase):
    """One MetaData for all; constraints are named, so migrations can speak of them."""

    __table__: ClassVar[Table]
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times only; UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """A time without a zone is a fault in the code."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value and value.astimezone(UTC)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[str | None], datetime | None] | None:
        """SQLite forgets the zone. Its text is read in one step: a page of a list has 150 times."""
        if dialect.name != "sqlite":
            return None
        return lambda value: value and datetime.fromisoformat(value + "+00:00")  # type: ignore[return-value]


# How a state looks: a shape and a ground that read without colour (looks: Shapes of states).
WAITS, WORKS, DECIDES, OUTSIDE, BACK, HELD, DONE, FILED = (
    "waits", "works", "decides", "outside", "back", "held", "done", "filed",
)  # fmt: skip


class State(StrEnum):
    """Stored value, label, tone, and the columns that may not be empty in it.

    An open state always needs `duty_id`; a closed one says `Ended`: it may lack a duty.
    """

    label: LazyString
    tone: str
    needs: tuple[str, ...]
    is_open: bool

    def __new__(cls, value: str, label: LazyString, tone: str, needs: tuple[bool, tuple[str, ...]]) -> Self:
        self = str.__new__(cls, value)
        self._value_, self.label, self.tone = value, label, tone
        self.is_open, self.needs = needs
        return self

    @classmethod
    def of(cls, value: str) -> Self:
        """The state of a stored value. Raises ValueError."""
        return cls(value)  # type: ignore[call-arg]  # an enum is looked up by its value alone

    @classmethod
    def choices(cls, _session: object = None) -> list[tuple[str, str]]:
        """Stored value and words of every state, for a condition of a list."""
        return [(s.value, str(s.label)) for s in cls]

    @classmethod
    def checks(cls) -> list[CheckConstraint]:
        """The constraints of the table: the state is known, and has what it needs."""

        def names(states: list[State]) -> str:
            return ", ".join(f"'{s.value}'" for s in states)

        found = [CheckConstraint(f"state IN ({names(list(cls))})", name="state_known")]
        for column in sorted({c for s in cls for c in s.needs}):
            needing = names([s for s in cls if column in s.needs])
            found.append(
                CheckConstraint(f"{column} IS NOT NULL OR state NOT IN ({needing})", name=f"state_has_{column}")
            )
        return found

    @classmethod
    def open(cls) -> tuple[Self, ...]:
        """All states in which somebody owes something."""
        return tuple(s for s in cls if s.is_open)


def Open(*columns: str) -> tuple[bool, tuple[str, ...]]:  # noqa: N802 - reads as a word of the state's table
    """An open state: somebody owes something, and these columns are filled."""
    return True, ("duty_id", *columns)


def Ended(*columns: str) -> tuple[bool, tuple[str, ...]]:  # noqa: N802
    """A closed state: these columns are filled; a duty may remain (已办结 still owes 归档)."""
    return False, columns
