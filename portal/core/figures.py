"""A figure is a name, a register and its filters: value = that list's own count, link = that list's own address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from . import lists
from .register import REGISTERS, Words
from .sight import Session


@dataclass(frozen=True)
class Figure:
    """`by`: the filters `<by>_from` and `<by>_to` (dates, inclusive) take the period; "": as it stands now."""

    key: str
    label: Words
    register: str
    filters: dict[str, str] = field(default_factory=dict)
    by: str = ""

    def args(self, period: tuple[date, date] | None, unit: str | None) -> dict[str, str]:
        """The list's own address as its parts."""
        args = dict(self.filters)
        if self.by and period:
            args |= {f"{self.by}_from": period[0].isoformat(), f"{self.by}_to": period[1].isoformat()}
        return args | ({"unit": unit} if unit else {})


FIGURES: dict[str, Figure] = {}


def figure(made: Figure) -> Figure:
    """Declare a figure."""
    FIGURES[made.key] = made
    return made


def month(period: str) -> tuple[date, date]:
    """First and last day of "2026-11". Raises ValueError."""
    first = date.fromisoformat(f"{period}-01")
    return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def value(session: Session, made: Figure, period: tuple[date, date] | None, unit: str | None) -> tuple[int, str]:
    """(count, address of the list), both under the asker's sight."""
    asked = lists.read(REGISTERS[made.register], made.args(period, unit))
    return lists.count(session, asked), asked.url()
