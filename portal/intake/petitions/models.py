"""信访件: number, class, dates, conclusion of the 信访 system, which makes the letters; here each is read for clues."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ...core.hanging import Common, Numbered, Owed, owed
from ...core.types import DONE, FILED, OUTSIDE, WAITS, Ended, Open, State
from ...core.vault import Sealed, sealed_check

WAYS = ("来信", "来访", "来电", "网上")
ACCEPTANCES = ("受理", "不予受理", "转送", "交办", "不再受理")


class PetitionState(State):
    """Read for clues, and by whom."""

    READING = "reading", _l("待甄别"), WAITS, Open("unit_id", "officer_id")
    FOUND = "found", _l("有线索"), DONE, Ended("judged_on")
    HANDED = "handed", _l("已密封移交"), OUTSIDE, Ended("judged_on", "receiver", "handed_on")
    NONE = "none", _l("无线索"), FILED, Ended("judged_on", "judged_by", "reason")


class Petition(Numbered, Owed, Common):
    """`contents`: what it says; `reporter`: who wrote, as JSON. `ref`: 信访件编号, by which the 信访 system knows it.

    `is_old`: read in from a spreadsheet, to be read for clues and no more. Of one that turns out to have a nameless
    reporter nobody is named (`judged_by` NULL).
    """

    __tablename__ = "petitions"
    ref: Mapped[str] = mapped_column(String(40), unique=True)
    way: Mapped[str] = mapped_column(String(4))
    petitioned_on: Mapped[date]
    headcount: Mapped[int]
    category: Mapped[str] = mapped_column(String(10))
    is_old: Mapped[bool]
    acceptance: Mapped[str | None] = mapped_column(String(10))
    told_on: Mapped[date | None]
    conclusion: Mapped[str | None] = mapped_column(String(200))
    concluded_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(200))
    judged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    judged_on: Mapped[date | None]
    receiver: Mapped[str | None] = mapped_column(String(60))  # of one handed over sealed, with its day
    handed_on: Mapped[date | None]
    contents_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    reporter_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    contents, reporter, phone = Sealed(), Sealed(), Sealed()
    __table_args__ = (
        *owed("petitions", PetitionState, Common.family),
        *sealed_check("contents"),
        *sealed_check("reporter"),
        *sealed_check("phone"),
        CheckConstraint("headcount >= 1", name="somebody_came"),
        CheckConstraint("(acceptance IS NULL) = (told_on IS NULL)", name="acceptance_has_its_day"),
        CheckConstraint("(conclusion IS NULL) = (concluded_on IS NULL)", name="conclusion_has_its_day"),
        Index(None, "petitioned_on", "id"),
        Index(None, "state", "petitioned_on", "id"),
        Index(None, "unit_id", "petitioned_on", "id"),
    )
