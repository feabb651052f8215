"""线索台账 at a glance: who sees, what can be done, by whom, from which state; and who owes what in each."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_

from ..core import jobs, moving
from ..core.actor import Role
from ..core.clock import ask_again, end_of, with_the_matter, working_days
from ..core.duties import HEAD_OF_UNIT, HOLDER, Owes, holds, waits_for
from ..core.figures import Figure, figure
from ..core.register import Register
from ..core.sight import Scope, Session, everywhere, not_the_proposer, own_branch, own_unit, via
from ..parties import models as parties
from ..parties.matching import normalised
from . import actions, forms, lists, papers, queries
from .models import UNFOUNDED, CheckRecord, Clue, Referral
from .models import ClueState as S
from .models import ReferralState as R

OFFICER, UNIT_HEAD, OFFICE, OFFICE_HEAD, DEPUTY_HEAD, BUREAU_HEAD = (
    Role.OFFICER, Role.UNIT_HEAD, Role.OFFICE, Role.OFFICE_HEAD, Role.DEPUTY_HEAD, Role.BUREAU_HEAD,
)  # fmt: skip
WHOLE_OFFICE = dict.fromkeys((OFFICE, OFFICE_HEAD, DEPUTY_HEAD, BUREAU_HEAD, Role.LEADER), everywhere)
major = Scope("重大", lambda m, alone: m.level == "重大")


def stands_in(what: str, *roles: Role) -> dict[Role, Scope]:
    """Where whose work it is must keep off the matter, the duty goes up, and with it the verb."""
    return dict.fromkeys(roles, holds(what) & not_the_proposer)


def searched(session: Session, clue: Clue) -> str:
    """What q finds: the clue's own words, its place and parties."""
    told = session.core(parties.M.select().where(parties.M.c.number == clue.number))
    named = " ".join(f"{m.name} {normalised(m.name)}" for m in told)
    if clue.state == S.MOVED:
        return ""
    return f"{clue.title}\n{clue.summary}\n{clue.place}\n{named}"


def closer(clue: Any) -> str:
    """重大 is closed by the deputy."""
    return "deputy_head" if clue.level == "重大" else "office_head"


CLUES = Register(
    "clues", Clue, "/clues/", "XS", _l("线索台账"), digits=6, row="clue_row", states=S, start=S.PROPOSED,
    sees=WHOLE_OFFICE | {OFFICER: own_unit, UNIT_HEAD: own_branch, Role.JOB: everywhere},
    columns=lists.COLUMNS, filters=lists.FILTERS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown,
    searched=searched, record="clues/record.html", shows=queries.record_page,
    duties={
        S.PROPOSED: Owes("office_head", "clues.assign", working_days(1)),
        S.ASSIGNED: Owes(HOLDER, "clues.acknowledge", with_the_matter),
        S.CHECKING: Owes(HOLDER, "clues.conclude", with_the_matter),
        S.REVIEW: Owes("triage", "clues.pass", with_the_matter),
        S.REFERRED: Owes("triage", "referrals.answer", ask_again(15), kind="remind"),
        S.HELD: Owes("triage", "clues.wake", lambda clue: end_of(clue.wake_on), kind="remind"),
        S.TELLING: Owes(closer, "clues.close", with_the_matter),
        S.CLOSED: Owes("triage", "clues.archive", working_days(10)),
    },
)  # fmt: skip

# fmt: off
CLUES.creates("register", _l("登记线索"), who={OFFICE: everywhere}, form=forms.TakeForm, given=forms.Take,
    does=actions.register, proposes=True, drafts=True, carries=("umbrella.receive",), template="clues/register.html")

# 待研判: the office_head approves the assignment
CLUES.verb("assign", _l("批准交办"), who={OFFICE_HEAD: not_the_proposer & waits_for("clues.assign")}
    | stands_in("clues.assign", DEPUTY_HEAD, BUREAU_HEAD),
    when=S.PROPOSED, to=S.ASSIGNED, form=forms.AssignForm, given=forms.Assign, does=actions.assign, kind="main",
    approves=True, undone_by="clues.withdraw", paper=papers.ASSIGNMENT, fill=queries.proposed,
    shows=queries.assign_page, template="clues/assign.html")
CLUES.verb("return", _l("退回重拟"), who={OFFICE_HEAD: waits_for("clues.assign")}, when=S.PROPOSED,
    form=forms.ReasonForm, given=forms.Words, owes=Owes("triage", "clues.propose", working_days(1)))
CLUES.verb("propose", _l("重新拟办"), who={OFFICE: waits_for("clues.propose")}, when=S.PROPOSED, kind="main",
    form=forms.ProposeForm, given=forms.Propose, does=actions.propose, proposes=True, decides=True,
    owes=Owes("office_head", "clues.assign", working_days(1)))
CLUES.verb("withdraw", _l("交办未获确认"), who={}, when=S.ASSIGNED, to=S.PROPOSED, does=actions.back_to_office)

# 待签收, 核查中: the unit checks and concludes, its head signs
CLUES.verb("acknowledge", _l("签收"), who={OFFICER: holds("clues.acknowledge")}, when=S.ASSIGNED, to=S.CHECKING,
    kind="main")
CLUES.verb("decline", _l("退回交办"), who={OFFICER: own_unit & holds("clues.acknowledge"), UNIT_HEAD: own_branch},
    when=S.ASSIGNED, to=S.PROPOSED, form=forms.ReasonForm, given=forms.Words, does=actions.back_to_office,
    answer="list", owes=Owes("triage", "clues.propose", working_days(1)))
CLUES.verb("conclude", _l("提出结论"), who={OFFICER: own_unit & waits_for("clues.conclude")}, when=S.CHECKING,
    form=forms.ConcludeForm, given=forms.Conclude, does=actions.conclude, proposes=True, drafts=True, kind="main",
    shape="ring", owes=Owes(HEAD_OF_UNIT, "clues.sign", with_the_matter))
CLUES.verb("sign", _l("审签结论"), who={UNIT_HEAD: own_branch & waits_for("clues.sign") & not_the_proposer}
    | stands_in("clues.sign", OFFICE_HEAD, DEPUTY_HEAD, BUREAU_HEAD),
    when=S.CHECKING, to=S.REVIEW, form=forms.OpinionForm, given=forms.Words, does=actions.sign, kind="main",
    approves=True, undone_by="clues.resume")
CLUES.verb("refuse", _l("退回经办人"), who={UNIT_HEAD: own_branch & waits_for("clues.sign")}, when=S.CHECKING,
    form=forms.ReasonForm, given=forms.Words, owes=Owes(HOLDER, "clues.conclude", with_the_matter))
CLUES.verb("resume", _l("审签未获确认"), who={}, when=S.REVIEW, to=S.CHECKING)

# 待审核: the office
CLUES.verb("pass", _l("审核通过"), who={OFFICE: not_the_proposer}
    | stands_in("clues.pass", OFFICE_HEAD, DEPUTY_HEAD, BUREAU_HEAD), when=S.REVIEW, to=S.TELLING,
    form=forms.OpinionForm, given=forms.Words, does=actions.passed, kind="main", shape="diamond",
    decides=True)
CLUES.verb("send_back", _l("退回补充"), who={OFFICE: everywhere}, when=S.REVIEW, to=S.CHECKING,
    form=forms.ReasonForm, given=forms.Words)

# 已移送待反馈, 暂存
CLUES.verb("referred", _l("已移送"), who={}, when=(S.CHECKING, S.REVIEW, S.REFERRED), to=S.REFERRED)
CLUES.verb("answered", _l("移送已回复"), who={}, when=S.REFERRED, to=S.CHECKING)
CLUES.verb("hold", _l("暂存"), who={OFFICE_HEAD: everywhere}, when=(S.CHECKING, S.REVIEW), to=S.HELD,
    form=forms.HoldForm, given=forms.Hold, does=actions.hold)
jobs.wakes(CLUES.verb("wake", _l("恢复核查"), who={OFFICE: everywhere, Role.JOB: everywhere}, when=S.HELD,
    to=S.CHECKING, kind="main", decides=True))

# 待反馈举报人 → 已办结 → 已归档
CLUES.verb("close", _l("批准办结"), who={OFFICE_HEAD: ~major & not_the_proposer, DEPUTY_HEAD: not_the_proposer}
    | stands_in("clues.close", BUREAU_HEAD),
    when=S.TELLING, to=S.CLOSED, form=forms.CloseForm, given=forms.Close, does=actions.close, kind="main",
    approves=True, undone_by="clues.unclose", carries=("umbrella.receive",), template="clues/close.html")
CLUES.verb("recheck", _l("退回核查"), who={OFFICE_HEAD: everywhere}, when=S.TELLING, to=S.CHECKING,
    form=forms.ReasonForm, given=forms.Words)
CLUES.verb("unclose", _l("办结未获确认"), who={}, when=S.CLOSED, to=S.TELLING, does=actions.reopen)
CLUES.verb("archive", _l("归档"), who={OFFICE: everywhere}, when=S.CLOSED, to=S.FILED, form=forms.FileForm,
    given=forms.File, does=actions.file, kind="main")
CLUES.verb("reopen", _l("重办"), who={OFFICE_HEAD: everywhere}, when=(S.CLOSED, S.FILED), to=S.CHECKING,
    form=forms.ReasonForm, given=forms.Words, does=actions.reopen)

# beside the way
CLUES.verb("reassign", _l("改派"), who={OFFICE_HEAD: everywhere}, when=(S.ASSIGNED, S.CHECKING), to=S.ASSIGNED,
    form=forms.ReassignForm, given=forms.Reassign, does=actions.reassign, bulk=True, kind="apart")
CLUES.verb("urge", _l("催办"), who={OFFICE: everywhere, OFFICE_HEAD: everywhere}, when=S.open(),
    form=forms.UrgeForm, given=forms.Words, does=actions.urge, bulk=True, shape="flag")
CLUES.verb("amend", _l("更正文字"), who={OFFICE: everywhere}, when=S.open(), form=forms.AmendForm,
    given=forms.Amend, does=actions.amend, drafts=True)
CLUES.verb("join", _l("并入举报"), who={}, when=S.open())
CLUES.verb("recuse", _l("申报回避"), when=S.open(), form=forms.ReasonForm, given=forms.Words, does=actions.recuse,
    answer="list", kind="quiet", who={OFFICER: own_unit, UNIT_HEAD: own_branch, OFFICE: everywhere,
        OFFICE_HEAD: everywhere, DEPUTY_HEAD: everywhere, BUREAU_HEAD: everywhere})

parties.mentioned_in(CLUES, "线索", conclusion=Clue.conclusion,
    faded=lambda day: and_(Clue.conclusion == UNFOUNDED, Clue.closed_on < day))

CHECKS = Register("checks", CheckRecord, "/checks/", "HC", _l("核查记录"), sees=via(CheckRecord.clue), parent="clue",
    record="register/child.html", shows=queries.check_page)
CHECKS.creates("record", _l("登记核查记录"), under=CLUES, who={OFFICER: own_unit}, when=S.CHECKING,
    form=forms.CheckForm, given=forms.Check, does=actions.check, drafts=True, shape="ring")
CHECKS.verb("moved", _l("调整承办"), who={}, by_any=True, does=moving.blank)

REFERRALS = Register("referrals", Referral, "/referrals/", "YS", _l("移送反馈"), sees=via(Referral.clue),
    parent="clue", blocks=True, states=R, start=R.SENT, row="line_row", record="register/child.html",
    shows=queries.referral_page, columns=lists.REFERRAL_COLUMNS, filters=lists.REFERRAL_FILTERS,
    tabs=lists.REFERRAL_TABS, sorts=lists.REFERRAL_SORTS, shown=lists.referrals_shown,
    duties={R.SENT: Owes("triage", "referrals.answer", ask_again(15), kind="remind")})
REFERRALS.creates("send", _l("登记移送"), under=CLUES, who={OFFICE: everywhere}, shape="arrow",
    when=(S.CHECKING, S.REVIEW, S.REFERRED), form=forms.SendForm, given=forms.Send, does=actions.send,
    carries=("clues.referred",))
REFERRALS.verb("answer", _l("登记对方反馈"), who={OFFICE: everywhere}, when=R.SENT, to=R.ANSWERED,
    form=forms.ReceiveForm, given=forms.Receive, does=actions.answered, carries=("clues.answered",), kind="main",
    shape="arrow")
REFERRALS.verb("moved", _l("调整承办"), who={}, by_any=True, when=tuple(R), to=R.MOVED, does=moving.blank)
# fmt: on

figure(Figure("clues.received", _l("接收线索"), "clues", by="received"))
figure(Figure("clues.open", _l("在办线索"), "clues", {"tab": "open"}))
figure(Figure("clues.closed", _l("办结线索"), "clues", by="closed"))
figure(Figure("clues.overdue", _l("逾期线索"), "clues", {"tab": "overdue"}))
