"""受理: the tip, and the receipt that every number has, whatever became of it."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.actor import Actor, Role
from ..core.hanging import Common, Numbered, Owed, owed
from ..core.search import Searched
from ..core.types import DONE, FILED, OUTSIDE, WAITS, WORKS, Ended, Open, State, UtcDateTime
from ..core.vault import Sealed, sealed_check

NAMINGS = ("匿名", "实名", "实名，要求保密")
NO_REPORTER = "没有举报人"  # handed down, or found by an officer: whoever writes it down stands by it
HANDED_DOWN, PETITION = "上级交办", "信访"
ON_PAPER = ("来信", "举报箱", "来访", HANDED_DOWN, "现场发现", PETITION)  # channels in which nobody is on the line
GROUP = 5  # people: 集体访, who choose at most five to speak for them (信访工作条例 第二十条)
CATEGORIES = ("检举控告", "申诉求决", "意见建议")  # 来件类别 decides the clock (信访工作条例)
REASONS = ("不属本局职责", "诉讼、仲裁、复议已受理", "已有答复，无新事实", "无具体事实，无法补充", "其他")
BODIES = ("公安机关", "信访部门", "检察机关", "其他行政机关", "上级单位")  # competent for what is not ours
SETTLED_BY = ("调解", "协调", "解释", "移交")
EVIDENCE = ("照片", "录音", "录像", "书证", "证人")
WANTED = ("电话", "短信", "书面", "当面", "不需要")
WRITTEN = ("书面邮寄", "书面送达")
TOLD_BY = ("电话", "短信", "邮件", "当面", *WRITTEN, "无法联系")
UNSAID = "未表态"
FEEDS = ("source", "joined")  # links by which a clue has its words from a tip
RELATED = "related"  # between tips: more of the same
STAGES = ("已受理", "办理中", "已办结")


class TipState(State):
    """From the call to the clue."""

    INCOMPLETE = "incomplete", _l("未完整"), WAITS, Open("unit_id")
    EXCERPT = "excerpt", _l("待摘录"), WORKS, Open("unit_id", "field", "place", "urgency")
    TRIAGE = "triage", _l("待研判"), WAITS, Open("unit_id", "field", "place", "urgency", "title", "excerpt")
    ACCEPTED = "accepted", _l("已立线索"), DONE, Ended("title", "excerpt", "category")
    JOINED = "joined", _l("已并入"), DONE, Ended("title", "excerpt", "category")
    MOVED = "moved", _l("已调整承办"), FILED, Ended()
    FORWARDED = "forwarded", _l("已转送"), OUTSIDE, Ended("title", "excerpt", "category")
    SETTLING = "settling", _l("已转化解"), DONE, Ended("title", "excerpt", "category")
    DECLINED = "declined", _l("不予受理"), FILED, Ended("title", "excerpt", "category", "reason")


ENDED = (TipState.ACCEPTED, TipState.JOINED, TipState.FORWARDED, TipState.SETTLING, TipState.DECLINED)  # decided


class Tip(Numbered, Owed, Searched, Common):
    """举报. The words as dictated and the reporter are sealed; handlers read title and excerpt."""

    __tablename__ = "tips"
    revised = ("title", "excerpt", "place")
    desk: Mapped[str] = mapped_column(String(30))
    channel: Mapped[str] = mapped_column(String(10))
    field: Mapped[str | None] = mapped_column(String(10))
    place: Mapped[str | None] = mapped_column(String(100))
    urgency: Mapped[str | None] = mapped_column(String(4))
    occurred: Mapped[str | None] = mapped_column(String(60))
    evidence: Mapped[str | None] = mapped_column(String(60))
    wanted: Mapped[str | None] = mapped_column(String(10))
    proposal: Mapped[str | None] = mapped_column(Text)
    at_risk: Mapped[bool]
    title: Mapped[str | None] = mapped_column(String(80))
    excerpt: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    naming: Mapped[str] = mapped_column(String(10))
    # how it came, where it did not come by telephone or mail
    came_on: Mapped[date | None]
    received_by: Mapped[str | None] = mapped_column(String(60))
    headcount: Mapped[int | None]
    source: Mapped[str | None] = mapped_column(String(20))  # of the clue, where it is not 群众举报
    organ: Mapped[str | None] = mapped_column(String(60))
    organ_ref: Mapped[str | None] = mapped_column(String(60))
    batch: Mapped[str | None] = mapped_column(String(30))
    asked_on: Mapped[date | None]  # 要求时限, as the organ set it
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    original_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reporter_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    original, reporter, phone = Sealed(), Sealed(), Sealed()
    __table_args__ = (
        *owed("tips", TipState, Common.family),
        *sealed_check("original"),
        *sealed_check("reporter"),
        *sealed_check("phone"),
        CheckConstraint("(naming = '匿名') = (created_by IS NULL)", name="anonymous_has_no_person"),
        CheckConstraint(
            "naming NOT IN ('匿名', '没有举报人') OR (reporter_sealed IS NULL AND phone_sealed IS NULL)",
            name="anonymous_is_bare",
        ),
        CheckConstraint(
            "channel <> '上级交办' OR state = 'moved' OR (organ IS NOT NULL AND organ_ref IS NOT NULL)",
            name="handed_down_says_by_whom",
        ),
        # who spoke with somebody nameless would be known
        CheckConstraint("naming <> '匿名' OR received_by IS NULL", name="anonymous_has_no_witness"),
        Index(None, "unit_id", "created_at", "id"),
        Index(None, "created_at", "id"),
        Index(None, "state", "created_at", "id"),
    )

    @property
    def is_anonymous(self) -> bool:
        """Of an anonymous tip the portal keeps the day and the desk."""
        return self.naming == NAMINGS[0]

    def looked_at_by_day(self, actor: Actor) -> bool:
        """Whoever took the call looks at it the minute after: that would tell both."""
        return self.is_anonymous and bool(actor.roles & Role.OPERATOR)


class Receipt(Common):
    """What the query code opens: the same three facts for every number. It knows neither tip nor matter."""

    __tablename__ = "receipts"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    desk: Mapped[str] = mapped_column(String(30))
    stage: Mapped[str] = mapped_column(String(10))
    received_on: Mapped[date]
    last_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(200))  # for the reporter, read out with the stage
    code_digest: Mapped[str] = mapped_column(String(64))
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    code = Sealed()
    __table_args__ = (*sealed_check("code"),)

    def looked_at_by_day(self, actor: Actor) -> bool:
        """It does not know which of them are anonymous, so this holds for all."""
        return bool(actor.roles & Role.OPERATOR)


class CodeTry(Common):
    """Wrong query codes of a number and day: five, then it rests until tomorrow (G22)."""

    __tablename__ = "code_tries"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    wrong: Mapped[int]


class Contact(Common):
    """联系举报人: the number of one tip is open to one person, until."""

    __tablename__ = "contacts"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
