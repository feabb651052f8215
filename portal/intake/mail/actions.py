"""What becomes of a mail. Kept first, read as far as it can be, and never twice."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, delete, insert, or_, select

from ...core import clock, desks, duties, vault
from ...core.act import also, running
from ...core.actor import Actor
from ...core.errors import Refused
from ...core.sight import Session, session_of
from ..actions import CONTACT_OPEN, TOLD_IN_DAYS, goes_elsewhere
from ..forms import Call, Mailed
from ..keeping import actions as keeping
from ..keeping.forms import HandSealed
from ..models import NAMINGS, Contact
from ..traces import still_holds, strike
from . import source
from .forms import Arrived, HandOn, Spam, Turn
from .models import Mail, MailState
from .queries import contents_of, sealed_of
from .reading import Reading, read

SPAM_KEPT = timedelta(days=180)
COMPARED = 5_000  # characters of a text that are compared
TOO_SHORT = 12  # signs: 请尽快处理 is said by everybody
M = Mail.__table__


# ── arrival ───────────────────────────────────────────────────────────────────────────────────────────────────────
def receive(given: Arrived, actor: Actor, number: str) -> Mail:
    """A mail from the mailbox. Of every mail the day alone is kept: nobody knows yet whether it is anonymous."""
    act, session = running(), running().session
    act.nameless = True
    place = and_(M.c.mailbox == given.mailbox, M.c.uidvalidity == given.uidvalidity, M.c.uid == given.uid)
    digest = vault.digest(f"mail {given.sha256}")
    if session.core(select(M.c.id).where(or_(place, M.c.source_digest == digest))).first():
        raise Refused(None, _("这封邮件已经收下"))
    unit_id, holder = desks.holder(session, "mailbox")
    source.store_raw(session, number, given.raw)
    mail = Mail(
        number=number, mailbox=given.mailbox, uidvalidity=given.uidvalidity, uid=given.uid, unit_id=unit_id,
        officer_id=holder, source_digest=digest,
    )  # fmt: skip
    _as_read(session, mail, given.reading, given.sha256)
    return mail


def _as_read(session: Session, mail: Mail, reading: Reading, sha256: str) -> None:
    mail.state = (MailState.UNREADABLE if reading.unreadable else MailState.WAITING).value
    mail.reason = reading.unreadable[:60] or None
    mail.subject, mail.contents = reading.subject, _contents(reading, sha256)
    mail.attachments = len(reading.attachments)
    mail.same_message = vault.digest(f"message {reading.message_id}") if reading.message_id else None
    mail.same_text = _same_text(reading)
    same = [c == v for c, v in ((M.c.same_message, mail.same_message), (M.c.same_text, mail.same_text)) if v]
    for one in same:
        earlier = select(M.c.number, M.c.alike_to).where(one, M.c.number != mail.number).order_by(M.c.id).limit(1)
        if mail.alike_to is None and (first := session.core(earlier).first()):
            mail.alike_to = first.alike_to or first.number


def _contents(reading: Reading, sha256: str) -> str:
    files = [[a.name, a.media_type, a.size, a.opens] for a in reading.attachments]
    told = {"sha256": sha256, "name": reading.name, "address": reading.address, "text": reading.text, "files": files,
            "charset": reading.charset, "marks": reading.marks}  # fmt: skip
    return json.dumps(told, ensure_ascii=False)


def _same_text(reading: Reading) -> str | None:
    """A template letter is one, whoever signs it: compared without what points back to the sender."""
    text = strike(reading.text[:COMPARED], sealed_of(reading.name, reading.address)).text
    signs = re.sub(r"[\W_]+", "", text).lower()
    return vault.digest(f"text {signs}") if len(signs) >= TOO_SHORT else None


def retry(mail: Mail, given: None, actor: Actor) -> None:
    """Read again, by whatever reads better than the last time."""
    session = session_of(mail)
    reading = read(source.load_raw(session, mail.number))
    if reading.unreadable:
        raise Refused(None, _("仍然无法解析：%(why)s") % {"why": reading.unreadable})
    _as_read(session, mail, reading, contents_of(mail)["sha256"])


# ── ways out ──────────────────────────────────────────────────────────────────────────────────────────────────────
def to_tip(mail: Mail, given: Turn, actor: Actor) -> None:
    """转为举报: what it says is sealed anew under the tip's key, and what hangs on it, with copies for the handlers.
    One that names an official goes as it came, and leaves nothing here.
    """
    told = contents_of(mail)
    name = given.name.strip() or told["name"]
    sealed = sealed_of(name if given.naming != NAMINGS[0] else told["name"], told["address"], given.phone.strip())
    if held := still_holds(f"{given.title}\n{given.excerpt}", sealed):
        raise Refused("excerpt", _("摘录里还有发件人的%(kinds)s，请遮盖后再采用") % {"kinds": "、".join(held)})
    if given.naming != NAMINGS[0] and not name:
        raise Refused("name", _("邮件里没有发件人姓名，请填写，或改选“匿名”"))
    call = Call(
        own_leaders="否", narrative=_said(mail, told), field=given.field, place=given.place, parties=given.parties,
        unknown_party=given.unknown_party, urgency=given.urgency, names_official=given.names_official, evidence=(),
        occurred="", wanted="", proposal="", naming=given.naming, name=name, phone=given.phone, address="",
        relation="", risk="无", risk_words="", adds="", related=(), retaliation=given.retaliation,
    )  # fmt: skip
    address = told["address"] if given.naming != NAMINGS[0] else ""
    mailed, session = Mailed(call, given.title, given.excerpt, address, mail.number), session_of(mail)
    if goes_elsewhere(call):
        also("intake.mailed", given=replace(mailed, pieces=source.pieces(session, mail.number, unpacked=True)))
        _destroy(mail)
        return
    hung = given.hung or (source.attached(session, mail.number) if mail.attachments else {})
    also("intake.mailed", given=replace(mailed, files=tuple(hung.values())))


def _said(mail: Mail, told: dict[str, Any]) -> str:
    """The original words of the tip: the text, and what hung on it."""
    unread = _("邮件无法解析（%(why)s），原件封存在 %(number)s") % {"why": mail.reason, "number": mail.number}
    files = "、".join(name for name, *_more in told["files"])
    lines = [vault.look(mail, "subject"), told["text"] or (unread if mail.reason else _("（没有正文）"))]
    return "\n".join([*(line for line in lines if line), *([_("附件：%(names)s") % {"names": files}] if files else [])])


def spam(mail: Mail, given: Spam, actor: Actor) -> None:
    """垃圾邮件: sealed as it is, and destroyed when its time is over."""
    mail.reason, mail.kept_until = given.reason, clock.today() + SPAM_KEPT


def forget(mail: Mail, given: None, actor: Actor) -> None:
    """到期销毁: the keys go, and with them all that they sealed."""
    mail.kept_until = None
    _destroy(mail)


def not_ours(mail: Mail, given: HandOn, actor: Actor) -> None:
    """不属受理范围: whoever can be reached is told to whom the mail went (信访工作条例 第二十三条)."""
    mail.receiver, mail.way, mail.handed_on = given.receiver, given.way, given.handed_on
    if not contents_of(mail)["address"]:
        return
    in_days = clock.due(clock.now(), TOLD_IN_DAYS, "calendar", "none")
    session = session_of(mail)
    whom = desks.holder(session, "mailbox")
    duties.owe(session, mail.family, whom, in_days, register="mails", subject=mail.number, what="mails.tell")


def hand_sealed(mail: Mail, given: HandSealed, actor: Actor) -> None:
    """密封移交: neither its words nor its source stay."""
    keeping.hand_sealed(mail, given)
    source.destroy(session_of(mail), mail.number)


def _destroy(mail: Mail) -> None:
    session = session_of(mail)
    source.destroy(session, mail.number)
    vault.destroy(session, mail.family, mail.number)


# ── telling the sender ────────────────────────────────────────────────────────────────────────────────────────────
def contact(mail: Mail, given: None, actor: Actor) -> None:
    """The address alone, ten minutes, on the trail."""
    session, c = session_of(mail), Contact.__table__
    session.core(delete(c).where(c.c.number == mail.number, c.c.person_id == actor.id))
    session.core(insert(c), {"number": mail.number, "person_id": actor.id, "until": clock.now() + CONTACT_OPEN})


def tell(mail: Mail, given: Any, actor: Actor) -> None:
    """告知 is recorded by the step; the address is closed again."""
    session, c = session_of(mail), Contact.__table__
    session.core(delete(c).where(c.c.number == mail.number))
