"""Columns and views of matters, slips and recusals, and how a row of each is drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ..core import clock, columns
from ..core.register import Column, Sort, Tab
from ..core.sight import Session
from ..extensions import db
from . import queries
from .models import Aside, AsideState, Matter, Slip, SlipState
from .models import MatterState as S

NEXT = {
    S.RECEIVED: ("submit", _l("呈批")), S.SUBMITTED: ("hand_over", _l("移交")),
    S.HANDED: ("receipt_in", _l("登记回执")), S.HANDLING: ("close", _l("了结")), S.SETTLING: ("close", _l("了结")),
    S.SEALED: ("hand_sealed", _l("登记密封移交")),
}  # fmt: skip


class Row(NamedTuple):
    """A row of the register as its macro draws it. `split`: the clue that was released from it."""

    number: str
    title: str
    received: str
    officer: str
    state_tone: str
    state_label: str
    below: str
    due: clock.Due
    href: str
    act: str
    version: int
    split: str = ""


def shown(rows: list[Any]) -> list[Row]:
    """The titles are opened for the named clerk alone: who sees the rows may read them."""
    session, numbers = db.session(), [m.number for m in rows]
    who, split = queries.named(session, numbers), queries.split_off(session, numbers)
    return [_shown(session, m, who.get(m.number, ""), split.get(m.number, "")) for m in rows]


def _shown(session: Session, m: Any, who: str, split: str) -> Row:
    state = S.of(m.state)
    verb, label = NEXT.get(state, (None, _("打开")))
    href = f"/umbrella/{m.number}" + (f"/do/{verb}" if verb else "")
    return Row(
        m.number, queries.title(session, m), f"{clock.local(m.created_at):%m-%d} {m.source}", who,
        state.tone, str(state.label), _below(m, state), columns.told_due(m, ended_on=m.closed_on), href, str(label),
        m.version, split,
    )  # fmt: skip


def _below(m: Any, state: S) -> str:
    if m.disposition:
        by = _("对方") if m.receiver and state is not S.HANDLING else _("本机构")
        return f"{by} {m.disposed_on:%m-%d}：{m.disposition}"
    if m.way:
        return f"{m.receiver} · {m.way}"
    if state in queries.UNREAD:
        return _("当日密封，送上级纪检监察机关")
    return _("拟移交%(receiver)s") % {"receiver": m.receiver} if m.receiver else _("当日呈批，次日移交")


COLUMNS = (
    Column("number", _l("编号"), Matter.number),
    Column("title", "", Matter.title_sealed),
    Column("source", _l("来源"), Matter.source),
    columns.state_of(Matter, S),
    Column("receiver", _l("接收机关"), Matter.receiver),
    Column("way", _l("送达方式"), Matter.way),
    Column("handed_on", _l("移交日期"), Matter.handed_on),
    Column("disposition", _l("处置"), Matter.disposition),
    Column("disposed_on", _l("处置日期"), Matter.disposed_on),
    Column("closed_on", _l("了结日期"), Matter.closed_on),
    Column("created_at", _l("接收时间"), Matter.created_at),
    *columns.owed(Matter, ""),
)
TABS = (
    Tab("mine", _l("我承办的"), (Matter.state.in_([literal_column(f"'{s.value}'") for s in S.open()]),)),
    Tab("handed", _l("等对方反馈"), (Matter.state.in_([literal_column("'handed'"), literal_column("'awaited'")]),)),
    columns.stands(Matter, "closed", _l("已了结")),
    columns.ALL,
)
SORTS = (Sort("received", _l("新接收的在前"), (Matter.created_at, Matter.id)),)


# ── 密封移交 ──────────────────────────────────────────────────────────────────────────────────────────────────────
class SlipRow(NamedTuple):
    """A slip as its macro draws it."""

    number: str
    sent: str
    envelope: str
    receiver: str
    state_tone: str
    state_label: str
    due: clock.Due
    version: int


def slip_shown(rows: list[Any]) -> list[SlipRow]:
    """Number, day, envelope, receiver, receipt: there is nothing else."""
    return [_slip(r) for r in rows]


def _slip(r: Any) -> SlipRow:
    state = SlipState.of(r.state)
    due = columns.told_due(r)
    if r.receipt_on:
        due = clock.Due("", _("回执 %(day)s") % {"day": f"{r.receipt_on:%m-%d}"}, "")
    where = f"{r.receiver} · {r.way}"
    return SlipRow(r.number, f"{r.sent_on:%m-%d}", r.envelope, where, state.tone, str(state.label), due, r.version)


SLIP_COLUMNS = (
    Column("number", _l("编号"), Slip.number),
    Column("sent_on", _l("送出日期"), Slip.sent_on),
    Column("envelope", _l("信封编号"), Slip.envelope),
    Column("receiver", _l("接收机关"), Slip.receiver),
    Column("way", _l("送达方式"), Slip.way),
    Column("receipt_on", _l("回执日期"), Slip.receipt_on),
    columns.state_of(Slip, SlipState),
    *columns.owed(Slip, ""),
)
SLIP_TABS = (columns.stands(Slip, "sent", _l("待回执")), columns.ALL)
SLIP_SORTS = (Sort("sent", _l("新送出的在前"), (Slip.created_at, Slip.id)),)


# ── 回避认定 ──────────────────────────────────────────────────────────────────────────────────────────────────────
class AsideRow(NamedTuple):
    """A recusal as its macro draws it: the matter's number, and no name."""

    number: str
    subject: str
    since: str
    state_tone: str
    state_label: str
    due: clock.Due
    version: int


def aside_shown(rows: list[Any]) -> list[AsideRow]:
    """The tuples of a page as they are drawn."""
    return [_aside(r) for r in rows]


def _aside(r: Any) -> AsideRow:
    state = AsideState.of(r.state)
    due = clock.told(r.owed_at, r.owed_kind) if r.owed_at else clock.Due("", "—", f"{r.decided_on:%m-%d}")
    since = clock.local(r.created_at).strftime("%m-%d %H:%M")
    return AsideRow(r.number, r.subject, since, state.tone, str(state.label), due, r.version)


ASIDE_COLUMNS = (
    Column("number", _l("编号"), Aside.number),
    Column("subject", _l("事项编号"), Aside.subject),
    columns.state_of(Aside, AsideState),
    Column("decided_on", _l("认定日期"), Aside.decided_on),
    Column("created_at", _l("暂时回避自"), Aside.created_at),
    Column("owed_at", "", Aside.owed_at),
    Column("owed_kind", "", Aside.owed_kind),
    Column("version", "", Aside.version),
)
ASIDE_TABS = (columns.stands(Aside, "pending", _l("待认定")), columns.ALL)
ASIDE_SORTS = (Sort("newest", _l("新的在前"), (Aside.created_at, Aside.id)),)
