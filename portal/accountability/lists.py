"""Columns, conditions, views and orders of the register, and how a row of it is drawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ..core import clock, columns
from ..core.lists import NOW, SOON
from ..core.register import Column, Filter, Sort, Tab
from ..core.sight import me
from ..organisation import queries as organisation
from . import queries
from .models import GROUPS, HANDLED, KINDS, MEASURES, ORGANS, PRAISE, RECORDED, Accountability
from .models import AccountabilityState as S


class Row(NamedTuple):
    """A row of the register as its macro draws it."""

    number: str
    entry: str
    target: str
    measure: str
    side: str
    organ: str
    document_no: str
    state_tone: str
    state_label: str
    due: clock.Due
    decided: str
    version: int


def shown(rows: list[Any]) -> list[Row]:
    """The tuples of a page as they are drawn."""
    return [_shown(d) for d in rows]


def _shown(d: Any) -> Row:
    state, here = S.of(d.state), clock.today()
    side = _("时任%(post)s") % {"post": d.post_then} if d.post_then else d.kind
    return Row(
        d.number, d.entry, d.target, d.measure, side, d.organ, d.document_no, state.tone, str(state.label),
        queries.left(d), clock.short(d.decided_on, here), d.version,
    )  # fmt: skip


def _day(value: datetime | date | None) -> str:
    return value.isoformat() if value else ""


COLUMNS = (
    Column("number", _l("编号"), Accountability.number),
    Column("entry", _l("录入方式"), Accountability.entry),
    Column("organ", _l("决定机关"), Accountability.organ),
    Column("document_no", _l("文号"), Accountability.document_no),
    Column("decided_on", _l("决定日期"), Accountability.decided_on, text=_day),
    Column("kind", _l("对象类型"), Accountability.kind),
    Column("target", _l("对象"), Accountability.target),
    Column("post_then", _l("时任职务"), Accountability.post_then),
    Column("measure", _l("方式"), Accountability.measure),
    Column("effect_to", _l("影响期至"), Accountability.effect_to, text=_day),
    columns.state_of(Accountability, S),
    Column("executed_on", _l("执行日期"), Accountability.executed_on, text=_day),
    Column("owed_at", "", Accountability.owed_at),
    Column("version", "", Accountability.version),
)


FILTERS = (
    columns.among("kind", _l("对象类型"), Accountability.kind, KINDS),
    columns.among("measure", _l("方式"), Accountability.measure, MEASURES),
    columns.in_state(Accountability, S),
    columns.among("organ", _l("决定机关"), Accountability.organ, ORGANS),
    columns.since("decided_from", _l("决定日期"), Accountability.decided_on),
    Filter("entry", _l("录入方式"), lambda v: Accountability.entry == v, columns.chosen(RECORDED),
        columns.one_of((RECORDED, HANDLED))),
    columns.unspoken("decided_to", _l("决定日期截至"), lambda v: Accountability.decided_on <= v, date.fromisoformat),
    Filter("unit", _l("对象单位"), lambda v: Accountability.target_unit_id == v, organisation.units_chosen,
        columns.some_id, hidden=True),
    columns.among("group", _l("方式类别"), Accountability.measure_group, GROUPS, hidden=True),
    Filter("valid", _l("现行有效"), lambda v: Accountability.withdrawn_on.is_(None) & (Accountability.state != v),
        lambda session: [("yes", _("是"))], lambda t: {"yes": "void"}[t], hidden=True),
)  # fmt: skip
IN_EFFECT = Accountability.state == literal_column("'in_effect'")
TABS = (
    columns.ALL,
    Tab("effect", _l("影响期内"), (IN_EFFECT,)),
    Tab("mine", _l("待我解除"),
        (Accountability.owed_by.is_not(None), Accountability.owed_by == me.id, Accountability.owed_at < NOW), "due",
        counted=True),
    Tab("soon", _l("即将期满"), (IN_EFFECT, Accountability.owed_at >= NOW, Accountability.owed_at < SOON), "due",
        counted=True),
    columns.stands(Accountability, "stands", _l("已生效")),
    columns.stands(Accountability, "lifted", _l("影响期满")),
    Tab("taken_back", _l("撤销变更"), (Accountability.withdrawn_on.is_not(None),)),
    Tab("praise", _l("表扬"), (Accountability.measure == literal_column(f"'{PRAISE}'"),)),
)  # fmt: skip
SORTS = (
    Sort("recorded", _l("新登记的在前"), (Accountability.created_at, Accountability.id)),
    columns.by_due(Accountability, ("effect", "mine", "soon"), _l("期满近的在前")),
)
