"""The list of settlements (化解台账)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ...core import clock
from ...core.columns import Line, chosen, day_end, day_start, line, owed, some_id
from ...core.lists import NOW
from ...core.register import Column, Filter, Sort, Tab
from ...core.sight import me
from ...organisation import queries as organisation
from ...organisation.models import Person, Unit
from ..models import SETTLED_BY
from .models import SATISFIED, Settlement
from .models import SettlementState as S


def shown(rows: list[Any]) -> list[Line]:
    """The tuples of a page as they are drawn."""
    return [
        line("/settlements/", S, r, side=f"{r.way} · {r.unit} {r.officer}", day=clock.local(r.created_at).date(),
             ended=r.satisfied, ended_on=r.closed_on)
        for r in rows
    ]  # fmt: skip


DUE = Settlement.owed_kind == literal_column("'due'")
COLUMNS = (
    Column("number", _l("编号"), Settlement.number),
    Column("title", _l("事项"), Settlement.title),
    Column("way", _l("方式"), Settlement.way),
    Column("unit", _l("责任单位"), Unit.short_name, through=Settlement.unit_id),
    Column("officer", _l("责任人"), Person.name, through=Settlement.officer_id),
    Column("state", _l("状态"), Settlement.state, text=lambda v: str(S.of(v).label)),
    Column("satisfied", _l("是否满意"), Settlement.satisfied),
    Column("again", _l("反复次数"), Settlement.again),
    Column("closed_on", _l("办结日期"), Settlement.closed_on),
    Column("created_at", _l("受理日期"), Settlement.created_at, text=lambda v: clock.local(v).strftime("%Y-%m-%d")),
    *owed(Settlement),
)
FILTERS = (
    Filter("way", _l("方式"), lambda v: Settlement.way == v, chosen(*SETTLED_BY)),
    Filter("unit", _l("责任单位"), lambda v: Settlement.unit_id == v, organisation.units_chosen, some_id),
    Filter("satisfied", _l("是否满意"), lambda v: Settlement.satisfied == v, chosen(*SATISFIED)),
    Filter(
        "state", _l("状态"), lambda v: Settlement.state == v, S.choices, lambda t: S.of(t).value, excludes_tabs=True
    ),
    Filter("again", _l("反复"), lambda v: Settlement.again > 0, chosen("有"), hidden=True),
    Filter("taken_from", _l("受理自"), lambda v: Settlement.created_at >= v, chosen(), day_start, hidden=True),
    Filter("taken_to", _l("受理截至"), lambda v: Settlement.created_at < v, chosen(), day_end, hidden=True),
    Filter("closed_from", _l("办结自"), lambda v: Settlement.closed_on >= v, chosen(), date.fromisoformat, hidden=True),
    Filter("closed_to", _l("办结截至"), lambda v: Settlement.closed_on <= v, chosen(), date.fromisoformat, hidden=True),
)
TABS = (
    Tab("open", _l("化解中"), (Settlement.closed_on.is_(None),)),
    Tab("mine", _l("待我办"), (Settlement.owed_by.is_not(None), Settlement.owed_by == me.id), "due", counted=True),
    Tab("overdue", _l("已逾期"), (DUE, Settlement.owed_at < NOW), "due", counted=True),
    Tab("closed", _l("已办结"), (Settlement.closed_on.is_not(None),)),
    Tab("all", _l("全部"), ()),
)
SORTS = (
    Sort("taken", _l("新受理的在前"), (Settlement.created_at, Settlement.id)),
    Sort("due", _l("期限近的在前"), (Settlement.owed_at, Settlement.id), newest_first=False,
         where=(Settlement.owed_at.is_not(None),)),
)  # fmt: skip
