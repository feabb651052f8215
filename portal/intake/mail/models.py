"""邮件稿: what lies in the mailbox, from its arrival to the tip. Every word of a mail is sealed."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...core.hanging import Common, Numbered, Owed, owed
from ...core.sight import nowhere, sees
from ...core.types import BACK, DONE, FILED, OUTSIDE, WAITS, Ended, Open, State
from ...core.vault import Sealed, sealed_check

SPAM_REASONS = ("广告推销", "病毒或钓鱼", "误发", "同一发件人重复发送", "其他")


class MailState(State):
    """From the mailbox to the tip, or out of the house."""

    WAITING = "waiting", _l("待处理"), WAITS, Open("unit_id", "officer_id")
    UNREADABLE = "unreadable", _l("无法解析"), BACK, Open("unit_id", "officer_id", "reason")
    TURNED = "turned", _l("已转举报"), DONE, Ended()
    HANDED = "handed", _l("已转送"), OUTSIDE, Ended("receiver")
    SPAM = "spam", _l("已置垃圾"), FILED, Ended("reason")


class Mail(Numbered, Owed, Common):
    """A draft. `contents`: who sent it, what it says, what hangs on it, as JSON; the raw source is kept by source.py.

    Of a mail the day alone is kept: whoever reads the mail server's log would else know whose it was. `source_digest`
    and `same_…` are keyed: equal mails are found equal, and nobody without the key can try words against them.
    """

    __tablename__ = "mails"
    mailbox: Mapped[str] = mapped_column(String(200))
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    source_digest: Mapped[str] = mapped_column(String(64), unique=True)
    same_message: Mapped[str | None] = mapped_column(String(64), index=True)
    same_text: Mapped[str | None] = mapped_column(String(64), index=True)
    alike_to: Mapped[str | None] = mapped_column(String(24), index=True)  # the first of those that are alike
    attachments: Mapped[int]
    reason: Mapped[str | None] = mapped_column(String(60))  # why it can't be read, or why it is spam
    receiver: Mapped[str | None] = mapped_column(String(60))
    way: Mapped[str | None] = mapped_column(String(10))
    handed_on: Mapped[date | None]
    kept_until: Mapped[date | None]  # of spam: then its words are destroyed
    subject_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    contents_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    subject, contents = Sealed(), Sealed()
    __table_args__ = (
        *owed("mails", MailState, Common.family),
        *sealed_check("subject"),
        *sealed_check("contents"),
        UniqueConstraint("mailbox", "uidvalidity", "uid"),
        Index(None, "created_at", "id"),
        Index(None, "state", "created_at", "id"),
        Index(None, "unit_id", "created_at", "id"),
    )


class MailSource(Common):
    """A piece of a raw source, sealed."""

    __tablename__ = "mail_sources"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    at: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    piece_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (*sealed_check("piece"),)


sees(MailSource, nowhere)
