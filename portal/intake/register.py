"""受理 at a glance: from the ringing telephone to the clue."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from ..clues.forms import ReasonForm, Words
from ..clues.models import ClueState as C
from ..clues.register import CLUES, WHOLE_OFFICE
from ..core.actor import Role
from ..core.clock import working_days
from ..core.duties import Owes, holds
from ..core.register import Panel, Register
from ..core.sight import Session, everywhere, nowhere, own_branch, own_unit, sees
from ..parties import models as parties
from . import actions, forms, lists, queries
from .models import CodeTry, Contact, Receipt, Tip
from .models import TipState as S

OPERATOR, OFFICE = Role.OPERATOR, Role.OFFICE
STEP_ASIDE = (OFFICE, Role.OFFICE_HEAD, Role.DEPUTY_HEAD, Role.BUREAU_HEAD)


def searched(session: Session, tip: Tip) -> str:
    """What q finds: nothing before the excerpt is accepted, and never the words as dictated."""
    return f"{tip.title}\n{tip.excerpt}\n{tip.place}" if tip.excerpt else ""


INTAKE = Register(
    "intake", Tip, "/intake/", "JB", _l("举报受理"), digits=6, row="line_row", states=S, start=S.EXCERPT,
    sees=WHOLE_OFFICE | {OPERATOR: own_unit, Role.JOB: everywhere},
    columns=lists.COLUMNS, filters=lists.FILTERS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown,
    searched=searched, record="intake/record.html", shows=queries.record_page,
    duties={
        S.INCOMPLETE: Owes("hotline", "intake.complete", working_days(1)),
        S.EXCERPT: Owes("hotline", "intake.excerpt", working_days(1)),
        S.TRIAGE: Owes("triage", "intake.accept", working_days(2)),
    },
)  # fmt: skip
parties.mentioned_in(INTAKE, Tip.channel)
sees(Receipt, {OPERATOR: everywhere, OFFICE: everywhere})
sees(CodeTry, nowhere)
sees(Contact, nowhere)

# fmt: off
# the telephone: two buttons end one page
INTAKE.creates("call", _l("登记并生成查询码"), who={OPERATOR: everywhere}, form=forms.CallForm, given=forms.Call,
    does=actions.call, drafts=True, fill=forms.call_of, answer="receipt", page="/intake/calls/new",
    carries=("umbrella.receive",), template="intake/call.html", shows=queries.call_page)
INTAKE.creates("hang_up", _l("存为未完整来电"), to=S.INCOMPLETE, who={OPERATOR: everywhere}, form=forms.HangUpForm,
    given=forms.Call, does=actions.hang_up, answer="receipt", carries=("umbrella.receive",),
    template="intake/call.html", shows=queries.call_page)
INTAKE.creates("mailed", _l("由邮件登记"), to=S.TRIAGE, who={}, does=actions.mailed)
INTAKE.verb("complete", _l("补齐来电"), who={OPERATOR: own_unit}, when=S.INCOMPLETE, to=(S.EXCERPT, S.MOVED),
    kind="main", form=forms.CompleteForm, given=forms.Complete, does=actions.complete, carries=("umbrella.receive",),
    template="intake/complete.html")
INTAKE.verb("excerpt", _l("采用摘录"), who={OPERATOR: own_unit}, when=S.EXCERPT, to=S.TRIAGE, kind="main",
    form=forms.ExcerptForm, given=forms.Excerpt, does=actions.excerpt, template="intake/excerpt.html",
    shows=queries.excerpt_page)

# 研判: five decisions, one page; where the desk must keep off the matter, whoever owes it instead decides
UP = dict.fromkeys(STEP_ASIDE[1:], holds("intake.accept"))
INTAKE.verb("accept", _l("立为线索"), who={OFFICE: everywhere} | UP, when=S.TRIAGE, to=S.ACCEPTED, kind="main",
    form=forms.AcceptForm, given=forms.Accept, does=actions.accept, carries=("clues.register",), drafts=True,
    decides=True, template="intake/triage.html", shows=queries.triage_page)
INTAKE.verb("join", _l("并入已有线索"), who={OFFICE: everywhere} | UP, when=S.TRIAGE, to=S.JOINED, form=forms.JoinForm,
    given=forms.Join, does=actions.join, carries=("clues.join",), template="intake/triage.html",
    shows=queries.triage_page)
INTAKE.verb("decline", _l("不予受理"), who={OFFICE: everywhere} | UP, when=S.TRIAGE, to=S.DECLINED,
    form=forms.DeclineForm, given=forms.Decline, does=actions.decline,
    template="intake/triage.html", shows=queries.triage_page)
INTAKE.verb("hand_on", _l("转有权机关"), who={OFFICE: everywhere} | UP, when=S.TRIAGE, to=S.FORWARDED,
    form=forms.HandOnForm, given=forms.HandOn, does=actions.hand_on, carries=("transfers.open",), shape="arrow",
    template="intake/triage.html", shows=queries.triage_page)
INTAKE.verb("settle", _l("作为纠纷化解"), who={OFFICE: everywhere} | UP, when=S.TRIAGE, to=S.SETTLING,
    form=forms.SettleForm, given=forms.Settle, does=actions.settle, carries=("settlements.open",),
    template="intake/triage.html", shows=queries.triage_page)
INTAKE.verb("recuse", _l("申报回避"), who=dict.fromkeys(STEP_ASIDE, everywhere), when=S.TRIAGE, form=ReasonForm,
    given=Words, does=actions.recuse, answer="list")

# 涉及公职人员, seen later: the content goes to named people. The label is neutral: it stands in the time line
MARK: dict[str, Any] = {"form": forms.MarkForm, "given": forms.Mark, "carries": ("umbrella.receive",),
    "template": "intake/mark.html", "answer": "list", "kind": "quiet"}
INTAKE.verb("mark", _l("调整承办"), who={OPERATOR: own_unit, OFFICE: everywhere}, to=S.MOVED, does=actions.mark,
    when=(S.INCOMPLETE, S.EXCERPT, S.TRIAGE, S.FORWARDED, S.SETTLING), **MARK)
INTAKE.verb("moved", _l("调整承办"), who={}, when=(S.ACCEPTED, S.JOINED), to=S.MOVED, does=actions.moved)
CLUES.verb("mark", _l("调整承办"), when=C.open(), to=C.MOVED, does=actions.mark_clue,
    who={Role.OFFICER: own_unit, Role.UNIT_HEAD: own_branch, OFFICE: everywhere, Role.OFFICE_HEAD: everywhere},
    **(MARK | {"carries": ("umbrella.receive", "intake.moved")}))

# 告知: whoever owes it
INTAKE.verb("contact", _l("联系举报人"), who={OPERATOR: holds("intake.tell")}, when=tuple(S), does=actions.contact,
    answer="contact")
INTAKE.verb("tell", _l("登记已告知"), who={OPERATOR: holds("intake.tell")}, when=tuple(S), form=forms.TellForm,
    given=forms.Tell, does=actions.tell, does_duty=True, shape="arrow", kind="main", template="intake/tell.html")
# fmt: on

CLUES.panel(Panel(_l("举报来源"), queries.tips_of, "intake/sources.html"))
