"""What is typed of minutes; beside the form the frozen values that the action is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField, ValidationError

from ...core.forms import Form, at_most, need, whole_number
from ...extensions import db
from ..forms import BoxesField
from . import queries


def units() -> list[tuple[int, str]]:
    """Whose head can sign for it."""
    return queries.units(db.session())


@dataclass(frozen=True)
class Draft:
    """The paper's words, and to whom it goes."""

    title: str
    body: str
    present: str
    on_leave: str
    listening: str
    unit_ids: tuple[int, ...]
    copies: str


class DraftForm(Form):
    """拟稿: filled from the meeting and its decisions, or with the words that stand."""

    title = StringField(_l("标题"), need(_l("请填写标题"), 80))
    body = TextAreaField(_l("正文"), need(_l("请填写正文"), 20_000))
    present = TextAreaField(_l("出席"), need(_l("请填写出席人员"), 2000))
    on_leave = TextAreaField(_l("请假"), at_most(1000))
    listening = TextAreaField(_l("列席"), at_most(1000))
    unit_ids = BoxesField(_l("印发单位"), coerce=whole_number, choices=units)
    copies = StringField(_l("抄送"), at_most(300))

    def validate_unit_ids(self, field: Any) -> None:
        """It goes to somebody."""
        if not field.data:
            raise ValidationError(_("请至少选择一个印发单位"))

    def typed(self) -> dict[str, Any]:
        """Line breaks as one sign."""
        return super().typed() | {"body": (self.body.data or "").replace("\r\n", "\n").strip()}
