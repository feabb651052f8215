"""The list of transfers: which wait to be sent, which for their receipt."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ...core import clock
from ...core.columns import Line, chosen, line, owed
from ...core.register import Column, Filter, Sort, Tab
from ..models import BODIES, Tip
from .models import Transfer
from .models import TransferState as S


def shown(rows: list[Any]) -> list[Line]:
    """The tuples of a page as they are drawn."""
    return [
        line("/transfers/", S, r, side=f"{r.tip_number} · {r.body_name}", day=clock.local(r.created_at).date(),
             ended=r.receiver, ended_on=r.received_on)
        for r in rows
    ]  # fmt: skip


COLUMNS = (
    Column("number", _l("编号"), Transfer.number),
    Column("tip_number", _l("受理编号"), Tip.number, through=Transfer.tip_id),
    Column("title", _l("事项"), Tip.title, through=Transfer.tip_id),
    Column("body", _l("接收机关类别"), Transfer.body),
    Column("body_name", _l("接收机关"), Transfer.body_name),
    Column("document_no", _l("转办函文号"), Transfer.document_no),
    Column("sent_on", _l("送出日期"), Transfer.sent_on),
    Column("state", _l("状态"), Transfer.state, text=lambda v: str(S.of(v).label)),
    Column("receiver", _l("签收人"), Transfer.receiver),
    Column("received_on", _l("签收日期"), Transfer.received_on),
    Column("created_at", _l("决定日期"), Transfer.created_at, text=lambda v: clock.local(v).strftime("%Y-%m-%d")),
    *owed(Transfer),
)
FILTERS = (
    Filter("body", _l("接收机关类别"), lambda v: Transfer.body == v, chosen(*BODIES)),
    Filter("state", _l("状态"), lambda v: Transfer.state == v, S.choices, lambda t: S.of(t).value, excludes_tabs=True),
)
TABS = (
    Tab("decided", _l("待送出"), (Transfer.state == literal_column("'decided'"),)),
    Tab("sent", _l("待回执"), (Transfer.state == literal_column("'sent'"),)),
    Tab("received", _l("已签收"), (Transfer.state == literal_column("'received'"),)),
    Tab("all", _l("全部"), ()),
)
SORTS = (Sort("decided", _l("新决定的在前"), (Transfer.created_at, Transfer.id)),)
