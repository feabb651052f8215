"""When a clue is due: by urgency and level; a date from above wins if it is earlier (domain.md 3, row 22)."""

from __future__ import annotations

from datetime import date, datetime

from ..core import clock
from .models import DAYS, LEVELS, URGENT_DAYS


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
