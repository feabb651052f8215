"""会议: a meeting that took place, who attended, and what it decided. A decision has a state and a duty of its own."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.hanging import Common, Numbered, Owed, owed
from ..core.search import Searched
from ..core.types import BACK, DECIDES, DONE, WAITS, WORKS, Ended, Open, State, UtcDateTime
from ..organisation.models import Person, Unit

KINDS = ("例会", "专题会", "联席会议", "领导小组会议", "工作推进会")  # 联席会议: with the police
PRESENT, ON_LEAVE, LISTENING = "出席", "请假", "列席"
HOW = (PRESENT, ON_LEAVE, LISTENING)
WHO = ("unit_id", "officer_id")


class Meeting(Numbered, Searched, Common):
    """A meeting as its signed minutes tell it. It has taken place, so it has no state; its decisions have."""

    __tablename__ = "meetings"
    title: Mapped[str] = mapped_column(String(40))  # 第 22 次例会
    kind: Mapped[str] = mapped_column(String(10))
    year: Mapped[int]
    sequence: Mapped[int]
    held_on: Mapped[date]
    place: Mapped[str | None] = mapped_column(String(60))
    chair_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    chair: Mapped[Person | None] = relationship(foreign_keys="Meeting.chair_id")
    __table_args__ = (
        UniqueConstraint("kind", "year", "sequence"),
        CheckConstraint("sequence > 0", name="sequence_counts"),
        Index(None, "held_on", "id"),
        Index(None, "kind", "held_on", "id"),
    )


class Attendance(Common):
    """出席、请假、列席. Who is not of the bureau is a name without a person."""

    __tablename__ = "attendances"
    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey(Meeting.id))
    meeting: Mapped[Meeting] = relationship()
    how: Mapped[str] = mapped_column(String(4))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    name: Mapped[str] = mapped_column(String(60))
    __table_args__ = (
        UniqueConstraint("meeting_id", "person_id"),
        CheckConstraint(f"how IN ({', '.join(repr(h) for h in HOW)})", name="how_known"),
        Index(None, "person_id", "meeting_id"),
    )


class DecisionState(State):
    """What one line of the minutes goes through. 长期 has no end: its owner reviews it on its day."""

    #            stored        label          tone     an open state needs, beside its duty
    GIVEN = "given", _l("待接受"), WAITS, Open(*WHO)
    DISPUTED = "disputed", _l("有异议"), BACK, Open(*WHO)
    WORKING = "working", _l("办理中"), WORKS, Open(*WHO, "due_at")
    STANDING = "standing", _l("长期办理"), WORKS, Open(*WHO, "review_on")
    FINISHED = "finished", _l("待核实"), DECIDES, Open(*WHO, "finished_at", "proposed_by")
    CLOSED = "closed", _l("已办结"), DONE, Ended(*WHO, "finished_at", "proposed_by", "closed_on", "verified_by")


class Decision(Numbered, Owed, Searched, Common):
    """议定事项. unit_id, officer_id: who owes it. `proposed_by`: who reported it finished; another one verifies."""

    __tablename__ = "decisions"
    title: Mapped[str] = mapped_column(Text)
    meeting_id: Mapped[int] = mapped_column(ForeignKey(Meeting.id))
    meeting: Mapped[Meeting | None] = relationship()  # None where the viewer sees the decision and not the meeting
    position: Mapped[int]  # its number in the minutes
    occasion: Mapped[str] = mapped_column(String(40))  # 第 22 次例会: whoever sees the decision may know that much
    made_on: Mapped[date]  # the day of the meeting
    review_on: Mapped[date | None]  # 长期: no end, but a day on which it is looked at
    objections: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    closed_on: Mapped[date | None]
    unit: Mapped[Unit | None] = relationship(foreign_keys="Decision.unit_id")
    officer: Mapped[Person | None] = relationship(foreign_keys="Decision.officer_id")
    __table_args__ = (
        *owed("decisions", DecisionState, Common.family),
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("(due_at IS NULL) <> (review_on IS NULL)", name="due_or_reviewed"),
        CheckConstraint("objections IN (0, 1)", name="argued_once"),
        CheckConstraint("state <> 'disputed' OR objections = 1", name="disputed_by_an_objection"),
        CheckConstraint("verified_by <> proposed_by", name="verified_by_another"),
        Index(None, "made_on", "id", "unit_id"),
        Index(None, "unit_id", "made_on", "id"),
        Index(None, "closed_on", "id"),
    )
