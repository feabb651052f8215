"""What the pages of intake show: similar tips of the own desk, the offered excerpt, what triage needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from ..clues.clock import foreseen
from ..clues.models import Clue, ClueState
from ..core import clock, links, vault
from ..core.sight import Session, listed
from ..parties import models as parties
from . import forms
from .actions import sealed_of
from .models import Tip, TipState
from .traces import strike, title_of

RECENT = timedelta(days=365)
M = parties.M


@dataclass(frozen=True)
class Alike:
    """A record that shares something, with the reasons in words."""

    number: str
    title: str
    day: str
    href: str
    tone: str
    state_label: str
    reasons: list[str]


def _shared(session: Session, model: Any, columns: list[Any], named: list[parties.Party], place: str) -> dict[str, tuple[Any, list[str]]]:
    """Rows of the model, through the viewer's sight, that share a firm, a plate or the place; never a person or a phone."""
    wanted = {parties.normalised(name): (kind, name) for kind, name, _note in named if kind in parties.COMPARED and name.strip()}
    found: dict[str, tuple[Any, list[str]]] = {}
    since = clock.now() - RECENT
    if wanted:
        same = listed(M.c.number, M.c.same.in_(list(wanted)), M.c.kind.in_(parties.COMPARED))
        rows = session.rows(select(*columns).where(model.number.in_(same), model.created_at > since).order_by(model.id.desc()).limit(8)).all()
        numbers = [r.number for r in rows]
        shared = session.core(select(M.c.number, M.c.kind, M.c.name, M.c.same).where(M.c.number.in_(numbers), M.c.same.in_(list(wanted)))).all() if numbers else []
        for r in rows:
            found[r.number] = (r, [f"{m.kind}相同：{m.name}" for m in shared if m.number == r.number])
    if len(place.strip()) >= 4:
        rows = session.rows(select(*columns).where(model.place == place.strip(), model.created_at > since).order_by(model.id.desc()).limit(5)).all()
        for r in rows:
            found.setdefault(r.number, (r, []))[1].insert(0, _("地点相同：%(place)s") % {"place": r.place})
    return found


def similar_tips(session: Session, named: list[parties.Party], place: str, but: str = "") -> list[Alike]:
    """Tips of the own desk."""
    columns = [Tip.number, Tip.title, Tip.created_at, Tip.state, Tip.place]
    return [
        Alike(n, r.title or _("（待摘录）"), clock.local(r.created_at).strftime("%m-%d"), f"/intake/{n}", (s := TipState.of(r.state)).tone, str(s.label), reasons)
        for n, (r, reasons) in _shared(session, Tip, columns, named, place).items()
        if n != but
    ]  # fmt: skip


def similar_clues(session: Session, named: list[parties.Party], place: str) -> list[Alike]:
    """Clues that the viewer sees."""
    columns = [Clue.number, Clue.title, Clue.created_at, Clue.state, Clue.place]
    return [
        Alike(n, r.title, clock.local(r.created_at).strftime("%m-%d"), f"/clues/{n}", (s := ClueState.of(r.state)).tone, str(s.label), reasons)
        for n, (r, reasons) in _shared(session, Clue, columns, named, place).items()
    ]  # fmt: skip


def call_page(session: Session, row: Any, form: Any) -> dict[str, Any]:
    """What stands beside the call."""
    named = [(e.form.kind.data or "", e.form.name.data or "", "") for e in form.parties.entries]
    return {"similar": similar_tips(session, named, form.place.data or "") if form.is_submitted() or getattr(form, "from_draft", False) else []}


def offered(tip: Tip) -> dict[str, Any]:
    """The excerpt filled in, the reporter's traces struck out. The keeper's look at the original is on the trail."""
    original = vault.look(tip, "original")
    struck = strike(original, sealed_of(tip))
    return {"title": title_of(original, tip.place or "", tip.field or ""), "excerpt": struck.text}


def excerpt_page(session: Session, tip: Tip, form: Any) -> dict[str, Any]:
    """Which classes of traces were struck out."""
    text = form.excerpt.data or ""
    classes = sorted({part.partition("〕")[0] for part in text.split("▇▇▇▇〔")[1:]})
    return {"struck": classes, "count": text.count("▇▇▇▇")}


def facts(tip: Tip) -> list[tuple[str, str, bool]]:
    """(label, words, whole width) of a tip, as handlers may read them."""
    return [
        (_("领域"), tip.field or "—", False),
        (_("地点"), tip.place or "—", False),
        (_("时间"), tip.occurred or "—", False),
        (_("证据"), tip.evidence or "—", False),
        (_("紧急程度"), tip.urgency or "—", False),
        (_("人身安全风险"), _("有，不回拨登记号码") if tip.at_risk else _("无"), False),
    ]


def record_page(session: Session, tip: Tip) -> dict[str, Any]:
    """One tip: excerpt, facts, parties, where it went."""
    remind = clock.told(tip.owed_at, tip.owed_kind or "due", since=tip.state_since) if tip.owed_at else None  # type: ignore[arg-type]
    return {
        "facts": facts(tip), "parties": parties.of(tip), "due": remind, "goes_to": _goes_to(session, tip),
        "tell_due": _telling(session, tip),
    }  # fmt: skip


def _goes_to(session: Session, tip: Tip) -> list[tuple[str, str | None]]:
    """(number, address if the viewer sees it): of a clue an operator knows the number alone."""
    numbers = [link.to_number for link in links.of(tip)]
    if not numbers:
        return []
    seen = {r.number: f"/clues/{r.number}" for r in session.rows(select(Clue.number).where(Clue.number.in_(numbers)))}
    seen |= {r.number: f"/intake/{r.number}" for r in session.rows(select(Tip.number).where(Tip.number.in_(numbers)))}
    return [(n, seen.get(n)) for n in numbers]


def _telling(session: Session, tip: Tip) -> clock.Due | None:
    d = tip.family.duty.__table__
    still = select(d.c.due_at).where(d.c.subject == tip.number, d.c.what == "intake.tell", d.c.state == "open").limit(1)
    due_at = session.core(still).scalar()
    return clock.told(due_at, "due") if due_at else None


def triage_page(session: Session, tip: Tip, form: Any) -> dict[str, Any]:
    """Everything that triage reads before it decides, and the two other decisions' fields with what was typed."""
    told = list(parties.told(tip))
    others = {kind.__name__: form if isinstance(form, kind) else kind() if form.is_submitted() else kind(formdata=None)
              for kind in (forms.AcceptForm, forms.JoinForm, forms.DeclineForm)}  # fmt: skip
    for other in others.values():
        other.version.data = form.version.data
    return {
        "accept": others["AcceptForm"], "join": others["JoinForm"], "decline": others["DeclineForm"],
        "facts": facts(tip), "parties": parties.of(tip), "foreseen": foreseen(tip.urgency or "一般"),
        "clues": similar_clues(session, told, tip.place or ""),
        "tips": similar_tips(session, told, tip.place or "", tip.number), "related": links.of(tip),
        "due": clock.told(tip.owed_at, "due") if tip.owed_at else None,
    }  # fmt: skip


def tips_of(session: Session, clue: Any) -> list[Any]:
    """The tips from which a clue came, as far as the viewer sees them."""
    numbers = [link.from_number for link in links.to(clue)]
    if not numbers:
        return []
    columns = (Tip.number, Tip.title, Tip.channel, Tip.naming, Tip.created_at, Tip.state)
    return list(session.rows(select(*columns).where(Tip.number.in_(numbers)).order_by(Tip.id)))
