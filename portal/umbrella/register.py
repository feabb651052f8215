"""问题线索台账: seen by named discipline clerks, by nobody through a role. One door in: umbrella.receive."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..core.actor import Role
from ..core.clock import working_days
from ..core.duties import Owes, mine
from ..core.register import Register
from ..core.sight import Scope, listed, me, sees
from . import actions, forms, lists, queries
from .models import Matter, Member, UmbrellaDuty
from .models import MatterState as S

M = Member.__table__
named_on_it = Scope("named_on_it", lambda m, alone: m.number.in_(listed(M.c.number, M.c.person_id == me.id)))

UMBRELLA = Register(
    "umbrella", Matter, "/umbrella/", "BS", _l("问题线索台账"), row="matter_row", states=S, start=S.RECEIVED,
    sees={Role.DISCIPLINE: named_on_it},
    columns=lists.COLUMNS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown, listing="umbrella/list.html",
    record="umbrella/record.html", shows=queries.page,
    duties={S.RECEIVED: Owes("discipline", "umbrella.hand_over", working_days(1))},
)  # fmt: skip
sees(UmbrellaDuty, {Role.DISCIPLINE: mine})

# fmt: off
UMBRELLA.creates("receive", _l("接收"), who={}, does=actions.receive)
UMBRELLA.verb("hand_over", _l("移交"), who={Role.DISCIPLINE: named_on_it}, when=S.RECEIVED, to=S.HANDED, kind="main",
    form=forms.HandOverForm, given=forms.HandOver, does=actions.hand_over, shape="arrow")
