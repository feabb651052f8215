"""Columns and views of the mailbox, and how a row of it is drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...core import access, clock, columns, vault
from ...core.actor import Role
from ...core.hanging import Common
from ...core.language import current_language
from ...core.register import Column, Sort
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
    tone, label = columns.told_state(S, m.state, current_language())
    due = columns.told_due(m, label)
    said = vault.unseal(db.session(), Common.family, m.number, "mails.subject", m.subject) if opens else ""
    subject = said or (_("（无主题）") if opens else _("（已封存）"))
    day = clock.local(m.created_at).strftime("%m-%d")
    return Row(m.number, subject, day, m.attachments, m.alike_to is not None, tone, label, due, m.version)


COLUMNS = (
    Column("number", _l("编号"), Mail.number),
    Column("subject", "", Mail.subject_sealed),
    columns.state_of(Mail, S),
    Column("attachments", _l("附件"), Mail.attachments),
    Column("created_at", _l("收到日期"), Mail.created_at, text=columns.day_words),
    Column("alike_to", "", Mail.alike_to),
    *columns.owed(Mail),
)
TABS = (
    columns.stands(Mail, "waiting", _l("待处理"), counted=True),
    columns.stands(Mail, "unreadable", _l("无法解析"), counted=True),
    columns.stands(Mail, "turned", _l("已转举报")),
    columns.stands(Mail, "handed", _l("已转送")),
    columns.stands(Mail, "spam", _l("垃圾邮件")),
    columns.ALL,
)
SORTS = (
    Sort("received", _l("新收到的在前"), (Mail.created_at, Mail.id)),
    columns.by_due(Mail),
)
