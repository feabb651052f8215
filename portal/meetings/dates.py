"""Days as people write them in what a meeting decided: 12月1日前, 12.10, 下周三, 11月底前, 三日内.

Pure: the meeting's day is given, nothing is asked of a clock. A word with two meanings gives two days, and the person
who logs the meeting presses one; a number that may be a measure, a version or a building is a day only where a due
day would stand. Working days are counted by a function of the caller's, because rest days stand in a table.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

WorkingDays = Callable[[date, int], date]
Rule = Callable[[re.Match[str], date, WorkingDays | None], tuple[date, ...]]

STALE = 60
"""A month and day that lies further back than these days means next year; one less far back is doubtful."""

_ONES = "一二三四五六七八九"
_N = r"(?:[0-9]{1,2}|[二三]?十[一二三四五六七八九]?|[一二两三四五六七八九])"
_TO = r"\s?[-—–~～至到]\s?"  # noqa: RUF001
_BEFORE = r"(?:之|以)?前(?![往期后端台景门沿])"  # 前往, 前期 and 门前 are no deadlines
_YEAR = r"(?:(?P<y>(?:20)?[0-9]{2}|明|今|本)\s?年\s?)?"

_AFTER = re.compile(
    r"(?:\s?[（(](?:周|星期)[一二三四五六日天][）)])?"
    r"(?:\s?(?:上午|中午|下午|晚上)?\s?(?:[0-9]{1,2}[:：][0-9]{2}|[0-9]{1,2}[点时](?!位))|\s?下班)?"
    rf"(?:\s?(?P<marks>{_BEFORE}|为?止))?"
)
_LEAD = re.compile(
    r"(?:[，,]?\s?(?:并|须|需|应|要|务必|力争|确保|争取){0,3}"
    r"(?:不晚于|不迟于|会后|截至|截止到?|最迟|限期?|于|在|到|至|(?:完成)?[时期]限\s?[:：]))\s?$"
)
_STARTS = re.compile(r"\s?(?:起|开始|(?:之|以)后|后(?!勤))")
_EDGE = re.compile(r"\s|[，,。；;、:：（）()]|$")
_END = re.compile(r"\s*(?:完成|办结|上?报|提交|交(?![通警管])|落实|结束|拿出)|\s*[，,。；;、）)]*\s*$")
_MEASURE = re.compile(
    r"\s?(?:[万亿千百]?元|万|亿|米|公里|千米|平方|亩|吨|立方|倍|%|㎡|m|版|事件|专案|行动)|[个处辆块人家次成条款项号度小时天周月点分级案方]"
)
_MEASURED = re.compile(r"(?:[宽高长约达仅共第占每]|版本?|升级[到至]|[增减涨降]至|上午|下午|晚上)$")


@dataclass(frozen=True)
class _Word:
    """A way to say a day, tried where one of `signs` occurs. `weak`: one only with a mark; `plain`: told by the day."""

    signs: frozenset[str]
    pattern: re.Pattern[str]
    rule: Rule
    weak: bool
    plain: bool


_WORDS: list[_Word] = []


def _reads(signs: str, pattern: str, *, weak: bool = False, plain: bool = False) -> Callable[[Rule], Rule]:
    def enter(rule: Rule) -> Rule:
        _WORDS.append(_Word(frozenset(signs), re.compile(pattern), rule, weak, plain))
        return rule

    return enter


@dataclass(frozen=True)
class Said:
    """Words for a day at [`start`, `end`) of a line, glue included. No `days`: not computable; two: doubtful."""

    start: int
    end: int
    days: tuple[date, ...]
    words: str
    plain: bool
    marked: bool


def due(line: str, on: date, working_days: WorkingDays | None, edges: frozenset[int]) -> tuple[Said, ...]:
    """The words of the line that say its due day: usually one, more where the line names two different days.

    Marked ones go first (…前, 到…, the end of a line or clause). Without a mark a day to come counts too, a past one
    is part of the story. `edges` are places where a name ends or begins, which bound a word as a space does.
    """
    told = _ranges(line, list(_found(line, on, working_days, edges)))
    told = [each for each in told if each.marked or not each.days or min(each.days) >= on]
    best = [each for each in told if each.marked and each.days] or [each for each in told if each.days] or told
    return tuple(best)


def plain(day: date) -> str:
    """A day in words, for a choice between two."""
    return f"{day.year}年{day.month}月{day.day}日"


def _found(line: str, on: date, working_days: WorkingDays | None, edges: frozenset[int]) -> Iterator[Said]:
    """Every word for a day, in order, the longest where two overlap."""
    hits = [
        (match, word) for word in _WORDS if not word.signs.isdisjoint(line) for match in word.pattern.finditer(line)
    ]
    free = 0
    for match, word in sorted(hits, key=lambda hit: (hit[0].start(), -hit[0].end())):
        start = match.start()
        if start < free or line[max(0, start - 2) : start].endswith(("每", "每个", "每月")):
            continue
        tail = _AFTER.match(line, match.end())
        end = free = tail.end() if tail else match.end()
        lead = _LEAD.search(line[max(0, start - 12) : start])
        strong = bool(lead or (tail and tail["marks"]) or match[0].endswith(("前", "内")))
        no_day = _STARTS.match(line, end) or (word.rule is _dotted and _measured(line, start, end))
        if not no_day and ((marked := strong or _apart(line, start, end, edges)) or not word.weak):
            days, simple = word.rule(match, on, working_days), word.plain and "明" not in match[0]
            yield Said(start - len(lead[0] if lead else ""), end, days, line[start:end].strip(), simple, marked)


def _apart(line: str, start: int, end: int, edges: frozenset[int]) -> bool:
    """Whether a word ends its line or clause, or stands by itself."""
    opens = start == 0 or start in edges or _EDGE.match(line, start - 1)
    closes = end in edges or _EDGE.match(line, end)
    return bool(_END.match(line, end) or (opens and closes))


def _measured(line: str, start: int, end: int) -> bool:
    """3.5 万元, 宽 1.2, 第12.3条 are no days; 12.10前 is one, whatever stands before it."""
    before = line[max(0, start - 4) : start].rstrip()
    return bool(_MEASURE.match(line, end) or (_MEASURED.search(before) and line[end - 1] != "前"))


def _ranges(line: str, told: list[Said]) -> list[Said]:
    """12月1日至12月4日 is due on its last day, and goes as one word."""
    merged: list[Said] = []
    for each in told:
        between = line[merged[-1].end : each.start] if merged else None
        if merged and (re.fullmatch(_TO, between or "") or (between == "" and each.marked)):
            each = replace(each, start=merged.pop().start)  # noqa: PLW2901
        merged.append(each)
    return merged


def _number(text: str) -> int:
    """12, 十二, 二十, 两 as a number."""
    if text.isascii():
        return int(text)
    text = text.replace("两", "二")
    tens, ten, ones = text.rpartition("十")
    return (_ONES.index(tens) + 1 if tens else 1) * 10 * bool(ten) + (_ONES.index(ones) + 1 if ones else 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _either(on: date, this: date | None, following: date | None, *, stale: int | None = None) -> tuple[date, ...]:
    """`this` unless it is past; then both, or only the following one if it is past for more than `stale` days."""
    if this and this >= on:
        return (this,)
    both = tuple(day for day in (this, following) if day)
    return both[-1:] if this and stale is not None and (on - this).days > stale else both


def _year(match: re.Match[str], on: date) -> int | None:
    said = match["y"]
    if said is None:
        return None
    return 2000 + int(said[-2:]) if said.isdecimal() else on.year + (said == "明")


def _in_year(match: re.Match[str], on: date, month: int, day: int) -> tuple[date, ...]:
    """`day` 0 is the last of the month."""
    year = _year(match, on)
    if not 1 <= month <= 12:
        return ()
    in_year = [_day(y, month, day or _last(y, month)) for y in ((on.year, on.year + 1) if year is None else (year,))]
    return _either(on, in_year[0], in_year[1], stale=STALE) if year is None else tuple(d for d in in_year if d)


@_reads(
    "月",
    rf"(?<![0-9.十年]){_YEAR}(?P<m>{_N})\s?月\s?(?:{_N}\s?[日号]?{_TO})?(?P<d>{_N})\s?(?:[日号]|(?={_BEFORE}))",
    plain=True,
)
def _month_day(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    return _in_year(match, on, _number(match["m"]), _number(match["d"]))


@_reads(
    "-./",
    rf"(?<![0-9A-Za-z.\-/:：])(?:[0-9]{{1,2}}[./][0-9]{{1,2}}{_TO})?"
    r"(?!(?:1/[2-5]|2/[35]|3/[45]|4/5)(?![0-9]))"  # 拆除 2/3 is a share
    r"(?P<m>0?[1-9]|1[0-2])[-./](?P<d>0?[1-9]|[12][0-9]|3[01])(?![0-9A-Za-z]|[.\-/:：][0-9])",
    weak=True,
    plain=True,
)
def _dotted(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    this, following = (_day(year, int(match["m"]), int(match["d"])) for year in (on.year, on.year + 1))
    return _either(on, this, following, stale=STALE)


@_reads(
    "-./",
    r"(?<![0-9A-Za-z.\-/])(?P<y>20[0-9]{2})\s?(?P<s>[-./])\s?(?P<m>[0-9]{1,2})\s?(?P=s)\s?(?P<d>[0-9]{1,2})"
    r"(?![0-9]|[.\-/][0-9])",
    plain=True,
)
def _iso(match: re.Match[str], _on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    day = _day(int(match["y"]), int(match["m"]), int(match["d"]))
    return (day,) if day else ()


def _months_on(on: date, months: int) -> tuple[int, int]:
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return year, month + 1


@_reads(
    "日号",
    rf"(?P<r>下下个?|下个?|本|这个?|当)月\s?(?P<d>{_N})\s?[日号]"
    rf"|(?<![0-9A-Za-z月.\-/至到])(?P<bare>[0-9]{{1,2}})\s?(?:日(?=\s*(?:{_BEFORE}|[，,。；;]|$))|号(?={_BEFORE}))",
)
def _day_of_month(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    """下月10日, 本月30日, 30日前: a past one of this month is doubtful, or next month's if no month was said."""
    said, day = match["r"] or "", _number(match["d"] or match["bare"])
    year, month = _months_on(on, said.count("下"))
    this, following = _day(year, month, day), _day(*_months_on(on, said.count("下") + 1), day)
    return _either(on, this, following, stale=None if said else 0)


@_reads(
    "底末初旬中内",
    rf"(?<![0-9.十年])(?:{_YEAR}(?P<m>{_N})\s?月份?|(?P<r>下下个?|下个?|本|这个?|当)?月份?|(?<!月)(?=[上中下]旬))"
    r"\s?(?P<p>底|末|初|[上中下]旬|中(?![旬队心])|内)",
    weak=True,
)
def _part_of_month(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    """月底, 11月底, 下月初, 12月中旬. The beginning is no day: the fifth or the tenth."""
    days = {"初": (5, 10), "上旬": (10,), "中": (15,), "中旬": (20,)}.get(match["p"], (0,))
    if match["m"]:
        found = [_in_year(match, on, _number(match["m"]), day) for day in days]
    else:
        ahead = (match["r"] or "").count("下")
        month, after = _months_on(on, ahead), _months_on(on, ahead + 1)
        found = [_either(on, date(*month, day or _last(*month)), date(*after, day or _last(*after))) for day in days]
    return tuple(dict.fromkeys(day for each in found for day in each))


@_reads(
    "周期拜",
    r"(?<![一两二三四五六七八九十0-9上每个])(?P<r>下下个?|下个?|本|这个?)?(?:周|星期|礼拜)(?P<d>[一二三四五六日天末])"
    r"(?![次天个辆处期月年])",
)
def _weekday(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    """周三 is the next one, 本周三 this week's and doubtful once past; a weekend is its Friday or its Sunday."""
    said = match["r"] or ""
    monday = on - timedelta(days=on.weekday()) + timedelta(weeks=said.count("下"))
    days = [4, 6] if match["d"] == "末" else [min("一二三四五六日天".index(match["d"]), 6)]
    both = [
        _either(on, this := monday + timedelta(days=n), this + timedelta(weeks=1), stale=None if said else 0)
        for n in days
    ]
    return tuple(dict.fromkeys(day for each in both for day in each))


@_reads("周期", r"(?P<r>下下|下|本|这)个?(?:周|星期)(?:之?内|(?![一二三四五六日天末前起]))", weak=True)
def _week(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    """下周内 ends with its Friday; 本周 said on a Saturday ends with its Sunday."""
    friday = on - timedelta(days=on.weekday()) + timedelta(weeks=match["r"].count("下"), days=4)
    return (friday if friday >= on else friday + timedelta(days=2),)


@_reads("今", r"今[天日晚]", weak=True)
@_reads("明后", r"明[天日晚]|大?后天")
def _near(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    return (on + timedelta(days={"今": 0, "明": 1, "后": 2, "大": 3}[match[0][0]]),)


@_reads(
    "内",
    rf"(?P<event>(?<!会)后\s?|起\s?)?(?<![0-9.近去])(?P<n>半(?=个?[月年])|[0-9]{{1,3}}|{_N})\s?个?\s?"
    r"(?P<u>工作日|日|天|周|星期|小时|年|(?<=个)月)\s?(?:之|以)?内",
)
def _within(match: re.Match[str], on: date, count: WorkingDays | None) -> tuple[date, ...]:
    """三日内, 5个工作日内, 一个月内. After an event (收到后3日内) nobody knows the day. Half a month is 15 days."""
    half, unit = match["n"] == "半", match["u"]
    if match["event"]:
        return ()
    n = 1 if half else _number(match["n"])
    if unit == "工作日":
        return (count(on, n) if count else on + timedelta(days=n),)
    if unit == "年" or (unit == "月" and not half):
        year, month = _months_on(on, 6 if half else n * (12 if unit == "年" else 1))
        return (date(year, month, min(on.day, _last(year, month))),)
    days = 15 if half else -(-n // 24) if unit == "小时" else n * {"周": 7, "星期": 7}.get(unit, 1)
    return (on + timedelta(days=days),)


@_reads("年", r"(?P<y>20[0-9]{2}|明|今|本)?\s?年(?:底|末|内)", weak=True)
def _year_end(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    return (date(_year(match, on) or on.year, 12, 31),)


@_reads("季", rf"{_YEAR}(?P<q>[一二三四1-4本下])?季度(?:底|末|内)", weak=True)
def _quarter_end(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    said = match["q"]
    if said not in {None, "本", "下"}:
        return _in_year(match, on, _number(said) * 3, 0)
    year, month = _months_on(on, (2 - (on.month - 1) % 3) + 3 * (said == "下"))
    return (date(year, month, _last(year, month)),)


@_reads("前", r"(?P<f>元旦|五一|劳动|国庆|十一|春节|清明|端午|中秋|元宵|除夕|过年)(?:节|假期|假日)?" + _BEFORE)
def _eve(match: re.Match[str], on: date, _count: WorkingDays | None) -> tuple[date, ...]:
    """The day before a feast. Those of the moon and 清明 are not computed here: the words stay, the day is asked."""
    feast = {"元旦": (1, 1), "五一": (5, 1), "劳动": (5, 1), "国庆": (10, 1), "十一": (10, 1)}.get(match["f"])
    if not feast:
        return ()
    eves = (date(year, *feast) - timedelta(days=1) for year in (on.year, on.year + 1))
    return (next(day for day in eves if day >= on),)
