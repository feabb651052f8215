"""Columns and views of the mailbox, and how a row of it is drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column

from ...core import access, clock, vault
from ...core.actor import Role
from ...core.columns import owed, told_state
from ...core.hanging import Common
from ...core.register import Column, Sort, Tab
from ...extensions import db
from .models import Mail
from .models import MailState as S


class Row(NamedTuple):
    """A row of the mailbox as its macro draws it."""

    number: str
    subject: str
    received: str
    attachments: int
    alike: bool
    state_tone: str
    state_label: str
    due: clock.Due
    version: int


def shown(rows: list[Any]) -> list[Row]:
    """Subjects are opened for the keeper, of mails that wait for him; a page of them is one look on the trail."""
    session = db.session()
    reads = bool(session.actor.roles & Role.OPERATOR)
    opened = [m for m in rows if reads and S.of(m.state).is_open]
    if opened:
        access.record(session, "sealed", f"{opened[0].number}–{opened[-1].number}.subject")
    return [_shown(m, opens=reads and S.of(m.state).is_open) for m in rows]


def _shown(m: Any, *, opens: bool) -> Row:
    tone, label = told_state(S, m.state, str(get_locale()))
    due = clock.told(m.owed_at, m.owed_kind, since=m.state_since) if m.owed_at else clock.Due("", label, "")
    said = vault.unseal(db.session(), Common.family, m.number, "mails.subject", m.subject) if opens else ""
    subject = said or (_("（无主题）") if opens else _("（已封存）"))
    day = clock.local(m.created_at).strftime("%m-%d")
    return Row(m.number, subject, day, m.attachments, m.alike_to is not None, tone, label, due, m.version)


def _in(state: S) -> tuple[Any, ...]:
    return (Mail.state == literal_column(f"'{state.value}'"),)


COLUMNS = (
    Column("number", _l("编号"), Mail.number),
    Column("subject", "", Mail.subject_sealed),
    Column("state", _l("状态"), Mail.state, text=lambda v: str(S.of(v).label)),
    Column("attachments", _l("附件"), Mail.attachments),
    Column("created_at", _l("收到日期"), Mail.created_at, text=lambda v: clock.local(v).strftime("%Y-%m-%d")),
    Column("alike_to", "", Mail.alike_to),
    *owed(Mail),
)
TABS = (
    Tab("waiting", _l("待处理"), _in(S.WAITING), "due", counted=True),
    Tab("unreadable", _l("无法解析"), _in(S.UNREADABLE), "due", counted=True),
    Tab("turned", _l("已转举报"), _in(S.TURNED)),
    Tab("handed", _l("已转送"), _in(S.HANDED)),
    Tab("spam", _l("垃圾邮件"), _in(S.SPAM)),
    Tab("all", _l("全部"), ()),
)
SORTS = (
    Sort("received", _l("新收到的在前"), (Mail.created_at, Mail.id)),
    Sort("due", _l("先到期的在前"), (Mail.owed_at, Mail.id), newest_first=False, where=(Mail.owed_at.is_not(None),)),
)
