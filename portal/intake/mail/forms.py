"""What the keeper of the mailbox types about a mail."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, RadioField, StringField, TextAreaField, ValidationError

from ...core.files import Upload
from ...core.forms import Form, at_most, need, not_later_than_today
from ...extensions import db
from ..keeping.forms import Read, ReadForm
from . import source
from .models import SPAM_REASONS
from .reading import Reading


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
class Turn(Read):
    """What becomes of a mail. `hung`: its attachments in order, made ready before the act, else within it."""

    hung: dict[int, Upload] = dataclass_field(default_factory=dict)


class HungField(Field):
    """Not drawn, and nothing that is posted counts: the mail in hand has it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Whatever it says."""


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
