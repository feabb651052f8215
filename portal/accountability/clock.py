"""When the effect of a measure ends."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from ..core.clock import DAY


def last_day(first: date, months: int) -> date:
    """The last day of a period of so many months of which `first` is a part.

    It begins on the day of the decision (政务处分法 第八条: from the day on which it takes effect), so it ends on the
    day before the same day of that month; where the month has no such day, on its last (民法典 Art. 202 by analogy).
    """
    years, month = divmod(first.month - 1 + months, 12)
    year, length = first.year + years, monthrange(first.year + years, month + 1)[1]
    return date(year, month + 1, length) if first.day > length else date(year, month + 1, first.day) - DAY
