"""问题线索台账: seen by named discipline clerks, by nobody through a role. One door in: umbrella.receive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column
from wtforms import DateField, RadioField, SelectField, TextAreaField

from ..core import clock, desks, vault
from ..core.act import running
from ..core.actor import Actor, Role
from ..core.clock import working_days
from ..core.duties import Owes, mine
from ..core.forms import Form, at_most, need, not_later_than_today
from ..core.register import Column, Register, Sort, Tab
from ..core.sight import Scope, Session, listed, me, sees
from ..extensions import db
from ..intake.models import Receipt
from .given import Received
from .models import Matter, Member, Umbrella, UmbrellaDuty
from .models import MatterState as S

M = Member.__table__
RECEIVERS = ("派驻纪检监察组", "市纪委监委", "上级纪检监察机关")
named_on_it = Scope("named_on_it", lambda m, alone: m.number.in_(listed(M.c.number, M.c.person_id == me.id)))


@dataclass(frozen=True)
class HandOver:
    """To which organ, how, when."""

    receiver: str
    way: str
    handed_on: date
    words: str


class HandOverForm(Form):
    """移交: the usual exit of a county bureau (domain.md 2, 四种处置)."""

    receiver = SelectField(_l("接收机关"), choices=RECEIVERS)
    way = RadioField(_l("送达方式"), need(_l("请选择送达方式")), choices=("机要", "直接送达"))
    handed_on = DateField(_l("移交日期"), [*need(_l("请填写移交日期")), not_later_than_today])
    words = TextAreaField(_l("经办说明"), at_most(500))


def receive(given: Received, actor: Actor, number: str) -> Matter:
    """Writes and reads nothing: whoever hands in needs no sight of this register."""
    session = running().session
    unit, person = desks.holder(session, "discipline")
    session.add(Member(number=number, person_id=person))
    return Matter(
        source=given.source, receipt=given.receipt, unit_id=unit, officer_id=person, original=given.original,
        title=f"关于{given.field or '其他'}方面的反映", reporter=given.reporter, phone=given.phone,
    )  # fmt: skip


def hand_over(matter: Matter, given: HandOver, actor: Actor) -> None:
    """Handed to the organ in charge of the rank; the query page says 办理中."""
    matter.receiver, matter.way, matter.handed_on = given.receiver, given.way, given.handed_on
    receipt = running().session.get(Receipt, matter.receipt or "")
    if receipt is not None:
        receipt.stage, receipt.last_on = "办理中", clock.today()


class Row(NamedTuple):
    """A row of the register as its macro draws it."""

    number: str
    title: str
    received: str
    officer: str
    state_tone: str
    state_label: str
    below: str
    due: clock.Due
    href: str
    act: str
    version: int


def shown(rows: list[Any]) -> list[Row]:
    """The titles are opened for the named clerk alone: who sees the rows may read them."""
    return [_shown(m) for m in rows]


def _shown(m: Any) -> Row:
    state = S.of(m.state)
    title = vault.unseal(db.session(), Umbrella.family, m.number, "umbrella_matters.title", m.title)
    due = clock.told(m.owed_at, m.owed_kind, since=m.state_since) if m.owed_at else clock.Due("", "—", f"{m.handed_on:%m-%d}")
    below = f"{m.receiver} · {m.way}" if m.receiver else _("次日移交")
    day = clock.local(m.created_at).strftime("%m-%d")
    waits, name = state is S.RECEIVED, db.session().actor.name
    href, act = f"/umbrella/{m.number}" + ("/do/hand_over" if waits else ""), _("移交") if waits else _("打开")
    return Row(m.number, title, f"{day} {m.source}", name, state.tone, str(state.label), below, due, href, act, m.version)


def page(session: Session, matter: Matter) -> dict[str, Any]:
    """What was said, opened for the named clerk; each look is on the trail. The reporter stays sealed."""
    facts = [
        (_("来源"), matter.source, False),
        (_("受理编号"), matter.receipt or "—", False),
        (_("接收日期"), clock.local(matter.created_at).strftime("%Y-%m-%d"), False),
        (_("举报人"), _("实名，已封存") if matter.reporter is not None else _("匿名或未留"), False),
    ]
    due = clock.told(matter.owed_at, "due") if matter.owed_at else None
    said, title = vault.look(matter, "original"), vault.look(matter, "title")
    return {"facts": facts, "due": due, "title": title, "said": said}


UMBRELLA = Register("umbrella", Matter, "/umbrella/", "BS", _l("问题线索台账"), sees={Role.DISCIPLINE: named_on_it}, states=S, start=S.RECEIVED,
    row="matter_row", record="umbrella/record.html", listing="umbrella/list.html", shown=shown, shows=page,
    columns=(Column("number", _l("编号"), Matter.number), Column("title", "", Matter.title_sealed), Column("source", _l("来源"), Matter.source),
        Column("state", _l("处置"), Matter.state, text=lambda v: str(S.of(v).label)), Column("receiver", _l("接收机关"), Matter.receiver),
        Column("way", _l("送达方式"), Matter.way), Column("handed_on", _l("移交日期"), Matter.handed_on), Column("created_at", _l("接收时间"), Matter.created_at),
        Column("owed_at", "", Matter.owed_at), Column("owed_kind", "", Matter.owed_kind), Column("state_since", "", Matter.state_since),
        Column("version", "", Matter.version)),
    tabs=(Tab("mine", _l("我承办的"), (Matter.state == literal_column("'received'"),)), Tab("handed", _l("已移交"), (Matter.state == literal_column("'handed'"),)),
        Tab("all", _l("全部"), ())),
    sorts=(Sort("received", _l("新接收的在前"), (Matter.created_at, Matter.id)),),
    duties={S.RECEIVED: Owes("discipline", "umbrella.hand_over", working_days(1))})
sees(UmbrellaDuty, {Role.DISCIPLINE: mine})

UMBRELLA.creates("receive", _l("接收"), who={}, does=receive)
UMBRELLA.verb("hand_over", _l("移交"), who={Role.DISCIPLINE: named_on_it}, when=S.RECEIVED, to=S.HANDED, form=HandOverForm, given=HandOver,
    does=hand_over, kind="main", shape="arrow")
