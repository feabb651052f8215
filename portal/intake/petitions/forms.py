"""信访登记, 甄别, and the two dates that are copied from the 信访 system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import NumberRange

from ...core import clock
from ...core.files import Upload
from ...core.forms import Form, SealedFilesField, at_most, need, not_later_than_today
from ..keeping.forms import ReadForm
from ..models import CATEGORIES
from .models import ACCEPTANCES, WAYS

MOST = 9999  # people


@dataclass(frozen=True)
class Register:
    """A petition as the 信访 system has it. Sealed: content, who wrote, how to reach him."""

    own_leaders: str
    ref: str
    way: str
    category: str
    petitioned_on: date
    headcount: int
    contents: str
    name: str
    phone: str
    address: str
    scans: tuple[Upload, ...] = ()


class RegisterForm(Form):
    """信访登记."""

    own_leaders = RadioField(_l("是否反映本局领导班子成员或纪检负责人"), choices=("是", "否"), default="否")
    ref = StringField(_l("信访件编号"), need(_l("请填写信访系统的编号"), 40))
    way = RadioField(_l("信访形式"), need(_l("请选择信访形式")), choices=WAYS)
    category = RadioField(_l("信访目的"), need(_l("请选择信访目的，它决定时限")), choices=CATEGORIES)
    petitioned_on = DateField(
        _l("信访日期"), [*need(_l("请填写信访日期，例如 2026-11-20")), not_later_than_today], default=clock.today
    )
    headcount = IntegerField(
        _l("人数"), [*need(_l("请填写人数，一人填 1")), NumberRange(1, MOST, _l("人数请填 1 以上的整数"))], default=1
    )
    contents = TextAreaField(_l("信访内容"), need(_l("请填写信访内容，照原文记"), 10000))
    name = StringField(_l("信访人姓名"), at_most(40))
    phone = StringField(_l("联系电话"), at_most(40))
    address = StringField(_l("住址或单位"), at_most(100))
    scans = SealedFilesField(_l("信访件扫描"), copies=False)

    def elsewhere(self) -> str | None:
        """About the bureau's own leaders nothing is kept here (sealed handover)."""
        return "intake/petitions/sealed_new.html" if self.own_leaders.data == "是" else None


@dataclass(frozen=True)
class Old:
    """One row of a spreadsheet of old petitions."""

    told: Register
    acceptance: str | None
    told_on: date | None
    conclusion: str | None
    concluded_on: date | None


class FoundForm(ReadForm):
    """有线索: what handlers will read, and the call's tail."""

    def elsewhere(self) -> str | None:
        """About the bureau's own leaders no excerpt is written: the petition goes over sealed."""
        return "intake/petitions/sealed.html" if self.own_leaders.data == "是" else None


@dataclass(frozen=True)
class Nothing:
    """无线索: why."""

    words: str


class NothingForm(Form):
    """无线索. `words` stand in the time line."""

    words = TextAreaField(
        _l("理由"), need(_l("请写明为什么没有涉黑涉恶线索"), 200), description=_l("不写信访人姓名和号码。")
    )


@dataclass(frozen=True)
class Accept:
    """受理结论 and the day on which the person was told."""

    acceptance: str
    told_on: date


class AcceptForm(Form):
    """登记受理结论, 以信访系统为准."""

    acceptance = RadioField(_l("受理结论"), need(_l("请选择受理结论")), choices=ACCEPTANCES)
    told_on = DateField(_l("告知日期"), [*need(_l("请填写告知日期")), not_later_than_today], default=clock.today)


@dataclass(frozen=True)
class Conclude:
    """办理结论 and its day."""

    conclusion: str
    concluded_on: date


class ConcludeForm(Form):
    """登记办理结论, 以信访系统为准."""

    conclusion = StringField(
        _l("办理结论"), need(_l("请填写办理结论，例如 支持诉求、不支持诉求、调解达成协议"), 200),
        description=_l("照信访系统的结论填，不写信访人和被反映人。"),
    )  # fmt: skip
    concluded_on = DateField(_l("结论日期"), [*need(_l("请填写结论日期")), not_later_than_today], default=clock.today)
