"""当事方 at a glance: a record is there for whoever sees a matter that mentions it; the office merges two of them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ..core.actor import Role
from ..core.register import Register
from ..core.sight import Scope, everywhere
from . import actions, forms, queries
from .models import NARROWLY, PREFIX, WIDELY, Merge, Record, both_seen, mentioned

not_undone = Scope("not_undone", lambda m, alone: m.undone_at.is_(None))

# fmt: off
PARTIES = Register("parties", Record, "/parties/", PREFIX, _l("当事方"),
    sees=dict.fromkeys((*WIDELY, *NARROWLY), mentioned),
    own_list=True, record="parties/record.html", shows=queries.record_page, looked=queries.looked)
MERGES = Register("merges", Merge, "/parties/merges/", "BF", _l("并为一方"), sees=both_seen, parent="into",
    record="register/child.html", shows=queries.merge_page)
MERGES.creates("make", _l("并为一方"), under=PARTIES, who={Role.OFFICE: everywhere}, form=forms.MergeForm,
    given=forms.Merge, does=actions.merge)
MERGES.verb("split", _l("拆开"), who={Role.OFFICE: not_undone}, form=forms.SplitForm, given=forms.Split,
    does=actions.split, kind="danger")
# fmt: on
