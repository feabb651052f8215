"""What a meeting decided, pasted from Word or a chat: one line a decision, with its unit, person and due day.

Pure: units, people, the meeting's day and the test of a number are given; nothing is asked of a database or a clock.
What is not sure is left open with its choices, because a duty given to the wrong person costs more than a press.

- The responsible unit or person leads (X牵头, 责任单位：X), or stands at the head of the line or behind 由, 请, 责成 in
  its first clause; else behind those words later; else by itself (between spaces, signs, brackets); else, for a unit
  only, it is the one mentioned, unless something is sent to it (向X发函) or a person is named, who brings his unit.
  Two that stand alike are doubtful.
- A line continues the one before it (a paragraph that Word has cut) only if it has no unit, person, day or number of
  its own, and the one before is at least 20 characters long and ends neither a sentence nor with a name or a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from flask_babel import gettext as _

from .dates import Said, WorkingDays, due, plain
from .names import Mention, Names, PersonName, UnitName, folded

__all__ = ["Line", "PersonName", "Reading", "UnitName", "read"]


@dataclass(frozen=True)
class Reading:
    """What one cell is read as: a `value`; or None with the `readings` to choose from; or None, nothing was said.

    One reading alone is a doubt too: a person called 周三 beside 周三完成 stands in both cells, each with one choice.
    `said`: the words it came from where they are not the plain form (下周三, 老高), or could not be computed (春节前).
    """

    value: int | date | None
    readings: tuple[tuple[int | date, str], ...] = ()
    said: str = ""


@dataclass(frozen=True)
class Line:
    """One decision. `number` counts decisions from 1; `text` is as typed; `what` is the work without who and when.

    `references` are numbers that `known` knows, `unknown` the others: they are taken out of `what`. `long_term`: the
    work comes again or has no end (每周, 常态化), and `due`, if said, is the day of its review.
    """

    number: int
    text: str
    what: str
    unit: Reading
    person: Reading
    due: Reading
    references: tuple[str, ...]
    unknown: tuple[str, ...]
    long_term: bool = False


def read(
    text: str,
    *,
    on: date,
    units: Sequence[UnitName],
    people: Sequence[PersonName],
    known: Callable[[str], bool],
    working_days: WorkingDays | None = None,
) -> tuple[Line, ...]:
    """The decisions in a pasted text, in their order. `on` is the meeting's day, which 下周三 is counted from.

    `known` tells whether a number exists for whoever asks; unseen and absent go the same way. `working_days(on, n)`
    counts 5个工作日内; without it calendar days are counted.
    """
    names = Names(units, people)

    @cache  # whether a line continues is asked of it and of the one before
    def seen(line: str) -> _Seen:
        mentions = names.mentions(line)
        edges = frozenset(place for mention in mentions for place in (mention.start, mention.end))
        return _Seen(line, *_person_or_day(mentions, due(line, on, working_days, edges)))

    return tuple(
        _line(number, typed, seen(line), names, known) for number, (typed, line) in enumerate(_lines(text, seen), 1)
    )


@dataclass(frozen=True)
class _Seen:
    """A line with what was recognised in it. `clash`: the words are a person's name and a day at once."""

    line: str
    mentions: list[Mention]
    days: tuple[Said, ...]
    clash: bool


# --- lines ---------------------------------------------------------------------------------------------------------

_SENTENCE_ENDS = ("。", "；", ";", "！", "？", "：", ":")
_WRAPPED, _LONG = 20, 400

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]")
_BULLET = re.compile(
    r"\s*(?:[-–—*•·●○◆◇■□▪➢✓#>・\uf06c\uf0b7\uf0d8]+(?!\d)\s*"
    r"|[(（]\s?(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s?[)）]\s*|(?:\d{1,3}|[一二三四五六七八九十]{1,3})[、)）]\s*"
    r"|\d{1,3}\.(?:(?!\d)|(?=\d{1,2}月|20\d\d年))\s*|\d{1,3}\t+|[①-⒛㈠-㈩㊀-㊉❶-➓]\s*"
    r"|第[一二三四五六七八九十\d]{1,3}[项条][、：:，\s]\s*)"
)
_NO_LINE = re.compile(
    r"[【\[].{0,40}[】\]]"
    r"|(?:\S{1,12}\s)?(?:(?:20\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?|昨天|今天|(?:星期|周).)?\s?(?:上午|中午|下午|晚上|凌晨)?"
    r"\s?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
    r"|(?:序?号)?\s?(?:议定)?事项\s.{0,40}责任.{0,40}|.{0,30}(?:如下|议定事项)[:：]|\W*"
)


def _lines(text: str, seen: Callable[[str], _Seen]) -> Iterator[tuple[str, str]]:
    """Each decision as it was typed, and flattened: without number, bullets and what cannot be seen."""
    typed, line = "", ""
    for raw in text.splitlines():
        flat = _flat(raw)
        begun = _unnumbered(flat)
        apart = _NO_LINE.fullmatch(flat)
        if not apart and begun == flat and _WRAPPED <= len(line) < _LONG and _continues(seen(line), seen(flat)):
            typed, line = f"{typed}\n{raw.strip()}", line + flat
            continue
        if line:
            yield typed, line
        typed, line = ("", "") if apart else (raw.strip(), re.sub(r"\s+", " ", begun))
    if line:
        yield typed, line


def _flat(raw: str) -> str:
    return re.sub(r"[^\S\t]+", " ", folded(_INVISIBLE.sub("", raw))).strip()


def _unnumbered(line: str) -> str:
    """Without its bullet and number, of which Word gives at most two (一、1.)."""
    for _time in range(2):
        bullet = _BULLET.match(line)
        line = line[bullet.end() :] if bullet else line
    return line


def _continues(before: _Seen, after: _Seen) -> bool:
    ends = {each.end for each in before.mentions} | {each.end for each in before.days}
    return not (
        before.line.endswith(_SENTENCE_ENDS)
        or len(before.line) in ends
        or after.mentions
        or after.days
        or _NUMBER.search(after.line)
    )


# --- one line ------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(
    r"(?<![A-Za-z0-9])XS\s?[-‐‑‒–—―−_]?\s?(20[0-9]{2})\s?[-‐‑‒–—―−_]?\s?([0-9]{6})(?![0-9])",  # noqa: RUF001
    re.IGNORECASE,
)
_LONG_TERM = re.compile(r"每个?(?:周|月|季|旬|年)|常态化|经常性|持续|长期(?![未停占存闲堆违])")


def _line(number: int, typed: str, seen: _Seen, names: Names, known: Callable[[str], bool]) -> Line:
    found = dict.fromkeys("XS-{}-{}".format(*match) for match in _NUMBER.findall(seen.line))
    references = tuple(each for each in found if known(each))
    said_units, said_people = names.responsible(seen.line, seen.mentions, seen.days)
    ids = list(dict.fromkeys(each for mention in said_units for each in mention.ids))
    person = _person(said_people, ids, names, clash=seen.clash)
    return Line(
        number=number,
        text=typed,
        what=_what(seen, [*said_units, *said_people], frozenset(references)),
        unit=_unit(said_units, ids, person, names),
        person=person,
        due=_due(seen),
        references=references,
        unknown=tuple(each for each in found if each not in references),
        long_term=_LONG_TERM.search(seen.line) is not None,
    )


def _unit(said: list[Mention], ids: list[int], person: Reading, names: Names) -> Reading:
    """The unit that was said; else that of the person, or of all who may be meant."""
    if not said:
        meant = (
            [person.value] if person.value else [each for each, _label in person.readings if len(person.readings) > 1]
        )
        theirs = {names.people[each].unit_id for each in meant if isinstance(each, int)}
        return Reading(theirs.pop() if len(theirs) == 1 else None)
    if len(ids) == 1:
        return Reading(ids[0])
    return Reading(None, tuple((each, _("%(unit)s牵头", unit=names.units[each].short)) for each in ids), _words(said))


def _person(said: list[Mention], units: list[int], names: Names, *, clash: bool) -> Reading:
    """Of several who may be meant, those of the unit that was said; by a full name, another unit's person as well."""
    ids: dict[int, None] = {}
    for mention in said:
        own = [each for each in mention.ids if names.people[each].unit_id in units]
        ids.update(dict.fromkeys(own if own or (mention.short and units) else mention.ids))
    words = _words(said) if clash or len(ids) != 1 or any(mention.short for mention in said) else ""
    if len(ids) == 1 and not clash:
        return Reading(next(iter(ids)), said=words)
    meant = [names.people[each] for each in ids]
    bare = len({each.name for each in meant}) == len(meant) and (clash or {each.unit_id for each in meant} <= {*units})
    labels = (each.name if bare else names.with_unit(each) for each in meant)
    return Reading(None, tuple(zip(ids, labels, strict=True)), words)


def _due(seen: _Seen) -> Reading:
    days = list(dict.fromkeys(day for said in seen.days for day in said.days))
    words = "、".join(said.words for said in seen.days)
    if len(days) == 1 and not seen.clash:
        return Reading(days[0], said="" if all(said.plain for said in seen.days) else words)
    return Reading(None, tuple((day, plain(day)) for day in days), words)


def _words(said: Iterable[Mention]) -> str:
    return "、".join(dict.fromkeys(mention.words for mention in said))


def _person_or_day(mentions: list[Mention], days: tuple[Said, ...]) -> tuple[list[Mention], tuple[Said, ...], bool]:
    """Words that are a name and a day at once (周三): the longer one holds, then what is not said elsewhere."""
    clash = False
    for mention in [each for each in mentions if each.kind == "person"]:
        for day in [each for each in days if each.start < mention.end and mention.start < each.end]:
            longer = (day.end - day.start) - (mention.end - mention.start)
            others = [each for each in mentions if each.kind == "person" and each is not mention]
            if longer < 0 or (longer == 0 and (mention.charged or len(days) > 1)):
                days = tuple(each for each in days if each is not day)
            elif longer > 0 or others:
                mentions = [each for each in mentions if each is not mention]
            else:
                clash = True
    return mentions, days, clash


# --- the work ------------------------------------------------------------------------------------------------------

_ABOUT = re.compile(r"(?:就|对|关于|针对|围绕)\s?$")
_DONE = re.compile(r"\s?(?:全部|全面)?(?:完成|完毕)(?=\s*(?:[，,。；;]|$))")
_EMPTY = re.compile(r"[（(][\s，,、；;：:]*[）)]")
_DOUBLED = re.compile(r"[\s，,、；;：:]+(?=[，,。；;])|(?<=[，；。])[\s，,、；;。]+")
_RIM = " ，,、。；;：:.-—\t"


def _what(seen: _Seen, said: list[Mention], references: frozenset[str]) -> str:
    """The line without who, when, and the little words around them; the whole of it if nothing much would remain."""
    cuts = [mention.span for mention in said]
    for day in seen.days:
        if day.days and len(seen.days) == 1:  # of two the work needs both: 12月1日前报方案，12月10日前完成
            done = _DONE.match(seen.line, day.end)
            cuts.append((day.start, done.end() if done else day.end))
    whole = _numbered(seen.line, [], references)
    what = _numbered(seen.line, cuts, references)
    return what if len(what) >= 4 and not _NUMBER.fullmatch(what) else whole or seen.line


def _numbered(line: str, cuts: list[tuple[int, int]], references: frozenset[str]) -> str:
    """The line without `cuts`; numbers in their plain form, those that are unknown taken out with their 就 or 关于."""
    kept, at = [], 0
    for start, end in sorted(cuts):
        kept.append(line[at : max(at, start)])
        at = max(at, end)
    kept.append(line[at:])
    parts, at, line = [], 0, "".join(kept)
    for match in _NUMBER.finditer(line):
        before, number = line[at : match.start()], "XS-{}-{}".format(*match.groups())
        parts += [before, number] if number in references else [_ABOUT.sub("", before)]
        at = match.end()
    what = re.sub(r"\s+", " ", _EMPTY.sub("", "".join([*parts, line[at:]])))
    return _DOUBLED.sub("", what).strip(_RIM).removeprefix("的")
