"""Columns, conditions and views of the tips, and how a row of them is drawn."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from ..clues.models import FIELDS
from ..core import clock, columns
from ..core.register import Column, Sort
from .models import Tip
from .models import TipState as S


def shown(rows: list[Any]) -> list[columns.Line]:
    """The tuples of a page as they are drawn."""
    return [
        columns.line("/intake/", S, t, side=" · ".join(x for x in (t.field, t.channel, t.naming) if x),
             day=clock.local(t.created_at).date())
        for t in rows
    ]  # fmt: skip


COLUMNS = (
    Column("number", _l("受理编号"), Tip.number),
    Column("title", _l("标题"), Tip.title),
    Column("field", _l("涉及领域"), Tip.field),
    Column("channel", _l("渠道"), Tip.channel),
    Column("naming", _l("实名或匿名"), Tip.naming),
    columns.state_of(Tip, S),
    Column("created_at", _l("受理日期"), Tip.created_at, text=columns.day_words),
    *columns.owed(Tip),
)
FILTERS = (
    columns.among("field", _l("涉及领域"), Tip.field, FIELDS),
    columns.in_state(Tip, S),
)  # fmt: skip
TABS = (
    columns.mine(Tip),
    columns.stands(Tip, "incomplete", _l("未完整")),
    columns.stands(Tip, "excerpt", _l("待摘录")),
    columns.stands(Tip, "triage", _l("待研判")),
    columns.overdue(Tip),
    columns.ALL,
)
SORTS = (
    Sort("received", _l("新受理的在前"), (Tip.created_at, Tip.id)),
    columns.by_due(Tip),
)
