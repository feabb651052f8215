"""What the clerk says. No field is called `words`: a step would keep it open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField

from ..clues.models import FIELDS, LEVELS, SOURCES, URGENCIES
from ..clues.models import KINDS as CLUE_KINDS
from ..core import clock, people
from ..core.actor import Role
from ..core.forms import Form, at_most, need, not_later_than_today, whole_number
from ..extensions import db
from ..organisation import queries as organisation
from ..parties.forms import PartiesForm
from ..parties.models import Party
from .models import DISPOSITIONS, KINDS, RECEIVERS, WAYS

SHIFT = 12 * 60 * 60  # seconds for which a slip can be printed
ENTERED = ("来信", "来访", "上级交办", "工作中发现", "其他")


def _kinds() -> list[tuple[str, Any]]:
    return [("", _("待定")), *((k, k) for k in KINDS)]


def _organs() -> list[tuple[str, Any]]:
    return [*((r, r) for r in RECEIVERS[:-1]), (RECEIVERS[-1], _("上级纪检监察机关（反映纪检负责人的）"))]


def _day(label: Any, sentence: Any) -> DateField:
    return DateField(label, [*need(sentence), not_later_than_today], default=clock.today)


def begun(row: Any) -> dict[str, Any]:
    """First values of a form on a row: the receiver that was proposed; everything else is of this very step."""
    return {"receiver": row.receiver} if row.receiver else {}


@dataclass(frozen=True)
class Enter:
    """A matter by hand."""

    title: str
    source: str
    original: str
    reporter: str
    phone: str


class EnterForm(Form):
    """登记问题线索."""

    title = StringField(_l("事项名称"), need(_l("请填写事项名称，写事不写人"), 40))
    source = SelectField(_l("来源"), choices=ENTERED)
    original = TextAreaField(_l("反映内容"), need(_l("请填写反映内容"), 10000))
    reporter = StringField(_l("反映人"), at_most(100))
    phone = StringField(_l("联系电话"), at_most(40))


@dataclass(frozen=True)
class Name:
    """A clerk."""

    person_id: int


class NameForm(Form):
    """增加承办人, 撤下承办人."""

    person_id = SelectField(
        _l("监督执纪人员"), need(_l("请选择人员")), coerce=whole_number,
        choices=lambda: [("", "请选择"), *people.holding(db.session(), Role.DISCIPLINE)],
    )  # fmt: skip


@dataclass(frozen=True)
class Submit:
    """To which organ it is to be handed."""

    receiver: str
    kind: str
    remark: str


class SubmitForm(Form):
    """呈批, on the day on which it came."""

    receiver = SelectField(_l("拟移交"), choices=RECEIVERS)
    kind = SelectField(_l("行为类别（反有组织犯罪法第五十条）"), choices=_kinds)
    remark = TextAreaField(_l("拟办说明（加密保存，不上呈批件）"), at_most(500))


@dataclass(frozen=True)
class HandOver:
    """To which organ, how, when."""

    receiver: str
    way: str
    handed_on: date
    remark: str


class HandOverForm(Form):
    """移交: the usual exit of a county bureau (domain.md 2, 四种处置)."""

    receiver = SelectField(_l("接收机关"), choices=RECEIVERS)
    way = RadioField(_l("送达方式"), need(_l("请选择送达方式")), choices=WAYS)
    handed_on = _day(_l("移交日期"), _l("请填写移交日期"))
    remark = TextAreaField(_l("经办说明"), at_most(500))


@dataclass(frozen=True)
class ReceiptIn:
    """Who signed for it."""

    receipt_on: date
    signed_by: str
    receipt_no: str


class ReceiptInForm(Form):
    """登记回执."""

    receipt_on = _day(_l("签收日期"), _l("请填写签收日期"))
    signed_by = StringField(_l("签收人"), need(_l("请填写签收人"), 40))
    receipt_no = StringField(_l("回执文号"), at_most(40))


@dataclass(frozen=True)
class Report:
    """What the receiver said that it decided."""

    disposition: str
    disposed_on: date
    said: str
    is_final: bool


class ReportForm(Form):
    """登记对方处置."""

    disposition = RadioField(_l("对方告知的处置"), need(_l("请选择对方告知的处置方式")), choices=DISPOSITIONS)
    disposed_on = _day(_l("告知日期"), _l("请填写告知日期"))
    said = TextAreaField(_l("对方告知的内容，照录"), at_most(2000))
    is_final = BooleanField(_l("对方已告知最终结果"))


@dataclass(frozen=True)
class Dispose:
    """A disposition of our own."""

    disposition: str
    disposed_on: date
    kind: str
    said: str


class DisposeForm(Form):
    """自行处置: 集体研究 comes first (检举控告工作规则 第十七条)."""

    disposition = RadioField(_l("处置方式"), need(_l("请选择处置方式")), choices=DISPOSITIONS)
    disposed_on = _day(_l("集体研究日期"), _l("请填写集体研究日期"))
    kind = SelectField(_l("行为类别（反有组织犯罪法第五十条）"), choices=_kinds)
    said = TextAreaField(_l("研究意见"), need(_l("请填写研究意见"), 2000))


@dataclass(frozen=True)
class Close:
    """What came of it."""

    result: str


class CloseForm(Form):
    """了结."""

    result = TextAreaField(_l("结果，澄清和反馈情况"), need(_l("请填写结果；实名反映的写明何时反馈"), 2000))


@dataclass(frozen=True)
class Note:
    """A note."""

    note: str


class NoteForm(Form):
    """记事."""

    note = TextAreaField(_l("记事（加密保存）"), need(_l("请填写内容"), 2000))


@dataclass(frozen=True)
class Split:
    """The ordinary half, in words of its own."""

    title: str
    summary: str
    source: str
    field: str
    kind: str
    level: str
    urgency: str
    place: str
    parties: tuple[Party, ...]
    unknown_party: bool
    proposed_unit_id: int
    proposed_officer_id: int


class SplitForm(PartiesForm):
    """分案: the firm, not the official. Filled from nothing: what stands there is written anew."""

    title = StringField(_l("线索名称"), need(_l("请填写线索名称，写事不写人"), 80))
    summary = TextAreaField(_l("摘录"), need(_l("请另写摘录，不提公职人员"), 5000))
    source = SelectField(
        _l("线索来源"), choices=[s for s in SOURCES if s not in ("群众举报", "纪委监委移交")], default="日常执法检查"
    )
    field = RadioField(_l("业务领域"), need(_l("请选择业务领域")), choices=FIELDS)
    kind = RadioField(_l("线索类型"), need(_l("请选择线索类型")), choices=CLUE_KINDS)
    level = RadioField(_l("重要程度"), need(_l("请选择重要程度")), choices=LEVELS)
    urgency = RadioField(_l("紧急程度"), need(_l("请选择紧急程度")), choices=URGENCIES)
    place = StringField(_l("发生地点"), need(_l("请填写发生地点"), 100))
    proposed_unit_id = SelectField(
        _l("承办单位"), need(_l("请选择承办单位")), coerce=whole_number, choices=organisation.handling_units
    )
    proposed_officer_id = SelectField(
        _l("承办人"), need(_l("请选择承办人")), coerce=whole_number, choices=organisation.officers
    )


@dataclass(frozen=True)
class SlipOut:
    """An envelope. No field for a content exists."""

    sent_on: date
    envelope: str
    receiver: str
    way: str


class SlipOutForm(Form):
    """密封移交单."""

    sent_on = _day(_l("送出日期"), _l("请填写送出日期"))
    envelope = StringField(_l("信封编号"), need(_l("请填写信封上的编号"), 20))
    receiver = SelectField(_l("接收机关"), choices=_organs)
    way = RadioField(_l("送达方式"), need(_l("请选择送达方式")), choices=WAYS)


@dataclass(frozen=True)
class SlipBack:
    """When it was signed for."""

    receipt_on: date


class SlipBackForm(Form):
    """登记密封移交的回执."""

    receipt_on = _day(_l("回执日期"), _l("请填写回执日期"))


@dataclass(frozen=True)
class Seal:
    """The envelope into which a matter went."""

    sent_on: date
    envelope: str
    way: str
    enclosed: bool

    @property
    def slip(self) -> SlipOut:
        """Always to the organ above, past discipline."""
        return SlipOut(self.sent_on, self.envelope, RECEIVERS[-1], self.way)


class SealForm(Form):
    """密封移交 of a matter that concerns the own leaders or the discipline head."""

    sent_on = _day(_l("送出日期"), _l("请填写送出日期"))
    envelope = StringField(_l("信封编号"), need(_l("请填写信封上的编号"), 20))
    way = RadioField(_l("送达方式"), need(_l("请选择送达方式")), choices=WAYS)
    enclosed = BooleanField(
        _l("移交件已打印一份，连同全部附件装入信封密封"),
        need(_l("请先打印并装入信封密封：登记以后本系统不再留有内容")),
    )


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="a slip that was just written")


def slip_address(number: str, given: SlipOut) -> str:
    """The page that prints a slip just written. What it shows stands in the address: its writer reads no table."""
    told = [number, given.sent_on.isoformat(), given.envelope, given.receiver, given.way, current_user.id]
    return f"/umbrella/sealed/slip?of={_tickets().dumps(told)}"


def slip_of(ticket: str) -> list[str] | None:
    """Number, day, envelope, receiver, way; None if it is another person's, or older than a shift."""
    try:
        *told, person_id = _tickets().loads(ticket, max_age=SHIFT)
    except (BadData, ValueError):
        return None
    return told if person_id == current_user.id else None
