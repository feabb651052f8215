"""会议纪要: the paper of a meeting on its way from the first draft to those who have it, and the units it goes to."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...core.hanging import Common, Numbered, Owed, owed
from ...core.search import Searched
from ...core.types import BACK, DECIDES, DONE, WAITS, WORKS, Ended, Open, State
from ...organisation.models import Person, Unit
from ..models import Meeting

WRITTEN = ("unit_id", "officer_id", "proposed_by")
PASSED = (*WRITTEN, "checked_by", "signed_by")


class MinutesState(State):
    """From the desk to the reader. What was issued is never changed; a new paper corrects it."""

    #           stored       label            tone     an open state needs, beside its duty
    DRAFTED = "drafted", _l("待核稿"), WAITS, Open(*WRITTEN)
    RETURNED = "returned", _l("退回修改"), BACK, Open(*WRITTEN)
    CHECKED = "checked", _l("待签发"), DECIDES, Open(*WRITTEN, "checked_by")
    SIGNED = "signed", _l("待印发"), WORKS, Open(*PASSED)
    ISSUED = "issued", _l("已印发"), DONE, Ended(*PASSED, "issued_on")


class Minutes(Numbered, Owed, Searched, Common):
    """unit_id, officer_id, `proposed_by`: who has written the text last; another one checks it, a third one signs."""

    __tablename__ = "minutes"
    revised = ("title", "body", "present", "copies")
    title: Mapped[str] = mapped_column(String(80))
    meeting_id: Mapped[int] = mapped_column(ForeignKey(Meeting.id))
    meeting: Mapped[Meeting | None] = relationship()  # None where the viewer sees the issued paper and not the meeting
    body: Mapped[str] = mapped_column(Text)  # a paragraph a line
    present: Mapped[str] = mapped_column(Text)
    on_leave: Mapped[str] = mapped_column(Text)
    listening: Mapped[str] = mapped_column(Text)
    copies: Mapped[str] = mapped_column(Text)  # 抄送, beside the units
    checked_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    signed_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    signed_on: Mapped[date | None]
    signed_how: Mapped[str | None] = mapped_column(String(6))
    issued_on: Mapped[date | None]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("minutes.id"), unique=True)  # is corrected once
    recipients: Mapped[list[Recipient]] = relationship(back_populates="minutes", cascade="all, delete-orphan")
    __table_args__ = (
        *owed("minutes", MinutesState, Common.family),
        Index("uq_minutes_first_of_meeting", "meeting_id", unique=True,
            sqlite_where=text("corrects_id IS NULL"), postgresql_where=text("corrects_id IS NULL")),
        CheckConstraint("checked_by <> proposed_by", name="checked_by_another"),
        CheckConstraint("signed_by <> proposed_by", name="signed_by_another"),
        CheckConstraint("(signed_by IS NULL) = (signed_on IS NULL) AND (signed_by IS NULL) = (signed_how IS NULL)",
            name="signature_is_whole"),
        CheckConstraint("signed_how IN ('screen', 'paper')", name="signed_how_known"),
        CheckConstraint("corrects_id <> id", name="corrects_another"),
        Index(None, "created_at", "id"),
        Index(None, "state", "created_at", "id"),
    )  # fmt: skip


class Recipient(Common):
    """印发范围: a unit that reads the paper once it is issued. Its receipt stands with the paper's addressees."""

    __tablename__ = "minutes_units"
    minutes_id: Mapped[int] = mapped_column(ForeignKey(Minutes.id), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id), primary_key=True)
    minutes: Mapped[Minutes] = relationship(back_populates="recipients")
    __table_args__ = (UniqueConstraint("unit_id", "minutes_id"),)
