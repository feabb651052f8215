"""Columns, conditions, views and orders of the ledger, and how a row of it is drawn."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ..core import clock, columns
from ..core.language import current_language
from ..core.register import Column, Filter, Sort, Tab
from ..organisation import queries as organisation
from ..organisation.models import Person, Unit
from .models import CONCLUSIONS, FIELDS, KINDS, LEVELS, SOURCES, Clue, Referral, ReferralState
from .models import ClueState as S


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
    now, language = clock.local(clock.now()), current_language()
    return [_shown(Read._make(c[-len(COLUMNS) :]), now, language) for c in rows]


def _shown(c: Read, now: datetime, language: str) -> Row:
    tone, label = columns.told_state(S, c.state, language)
    if c.owed_at is None or c.closed_on is not None:
        due = _ended(c.closed_on) if c.closed_on else clock.told(None, "due")
    else:
        due = clock.told(c.owed_at, c.owed_kind, now, c.state_since, language)
    if c.closed_on and c.conclusion:
        label = f"{label} · {c.conclusion}"
    side = f"{c.field} · {c.source}"
    day = _day(c.received_at, now.year)
    return Row(c.number, c.title, side, c.unit or "", c.officer or "", tone, label, due, day, c.level, c.version)


COLUMNS = (
    Column("number", _l("编号"), Clue.number),
    Column("title", _l("线索"), Clue.title),
    Column("field", _l("业务领域"), Clue.field),
    Column("source", _l("来源"), Clue.source),
    Column("level", _l("重要程度"), Clue.level),
    Column("unit", _l("承办单位"), Unit.short_name, through=Clue.unit_id),
    Column("officer", _l("承办人"), Person.name, through=Clue.officer_id),
    columns.state_of(Clue, S),
    Column("conclusion", _l("核查结论"), Clue.conclusion),
    Column("owed_at", _l("期限"), Clue.owed_at, text=columns.due_words),
    Column("received_at", _l("接收时间"), Clue.received_at),
    Column("closed_on", _l("办结日期"), Clue.closed_on),
    Column("owed_kind", "", Clue.owed_kind),
    Column("state_since", "", Clue.state_since),
    Column("version", "", Clue.version),
)

assert Read._fields == tuple(c.key for c in COLUMNS)


IS_OPEN = Clue.closed_on.is_(None)  # as the partial index says it: a list of states would not be matched
CONCLUDED = Clue.conclusion.is_not(None)  # a number that went elsewhere was not closed
FILTERS = (
    columns.since("received_from", _l("接收"), Clue.received_at, columns.day_start),
    columns.among("field", _l("业务领域"), Clue.field, FIELDS),
    Filter("unit", _l("承办单位"), lambda v: Clue.unit_id == v, organisation.units_chosen, columns.some_id),
    columns.among("level", _l("重要程度"), Clue.level, LEVELS),
    columns.among("source", _l("来源"), Clue.source, SOURCES),
    columns.among("kind", _l("线索类型"), Clue.kind, KINDS),
    columns.among("conclusion", _l("核查结论"), Clue.conclusion, CONCLUSIONS),
    columns.in_state(Clue, S),
    columns.unspoken("received_to", _l("接收截至"), lambda v: Clue.received_at < v, columns.day_end),
    *columns.between("closed", _l("办结自"), _l("办结截至"), Clue.closed_on, CONCLUDED),
)  # fmt: skip
TABS = (
    Tab("open", _l("在办"), (IS_OPEN,)),
    columns.mine(Clue),
    columns.stands(Clue, "proposed", _l("待研判")),
    columns.soon(Clue, IS_OPEN),
    columns.overdue(Clue, IS_OPEN),
    columns.stands(Clue, "referred", _l("已移送待反馈")),
    columns.stands(Clue, "held", _l("暂存")),
    Tab("closed", _l("已办结"), (Clue.closed_on.is_not(None), CONCLUDED)),
    columns.ALL,
)
SORTS = (
    Sort("received", _l("新接收的在前"), (Clue.received_at, Clue.id)),
    columns.by_due(Clue, ("", "all", "mine", "soon", "overdue")),
)


def referrals_shown(rows: list[Any]) -> list[columns.Line]:
    """The tuples of a page as they are drawn."""
    return [
        columns.line("/referrals/", ReferralState, r, side=f"{r.clue_number} · {r.receiver_name}", day=r.sent_on,
             ended=r.answer, ended_on=r.answered_on)
        for r in rows
    ]  # fmt: skip


REFERRAL_COLUMNS = (
    Column("number", _l("编号"), Referral.number),
    Column("clue_number", _l("线索编号"), Clue.number, through=Referral.clue_id),
    Column("title", _l("线索"), Clue.title, through=Referral.clue_id),
    Column("receiver_name", _l("接收机关"), Referral.receiver_name),
    Column("sent_on", _l("送出日期"), Referral.sent_on),
    columns.state_of(Referral, ReferralState),
    Column("answer", _l("反馈结果"), Referral.answer),
    Column("answered_on", _l("反馈日期"), Referral.answered_on),
    *columns.owed(Referral, _l("提醒")),
)
REFERRAL_FILTERS = (columns.in_state(Referral, ReferralState),)
REFERRAL_TABS = (
    Tab("open", _l("待反馈"), (Referral.state == literal_column("'sent'"),)),
    Tab("answered", _l("已回复"), (Referral.state == literal_column("'answered'"),)),
    Tab("all", _l("全部"), ()),
)
REFERRAL_SORTS = (Sort("sent", _l("新送出的在前"), (Referral.created_at, Referral.id)),)
