"""Columns, conditions, views and orders of the register, and how a row of it is drawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ..core import clock
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
    Column("state", _l("状态"), Accountability.state, text=lambda v: str(S.of(v).label)),
    Column("executed_on", _l("执行日期"), Accountability.executed_on, text=_day),
    Column("owed_at", "", Accountability.owed_at),
    Column("version", "", Accountability.version),
)


def chosen(*values: str) -> Any:
    """Choices that are their own words. Never those that rows hold: the conditions are drawn once for all of a role."""
    return lambda session: [(v, v) for v in values]


def since_choices(session: Any) -> list[tuple[str, str]]:
    """From when: a month, a quarter, this year, the last."""
    today = clock.today()
    year = today.replace(month=1, day=1)
    days = (today - timedelta(days=30), today - timedelta(days=91), year, year.replace(year=year.year - 1))
    return [(d.isoformat(), _("%(day)s 以来") % {"day": d.isoformat()}) for d in days]


def some_id(text: str) -> int:
    """An id that the database has room for. ValueError otherwise."""
    if not 0 <= (found := int(text)) < 2**31:
        raise ValueError(text)
    return found


def one_of(values: Any) -> Any:
    """A reader of conditions: what is not among these is not asked."""

    def read(text: str) -> str:
        if text not in values:
            raise ValueError(text)
        return text

    return read


FILTERS = (
    Filter("kind", _l("对象类型"), lambda v: Accountability.kind == v, chosen(*KINDS), one_of(KINDS)),
    Filter("measure", _l("方式"), lambda v: Accountability.measure == v, chosen(*MEASURES), one_of(MEASURES)),
    Filter("state", _l("状态"), lambda v: Accountability.state == v, S.choices, lambda t: S.of(t).value,
        excludes_tabs=True),
    Filter("organ", _l("决定机关"), lambda v: Accountability.organ == v, chosen(*ORGANS)),
    Filter("decided_from", _l("决定日期"), lambda v: Accountability.decided_on >= v, since_choices, date.fromisoformat),
    Filter("entry", _l("录入方式"), lambda v: Accountability.entry == v, chosen(RECORDED), one_of((RECORDED, HANDLED))),
    Filter("decided_to", _l("决定日期截至"), lambda v: Accountability.decided_on <= v, chosen(), date.fromisoformat,
        hidden=True),
    Filter("unit", _l("对象单位"), lambda v: Accountability.target_unit_id == v, organisation.units_chosen, some_id,
        hidden=True),
    Filter("group", _l("方式类别"), lambda v: Accountability.measure_group == v, chosen(*GROUPS), one_of(GROUPS),
        hidden=True),
    Filter("valid", _l("现行有效"), lambda v: Accountability.withdrawn_on.is_(None) & (Accountability.state != v),
        lambda session: [("yes", _("是"))], lambda t: {"yes": "void"}[t], hidden=True),
)  # fmt: skip
IN_EFFECT = Accountability.state == literal_column("'in_effect'")
TABS = (
    Tab("all", _l("全部"), ()),
    Tab("effect", _l("影响期内"), (IN_EFFECT,)),
    Tab("mine", _l("待我解除"),
        (Accountability.owed_by.is_not(None), Accountability.owed_by == me.id, Accountability.owed_at < NOW), "due",
        counted=True),
    Tab("soon", _l("即将期满"), (IN_EFFECT, Accountability.owed_at >= NOW, Accountability.owed_at < SOON), "due",
        counted=True),
    Tab("stands", _l("已生效"), (Accountability.state == literal_column("'stands'"),)),
    Tab("lifted", _l("影响期满"), (Accountability.state == literal_column("'lifted'"),)),
    Tab("taken_back", _l("撤销变更"), (Accountability.withdrawn_on.is_not(None),)),
    Tab("praise", _l("表扬"), (Accountability.measure == literal_column(f"'{PRAISE}'"),)),
)  # fmt: skip
SORTS = (
    Sort("recorded", _l("新登记的在前"), (Accountability.created_at, Accountability.id)),
    Sort("due", _l("期满近的在前"), (Accountability.owed_at, Accountability.id), newest_first=False,
         where=(Accountability.owed_at.is_not(None),), tabs=("effect", "mine", "soon")),
)  # fmt: skip
