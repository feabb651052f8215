"""The only clock: moments, working days, due times, and how a due time is told to people.

Moments are aware and UTC in the database. A day clock ends at 24:00 local, which is 00:00 of the next day, and is
told as the day before that midnight. Counting follows 民法典 Art. 201–203: the day of the start is not counted, hours
count from the moment, a period whose last day is a rest day may roll. Nothing here reads the database.
"""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from .language import current_language

Unit = Literal["hour", "calendar", "working", "month"]
Roll = Literal["none", "forward", "backward"]
Kind = Literal["due", "remind"]

# Read once: the zone of an office does not change while it runs, and half the code imports the name.
LOCAL = ZoneInfo(os.environ.get("PORTAL_TIMEZONE") or "Asia/Shanghai")
DAY = timedelta(days=1)

_moved: ContextVar[datetime | None] = ContextVar("moved", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moved.get() or datetime.now(UTC)


def today() -> date:
    """The present day where the office is, whatever zone the host keeps."""
    return local(now()).date()


@contextmanager
def moved(to: datetime) -> Iterator[None]:
    """Let the clock stand at `to` (aware) within the block and this thread: for tests and the sample bureau."""
    token = _moved.set(local(to).astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def local(moment: datetime) -> datetime:
    """The same moment in the office's zone. ValueError for a naive one: Python would read it in the host's zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return moment.astimezone(LOCAL)


def day_alone(moment: datetime) -> datetime:
    """The first moment of its day, in the office's zone: what is kept where the minute would tell too much."""
    return local(moment).replace(hour=0, minute=0, second=0, microsecond=0)


def end_of(day: date) -> datetime:
    """24:00 of a local day, that is 00:00 of the next."""
    return datetime.combine(day + DAY, time.min, LOCAL)


# Working days


def official_days() -> dict[date, bool]:
    """The rest days (False) and make-up working days (True) of the State Council's yearly notices, as far as
    chinesecalendar knows them (2004–2026): what the administrator's table is filled with at first.
    """
    from chinese_calendar.constants import holidays, workdays

    return {**dict.fromkeys(holidays, False), **dict.fromkeys(workdays, True)}


@dataclass(frozen=True)
class _Table:
    """One edition of the days: exceptions to the five-day week, and how far they shift the count of working days."""

    exceptions: Mapping[date, bool]
    years: frozenset[int]
    ordinals: list[int]
    shifts: list[int]

    @classmethod
    def of(cls, mapping: Mapping[date, bool]) -> _Table:
        exceptions = {day: works for day, works in sorted(mapping.items()) if works != (day.weekday() < 5)}
        steps = (1 if works else -1 for works in exceptions.values())
        ordinals = [day.toordinal() for day in exceptions]
        return cls(exceptions, frozenset(day.year for day in mapping), ordinals, list(accumulate(steps, initial=0)))

    def rank(self, ordinal: int) -> int:
        """Working days from 0001-01-01, a Monday, to this day, this day included."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * 5 + min(rest, 5) + self.shifts[bisect_right(self.ordinals, ordinal)]


class Days:
    """Which days are working days. A year is known if the table holds any of its days; in a year that is not known yet
    Saturday and Sunday rest, and every page says 暂按周末推算. Any thread may ask while another replaces the table.
    """

    def __init__(self) -> None:
        self._table: _Table | None = None
        self.edition = 0

    @property
    def table(self) -> _Table:
        if self._table is None:  # the calendar's package is read at the first question, not at the start
            self._table = _Table.of(official_days())
        return self._table

    @property
    def known_years(self) -> frozenset[int]:
        return self.table.years

    def replace(self, mapping: Mapping[date, bool]) -> None:
        """Take over the administrator's table: True works, False rests. Days it leaves out follow the week, so whole
        years and bare exceptions both do.
        """
        self._table = _Table.of(mapping)
        self.edition += 1

    def is_working(self, day: date) -> bool:
        return self.table.exceptions.get(day, day.weekday() < 5)

    def is_estimated(self, day: date) -> bool:
        return day.year not in self.table.years

    def between(self, a: date, b: date) -> int:
        table = self.table
        return table.rank(b.toordinal()) - table.rank(a.toordinal())

    def add(self, day: date, n: int) -> date:
        if n == 0:
            return day
        table, here = self.table, day.toordinal()
        wanted = table.rank(here) + n if n > 0 else table.rank(here - 1) + n + 1
        # Between a third and all of the days work in any stretch of a month; holidays in a row are shorter.
        near, far = sorted((here, here + 3 * n + (31 if n > 0 else -31)))
        # The first day that reaches the wanted rank is a working day, because only those raise it.
        return date.fromordinal(near + bisect_left(range(near, far), wanted, key=table.rank))


DAYS = Days()


def is_working(day: date) -> bool:
    return DAYS.is_working(day)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after `day`, or before it if n is negative; `day` itself is not counted."""
    return DAYS.add(day, n)


def working_days_between(a: date, b: date) -> int:
    """Working days after `a` up to and with `b`; negative if `b` lies before `a`."""
    return DAYS.between(a, b)


# Due times


def due(start: datetime, length: int, unit: Unit, roll: Roll = "none") -> datetime:
    """When a period ends that begins at `start` (aware) and is `length` units long: a moment in the office's zone.

    hour: from the moment, never rolled, since no last day is counted · calendar, working: the start's day is not
    counted · month: the same day of that month, else its last (民法典 Art. 202). Day clocks end at 24:00. Only a last
    day that is a rest day rolls: statutory periods forward (Art. 203), internal reports backward. ValueError for
    anything else.
    """
    if length < 0 or unit not in get_args(Unit) or roll not in get_args(Roll):
        raise ValueError(f"no such period: {length} {unit} {roll}")
    begun = local(start)
    if unit == "hour":
        return local(begun.astimezone(UTC) + timedelta(hours=length))
    if unit == "working":
        last = add_working_days(begun.date(), length)
    elif unit == "calendar":
        last = begun.date() + timedelta(days=length)
    else:
        last = _months_after(begun.date(), length)
    if roll != "none" and not is_working(last):
        last = add_working_days(last, 1 if roll == "forward" else -1)
    return end_of(last)


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# A clock of a duty: (row) -> the moment at which the duty is due
Clock = Callable[[Any], datetime]


def working_days(n: int) -> Clock:
    """Due at the end of the n-th working day from today."""
    return lambda _row: due(now(), n, "working")


def calendar_days(n: int, roll: Roll = "forward") -> Clock:
    """Due n days from today; a statutory period rolls forward, the stricter reading says roll="none"."""
    return lambda _row: due(now(), n, "calendar", roll)


def with_the_matter(row: Any) -> datetime:
    """Due with the matter itself (办结时限)."""
    return cast(datetime, row.due_at)


def same_day(_row: Any) -> datetime:
    """Due today; what comes on a rest day, on the next working day."""
    return end_of(today() if is_working(today()) else add_working_days(today(), 1))


def calendar_months(n: int) -> Clock:
    """Due on the same day n months on, rolled forward as a statutory period (民法典 第二百零三条)."""
    return lambda _row: due(now(), n, "month", "forward")


def ask_again(days: int) -> Clock:
    """The day on which we ask again: a reminder, not a term, so it neither rolls nor becomes overdue."""
    return lambda _row: due(now(), days, "calendar")


# Words for people


@dataclass(frozen=True)
class Due:
    """How a due time is told: `tone` is "" (plain), att, bad or way; `main` the time left; `below` the date."""

    tone: Literal["", "att", "bad", "way"]
    main: str
    below: str


def told(
    due_at: datetime | None,
    kind: Kind = "due",
    at: datetime | None = None,
    since: datetime | None = None,
    language: str | None = None,
) -> Due:
    """Tell a due time, seen from `at` (else now). A reminder is told by the days since `since` and is never overdue.

    A list of fifty rows gives `at` and `language`, which it asks for once: asking is half of the cost.
    """
    if due_at is None:
        return Due("", _("无期限"), "")
    end, here = local(due_at), local(at or now())
    if kind == "due" and end.time() != time.min and abs(end - here) < DAY:
        return _told_in_hours(end, here)
    begun = local(since).date() if since and kind == "remind" else None
    language = language or current_language()
    return _told_in_days(_day_of(end), here.date(), kind, begun, language, DAYS.edition)


def _day_of(end: datetime) -> date:
    """The day that ends at this moment: midnight belongs to the day before it."""
    return (end - timedelta.resolution).date()


@lru_cache(maxsize=4096)
def _told_in_days(day: date, here: date, kind: Kind, begun: date | None, language: str, edition: int) -> Due:
    """Asked for each row of a list. `language` and `edition` are not used: they part what is remembered."""
    if kind == "remind":
        waited = (here - begun).days if begun else -1
        main = _("已 %(n)s 天", n=waited) if waited > 0 else _("今天起") if waited == 0 else _("等待中")
        return Due("way", main, _("提醒 %(day)s", day=short(day, here)))
    if day == here:
        return Due("att", _("今天到期"), short(day, here))
    below = _("%(day)s 到期", day=short(day, here))
    if DAYS.is_estimated(day):
        below = _("%(below)s，暂按周末推算", below=below)
    working, plain = abs(working_days_between(here, day)), abs((day - here).days)
    if day < here:
        late = _("逾期 %(n)s 个工作日", n=working) if working else _("逾期 %(n)s 天", n=plain)
        return Due("bad", late, below)
    left = _("还剩 %(n)s 个工作日", n=working) if working else _("还剩 %(n)s 天", n=plain)
    return Due("att" if working <= 3 else "", left, below)


def _told_in_hours(end: datetime, here: datetime) -> Due:
    """A clock of hours, less than a day away on either side."""
    minutes = int(abs(end - here) // timedelta(minutes=1))
    amount = _("%(n)s 小时", n=minutes // 60) if minutes >= 60 else _("%(n)s 分钟", n=minutes)
    day = _("今天") if end.date() == here.date() else short(end.date(), here.date())
    if end < here:
        return Due("bad", _("逾期 %(amount)s", amount=amount), _("%(day)s %(time)s 到期", day=day, time=f"{end:%H:%M}"))
    return Due("att", _("还剩 %(amount)s", amount=amount), _("%(day)s %(time)s 前", day=day, time=f"{end:%H:%M}"))


def short(day: date, here: date) -> str:
    """12-07, or 2027-01-08 if it lies in another year than `here`."""
    return f"{day:%m-%d}" if day.year == here.year else f"{day:%Y-%m-%d}"


def counting(start: date, n: int) -> str:
    """How a term of n working days from `start` comes about: 15 个工作日，11-25 起算，跳过 6 个休息日."""
    here, first, last = today(), add_working_days(start, 1), add_working_days(start, n)
    parts = [_("%(n)s 个工作日", n=n), _("%(day)s 起算", day=short(first, here))]
    if skipped := (last - first).days + 1 - n:
        parts.append(_("跳过 %(n)s 个休息日", n=skipped))
    if DAYS.is_estimated(last):
        parts.append(_("%(year)s 年暂按周末推算", year=last.year))
    comma: str = _("，")
    return comma.join(parts)


@dataclass(frozen=True)
class Counted:
    """One day of a term: the how many-th day and working day it is (None if it rests), and why, in words."""

    day: date
    days: int
    working: int | None
    words: str


def explain(start: date, end: date) -> list[Counted]:
    """Each day from `start`, which is not counted, to `end`."""
    rows, working = [], 0
    for days in range((end - start).days + 1):
        day = start + timedelta(days=days)
        working += days > 0 and is_working(day)
        rows.append(Counted(day, days, working if days and is_working(day) else None, _why(day, days, working)))
    return rows


def _why(day: date, days: int, working: int) -> str:
    week, works = day.weekday() < 5, is_working(day)
    words: str
    if days == 0:
        words = _("起始日，不计")
    elif works:
        words = _("第 %(n)s 个工作日", n=working) if week else _("调休上班，第 %(n)s 个工作日", n=working)
    else:
        words = _("放假") if week else _("休息日")
    if days and DAYS.is_estimated(day):
        words = _("%(words)s，暂按周末推算", words=words)
    return words
