"""今日工作, the counts that every page polls, messages, search over the registers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from flask_login import current_user, login_required
from sqlalchemy import bindparam, select

from ..core import access, clock, lists, messages, pages, search
from ..core.actor import Role
from ..core.register import REGISTERS, named
from ..extensions import db
from ..umbrella.models import UmbrellaDuty
from . import queries

part = Blueprint("overview", __name__)
FOUND = 10  # hits shown a register; the list itself shows the rest
WEEKDAYS = "一二三四五六日"


@part.get("/")
@pages.rule("signed in")
@login_required
def today() -> Response:
    """One sentence first; then what is due, what waits for me, what changed."""
    session, day = db.session(), clock.today()
    words = f"{day.month} 月 {day.day} 日 星期{WEEKDAYS[day.weekday()]}"
    verbs = [v for r in REGISTERS.values() for v in r.verbs.values() if v.creates and v.on is None and v.drafts]
    makes = [v for v in verbs if session.actor.has(v.who)]
    apart = _matters() if session.actor.roles & Role.DISCIPLINE else []
    shown = queries.today(session, request.args.get("all", ""))
    return pages.render("overview/today.html", here="today", today=shown, words=words, makes=makes, apart=apart)


def _matters() -> list[Any]:
    """Umbrella matters of a signed-in discipline clerk; nobody else's page asks for them."""
    own = select(UmbrellaDuty.subject, UmbrellaDuty.due_at).where(UmbrellaDuty.state == "open")
    first = own.order_by(UmbrellaDuty.due_at).limit(20)
    return [(d.subject, clock.told(d.due_at, "due")) for d in db.session().rows(first)]


@part.get("/counts")
@pages.rule("signed in")
@login_required
def counts() -> Response:
    """Navigation counts and messages, polled: never in the page itself."""
    session = db.session()
    found = {"today": queries.waiting(session)}
    roles = session.actor.roles
    if REGISTERS["clues"].seen_by & roles:
        found |= {"clues": int(lists.counts(session, REGISTERS["clues"])["mine"].rstrip("+"))}
    if REGISTERS["intake"].seen_by & roles:
        found |= {"intake": int(lists.counts(session, REGISTERS["intake"])["mine"].rstrip("+"))}
    unseen = messages.unseen(session, session.actor.id)
    return Response(render_template("overview/counts.html", counts=found, unseen=unseen))


@part.route("/messages", methods=["GET", "POST"])
@pages.rule("signed in")
@login_required
def inbox() -> Any:
    """What fell to me; POST marks all as read."""
    session = db.session()
    if request.method == "POST":
        session.begin_write()
        messages.seen(session, session.actor.id)
        session.commit()
        return redirect("/messages", 303)
    newest = messages.newest(session, session.actor.id)
    addresses = _seen([m.subject for m in newest if m.subject])
    rows = [
        {"at": queries.when(m.at), "kind": m.kind, "number": m.subject if m.subject in addresses else None,
         "act": str(named(m.what).label) if m.what and m.subject in addresses else None, "seen": m.seen_at,
         "href": addresses.get(m.subject)}
        for m in newest
    ]  # fmt: skip
    return pages.render("overview/messages.html", here="messages", rows=rows)


def _seen(numbers: list[str]) -> dict[str, str]:
    """Number → address of those that are seen still: from a matter that went to others not even the number stays."""
    session = db.session()
    found: dict[str, str] = {}
    for r in REGISTERS.values():
        own = {n for n in numbers if r.prefix == n.partition("-")[0]}
        if own and r.seen_by & session.actor.roles:
            seen = session.rows(select(r.model.number).where(r.model.number.in_(own))).scalars()
            found |= {n: f"{r.root}{n}" for n in seen}
    return found


@part.get("/search")
@pages.rule("signed in")
@login_required
def find() -> Any:
    """A full number opens its record, if it is seen; words are looked for in every register that has words."""
    session, q = db.session(), request.args.get("q", "").strip()[:100]
    said = search.plain(q).upper()
    if lists.NUMBER.fullmatch(said):
        for r in REGISTERS.values():
            one = select(r.model.id).where(r.model.number == bindparam("number"))
            may = r.prefix == said[:2] and r.seen_by & session.actor.roles
            if may and session.rows(one, {"number": said}).first():
                return redirect(f"{r.root}{said}", 303)
    found = []
    for r in REGISTERS.values():
        if r.searched and q and r.seen_by & session.actor.roles:
            asked = lists.read(r, {"q": q})
            rows = r.shown(lists.everything(session, asked, FOUND))
            if rows:
                found.append((r, rows, asked.url()))
    if q:
        access.record(session, "search", f"{len(found)}")
    return pages.render("overview/search.html", here="search", q=q, found=found, person=current_user)


@part.get("/healthz")
@pages.rule("anybody")
def healthz() -> Response:
    """Database, storage, key, worker: 200, or 503 and which of them."""
    from ..health import report  # the worker's heartbeat is read only here

    bad = report()
    return Response("\n".join(bad) if bad else "ok", 503 if bad else 200, mimetype="text/plain")
