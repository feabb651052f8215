"""What a person may type, and beside each form the frozen values that the action is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput

from ..core import people
from ..core.actor import Role
from ..core.files import Upload
from ..core.forms import FilesField, Form, at_most, need, not_later_than_today
from ..extensions import db
from .models import KINDS, MEASURES, PERSONS, PRAISE, RESPONSIBILITIES


def _whole(value: Any) -> int | None:
    return int(value) if value not in (None, "") else None


def seconds() -> list[tuple[Any, str]]:
    """Who may be the second handler: another person of the two roles."""
    session = db.session()
    held = people.holding(session, Role.DISCIPLINE | Role.PERSONNEL)
    return [("", _("请选择")), *((i, words) for i, words in held if i != session.actor.id)]


def deciders() -> list[tuple[int, str]]:
    """Those of the bureau who may have taken part in a decision."""
    return people.holding(db.session(), Role.BUREAU_HEAD | Role.DEPUTY_HEAD | Role.LEADER)


def responsibilities() -> list[tuple[str, str]]:
    """What the paper may say of the kind of responsibility."""
    return [("", _("未写明")), *((r, r) for r in RESPONSIBILITIES)]


class _Ticks(SelectMultipleField):
    """Several of a few, as boxes."""

    option_widget = CheckboxInput()  # type: ignore[assignment]  # the stub knows lists alone


@dataclass(frozen=True)
class Record:
    """A decision already made, as its paper says it."""

    organ: str
    document_no: str
    decided_on: date
    kind: str
    target: str
    measure: str
    scan: tuple[Upload, ...]
    effect_to: date | None = None
    second_id: int | None = None
    deciders: tuple[int, ...] = ()
    cause: str = ""
    ground: str = ""
    responsibility: str = ""
    delivered_on: date | None = None
    executed_on: date | None = None
    follows: str = ""


class PaperForm(Form):
    """What stands on the paper, in the order in which one reads it."""

    organ = StringField(_l("决定机关"), need(_l("请填写决定机关"), 60))
    document_no = StringField(_l("文号"), need(_l("请填写文号，照决定书写"), 60))
    decided_on = DateField(_l("决定日期"), [*need(_l("请填写决定日期")), not_later_than_today])
    measure = RadioField(_l("方式"), need(_l("请选择方式")), choices=list(MEASURES))
    effect_to = DateField(_l("影响期至"), [Optional()])
    cause = TextAreaField(_l("事由"), at_most(2000))
    ground = StringField(_l("依据条款"), at_most(200))
    responsibility = SelectField(_l("责任类型"), choices=responsibilities)
    delivered_on = DateField(_l("送达日期"), [Optional(), not_later_than_today])


class RecordForm(PaperForm):
    """登记决定: eight things, the effect among them computed, and of a person's case who else handles it."""

    kind = RadioField(_l("对象类型"), need(_l("请选择对象类型")), choices=KINDS)
    target = StringField(_l("对象与时任职务"), need(_l("请填写对象，个人从列表中选事发时的任职"), 100))
    scan = FilesField(_l("扫描件"), required=_l("请上传决定书的扫描件"))
    second_id = SelectField(_l("另一经办人"), coerce=_whole, choices=seconds)
    deciders = _Ticks(_l("参与决定的本局人员"), coerce=int, choices=deciders)
    executed_on = DateField(_l("执行日期"), [Optional(), not_later_than_today])
    follows = StringField(_l("原决定编号"), at_most(24), default=lambda: request.args.get("follows", ""))

    def validate_second_id(self, field: Any) -> None:
        """Leave and handover must not strand a case that nobody sees through a role."""
        if self.kind.data in PERSONS and self.measure.data != PRAISE and field.data is None:
            raise ValidationError(_("涉及个人的，请选择另一经办人"))


@dataclass(frozen=True)
class Amend:
    """The record as it should read; the earlier values are kept."""

    organ: str
    document_no: str
    decided_on: date
    measure: str
    effect_to: date | None
    cause: str
    ground: str
    responsibility: str
    delivered_on: date | None
    words: str


class AmendForm(PaperForm):
    """更正."""

    words = TextAreaField(_l("更正原因"), need(_l("请写明更正原因"), 500))


@dataclass(frozen=True)
class Lift:
    """The end of the effect, confirmed."""

    lifted_on: date
    words: str
    proof: tuple[Upload, ...]


class LiftForm(Form):
    """解除影响期."""

    lifted_on = DateField(_l("解除日期"), [*need(_l("请填写解除日期")), not_later_than_today])
    words = TextAreaField(_l("说明"), at_most(500))
    proof = FilesField(_l("解除决定或期满确认材料"))


@dataclass(frozen=True)
class Execute:
    """Carried out on a day, with its proof."""

    executed_on: date
    words: str
    proof: tuple[Upload, ...]


class ExecuteForm(Form):
    """登记执行."""

    executed_on = DateField(_l("执行日期"), [*need(_l("请填写执行日期")), not_later_than_today])
    words = TextAreaField(_l("执行情况"), at_most(500))
    proof = FilesField(_l("执行佐证"), required=_l("请上传执行佐证，例如归档回执、工资变动表"))


@dataclass(frozen=True)
class Withdraw:
    """The organ took its decision back, or decided otherwise."""

    result: str
    withdrawn_by: str
    withdrawn_no: str
    withdrawn_on: date
    words: str
    scan: tuple[Upload, ...]


class WithdrawForm(Form):
    """登记撤销或变更: the first decision stays to be read."""

    result = RadioField(_l("结果"), need(_l("请选择撤销或变更")), choices=("撤销", "变更"))
    withdrawn_by = StringField(_l("作出机关"), need(_l("请填写作出撤销或变更的机关"), 60))
    withdrawn_no = StringField(_l("文号"), need(_l("请填写文号，照决定书写"), 60))
    withdrawn_on = DateField(_l("日期"), [*need(_l("请填写日期")), not_later_than_today])
    words = TextAreaField(_l("理由"), need(_l("请写明理由"), 1000))
    scan = FilesField(_l("扫描件"), required=_l("请上传撤销或变更决定的扫描件"))


@dataclass(frozen=True)
class Words:
    """A reason."""

    words: str


class VoidForm(Form):
    """作废重登: the record, not the decision, was wrong."""

    words = TextAreaField(_l("作废原因"), need(_l("请写明登错了什么"), 500))
