"""转送: a tip whose matter another body is competent for, followed until that body has signed for it."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...core.hanging import Common, Numbered, Owed, owed
from ...core.types import DONE, FILED, OUTSIDE, WAITS, Ended, Open, State
from ..models import Tip

WAYS = ("机要", "直接送达", "政务内网", "邮寄")


class TransferState(State):
    """Decided, sent, signed for."""

    DECIDED = "decided", _l("待送出"), WAITS, Open("unit_id", "officer_id")
    SENT = "sent", _l("待回执"), OUTSIDE, Open("unit_id", "officer_id", "sent_on")
    RECEIVED = "received", _l("已签收"), DONE, Ended("unit_id", "officer_id", "sent_on", "received_on", "receiver")
    MOVED = "moved", _l("已调整承办"), FILED, Ended()


class Transfer(Numbered, Owed, Common):
    """To whom, why there, when it was sent, who signed for it."""

    __tablename__ = "transfers"
    tip_id: Mapped[int] = mapped_column(ForeignKey(Tip.id), index=True)
    tip: Mapped[Tip] = relationship()
    body: Mapped[str] = mapped_column(String(10))
    body_name: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    document_no: Mapped[str | None] = mapped_column(String(40))
    way: Mapped[str | None] = mapped_column(String(10))
    sent_on: Mapped[date | None]
    received_on: Mapped[date | None]
    receiver: Mapped[str | None] = mapped_column(String(60))
    __table_args__ = (*owed("transfers", TransferState, Common.family),)
