"""Columns and views of the matters, and how a row of them is drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ..core import clock, vault
from ..core.register import Column, Sort, Tab
from ..extensions import db
from .models import Matter, Umbrella
from .models import MatterState as S


class Row(NamedTuple):
    """A row of the register as its macro draws it."""

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


def shown(rows: list[Any]) -> list[Row]:
    """The titles are opened for the named clerk alone: who sees the rows may read them."""
    return [_shown(m) for m in rows]


def _shown(m: Any) -> Row:
    state = S.of(m.state)
    title = vault.unseal(db.session(), Umbrella.family, m.number, "umbrella_matters.title", m.title)
    due = (
        clock.told(m.owed_at, m.owed_kind, since=m.state_since)
        if m.owed_at
        else clock.Due("", "—", f"{m.handed_on:%m-%d}")
    )
    below = f"{m.receiver} · {m.way}" if m.receiver else _("次日移交")
    day = clock.local(m.created_at).strftime("%m-%d")
    waits, name = state is S.RECEIVED, db.session().actor.name
    href, act = f"/umbrella/{m.number}" + ("/do/hand_over" if waits else ""), _("移交") if waits else _("打开")
    return Row(
        m.number, title, f"{day} {m.source}", name, state.tone, str(state.label), below, due, href, act, m.version
    )


COLUMNS = (
    Column("number", _l("编号"), Matter.number),
    Column("title", "", Matter.title_sealed),
    Column("source", _l("来源"), Matter.source),
    Column("state", _l("处置"), Matter.state, text=lambda v: str(S.of(v).label)),
    Column("receiver", _l("接收机关"), Matter.receiver),
    Column("way", _l("送达方式"), Matter.way),
    Column("handed_on", _l("移交日期"), Matter.handed_on),
    Column("created_at", _l("接收时间"), Matter.created_at),
    Column("owed_at", "", Matter.owed_at),
    Column("owed_kind", "", Matter.owed_kind),
    Column("state_since", "", Matter.state_since),
    Column("version", "", Matter.version),
)
TABS = (
    Tab("mine", _l("我承办的"), (Matter.state == literal_column("'received'"),)),
    Tab("handed", _l("已移交"), (Matter.state == literal_column("'handed'"),)),
    Tab("all", _l("全部"), ()),
)
SORTS = (Sort("received", _l("新接收的在前"), (Matter.created_at, Matter.id)),)
