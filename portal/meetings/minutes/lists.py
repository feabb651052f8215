"""Columns, conditions, views and orders of minutes, and how a row of them is drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from ...core import clock, columns
from ...core.language import current_language
from ...core.register import Column, Sort, Tab
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
    return [_shown(r, current_language()) for r in rows]


def _shown(r: Any, language: str) -> Row:
    tone, label = columns.told_state(S, r.state, language)
    begun = clock.short(clock.local(r.created_at).date(), clock.today())
    return Row(
        r.number, r.title, r.meeting or "", tone, label, columns.told_due(r, ended_on=r.issued_on), begun, r.version
    )


COLUMNS = (
    Column("number", _l("编号"), Minutes.number),
    Column("title", _l("纪要"), Minutes.title),
    Column("meeting", _l("会议"), Meeting.number, through=Minutes.meeting_id),
    columns.state_of(Minutes, S),
    Column("issued_on", _l("印发日期"), Minutes.issued_on),
    Column("created_at", _l("拟稿"), Minutes.created_at),
    *columns.owed(Minutes, ""),
)
FILTERS = (columns.in_state(Minutes, S), *columns.between("issued", _l("印发"), _l("印发截至"), Minutes.issued_on))
TABS = (
    columns.ALL,
    columns.mine(Minutes),
    Tab("open", _l("在办"), (Minutes.issued_on.is_(None),)),
    columns.stands(Minutes, "issued", _l("已印发")),
)
SORTS = (
    Sort("drafted", _l("新拟的在前"), (Minutes.created_at, Minutes.id)),
    columns.by_due(Minutes, ("mine",)),
)
