"""What an operator types while the caller talks, and what the office decides about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)  # fmt: skip
from wtforms.validators import Optional

from ..clues.models import FIELDS, KINDS, LEVELS, URGENCIES
from ..core import clock
from ..core.files import Upload
from ..core.forms import Form, at_most, need, not_before_today, not_later_than_today, whole_number
from ..organisation import queries as organisation
from ..parties.forms import PartiesForm
from ..parties.models import Party
from ..umbrella.given import Piece
from .models import (
    BODIES,
    CATEGORIES,
    EVIDENCE,
    NAMINGS,
    REASONS,
    SETTLED_BY,
    TOLD_BY,
    UNSAID,
    WANTED,
    WRITTEN,
)  # fmt: skip
from .tickets import ticketed


@dataclass(frozen=True)
class Call:
    """One call as it was typed. What is sealed: narrative, name, phone, address, relation, risk."""

    own_leaders: str
    narrative: str
    field: str
    place: str
    parties: tuple[Party, ...]
    unknown_party: bool
    urgency: str
    names_official: str
    evidence: tuple[str, ...]
    occurred: str
    wanted: str
    proposal: str
    naming: str
    name: str
    phone: str
    address: str
    relation: str
    risk: str
    risk_words: str
    adds: str
    related: tuple[str, ...]
    retaliation: bool = False


@dataclass(frozen=True)
class Mailed:
    """A draft that becomes a tip: what a call would have said, the accepted excerpt, the sender's address, its number.

    `desk`: who owes the telling; `source`: of the clue that may come of it, if not 群众举报; `files`: what hung on it;
    `pieces`: a mail itself, where it goes elsewhere.
    """

    call: Call
    title: str
    excerpt: str
    address: str
    draft: str
    channel: str = "邮件"
    desk: str = "mailbox"
    source: str | None = None
    files: tuple[Upload, ...] = ()
    pieces: tuple[Piece, ...] = ()


def call_of(_row: None = None) -> dict[str, str]:
    """First values of a fresh call: the ticket with which the page of the query code leads here."""
    proof = request.args.get("adds", "")
    return {"adds": proof if ticketed(proof) else ""}


class ReporterForm(PartiesForm):
    """The fields that both the whole and the broken-off call have. `adds` holds a ticket, never a bare number."""

    verb = "intake.call"  # both buttons of the page, 登记 and 来电中断, share its draft
    own_leaders = RadioField(_l("是否反映本局领导班子成员或纪检负责人"), choices=("是", "否"), default="否")
    narrative = TextAreaField(_l("举报事项"), need(_l("请填写举报事项，照来电人原话记"), 10000))
    evidence = SelectMultipleField(_l("证据情况"), choices=EVIDENCE)
    occurred = StringField(_l("发生时间和经过补充"), at_most(60))
    wanted = RadioField(_l("期望反馈方式"), choices=WANTED, default="不需要")
    proposal = TextAreaField(_l("拟办意见"), at_most(500))
    naming = RadioField(_l("实名或匿名"), choices=NAMINGS, default=NAMINGS[0])
    name = StringField(_l("姓名"), at_most(40))
    phone = StringField(_l("联系电话"), at_most(40))
    address = StringField(_l("住址或单位"), at_most(100))
    relation = StringField(_l("与被反映人的关系"), at_most(40))
    risk = RadioField(_l("人身安全风险"), choices=("无", "有，说明"), default="无")
    risk_words = StringField(_l("风险说明"), at_most(200))
    retaliation = BooleanField(_l("反映因举报受到打击报复（直接转专人承办）"))
    adds = HiddenField()
    related = SelectMultipleField(_l("记为补充材料的来电"), choices=(), validate_choice=False)

    @property
    def added_to(self) -> str:
        """The number that this call adds to."""
        return ticketed(self.adds.data)

    @property
    def waiting(self) -> str:
        """The ticket with which one came while the draft of another call lies here."""
        proof = call_of()["adds"] if request.method == "GET" else ""
        return proof if ticketed(proof) != self.added_to else ""

    def typed(self) -> dict[str, Any]:
        """The number instead of its ticket."""
        return super().typed() | {"adds": self.added_to}

    def regrown(self) -> bool:
        """改为首次来电 gives the form back, too."""
        if "adds_nothing" not in request.form:
            return super().regrown()
        self.adds.raw_data, self.adds.data = None, ""
        return True

    def validate_adds(self, field: Any) -> None:
        """The ticket of a draft may have grown old."""
        if field.data and not self.added_to:
            raise ValidationError(_("查询码的核对已过期，请在“来电查询”再核对一次，或改为首次来电"))

    def elsewhere(self) -> str | None:
        """About the bureau's own leaders nothing is kept here, not even for two seconds (sealed handover)."""
        return "intake/sealed.html" if self.own_leaders.data == "是" else None

    def validate_name(self, field: Any) -> None:
        """A real-name report has a name."""
        if self.naming.data != NAMINGS[0] and not (field.data or "").strip():
            raise ValidationError(_("实名举报请填写姓名；来电人不愿留姓名的，请改选“匿名”"))

    def validate_risk_words(self, field: Any) -> None:
        """A danger is described; of an anonymous reporter nothing is kept that describes one."""
        if self.risk.data != "无" and self.naming.data != NAMINGS[0] and not (field.data or "").strip():
            raise ValidationError(_("请写明有什么危险"))


class CallForm(ReporterForm):
    """来电登记: six required fields."""

    field = RadioField(_l("涉及领域"), need(_l("请选择涉及领域")), choices=FIELDS)
    place = StringField(_l("发生地点"), need(_l("请填写发生地点；说不清门牌的，写明显标志"), 100))
    urgency = RadioField(_l("紧急程度"), need(_l("请选择紧急程度")), choices=URGENCIES)
    names_official = RadioField(
        _l("是否涉及公职人员"), need(_l("请选择是否涉及公职人员")), choices=("是", "否", "不明")
    )


class HangUpForm(ReporterForm):
    """来电中断: two sentences are enough; the missing fields become a duty."""

    field = RadioField(_l("涉及领域"), [Optional()], choices=FIELDS)
    place = StringField(_l("发生地点"), at_most(100))
    urgency = RadioField(_l("紧急程度"), [Optional()], choices=URGENCIES)
    names_official = RadioField(_l("是否涉及公职人员"), [Optional()], choices=("是", "否", "不明"))

    def validate_parties(self, field: Any) -> None:
        """Nobody need be named yet."""


@dataclass(frozen=True)
class Complete:
    """What was missing."""

    field: str
    place: str
    parties: tuple[Party, ...]
    unknown_party: bool
    urgency: str
    names_official: str


class CompleteForm(PartiesForm):
    """补齐未完整来电."""

    field = RadioField(_l("涉及领域"), need(_l("请选择涉及领域")), choices=FIELDS)
    place = StringField(_l("发生地点"), need(_l("请填写发生地点；说不清的写“不详”"), 100))
    urgency = RadioField(_l("紧急程度"), need(_l("请选择紧急程度")), choices=URGENCIES)
    names_official = RadioField(
        _l("是否涉及公职人员"), need(_l("请选择是否涉及公职人员")), choices=("是", "否", "不明")
    )


@dataclass(frozen=True)
class Excerpt:
    """What the handlers will read."""

    title: str
    excerpt: str


class ExcerptForm(Form):
    """采用摘录. `restore`, `strike`: the class of traces whose tick was taken off or set; the form comes back."""

    title = StringField(_l("标题"), need(_l("请填写标题，写事不写人"), 80))
    excerpt = TextAreaField(_l("摘录"), need(_l("请填写摘录"), 10000))
    restore = strike = ""

    def regrown(self) -> bool:
        """Only a tick was changed."""
        self.restore, self.strike = request.form.get("restore", ""), request.form.get("strike", "")
        return bool(self.restore or self.strike)


@dataclass(frozen=True)
class Accept:
    """立为线索."""

    category: str
    kind: str
    level: str
    proposed_unit_id: int
    proposed_officer_id: int
    earlier_due_on: date | None


class CategoryForm(Form):
    """来件类别 comes first, because it decides the clocks."""

    category = RadioField(_l("来件类别"), need(_l("请选择来件类别")), choices=CATEGORIES)


class AcceptForm(CategoryForm):
    """立为线索: kind, level, unit, person."""

    kind = RadioField(_l("线索类型"), need(_l("请选择线索类型")), choices=KINDS)
    level = RadioField(_l("重要程度"), need(_l("请选择重要程度")), choices=LEVELS)
    proposed_unit_id = SelectField(
        _l("承办单位"), need(_l("请选择承办单位")), coerce=whole_number, choices=organisation.handling_units
    )
    proposed_officer_id = SelectField(
        _l("承办人"), need(_l("请选择承办人")), coerce=whole_number, choices=organisation.officers
    )
    earlier_due_on = DateField(_l("改为更早"), [Optional(), not_before_today])


@dataclass(frozen=True)
class Join:
    """并入: into which clue."""

    category: str
    into: str


class JoinForm(CategoryForm):
    """并入已有线索."""

    into = StringField(
        _l("并入的线索编号"),
        need(_l("请填写要并入的线索编号，例如 XS-2026-000123"), 24),
        default=lambda: request.args.get("into", "")[:24],
    )


@dataclass(frozen=True)
class Decline:
    """不予受理: a reason from the list."""

    category: str
    reason: str
    words: str


class DeclineForm(CategoryForm):
    """不予受理."""

    reason = RadioField(_l("不予受理的理由"), need(_l("请选择不予受理的理由")), choices=REASONS)
    words = TextAreaField(_l("说明"), at_most(500))

    def validate_words(self, field: Any) -> None:
        """其他 says what."""
        if self.reason.data == "其他" and not (field.data or "").strip():
            raise ValidationError(_("选“其他”的，请写明理由"))


@dataclass(frozen=True)
class HandOn:
    """转有权机关: to whom, and why there."""

    category: str
    body: str
    body_name: str
    grounds: str

    @property
    def words(self) -> str:
        """What stands in the time line."""
        return self.grounds


class HandOnForm(CategoryForm):
    """转有权机关."""

    body = RadioField(_l("接收机关"), need(_l("请选择接收机关")), choices=BODIES)
    body_name = StringField(_l("机关名称"), need(_l("请填写机关全称，例如 安澜市公安局"), 60))
    grounds = TextAreaField(_l("转送理由"), need(_l("请写明为什么由对方办理"), 500))


@dataclass(frozen=True)
class Settle:
    """作为纠纷化解: what is claimed, how, by whom, until when."""

    category: str
    claim: str
    way: str
    unit_id: int
    officer_id: int
    due_on: date


class SettleForm(CategoryForm):
    """作为纠纷化解: of 申诉求决 alone."""

    claim = TextAreaField(_l("诉求"), need(_l("请写明当事人要求什么，不写举报人姓名和号码"), 1000))
    way = RadioField(_l("化解方式"), need(_l("请选择化解方式")), choices=SETTLED_BY)
    unit_id = SelectField(
        _l("责任单位"), need(_l("请选择责任单位")), coerce=whole_number, choices=organisation.handling_units
    )
    officer_id = SelectField(_l("责任人"), need(_l("请选择责任人")), coerce=whole_number, choices=organisation.officers)
    due_on = DateField(_l("化解期限"), [*need(_l("请填写化解期限")), not_before_today])

    def validate_category(self, field: Any) -> None:
        """检举控告 and 意见建议 have ways of their own."""
        if field.data and field.data != CATEGORIES[1]:
            raise ValidationError(_("只有申诉求决可以作为纠纷化解，请核对来件类别"))


@dataclass(frozen=True)
class Mark:
    """What makes it a matter for named people; it goes there with the rest. `own_leaders`: to be handed up sealed."""

    found: str
    own_leaders: str = "否"


class MarkForm(Form):
    """调整承办: an official is named. The field is not called `words`: nothing of it stays in the time line."""

    own_leaders = RadioField(_l("是否反映本局领导班子成员或纪检负责人"), choices=("是", "否"), default="否")
    found = TextAreaField(_l("涉及什么情况（随内容一并转走，本页不留）"), need(_l("请写明涉及什么情况"), 2000))


@dataclass(frozen=True)
class Tell:
    """How and when the reporter was told."""

    way: str
    told_on: date
    sent: str
    content: str
    said: str

    @property
    def words(self) -> str:
        """What stands in the time line, and nowhere else: how and when, what was sent, what was said."""
        how = [self.way, self.told_on.isoformat(), self.sent.strip() if self.way in WRITTEN else ""]
        heard = _("举报人%(heard)s", heard=self.content) if self.content != UNSAID else ""
        return "；".join(filter(None, ("，".join(filter(None, how)), self.said.strip(), heard)))


class TellForm(Form):
    """告知举报人. `sent`: what went out, where it is told in writing."""

    way = RadioField(_l("告知方式"), need(_l("请选择告知方式")), choices=TOLD_BY, default=TOLD_BY[0])
    told_on = DateField(_l("告知日期"), [*need(_l("请填写告知日期")), not_later_than_today], default=clock.today)
    sent = StringField(_l("寄送的文书"), at_most(100))
    said = TextAreaField(_l("告知内容"), need(_l("请填写告知内容，不写举报人姓名和号码"), 500))
    content = RadioField(_l("举报人是否认可"), choices=("认可", "不认可", UNSAID), default=UNSAID)

    def validate_sent(self, field: Any) -> None:
        """What was told in writing is known by the paper."""
        if self.way.data in WRITTEN and not (field.data or "").strip():
            raise ValidationError(_("书面告知的，请写明寄送了哪些文书，例如：告知书一份，挂号信"))


class AskForm(Form):
    """A caller quotes number and code."""

    number = StringField(_l("受理编号"), need(_l("请填写受理编号"), 24))
    code = StringField(_l("查询码"), need(_l("请填写查询码"), 12))
