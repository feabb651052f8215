"""会议和议定事项 at a glance: who sees, what can be done, by whom, from which state; and who owes what in each."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from ..clues.register import WHOLE_OFFICE
from ..core.actor import Role
from ..core.register import Register
from ..core.sight import Scope, listed, me, own_unit, sees, via
from .models import ON_LEAVE, Attendance, Decision, Meeting

UNITS = (Role.OFFICER, Role.UNIT_HEAD, Role.PERSONNEL)
A = Attendance.__table__


def _attended(m: Any, alone: bool) -> Any:
    return m.id.in_(listed(A.c.meeting_id, A.c.person_id == me.id, A.c.how != ON_LEAVE))


attended = Scope("attended", _attended)

MEETINGS = Register(
    "meetings", Meeting, "/meetings/", "HY", _l("例会与纪要"), sees=WHOLE_OFFICE | dict.fromkeys(UNITS, attended),
)  # fmt: skip
sees(Attendance, via(Attendance.meeting))
sees(Decision, WHOLE_OFFICE | dict.fromkeys(UNITS, own_unit))
