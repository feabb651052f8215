"""来信来访 at a glance: the letter's form on the register of tips, the openings of letter boxes, what comes later."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_

from ...core import act, clock, files
from ...core.actor import Role
from ...core.clock import working_days
from ...core.duties import Owes, holds
from ...core.register import Register
from ...core.sight import Scope, Session, everywhere, me, own_unit
from ...organisation import queries as organisation
from ..models import ENDED
from ..models import TipState as T
from ..queries import call_page
from ..register import INTAKE, STEP_ASIDE
from . import actions, forms, lists
from .models import BoxOpening
from .models import BoxState as S

OPERATOR = Role.OPERATOR
opened = Scope("opened", lambda m, alone: or_(m.opener_id == me.id, m.second_id == me.id))  # by the actor


def letter_page(session: Session, row: Any, form: Any) -> dict[str, Any]:
    """The call's page without the telephone."""
    return call_page(session, row, form) | {"here": "letters"}


def page(session: Session, opening: BoxOpening) -> dict[str, Any]:
    """The facts of one opening."""
    both = (organisation.name_of(session, i) for i in (opening.opener_id, opening.second_id))
    earlier = (
        _("%(n)s 封（%(until)s 以前）") % {"n": n, "until": f"{clock.local(until):%Y-%m-%d %H:%M}"}
        for _name, until, n in act.earlier_texts(session, opening)
    )
    found = [
        (_("举报箱"), opening.box, False), (_("开箱时间"), f"{clock.local(opening.opened_at):%Y-%m-%d %H:%M}", False),
        (_("开箱人"), "、".join(both), False), (_("箱内信件"), lists.told(opening), True),
        (_("更正前登记"), "；".join(earlier), True),
    ]  # fmt: skip
    return {
        "facts": found, "due": clock.told(opening.owed_at, "due") if opening.owed_at else None,
        "files": files.of(session, opening), "above": None, "heading": _("开箱登记"), "about": opening.box,
    }  # fmt: skip


BOXES = Register(
    "boxes", BoxOpening, "/intake/boxes/", "KX", _l("开箱登记"), states=S, start=S.LOGGING, row="line_row",
    sees={OPERATOR: own_unit, Role.OFFICE: everywhere, Role.OFFICE_HEAD: everywhere},
    record="intake/box.html", shows=page, columns=lists.COLUMNS, tabs=lists.TABS, sorts=lists.SORTS,
    shown=lists.shown, duties={S.LOGGING: Owes("hotline", "intake.letter", working_days(1))},
)  # fmt: skip

# fmt: off
BOXES.creates("open", _l("开箱登记"), who={OPERATOR: everywhere}, to=tuple(S), form=forms.OpenedForm,
    given=forms.Opened, does=actions.open_box)
BOXES.verb("log", _l("登记一封"), who={}, when=S.LOGGING, to=tuple(S), does=actions.log)
BOXES.verb("aside", _l("其他处理一封"), who={OPERATOR: own_unit}, when=S.LOGGING, to=tuple(S),
    form=forms.AsideForm, given=forms.Aside, does=actions.aside)
BOXES.verb("recount", _l("更正信件数"), who=dict.fromkeys((OPERATOR, Role.OFFICE, Role.OFFICE_HEAD), opened),
    when=tuple(S), to=tuple(S), form=forms.RecountForm, given=forms.Recount, does=actions.recount, kind="quiet")

INTAKE.creates("letter", _l("登记并生成查询码"), who={OPERATOR: everywhere}, form=forms.LetterForm,
    given=forms.Letter, does=actions.letter, drafts=True, fill=forms.channel_of, answer="receipt",
    page="/intake/letters/new", carries=("umbrella.receive", "boxes.log"), template="intake/letter.html",
    shows=letter_page)
INTAKE.creates("material", _l("补存录音、材料"), who={OPERATOR: everywhere}, form=forms.MaterialForm,
    given=forms.Material, does=actions.material, fill=forms.number_of, carries=("umbrella.receive", "intake.keep"),
    answer=lambda _number, given: f"/intake/{given.to}/receipt", template="intake/material.html")
INTAKE.verb("keep", _l("补存材料"), who={}, when=tuple(s for s in T if s is not T.MOVED))
INTAKE.verb("look", _l("研判补充材料"), who=dict.fromkeys(STEP_ASIDE, holds("intake.look")), when=ENDED,
    to=(T.TRIAGE, *ENDED), form=forms.LookForm, given=forms.Look, does=actions.look, does_duty=True, decides=True,
    kind="main", template="intake/look.html")
# fmt: on
