"""Columns, conditions, views and orders of minutes, and how a row of them is drawn."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ...clues.lists import chosen, owed, told_state
from ...core import clock
from ...core.register import Column, Filter, Sort, Tab
from ...core.sight import me
from ..models import Meeting
from .models import Minutes
from .models import MinutesState as S


class Row(NamedTuple):
    """A row as its macro draws it."""

    number: str
    title: str
    meeting: str
    state_tone: str
    state_label: str
    due: clock.Due
    begun: str
    version: int


def shown(rows: list[Any]) -> list[Row]:
    """The tuples of a page as they are drawn."""
    return [_shown(r, str(get_locale())) for r in rows]


def _shown(r: Any, language: str) -> Row:
    tone, label = told_state(S, r.state, language)
    if r.issued_on:
        due = clock.Due("", "—", f"{r.issued_on:%m-%d}")
    else:
        due = clock.told(r.owed_at, r.owed_kind, since=r.state_since)
    begun = clock.short(clock.local(r.created_at).date(), clock.today())
    return Row(r.number, r.title, r.meeting or "", tone, label, due, begun, r.version)


ISSUED = Minutes.state == literal_column("'issued'")
COLUMNS = (
    Column("number", _l("编号"), Minutes.number),
    Column("title", _l("纪要"), Minutes.title),
    Column("meeting", _l("会议"), Meeting.number, through=Minutes.meeting_id),
    Column("state", _l("状态"), Minutes.state, text=lambda v: str(S.of(v).label)),
    Column("issued_on", _l("印发日期"), Minutes.issued_on),
    Column("created_at", _l("拟稿"), Minutes.created_at),
    *owed(Minutes, ""),
)
FILTERS = (
    Filter("state", _l("状态"), lambda v: Minutes.state == v, S.choices, lambda t: S.of(t).value, excludes_tabs=True),
    Filter("issued_from", _l("印发"), lambda v: Minutes.issued_on >= v, chosen(), date.fromisoformat, hidden=True),
    Filter("issued_to", _l("印发截至"), lambda v: Minutes.issued_on <= v, chosen(), date.fromisoformat, hidden=True),
)
TABS = (
    Tab("all", _l("全部"), ()),
    Tab("mine", _l("待我办"), (Minutes.owed_by == me.id,), counted=True),
    Tab("open", _l("在办"), (Minutes.issued_on.is_(None),)),
    Tab("issued", _l("已印发"), (ISSUED,)),
)
SORTS = (Sort("drafted", _l("新拟的在前"), (Minutes.created_at, Minutes.id)),)
