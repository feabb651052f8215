"""The list of openings of letter boxes."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ...core import clock, columns
from ...core.register import Column, Sort, Tab
from .models import BoxOpening as B
from .models import BoxState as S


def shown(rows: list[Any]) -> list[columns.Line]:
    """The tuples of a page as they are drawn."""
    return [
        columns.line("/intake/boxes/", S, r, side=told(r), day=clock.local(r.opened_at).date(),
             ended=_("%(n)d 封") % {"n": r.found})
        for r in rows
    ]  # fmt: skip


def told(r: Any) -> str:
    """How many letters, and how far they are."""
    words = _("箱内 %(found)d 封，已登记 %(logged)d 封，其他处理 %(aside)d 封")
    return words % {"found": r.found, "logged": r.logged, "aside": r.aside}


def _moment(value: Any) -> str:
    return f"{clock.local(value):%Y-%m-%d %H:%M}"


COLUMNS = (
    Column("number", _l("编号"), B.number),
    Column("title", _l("举报箱"), B.box),
    Column("opened_at", _l("开箱时间"), B.opened_at, text=_moment),
    Column("found", _l("箱内信件"), B.found),
    Column("logged", _l("已登记"), B.logged),
    Column("aside", _l("其他处理"), B.aside),
    columns.state_of(B, S),
    *columns.owed(B),
)
TABS = (Tab("open", _l("待登记"), (B.state == literal_column("'logging'"),)), columns.ALL)
SORTS = (Sort("opened", _l("新开箱的在前"), (B.created_at, B.id)),)
