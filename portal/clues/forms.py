"""What a person may type, and beside each form the frozen values that the action is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)  # fmt: skip
from wtforms.validators import Optional

from ..core.files import Upload
from ..core.forms import (
    FilesField,
    Form,
    at_most,
    need,
    not_before_today,
    not_later_than_now,
    not_later_than_today,
    whole_number,
)
from ..organisation import queries as organisation
from ..parties.forms import PartiesForm
from ..parties.models import Party
from .models import (
    ANSWERS,
    CONCLUSIONS,
    DISPOSITIONS,
    FIELDS,
    KINDS,
    LEVELS,
    METHODS,
    RECEIVERS,
    SOURCES,
    URGENCIES,
)  # fmt: skip


@dataclass(frozen=True)
class Take:
    """What clues.register is given, by hand or by the part that carries it."""

    title: str
    summary: str
    source: str
    source_ref: str
    field: str
    kind: str
    level: str
    urgency: str
    place: str
    occurred: str
    parties: tuple[Party, ...]
    proposed_unit_id: int
    proposed_officer_id: int
    earlier_due_on: date | None = None
    unknown_party: bool = False
    own_leaders: str = "否"
    names_official: str = "否"


class TakeForm(PartiesForm):
    """登记线索 by hand: found in the field, handed down, from a petition."""

    own_leaders = RadioField(_l("是否反映本局领导班子成员或纪检负责人"), choices=("是", "否"), default="否")
    title = StringField(_l("线索名称"), need(_l("请填写线索名称，写事不写人"), 80))
    summary = TextAreaField(_l("主要内容"), need(_l("请填写主要内容"), 5000))
    field = RadioField(_l("业务领域"), need(_l("请选择业务领域")), choices=FIELDS)
    place = StringField(_l("发生地点"), need(_l("请填写发生地点"), 100))
    urgency = RadioField(_l("紧急程度"), need(_l("请选择紧急程度")), choices=URGENCIES)
    names_official = RadioField(
        _l("是否涉及公职人员"), need(_l("请选择是否涉及公职人员")), choices=("是", "否", "不明")
    )
    unknown_party = BooleanField(_l("说不清是谁"))
    source = SelectField(_l("线索来源"), choices=[s for s in SOURCES if s != "群众举报"])
    source_ref = StringField(_l("来源文号"), at_most(60))
    occurred = StringField(_l("发生时间"), at_most(60))
    kind = RadioField(_l("线索类型"), need(_l("请选择线索类型")), choices=KINDS)
    level = RadioField(_l("重要程度"), need(_l("请选择重要程度")), choices=LEVELS)
    proposed_unit_id = SelectField(
        _l("承办单位"), need(_l("请选择承办单位")), coerce=whole_number, choices=organisation.handling_units
    )
    proposed_officer_id = SelectField(
        _l("承办人"), need(_l("请选择承办人")), coerce=whole_number, choices=organisation.officers
    )
    earlier_due_on = DateField(_l("要求提前到"), [Optional(), not_before_today])

    def elsewhere(self) -> str | None:
        """About the bureau's own leaders nothing is kept here (sealed handover)."""
        return "clues/sealed.html" if self.own_leaders.data == "是" else None


@dataclass(frozen=True)
class Propose:
    """A proposal of unit and person, for the office_head to approve."""

    proposed_unit_id: int
    proposed_officer_id: int
    level: str
    words: str


class ProposeForm(Form):
    """重新拟办."""

    proposed_unit_id = SelectField(
        _l("承办单位"), need(_l("请选择承办单位")), coerce=whole_number, choices=organisation.handling_units
    )
    proposed_officer_id = SelectField(
        _l("承办人"), need(_l("请选择承办人")), coerce=whole_number, choices=organisation.officers
    )
    level = RadioField(_l("重要程度"), need(_l("请选择重要程度")), choices=LEVELS)
    words = TextAreaField(_l("拟办说明"), at_most(500))


@dataclass(frozen=True)
class Assign:
    """To whom the clue goes, and how much it matters."""

    unit_id: int
    officer_id: int
    level: str
    words: str


class AssignForm(Form):
    """批准交办; the due time follows from the level and the urgency."""

    unit_id = SelectField(
        _l("承办单位"), need(_l("请选择承办单位")), coerce=whole_number, choices=organisation.handling_units
    )
    officer_id = SelectField(_l("承办人"), need(_l("请选择承办人")), coerce=whole_number, choices=organisation.officers)
    level = RadioField(_l("重要程度"), need(_l("请选择重要程度")), choices=LEVELS)
    words = TextAreaField(_l("交办意见"), at_most(1000))


@dataclass(frozen=True)
class Reassign:
    """Another unit and person."""

    unit_id: int
    officer_id: int
    words: str


class ReassignForm(Form):
    """改派."""

    unit_id = SelectField(
        _l("改派到单位"), need(_l("请选择承办单位")), coerce=whole_number, choices=organisation.handling_units
    )
    officer_id = SelectField(_l("改派给"), need(_l("请选择承办人")), coerce=whole_number, choices=organisation.officers)
    words = TextAreaField(_l("改派理由"), need(_l("请写明改派理由"), 500))


@dataclass(frozen=True)
class Words:
    """An opinion or a reason."""

    words: str


class OpinionForm(Form):
    """An opinion, if there is one."""

    words = TextAreaField(_l("意见"), at_most(1000))


class ReasonForm(Form):
    """A step back says why."""

    words = TextAreaField(_l("理由"), need(_l("请写明理由"), 1000))


class UrgeForm(Form):
    """催办: what is expected, to the person whose turn it is."""

    words = TextAreaField(
        _l("催办内容"), need(_l("请写明催办内容"), 500), default=_l("请按时限抓紧办理，有困难的及时报扫黑办。")
    )


@dataclass(frozen=True)
class Check:
    """One checking record."""

    second_officer_id: int
    checked_at: datetime
    method: str
    place: str
    found: str
    files: tuple[Upload, ...]


class CheckForm(Form):
    """核查记录: the other officer, when, where, how, what was found; photos and documents."""

    second_officer_id = SelectField(
        _l("另一核查人"),
        need(_l("核查须二人以上，请选择另一核查人")),
        coerce=whole_number,
        choices=organisation.officers,
    )
    checked_at = DateTimeLocalField(_l("核查时间"), [*need(_l("请填写核查时间")), not_later_than_now])
    method = RadioField(_l("核查方式"), need(_l("请选择核查方式")), choices=METHODS)
    place = StringField(_l("核查地点"), need(_l("请填写核查地点"), 100))
    found = TextAreaField(_l("核查情况"), need(_l("请填写核查情况"), 5000))
    files = FilesField(_l("照片和材料"))


@dataclass(frozen=True)
class Conclude:
    """The officer's conclusion, for the head's signature."""

    conclusion: str
    finding: str
    disposition: str
    files: tuple[Upload, ...]


class ConcludeForm(Form):
    """提出结论."""

    conclusion = RadioField(_l("核查结论"), need(_l("请选择核查结论")), choices=CONCLUSIONS)
    finding = TextAreaField(_l("结论说明"), need(_l("请填写结论说明"), 5000))
    disposition = SelectField(_l("处置建议"), choices=DISPOSITIONS)
    files = FilesField(_l("核查报告"))


@dataclass(frozen=True)
class Hold:
    """Until when it rests, and why."""

    wake_on: date
    words: str


class HoldForm(Form):
    """暂存: it wakes by itself on its day."""

    wake_on = DateField(_l("恢复核查日期"), [*need(_l("请填写恢复核查日期")), not_before_today])
    words = TextAreaField(_l("暂存理由"), need(_l("请写明暂不具备核查条件的理由"), 1000))


@dataclass(frozen=True)
class Close:
    """一案三查, and the opinion. `umbrella_words` goes straight to the person in charge and stays nowhere here."""

    umbrella: str
    umbrella_words: str
    oversight: str
    loophole: str
    words: str


class CloseForm(Form):
    """办结 asks the three questions; 有 to the first needs what was found, and is passed on at once."""

    umbrella = RadioField(
        _l("保护伞：背后有无包庇、纵容"), need(_l("请回答：背后有无包庇、纵容")), choices=("有", "无")
    )
    umbrella_words = TextAreaField(_l("反映的情况（直接转专人承办，本页不留）"), at_most(2000))
    oversight = RadioField(
        _l("监管责任：谁负监管之责，是否尽到"), need(_l("请回答：监管责任有无问题")), choices=("有", "无")
    )
    loophole = RadioField(_l("管理漏洞：哪个环节有空子可钻"), need(_l("请回答：有无管理漏洞")), choices=("有", "无"))
    words = TextAreaField(_l("办结意见"), at_most(1000))

    def validate_umbrella_words(self, field: Any) -> None:
        """Whoever answers 有 says what."""
        if self.umbrella.data == "有" and not (field.data or "").strip():
            raise ValidationError(_("请写明反映的情况，保存后直接转专人承办"))


@dataclass(frozen=True)
class File:
    """The number in the archive."""

    archive_no: str


class FileForm(Form):
    """归档."""

    archive_no = StringField(_l("归档号"), need(_l("请填写归档号"), 40))


@dataclass(frozen=True)
class Amend:
    """The text as it should read."""

    title: str
    summary: str
    place: str
    words: str


class AmendForm(Form):
    """更正文字: the earlier text is kept."""

    title = StringField(_l("线索名称"), need(_l("请填写线索名称"), 80))
    summary = TextAreaField(_l("主要内容"), need(_l("请填写主要内容"), 5000))
    place = StringField(_l("发生地点"), need(_l("请填写发生地点"), 100))
    words = TextAreaField(_l("更正原因"), need(_l("请写明更正原因"), 500))


@dataclass(frozen=True)
class Send:
    """A referral that was sent on paper."""

    receiver: str
    receiver_name: str
    document_no: str
    sent_on: date
    words: str
    scan: tuple[Upload, ...]


class SendForm(Form):
    """登记移送: receiver, day, scan."""

    receiver = SelectField(_l("接收机关"), choices=RECEIVERS)
    receiver_name = StringField(_l("机关名称"), need(_l("请填写接收机关的名称"), 60))
    document_no = StringField(_l("文号"), at_most(40))
    sent_on = DateField(_l("送出日期"), [*need(_l("请填写送出日期")), not_later_than_today])
    words = TextAreaField(_l("移送理由"), need(_l("请写明移送理由"), 1000))
    scan = FilesField(_l("移送函扫描件"))


@dataclass(frozen=True)
class Receive:
    """The receiver's answer."""

    answer: str
    answered_on: date
    answer_text: str
    scan: tuple[Upload, ...]


class ReceiveForm(Form):
    """登记对方反馈."""

    answer = SelectField(_l("反馈结果"), choices=ANSWERS)
    answered_on = DateField(_l("反馈日期"), [*need(_l("请填写反馈日期")), not_later_than_today])
    answer_text = TextAreaField(_l("反馈内容"), need(_l("请填写反馈内容"), 2000))
    scan = FilesField(_l("反馈函扫描件"))
