"""What the lists of registers have in common: what a row owes and where it stands, conditions, views, how it is drawn.

The orders and criteria are written as the partial indexes say them: a constant is a literal, not a bind parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, literal_column

from . import clock
from .language import current_language
from .lists import NOW, SOON
from .register import Column, Filter, Sort, Tab, Words
from .sight import me
from .types import State

DAY_DUE, STATE, MINE, NEAREST = _l("期限"), _l("状态"), _l("待我办"), _l("期限近的在前")


# ── columns ───────────────────────────────────────────────────────────────────────────────────────────────────────
def owed(model: Any, label: Words = DAY_DUE) -> tuple[Column, ...]:
    """What a row tells of its duty: the last day, a column of the Excel file if `label` says so, and how it is told."""
    return (
        Column("owed_at", label, model.owed_at, text=due_words if label else None),
        Column("owed_kind", "", model.owed_kind),
        Column("state_since", "", model.state_since),
        Column("version", "", model.version),
    )


def state_of(model: Any, states: type[State], label: Words = STATE) -> Column:
    """Where a row stands, in words in the Excel file."""
    return Column("state", label, model.state, text=lambda v: str(states.of(v).label))


def due_words(value: datetime | None) -> str:
    """The last day, in an Excel cell: a day clock ends at 24:00."""
    return (clock.local(value) - clock.DAY).strftime("%Y-%m-%d") if value else ""


def day_words(value: datetime) -> str:
    """The day of a moment, in an Excel cell."""
    return clock.local(value).strftime("%Y-%m-%d")


# ── conditions ────────────────────────────────────────────────────────────────────────────────────────────────────
def in_state(model: Any, states: type[State], label: Words = STATE) -> Filter:
    """One state; the views, which mean states as well, step back."""
    return Filter("state", label, lambda v: model.state == v, states.choices, lambda t: states.of(t).value,
        excludes_tabs=True)  # fmt: skip


def among(key: str, label: Words, column: Any, values: Collection[str], *, hidden: bool = False) -> Filter:
    """One of a fixed set of words; another word is not asked."""
    return Filter(key, label, lambda v: column == v, chosen(*values), one_of(values), hidden=hidden)


def unspoken(key: str, label: Words, where: Callable[[Any], Any], read: Callable[[str], Any]) -> Filter:
    """A condition without choices of its own: figures and links set it."""
    return Filter(key, label, where, chosen(), read, hidden=True)


def since(key: str, label: Words, column: Any, read: Callable[[str], Any] = date.fromisoformat) -> Filter:
    """From this day: a week ago, a month, this year."""
    return Filter(key, label, lambda v: column >= v, since_choices, read)


def between(key: str, since: Words, until: Words, column: Any, *but: Any) -> tuple[Filter, Filter]:
    """From this day and to this day, both included, of a date; `but`: only those for which this holds as well."""
    read = date.fromisoformat
    return (
        unspoken(f"{key}_from", since, lambda v: and_(column >= v, *but), read),
        unspoken(f"{key}_to", until, lambda v: and_(column <= v, *but), read),
    )


def chosen(*values: str) -> Any:
    """Choices that are their own words. Never those that rows hold: the conditions are drawn once for all of a role."""
    return lambda session: [(v, v) for v in values]


def since_choices(session: Any) -> list[tuple[str, str]]:
    """From when: a week, a month, a quarter, this year, the last."""
    today = clock.today()
    year = today.replace(month=1, day=1)
    days = (today - timedelta(7), today.replace(day=1), today - timedelta(91), year, year.replace(year=year.year - 1))
    return [(d.isoformat(), _("%(day)s 以来") % {"day": d.isoformat()}) for d in days]


def day_start(text: str) -> datetime:
    """A date of the address as the moment at which it begins."""
    return datetime.combine(date.fromisoformat(text), time.min, clock.LOCAL).astimezone(UTC)


def day_end(text: str) -> datetime:
    """… and at which it ends."""
    return clock.end_of(date.fromisoformat(text)).astimezone(UTC)


def some_id(text: str) -> int:
    """An id that the database has room for. ValueError otherwise."""
    if not 0 <= (found := int(text)) < 2**31:
        raise ValueError(text)
    return found


def one_of(values: Container[str]) -> Any:
    """A reader of conditions: what is not among these is not asked."""

    def read(text: str) -> str:
        if text not in values:
            raise ValueError(text)
        return text

    return read


# ── views and orders ──────────────────────────────────────────────────────────────────────────────────────────────
def stands(model: Any, state: str, label: Words, *, counted: bool = False) -> Tab:
    """The rows in this state, under its name; those that wait for somebody are counted, the first due first."""
    return Tab(state, label, (model.state == literal_column(f"'{state}'"),), "due" if counted else None, counted)


def mine(model: Any, label: Words = MINE) -> Tab:
    """What the viewer owes."""
    return Tab("mine", label, (model.owed_by.is_not(None), model.owed_by == me.id), "due", counted=True)


def soon(model: Any, *among: Any) -> Tab:
    """What falls due within three working days."""
    due = model.owed_kind == literal_column("'due'")
    return Tab("soon", _l("即将到期"), (due, model.owed_at >= NOW, model.owed_at < SOON, *among), "due", counted=True)


def overdue(model: Any, *among: Any) -> Tab:
    """What is late: a reminder never is."""
    due = model.owed_kind == literal_column("'due'")
    return Tab("overdue", _l("已逾期"), (due, model.owed_at < NOW, *among), "due", counted=True)


ALL = Tab("all", _l("全部"), ())


def by_due(model: Any, tabs: tuple[str, ...] | None = None, label: Words = NEAREST) -> Sort:
    """What is due first; `tabs`: the views that offer this order; None: all."""
    owing = (model.owed_at.is_not(None),)
    return Sort("due", label, (model.owed_at, model.id), newest_first=False, where=owing, tabs=tabs)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@lru_cache(256)
def told_state(states: type[State], value: str, language: str) -> tuple[str, str]:
    """(tone, label) of a stored state: drawn fifty times a page."""
    state = states.of(value)
    return state.tone, str(state.label)


def told_due(r: Any, ended: str | None = None, ended_on: date | None = None) -> clock.Due:
    """Of a row with what is owed. `ended`, `ended_on`: what is said of one that owes nothing."""
    if r.owed_at:
        return clock.told(r.owed_at, r.owed_kind, since=r.state_since)
    return clock.Due("", ended or "—", f"{ended_on:%m-%d}" if ended_on else "")


class Line(NamedTuple):
    """A row of a child register: what it is about, where it stands, by when, since when."""

    number: str
    href: str
    title: str
    side: str
    state_tone: str
    state_label: str
    due: clock.Due
    day: str
    version: int


def line(
    root: str, states: type[State], r: Any, *, side: str, day: date | None, ended: str | None = None,
    ended_on: date | None = None,
) -> Line:  # fmt: skip
    """Of a row with title, state and what is owed."""
    tone, label = told_state(states, r.state, current_language())
    title = r.title or str(_l("（待摘录）"))
    on = clock.short(day, clock.today()) if day else "—"
    due = told_due(r, ended, ended_on)
    return Line(r.number, f"{root}{r.number}", title, side, tone, label, due, on, r.version)
