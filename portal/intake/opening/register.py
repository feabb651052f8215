"""启封 at a glance. Not to be signed on paper: two leaders give it themselves, at the screen."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...clues.forms import ReasonForm, Words
from ...core import clock, moving
from ...core.actor import Role
from ...core.clock import working_days
from ...core.duties import Owes, waits_for
from ...core.register import Panel, Register
from ...core.sight import Session, everywhere, not_the_proposer, via
from ...organisation import queries as organisation
from ..models import ENDED, TipState
from ..queries import below
from ..register import INTAKE
from . import actions, forms
from .models import Opening
from .models import OpeningState as S

OFFICE, HEAD, DEPUTY = Role.OFFICE, Role.OFFICE_HEAD, Role.DEPUTY_HEAD


def page(session: Session, opening: Opening) -> dict[str, Any]:
    """Who asked for what, and who consented."""
    people = (opening.proposed_by, opening.head_id, opening.deputy_id)
    asker, head, deputy = (organisation.name_of(session, i) if i else "" for i in people)
    open_for = ""
    if opening.since and opening.until:
        open_for = f"{clock.local(opening.since):%m-%d %H:%M} — {clock.local(opening.until):%H:%M}"
    found = [
        (_("受理编号"), opening.tip.number, False), (_("申请人"), asker, False), (_("用途"), opening.purpose, True),
        (_("扫黑办主任"), head, False), (_("分管领导"), deputy, False), (_("启封时间"), open_for, False),
    ]  # fmt: skip
    return {
        "facts": found, "due": clock.told(opening.owed_at, "due") if opening.owed_at else None, "files": [],
        "above": f"{INTAKE.root}{opening.tip.number}", "heading": _("启封申请"), "about": opening.tip.number,
        "is_open": actions.is_open(opening, session.actor),
    }  # fmt: skip


SEEN = dict.fromkeys((OFFICE, HEAD, DEPUTY, Role.BUREAU_HEAD), via(Opening.tip))
OPENINGS = Register(
    "openings", Opening, "/openings/", "QF", _l("启封"), sees=SEEN, parent="tip", states=S, start=S.ASKED,
    record="intake/opening/record.html", shows=page,
    duties={
        S.ASKED: Owes("office_head", "openings.second", working_days(1)),
        S.SECONDED: Owes("deputy_head", "openings.consent", working_days(1)),
    },
)  # fmt: skip

# fmt: off
OPENINGS.creates("ask", _l("申请启封"), under=INTAKE, who={OFFICE: everywhere}, kind="quiet",
    when=(TipState.TRIAGE, *ENDED), form=forms.AskForm,
    given=forms.Ask, does=actions.ask, proposes=True)
OPENINGS.verb("second", _l("同意启封"), who={HEAD: not_the_proposer}, when=S.ASKED, to=S.SECONDED,
    does=actions.second, kind="main", decides=True)
OPENINGS.verb("consent", _l("同意启封"), who={DEPUTY: not_the_proposer}, when=S.SECONDED, to=S.OPENED,
    does=actions.consent, kind="main", decides=True)
OPENINGS.verb("refuse", _l("不同意启封"),
    who={HEAD: waits_for("openings.second"), DEPUTY: waits_for("openings.consent")},
    when=(S.ASKED, S.SECONDED), to=S.REFUSED, form=ReasonForm, given=Words)
OPENINGS.verb("moved", _l("调整承办"), who={}, by_any=True, when=tuple(S), to=S.MOVED, does=moving.blank)
# fmt: on

INTAKE.panel(Panel(_l("启封"), below(OPENINGS), "intake/opening/panel.html"))
