"""What a draft is filled with, to whom it can go, and what the pages show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from ...core import clock, desks, notes, papers
from ...core.actor import Role
from ...core.sight import Session, session_of
from ...organisation import queries as organisation
from ...organisation.models import Person, Unit
from .. import queries as meetings
from ..models import HOW, Decision, Meeting
from .models import Minutes, MinutesState, Recipient

NUMERALS = "〇一二三四五六七八九"
READERS = Role.UNIT_HEAD | Role.OFFICE_HEAD | Role.DEPUTY_HEAD | Role.BUREAU_HEAD  # heads to whom it is shown
OFFICES = Role.OFFICE | Role.OFFICE_HEAD | Role.DEPUTY_HEAD | Role.BUREAU_HEAD | Role.LEADER


def numeral(n: int) -> str:
    """一, 十, 十二, 四十: how the standard counts its first level."""
    tens, ones = divmod(n, 10)
    if n >= 100:
        return "".join(NUMERALS[int(digit)] for digit in str(n))
    return (NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "") + (NUMERALS[ones] if ones or not tens else "")


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# ── fill once ─────────────────────────────────────────────────────────────────────────────────────────────────────
def filled(meeting: Meeting) -> dict[str, Any]:
    """The first draft: what stands in the meeting and its decisions, as sentences."""
    session = session_of(meeting)
    occasion = meeting.title.replace(" ", "")
    d = Decision
    decided = session.rows(
        select(d.title, d.due_at, d.review_on, d.unit_id, Unit.name.label("unit"), Person.name.label("officer"))
        .join(Unit, Unit.id == d.unit_id).join(Person, Person.id == d.officer_id)
        .where(d.meeting_id == meeting.id).order_by(d.position)
    ).all()  # fmt: skip
    at = _("在%(place)s", place=meeting.place) if meeting.place else ""
    chair = organisation.name_of(session, meeting.chair_id)
    head = _(
        "%(day)s，%(chair)s%(at)s主持召开扫黑除恶专项斗争%(year)d年%(occasion)s。现将会议议定事项纪要如下：",
        day=_day(meeting.held_on), chair=chair, at=at, year=meeting.year, occasion=occasion,
    )  # fmt: skip
    lines = [f"{numeral(n)}、{_decision(row)}" for n, row in enumerate(decided, 1)]
    there = meetings.attendance(session, meeting)
    present, on_leave, listening = ("、".join(a.name for a in there if a.how == how) for how in HOW)
    offered = {unit_id for unit_id, _name in units(session)}
    return {
        "title": _("扫黑除恶专项斗争%(year)d年%(occasion)s纪要", year=meeting.year, occasion=occasion),
        "body": "\n".join((head, *lines)), "present": present, "on_leave": on_leave, "listening": listening,
        "unit_ids": sorted({row.unit_id for row in decided} & offered), "copies": "",
    }  # fmt: skip


def _decision(row: Any) -> str:
    """What, then whose and by when, behind the full stop that ends the heading."""
    what = re.sub(r"[。；;，,.\s]+$", "", row.title)
    if row.review_on:
        by = _("长期坚持，%(day)s前复核", day=_day(row.review_on))
    else:
        by = _("%(day)s前完成", day=_day(clock.local(row.due_at) - clock.DAY))
    said = _("责任单位：%(unit)s；责任人：%(officer)s；时限：%(by)s", unit=row.unit, officer=row.officer, by=by)
    return f"{what}。{said}。"


def as_it_stands(minutes: Minutes) -> dict[str, Any]:
    """The paper's own words, to be revised or corrected."""
    told = {name: getattr(minutes, name) for name in ("title", "body", "present", "on_leave", "listening", "copies")}
    return told | {"unit_ids": recipients(minutes)}


def units(session: Session) -> list[tuple[int, str]]:
    """Units that can sign for a paper: their head may read it."""
    found = select(Unit.id, Unit.name).where(Unit.valid_to.is_(None)).order_by(Unit.path)
    heads = desks.heads(session)
    may = select(Person.id).where(Person.is_active, Person.roles.bitwise_and(int(READERS)) != 0)
    readers = set(session.rows(may).scalars())
    return [(i, name) for i, name in session.rows(found) if heads.get(i) in readers]


def recipients(minutes: Minutes) -> list[int]:
    """The ids of the units to which it goes."""
    r = Recipient.__table__
    found = select(r.c.unit_id).where(r.c.minutes_id == minutes.id).order_by(r.c.unit_id)
    return list(session_of(minutes).core(found).scalars())


def unit_names(session: Session, ids: Sequence[int]) -> list[str]:
    """Their names, in the order of the tree."""
    return list(session.rows(select(Unit.name).where(Unit.id.in_(ids)).order_by(Unit.path)).scalars()) if ids else []


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def number_of(session: Session, minutes: Minutes) -> str | None:
    """文号, of an issued one."""
    paper = papers.issued(session, minutes)
    return paper["fields"]["number"] if paper else None


def corrected(session: Session, minutes: Minutes) -> Minutes | None:
    """The paper that this one corrects, which whoever sees this one may know by its number."""
    return session.get(Minutes, minutes.corrects_id) if minutes.corrects_id else None


def page(session: Session, minutes: Minutes) -> dict[str, Any]:
    """The paper as it stands or as it was issued, who has it, and what corrects it. Who only reads it is not told
    what the office said about its drafts.
    """
    story = notes.lines(session, minutes)
    if not session.actor.roles & OFFICES:
        story = [line for line in story if line.verb in ("minutes.issue", "minutes.receive")]
    paper = papers.issued(session, minutes)
    later = session.scalars(select(Minutes).where(Minutes.corrects_id == minutes.id)).first()
    names = unit_names(session, recipients(minutes))
    signed = _("%(name)s，%(day)s", name=organisation.name_of(session, minutes.signed_by), day=minutes.signed_on)
    how = {"paper": _("线下签批"), "screen": _("网上签发"), None: ""}[minutes.signed_how]
    return {
        "facts": [
            (_("编号"), paper["fields"]["number"] if paper else _("印发时编号"), False),
            (_("会议"), minutes.meeting.title if minutes.meeting else "", False),
            (_("拟稿"), organisation.name_of(session, minutes.proposed_by), False),
            (_("核稿"), organisation.name_of(session, minutes.checked_by), False),
            (_("签发"), f"{signed}（{how}）" if minutes.signed_by else "", False),
            (_("印发日期"), minutes.issued_on.isoformat() if minutes.issued_on else "", False),
        ],
        "story": story, "paper": paper, "read": _read(minutes, paper, names),
        "receipts": _receipts(session, minutes, paper) if paper else [],
        "later": later, "later_number": number_of(session, later) if later else None,
        "earlier": corrected(session, minutes),
        "due": clock.told(minutes.owed_at, minutes.owed_kind or "due", since=minutes.state_since)  # type: ignore[arg-type]
        if minutes.owed_at else None,
        "waits": organisation.name_of(session, minutes.owed_by) if minutes.owed_by else "",
    }  # fmt: skip


def _read(minutes: Minutes, paper: Any, names: list[str]) -> dict[str, Any]:
    """What is read: of an issued paper what it says, whatever the row says."""
    if paper:
        return {
            "title": paper["title"],
            **{k: paper["fields"][k] for k in ("paragraphs", "present", "sent_to", "copies")},
        }
    return {
        "title": minutes.title, "paragraphs": paragraphs(minutes), "present": present(minutes), "sent_to": names,
        "copies": listed(minutes.copies),
    }  # fmt: skip


def _receipts(session: Session, minutes: Minutes, paper: Any) -> list[tuple[str, str, str]]:
    """(unit, when, who) of each addressee; nothing of whom has it not yet."""
    sent = papers.addressees(session, minutes, paper["id"])
    found = select(Unit.id, Unit.name).where(Unit.id.in_([a.unit_id for a in sent])).order_by(Unit.path)
    names = dict(session.rows(found).all()) if sent else {}
    order = list(names)
    return [
        (names[a.unit_id], f"{clock.local(a.receipt_at):%m-%d %H:%M}" if a.receipt_at else "", a.receipt_by or "")
        for a in sorted(sent, key=lambda a: order.index(a.unit_id))
    ]


def paragraphs(minutes: Minutes) -> list[str]:
    """Its text, a paragraph a line; a correction says of what."""
    lines = [line.strip() for line in minutes.body.splitlines() if line.strip()]
    session = session_of(minutes)
    earlier = corrected(session, minutes)
    if earlier:
        lines.append(_("本纪要更正%(number)s，以本纪要为准。", number=number_of(session, earlier)))
    return lines


def present(minutes: Minutes) -> list[list[str]]:
    """出席, 请假, 列席 with their names, those that there are."""
    told = zip(HOW, (minutes.present, minutes.on_leave, minutes.listening), strict=True)
    return [[how, names] for how, names in told if names.strip()]


def listed(names: str) -> list[str]:
    """抄送 as it was typed, one by one."""
    return [name for name in re.split(r"[，,、；;\n]\s*", names.strip().rstrip("。")) if name]


def of_meeting(session: Session, meeting: Meeting) -> list[Any]:
    """The minutes of a meeting that the viewer sees, with how they stand."""
    found = session.scalars(select(Minutes).where(Minutes.meeting_id == meeting.id).order_by(Minutes.id)).all()
    return [(m, MinutesState.of(m.state)) for m in found]


def issue_page(session: Session, minutes: Minutes, form: Any) -> dict[str, Any]:
    """Whose heads will owe a receipt."""
    return {"units": unit_names(session, recipients(minutes))}
