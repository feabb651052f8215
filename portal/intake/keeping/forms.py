"""What the keeper of a draft (a mail, a petition) types about it, whichever way it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField

from ...clues.models import FIELDS, URGENCIES
from ...core import clock
from ...core.forms import Form, at_most, need, not_later_than_today
from ...parties.forms import PartiesForm
from ...parties.models import Party
from ..models import NAMINGS

RECEIVERS = ("派驻纪检监察组", "上一级纪委监委")


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


def handed_today(_row: Any) -> dict[str, date]:
    """First value: what is recorded has mostly been done today."""
    return {"handed_on": clock.today()}


@dataclass(frozen=True)
class HandSealed:
    """To which organ the sealed envelope went, and when."""

    receiver: str
    handed_on: date
    enclosed: bool


class HandSealedForm(Form):
    """密封移交: what was said lies in its envelope; here its words are destroyed."""

    receiver = SelectField(_l("接收机关"), need(_l("请选择接收机关")), choices=RECEIVERS)
    handed_on = DateField(_l("移交日期"), [*need(_l("请填写移交日期")), not_later_than_today])
    enclosed = BooleanField(
        _l("来件连同附件已装入信封密封，只有电子件的已打印一份"),
        need(_l("请先装入信封密封：登记以后本系统不再留有内容")),
    )
