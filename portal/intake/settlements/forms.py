"""What a person may type into the forms of a settlement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, TextAreaField

from ...core import clock
from ...core.files import Upload
from ...core.forms import FilesField, Form, need, not_later_than_today
from .models import SATISFIED


@dataclass(frozen=True)
class Report:
    """How it stands."""

    words: str
    files: tuple[Upload, ...]


class ReportForm(Form):
    """报进展."""

    words = TextAreaField(_l("进展"), need(_l("请写明与谁谈了什么、办到哪一步"), 2000))
    files = FilesField(_l("材料"))


@dataclass(frozen=True)
class Settle:
    """What came of it."""

    result: str
    settled_on: date
    files: tuple[Upload, ...]


class SettleForm(Form):
    """报化解结果."""

    result = TextAreaField(_l("化解结果"), need(_l("请写明化解结果：各方同意了什么"), 2000))
    settled_on = DateField(_l("化解日期"), [*need(_l("请填写化解日期")), not_later_than_today], default=clock.today)
    files = FilesField(_l("调解协议、记录等"))


@dataclass(frozen=True)
class Petition:
    """Not settled: the way of 信访 is open to the person."""

    result: str


class PetitionForm(Form):
    """转信访程序."""

    result = TextAreaField(_l("转出理由"), need(_l("请写明为什么化解不了，已向当事人说明什么"), 2000))


@dataclass(frozen=True)
class CallBack:
    """What the person says of it."""

    satisfied: str
    called_on: date
    words: str


class CallBackForm(Form):
    """登记回访."""

    satisfied = RadioField(_l("当事人是否满意"), need(_l("请选择当事人是否满意")), choices=SATISFIED)
    called_on = DateField(_l("回访日期"), [*need(_l("请填写回访日期")), not_later_than_today], default=clock.today)
    words = TextAreaField(_l("回访情况"), need(_l("请写明回访情况，不写举报人姓名和号码"), 1000))
