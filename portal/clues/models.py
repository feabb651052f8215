"""线索: the clue, its checking records, its referrals. What a state means, and what the database insists on."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..core.hanging import Common, Numbered, Owed, owed, partial
from ..core.search import Searched
from ..core.types import DECIDES, DONE, FILED, HELD, OUTSIDE, WAITS, WORKS, Ended, Open, State, UtcDateTime
from ..organisation.models import Person, Unit

FIELDS = ("违法建设", "市容管理", "户外广告", "渣土运输", "执法受阻", "其他")  # the plan's, with 阻挠 across all
KINDS = ("涉黑", "涉恶", "涉乱", "其他违法")
LEVELS = ("一般", "重要", "重大")
URGENCIES = ("一般", "紧急", "特急")
SOURCES = (
    "群众举报", "信访转办", "12345/12319 转办", "日常执法检查", "集中排查", "滚动排查", "移动直报", "上级扫黑办交办",
    "督导组转办督办", "12337平台下发", "公安/检察/法院通报", "纪委监委移交", "涉案人员检举", "领导批示", "舆情", "其他",
)  # fmt: skip
CONCLUSIONS = ("查实", "部分属实", UNFOUNDED := "查否", "无法核实")
DISPOSITIONS = ("移送公安", "移交其他部门", "行政处罚/处理", "行业整治(行政建议)", "了结(查否)", "暂存", "并案")
METHODS = (
    "现场查看",
    "走访",
    "询问",
    "调阅资料",
    "视频查看",
    "夜间查看",
    "测量",
    "航拍",
    "函询",
    "电话回访",
)  # no power of criminal investigation is offered
RECEIVERS = ("公安机关", "检察院", "政法委", "上级扫黑办", "其他行政机关")
ANSWERS = ("已立案", "不予立案", "转其他机关", "补充材料", "研判不属")
DAYS = {"一般": 20, "重要": 15, "重大": 10}  # working days to check an ordinary clue (domain.md 3, row 22)
URGENT_DAYS = 3  # 特急
WHO = ("unit_id", "officer_id")
WALKED = (
    "number",
    "closed_on",
    "signs",
)  # what sight, tabs and search ask: a walk reads an index alone (core/search.py)


class ClueState(State):
    """Nine states, and the void number of what went elsewhere. What can happen twice or at once is a child register."""

    #            stored        label                  tone     an open state needs, beside its duty
    PROPOSED = "proposed", _l("待研判"), WAITS, Open(*WHO)
    ASSIGNED = "assigned", _l("待签收"), WAITS, Open(*WHO, "due_at")
    CHECKING = "checking", _l("核查中"), WORKS, Open(*WHO, "due_at")
    REVIEW = "review", _l("待审核"), DECIDES, Open(*WHO, "due_at", "conclusion")
    REFERRED = "referred", _l("已移送待反馈"), OUTSIDE, Open(*WHO, "due_at")
    HELD = "held", _l("暂存"), HELD, Open(*WHO, "due_at", "wake_on")
    TELLING = "telling", _l("待反馈举报人"), WAITS, Open(*WHO, "due_at", "conclusion")
    CLOSED = "closed", _l("已办结"), DONE, Ended(*WHO, "closed_on", "conclusion")
    MOVED = "moved", _l("已调整承办"), FILED, Ended(*WHO, "closed_on")
    FILED = "filed", _l("已归档"), FILED, Ended(*WHO, "closed_on", "conclusion", "archive_no")


class Clue(Numbered, Owed, Searched, Common):
    """涉黑涉恶线索. unit_id, officer_id: who handles it; before it is assigned that is the office."""

    __tablename__ = "clues"
    revised = ("title", "summary", "place", "finding")
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))
    source_ref: Mapped[str | None] = mapped_column(String(60))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    field: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10))
    level: Mapped[str] = mapped_column(String(4))
    urgency: Mapped[str] = mapped_column(String(4))
    place: Mapped[str] = mapped_column(String(100))
    occurred: Mapped[str | None] = mapped_column(String(60))
    proposed_unit_id: Mapped[int | None] = mapped_column(ForeignKey(Unit.id))
    proposed_officer_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    earlier_due_on: Mapped[date | None]  # set from above or at triage: holds if it comes before the computed one
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    conclusion: Mapped[str | None] = mapped_column(String(10))
    finding: Mapped[str | None] = mapped_column(Text)
    disposition: Mapped[str | None] = mapped_column(String(20))
    signed_off_on: Mapped[date | None]
    oversight: Mapped[str | None] = mapped_column(String(2))  # 一案三查: who was responsible; a loophole.
    loophole: Mapped[str | None] = mapped_column(String(2))  # Whether an umbrella is behind it stands nowhere here
    answered_on: Mapped[date | None]
    wake_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    archive_no: Mapped[str | None] = mapped_column(String(40))
    unit: Mapped[Unit | None] = relationship(foreign_keys="Clue.unit_id")
    officer: Mapped[Person | None] = relationship(foreign_keys="Clue.officer_id")
    __table_args__ = (
        *owed("clues", ClueState, Common.family),
        partial("ix_clues_open_received_at", "closed_on IS NULL", "received_at", "id", "unit_id", *WALKED),
        partial("ix_clues_open_unit_id_received_at", "closed_on IS NULL", "unit_id", "received_at", "id", *WALKED),
        Index("ix_clues_received_at", "received_at", "id", "unit_id", *WALKED),
        Index("ix_clues_unit_id_received_at", "unit_id", "received_at", "id", *WALKED),
        Index(None, "unit_id", "state", "received_at", "id"),
        Index(None, "state", "received_at", "id", "field", "unit_id"),
        Index(None, "field", "received_at", "id"),
        partial("ix_clues_closed_on", "closed_on IS NOT NULL", "closed_on"),
    )


class CheckRecord(Numbered, Common):
    """核查记录: two officers (行政处罚法 第四十二条), a time, a place, what was found. No state, so no duty."""

    __tablename__ = "checks"
    clue_id: Mapped[int] = mapped_column(ForeignKey(Clue.id), index=True)
    clue: Mapped[Clue] = relationship()
    first_officer_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    second_officer_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    method: Mapped[str] = mapped_column(String(10))
    place: Mapped[str] = mapped_column(String(100))
    found: Mapped[str] = mapped_column(Text)


class ReferralState(State):
    """A referral by the short way: it was sent on paper."""

    SENT = "sent", _l("办理中"), OUTSIDE, Open(*WHO, "sent_on")
    ANSWERED = "answered", _l("已回复"), DONE, Ended("answered_on", "answer")
    MOVED = "moved", _l("已调整承办"), FILED, Ended()


class Referral(Numbered, Owed, Common):
    """移送: to whom, on which day, and what was answered. The receiver is bound to no date by us."""

    __tablename__ = "referrals"
    revised = ("answer_text",)
    clue_id: Mapped[int] = mapped_column(ForeignKey(Clue.id), index=True)
    clue: Mapped[Clue] = relationship()
    receiver: Mapped[str] = mapped_column(String(20))
    receiver_name: Mapped[str] = mapped_column(String(60))
    document_no: Mapped[str | None] = mapped_column(String(40))
    sent_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(String(20))
    answer_text: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (*owed("referrals", ReferralState, Common.family),)
