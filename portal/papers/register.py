"""线下签批登记: who was said to have signed what, and whether he says so too."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select

from ..core.act import UNDONE, Recorded, also
from ..core.actor import Actor, Role
from ..core.clock import working_days
from ..core.duties import HOLDER, Owes
from ..core.errors import Refused
from ..core.register import REGISTERS, Register, named
from ..core.sight import Scope, Session, everywhere, me, session_of
from ..organisation import queries as organisation
from .models import Signing
from .models import SigningState as S

his_own = Scope("his_own", lambda m, alone: m.officer_id == me.id)
APPROVERS = (Role.UNIT_HEAD, Role.OFFICE_HEAD, Role.DEPUTY_HEAD, Role.BUREAU_HEAD)


def record(given: Recorded, actor: Actor, number: str) -> Signing:
    """Written by perform with the step itself."""
    approver = given.approver
    return Signing(
        subject=given.number, subject_register=given.register, verb=given.verb, signed_on=given.on,
        recorded_by=actor.id, unit_id=approver.unit_id, officer_id=approver.id,
    )  # fmt: skip


def deny(signing: Signing, given: None, actor: Actor) -> None:
    """The approver did not sign: the step is undone, if nothing has been built on it since."""
    session = session_of(signing)
    verb, model = named(signing.verb), REGISTERS[signing.subject_register].model
    row = session.scalar(select(model).where(model.number == bindparam("number")), {"number": signing.subject})
    if row is None or row.state not in named(verb.undone_by or "").when:
        raise Refused(None, _("这一步之后已经继续办理，不能自动退回；请直接告知扫黑办主任处理"))
    also(verb.undone_by or "", row)


def page(session: Session, signing: Signing) -> dict[str, Any]:
    """What is asked, in words."""
    found = [
        (_("办理事项"), f"{signing.subject}　{named(signing.verb).label}", True),
        (_("签批人"), organisation.name_of(session, signing.officer_id), False),
        (_("签批日期"), f"{signing.signed_on}", False),
        (_("登记人"), organisation.name_of(session, signing.recorded_by), False),
    ]
    above = f"{REGISTERS[signing.subject_register].root}{signing.subject}"
    return {
        "facts": found,
        "due": None,
        "files": [],
        "above": above,
        "heading": _("线下签批：%(act)s") % {"act": named(signing.verb).label},
    }


SIGNINGS = Register(
    "signings",
    Signing,
    "/signings/",
    "QP",
    _l("线下签批"),
    states=S,
    start=S.ASKED,
    record="register/child.html",
    shows=page,
    sees=dict.fromkeys(APPROVERS, his_own) | {Role.OFFICE: everywhere, Role.OFFICE_HEAD: everywhere},
    duties={S.ASKED: Owes(HOLDER, "signings.confirm", working_days(1))},
)
SIGNINGS.creates("record", _l("登记线下签批"), who={}, does=record)
SIGNINGS.verb(
    "confirm",
    _l("是我签的"),
    who=dict.fromkeys(APPROVERS, his_own),
    when=S.ASKED,
    to=S.CONFIRMED,
    kind="main",
    decides=True,
)
SIGNINGS.verb(
    "deny",
    _l("不是我签的"),
    who=dict.fromkeys(APPROVERS, his_own),
    when=S.ASKED,
    to=S.DENIED,
    does=deny,
    carries=(UNDONE,),
    kind="danger",
)
