"""What the clerk says when a matter is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, TextAreaField

from ..core.forms import Form, at_most, need, not_later_than_today

RECEIVERS = ("派驻纪检监察组", "市纪委监委", "上级纪检监察机关")


@dataclass(frozen=True)
class HandOver:
    """To which organ, how, when."""

    receiver: str
    way: str
    handed_on: date
    words: str


class HandOverForm(Form):
    """移交: the usual exit of a county bureau (domain.md 2, 四种处置)."""

    receiver = SelectField(_l("接收机关"), choices=RECEIVERS)
    way = RadioField(_l("送达方式"), need(_l("请选择送达方式")), choices=("机要", "直接送达"))
    handed_on = DateField(_l("移交日期"), [*need(_l("请填写移交日期")), not_later_than_today])
    words = TextAreaField(_l("经办说明"), at_most(500))
