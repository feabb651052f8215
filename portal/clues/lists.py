"""Columns, conditions, views and orders of the ledger, and how a row of it is drawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, literal_column

from ..core import clock
from ..core.lists import NOW, SOON
from ..core.register import Column, Filter, Sort, Tab, Words
from ..core.sight import me
from ..core.types import State
from ..organisation import queries as organisation
from ..organisation.models import Person, Unit
from .models import CONCLUSIONS, FIELDS, KINDS, LEVELS, SOURCES, Clue, Referral, ReferralState
from .models import ClueState as S


@lru_cache(256)
def told_state(states: type[State], value: str, language: str) -> tuple[str, str]:
    """(tone, label) of a stored state: drawn fifty times a page."""
    state = states.of(value)
    return state.tone, str(state.label)


class Row(NamedTuple):
    """A row of the ledger as its macro draws it."""

    number: str
    title: str
    side: str
    unit: str
    officer: str
    state_tone: str
    state_label: str
    due: clock.Due
    received: str
    level: str
    version: int


@lru_cache(4096)
def _day(moment: datetime, this_year: int) -> str:
    local = clock.local(moment)
    return local.strftime("%m-%d" if local.year == this_year else "%Y-%m-%d")


@lru_cache(1024)
def _ended(day: date) -> clock.Due:
    return clock.Due("", "—", f"{day:%m-%d}")


class Read(NamedTuple):
    """A row as it was read: COLUMNS in their order. SQLAlchemy's own attributes cost twenty times as much."""

    number: str
    title: str
    field: str
    source: str
    level: str
    unit: str | None
    officer: str | None
    state: str
    conclusion: str | None
    owed_at: datetime | None
    received_at: datetime
    closed_on: date | None
    owed_kind: clock.Kind
    state_since: datetime
    version: int


def shown(rows: list[Any]) -> list[Row]:
    """The tuples of a page as they are drawn: moment and language are asked for once."""
    now, language = clock.local(clock.now()), str(get_locale())
    return [_shown(Read._make(c[-len(COLUMNS) :]), now, language) for c in rows]


def _shown(c: Read, now: datetime, language: str) -> Row:
    tone, label = told_state(S, c.state, language)
    if c.owed_at is None or c.closed_on is not None:
        due = _ended(c.closed_on) if c.closed_on else clock.told(None, "due")
    else:
        due = clock.told(c.owed_at, c.owed_kind, now, c.state_since, language)
    if c.closed_on and c.conclusion:
        label = f"{label} · {c.conclusion}"
    side = f"{c.field} · {c.source}"
    day = _day(c.received_at, now.year)
    return Row(c.number, c.title, side, c.unit or "", c.officer or "", tone, label, due, day, c.level, c.version)


def state_words(value: str) -> str:
    """A state in an Excel cell."""
    return str(S.of(value).label)


def due_words(value: datetime | None) -> str:
    """The last day, in an Excel cell: a day clock ends at 24:00."""
    return (clock.local(value) - clock.DAY).strftime("%Y-%m-%d") if value else ""


DAY_DUE = _l("期限")


def owed(model: Any, label: Words = DAY_DUE) -> tuple[Column, ...]:
    """What a row tells of its duty: the last day, a column of the Excel file if `label` says so, and how it is told."""
    return (
        Column("owed_at", label, model.owed_at, text=due_words if label else None),
        Column("owed_kind", "", model.owed_kind),
        Column("state_since", "", model.state_since),
        Column("version", "", model.version),
    )


COLUMNS = (
    Column("number", _l("编号"), Clue.number),
    Column("title", _l("线索"), Clue.title),
    Column("field", _l("业务领域"), Clue.field),
    Column("source", _l("来源"), Clue.source),
    Column("level", _l("重要程度"), Clue.level),
    Column("unit", _l("承办单位"), Unit.short_name, through=Clue.unit_id),
    Column("officer", _l("承办人"), Person.name, through=Clue.officer_id),
    Column("state", _l("状态"), Clue.state, text=state_words),
    Column("conclusion", _l("核查结论"), Clue.conclusion),
    Column("owed_at", _l("期限"), Clue.owed_at, text=due_words),
    Column("received_at", _l("接收时间"), Clue.received_at),
    Column("closed_on", _l("办结日期"), Clue.closed_on),
    Column("owed_kind", "", Clue.owed_kind),
    Column("state_since", "", Clue.state_since),
    Column("version", "", Clue.version),
)

assert Read._fields == tuple(c.key for c in COLUMNS)


def chosen(*values: str) -> Any:
    """Choices that are their own words."""
    return lambda session: [(v, v) for v in values]


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


def since_choices(session: Any) -> list[tuple[str, str]]:
    """From when: a week, a month, this year."""
    today = clock.today()
    days = (today - timedelta(days=7), today.replace(day=1), today.replace(month=1, day=1))
    return [(d.isoformat(), f"{d.isoformat()} 以来") for d in days]


IS_OPEN = Clue.closed_on.is_(None)  # as the partial index says it: a list of states would not be matched
CONCLUDED = Clue.conclusion.is_not(None)  # a number that went elsewhere was not closed
DUE = Clue.owed_kind == literal_column("'due'")
FILTERS = (
    Filter("received_from", _l("接收"), lambda v: Clue.received_at >= v, since_choices, day_start),
    Filter("field", _l("业务领域"), lambda v: Clue.field == v, chosen(*FIELDS)),
    Filter("unit", _l("承办单位"), lambda v: Clue.unit_id == v, organisation.units_chosen, some_id),
    Filter("level", _l("重要程度"), lambda v: Clue.level == v, chosen(*LEVELS)),
    Filter("source", _l("来源"), lambda v: Clue.source == v, chosen(*SOURCES)),
    Filter("kind", _l("线索类型"), lambda v: Clue.kind == v, chosen(*KINDS)),
    Filter("conclusion", _l("核查结论"), lambda v: Clue.conclusion == v, chosen(*CONCLUSIONS)),
    Filter("state", _l("状态"), lambda v: Clue.state == v, S.choices, lambda t: S.of(t).value, excludes_tabs=True),
    Filter("received_to", _l("接收截至"), lambda v: Clue.received_at < v, chosen(), day_end, hidden=True),
    Filter("closed_from", _l("办结自"), lambda v: and_(Clue.closed_on >= v, CONCLUDED), chosen(), date.fromisoformat,
        hidden=True),
    Filter("closed_to", _l("办结截至"), lambda v: Clue.closed_on <= v, chosen(), date.fromisoformat, hidden=True),
)  # fmt: skip
TABS = (
    Tab("open", _l("在办"), (IS_OPEN,)),
    Tab("mine", _l("待我办"), (Clue.owed_by.is_not(None), Clue.owed_by == me.id), "due", counted=True),
    Tab("proposed", _l("待研判"), (Clue.state == literal_column("'proposed'"),)),
    Tab("soon", _l("即将到期"), (DUE, Clue.owed_at >= NOW, Clue.owed_at < SOON, IS_OPEN), "due", counted=True),
    Tab("overdue", _l("已逾期"), (DUE, Clue.owed_at < NOW, IS_OPEN), "due", counted=True),
    Tab("referred", _l("已移送待反馈"), (Clue.state == literal_column("'referred'"),)),
    Tab("held", _l("暂存"), (Clue.state == literal_column("'held'"),)),
    Tab("closed", _l("已办结"), (Clue.closed_on.is_not(None), CONCLUDED)),
    Tab("all", _l("全部"), ()),
)
SORTS = (
    Sort("received", _l("新接收的在前"), (Clue.received_at, Clue.id)),
    Sort("due", _l("期限近的在前"), (Clue.owed_at, Clue.id), newest_first=False, where=(Clue.owed_at.is_not(None),),
         tabs=("", "all", "mine", "soon", "overdue")),
)  # fmt: skip


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
    """Of a row with title, state and what is owed. `ended`, `ended_on`: what is said of one that owes nothing."""
    tone, label = told_state(states, r.state, str(get_locale()))
    due = clock.Due("", ended or "—", f"{ended_on:%m-%d}" if ended_on else "")
    if r.owed_at:
        due = clock.told(r.owed_at, r.owed_kind, since=r.state_since)
    title = r.title or str(_l("（待摘录）"))
    on = clock.short(day, clock.today()) if day else "—"
    return Line(r.number, f"{root}{r.number}", title, side, tone, label, due, on, r.version)


def referrals_shown(rows: list[Any]) -> list[Line]:
    """The tuples of a page as they are drawn."""
    return [
        line("/referrals/", ReferralState, r, side=f"{r.clue_number} · {r.receiver_name}", day=r.sent_on,
             ended=r.answer, ended_on=r.answered_on)
        for r in rows
    ]  # fmt: skip


REFERRAL_COLUMNS = (
    Column("number", _l("编号"), Referral.number),
    Column("clue_number", _l("线索编号"), Clue.number, through=Referral.clue_id),
    Column("title", _l("线索"), Clue.title, through=Referral.clue_id),
    Column("receiver_name", _l("接收机关"), Referral.receiver_name),
    Column("sent_on", _l("送出日期"), Referral.sent_on),
    Column("state", _l("状态"), Referral.state, text=lambda v: str(ReferralState.of(v).label)),
    Column("answer", _l("反馈结果"), Referral.answer),
    Column("answered_on", _l("反馈日期"), Referral.answered_on),
    *owed(Referral, _l("提醒")),
)
REFERRAL_FILTERS = (
    Filter("state", _l("状态"), lambda v: Referral.state == v, ReferralState.choices,
        lambda t: ReferralState.of(t).value, excludes_tabs=True),
)  # fmt: skip
REFERRAL_TABS = (
    Tab("open", _l("待反馈"), (Referral.state == literal_column("'sent'"),)),
    Tab("answered", _l("已回复"), (Referral.state == literal_column("'answered'"),)),
    Tab("all", _l("全部"), ()),
)
REFERRAL_SORTS = (Sort("sent", _l("新送出的在前"), (Referral.created_at, Referral.id)),)
