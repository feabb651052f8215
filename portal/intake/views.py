"""The pages of intake with a shape of their own: receipt, contact, the caller who asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import Column, Date, select, text

from ..core import access, clock, pages, sealed_files, search, vault
from ..core.actor import Role
from ..core.door import drop_draft, find, verb_page
from ..core.hanging import Common
from ..core.sight import Session
from ..extensions import db
from ..papers.views import attached
from . import ways
from .actions import LETTERS, LETTERS_DESK
from .forms import AskForm, ReporterForm
from .models import Contact, Receipt, TipState
from .queries import letter, similar_tips, under_receipt
from .register import INTAKE
from .tickets import ticket, ticketed

part = Blueprint("intake_pages", __name__)
TRIES = 5  # wrong codes a number and day
WRONG = text(
    "INSERT INTO code_tries (number, day, wrong) VALUES (:number, :day, 1) "
    "ON CONFLICT (number, day) DO UPDATE SET wrong = code_tries.wrong + 1"
)


@part.get("/intake/<number>/receipt")
@pages.rule("operator, office")
@login_required
def receipt(number: str) -> Any:
    """The same page for every number: it reads the receipt alone. What stands under it is asked for after the page."""
    row = db.session().get(Receipt, number) or abort(404)
    htmx = request.htmx  # type: ignore[attr-defined]
    if htmx.target == "next" and urlsplit(htmx.current_url or request.path).path == request.path:
        return _under(row)  # and not the page of another form, whose answer leads here
    fresh = row.code is not None and row.code_until is not None and row.code_until > clock.now()
    code = vault.look(row, "code") if fresh else None
    said = (_spoken(code[:4]), _spoken(code[4:])) if code else None
    year, serial = number.split("-")[1:]
    return pages.render(
        "intake/receipt.html", row=row, code=code, said=said,
        here="letters" if row.desk == LETTERS_DESK else "intake.call",
        told=_("%(year)s 年第 %(n)d 号") % {"year": year, "n": int(serial)}, planned=[], urgent=False, tip=None,
    )  # fmt: skip


def _under(row: Receipt) -> Any:
    """The excerpt to accept, or that there is none to write; the number of a matter looks like one that is done."""
    number = row.number
    tip, planned = under_receipt(db.session(), number)
    if tip is not None and tip.state == TipState.EXCERPT and current_user.has((Role.OPERATOR,)):
        return verb_page(INTAKE.verbs["excerpt"], number)
    onward = {
        LETTERS_DESK: ("/intake/letters/new", _("登记下一件")),
        "mailbox": ("/intake/mailbox/?tab=waiting", _("读下一封")),
    }.get(row.desk, ("/intake/calls/new", _("登记下一个来电")))  # fmt: skip
    return Response(render_template("intake/under.html", tip=tip, number=number, onward=onward, **planned))


def _spoken(code: str) -> str:
    """As it is read out: figures in words, so that 4 is not heard as 10."""
    return " ".join("〇一二三四五六七八九"[int(c)] if c.isdigit() else c for c in code)


@part.get("/intake/<number>/contact")
@pages.rule("who holds the telling duty, ten minutes")
@login_required
def contact(number: str) -> Response:
    """Number and address alone, while the ten minutes last; each look is recorded."""
    session, row, c = db.session(), find(INTAKE, number), Contact.__table__
    open_until = session.core(select(c.c.until).where(c.c.number == number, c.c.person_id == current_user.id)).scalar()
    seconds = int((open_until - clock.now()).total_seconds()) if open_until and not row.at_risk else 0
    return pages.render(
        "intake/contact.html", row=row, ways=ways.opened(row) if seconds > 0 else [], left=seconds // 60 + 1,
        seconds=seconds, here="intake", register=INTAKE, letter=letter(session, row) if seconds > 0 else [],
        today=clock.today(),
    )  # fmt: skip


@part.route("/intake/ask", methods=["GET", "POST"])
@pages.rule("operator")
@login_required
def ask() -> Any:
    """A caller quotes number and code: three facts, the same for whatever the number holds, and an addition."""
    if not current_user.has((Role.OPERATOR,)):
        abort(404)
    form = AskForm() if request.method == "POST" else AskForm(formdata=None)
    found, refusal = None, None
    if request.method == "POST" and form.validate():
        found, refusal = _asked(search.plain(form.number.data).upper().strip(), form.code.data)
    status = 422 if form.errors or refusal else 200
    proof = ticket(found.number) if found else None
    return pages.render(
        "intake/ask.html", status=status, form=form, found=found, proof=proof, refusal=refusal, here="intake.ask"
    )


def _asked(number: str, said: str) -> tuple[Any, str | None]:
    """(the receipt, None) or (None, why not). Absent number and wrong code answer alike; both count as tries."""
    session, today = db.session(), clock.today()
    code = "".join(c for c in search.plain(said).upper() if c in LETTERS)
    tried = session.core(
        text("SELECT wrong FROM code_tries WHERE number = :number AND day = :day"),
        {"number": number[:24], "day": today},
    ).scalar()
    if (tried or 0) >= TRIES:
        return None, _("这个编号今天已经试错五次，请明天再查，或请来电人带回单到窗口")
    row = session.scalar(
        select(Receipt).where(Receipt.number == number, Receipt.code_digest == vault.digest(f"code {number} {code}"))
    )
    if row is not None:
        access.record(session, "asked", number, row)
        return _as_it_stands(session, row), None
    session.begin_write()
    session.core(WRONG, {"number": number[:24], "day": today})
    session.commit()
    return None, _("编号或查询码不符，请与来电人逐位核对后再试")


@dataclass(frozen=True)
class Stage:
    """The three facts that a caller hears."""

    number: str
    stage: str
    last_on: date
    note: str | None


ENDED = (  # the same statement for whatever the number holds: a matter that is no tip has no such link
    "SELECT max(clues.closed_on) FROM links JOIN clues ON clues.number = links.to_number "
    "WHERE links.from_number = :number AND links.kind IN ('source', 'joined')"
)


def _as_it_stands(session: Session, row: Receipt) -> Stage:
    """Of an anonymous tip nobody is told of the end: the receipt learns of it from the clue that came of the tip."""
    ended = session.core(text(ENDED).columns(Column("ended", Date)), {"number": row.number}).scalar()
    if ended is None or row.stage == "已办结":
        return Stage(row.number, row.stage, row.last_on, row.note)
    return Stage(row.number, "已办结", max(ended, row.last_on), row.note)


@part.post("/intake/similar")
@pages.rule("operator")
@login_required
def similar() -> Response:
    """Tips of the own desk that share what is being typed. A POST: names stay out of addresses."""
    if not current_user.has((Role.OPERATOR,)):
        abort(404)
    kinds = [(k.removesuffix("-kind"), v) for k, v in request.form.items() if re.fullmatch(r"parties-\d+-kind", k)]
    named = [(kind, request.form.get(f"{row}-name", ""), "") for row, kind in kinds]
    chosen = tuple(request.form.getlist("related"))
    alike = similar_tips(db.session(), named, request.form.get("place", ""), chosen=chosen)
    return Response(render_template("intake/similar.html", similar=alike, chosen=chosen))


@part.post("/intake/calls/drop")
@pages.rule("operator")
@login_required
def drop() -> Any:
    """误拨，不登记: nothing of what was typed is kept. `adds`: the call that waited behind the draft."""
    if not current_user.has((Role.OPERATOR,)):
        abort(404)
    drop_draft(Common.family, ReporterForm.verb, once=request.form.get("once"))
    proof = request.form.get("adds", "")
    return redirect(url_for("intake.do_call", adds=proof) if ticketed(proof) else url_for("intake.do_call"), 303)


def original_of(row: Any, file_id: str) -> Response:
    """A sealed original of a record in hand. The caller has asked who may; each look is on the trail."""
    try:
        opened = sealed_files.look(row, file_id)
    except LookupError:
        abort(404)
    return attached(Response(opened.pieces, mimetype=opened.media_type), opened.name)


@part.get("/intake/sealed")
@pages.rule("signed in")
@login_required
def sealed() -> Response:
    """What to do by hand with a report about the bureau's own leaders."""
    return pages.render("intake/sealed.html", here="intake.call", register=INTAKE)


@part.get("/intake/calls")
@pages.rule("operator")
@login_required
def calls() -> Any:
    """The address without its last part."""
    return redirect("/intake/calls/new", 308)
