"""问责台账 at a glance. A person's case is seen by those who are named on it, by nobody through a role alone."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, or_

from ..core.actor import Role
from ..core.clock import end_of
from ..core.duties import HOLDER, Owes
from ..core.figures import Figure, figure
from ..core.hanging import Duty
from ..core.register import Register
from ..core.sight import ALWAYS, Scope, everywhere, listed, me
from . import actions, forms, lists, queries
from .models import CELLS, PERSONS, PRAISE, Accountability, Decider
from .models import AccountabilityState as S

CLERKS = (Role.DISCIPLINE, Role.PERSONNEL)
READERS = (Role.OFFICE, Role.OFFICE_HEAD, Role.DEPUTY_HEAD, Role.BUREAU_HEAD, Role.LEADER, *CLERKS)
T, D = Accountability.__table__, Decider.__table__


def _named(m: Any, alone: bool) -> ColumnElement[bool]:
    decided = m.number.in_(listed(D.c.number, D.c.person_id == me.id))
    concerned = and_(m.target_id == me.id, m.state != S.VOID)  # a void record named him wrongly
    return or_(m.officer_id == me.id, m.second_id == me.id, concerned, decided)


ordinary = Scope("ordinary", lambda m, alone: m.named_only.is_(False))
named = Scope("named", _named)
handler = Scope("handler", lambda m, alone: or_(m.officer_id == me.id, m.second_id == me.id))
not_the_target = Scope("not_the_target", lambda m, alone: or_(m.target_id.is_(None), m.target_id != me.id))
handled = dict.fromkeys(CLERKS, (ordinary | handler) & not_the_target)


def anothers_duty(model: Any) -> ColumnElement[bool] | None:
    """The office sees every duty; that of a person's case is its person's alone, for its number tells of the case."""
    if model is not Duty:
        return None
    return or_(model.person_id == me.id, model.subject.not_in(listed(T.c.number, T.c.named_only)))


ALWAYS.append(anothers_duty)

ACCOUNTABILITY = Register(
    "accountability", Accountability, "/accountability/", "WZ", _l("问责台账"), row="accountability_row", states=S,
    sees=dict.fromkeys(Role, named) | dict.fromkeys(READERS, ordinary | named) | {Role.JOB: everywhere},
    columns=lists.COLUMNS, filters=lists.FILTERS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown,
    searched=queries.searched, listing="accountability/list.html", record="accountability/record.html",
    shows=queries.record_page,
    duties={S.IN_EFFECT: Owes(HOLDER, actions.LIFT, lambda d: end_of(d.effect_to), kind="remind")},
)  # fmt: skip

# fmt: off
ACCOUNTABILITY.creates("record", _l("登记决定"), who=dict.fromkeys(CLERKS, everywhere), to=(S.IN_EFFECT, S.STANDS),
    form=forms.RecordForm, given=forms.Record, does=actions.record, drafts=True, shows=queries.entry_page,
    template="accountability/entry.html")
ACCOUNTABILITY.verb("lift", _l("解除影响期"), who=handled, when=S.IN_EFFECT, to=S.LIFTED, form=forms.LiftForm,
    given=forms.Lift, does=actions.lift, kind="main", shape="diamond")
ACCOUNTABILITY.verb("execute", _l("登记执行"), who=handled, when=(S.IN_EFFECT, S.STANDS, S.LIFTED),
    form=forms.ExecuteForm, given=forms.Execute, does=actions.execute, shape="ring")
ACCOUNTABILITY.verb("amend", _l("更正"), who=handled, when=(S.IN_EFFECT, S.STANDS), to=(S.IN_EFFECT, S.STANDS),
    form=forms.AmendForm, given=forms.Amend, does=actions.amend, template="accountability/amend.html",
    shows=queries.amend_page)
ACCOUNTABILITY.verb("withdraw", _l("登记撤销或变更"), who=handled, when=(S.IN_EFFECT, S.STANDS, S.LIFTED),
    to=(S.WITHDRAWN, S.CHANGED), form=forms.WithdrawForm, given=forms.Withdraw, does=actions.withdraw, kind="apart",
    shape="square", template="accountability/withdraw.html")
ACCOUNTABILITY.verb("void", _l("作废重登"), who=handled, when=(S.IN_EFFECT, S.STANDS), to=S.VOID, form=forms.VoidForm,
    given=forms.Words, kind="danger")
# fmt: on

# Cells that do not overlap, and no sums of them: from a sum and its shown parts the hidden could be computed.
WHOLE = Role(sum(READERS))
for group, kind in CELLS:
    cell = {"kind": kind, "group": group, "valid": "yes"}
    asked = WHOLE if kind in PERSONS else None
    figure(Figure(f"accountability.{kind}.{group}", f"{kind} {group}", "accountability", cell, "decided", asked))
figure(Figure("accountability.praise", PRAISE, "accountability", {"measure": PRAISE, "valid": "yes"}, "decided"))
