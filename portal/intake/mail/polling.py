"""The mailbox is asked every two minutes: each mail is kept and committed first, then flagged and moved.

Whatever breaks in between, the next time finds it: known by its place (mailbox, UIDVALIDITY, UID), else by its bytes.
A mail is never deleted on the server, and never moved before it is safe here.
"""

from __future__ import annotations

import hashlib
import imaplib
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError, MailboxLoginError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from ...core import act, clock, jobs
from ...core.errors import Conflict, Forbidden, Hidden, Refused
from ...core.register import named
from ...extensions import db
from .forms import Arrived
from .models import Mail, MailState
from .reading import Reading, read

PATIENCE = 30  # seconds that a server may be silent
LARGEST = 80 * 1024 * 1024  # bytes: beyond it the head alone is fetched, and the mail is read on the server
M = Mail.__table__
BROKEN = (OSError, imaplib.IMAP4.error, ImapToolsError)  # TLS and time-outs are OSErrors


@dataclass
class Polled:
    """What one look into the mailbox gave. `error`: a sentence without address and password, "" if all went well."""

    new: int = 0
    known: int = 0
    error: str = ""


def is_set() -> bool:
    """Whether there is a mailbox to ask."""
    return bool(current_app.config["SETTINGS"].mailbox_url)


def poll() -> Polled:
    """Ask once. Raises nothing that the mailbox or the line to it can cause."""
    found = Polled()
    try:
        with _opened() as (box, name, validity):
            unseen, uids = set(box.uids("UNSEEN")), [int(uid) for uid in box.uids()]
            known = _known(name, validity, uids)
            for uid in uids:
                is_new = uid not in known and _kept_now(box, (name, validity, uid), found)
                found.known += not is_new
                if is_new or str(uid) in unseen or _can_move(box):  # else it was flagged, and stays where it is
                    _move(box, str(uid))
    except MailboxLoginError:
        found.error = _("邮箱服务器不认账号或口令")
    except ssl.SSLError:
        found.error = _("邮箱服务器的证书不可信，没有登录")
    except SQLAlchemyError as broken:
        current_app.logger.error("mailbox: %s", type(broken).__name__)  # noqa: TRY400 - a traceback would hold words
        db.session.rollback()
        found.error = _("数据库没有收下，邮件还在邮箱里，下次接着收")
    except BROKEN as broken:
        current_app.logger.warning("mailbox: %s", type(broken).__name__)
        found.error = _("与邮箱服务器的连接断了，下次接着收")
    _say(found)
    return found


def every_two_minutes() -> None:
    """The worker's job: nothing where no mailbox is set."""
    if is_set():
        poll()


def _say(found: Polled) -> None:
    session = jobs.session_of("mailbox")
    session.begin_write()
    told = {"at": clock.now().isoformat(), "new": found.new, "error": found.error}
    jobs.put_fact(session, "mailbox", json.dumps(told, ensure_ascii=False))
    session.commit()
    db.session.remove()  # whoever asked goes on as himself


@contextmanager
def _opened() -> Iterator[tuple[BaseMailBox, str, int]]:
    """(the mailbox with its folder open, its name without the password, UIDVALIDITY)."""
    settings = current_app.config["SETTINGS"]
    parts = urlsplit(settings.mailbox_url)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    box: Any
    if parts.scheme == "imaps":
        trusted = ssl.create_default_context(cafile=settings.mailbox_ca_file)
        box = MailBox(parts.hostname or "", parts.port or 993, timeout=PATIENCE, ssl_context=trusted)
    else:  # config lets this machine alone pass without TLS
        box = MailBoxUnencrypted(parts.hostname or "", parts.port or 143, timeout=PATIENCE)
    try:
        user = unquote(parts.username or "")
        box.login(user, unquote(parts.password or ""), initial_folder=None)
        box.client.capabilities = tuple(box.client.capability()[1][0].decode().upper().split())  # more than before it
        validity = box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"]
        box.folder.set(folder)
        yield box, f"{user}@{parts.hostname}/{folder}"[:200], validity
        with suppress(*BROKEN):
            box.logout()
    finally:
        with suppress(OSError):
            box.client.shutdown()


# ── one mail ──────────────────────────────────────────────────────────────────────────────────────────────────────
Place = tuple[str, int, int]


def _kept_now(box: BaseMailBox, place: Place, found: Polled) -> bool:
    """Fetch, read, keep; whether it is new."""
    fetched = _fetch(box, str(place[2]))
    if fetched is None:  # another poller has moved it meanwhile
        return False
    whole, raw = fetched
    new = keep(place, raw, read(raw) if whole else _too_large(raw))
    found.new += new
    return new


def _known(mailbox: str, validity: int, uids: list[int]) -> set[int]:
    """The places of the mailbox that have been kept."""
    here = (M.c.mailbox == mailbox, M.c.uidvalidity == validity, M.c.uid >= min(uids, default=0))
    return set(jobs.session_of("mailbox").core(select(M.c.uid).where(*here)).scalars())


def _fetch(box: BaseMailBox, uid: str) -> tuple[bool, bytes] | None:
    """(is it all of it, the bytes), without marking it as read; None if it is not there any more."""
    size = _answer(box.client.uid("fetch", uid, "(RFC822.SIZE)")[1])
    whole = b"RFC822.SIZE" not in size or int(size.partition(b"RFC822.SIZE ")[2].split(b")")[0].split()[0]) <= LARGEST
    status, data = box.client.uid("fetch", uid, "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])")
    if status != "OK":
        raise imaplib.IMAP4.abort("fetch was refused")
    literal = next((part[1] for part in data if isinstance(part, tuple)), None)
    return None if literal is None else (whole, literal)


def _answer(data: Any) -> bytes:
    return b" ".join(part if isinstance(part, bytes) else part[0] for part in data or () if part)


def _too_large(head: bytes) -> Reading:
    told = read(head)
    why = _("超过 80 MB，没有收取；原件在邮箱服务器上，请登录邮箱查看")
    return Reading(told.subject, told.name, told.address, message_id=told.message_id, unreadable=why)


def keep(place: Place, raw: bytes, reading: Reading) -> bool:
    """Keep a mail and commit; whether it is new. The same place and the same bytes are the same draft."""
    given = Arrived(*place, hashlib.sha256(raw).hexdigest(), raw, reading)
    session = jobs.session_of("mailbox")
    try:
        act.perform(session.actor, named("mails.receive"), given)
    except Refused:  # it is here already
        return False
    return True


def _can_move(box: BaseMailBox) -> bool:
    return "MOVE" in box.client.capabilities


def _move(box: BaseMailBox, uid: str) -> None:
    """It is safe here: seen, and out of the way. Where the server does not move, it stays there, flagged.

    Not by copying and deleting: that expunges what others have marked, be it kept here or not; nor by flag(), likewise.
    """
    folder = current_app.config["SETTINGS"].mailbox_folder
    box.client.uid("store", uid, "+FLAGS", f"({MailMessageFlags.SEEN})")
    if not _can_move(box):
        return
    try:
        if not box.folder.exists(folder):
            box.folder.create(folder)
        box.move([uid], folder)
    except ImapToolsError as refused:
        current_app.logger.warning("mailbox: a mail stays in its folder: %s", type(refused).__name__)


# ── spam that has been kept long enough ───────────────────────────────────────────────────────────────────────────
def forget_spam() -> int:
    """Destroy what was spam half a year ago; gives how many."""
    session = jobs.session_of("old spam")
    old = select(M.c.number).where(M.c.state == MailState.SPAM.value, M.c.kept_until <= clock.today())
    gone = 0
    for number in session.core(old).scalars().all():
        session = jobs.session_of("old spam")
        with suppress(Refused, Conflict, Hidden, Forbidden):
            act.perform(session.actor, named("mails.forget"), number=number)
            gone += 1
    db.session.remove()
    return gone
