"""会议和议定事项 at a glance: who sees, what can be done, by whom, from which state; and who owes what in each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from ..clues.forms import OpinionForm, ReasonForm, UrgeForm, Words
from ..clues.register import CLUES, WHOLE_OFFICE
from ..core import desks
from ..core.actor import Role
from ..core.clock import end_of, working_days
from ..core.duties import HOLDER, Owes
from ..core.figures import Figure, figure
from ..core.register import Panel, Register
from ..core.sight import (
    Scope,
    Session,
    everywhere,
    listed,
    me,
    not_the_proposer,
    own_branch,
    own_unit,
    sees,
    session_of,
    via,
)
from ..organisation import queries as organisation
from . import actions, forms, lists, queries
from .models import ON_LEAVE, Attendance, Decision, Meeting
from .models import DecisionState as S

OFFICER, UNIT_HEAD, PERSONNEL, OFFICE, OFFICE_HEAD = (
    Role.OFFICER, Role.UNIT_HEAD, Role.PERSONNEL, Role.OFFICE, Role.OFFICE_HEAD,
)  # fmt: skip
A = Attendance.__table__


def _attended(m: Any, alone: bool) -> Any:
    return m.id.in_(listed(A.c.meeting_id, A.c.person_id == me.id, A.c.how != ON_LEAVE))


attended = Scope("attended", _attended)
owes_it = Scope("owes_it", lambda m, alone: m.owed_by == me.id)  # the row's own duty is the actor's
not_argued = Scope("not_argued", lambda m, alone: m.objections == 0)
OWNER = dict.fromkeys(queries.OWNERS, owes_it)
ANOTHER = dict.fromkeys((OFFICE, OFFICE_HEAD), not_the_proposer)


def searched(session: Session, meeting: Meeting) -> str:
    """What q finds of a meeting."""
    return queries.words_of(meeting, organisation.name_of(session, meeting.chair_id))


def day(decision: Any) -> datetime:
    """Its end, or the day of its next review."""
    due: datetime = decision.due_at or end_of(decision.review_on)
    return due


def verifier(decision: Any) -> str:
    """The office's clerk; what he has reported himself waits for his head."""
    session: Any = session_of(decision)
    return "office_head" if desks.holder(session, "triage")[1] == decision.proposed_by else "triage"


# fmt: off
MEETINGS = Register(
    "meetings", Meeting, "/meetings/", "HY", _l("例会与纪要"), row="meeting_row", searched=searched,
    sees=WHOLE_OFFICE | dict.fromkeys((OFFICER, UNIT_HEAD, PERSONNEL), attended),
    columns=lists.COLUMNS, filters=lists.FILTERS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown,
    record="meetings/record.html", shows=queries.meeting_page)
sees(Attendance, via(Attendance.meeting))
MEETINGS.creates("log", _l("补记会议"), who={OFFICE: everywhere}, form=forms.LogForm, given=forms.Log,
    does=actions.log, drafts=True, carries=("decisions.make",), template="meetings/log.html", shows=queries.log_page)
MEETINGS.verb("scan", _l("补传扫描件"), who={OFFICE: everywhere}, form=forms.ScanForm, given=forms.Scan)

DECISIONS = Register(
    "decisions", Decision, "/meetings/decisions/", "YD", _l("议定事项"), row="decision_row", parent="meeting",
    sees=WHOLE_OFFICE | {OFFICER: own_unit, UNIT_HEAD: own_branch, PERSONNEL: own_unit},
    states=S, start=S.GIVEN, searched=lambda session, decision: decision.title,
    columns=lists.DECISION_COLUMNS, filters=lists.DECISION_FILTERS, tabs=lists.DECISION_TABS,
    sorts=lists.DECISION_SORTS, shown=lists.decisions_shown, record="meetings/decision.html",
    shows=queries.decision_page,
    duties={
        S.GIVEN: Owes(HOLDER, "decisions.accept", day),
        S.DISPUTED: Owes("triage", "decisions.answer", working_days(2)),
        S.WORKING: Owes(HOLDER, "decisions.finish", day),
        S.STANDING: Owes(HOLDER, "decisions.review", day),
        S.FINISHED: Owes(verifier, "decisions.verify", working_days(2)),
    })

DECISIONS.creates("make", _l("议定"), under=MEETINGS, who={}, form=forms.MakeForm, given=forms.Make, does=actions.make,
    shape="arrow")
DECISIONS.creates("add", _l("补记一项"), under=MEETINGS, who={OFFICE: everywhere}, form=forms.MakeForm,
    given=forms.Make, does=actions.make, shape="arrow")

# 待接受: the owner takes it on, or argues back once
DECISIONS.verb("accept", _l("接受"), who=OWNER, when=S.GIVEN, to=(S.WORKING, S.STANDING), does=actions.accept,
    kind="main")
DECISIONS.verb("dispute", _l("提出异议"), who=dict.fromkeys(queries.OWNERS, owes_it & not_argued), when=S.GIVEN,
    to=S.DISPUTED, form=forms.ObjectForm, given=Words, does=actions.dispute)
DECISIONS.verb("answer", _l("答复异议"), who={OFFICE: everywhere}, when=S.DISPUTED, to=S.GIVEN, kind="main",
    decides=True, form=forms.AnswerForm, given=forms.Answer, does=actions.answer, fill=queries.as_it_stands)

# 办理中, 长期办理: how it stands, and that it is done
DECISIONS.verb("finish", _l("报完成"), who=OWNER, when=(S.WORKING, S.STANDING), to=S.FINISHED, kind="main",
    form=forms.FinishForm, given=forms.Report, does=actions.finish, proposes=True, shape="ring")
DECISIONS.verb("report", _l("报进展"), who=OWNER, when=(S.WORKING, S.STANDING), form=forms.ReportForm,
    given=forms.Report)
DECISIONS.verb("review", _l("复核"), who=OWNER, when=S.STANDING, form=forms.ReviewForm, given=forms.Review,
    does=actions.review, owes=Owes(HOLDER, "decisions.review", day))

# 待核实: the office, and another than who reported it
DECISIONS.verb("verify", _l("核实办结"), who=ANOTHER, when=S.FINISHED, to=S.CLOSED, kind="main", decides=True,
    form=OpinionForm, given=Words, does=actions.verify, shape="diamond")
DECISIONS.verb("return", _l("退回"), who=ANOTHER, when=S.FINISHED, to=(S.WORKING, S.STANDING),
    form=ReasonForm, given=Words, does=actions.send_back)

# beside the way
DECISIONS.verb("postpone", _l("调整时限"), who={OFFICE: everywhere}, when=(S.GIVEN, S.WORKING),
    form=forms.PostponeForm, given=forms.Postpone, does=actions.postpone)
DECISIONS.verb("urge", _l("催办"), who=dict.fromkeys((OFFICE, OFFICE_HEAD), everywhere), when=S.open(),
    form=UrgeForm, given=Words, does=actions.urge, bulk=True, shape="flag")
# fmt: on

CLUES.panel(Panel(_l("议定事项"), queries.of_clue, "meetings/of_clue.html"))

figure(Figure("meetings.held", _l("召开会议"), "meetings", by="held"))
figure(Figure("decisions.made", _l("议定事项"), "decisions", by="made"))
figure(Figure("decisions.closed", _l("办结议定事项"), "decisions", by="closed"))
figure(Figure("decisions.closed_in_time", _l("按时办结"), "decisions", {"ended": "按时"}, by="closed"))
figure(Figure("decisions.overdue", _l("逾期议定事项"), "decisions", {"late": "是"}))
