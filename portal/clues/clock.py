"""When a clue is due: by urgency and level; a date from above wins if it is earlier (domain.md 3, row 22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask_babel import gettext as _

from ..core import clock
from .models import DAYS, LEVELS, URGENT_DAYS, Clue

PAST, TODAY, LEFT, LATE = "past", "today", "left", "late"
MOST_CELLS = 120  # working days of the strip: half a year; what is longer ago is told in words alone


def length(level: str, urgency: str) -> int:
    """Working days."""
    return min(URGENT_DAYS, DAYS[level]) if urgency == "特急" else DAYS[level]


def due(level: str, urgency: str, earlier: date | None) -> datetime:
    """The end of the day on which the check is due, counted from now."""
    computed = clock.due(clock.now(), length(level, urgency), "working", "none")
    return min(computed, clock.end_of(earlier)) if earlier else computed


def foreseen(urgency: str) -> dict[str, str]:
    """Level → the due day and how it is counted, for the page on which the level is chosen."""
    return {
        level: f"{due(level, urgency, None) - clock.DAY:%m-%d}，{clock.counting(clock.now(), length(level, urgency))}"
        for level in LEVELS
    }


@dataclass(frozen=True)
class Term:
    """本件办结: the time left, a cell a working day in weeks, and how the last day came about, day by day."""

    told: clock.Due
    weeks: list[list[str]]
    spoken: str
    span: str
    counted: str
    days: list[clock.Counted]


def last_day(due_at: datetime) -> date:
    """A day clock ends at 24:00, which is told as the day before that midnight."""
    return (clock.local(due_at) - clock.DAY).date()


def term(clue: Clue) -> Term | None:
    """The matter's own clock, from the day of its assignment; None before that."""
    if clue.due_at is None or clue.assigned_at is None:
        return None
    start, end, here = clock.local(clue.assigned_at).date(), last_day(clue.due_at), clock.today()
    span = _("%(start)s 交办，%(end)s 到期") % {"start": clock.short(start, here), "end": clock.short(end, here)}
    days = clock.explain(start, end)
    if clue.closed_on is not None:
        return Term(_closed(clue.closed_on, end), [], "", span, _counted(clue, start, end), days)
    cells = _cells(start, end, here)
    spoken = _("共 %(n)d 个工作日，已过 %(past)d 个") % {
        "n": clock.working_days_between(start, end), "past": max(clock.working_days_between(start, here) - 1, 0),
    }  # fmt: skip
    return Term(clock.told(clue.due_at, "due"), cells, spoken, span, _counted(clue, start, end), days)


def _cells(start: date, end: date, here: date) -> list[list[str]]:
    """One cell a working day after `start`, to the last day or, if that is over, to today; a list a week."""
    days: list[date] = []
    day = start
    while day < max(end, here) and len(days) < MOST_CELLS:
        day = clock.add_working_days(day, 1)
        if day <= max(end, here):
            days.append(day)
    weeks = groupby(days, key=lambda d: d.isocalendar()[:2])
    return [[_cell(d, end, here) for d in week] for _key, week in weeks]


def _cell(day: date, end: date, here: date) -> str:
    if day == here:
        return TODAY
    if day > here:
        return LEFT
    return LATE if day > end else PAST


def _counted(clue: Clue, start: date, end: date) -> str:
    """How the last day was found, in words; one that was set anew says so."""
    n = length(clue.level, clue.urgency)
    if clock.add_working_days(start, n) == end:
        return _("重要程度%(level)s、紧急程度%(urgency)s：%(counted)s") % {
            "level": clue.level, "urgency": clue.urgency, "counted": clock.counting(start, n),
        }  # fmt: skip
    if clue.earlier_due_on == end:
        return _("按要求提前到 %(day)s") % {"day": end.isoformat()}
    return _("交办以后重新确定，共 %(n)d 个工作日") % {"n": clock.working_days_between(start, end)}


def _closed(closed: date, end: date) -> clock.Due:
    """A matter that is closed: in time, or how late it was."""
    day, n = clock.short(closed, clock.today()), clock.working_days_between(closed, end)
    if closed > end:
        return clock.Due("", _("逾期 %(n)d 个工作日办结") % {"n": -n}, day)
    early = _("%(day)s，提前 %(n)d 个工作日") % {"day": day, "n": n}
    return clock.Due("", _("按时办结"), early if n else day)
