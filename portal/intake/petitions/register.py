"""信访 at a glance: registered as the 信访 system has it, read for clues, its two clocks as reminders."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ...core.actor import Role
from ...core.duties import Owes
from ...core.forms import begins_empty
from ...core.register import Panel, Register
from ...core.sight import everywhere, own_unit
from ..keeping.forms import HandSealed, HandSealedForm, Read, handed_today
from ..register import INTAKE
from . import actions, clock, forms, lists, queries
from .models import Petition
from .models import PetitionState as S

OPERATOR = Role.OPERATOR

PETITIONS = Register(
    "petitions", Petition, "/intake/petitions/", "XF", _l("信访台账"), row="line_row", states=S, start=S.READING,
    sees={OPERATOR: own_unit, Role.OFFICE: everywhere, Role.OFFICE_HEAD: everywhere},
    columns=lists.COLUMNS, filters=lists.FILTERS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown,
    listing="intake/petitions/list.html", record="intake/petitions/record.html", shows=queries.record_page,
    duties={S.READING: Owes("hotline", "petitions.found", clock.to_be_read)},
)  # fmt: skip

# fmt: off
PETITIONS.creates("register", _l("信访登记"), who={OPERATOR: everywhere}, form=forms.RegisterForm,
    given=forms.Register, does=actions.register, drafts=True, template="intake/petitions/register.html")
PETITIONS.creates("old", _l("导入旧信访件"), who={}, does=actions.old)
PETITIONS.verb("found", _l("有线索"), who={OPERATOR: own_unit}, when=S.READING, to=S.FOUND, kind="main",
    form=forms.FoundForm, given=Read, does=actions.found, carries=("intake.mailed", "umbrella.receive"),
    template="intake/petitions/found.html", shows=queries.found_page, fill=begins_empty, answer="receipt")
PETITIONS.verb("nothing", _l("无线索"), who={OPERATOR: own_unit}, when=S.READING, to=S.NONE,
    form=forms.NothingForm, given=forms.Nothing, does=actions.nothing, template="intake/petitions/nothing.html",
    shows=queries.nothing_page)
PETITIONS.verb("hand_sealed", _l("登记密封移交"), who={OPERATOR: own_unit}, when=S.READING, to=S.HANDED, kind="quiet",
    form=HandSealedForm, given=HandSealed, does=actions.hand_sealed, fill=handed_today)
PETITIONS.verb("accept", _l("登记受理结论"), who={OPERATOR: own_unit}, when=tuple(S), form=forms.AcceptForm,
    given=forms.Accept, does=actions.accept, does_duty=True)
PETITIONS.verb("conclude", _l("登记办理结论"), who={OPERATOR: own_unit}, when=tuple(S), form=forms.ConcludeForm,
    given=forms.Conclude, does=actions.conclude, does_duty=True)
# fmt: on

INTAKE.panel(Panel(_l("信访来源"), queries.petitions_of, "intake/petitions/sources.html"))
