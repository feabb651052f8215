"""启封: the original words and the reporter of one tip, opened by two for half an hour."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...core.hanging import Common, Numbered, Owed, owed
from ...core.types import BACK, DECIDES, DONE, FILED, Ended, Open, State, UtcDateTime
from ...organisation.models import Person
from ..models import Tip

WHO = ("unit_id", "officer_id", "proposed_by")


class OpeningState(State):
    """Asked, consented by one, opened by the other."""

    ASKED = "asked", _l("待主任同意"), DECIDES, Open(*WHO)
    SECONDED = "seconded", _l("待分管领导同意"), DECIDES, Open(*WHO, "head_id")
    OPENED = "opened", _l("已启封"), DONE, Ended(*WHO, "head_id", "deputy_id", "since", "until")
    REFUSED = "refused", _l("未同意"), BACK, Ended(*WHO)
    MOVED = "moved", _l("已调整承办"), FILED, Ended(*WHO)


class Opening(Numbered, Owed, Common):
    """`proposed_by` asks and alone reads, from `since` to `until`; the two who consent are two, and neither is he."""

    __tablename__ = "openings"
    tip_id: Mapped[int] = mapped_column(ForeignKey(Tip.id), index=True)
    tip: Mapped[Tip] = relationship()
    purpose: Mapped[str] = mapped_column(Text)
    head_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    __table_args__ = (
        *owed("openings", OpeningState, Common.family),
        CheckConstraint("head_id <> proposed_by", name="head_is_not_the_asker"),
        CheckConstraint("deputy_id <> proposed_by", name="deputy_is_not_the_asker"),
        CheckConstraint("head_id <> deputy_id", name="two_consent"),
    )
