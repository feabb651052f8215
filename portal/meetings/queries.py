"""Choices of units and people, the last meeting of a kind, numbers that the writer sees; and what the pages show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select

from ..clues.models import Clue, ClueState
from ..core import clock, files, links, notes
from ..core.actor import Role
from ..core.sight import Session
from ..organisation import queries as organisation
from ..organisation.models import Person, Unit
from .models import HOW, PRESENT, Attendance, Decision, DecisionState, Meeting
from .reading import PersonName, UnitName

NUMBER = re.compile(r"[A-Z]{2}-\d{4}-\d{4,6}")  # of any register: one that the writer does not see is written nowhere
OWNERS = (
    Role.OFFICER,
    Role.UNIT_HEAD,
    Role.PERSONNEL,
    Role.OFFICE,
    Role.OFFICE_HEAD,
    Role.DEPUTY_HEAD,
    Role.BUREAU_HEAD,
)
_OWNING = sum(OWNERS)
KNOWN = select(Clue.number).where(Clue.number.in_(bindparam("numbers", expanding=True)))


# ── what the form offers ──────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Somebody(PersonName):
    """A person as the reading of lines knows him. `owns`: his role can hold a decision."""

    owns: bool


def units(session: Session) -> list[UnitName]:
    """Every unit of today: a decision may fall to the office or to the leaders as well."""
    found = select(Unit.id, Unit.name, Unit.short_name).where(Unit.valid_to.is_(None)).order_by(Unit.path)
    return [UnitName(*row) for row in session.rows(found)]


def people(session: Session) -> list[Somebody]:
    """Everybody who works here, in the order of the tree."""
    found = select(Person.id, Person.name, Person.unit_id, Person.roles).join(Unit, Unit.id == Person.unit_id)
    working = found.where(Person.is_active, Unit.valid_to.is_(None)).order_by(Unit.path, Person.id)
    return [Somebody(i, name, unit, bool(roles & _OWNING)) for i, name, unit, roles in session.rows(working)]


def known(session: Session, text: str) -> frozenset[str]:
    """The numbers in a text that name a clue which the writer sees. Unseen and absent ask the same statement."""
    said = sorted(set(numbers(text)))
    return frozenset(session.rows(KNOWN, {"numbers": said}).scalars()) if said else frozenset()


def numbers(text: str) -> list[str]:
    """The numbers that a text names, each once, in its order."""
    return list(dict.fromkeys(NUMBER.findall(text)))


def without_unknown(text: str, seen: Iterable[str]) -> str:
    """The text without the numbers that the writer does not see."""
    kept = frozenset(seen)
    return re.sub(r"[ 　]{2,}", " ", NUMBER.sub(lambda n: n[0] if n[0] in kept else "", text)).strip()


# ── what is taken over from the last meeting of its kind ──────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Taken:
    """The head of a meeting as it is proposed."""

    sequence: int
    chair_id: int | None
    place: str
    people: dict[str, tuple[int, ...]]  # how → persons
    others: dict[str, str]  # how → those who are not of the bureau


def taken(session: Session, kind: str, year: int) -> Taken:
    """From the last meeting of this kind that the viewer sees; the sequence begins anew each year."""
    last = session.execute(
        select(Meeting).where(Meeting.kind == kind).order_by(Meeting.held_on.desc(), Meeting.id.desc()).limit(1)
    ).scalar()
    told = attendance(session, last) if last else []
    return Taken(
        next_sequence(session, kind, year),
        last.chair_id if last else None,
        (last.place or "") if last else "",
        {how: tuple(a.person_id for a in told if a.how == how and a.person_id) for how in HOW},
        {how: "、".join(a.name for a in told if a.how == how and not a.person_id) for how in HOW},
    )


def next_sequence(session: Session, kind: str, year: int) -> int:
    """第 n 次 of its kind and year."""
    last = select(func.max(Meeting.sequence)).where(Meeting.kind == kind, Meeting.year == year)
    return int(session.scalar(last) or 0) + 1


def attendance(session: Session, meeting: Meeting) -> list[Any]:
    """Who was there, in the order of the minutes."""
    told = select(Attendance.how, Attendance.person_id, Attendance.name)
    return list(session.rows(told.where(Attendance.meeting_id == meeting.id).order_by(Attendance.id)))


def words_of(meeting: Meeting, chair: str) -> str:
    """What q finds of a meeting. Its decisions are found in their own list, each by those who see it."""
    return f"{meeting.title}\n{meeting.year}\n{meeting.place or ''}\n{chair}"


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Decided:
    """A decision as a row of its meeting or of a clue."""

    number: str
    position: int
    title: str
    occasion: str
    unit: str
    officer: str
    tone: str
    label: str
    due: clock.Due


def _rows(session: Session, *where: Any) -> list[Decided]:
    """Decisions under the viewer's sight, with whose they are and how they stand."""
    d, columns = (
        Decision,
        (Decision.state, Decision.owed_at, Decision.owed_kind, Decision.state_since, Decision.closed_on),
    )
    found = (
        select(d.number, d.position, d.title, d.occasion, Unit.short_name, Person.name, *columns)
        .join(Unit, Unit.id == d.unit_id).join(Person, Person.id == d.officer_id)
        .where(*where).order_by(d.made_on.desc(), d.position)
    )  # fmt: skip
    made = []
    for r in session.rows(found):
        state = DecisionState.of(r.state)
        made.append(Decided(r[0], r[1], r[2], r[3], r[4], r[5], state.tone, str(state.label), told(r)))
    return made


def told(r: Any) -> clock.Due:
    """What of its time is told: the time left, or the day on which it was closed."""
    if r.closed_on:
        return clock.Due("", "—", f"{r.closed_on:%m-%d}")
    return clock.told(r.owed_at, r.owed_kind, since=r.state_since)


def meeting_page(session: Session, meeting: Meeting) -> dict[str, Any]:
    """Facts, who was there, the scan, and the decisions that the viewer sees."""
    decided = _rows(session, Decision.meeting_id == meeting.id)
    there = attendance(session, meeting)
    groups = [(how, "、".join(a.name for a in there if a.how == how)) for how in HOW]
    return {
        "facts": [
            (_("会议"), _("%(year)d 年%(title)s") % {"year": meeting.year, "title": meeting.title}, False),
            (_("种类"), meeting.kind, False),
            (_("日期"), meeting.held_on.isoformat(), False),
            (_("地点"), meeting.place or "", False),
            (_("主持"), organisation.name_of(session, meeting.chair_id), False),
        ],
        "attendance": [(how, names) for how, names in groups if names],
        "there": sum(a.how == PRESENT for a in there),
        "decided": decided, "left": sum(d.tone != "done" for d in decided),
        "files": files.of(session, meeting),
        # each decision has a time line of its own
        "story": [line for line in notes.lines(session, meeting) if line.subject == meeting.number],
    }  # fmt: skip


def decision_page(session: Session, decision: Decision) -> dict[str, Any]:
    """What was decided, where, whose it is; the clues that it names, each under the viewer's own sight."""
    m = Meeting.__table__  # of the meeting whoever sees the decision may know its head, though not open it
    head = session.core(select(m.c.number, m.c.year, m.c.chair_id).where(m.c.id == decision.meeting_id)).one()
    named = [link.to_number for link in links.of(decision) if link.kind == "related"]
    clues = session.scalars(select(Clue).where(Clue.number.in_(named)).order_by(Clue.id)).all() if named else ()
    until = (_("长期，%(day)s 复核") % {"day": decision.review_on}) if decision.review_on else last_day(decision)
    return {
        "facts": [
            (_("议定事项"), decision.title, True),
            (_("会议"), _("%(year)d 年%(title)s，第 %(n)d 项") % {
                "year": head.year, "title": decision.occasion, "n": decision.position}, False),
            (_("会议日期"), decision.made_on.isoformat(), False),
            (_("主持"), organisation.name_of(session, head.chair_id), False),
            (_("责任单位"), organisation.unit_name(session, decision.unit_id), False),
            (_("责任人"), organisation.name_of(session, decision.officer_id), False),
            (_("办结时限"), until, False),
        ],
        "meeting_href": f"/meetings/{head.number}" if decision.meeting else None,
        "due": clock.told(decision.owed_at, decision.owed_kind or "due", since=decision.state_since)  # type: ignore[arg-type]
        if decision.owed_at else None,
        "waits": organisation.name_of(session, decision.owed_by) if decision.owed_by else "",
        "clues": [(c.number, c.title, ClueState.of(c.state)) for c in clues],
        "files": files.of(session, decision),
    }  # fmt: skip


def last_day(decision: Decision) -> str:
    """办结时限 as a date: a day clock ends at 24:00."""
    return (clock.local(decision.due_at) - clock.DAY).date().isoformat() if decision.due_at else ""


def as_it_stands(decision: Decision) -> dict[str, Any]:
    """The decision's own values, as the first of the answer to an objection."""
    day = last_day(decision)
    return {
        "unit_id": decision.unit_id, "officer_id": decision.officer_id,
        "due_on": date.fromisoformat(day) if day else None, "review_on": decision.review_on,
    }  # fmt: skip


def of_clue(session: Session, clue: Clue) -> list[Decided]:
    """The decisions that name this clue and that the viewer sees."""
    named = [
        link.from_number for link in links.to(clue) if link.kind == "related" and link.from_number.startswith("YD-")
    ]
    return _rows(session, Decision.number.in_(named)) if named else []


def log_page(session: Session, _row: None, form: Any) -> dict[str, Any]:
    """The table of what was read so far."""
    form.drawn()
    rows = form.as_read()
    return {"table": rows, "sure": sum(not doubts for _n, _line, _row, doubts, _unknown in rows)}
