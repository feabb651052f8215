"""What the pages of the mailbox show: the drafts beside each other, one of them opened for its keeper."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from ...core import clock, facts, links, lists, vault
from ...core.actor import Role
from ...core.browse import Choice
from ...core.register import REGISTERS
from ...core.sight import Session
from ..models import NAMINGS, TipState
from ..queries import offered
from ..traces import BLOCK, strike, title_of
from . import forms, polling
from .models import Mail, MailState

OFFERED = 9_000  # characters of a text that are offered as an excerpt
ALIKE = 50  # numbers of a group that are named
A_NAME = re.compile("[\u4e00-\u9fff·]{2,6}")


def contents_of(mail: Mail) -> dict[str, Any]:
    """Who sent it, what it says, what hangs on it. Each look is on the trail."""
    told: dict[str, Any] = json.loads(vault.look(mail, "contents"))
    return told


def sealed_of(name: str, address: str, phone: str = "") -> dict[str, str]:
    """What must not stand in an excerpt, by the names under which traces.py knows it."""
    return {k: v for k, v in {"姓名": name, "邮箱": address, "电话": phone}.items() if v}


def reads(session: Session, mail: Mail) -> bool:
    """Whether the viewer may read it: its keeper, until it has become something else."""
    return bool(session.actor.roles & Role.OPERATOR) and MailState.of(mail.state).is_open


def record_page(session: Session, mail: Mail) -> dict[str, Any]:
    """One draft beside the others of its state; opened, with the form that makes it a tip, if the viewer keeps it."""
    found = {
        "due": _due(mail),
        "received": received(mail),
        "opened": False,
        "receipt": _receipt(session, mail),
        **beside(session, mail),
    }
    if not reads(session, mail):
        return found
    made: Any = forms.TurnForm
    form = made(formdata=None)
    form.version.data = str(mail.version)
    return found | {"form": form, "action": f"/intake/mailbox/{mail.number}/do/to_tip"} | turn_page(session, mail, form)


def turn_page(session: Session, mail: Mail, form: Any) -> dict[str, Any]:
    """The excerpt as it is offered, what is alike, what hangs on it. The sender is shown to nobody."""
    told, subject = contents_of(mail), vault.look(mail, "subject")
    sealed = sealed_of(told["name"], told["address"])
    if not form.is_submitted():
        bare = re.sub(rf"{BLOCK}〔..〕", "", strike(subject, sealed).text).strip()[:80]
        form.title.data = bare or title_of(told["text"][:OFFERED], "", "", sealed)
        form.naming.data = NAMINGS[1] if A_NAME.fullmatch(told["name"]) else NAMINGS[0]
    return {
        "received": received(mail), "told": told, "subject": subject, "opened": True,
        "alike": alike(session, mail), "due": _due(mail), "has_name": bool(told["name"]),
        **offered(form, told["text"][:OFFERED], sealed),
    }  # fmt: skip


def beside(session: Session, mail: Mail) -> dict[str, Any]:
    """The list at the left: the drafts of the same state."""
    register = REGISTERS["mails"]
    asked = lists.read(register, {"tab": mail.state})
    tabs = [Choice(t.key, str(t.label), f"{register.root}?tab={t.key}", t is asked.tab) for t in register.tabs]
    return {"page": lists.page(session, asked), "tab": asked.tab, "shown_tabs": tabs, **heads(session)}


def alike(session: Session, mail: Mail) -> list[str]:
    """The others of its group, first of all the first. Whether the senders are the same is not said."""
    if mail.alike_to is None:
        return []
    group = or_(Mail.alike_to == mail.alike_to, Mail.number == mail.alike_to)
    others = select(Mail.number).where(group, Mail.number != mail.number).order_by(Mail.id).limit(ALIKE)
    return list(session.rows(others).scalars())


def received(mail: Mail) -> str:
    """The day, which is all that is kept."""
    return f"{clock.local(mail.created_at):%Y-%m-%d}"


def _due(mail: Mail) -> clock.Due | None:
    return clock.told(mail.owed_at, "due") if mail.owed_at else None


def _receipt(session: Session, mail: Mail) -> str | None:
    """The number that its sender is told, for whoever may open receipts at the desk: the same for tip and matter."""
    if mail.state != MailState.TURNED or not session.actor.roles & Role.OPERATOR:
        return None
    return next((link.to_number for link in links.of(mail)), None)


def mails_of(session: Session, tip: Any) -> list[Any]:
    """The mail from which a tip came, if the viewer sees it; a void number says nothing of what it was."""
    numbers = [link.from_number for link in links.to(tip) if link.from_number.startswith("YJ-")]
    if not numbers or tip.state == TipState.MOVED:
        return []
    return list(session.rows(select(Mail.number, Mail.attachments).where(Mail.number.in_(numbers))))


def heads(session: Session) -> dict[str, Any]:
    """When the mailbox was asked last, how many were new, what went wrong; whether it can be asked now."""
    said = facts.read(session, "mailbox")
    last = json.loads(said) if said else None
    if last:
        last["at"] = f"{clock.local(datetime.fromisoformat(last['at'])):%H:%M}"
    return {"last": last, "polls": polling.is_set() and bool(session.actor.roles & Role.OPERATOR)}
