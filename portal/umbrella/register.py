"""问题线索, 密封移交, 回避认定: seen by named discipline clerks, by nobody through a role.

Two doors in: umbrella.receive for what other parts hand in, recusals.match for who is named beside a second mark.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..core import clock
from ..core.actor import Role
from ..core.clock import ask_again, working_days
from ..core.desks import D
from ..core.duties import HOLDER, Owes, mine
from ..core.forms import begins_empty
from ..core.register import Register
from ..core.sight import Scope, everywhere, listed, me, sees
from . import actions, forms, lists, papers, queries
from .models import Aside, Matter, Member, Slip, UmbrellaDuty
from .models import AsideState as A
from .models import MatterState as S
from .models import SlipState as L

M = Member.__table__
named_on_it = Scope("named_on_it", lambda m, alone: m.number.in_(listed(M.c.number, M.c.person_id == me.id)))
shared = Scope("shared", lambda m, alone: m.number.in_(listed(M.c.number, M.c.person_id != me.id)))
fell_to_me = Scope("fell_to_me", lambda m, alone: m.officer_id == me.id)
HAS_COMPETENCE = listed(D.c.unit_id, D.c.key == "discipline", D.c.with_competence)  # 有处置权限
competent = Scope("competent", lambda m, alone: HAS_COMPETENCE.exists())
ORDINARY = tuple(s for s in S.open() if s is not S.SEALED)  # what goes up sealed has one verb alone
OWN, MINE = {Role.DISCIPLINE: named_on_it}, {Role.DISCIPLINE: fell_to_me}


UMBRELLA = Register(
    "umbrella", Matter, "/umbrella/", "BS", _l("问题线索台账"), row="matter_row", states=S, start=S.RECEIVED,
    sees=OWN, columns=lists.COLUMNS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown, found=queries.found,
    listing="umbrella/list.html", record="umbrella/record.html", shows=queries.page,
    duties={
        S.RECEIVED: Owes(HOLDER, "umbrella.submit", clock.same_day),
        S.SUBMITTED: Owes(HOLDER, "umbrella.hand_over", working_days(1)),
        S.HANDED: Owes(HOLDER, "umbrella.receipt_in", ask_again(7), kind="remind"),
        S.AWAITED: Owes(HOLDER, "umbrella.report", ask_again(15), kind="remind"),
        S.HANDLING: Owes(HOLDER, "umbrella.close", clock.calendar_months(1)),
        S.SETTLING: Owes(HOLDER, "umbrella.close", working_days(15)),
        S.SEALED: Owes(HOLDER, "umbrella.hand_sealed", clock.same_day),
    },
)  # fmt: skip
sees(UmbrellaDuty, {Role.DISCIPLINE: mine})

# fmt: off
UMBRELLA.creates("receive", _l("接收"), who={}, to=(S.RECEIVED, S.SEALED), does=actions.receive)
UMBRELLA.creates("enter", _l("登记问题线索"), who={Role.DISCIPLINE: everywhere}, form=forms.EnterForm,
    given=forms.Enter, does=actions.enter)
UMBRELLA.verb("submit", _l("呈批"), who=OWN, when=S.RECEIVED, to=S.SUBMITTED, kind="main", form=forms.SubmitForm,
    given=forms.Submit, does=actions.submit, paper=papers.SUBMISSION)
UMBRELLA.verb("hand_over", _l("移交"), who=OWN, when=(S.RECEIVED, S.SUBMITTED), to=S.HANDED, kind="main",
    form=forms.HandOverForm, given=forms.HandOver, does=actions.hand_over, shape="arrow",
    fill=forms.begun)
UMBRELLA.verb("receipt_in", _l("登记回执"), who=OWN, when=S.HANDED, to=S.AWAITED, kind="main",
    form=forms.ReceiptInForm, given=forms.ReceiptIn, does=actions.receipt_in,
    fill=forms.begun)
UMBRELLA.verb("report", _l("登记对方处置"), who=OWN, when=(S.HANDED, S.AWAITED), to=(S.AWAITED, S.SETTLING),
    form=forms.ReportForm, given=forms.Report, does=actions.report, shape="arrow",
    fill=forms.begun)
UMBRELLA.verb("dispose", _l("自行处置"), who={Role.DISCIPLINE: named_on_it & competent}, when=(S.RECEIVED, S.SUBMITTED),
    to=S.HANDLING, form=forms.DisposeForm, given=forms.Dispose, does=actions.dispose, shape="diamond",
    fill=forms.begun)
UMBRELLA.verb("close", _l("了结"), who=OWN, when=(S.HANDLING, S.SETTLING), to=S.CLOSED, kind="main",
    form=forms.CloseForm, given=forms.Close, does=actions.close)
UMBRELLA.verb("hand_sealed", _l("登记密封移交"), who=OWN, when=S.SEALED, to=S.GONE, form=forms.SealForm,
    given=forms.Seal, does=actions.hand_sealed, carries=("sealed.send",), shape="arrow", answer=queries.slip_written,
    template="umbrella/hand_sealed.html")
UMBRELLA.verb("recuse", _l("申报回避"), who=OWN, when=S.SEALED, does=actions.recuse, answer="list", kind="quiet")
UMBRELLA.verb("split", _l("分案"), who=OWN, when=ORDINARY, form=forms.SplitForm, given=forms.Split,
    does=actions.split, carries=("clues.register",), template="umbrella/split.html", fill=begins_empty)
UMBRELLA.verb("note", _l("记事"), who=OWN, when=ORDINARY, form=forms.NoteForm, given=forms.Note, does=actions.note)
UMBRELLA.verb("name_also", _l("增加承办人"), who=OWN, when=ORDINARY, form=forms.NameForm, given=forms.Name,
    does=actions.name_also, kind="quiet")
UMBRELLA.verb("take_off", _l("撤下承办人"), who={Role.DISCIPLINE: named_on_it & shared}, when=ORDINARY,
    form=forms.NameForm, given=forms.Name, does=actions.take_off, kind="quiet")

# 密封移交: whoever sealed it writes the slip and reads it once; the clerk to whom it goes writes down the receipt
SLIPS = Register("sealed", Slip, "/umbrella/sealed/", "MF", _l("密封移交"), row="slip_row", states=L, start=L.SENT,
    sees=MINE, columns=lists.SLIP_COLUMNS, tabs=lists.SLIP_TABS, sorts=lists.SLIP_SORTS, shown=lists.slip_shown,
    record="umbrella/slip_record.html", shows=queries.slip_page,
    duties={L.SENT: Owes(HOLDER, "sealed.answer", ask_again(7), kind="remind")})
SLIPS.creates("send", _l("登记密封移交单"), who=dict.fromkeys((Role.OPERATOR, Role.OFFICE), everywhere),
    to=(L.SENT, L.PAST), form=forms.SlipOutForm, given=forms.SlipOut, does=actions.slip_out,
    page="/umbrella/sealed/new", answer=forms.slip_address)
SLIPS.verb("answer", _l("登记回执"), who=MINE, when=L.SENT, to=L.ANSWERED, kind="main", form=forms.SlipBackForm,
    given=forms.SlipBack, does=actions.slip_back, fill=forms.begun)

# 回避认定: within one working day
RECUSALS = Register("recusals", Aside, "/umbrella/recusals/", "HB", _l("回避认定"), row="aside_row", states=A,
    start=A.PENDING, sees=MINE, columns=lists.ASIDE_COLUMNS, tabs=lists.ASIDE_TABS, sorts=lists.ASIDE_SORTS,
    shown=lists.aside_shown, record="umbrella/aside.html", shows=queries.aside_page,
    duties={A.PENDING: Owes(HOLDER, "recusals.uphold", working_days(1))})
RECUSALS.creates("match", _l("暂时回避"), who={}, does=actions.match, by_any=True)
RECUSALS.verb("uphold", _l("认定回避"), who=MINE, when=A.PENDING, to=A.UPHELD, kind="main", does=actions.uphold)
RECUSALS.verb("lift", _l("不属回避，恢复"), who=MINE, when=A.PENDING, to=A.LIFTED, does=actions.lift)
# fmt: on
