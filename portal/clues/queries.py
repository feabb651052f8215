"""What the pages of clues show beside the row itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from ..core import act, clock, files
from ..core.sight import Session
from ..organisation import queries as organisation
from ..organisation.models import Person
from ..parties import models as parties
from .clock import foreseen
from .models import CheckRecord, Clue, ClueState, Referral, ReferralState

TEXTS = {"title": "线索名称", "summary": "主要内容", "finding": "结论说明"}


@dataclass(frozen=True)
class Child:
    """A line of 子项: what it is, its number, where it stands."""

    kind: str
    number: str
    href: str
    words: str
    tone: str
    state_label: str
    below: str


def record_page(session: Session, clue: Clue) -> dict[str, Any]:
    """Facts, clocks, children, parties, checks, files and earlier texts of one clue."""
    referrals = session.scalars(select(Referral).where(Referral.clue_id == clue.id).order_by(Referral.id)).all()
    return {
        "facts": _facts(session, clue),
        "due": _waits(clue),
        "matter_due": clock.told(clue.due_at, "due") if clue.due_at and clue.closed_on is None else None,
        "handling": _handling(session, clue),
        "children": [_referral(r) for r in referrals],
        "open_children": sum(r.state == ReferralState.SENT for r in referrals),
        "parties": parties.of(clue),
        "checks": _checks(session, clue),
        "files": files.of(session, clue),
        "earlier": [(TEXTS.get(name, name), clock.local(until).strftime("%Y-%m-%d %H:%M"), text) for name, until, text in act.earlier_texts(session, clue)],
    }  # fmt: skip


def _facts(session: Session, clue: Clue) -> list[tuple[str, str, bool]]:
    """(label, words, whole width)."""
    source = f"{clue.source} {clue.source_ref}" if clue.source_ref else clue.source
    found = [
        (_("来源"), source, False),
        (_("接收时间"), clock.local(clue.received_at).strftime("%Y-%m-%d %H:%M"), False),
        (_("业务领域"), clue.field, False),
        (_("线索类型"), clue.kind, False),
        (_("重要程度"), clue.level, False),
        (_("紧急程度"), clue.urgency, False),
        (_("发生地点"), clue.place, False),
        (_("发生时间"), clue.occurred or "—", False),
        (_("核查结论"), clue.conclusion or "—", False),
        (_("处置方式"), clue.disposition or "—", False),
        (_("主要内容"), clue.summary, True),
    ]
    if clue.finding:
        found.append((_("结论说明"), clue.finding, True))
    if clue.answered_on:
        asked = _("保护伞 已答 · 监管责任 %(oversight)s · 管理漏洞 %(loophole)s")
        found.append((_("一案三查"), asked % {"oversight": clue.oversight, "loophole": clue.loophole}, True))
    if clue.archive_no:
        found.append((_("归档号"), clue.archive_no, False))
    return found


def _handling(session: Session, clue: Clue) -> list[tuple[str, str]]:
    found = [(_("承办单位"), organisation.unit_name(session, clue.unit_id)), (_("承办人"), organisation.name_of(session, clue.officer_id))]
    if clue.state == ClueState.PROPOSED:
        found += [(_("拟交办"), organisation.unit_name(session, clue.proposed_unit_id)), (_("拟定承办人"), organisation.name_of(session, clue.proposed_officer_id))]
    if clue.owed_by and clue.owed_by != clue.officer_id:
        found.append((_("等待"), organisation.name_of(session, clue.owed_by)))
    return found


def _waits(clue: Clue) -> clock.Due | None:
    if clue.owed_at is None or clue.closed_on is not None:
        return None
    return clock.told(clue.owed_at, clue.owed_kind or "due", since=clue.state_since)  # type: ignore[arg-type]


def _referral(r: Referral) -> Child:
    state = ReferralState.of(r.state)
    words = f"{r.receiver_name} {r.document_no or ''}".strip()
    below = f"{r.answer} {r.answered_on:%m-%d}" if r.answer else f"{r.sent_on:%m-%d} 送出"
    return Child(_("移送"), r.number, f"/referrals/{r.number}", words, state.tone, str(state.label), below)


def _checks(session: Session, clue: Clue) -> list[dict[str, Any]]:
    rows = session.scalars(select(CheckRecord).where(CheckRecord.clue_id == clue.id).order_by(CheckRecord.id)).all()
    ids = {i for r in rows for i in (r.first_officer_id, r.second_officer_id)}
    names = dict(tuple(n) for n in session.rows(select(Person.id, Person.name).where(Person.id.in_(ids)))) if ids else {}
    return [
        {
            "number": r.number, "at": clock.local(r.checked_at).strftime("%Y-%m-%d %H:%M"), "method": r.method,
            "place": r.place, "found": r.found, "files": files.of(session, r),
            "who": "、".join(names[i] for i in (r.first_officer_id, r.second_officer_id)),
        }
        for r in rows
    ]  # fmt: skip


def referral_page(session: Session, referral: Referral) -> dict[str, Any]:
    """The facts of one referral."""
    found = [
        (_("线索"), f"{referral.clue.number} {referral.clue.title}", True),
        (_("接收机关"), f"{referral.receiver} {referral.receiver_name}", False),
        (_("文号"), referral.document_no or "—", False),
        (_("送出日期"), f"{referral.sent_on}", False),
        (_("反馈"), f"{referral.answer} {referral.answered_on}" if referral.answer else "—", False),
    ]
    if referral.answer_text:
        found.append((_("反馈内容"), referral.answer_text, True))
    due = clock.told(referral.owed_at, "remind", since=referral.state_since) if referral.owed_at else None
    return {"facts": found, "due": due, "files": files.of(session, referral), "above": f"/clues/{referral.clue.number}"}


def check_page(session: Session, record: CheckRecord) -> dict[str, Any]:
    """The facts of one checking record."""
    found = [
        (_("线索"), f"{record.clue.number} {record.clue.title}", True),
        (_("核查时间"), clock.local(record.checked_at).strftime("%Y-%m-%d %H:%M"), False),
        (_("核查方式"), record.method, False),
        (_("核查人"), "、".join(organisation.name_of(session, i) for i in (record.first_officer_id, record.second_officer_id)), False),
        (_("核查地点"), record.place, False),
        (_("核查情况"), record.found, True),
    ]  # fmt: skip
    return {"facts": found, "due": None, "files": files.of(session, record), "above": f"/clues/{record.clue.number}"}


def assign_page(session: Session, clue: Clue, form: Any) -> dict[str, Any]:
    """The due day that each level would give."""
    return {"foreseen": foreseen(clue.urgency), "summary": clue.summary}
