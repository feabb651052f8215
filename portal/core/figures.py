"""A figure is a name, a register and its filters: value = that list's own count, link = that list's own address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from . import lists
from .actor import Role
from .register import REGISTERS, Words
from .sight import Session

LEAST = 3  # fewer hidden rows than this are not told
Period = tuple[date, date]


@dataclass(frozen=True)
class Figure:
    """`by`: the filters `<by>_from` and `<by>_to` (dates, inclusive) take the period; "": as it stands now.

    `whole`: who may ask for the count of the whole register, rows that they may not open with it. Such a figure is
    blurred, and its rows belong to no other blurred figure and to no sum: what is hidden is not computed from the rest.
    """

    key: str
    label: Words
    register: str
    filters: dict[str, str] = field(default_factory=dict)
    by: str = ""
    whole: Role | None = None

    def args(self, period: Period | None, unit: str | None) -> dict[str, str]:
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


def month(period: str) -> Period:
    """First and last day of "2026-11", or of the year "2026". Raises ValueError."""
    if len(period) == 4:
        return date.fromisoformat(f"{period}-01-01"), date.fromisoformat(f"{period}-12-31")
    first = date.fromisoformat(f"{period}-01")
    return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def value(session: Session, made: Figure, period: Period | None, unit: str | None) -> tuple[int | None, str]:
    """(count, address of the list), both under the asker's sight; of a blurred figure None is told as —."""
    asked = lists.read(REGISTERS[made.register], made.args(period, unit))
    if not (made.whole and made.whole & session.actor.roles):
        return lists.count(session, asked), asked.url()
    told = None if unit else _blurred(session, made, period)  # a unit is the difference of two sums
    if told is not None and period and _lacks_one_month(session, made, period):
        told = None
    return told, asked.url()


def _blurred(session: Session, made: Figure, period: Period | None) -> int | None:
    """The count of all, if the asker may open all that there are, or if what he may not open is not few.

    None does not tell none from few: a first case would be noticed.
    """
    asked = lists.read(REGISTERS[made.register], made.args(period, None))
    own, whole = lists.count(session, asked), lists.count_whole(session, asked)
    return whole if (own and own == whole) or whole - own >= LEAST else None


def _lacks_one_month(session: Session, made: Figure, period: Period) -> bool:
    """Whether exactly one month of a longer period is hidden: the sum of the period would tell it."""
    first, months = period[0], []
    while first <= period[1]:
        months.append(month(f"{first:%Y-%m}"))
        first = months[-1][1] + timedelta(days=1)
    return len(months) > 1 and [_blurred(session, made, m) for m in months].count(None) == 1
