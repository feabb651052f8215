"""What the pages of intake show: similar tips of the own desk, the offered excerpt, what triage needs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ..clues.clock import foreseen
from ..clues.models import Clue, ClueState
from ..core import clock, desks, duties, files, links, notes, people, sealed_files, vault
from ..core.actor import Role
from ..core.register import Register
from ..core.sight import Session, listed
from ..core.types import State
from ..parties import models as parties
from ..parties import queries as party_records
from . import forms
from .models import CATEGORIES, GROUP, RELATED, STAGES, Receipt, Tip, TipState
from .pairs.queries import Beside, beside, same_source
from .traces import BLOCK, still_holds, strike, title_of

RECENT = timedelta(days=365)
QUEUE = 100  # tips that wait, as far as the page counts them
M = parties.M


class Reason(NamedTuple):
    """What is shared: the icon before it, what kind of thing, the thing itself."""

    icon: str
    kind: str
    what: str


@dataclass(frozen=True)
class Alike:
    """A record that shares something, with the reasons in words."""

    number: str
    title: str
    day: str
    href: str
    tone: str
    state_label: str
    reasons: list[Reason]
    is_open: bool = True


def _shared(
    session: Session, model: Any, columns: list[Any], named: list[parties.Party], place: str
) -> dict[str, tuple[Any, list[Reason]]]:
    """Rows of the model, through the viewer's sight, that share a firm, a plate or the place; no person, no phone."""
    found: dict[str, tuple[Any, list[Reason]]] = {}
    still = party_records.hinted(party_records.matter_of(model))
    newest = select(*columns).where(still).order_by(model.id.desc())
    if known := party_records.alike(session, named):
        theirs = newest.where(model.number.in_(listed(M.c.number, M.c.party_id.in_(known)))).limit(8)
        rows = session.rows(theirs, party_records.fading()).all()
        found = {r.number: (r, []) for r in rows}
        said = select(M.c.number, M.c.kind, M.c.name).where(M.c.number.in_(found), M.c.party_id.in_(known))
        for m in session.core(said.order_by(M.c.id)) if rows else ():
            found[m.number][1].append(Reason("list", _("%(kind)s相同") % {"kind": m.kind}, m.name))
    if len(place.strip()) >= 4:
        here = newest.where(model.place == place.strip(), model.created_at > clock.now() - RECENT)
        for r in session.rows(here.limit(5), party_records.fading()).all():
            found.setdefault(r.number, (r, []))[1].insert(0, Reason("place", _("地点相同"), r.place))
    return found


def similar_tips(
    session: Session, named: list[parties.Party], place: str, but: str = "", chosen: tuple[str, ...] = ()
) -> list[Alike]:
    """Tips of the own desk; those `chosen` before stay, whatever has been changed since."""
    columns = [Tip.number, Tip.title, Tip.created_at, Tip.state, Tip.place]
    found = _shared(session, Tip, columns, named, place)
    kept = [n for n in chosen if n not in found]
    if kept:
        found |= {r.number: (r, []) for r in session.rows(select(*columns).where(Tip.number.in_(kept)))}
    return [_alike("/intake/", TipState, r, reasons) for n, (r, reasons) in found.items() if n != but]


def similar_clues(session: Session, named: list[parties.Party], place: str) -> list[Alike]:
    """Clues that the viewer sees."""
    columns = [Clue.number, Clue.title, Clue.created_at, Clue.state, Clue.place]
    found = _shared(session, Clue, columns, named, place)
    return [_alike("/clues/", ClueState, r, reasons) for r, reasons in found.values()]


def _alike(root: str, states: type[State], r: Any, reasons: list[Reason]) -> Alike:
    state, day = states.of(r.state), clock.local(r.created_at).strftime("%m-%d")
    title = r.title or _("（待摘录）")
    return Alike(r.number, title, day, root + r.number, state.tone, str(state.label), reasons, state.is_open)


def call_page(session: Session, row: Any, form: Any) -> dict[str, Any]:
    """What stands beside the call. A fresh form has nothing to compare."""
    named = [(e.form.kind.data or "", e.form.name.data or "", "") for e in form.parties.entries]
    chosen = tuple(form.related.data or ())
    return {
        "similar": similar_tips(session, named, form.place.data or "", chosen=chosen),
        "chosen": chosen,
        "here": "intake.call",
    }


def sealed_of(tip: Tip) -> dict[str, str]:
    """What must not stand in the excerpt; looked at by the rules alone, shown to nobody."""
    found: dict[str, str] = {}
    if tip.reporter is not None:
        told = json.loads(vault.look(tip, "reporter"))
        found |= {k: v for k, v in told.items() if v and k in ("姓名", "住址或单位", "邮箱")}
    if tip.phone is not None:
        found["电话"] = vault.look(tip, "phone")
    return found


def excerpt_page(session: Session, tip: Tip, form: Any) -> dict[str, Any]:
    """The excerpt filled in, the reporter's traces struck out by class. The keeper's look is on the trail.

    A class whose tick was taken off is written out again, one whose tick was set is struck again.
    """
    original, sealed = vault.look(tip, "original"), sealed_of(tip)
    if not form.is_submitted():
        form.title.data = title_of(original, tip.place or "", tip.field or "", sealed)
    return offered(form, original, sealed) | planned(session, tip) | {"originals": originals(session, tip)}


def originals(session: Session, row: Any) -> list[tuple[str, str, str]]:
    """(id, name, media type) of what was given with it, for whoever may read the original itself."""
    return [(f.id, sealed_files.name(session, row.family, f), f.media_type) for f in sealed_files.of(session, row)]


def offered(form: Any, original: str, sealed: dict[str, str]) -> dict[str, Any]:
    """The excerpt in a form with title, excerpt, restore, strike: filled in once, then as the ticks say."""
    offer = strike(original, sealed)
    if not form.is_submitted():
        form.excerpt.data = offer.text
    text, lost = form.excerpt.data or "", ""
    if form.restore in offer.classes:
        restored = _restored(text, original, offer.text, form.restore)
        text, lost = (restored, "") if restored is not None else (text, form.restore)
    elif form.strike in offer.classes:
        text = strike(text, sealed, {*offer.classes} - {form.strike}).text
    form.excerpt.data = text
    struck = [(kind, f"{BLOCK}〔{kind}〕" in text) for kind in offer.classes]
    held = still_holds(f"{form.title.data}\n{text}", sealed)
    return {"struck": struck, "count": text.count(BLOCK), "held": held, "lost": lost}


def _restored(text: str, original: str, offered: str, kind: str) -> str | None:
    """The text with the traces of one class written out; None if they are no longer those that were offered."""
    pieces = re.split(rf"{BLOCK}〔(..)〕", offered)
    whole = re.fullmatch("(.+?)".join(re.escape(p) for p in pieces[::2]), original, re.DOTALL)
    if whole is None:
        return None
    words = [said for said, its in zip(whole.groups(), pieces[1::2], strict=True) if its == kind]
    around = text.split(f"{BLOCK}〔{kind}〕")
    if len(words) != len(around) - 1:
        return None
    return "".join(part + said for part, said in zip(around, [*words, ""], strict=True))


def planned(session: Session, tip: Tip) -> dict[str, Any]:
    """What is owed from this second, by whom and until when: (what, who, day)."""
    d = tip.family.duty.__table__
    open_ = select(d.c.what, d.c.person_id, d.c.due_at).where(d.c.subject == tip.number, d.c.state == "open")
    owed = {r.what: (_name(session, r.person_id), _day(r.due_at)) for r in session.core(open_.order_by(d.c.due_at))}
    if "intake.accept" not in owed and tip.state in (TipState.INCOMPLETE, TipState.EXCERPT):
        owed["intake.accept"] = (_name(session, desks.holder(session, "triage")[1]), _("采用摘录后 2 个工作日内"))
    return {
        "planned": [(words, *owed[what]) for what, words in _PLANNED if what in owed],
        "urgent": tip.urgency == "特急",
    }


_PLANNED = (
    ("intake.complete", _l("补齐")), ("intake.excerpt", _l("摘录")), ("intake.accept", _l("研判")),
    ("intake.tell", _l("告知受理")),
)  # fmt: skip


def _name(session: Session, person_id: int) -> str:
    person = people.by_id(session, person_id)
    return person.name if person else ""


def _day(due_at: datetime) -> str:
    return _("%(day)s 前") % {"day": clock.short(clock.local(due_at - clock.DAY).date(), clock.today())}


def under_receipt(session: Session, number: str) -> tuple[Tip | None, dict[str, Any]]:
    """The tip of a number, if the viewer sees one, and what is planned for it."""
    tip = session.scalar(select(Tip).where(Tip.number == number))
    return tip, planned(session, tip) if tip else {"planned": [], "urgent": False}


def facts(tip: Tip) -> list[tuple[str, str, bool]]:
    """(label, words, whole width) of a tip, as handlers may read them."""
    return [
        (_("领域"), tip.field or "—", False),
        (_("地点"), tip.place or "—", False),
        (_("时间"), tip.occurred or "—", False),
        (_("证据"), tip.evidence or "—", False),
        (_("紧急程度"), tip.urgency or "—", False),
        (_("人身安全风险"), _("有，不回拨登记号码") if tip.at_risk else _("无"), False),
        *_how_it_came(tip),
    ]


def _how_it_came(tip: Tip) -> list[tuple[str, str, bool]]:
    """What is known of a letter, a visit, an item handed down; nothing of a call."""
    group = _("，集体访") if (tip.headcount or 0) >= GROUP else ""
    told = [
        (_("收到日期"), tip.came_on and f"{tip.came_on}", False),
        (_("来访人数"), tip.headcount and _("%(n)d 人") % {"n": tip.headcount} + group, False),
        (_("接待人、发现人"), tip.received_by, False),
        (_("交办机关"), tip.organ, False),
        (_("上级编号"), " ".join(filter(None, (tip.organ_ref, tip.batch))), False),
        (_("要求时限"), tip.asked_on and f"{tip.asked_on}", False),
    ]
    return [(label, words, whole) for label, words, whole in told if words]


def record_page(session: Session, tip: Tip) -> dict[str, Any]:
    """One tip: excerpt, facts, parties, where it went."""
    remind = clock.told(tip.owed_at, tip.owed_kind or "due", since=tip.state_since) if tip.owed_at else None  # type: ignore[arg-type]
    return {
        "facts": facts(tip), "due": remind, "parties": party_records.shown(session, tip, parties.of(tip)),
        "goes_to": _goes_to(session, tip),
        "tell_due": _telling(session, tip),
        "adds": bool(session.actor.roles & Role.OPERATOR) and tip.state != TipState.MOVED,
    }  # fmt: skip


def _goes_to(session: Session, tip: Tip) -> list[tuple[str, str | None]]:
    """(number, address if the viewer sees it): of a clue an operator knows the number alone."""
    numbers = [link.to_number for link in links.of(tip) if link.kind != RELATED]
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


def letter(session: Session, tip: Tip) -> list[str]:
    """What a 告知书 says: the number, the days, how far it has come. Nothing of what was told, nor to whom it goes."""
    receipt = session.get_one(Receipt, tip.number)
    taken, last = (
        _("%(y)s年%(m)s月%(d)s日", y=d.year, m=d.month, d=d.day) for d in (receipt.received_on, receipt.last_on)
    )
    if tip.state == TipState.DECLINED:
        now = _("经研判，本机关于%(day)s决定不予受理，理由：%(reason)s。", day=last, reason=tip.reason)
    elif any(d.blocks for d in duties.owed(session, tip.family, "intake.tell", tip.number)):
        now = _("核查已经结束。核查结果：")
    else:
        now = {
            STAGES[0]: _("现正在研判。"), STAGES[1]: _("现正在办理，办理结束后再告知您结果。"),
            STAGES[2]: _("本机关的办理已于%(day)s结束。", day=last),
        }[receipt.stage]  # fmt: skip
    return [
        _("您反映的情况，本机关已于%(day)s登记，受理编号 %(number)s。", day=taken, number=tip.number),
        *([f"{receipt.note.rstrip('。')}。"] if receipt.note else []), now,
        _("需要了解办到哪一步的，可以凭受理编号和查询码在工作日来电询问，不需要报姓名。编号和查询码请勿告诉他人。"),
    ]  # fmt: skip


def triage_page(session: Session, tip: Tip, form: Any) -> dict[str, Any]:
    """Everything that triage reads before it decides, and the other decisions' fields with what was typed."""
    named = parties.of(tip)
    told = [(m.kind, m.name, m.note) for m in named]
    kinds: dict[str, Any] = {"accept": forms.AcceptForm, "join": forms.JoinForm, "hand_on": forms.HandOnForm,
                             "settle": forms.SettleForm, "decline": forms.DeclineForm}  # fmt: skip
    kept = form.from_draft  # the draft of one decision holds what was typed for all of them
    others = {name: form if isinstance(form, kind) else kind() if form.is_submitted() else kind(formdata=kept)
              for name, kind in kinds.items()}  # fmt: skip
    if tip.asked_on and tip.asked_on > clock.today() and not form.is_submitted() and not kept:
        others["accept"].earlier_due_on.data = tip.asked_on  # holds where it comes before the computed one
    chosen = next(name for name, kind in kinds.items() if isinstance(form, kind))
    if kept and kept.get("decision") in kinds:
        chosen = kept["decision"]
    return {
        **others, "decision": SimpleNamespace(id="decision", name="decision", data=chosen, errors=(), flags=None),
        "categories": [
            (CATEGORIES[0], _("核查后告知结果，不走信访 60 日")), (CATEGORIES[1], _("15 日内告知受理，60 日办结")),
            (CATEGORIES[2], _("研究采纳与否，转业务科室")),
        ],
        "facts": facts(tip), "parties": party_records.shown(session, tip, named),
        "foreseen": foreseen(tip.urgency or "一般"), "alike": similar_matters(session, tip, told),
        "due": clock.told(tip.owed_at, "due") if tip.owed_at else None, "so_far": notes.lines(session, tip),
        "tell_due": _telling(session, tip), "struck": (tip.excerpt or "").count(BLOCK),
        "files": files.shown(session, tip), "queue": _queue(session, tip),
        "namesakes": [n for n in parties.same_names(session, told) if not n.marked],
    }  # fmt: skip


def similar_matters(session: Session, tip: Tip, told: list[parties.Party]) -> Beside:
    """What the tip is compared with, less what was judged apart from it."""
    same = same_source(session, tip)
    clues = similar_clues(session, told, tip.place or "")
    tips = similar_tips(session, told, tip.place or "", tip.number, chosen=same)
    for alike in tips:
        if alike.number in same:
            alike.reasons.append(Reason("lock", _("可能是同一来源，号码封存不显示"), ""))
    return beside(session, tip, [*clues, *tips])


def _queue(session: Session, tip: Tip) -> SimpleNamespace:
    """Where the tip stands among those that wait for triage, the first due in front."""
    waiting = select(Tip.number).where(Tip.state == TipState.TRIAGE.value).order_by(Tip.owed_at, Tip.id).limit(QUEUE)
    numbers = list(session.rows(waiting).scalars())
    at = numbers.index(tip.number) if tip.number in numbers else -1
    before, after = numbers[at - 1] if at > 0 else None, numbers[at + 1] if 0 <= at < len(numbers) - 1 else None
    return SimpleNamespace(count=len(numbers), before=before, after=after)


def below(register: Register) -> Callable[[Session, Tip], list[Any]]:
    """Rows for a panel of a tip's page: its children in this register with their states, as far as the viewer sees."""
    child = register.model

    def rows(session: Session, tip: Tip) -> list[Any]:
        if not session.actor.roles & register.seen_by:
            return []
        found = session.scalars(select(child).where(child.tip_id == tip.id).order_by(child.id))
        return [(row, register.state(row)) for row in found]

    return rows


def tips_of(session: Session, clue: Any) -> list[Any]:
    """The tips from which a clue came, as far as the viewer sees them."""
    numbers = [link.from_number for link in links.to(clue)]
    if not numbers:
        return []
    columns = (Tip.number, Tip.title, Tip.channel, Tip.naming, Tip.created_at, Tip.state)
    return list(session.rows(select(*columns).where(Tip.number.in_(numbers)).order_by(Tip.id)))
