"""The list of settlements (化解台账)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from ...core import clock, columns
from ...core.register import Column, Filter, Sort, Tab
from ...organisation import queries as organisation
from ...organisation.models import Person, Unit
from ..models import SETTLED_BY
from .models import SATISFIED, Settlement
from .models import SettlementState as S


def shown(rows: list[Any]) -> list[columns.Line]:
    """The tuples of a page as they are drawn."""
    return [
        columns.line("/settlements/", S, r, side=f"{r.way} · {r.unit} {r.officer}", ended=r.satisfied,
            ended_on=r.closed_on, day=clock.local(r.created_at).date())
        for r in rows
    ]  # fmt: skip


COLUMNS = (
    Column("number", _l("编号"), Settlement.number),
    Column("title", _l("事项"), Settlement.title),
    Column("way", _l("方式"), Settlement.way),
    Column("unit", _l("责任单位"), Unit.short_name, through=Settlement.unit_id),
    Column("officer", _l("责任人"), Person.name, through=Settlement.officer_id),
    columns.state_of(Settlement, S),
    Column("satisfied", _l("是否满意"), Settlement.satisfied),
    Column("again", _l("反复次数"), Settlement.again),
    Column("closed_on", _l("办结日期"), Settlement.closed_on),
    Column("created_at", _l("受理日期"), Settlement.created_at, text=columns.day_words),
    *columns.owed(Settlement),
)
FILTERS = (
    columns.among("way", _l("方式"), Settlement.way, SETTLED_BY),
    Filter("unit", _l("责任单位"), lambda v: Settlement.unit_id == v, organisation.units_chosen, columns.some_id),
    columns.among("satisfied", _l("是否满意"), Settlement.satisfied, SATISFIED),
    columns.in_state(Settlement, S),
    Filter("again", _l("反复"), lambda v: Settlement.again > 0, columns.chosen("有"), hidden=True),
    columns.unspoken("taken_from", _l("受理自"), lambda v: Settlement.created_at >= v, columns.day_start),
    columns.unspoken("taken_to", _l("受理截至"), lambda v: Settlement.created_at < v, columns.day_end),
    *columns.between("closed", _l("办结自"), _l("办结截至"), Settlement.closed_on),
)
TABS = (
    Tab("open", _l("化解中"), (Settlement.closed_on.is_(None),)),
    columns.mine(Settlement),
    columns.overdue(Settlement),
    Tab("closed", _l("已办结"), (Settlement.closed_on.is_not(None),)),
    columns.ALL,
)
SORTS = (
    Sort("taken", _l("新受理的在前"), (Settlement.created_at, Settlement.id)),
    columns.by_due(Settlement),
)  # fmt: skip
