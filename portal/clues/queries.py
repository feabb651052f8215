"""What the pages of clues show beside the row itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ..core import act, clock, files, notes, papers
from ..core.hanging import OPEN
from ..core.register import REGISTERS, named
from ..core.sight import Session
from ..organisation import queries as organisation
from ..organisation.models import Person
from ..parties import models as parties
from ..parties import queries as party_records
from . import story
from .clock import foreseen, last_day, term
from .models import CheckRecord, Clue, ClueState, Referral, ReferralState

TEXTS = {"title": "线索名称", "summary": "主要内容", "finding": "结论说明"}
DUTIES = Clue.family.duty.__table__


@dataclass(frozen=True)
class Child:
    """A line of 子项: what it is, its number, where it stands. What the viewer may not see has no address."""

    kind: str
    number: str
    href: str | None
    words: str
    tone: str
    state_label: str
    below: str


def record_page(session: Session, clue: Clue) -> dict[str, Any]:
    """Facts, clocks, children, parties, time line, files and earlier texts of one clue."""
    referrals = list(session.scalars(select(Referral).where(Referral.clue_id == clue.id).order_by(Referral.id)))
    checks = list(session.scalars(select(CheckRecord).where(CheckRecord.clue_id == clue.id).order_by(CheckRecord.id)))
    if clue.state == ClueState.MOVED:  # a void number: its steps, and nothing beside them
        referrals, checks = [], []
    duty = session.core(select(DUTIES).where(DUTIES.c.id == clue.duty_id)).first() if clue.duty_id else None
    blocking = session.core(select(DUTIES).where(DUTIES.c.blocks == clue.number, DUTIES.c.state == OPEN)).all()
    telling = [d for d in blocking if d.register != "referrals"]
    two = [i for c in checks for i in (c.first_officer_id, c.second_officer_id)]
    people = _people(session, [clue.officer_id, clue.proposed_officer_id, clue.owed_by, *two])
    names = {i: name for i, (name, _phone) in people.items()}
    waits = telling[0] if telling and clue.state == ClueState.TELLING else duty
    now = story.now(clue, waits, names) if waits else None
    return {
        "facts": _facts(clue),
        "now": now,
        "due": _waits(clue),
        "term": term(clue),
        "handling": _handling(session, clue, people),
        "children": [*(_referral(r) for r in referrals), *(_telling(d) for d in telling)],
        "open_children": len(blocking),
        "child_verbs": _child_verbs(session, referrals),
        "parties": party_records.shown(session, clue, parties.of(clue)),
        "story": [
            *story.steps(session, clue, checks, referrals, names), *([now] if now else []),
            *story.coming(clue, waits, names),
        ],
        "files": files.shown(session, clue),
        "earlier": [
            (TEXTS.get(name, name), _minute(until), text) for name, until, text in act.earlier_texts(session, clue)
        ],
    }  # fmt: skip


def _people(session: Session, ids: Iterable[int | None]) -> dict[int, tuple[str, str | None]]:
    """Person → name and extension."""
    wanted = {i for i in ids if i}
    found = session.rows(select(Person.id, Person.name, Person.phone).where(Person.id.in_(wanted))) if wanted else ()
    return {i: (name, phone) for i, name, phone in found}


def _minute(moment: datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def source(clue: Clue) -> str:
    """Whence the clue came; never who reported it."""
    return f"{clue.source}（{clue.source_ref}）" if clue.source_ref else clue.source


def _facts(clue: Clue) -> list[tuple[str, str, bool]]:
    """(label, words, whole width)."""
    found = [
        (_("来源"), source(clue), False),
        (_("接收时间"), _minute(clue.received_at), False),
        (_("业务领域"), clue.field, False),
        (_("线索类型"), clue.kind, False),
        (_("重要程度"), clue.level, False),
        (_("紧急程度"), clue.urgency, False),
        (_("发生地点"), clue.place, False),
        (_("发生时间"), clue.occurred or "", False),
        (_("核查结论"), clue.conclusion or "", False),
        (_("处置方式"), clue.disposition or "", False),
        (_("主要内容"), clue.summary, True),
    ]
    if clue.finding:
        found.append((_("结论说明"), clue.finding, True))
    if clue.archive_no:
        found.append((_("归档号"), clue.archive_no, True))
    return found


def _handling(session: Session, clue: Clue, people: dict[int, tuple[str, str | None]]) -> list[tuple[str, str]]:
    def person(person_id: int | None) -> str:
        name, phone = people.get(person_id or 0, ("", None))
        return _("%(name)s 内线 %(phone)s") % {"name": name, "phone": phone} if phone else name

    def unit(unit_id: int | None) -> str:
        return organisation.unit_name(session, unit_id)

    found = [(_("承办单位"), unit(clue.unit_id)), (_("承办人"), person(clue.officer_id))]
    if clue.state == ClueState.PROPOSED:
        found += [(_("拟交办"), unit(clue.proposed_unit_id)), (_("拟承办人"), person(clue.proposed_officer_id))]
    if clue.owed_by and clue.owed_by != clue.officer_id:
        found.append((_("现在等待"), person(clue.owed_by)))
    return found


def _waits(clue: Clue) -> clock.Due | None:
    """The clock of the present state where it is not the matter's own."""
    if clue.owed_at is None or clue.owed_at == clue.due_at:
        return None
    return clock.told(clue.owed_at, clue.owed_kind or "due", since=clue.state_since)  # type: ignore[arg-type]


def _referral(r: Referral) -> Child:
    state = ReferralState.of(r.state)
    below = f"{r.answer} {r.answered_on:%m-%d}" if r.answer else _("%(day)s 送出") % {"day": f"{r.sent_on:%m-%d}"}
    return Child(_("移送"), r.number, f"/referrals/{r.number}", r.receiver_name, state.tone, str(state.label), below)


def _child_verbs(session: Session, referrals: list[Referral]) -> list[tuple[Any, str, str]]:
    """The next step may be the child's: (verb, number, receiver) of each open referral that the viewer may do now."""
    return [
        (p.verb, r.number, r.receiver_name)
        for r in referrals
        if r.state == ReferralState.SENT
        for p in act.possible(session, REGISTERS["referrals"], r)
    ]


def _telling(duty: Any) -> Child:
    """What somebody owes before this can close: the act alone, its subject may be hidden from the viewer."""
    day = clock.local(duty.since).strftime("%m-%d")
    words = str(named(duty.what).label).removeprefix("登记")
    return Child(_("告知"), "", None, words, "waits", _("未了"), _("%(day)s 起") % {"day": day})


def referral_page(session: Session, referral: Referral) -> dict[str, Any]:
    """The facts of one referral."""
    found = [
        (_("线索"), f"{referral.clue.number} {referral.clue.title}", True),
        (_("接收机关"), referral.receiver, False),
        (_("机关名称"), referral.receiver_name, False),
        (_("文号"), referral.document_no or "", False),
        (_("送出日期"), f"{referral.sent_on}", False),
        (_("反馈结果"), referral.answer or "", False),
        (_("反馈日期"), f"{referral.answered_on or ''}", False),
    ]
    if referral.answer_text:
        found.append((_("反馈内容"), referral.answer_text, True))
    due = clock.told(referral.owed_at, "remind", since=referral.state_since) if referral.owed_at else None
    return {
        "facts": found, "due": due, "files": files.shown(session, referral), "above": f"/clues/{referral.clue.number}",
        "heading": _("移送%(name)s") % {"name": referral.receiver_name}, "about": referral.clue.title,
    }  # fmt: skip


def check_page(session: Session, record: CheckRecord) -> dict[str, Any]:
    """The facts of one checking record."""
    two = (record.first_officer_id, record.second_officer_id)
    found = [
        (_("线索"), f"{record.clue.number} {record.clue.title}", True),
        (_("核查时间"), _minute(record.checked_at), False),
        (_("核查方式"), record.method, False),
        (_("核查人"), "、".join(organisation.name_of(session, i) for i in two), False),
        (_("核查地点"), record.place, False),
        (_("核查情况"), record.found, True),
    ]  # fmt: skip
    return {
        "facts": found, "due": None, "files": files.shown(session, record), "above": f"/clues/{record.clue.number}",
        "heading": record.method, "about": record.clue.title,
    }  # fmt: skip


def assign_page(session: Session, clue: Clue, form: Any) -> dict[str, Any]:
    """What is to be handed over, and the due day that each level would give."""
    named_parties = "；".join(f"{m.kind} {m.name}" for m in parties.of(clue))
    return {"foreseen": foreseen(clue.urgency), "summary": clue.summary, "place": clue.place, "named": named_parties}


# ── 线索登记表 ────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Opinion:
    """A box of the form with a name and a date at its lower right; empty, it keeps room for a hand-written line."""

    label: str
    words: str
    signed: str
    name: str
    day: str


OPINIONS = {  # verb → (the box, whose name stands under it)
    "clues.assign": (_l("审批意见"), _l("审批人")),
    "clues.sign": (_l("单位意见"), _l("审签人")),
    "clues.pass": (_l("审核意见"), _l("审核人")),
    "clues.close": (_l("办结意见"), _l("批准人")),
}


def sheet_page(session: Session, clue: Clue) -> dict[str, Any]:
    """The clue as the office's form: what, whence, whom, content, whose, opinions, steps. Never the reporter."""
    steps = notes.lines(session, clue)
    issued, hung = papers.of(session, clue), files.shown(session, clue)
    checks = session.scalars(select(CheckRecord).where(CheckRecord.clue_id == clue.id).order_by(CheckRecord.id)).all()
    people = _people(session, [clue.officer_id])
    named_parties = "；".join(m.name if m.kind in ("人员", "单位") else f"{m.kind} {m.name}" for m in parties.of(clue))
    of_papers = {p.file_id for p in issued}
    numbered = [p for p in issued if p.serial]
    enclosed = [f"{papers.label(p.kind)} {papers.document_number(p.mark, p.year, p.serial)}" for p in numbered]
    enclosed += [_("核查记录 %(n)d 份") % {"n": len(checks)}] if checks else []
    enclosed += [f.name for f in hung if f.id not in of_papers]
    return {
        "source": source(clue), "received": _minute(clue.received_at), "registered": _long(clue.created_at),
        "named": named_parties, "unit": organisation.unit_name(session, clue.unit_id),
        "officer": people.get(clue.officer_id or 0, ("", None))[0],
        "assigned": _minute(clue.assigned_at) if clue.assigned_at else "",
        "due": last_day(clue.due_at).isoformat() if clue.due_at else "",
        "opinions": _opinions(clue, steps), "enclosed": "，".join(enclosed), "papers": issued,
        "steps": [(_minute(s.at), s.label, s.who, s.words) for s in steps],
    }  # fmt: skip


def _long(moment: datetime) -> str:
    day = clock.local(moment)
    return _("%(year)d 年 %(month)d 月 %(day)d 日") % {"year": day.year, "month": day.month, "day": day.day}


def _opinions(clue: Clue, steps: list[notes.Line]) -> list[Opinion]:
    last = {s.verb: s for s in steps}
    first = last.get("clues.propose") or last.get("clues.register")
    judged = _("%(kind)s线索，%(level)s。") % {"kind": clue.kind, "level": clue.level}
    found = [_opinion(_("研判意见"), _("研判人"), first, judged)]
    for verb, (label, signed) in OPINIONS.items():
        if verb in last or verb == "clues.assign":
            said = clue.conclusion if verb == "clues.sign" else ""
            found.append(_opinion(str(label), str(signed), last.get(verb), f"{said}。" if said else ""))
    found.insert(2, Opinion(_("领导批示"), "", _("批示人"), "", ""))
    return found


def _opinion(label: str, signed: str, step: notes.Line | None, before: str) -> Opinion:
    if step is None:
        return Opinion(label, before, signed, "", "")
    return Opinion(label, before + (step.words or ""), signed, step.who.partition("（")[0], _long(step.at))


def proposed(clue: Clue) -> dict[str, Any]:
    """What was proposed, as the first values of the approval."""
    return {"unit_id": clue.proposed_unit_id, "officer_id": clue.proposed_officer_id, "level": clue.level}
