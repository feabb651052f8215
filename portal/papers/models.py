"""线下签批: a step that was signed on paper, to be confirmed by the approver at the next sign-in."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..core.hanging import Common, Numbered, Owed, owed
from ..core.types import BACK, DECIDES, DONE, Ended, Open, State


class SigningState(State):
    """Asked until the approver has said yes or no."""

    ASKED = "asked", _l("待本人确认"), DECIDES, Open("unit_id", "officer_id")
    CONFIRMED = "confirmed", _l("已确认"), DONE, Ended("unit_id", "officer_id")
    DENIED = "denied", _l("本人否认"), BACK, Ended("unit_id", "officer_id")


class Signing(Numbered, Owed, Common):
    """officer_id is the approver. The scan hangs on the step itself."""

    __tablename__ = "signings"
    subject: Mapped[str] = mapped_column(String(24), index=True)
    subject_register: Mapped[str] = mapped_column(String(30))
    verb: Mapped[str] = mapped_column(String(50))
    signed_on: Mapped[date]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    __table_args__ = (*owed("signings", SigningState, Common.family),)
