"""转送 at a glance."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...core import clock, files, moving
from ...core.actor import Role
from ...core.clock import ask_again, working_days
from ...core.duties import Owes
from ...core.register import Panel, Register
from ...core.sight import Session, everywhere, via
from ..queries import below
from ..register import INTAKE
from . import actions, forms, lists
from .models import Transfer
from .models import TransferState as S

OFFICE = Role.OFFICE


def page(session: Session, transfer: Transfer) -> dict[str, Any]:
    """The facts of one transfer."""
    tip = transfer.tip
    found = [
        (_("受理编号"), f"{tip.number} {tip.title or ''}", True),
        (_("接收机关"), f"{transfer.body_name}（{transfer.body}）", False),
        (_("转办函文号"), transfer.document_no or "", False), (_("转送理由"), transfer.reason, True),
        (_("送达方式"), transfer.way or "", False), (_("送出日期"), f"{transfer.sent_on or ''}", False),
        (_("签收人"), transfer.receiver or "", False), (_("签收日期"), f"{transfer.received_on or ''}", False),
    ]  # fmt: skip
    due = None
    if transfer.owed_at:
        due = clock.told(transfer.owed_at, "remind" if transfer.sent_on else "due", since=transfer.state_since)
    return {
        "facts": found, "due": due, "files": files.shown(session, transfer), "above": f"{INTAKE.root}{tip.number}",
        "heading": _("转送%(name)s") % {"name": transfer.body_name}, "about": tip.title,
    }  # fmt: skip


TRANSFERS = Register(
    "transfers", Transfer, "/transfers/", "ZS", _l("转送有权机关"), sees=via(Transfer.tip), parent="tip", states=S,
    start=S.DECIDED, row="line_row", record="register/child.html", shows=page, columns=lists.COLUMNS,
    filters=lists.FILTERS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown,
    duties={
        S.DECIDED: Owes("triage", "transfers.send", working_days(2)),
        S.SENT: Owes("triage", "transfers.sign", ask_again(15), kind="remind"),
    },
)  # fmt: skip

# fmt: off
TRANSFERS.creates("open", _l("决定转送"), under=INTAKE, who={}, does=actions.open_)
TRANSFERS.verb("send", _l("登记送出"), who={OFFICE: everywhere}, when=S.DECIDED, to=S.SENT, form=forms.SendForm,
    given=forms.Send, does=actions.send, kind="main", shape="arrow")
TRANSFERS.verb("sign", _l("登记回执"), who={OFFICE: everywhere}, when=S.SENT, to=S.RECEIVED, form=forms.SignForm,
    given=forms.Sign, does=actions.sign, kind="main", shape="arrow")
TRANSFERS.verb("moved", _l("调整承办"), who={}, by_any=True, when=tuple(S), to=S.MOVED, does=moving.blank)
# fmt: on

INTAKE.panel(Panel(_l("转送"), below(TRANSFERS), "intake/transfers.html"))
