"""举报箱开箱: one opening of a letter box, followed until each letter is registered or said to be none."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ...core.hanging import Common, Numbered, Owed, owed
from ...core.types import DONE, WORKS, Ended, Open, State, UtcDateTime
from ..models import HANDED_DOWN

POST, BOX, VISIT, FOUND = "来信", "举报箱", "来访", "现场发现"
CHANNELS = (POST, BOX, VISIT, HANDED_DOWN, FOUND)
# where a clue that comes of it is said to come from
ORGANS = (
    "上级扫黑办交办", "督导组转办督办", "12337平台下发", "公安/检察/法院通报", "纪委监委移交", "领导批示",
    "12345/12319 转办", "其他",
)  # fmt: skip
# a letter that is not registered. The last one names several things at once, so that no count tells which it was
ASIDES = ("广告、宣传品", "空白、无法辨认", "感谢信、误投、密封移交等")
WORK = ("日常执法检查", "集中排查", "滚动排查", "其他")


class BoxState(State):
    """Open while a letter of it is unaccounted for."""

    LOGGING = "logging", _l("待登记"), WORKS, Open("unit_id", "officer_id")
    LOGGED = "logged", _l("已登记完"), DONE, Ended()


class BoxOpening(Numbered, Owed, Common):
    """Which box, when, by which two, how many letters; how many of them are registered, or need not be (`aside`)."""

    __tablename__ = "box_openings"
    revised = ("found",)
    box: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opener_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    found: Mapped[int]
    logged: Mapped[int]
    aside: Mapped[int]
    __table_args__ = (
        *owed("box_openings", BoxState, Common.family),
        CheckConstraint("opener_id <> second_id", name="opened_by_two"),
        CheckConstraint("logged >= 0 AND aside >= 0 AND logged + aside <= found", name="no_letter_twice"),
        CheckConstraint("state <> 'logged' OR logged + aside = found", name="no_letter_lost"),
        Index(None, "created_at", "id"),
        Index(None, "state", "created_at", "id"),
        Index(None, "unit_id", "created_at", "id"),
    )

    @property
    def left(self) -> int:
        """Letters that are still unaccounted for."""
        return self.found - self.logged - self.aside
