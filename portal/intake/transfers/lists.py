"""The list of transfers: which wait to be sent, which for their receipt."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from ...core import clock, columns
from ...core.register import Column, Sort
from ..models import BODIES, Tip
from .models import Transfer
from .models import TransferState as S


def shown(rows: list[Any]) -> list[columns.Line]:
    """The tuples of a page as they are drawn."""
    return [
        columns.line("/transfers/", S, r, side=f"{r.tip_number} · {r.body_name}", day=clock.local(r.created_at).date(),
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
    columns.state_of(Transfer, S),
    Column("receiver", _l("签收人"), Transfer.receiver),
    Column("received_on", _l("签收日期"), Transfer.received_on),
    Column("created_at", _l("决定日期"), Transfer.created_at, text=columns.day_words),
    *columns.owed(Transfer),
)
FILTERS = (
    columns.among("body", _l("接收机关类别"), Transfer.body, BODIES),
    columns.in_state(Transfer, S),
)
TABS = (
    columns.stands(Transfer, "decided", _l("待送出")),
    columns.stands(Transfer, "sent", _l("待回执")),
    columns.stands(Transfer, "received", _l("已签收")),
    columns.ALL,
)
SORTS = (Sort("decided", _l("新决定的在前"), (Transfer.created_at, Transfer.id)),)
