"""来信来访登记: the call's fields, and how it came. 开箱登记 before the letters of a box."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)  # fmt: skip
from wtforms.validators import NumberRange, Optional

from ...core import clock, people
from ...core.actor import Role
from ...core.files import Upload
from ...core.forms import (
    FilesField,
    Form,
    SealedFilesField,
    at_most,
    need,
    not_later_than_now,
    not_later_than_today,
    whole_number,
)
from ...extensions import db
from ..forms import Call, CallForm
from ..models import HANDED_DOWN, NAMINGS, NO_REPORTER
from .models import ASIDES, BOX, CHANNELS, FOUND, ORGANS, VISIT, WORK, BoxOpening, BoxState

MOST = 999  # letters in a box, people at a visit


@dataclass(frozen=True, kw_only=True)
class Letter(Call):
    """What came by letter, letter box, in person, from above, or was found: a call's fields and how it came."""

    channel: str
    came_on: date
    box: str
    received_by: str
    headcount: int | None
    organ: str
    organ_ref: str
    batch: str
    asked_on: date | None
    source: str
    work: str
    scans: tuple[Upload, ...]
    files: tuple[Upload, ...]


def open_boxes() -> list[tuple[str, str]]:
    """Openings with letters that are still to be registered: (number, words)."""
    waiting = select(BoxOpening.number, BoxOpening.box, BoxOpening.opened_at,
                     BoxOpening.found - BoxOpening.logged - BoxOpening.aside)  # fmt: skip
    waiting = waiting.where(BoxOpening.state == BoxState.LOGGING.value).order_by(BoxOpening.id)
    words = _("%(box)s，%(day)s 开箱，还有 %(n)d 封未登记")
    return [
        (number, words % {"box": box, "day": f"{clock.local(at):%m-%d}", "n": left})
        for number, box, at, left in db.session().rows(waiting)
    ]


def channel_of(_row: None = None) -> dict[str, str]:
    """First values of a fresh form: the channel and the opening with which one came."""
    asked, box = request.args.get("channel", ""), request.args.get("from", "")
    if box in dict(open_boxes()):
        return {"channel": BOX, "box": box}
    return {"channel": asked if asked in CHANNELS else CHANNELS[0]}


class LetterForm(CallForm):
    """来信来访登记. What a channel asks for is judged for that channel alone."""

    verb = "intake.letter"
    channel = RadioField(_l("渠道"), need(_l("请选择渠道")), choices=CHANNELS)
    came_on = DateField(
        _l("收到日期"), [*need(_l("请填写收到日期，例如 2026-11-20")), not_later_than_today], default=clock.today
    )
    box = SelectField(_l("哪次开箱"), [Optional()], choices=open_boxes, validate_choice=False)
    received_by = StringField(_l("接待人、发现人"), at_most(60))
    headcount = IntegerField(
        _l("来访人数"), [Optional(), NumberRange(1, MOST, _l("来访人数请填 1 到 999 的整数"))], default=1
    )
    organ = StringField(_l("交办机关"), at_most(60))
    organ_ref = StringField(_l("上级编号"), at_most(60))
    batch = StringField(_l("批次"), at_most(30))
    asked_on = DateField(_l("要求时限"), [Optional()])
    source = SelectField(_l("交办来源"), choices=ORGANS)
    work = SelectField(_l("在哪项工作中发现"), choices=WORK)
    narrative = TextAreaField(_l("举报事项"), need(_l("请填写举报事项，照原文原话记"), 10000))
    unknown_party = BooleanField(_l("来件里说不清是谁"))
    naming = RadioField(_l("实名或匿名"), choices=(*NAMINGS, NO_REPORTER), default=NAMINGS[0])
    scans = SealedFilesField(_l("原件扫描"), copies=False)
    files = SealedFilesField(_l("所附照片、材料"))

    @property
    def another_waits(self) -> bool:
        """Whether one came from an opening while the draft of something else lies here."""
        came = channel_of()
        return came["channel"] == BOX and "box" in came and (self.channel.data, self.box.data) != (BOX, came["box"])

    def elsewhere(self) -> str | None:
        """About the bureau's own leaders nothing is kept here; the paper itself is sealed, and its box counts it."""
        if not super().elsewhere():
            return None
        return "intake/sealed_box.html" if self.channel.data == BOX else "intake/sealed_paper.html"

    def validate_box(self, field: Any) -> None:
        """A letter from a box belongs to an opening that waits for it."""
        if self.channel.data == BOX and field.data not in dict(open_boxes()):
            raise ValidationError(_("请选择是哪次开箱的信；还没有开箱登记的，请先做“开箱登记”"))

    def validate_received_by(self, field: Any) -> None:
        """Who spoke with them, who found it; of somebody nameless it is not kept."""
        asked = self.channel.data in (VISIT, FOUND) and self.naming.data != NAMINGS[0]
        if asked and not (field.data or "").strip():
            raise ValidationError(_("请填写接待人（来访）或发现人（现场发现），两人以上用顿号分开"))

    def validate_organ(self, field: Any) -> None:
        """Handed down: by whom."""
        if self.channel.data == HANDED_DOWN and not (field.data or "").strip():
            raise ValidationError(_("请填写交办机关全称"))

    def validate_organ_ref(self, field: Any) -> None:
        """Handed down: under which number they will ask for it."""
        if self.channel.data == HANDED_DOWN and not (field.data or "").strip():
            raise ValidationError(_("请填写上级编号或文号；来件没有编号的，写“无编号”"))

    def validate(self, *more: Any, **named: Any) -> bool:
        """What an officer found is nobody's report, whatever the question about the reporter was left at."""
        if self.channel.data == FOUND and self.naming.data == NAMINGS[0]:
            self.naming.data = NO_REPORTER
        return bool(super().validate(*more, **named))

    def validate_naming(self, field: Any) -> None:
        """Letters and visits have a writer, even where nobody knows who it is."""
        if self.channel.data == FOUND and field.data in NAMINGS[1:]:
            raise ValidationError(_("现场发现没有举报人；有人举报的，请按来访或来电登记"))
        if field.data == NO_REPORTER and self.channel.data not in (HANDED_DOWN, FOUND):
            raise ValidationError(_("来信、举报箱、来访都有举报人；不知道是谁的，请选“匿名”"))

    def validate_name(self, field: Any) -> None:
        """A real-name report has a name."""
        if self.naming.data in NAMINGS[1:] and not (field.data or "").strip():
            raise ValidationError(_("实名举报请填写姓名；没有写姓名的，请改选“匿名”"))

    def validate_risk_words(self, field: Any) -> None:
        """A danger is described."""
        if self.risk.data != "无" and self.naming.data in NAMINGS[1:] and not (field.data or "").strip():
            raise ValidationError(_("请写明有什么危险"))


@dataclass(frozen=True)
class Opened:
    """One opening: which box, when, by which two, how many letters lay in it, the record that both signed."""

    box: str
    opened_at: datetime
    opener_id: int
    second_id: int
    found: int
    files: tuple[Upload, ...]


def _people() -> list[tuple[Any, str]]:
    everybody = Role(0)
    for role in Role:
        everybody |= role
    return [("", _("请选择")), *people.holding(db.session(), everybody)]


COUNTED = [*need(_l("请填写箱内有几封信，空箱填 0")), NumberRange(0, MOST, _l("信件数请填 0 到 999 的整数"))]


class OpenedForm(Form):
    """开箱登记."""

    box = StringField(_l("举报箱"), need(_l("请写明是哪个举报箱，例如 局机关大门"), 60))
    opened_at = DateTimeLocalField(_l("开箱时间"), [*need(_l("请填写开箱时间")), not_later_than_now])
    opener_id = SelectField(_l("开箱人"), need(_l("请选择开箱人")), coerce=whole_number, choices=_people)
    second_id = SelectField(
        _l("另一开箱人"), need(_l("开箱须两人在场，请选择另一人")), coerce=whole_number, choices=_people
    )
    found = IntegerField(_l("箱内信件数"), COUNTED)
    files = FilesField(_l("开箱记录扫描件"))

    def validate_second_id(self, field: Any) -> None:
        """Two are two."""
        if field.data and field.data == self.opener_id.data:
            raise ValidationError(_("开箱须两人在场，另一开箱人不能是同一人"))


@dataclass(frozen=True)
class Recount:
    """How many letters there were indeed, and why another number stood there."""

    found: int
    words: str


class RecountForm(Form):
    """更正信件数."""

    found = IntegerField(_l("箱内信件数"), COUNTED, description=_l("实有几封填几封，以开箱记录为准。"))
    words = StringField(
        _l("更正理由"), need(_l("请写明为什么更正，例如 漏数一封"), 100), description=_l("不写信里的姓名和内容。")
    )


@dataclass(frozen=True)
class Aside:
    """A letter of the box that is not registered, by its kind: what was in it is said nowhere."""

    kind: str

    @property
    def words(self) -> str:
        """What stands in the time line."""
        return self.kind


class AsideForm(Form):
    """其他处理一封."""

    kind = RadioField(_l("属于哪一种"), need(_l("请选择属于哪一种")), choices=ASIDES)


@dataclass(frozen=True)
class Material:
    """What comes later to a number: the recording of its call, photographs brought along."""

    to: str
    whole: bool
    files: tuple[Upload, ...]


def number_of(_row: None = None) -> dict[str, str]:
    """The number for which the form was opened."""
    return {"to": request.args.get("to", "")[:24]}


class MaterialForm(Form):
    """补存录音、材料."""

    to = HiddenField()
    files = SealedFilesField(_l("录音、照片、材料"), required=_l("请选择要补存的文件"))
    whole = BooleanField(_l("里面有举报人的声音、姓名或笔迹，只封存，不给办理人副本"), default=True)


SEEN, AGAIN = "已阅，不另行研判", "重新研判"


@dataclass(frozen=True)
class Look:
    """What follows from material that came after the end."""

    then: str
    words: str


class LookForm(Form):
    """研判补充材料."""

    then = RadioField(_l("怎么办"), need(_l("请选择怎么办")), choices=(SEEN, AGAIN))
    words = TextAreaField(_l("理由"), need(_l("请写明材料说了什么、为什么这样办，不写举报人姓名和号码"), 500))


@dataclass(frozen=True)
class Kept:
    """Files that hang on a tip by its step."""

    files: tuple[Upload, ...]
