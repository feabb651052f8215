"""The pages of the mailbox with a shape of their own: the source, an attachment, the sender's address, asking now."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select

from ...core import access, clock, files, pages
from ...core.actor import Role
from ...core.door import find
from ...extensions import db
from .. import ways
from ..models import Contact
from . import polling, reading, source
from .models import Mail
from .queries import contents_of, reads, record_page
from .register import MAILS

part = Blueprint("mailbox", __name__)


def _kept(number: str) -> Mail:
    """A mail whose words the viewer may read; anything else is not there."""
    if not current_user.has((Role.OPERATOR,)):
        abort(404)
    mail: Mail = find(MAILS, number)
    return mail if reads(db.session(), mail) else abort(404)


@part.get("/intake/mailbox/<number>/source")
@pages.rule("the keeper of an open draft")
@login_required
def original(number: str) -> Response:
    """对照原文: the text as it was written, and the source as it came, both as plain text."""
    session, mail = db.session(), _kept(number)
    access.record(session, "sealed", f"{number}.source")
    told = contents_of(mail)
    raw = source.load_raw(session, number)
    return pages.render("intake/mail/source.html", row=mail, told=told, source=reading.source(raw), here="mails")


@part.get("/intake/mailbox/<number>/attachments/<int:index>")
@pages.rule("the keeper of an open draft")
@login_required
def attachment(number: str, index: int) -> Response:
    """One attachment, to be saved and never shown by the browser; only of kinds that the portal keeps."""
    session, _mail = db.session(), _kept(number)
    access.record(session, "sealed", f"{number}.attachment {index}")
    found = reading.attachment(source.load_raw(session, number), index)
    if found is None or reading.kind_of(found[1]) not in files.KINDS:
        abort(404)
    answer = Response(found[1], mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found[0].name)}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@part.get("/intake/mailbox/<number>/receipt")
@pages.rule("operator")
@login_required
def receipt(number: str) -> Any:
    """Number and code of what came of it: the page that every number has."""
    told = record_page(db.session(), find(MAILS, number))["receipt"]
    return redirect(f"/intake/{told}/receipt", 303) if told else abort(404)


@part.get("/intake/mailbox/<number>/contact")
@pages.rule("who holds the telling duty, ten minutes")
@login_required
def contact(number: str) -> Response:
    """The address alone, while the ten minutes last; each look is recorded."""
    session, mail, c = db.session(), find(MAILS, number), Contact.__table__
    until = session.core(select(c.c.until).where(c.c.number == number, c.c.person_id == current_user.id)).scalar()
    seconds = int((until - clock.now()).total_seconds()) if until else 0
    told = [ways.mailed_to(contents_of(mail)["address"])] if seconds > 0 else []
    return pages.render(
        "intake/contact.html", row=mail, ways=told, left=seconds // 60 + 1, seconds=seconds, here="mails",
        register=MAILS,
    )  # fmt: skip


@part.post("/intake/mailbox/poll")
@pages.rule("operator")
@login_required
def poll() -> Any:
    """现在收取: what the worker does every two minutes."""
    if not current_user.has((Role.OPERATOR,)) or not polling.is_set():
        abort(404)
    found = polling.poll()
    if found.error:
        flash(found.error, "bad")
    else:
        flash(_("已收取，新到 %(n)d 封") % {"n": found.new}, "good")
    return redirect("/intake/mailbox/?tab=waiting", 303)
