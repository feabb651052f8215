"""What the keeper of the mailbox types about a mail."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, RadioField, SelectField, StringField, TextAreaField, ValidationError

from ...clues.models import FIELDS, URGENCIES
from ...core import clock
from ...core.files import Upload
from ...core.forms import Form, at_most, need, not_later_than_today
from ...extensions import db
from ...parties.forms import PartiesForm
from ...parties.models import Party
from ..models import NAMINGS
from . import source
from .models import SPAM_REASONS
from .reading import Reading

RECEIVERS = ("派驻纪检监察组", "上一级纪委监委")


@dataclass(frozen=True)
class Arrived:
    """A mail as it lay in the mailbox, and how it was read."""

    mailbox: str
    uidvalidity: int
    uid: int
    sha256: str
    raw: bytes
    reading: Reading


@dataclass(frozen=True)
class Read:
    """What was read in a mail or a petition: what handlers read, the call's tail, and what it says of its sender."""

    own_leaders: str
    title: str
    excerpt: str
    field: str
    place: str
    parties: tuple[Party, ...]
    unknown_party: bool
    urgency: str
    names_official: str
    naming: str
    name: str
    phone: str
    retaliation: bool = False


@dataclass(frozen=True)
class Turn(Read):
    """What becomes of a mail. `hung`: its attachments in order, made ready before the act, else within it."""

    hung: dict[int, Upload] = dataclass_field(default_factory=dict)


class HungField(Field):
    """Not drawn, and nothing that is posted counts: the mail in hand has it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Whatever it says."""


class ReadForm(PartiesForm):
    """Excerpt and tail. `restore`, `strike`: the class of traces whose tick was taken off or set."""

    own_leaders = RadioField(_l("是否反映本局领导班子成员或纪检负责人"), choices=("是", "否"), default="否")
    title = StringField(_l("标题"), need(_l("请填写标题，写事不写人"), 80))
    excerpt = TextAreaField(_l("给办理人的摘录"), need(_l("请填写摘录"), 10000))
    field = RadioField(_l("涉及领域"), need(_l("请选择涉及领域")), choices=FIELDS)
    place = StringField(_l("发生地点"), need(_l("请填写发生地点；来件里没有写的，写“不详”"), 100))
    unknown_party = BooleanField(_l("来件里说不清是谁"))
    urgency = RadioField(_l("紧急程度"), need(_l("请选择紧急程度")), choices=URGENCIES, default=URGENCIES[0])
    names_official = RadioField(
        _l("是否涉及公职人员"), need(_l("请选择是否涉及公职人员")), choices=("是", "否", "不明")
    )
    naming = RadioField(_l("实名或匿名"), choices=NAMINGS, default=NAMINGS[0])
    name = StringField(_l("姓名"), at_most(40))
    phone = StringField(_l("联系电话"), at_most(40))
    retaliation = BooleanField(_l("反映因举报受到打击报复（直接转专人承办）"))
    restore = strike = ""

    def regrown(self) -> bool:
        """Only a tick was changed, or a row."""
        self.restore, self.strike = request.form.get("restore", ""), request.form.get("strike", "")
        return bool(self.restore or self.strike) or super().regrown()


class TurnForm(ReadForm):
    """转为举报."""

    hung = HungField(default=dict)

    def elsewhere(self) -> str | None:
        """About the bureau's own leaders no excerpt is written: the mail goes over sealed."""
        return "intake/mail/sealed.html" if self.own_leaders.data == "是" else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Also make ready what hangs on it, once all else is in order. What goes elsewhere goes as it came."""
        whole = bool(super().validate(extra_validators))
        if whole and self.names_official.data != "是" and not self.retaliation.data:
            self.hung.data = source.attached(db.session(), str((request.view_args or {})["number"]))
        return whole


@dataclass(frozen=True)
class Spam:
    """Why it is none."""

    reason: str
    words: str


class SpamForm(Form):
    """垃圾邮件: kept sealed for a set time."""

    reason = RadioField(_l("理由"), need(_l("请选择理由")), choices=SPAM_REASONS)
    words = StringField(_l("说明"), at_most(100), description=_l("不写邮件内容。原件封存半年，到期销毁。"))

    def validate_words(self, field: Any) -> None:
        """其他 says what."""
        if self.reason.data == "其他" and not (field.data or "").strip():
            raise ValidationError(_("选“其他”的，请写明理由"))


def handed_today(_mail: Any) -> dict[str, date]:
    """First values of both forms below: what is recorded has mostly been done today."""
    return {"handed_on": clock.today()}


@dataclass(frozen=True)
class HandOn:
    """To which body, how, when."""

    receiver: str
    way: str
    handed_on: date
    words: str


class HandOnForm(Form):
    """不属受理范围: handed to the body whose it is, and the sender is told."""

    receiver = StringField(_l("转送给哪个单位"), need(_l("请填写接收单位，例如 市住房和城乡建设局"), 60))
    way = RadioField(
        _l("转送方式"), need(_l("请选择转送方式")), choices=("政务内网", "机要", "直接送达", "请其自行反映")
    )
    handed_on = DateField(_l("转送日期"), [*need(_l("请填写转送日期")), not_later_than_today])
    words = TextAreaField(_l("理由"), need(_l("请写明为什么不属本局受理，不写发件人"), 500))


@dataclass(frozen=True)
class HandSealed:
    """To which organ the sealed envelope went, and when."""

    receiver: str
    handed_on: date
    printed: bool


class HandSealedForm(Form):
    """密封移交: the mail has been printed once and lies in its envelope; here its words are destroyed."""

    receiver = SelectField(_l("接收机关"), choices=RECEIVERS)
    handed_on = DateField(_l("移交日期"), [*need(_l("请填写移交日期")), not_later_than_today])
    printed = BooleanField(
        _l("邮件和附件已打印一份，装入信封密封"), need(_l("请先打印并密封：登记以后本系统不再留有内容"))
    )
