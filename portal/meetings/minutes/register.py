"""会议纪要 at a glance: drafted, checked by another, signed by the deputy, issued, signed for by each unit's head."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, literal_column

from ...clues.forms import OpinionForm, ReasonForm, Words
from ...clues.register import WHOLE_OFFICE
from ...core import desks
from ...core.act import running
from ...core.actor import Role
from ...core.clock import working_days
from ...core.duties import HOLDER, Owes, holds
from ...core.figures import Figure, figure
from ...core.register import Panel, Register
from ...core.sight import Scope, everywhere, listed, not_the_proposer, own_branch, own_unit, sees, via
from ..register import MEETINGS
from . import actions, forms, lists, papers, queries
from .models import Minutes, Recipient
from .models import MinutesState as S

OFFICE, OFFICE_HEAD, DEPUTY_HEAD = Role.OFFICE, Role.OFFICE_HEAD, Role.DEPUTY_HEAD
M, R = Minutes.__table__, Recipient.__table__
HEADS = (Role.UNIT_HEAD, OFFICE_HEAD, DEPUTY_HEAD, Role.BUREAU_HEAD)


def issued_to(units: Scope) -> Scope:
    """Issued, and to one of these units."""

    def sql(m: Any, alone: bool) -> Any:
        to_it = listed(R.c.minutes_id, units.sql(R.c, alone))
        return and_(m.state == literal_column("'issued'"), m.id.in_(to_it))

    return Scope(f"issued_to({units.name})", sql)


has_none = Scope("has_no_minutes", lambda m, alone: m.id.not_in(listed(M.c.meeting_id)))
_corrected = (M.c.corrects_id, M.c.corrects_id.is_not(None))
uncorrected = Scope("not_corrected", lambda m, alone: m.id.not_in(listed(*_corrected)))


def checker(minutes: Any) -> str:
    """The office's clerk; what he has written himself waits for his head."""
    holder = desks.holder(running().session, "triage")[1]
    return "office_head" if holder == minutes.proposed_by else "triage"


TO_CHECK = Owes(checker, "minutes.check", working_days(1))
# fmt: off
MINUTES = Register(
    "minutes", Minutes, "/meetings/minutes/", "JY", _l("会议纪要"), row="minutes_row", parent="meeting",
    sees=dict.fromkeys(WHOLE_OFFICE, via(Minutes.meeting)) | {
        Role.OFFICER: issued_to(own_unit), Role.UNIT_HEAD: issued_to(own_branch), Role.PERSONNEL: issued_to(own_unit)},
    states=S, start=S.DRAFTED, searched=lambda session, minutes: f"{minutes.title}\n{minutes.body}",
    columns=lists.COLUMNS, filters=lists.FILTERS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown,
    record="meetings/minutes/record.html", shows=queries.page,
    duties={
        S.DRAFTED: TO_CHECK,
        S.RETURNED: Owes(HOLDER, "minutes.revise", working_days(1)),
        S.CHECKED: Owes("deputy_head", "minutes.sign", working_days(1)),
        S.SIGNED: Owes(HOLDER, "minutes.issue", working_days(1)),
    })
sees(Recipient, via(Recipient.minutes))

# 拟稿, 核稿
MINUTES.creates("draft", _l("拟纪要"), under=MEETINGS, who={OFFICE: has_none}, form=forms.DraftForm, given=forms.Draft,
    does=actions.draft, proposes=True, drafts=True, fill=queries.filled, template="meetings/minutes/draft.html")
MINUTES.verb("revise", _l("修改"), who={OFFICE: everywhere}, when=(S.DRAFTED, S.RETURNED), to=S.DRAFTED,
    form=forms.DraftForm, given=forms.Draft, does=actions.revise, proposes=True, drafts=True, owes=TO_CHECK,
    fill=queries.as_it_stands, template="meetings/minutes/draft.html")
MINUTES.verb("check", _l("核稿通过"), who=dict.fromkeys((OFFICE, OFFICE_HEAD), not_the_proposer), when=S.DRAFTED,
    to=S.CHECKED, form=OpinionForm, given=Words, does=actions.check, kind="main", shape="diamond", decides=True)
MINUTES.verb("return", _l("退回修改"), when=(S.DRAFTED, S.CHECKED, S.SIGNED), to=S.RETURNED, form=ReasonForm,
    given=Words, does=actions.send_back,
    who=dict.fromkeys((OFFICE, OFFICE_HEAD), not_the_proposer) | {DEPUTY_HEAD: everywhere})

# 签发, 印发
MINUTES.verb("sign", _l("签发"), who={DEPUTY_HEAD: not_the_proposer}, when=S.CHECKED, to=S.SIGNED, form=OpinionForm,
    given=Words, does=actions.sign, kind="main", approves=True, undone_by="minutes.unsign")
MINUTES.verb("unsign", _l("签发未获确认"), who={}, when=S.SIGNED, to=S.CHECKED, does=actions.unsign)
MINUTES.verb("issue", _l("印发"), who={OFFICE: everywhere}, when=S.SIGNED, to=S.ISSUED, does=actions.issue,
    paper=papers.PAPER, kind="main", shows=queries.issue_page, template="meetings/minutes/issue.html")
MINUTES.verb("receive", _l("签收"), who=dict.fromkeys(HEADS, holds("minutes.receive")), when=S.ISSUED,
    does=actions.receive, does_duty=True, kind="main")
MINUTES.creates("correct", _l("更正"), under=MINUTES, who={OFFICE: uncorrected}, when=S.ISSUED, form=forms.DraftForm,
    given=forms.Draft, does=actions.correct, proposes=True, drafts=True, fill=queries.as_it_stands,
    template="meetings/minutes/draft.html")
# fmt: on

MEETINGS.panel(Panel(_l("会议纪要"), queries.of_meeting, "meetings/minutes/of_meeting.html"))
figure(Figure("minutes.issued", _l("印发纪要"), "minutes", by="issued"))
