"""Columns, conditions, views and orders of meetings and of decisions, and how a row of each is drawn."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, case, or_, select

from ..core import clock, columns
from ..core.actor import Role
from ..core.language import current_language
from ..core.lists import NOW
from ..core.register import Column, Filter, Sort, Tab
from ..organisation import queries as organisation
from ..organisation.models import Person, Unit
from . import queries
from .models import KINDS, Decision, Meeting
from .models import DecisionState as S


# ── meetings ──────────────────────────────────────────────────────────────────────────────────────────────────────
class Row(NamedTuple):
    """A row of the meetings as its macro draws it. `decided`, `left`: of the decisions that the viewer sees."""

    number: str
    title: str
    place: str
    chair: str
    held: str
    decided: int
    left: int
    version: int


def shown(rows: list[Any]) -> list[Row]:
    """The tuples of a page as they are drawn."""
    return [
        Row(r.number, r.title, r.place or "", r.chair or "", r.held_on.isoformat(), r.decided, r.left, r.version)
        for r in rows
    ]


# What a condition offers is remembered for all who have the same roles: nothing that one of them sees is among it.
def _years(session: Any) -> list[tuple[str, str]]:
    this = clock.today().year
    return [(str(year), f"{year} 年") for year in range(this, this - 4, -1)]


def _chairs(session: Any) -> list[tuple[str, str]]:
    leading = Person.roles.op("&")(CHAIRS) != 0
    found = session.rows(select(Person.id, Person.name).where(leading, Person.is_active).order_by(Person.id))
    return [(str(i), name) for i, name in found]


CHAIRS = int(Role.OFFICE_HEAD | Role.DEPUTY_HEAD | Role.BUREAU_HEAD | Role.LEADER)
IS_OPEN = Decision.closed_on.is_(None)
COLUMNS = (
    Column("number", _l("编号"), Meeting.number),
    Column("title", _l("会议"), Meeting.title),
    Column("held_on", _l("日期"), Meeting.held_on),
    Column("place", _l("地点"), Meeting.place),
    Column("chair", _l("主持"), Person.name, through=Meeting.chair_id),
    Column("decided", _l("议定事项"), Decision.id, counts=Decision.meeting_id),
    Column("left", _l("未办结"), Decision.id, counts=Decision.meeting_id, among=(IS_OPEN,)),
    Column("version", "", Meeting.version),
)
FILTERS = (
    columns.since("held_from", _l("召开"), Meeting.held_on),
    columns.among("kind", _l("会议种类"), Meeting.kind, KINDS),
    Filter("year", _l("年度"), lambda v: Meeting.year == v, _years, columns.some_id),
    Filter("chair", _l("主持"), lambda v: Meeting.chair_id == v, _chairs, columns.some_id),
    columns.unspoken("held_to", _l("召开截至"), lambda v: Meeting.held_on <= v, date.fromisoformat),
)
TABS = (
    columns.ALL,
    Tab("open", _l("有未办结事项"), (Meeting.id.in_(select(Decision.meeting_id).where(IS_OPEN)),)),
)
SORTS = (Sort("held", _l("新召开的在前"), (Meeting.held_on, Meeting.id)),)


# ── decisions ─────────────────────────────────────────────────────────────────────────────────────────────────────
class DecisionRow(NamedTuple):
    """A row of the decisions as its macro draws it."""

    number: str
    title: str
    side: str
    unit: str
    officer: str
    state_tone: str
    state_label: str
    due: clock.Due
    made: str
    version: int


def decisions_shown(rows: list[Any]) -> list[DecisionRow]:
    """The tuples of a page as they are drawn."""
    return [_decision(r, current_language()) for r in rows]


def _decision(r: Any, language: str) -> DecisionRow:
    tone, label = columns.told_state(S, r.state, language)
    return DecisionRow(
        r.number, r.title, f"{r.occasion} · {r.position}", r.unit or "", r.officer or "", tone, label, queries.told(r),
        clock.short(r.made_on, clock.today()), r.version,
    )  # fmt: skip


LATE = and_(Decision.due_at < NOW, Decision.state.in_(("given", "working")))  # while the owner has not reported it
ENDED = case((or_(Decision.due_at.is_(None), Decision.finished_at <= Decision.due_at), "按时"), else_="逾期")
DECISION_COLUMNS = (
    Column("number", _l("编号"), Decision.number),
    Column("title", _l("议定事项"), Decision.title),
    Column("occasion", _l("会议"), Decision.occasion),
    Column("position", _l("序号"), Decision.position),
    Column("made_on", _l("会议日期"), Decision.made_on),
    Column("unit", _l("责任单位"), Unit.short_name, through=Decision.unit_id),
    Column("officer", _l("责任人"), Person.name, through=Decision.officer_id),
    columns.state_of(Decision, S),
    Column("due_at", _l("办结时限"), Decision.due_at, text=columns.due_words),
    Column("review_on", _l("复核日期"), Decision.review_on),
    Column("closed_on", _l("办结日期"), Decision.closed_on),
    *columns.owed(Decision, ""),
)
DECISION_FILTERS = (
    columns.since("made_from", _l("议定"), Decision.made_on),
    Filter("unit", _l("责任单位"), lambda v: Decision.unit_id == v, organisation.all_units_chosen, columns.some_id),
    columns.in_state(Decision, S),
    Filter(
        "ended",
        _l("办结情况"),
        lambda v: and_(Decision.closed_on.is_not(None), v == ENDED),
        columns.chosen("按时", "逾期"),
    ),
    Filter("late", _l("逾期未办"), lambda _v: LATE, columns.chosen("是")),
    columns.unspoken("made_to", _l("议定截至"), lambda v: Decision.made_on <= v, date.fromisoformat),
    *columns.between("closed", _l("办结自"), _l("办结截至"), Decision.closed_on),
)
DECISION_TABS = (
    Tab("open", _l("在办"), (IS_OPEN,)),
    columns.mine(Decision),
    columns.stands(Decision, "disputed", _l("有异议")),
    columns.soon(Decision, IS_OPEN),
    columns.overdue(Decision, IS_OPEN),
    columns.stands(Decision, "finished", _l("待核实")),
    columns.stands(Decision, "standing", _l("长期办理")),
    Tab("closed", _l("已办结"), (Decision.closed_on.is_not(None),)),
    columns.ALL,
)
DECISION_SORTS = (
    Sort("made", _l("新议定的在前"), (Decision.made_on, Decision.id)),
    columns.by_due(Decision, ("", "all", "mine", "soon", "overdue")),
)
