"""问题线索: a base of its own with a set of hanging tables of its own. No other part may import this module."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from ..core.hanging import (
    AddresseeRow,
    DataKeyRow,
    DraftRow,
    DutyRow,
    Family,
    FileRow,
    LinkRow,
    NoteRow,
    Numbered,
    Owed,
    PaperRow,
    RevisionRow,
    owed,
)  # fmt: skip
from ..core.sight import nowhere, sees
from ..core.types import DONE, FILED, OUTSIDE, WAITS, WORKS, Ended, Model, Open, State, UtcDateTime
from ..core.vault import Sealed, sealed_check


class Umbrella(Model):
    """The base of umbrella's models."""

    __abstract__ = True
    family: ClassVar[Family]


class UmbrellaDuty(DutyRow, Umbrella):
    """Duties of matters."""

    __tablename__ = "umbrella_duties"


class UmbrellaNote(NoteRow, Umbrella):
    """Steps of matters: who, when, which verb. What was said with them is sealed, in Said."""

    __tablename__ = "umbrella_notes"
    __table_args__ = (CheckConstraint("words IS NULL", name="has_no_words"),)


class UmbrellaLink(LinkRow, Umbrella):
    """Links seen from here alone."""

    __tablename__ = "umbrella_links"


class UmbrellaDraft(DraftRow, Umbrella):
    """Drafts of the forms here."""

    __tablename__ = "umbrella_drafts"


class UmbrellaDataKey(DataKeyRow, Umbrella):
    """Data keys of matters."""

    __tablename__ = "umbrella_data_keys"


class UmbrellaRevision(RevisionRow, Umbrella):
    """Earlier texts of matters."""

    __tablename__ = "umbrella_revisions"


class UmbrellaFile(FileRow, Umbrella):
    """Files of matters."""

    __tablename__ = "umbrella_files"


class UmbrellaPaper(PaperRow, Umbrella):
    """Papers of matters: a mark of their own."""

    __tablename__ = "umbrella_papers"


class UmbrellaAddressee(AddresseeRow, Umbrella):
    """Addressees of those papers."""

    __tablename__ = "umbrella_addressees"


Umbrella.family = Family(
    "umbrella", UmbrellaDuty, UmbrellaNote, UmbrellaLink, UmbrellaDraft, UmbrellaDataKey, UmbrellaRevision,
    UmbrellaFile, UmbrellaPaper, UmbrellaAddressee, sealed=True,
)  # fmt: skip
Umbrella.family.hides()


RECEIVERS = ("派驻纪检监察组", "市纪委监委", "上级纪检监察机关")
WAYS = ("机要", "直接送达")
DISPOSITIONS = ("谈话函询", "初步核实", "暂存待查", "予以了结")  # 检举控告工作规则 第十七条
KINDS = ("组织、参加", "提供帮助", "包庇、纵容", "失职渎职", "违规干预", "其他")  # 反有组织犯罪法 第五十条
WHO = ("unit_id", "officer_id")
SENT = (*WHO, "handed_on", "receiver")


class MatterState(State):
    """Handing over to the organ in charge of the rank is the usual way; what it decides is written down as reported.

    处置中 is of an account that has the competence itself. 待密封移交: of the own leaders or the
    discipline head; it has no other way than up, and what was said ends with it.
    """

    RECEIVED = "received", _l("待呈批"), WAITS, Open(*WHO)
    SUBMITTED = "submitted", _l("待移交"), WAITS, Open(*WHO, "receiver")
    HANDED = "handed", _l("待回执"), OUTSIDE, Open(*SENT)
    AWAITED = "awaited", _l("等对方处置"), OUTSIDE, Open(*SENT)
    HANDLING = "handling", _l("处置中"), WORKS, Open(*WHO, "disposition", "disposed_on")
    SETTLING = "settling", _l("待澄清和反馈"), WORKS, Open(*SENT, "disposition", "disposed_on")
    CLOSED = "closed", _l("已了结"), DONE, Ended(*WHO, "disposition", "disposed_on", "closed_on")
    SEALED = "sealed", _l("待密封移交"), WAITS, Open(*WHO)
    GONE = "gone", _l("已密封移交"), FILED, Ended(*WHO)


class Matter(Numbered, Owed, Umbrella):
    """A matter that names an official: everything that was said is sealed, the title names a matter and no person."""

    __tablename__ = "umbrella_matters"
    source: Mapped[str] = mapped_column(String(20))
    receipt: Mapped[str | None] = mapped_column(String(24))
    retaliation: Mapped[bool] = mapped_column(server_default=false())
    kind: Mapped[str | None] = mapped_column(String(10))
    handed_on: Mapped[date | None]
    receiver: Mapped[str | None] = mapped_column(String(30))
    way: Mapped[str | None] = mapped_column(String(10))
    receipt_on: Mapped[date | None]
    disposition: Mapped[str | None] = mapped_column(String(10))
    disposed_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    title_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    original_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reporter_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    title, original, reporter, phone = Sealed(), Sealed(), Sealed(), Sealed()
    __table_args__ = (
        *owed("umbrella_matters", MatterState, Umbrella.family),
        *sealed_check("title"),
        *sealed_check("original"),
        *sealed_check("reporter"),
        *sealed_check("phone"),
    )


class Said(Umbrella):
    """What was written on a matter afterwards, and what further reporters said of it: sealed, one row each.

    `kind`: tip, note, paper, handed, receipt, report, split, closed. The steps of a matter have no words of their own.
    """

    __tablename__ = "umbrella_said"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    receipt: Mapped[str | None] = mapped_column(String(24))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reporter_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    words, reporter, phone = Sealed(), Sealed(), Sealed()
    __table_args__ = (*sealed_check("words"), *sealed_check("reporter"), *sealed_check("phone"))


class Member(Umbrella):
    """Who is named on a matter: these people, and nobody through a role."""

    __tablename__ = "umbrella_members"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)


class SlipState(State):
    """One about discipline itself goes past it: the slip is closed as it is written, and nobody here sees it."""

    SENT = "sent", _l("待回执"), OUTSIDE, Open(*WHO)
    ANSWERED = "answered", _l("有回执"), DONE, Ended(*WHO, "receipt_on")
    PAST = "past", _l("已送上级"), FILED, Ended()


class Slip(Numbered, Owed, Umbrella):
    """密封移交: number, day, envelope, receiver, receipt. No column for a content exists."""

    __tablename__ = "umbrella_slips"
    sent_on: Mapped[date]
    envelope: Mapped[str] = mapped_column(String(20))
    receiver: Mapped[str] = mapped_column(String(30))
    way: Mapped[str] = mapped_column(String(10))
    receipt_on: Mapped[date | None]
    __table_args__ = (
        *owed("umbrella_slips", SlipState, Umbrella.family),
        CheckConstraint("state <> 'past' OR officer_id IS NULL", name="past_is_seen_by_nobody"),
    )


class AsideState(State):
    """Whether a person whose name and second mark were given stays off a matter."""

    PENDING = "pending", _l("待认定"), WAITS, Open(*WHO)
    UPHELD = "upheld", _l("已认定回避"), DONE, Ended(*WHO, "decided_on")
    LIFTED = "lifted", _l("不属回避"), FILED, Ended(*WHO, "decided_on")


class Aside(Numbered, Owed, Umbrella):
    """回避认定: the matter by its number and the person who is kept off it. Lists show the number and no name."""

    __tablename__ = "umbrella_asides"
    subject: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    decided_on: Mapped[date | None]
    __table_args__ = (
        *owed("umbrella_asides", AsideState, Umbrella.family),
        UniqueConstraint("subject", "person_id"),
    )


sees(Member, nowhere)
sees(Said, nowhere)
