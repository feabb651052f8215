"""The legal way of counting, the calendar of working days, and the words in which a due time is told."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from portal.core import clock
from portal.core.clock import LOCAL, Due, Roll, Unit, told

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=LOCAL)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.fixture(autouse=True)
def tuesday_24_november() -> Iterator[None]:
    with clock.moved(NOW):
        yield


@pytest.fixture
def table() -> Iterator[clock.Days]:
    yield clock.DAYS
    clock.DAYS.replace(clock.official_days())


# start, length, unit, roll, last day (day clocks) or moment (hours)
CASES: list[tuple[str, int, Unit, Roll, str]] = [
    # 民法典 Art. 201: the start's day is not counted, whatever the hour
    ("2026-11-24 00:00", 1, "calendar", "none", "2026-11-25"),
    ("2026-11-24 09:30", 1, "calendar", "none", "2026-11-25"),
    ("2026-11-24 23:59", 1, "calendar", "none", "2026-11-25"),
    ("2026-11-24 09:30", 0, "calendar", "none", "2026-11-24"),
    # hours count from the moment and never roll
    ("2026-11-24 09:30", 24, "hour", "none", "2026-11-25 09:30"),
    ("2026-11-27 09:30", 24, "hour", "forward", "2026-11-28 09:30"),
    ("2026-12-31 23:00", 2, "hour", "none", "2027-01-01 01:00"),
    ("1986-05-03 12:00", 24, "hour", "none", "1986-05-04 13:00"),  # Shanghai kept summer time then: an hour is an hour
    # working days: make-up weekends work, holidays rest
    ("2026-11-24 09:30", 15, "working", "none", "2026-12-15"),
    ("2026-11-24 09:30", 3, "working", "none", "2026-11-27"),
    ("2026-11-27 09:30", 1, "working", "none", "2026-11-30"),
    ("2026-09-18 16:00", 1, "working", "none", "2026-09-20"),  # a working Sunday
    ("2026-09-20 16:00", 1, "working", "none", "2026-09-21"),
    ("2026-09-30 16:00", 1, "working", "none", "2026-10-08"),
    ("2026-10-09 16:00", 1, "working", "none", "2026-10-10"),  # a working Saturday
    ("2026-10-10 16:00", 1, "working", "none", "2026-10-12"),
    ("2026-02-13 16:00", 2, "working", "none", "2026-02-24"),  # 02-14 works, then nine days of spring festival
    ("2026-01-01 08:00", 1, "working", "none", "2026-01-04"),
    ("2026-01-01 08:00", 0, "working", "none", "2026-01-01"),
    ("2026-01-01 08:00", 0, "working", "forward", "2026-01-04"),
    # over the end of the year into one that is only estimated
    ("2026-12-31 08:00", 1, "working", "none", "2027-01-01"),
    ("2026-12-28 08:00", 10, "working", "none", "2027-01-11"),
    # calendar days and rolling: statutory forward, internal backward
    ("2026-11-24 09:30", 4, "calendar", "none", "2026-11-28"),
    ("2026-11-24 09:30", 4, "calendar", "forward", "2026-11-30"),
    ("2026-11-24 09:30", 4, "calendar", "backward", "2026-11-27"),
    ("2026-11-24 09:30", 3, "calendar", "forward", "2026-11-27"),  # a working day stays
    ("2026-11-24 09:30", 3, "calendar", "backward", "2026-11-27"),
    ("2026-10-05 09:30", 5, "calendar", "forward", "2026-10-10"),  # the working Saturday does not roll
    ("2026-10-05 09:30", 5, "calendar", "backward", "2026-10-10"),
    ("2026-09-26 09:30", 5, "calendar", "forward", "2026-10-08"),
    ("2026-10-01 09:30", 5, "calendar", "backward", "2026-09-30"),
    ("2026-11-24 09:30", 60, "calendar", "none", "2027-01-23"),
    ("2026-11-24 09:30", 60, "calendar", "forward", "2027-01-25"),
    # months: the same day, else the last of the month (Art. 202)
    ("2026-01-31 09:30", 1, "month", "none", "2026-02-28"),
    ("2026-01-28 09:30", 1, "month", "none", "2026-02-28"),
    ("2028-01-31 09:30", 1, "month", "none", "2028-02-29"),
    ("2028-02-29 09:30", 12, "month", "none", "2029-02-28"),
    ("2024-02-28 09:30", 1, "calendar", "none", "2024-02-29"),
    ("2026-03-31 09:30", 1, "month", "none", "2026-04-30"),
    ("2026-12-31 09:30", 2, "month", "none", "2027-02-28"),
    ("2026-11-30 09:30", 1, "month", "none", "2026-12-30"),
    ("2026-01-31 09:30", 1, "month", "forward", "2026-02-28"),  # a working Saturday
    ("2026-10-28 09:30", 1, "month", "forward", "2026-11-30"),
    ("2026-10-28 09:30", 1, "month", "backward", "2026-11-27"),
]


@pytest.mark.parametrize(("start", "length", "unit", "roll", "last"), CASES)
def test_a_period_ends_as_the_law_counts(start: str, length: int, unit: Unit, roll: Roll, last: str) -> None:
    expected = at(last) if unit == "hour" else clock.end_of(on(last))
    found = clock.due(at(start), length, unit, roll)
    assert found == expected
    assert found.tzinfo is LOCAL


def test_a_day_clock_ends_at_midnight_of_the_office() -> None:
    assert clock.end_of(on("2026-11-24")).isoformat() == "2026-11-25T00:00:00+08:00"


def test_the_start_is_the_day_of_the_office_not_of_utc() -> None:
    late = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # 01:00 of the 25th in Shanghai
    assert clock.due(late, 1, "calendar") == clock.end_of(on("2026-11-26"))


@pytest.mark.parametrize("period", [(-1, "calendar", "none"), (1, "week", "none"), (1, "calendar", "up")])
def test_an_unknown_period_is_refused(period: tuple[int, Unit, Roll]) -> None:
    with pytest.raises(ValueError, match="no such period"):
        clock.due(NOW, *period)


def test_a_naive_moment_is_refused() -> None:
    naive = datetime(2026, 11, 24)
    with pytest.raises(ValueError, match="zone"):
        clock.due(naive, 1, "working")
    with pytest.raises(ValueError, match="zone"), clock.moved(naive):
        pass


# Working days


def test_the_make_up_days_of_2026() -> None:
    weekends = [d for n in range(365) if (d := on("2026-01-01") + timedelta(n)).weekday() > 4]
    works = [f"{d:%m-%d}" for d in weekends if clock.is_working(d)]
    assert works == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


def test_counting_agrees_with_walking_day_by_day() -> None:
    start = on("2025-12-20")
    days = [start + timedelta(n) for n in range(800)]
    working = [d for d in days if clock.is_working(d)]
    for day in days[:400:7]:
        later = [d for d in working if d > day]
        for n in (1, 2, 5, 20, 200):
            assert clock.add_working_days(day, n) == later[n - 1]
    for day in days[400::7]:
        earlier = [d for d in reversed(working) if d < day]
        for n in (1, 2, 5, 20, 200):
            assert clock.add_working_days(day, -n) == earlier[n - 1]


def test_between_is_signed_and_leaves_the_start_out() -> None:
    assert clock.working_days_between(on("2026-11-24"), on("2026-12-07")) == 9
    assert clock.working_days_between(on("2026-12-07"), on("2026-11-24")) == -9
    assert clock.working_days_between(on("2026-11-24"), on("2026-11-24")) == 0
    assert clock.working_days_between(on("2026-11-27"), on("2026-11-29")) == 0
    assert clock.working_days_between(on("2026-09-30"), on("2026-10-10")) == 3


def test_a_year_without_a_notice_follows_the_week_and_says_so() -> None:
    assert clock.DAYS.is_estimated(on("2027-10-01"))
    assert not clock.DAYS.is_estimated(on("2026-10-01"))
    assert clock.is_working(on("2027-10-01"))
    assert not clock.is_working(on("2027-10-02"))
    assert clock.DAYS.known_years == frozenset(range(2004, 2027))


def test_entering_a_year_moves_what_was_estimated(table: clock.Days) -> None:
    assert clock.add_working_days(on("2026-12-31"), 1) == on("2027-01-01")
    new = {on("2027-01-01"): False, on("2027-01-02"): False, on("2027-01-03"): True}
    table.replace(clock.official_days() | new)
    assert clock.add_working_days(on("2026-12-31"), 1) == on("2027-01-03")
    assert clock.add_working_days(on("2027-01-04"), -2) == on("2026-12-31")
    assert clock.working_days_between(on("2026-12-31"), on("2027-01-04")) == 2
    assert 2027 in table.known_years


def test_a_table_of_whole_years_counts_like_one_of_exceptions(table: clock.Days) -> None:
    year = [on("2026-01-01") + timedelta(n) for n in range(365)]
    whole = {day: clock.is_working(day) for day in year}
    table.replace(whole)
    assert clock.add_working_days(on("2026-09-30"), 3) == on("2026-10-10")
    assert table.known_years == {2026}


# The present


def test_the_host_may_live_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        for zone in ("UTC", "America/New_York"):
            monkeypatch.setitem(os.environ, "TZ", zone)
            time.tzset()
            with clock.moved(datetime(2026, 11, 24, 16, 30, tzinfo=UTC)):
                assert clock.today() == on("2026-11-25")
                assert clock.now().tzinfo is UTC
            assert clock.local(NOW).isoformat() == "2026-11-24T09:30:00+08:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_moved_clock_comes_back_and_is_seen_in_its_own_thread_alone() -> None:
    seen: list[datetime] = []
    with clock.moved(at("2027-01-05 10:00")):
        assert clock.today() == on("2027-01-05")
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
        with clock.moved(at("2028-02-29 10:00")):
            assert clock.today() == on("2028-02-29")
        assert clock.today() == on("2027-01-05")
    assert clock.now() == NOW
    assert abs(seen[0] - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_clocks_of_duties() -> None:
    row = SimpleNamespace(due_at=NOW)
    assert clock.working_days(2)(row) == clock.end_of(on("2026-11-26"))
    assert clock.calendar_days(4)(row) == clock.end_of(on("2026-11-30"))
    assert clock.calendar_days(4, roll="none")(row) == clock.end_of(on("2026-11-28"))
    assert clock.with_the_matter(row) == NOW
    assert clock.ask_again(4)(row) == clock.end_of(on("2026-11-28"))


# Words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-12-07", Due("", "还剩 9 个工作日", "12-07 到期")),
        ("2026-11-30", Due("", "还剩 4 个工作日", "11-30 到期")),
        ("2026-11-27", Due("att", "还剩 3 个工作日", "11-27 到期")),
        ("2026-11-25", Due("att", "还剩 1 个工作日", "11-25 到期")),
        ("2026-11-24", Due("att", "今天到期", "11-24")),
        ("2026-11-23", Due("bad", "逾期 1 个工作日", "11-23 到期")),
        ("2026-11-20", Due("bad", "逾期 2 个工作日", "11-20 到期")),
        ("2025-12-31", Due("bad", "逾期 221 个工作日", "2025-12-31 到期")),
        ("2027-01-08", Due("", "还剩 33 个工作日", "2027-01-08 到期，暂按周末推算")),
    ],
)
def test_a_due_time_is_told_in_working_days(day: str, words: Due) -> None:
    assert told(clock.end_of(on(day))) == words


def test_midnight_belongs_to_the_day_that_it_ends() -> None:
    midnight = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # 00:00 of the 25th in Shanghai, as the database keeps it
    assert told(midnight) == Due("att", "今天到期", "11-24")
    assert told(midnight, at=at("2026-11-24 23:59:59")).main == "今天到期"
    assert told(midnight, at=at("2026-11-25 00:00")) == Due("bad", "逾期 1 个工作日", "11-24 到期")


def test_rest_days_alone_are_told_in_days() -> None:
    friday, sunday = at("2026-11-27 17:00"), clock.end_of(on("2026-11-29"))
    assert told(sunday, at=friday) == Due("att", "还剩 2 天", "11-29 到期")
    saturday = clock.end_of(on("2026-11-28"))
    assert told(saturday, at=at("2026-11-29 10:00")) == Due("bad", "逾期 1 天", "11-28 到期")


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("2026-11-24 15:45", Due("att", "还剩 6 小时", "今天 15:45 前")),
        ("2026-11-24 10:00", Due("att", "还剩 30 分钟", "今天 10:00 前")),
        ("2026-11-25 08:00", Due("att", "还剩 22 小时", "11-25 08:00 前")),
        ("2026-11-24 09:10", Due("bad", "逾期 20 分钟", "今天 09:10 到期")),
        ("2026-11-23 20:00", Due("bad", "逾期 13 小时", "11-23 20:00 到期")),
        ("2026-11-26 09:31", Due("att", "还剩 2 个工作日", "11-26 到期")),
    ],
)
def test_a_clock_of_hours_is_told_in_hours(end: str, words: Due) -> None:
    assert told(at(end)) == words


def test_a_reminder_is_told_by_the_days_since_and_never_overdue() -> None:
    remind = clock.end_of(on("2026-11-27"))
    assert told(remind, "remind", since=at("2026-11-19 23:00")) == Due("way", "已 5 天", "提醒 11-27")
    assert told(remind, "remind", since=at("2026-11-24 08:00")) == Due("way", "今天起", "提醒 11-27")
    assert told(remind, "remind") == Due("way", "等待中", "提醒 11-27")
    past = told(clock.end_of(on("2026-11-20")), "remind", since=at("2026-11-01 08:00"))
    assert past == Due("way", "已 23 天", "提醒 11-20")


def test_no_term() -> None:
    assert told(None) == Due("", "无期限", "")


def test_what_was_told_is_told_anew_when_a_year_is_entered(table: clock.Days) -> None:
    end = clock.end_of(on("2027-01-05"))
    assert told(end) == Due("", "还剩 30 个工作日", "2027-01-05 到期，暂按周末推算")
    table.replace(clock.official_days() | {on("2027-01-01"): False})
    assert told(end) == Due("", "还剩 29 个工作日", "2027-01-05 到期")


def test_the_sentence_of_a_term() -> None:
    assert clock.counting(on("2026-11-24"), 15) == "15 个工作日，11-25 起算，跳过 6 个休息日"
    assert clock.counting(on("2026-11-24"), 3) == "3 个工作日，11-25 起算"
    assert clock.counting(on("2026-11-27"), 2) == "2 个工作日，11-30 起算"
    assert clock.counting(on("2026-12-28"), 5) == "5 个工作日，12-29 起算，跳过 2 个休息日，2027 年暂按周末推算"


def test_a_term_is_explained_day_by_day() -> None:
    rows = clock.explain(on("2026-10-07"), on("2026-10-12"))
    assert [(f"{r.day:%m-%d}", r.days, r.working, r.words) for r in rows] == [
        ("10-07", 0, None, "起始日，不计"),
        ("10-08", 1, 1, "第 1 个工作日"),
        ("10-09", 2, 2, "第 2 个工作日"),
        ("10-10", 3, 3, "调休上班，第 3 个工作日"),
        ("10-11", 4, None, "休息日"),
        ("10-12", 5, 4, "第 4 个工作日"),
    ]
    assert clock.explain(on("2026-09-30"), on("2026-10-01"))[1].words == "放假"
    assert clock.explain(on("2026-12-31"), on("2027-01-01"))[1].words == "第 1 个工作日，暂按周末推算"
