"""Columns, conditions and views of the tips, and how a row of them is drawn."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ..clues.models import FIELDS
from ..core import clock
from ..core.columns import Line, chosen, line, owed
from ..core.lists import NOW
from ..core.register import Column, Filter, Sort, Tab
from ..core.sight import me
from .models import Tip
from .models import TipState as S


def shown(rows: list[Any]) -> list[Line]:
    """The tuples of a page as they are drawn."""
    return [
        line("/intake/", S, t, side=" · ".join(x for x in (t.field, t.channel, t.naming) if x),
             day=clock.local(t.created_at).date())
        for t in rows
    ]  # fmt: skip


COLUMNS = (
    Column("number", _l("受理编号"), Tip.number),
    Column("title", _l("标题"), Tip.title),
    Column("field", _l("涉及领域"), Tip.field),
    Column("channel", _l("渠道"), Tip.channel),
    Column("naming", _l("实名或匿名"), Tip.naming),
    Column("state", _l("状态"), Tip.state, text=lambda v: str(S.of(v).label)),
    Column("created_at", _l("受理日期"), Tip.created_at, text=lambda v: clock.local(v).strftime("%Y-%m-%d")),
    *owed(Tip),
)
FILTERS = (
    Filter("field", _l("涉及领域"), lambda v: Tip.field == v, chosen(*FIELDS)),
    Filter("state", _l("状态"), lambda v: Tip.state == v, S.choices,
        lambda t: S.of(t).value, excludes_tabs=True),
)  # fmt: skip
TABS = (
    Tab("mine", _l("待我办"), (Tip.owed_by.is_not(None), Tip.owed_by == me.id), "due", counted=True),
    Tab("incomplete", _l("未完整"), (Tip.state == literal_column("'incomplete'"),)),
    Tab("excerpt", _l("待摘录"), (Tip.state == literal_column("'excerpt'"),)),
    Tab("triage", _l("待研判"), (Tip.state == literal_column("'triage'"),)),
    Tab("overdue", _l("已逾期"), (Tip.owed_kind == literal_column("'due'"), Tip.owed_at < NOW), "due", counted=True),
    Tab("all", _l("全部"), ()),
)
SORTS = (
    Sort("received", _l("新受理的在前"), (Tip.created_at, Tip.id)),
    Sort("due", _l("期限近的在前"), (Tip.owed_at, Tip.id), newest_first=False, where=(Tip.owed_at.is_not(None),)),
)
