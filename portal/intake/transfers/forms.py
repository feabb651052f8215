"""What is written down when a tip goes to another body, and when that body has signed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField

from ...core import clock
from ...core.files import Upload
from ...core.forms import FilesField, Form, at_most, need, not_later_than_today
from .models import WAYS


@dataclass(frozen=True)
class Send:
    """Sent: with which paper, how, on which day."""

    document_no: str
    way: str
    sent_on: date
    files: tuple[Upload, ...]


class SendForm(Form):
    """登记送出."""

    document_no = StringField(_l("转办函文号"), at_most(40))
    way = RadioField(_l("送达方式"), need(_l("请选择送达方式")), choices=WAYS)
    sent_on = DateField(_l("送出日期"), [*need(_l("请填写送出日期")), not_later_than_today], default=clock.today)
    files = FilesField(_l("转办函扫描件"))


@dataclass(frozen=True)
class Sign:
    """The receipt."""

    receiver: str
    received_on: date
    files: tuple[Upload, ...]


class SignForm(Form):
    """登记回执."""

    receiver = StringField(_l("签收人"), need(_l("请填写签收单位的签收人"), 60))
    received_on = DateField(_l("签收日期"), [*need(_l("请填写签收日期")), not_later_than_today], default=clock.today)
    files = FilesField(_l("回执扫描件"))
