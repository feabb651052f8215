"""化解台账 at a glance."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...clues.forms import ReasonForm, Words
from ...clues.register import WHOLE_OFFICE
from ...core import clock, files
from ...core.actor import Role
from ...core.clock import with_the_matter, working_days
from ...core.columns import due_words
from ...core.duties import HOLDER, Owes, holds
from ...core.figures import Figure, figure
from ...core.register import Panel, Register
from ...core.sight import Session, everywhere, own_branch, own_unit
from ...organisation import queries as organisation
from ...parties import models as parties
from ..queries import below
from ..register import INTAKE
from . import actions, forms, lists
from .models import Settlement
from .models import SettlementState as S

OFFICE, OFFICER = Role.OFFICE, Role.OFFICER


def page(session: Session, settlement: Settlement) -> dict[str, Any]:
    """The facts of one settlement."""
    named = "；".join(f"{m.kind} {m.name}" for m in parties.of(settlement))
    found = [
        (_("当事方"), named, True), (_("诉求"), settlement.claim, True), (_("方式"), settlement.way, False),
        (_("责任单位"), organisation.unit_name(session, settlement.unit_id), False),
        (_("责任人"), organisation.name_of(session, settlement.officer_id), False),
        (_("期限"), due_words(settlement.due_at), False),
        (_("化解结果"), settlement.result or "", True), (_("化解日期"), f"{settlement.settled_on or ''}", False),
        (_("回访"), " ".join(filter(None, (settlement.satisfied, f"{settlement.called_on or ''}"))), False),
        (_("反复"), _("%(n)d 次", n=settlement.again) if settlement.again else "", False),
    ]  # fmt: skip
    due = clock.told(settlement.owed_at, "due") if settlement.owed_at else None
    above = f"{INTAKE.root}{settlement.tip.number}" if settlement.tip else None
    return {
        "facts": found, "due": due, "files": files.shown(session, settlement), "above": above,
        "heading": settlement.title, "about": None,
    }  # fmt: skip


def searched(session: Session, settlement: Settlement) -> str:
    """What q finds."""
    return f"{settlement.title}\n{settlement.claim}"


SETTLEMENTS = Register(
    "settlements", Settlement, "/settlements/", "HJ", _l("化解台账"), states=S, start=S.WORKING, row="line_row",
    sees=WHOLE_OFFICE | {OFFICER: own_unit, Role.UNIT_HEAD: own_branch}, searched=searched,
    record="register/child.html", shows=page, columns=lists.COLUMNS, filters=lists.FILTERS, tabs=lists.TABS,
    sorts=lists.SORTS, shown=lists.shown, parent="tip",
    duties={
        S.WORKING: Owes(HOLDER, "settlements.settle", with_the_matter),
        S.CALLBACK: Owes("triage", "settlements.call_back", working_days(5)),
    },
)  # fmt: skip
parties.mentioned_in(SETTLEMENTS)

# fmt: off
SETTLEMENTS.creates("open", _l("作为纠纷化解"), under=INTAKE, who={}, does=actions.open_)
SETTLEMENTS.verb("report", _l("报进展"), who={OFFICER: holds("settlements.settle")}, when=S.WORKING,
    form=forms.ReportForm, given=forms.Report)
SETTLEMENTS.verb("settle", _l("报化解结果"), who={OFFICER: holds("settlements.settle")}, when=S.WORKING,
    to=S.CALLBACK, form=forms.SettleForm, given=forms.Settle, does=actions.settle, kind="main", shape="ring")
SETTLEMENTS.verb("call_back", _l("登记回访"), who={OFFICE: everywhere}, when=S.CALLBACK, to=S.SETTLED, kind="main",
    form=forms.CallBackForm, given=forms.CallBack, does=actions.call_back)
SETTLEMENTS.verb("send_back", _l("退回继续化解"), who={OFFICE: everywhere}, when=S.CALLBACK, to=S.WORKING,
    form=ReasonForm, given=Words, does=actions.send_back)
SETTLEMENTS.verb("petition", _l("转信访程序"), who={OFFICE: everywhere}, when=(S.WORKING, S.CALLBACK),
    to=S.PETITION, form=forms.PetitionForm, given=forms.Petition, does=actions.petition, shape="arrow")
SETTLEMENTS.verb("moved", _l("调整承办"), who={}, by_any=True, when=tuple(S), to=S.MOVED, does=actions.moved)
# fmt: on

INTAKE.panel(Panel(_l("化解"), below(SETTLEMENTS), "intake/settlements.html"))
figure(Figure("settlements.taken", _l("受理纠纷"), "settlements", by="taken"))
figure(Figure("settlements.settled", _l("化解纠纷"), "settlements", {"state": "settled"}, by="closed"))
figure(Figure("settlements.again", _l("反复纠纷"), "settlements", {"again": "有"}))
