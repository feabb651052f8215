"""What today shows: what is due, what waits for my decision, what changed since yesterday."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from ..core import clock
from ..core.hanging import OPEN, Duty, Note
from ..core.register import REGISTERS, named
from ..core.sight import Session
from ..organisation.models import Person, Unit
from ..umbrella.register import UMBRELLA

DECISIONS = {"clues.assign", "clues.propose", "clues.sign", "clues.pass", "clues.close", "clues.wake", "intake.accept", "signings.confirm"}
MOST = 40
N = Note.__table__


@dataclass(frozen=True)
class Work:
    """A row of today: a duty with the matter's title, whose it is, by when, and the address of its next step."""

    number: str
    title: str
    kind: str
    act: str
    unit: str
    person: str
    due: clock.Due
    href: str
    step: str
    overdue: bool


@dataclass(frozen=True)
class Today:
    """The page: one sentence of counts, then three lists."""

    overdue: int
    today: int
    soon: int
    due: list[Work]
    decide: list[Work]
    reminders: list[Work]
    changes: list[dict[str, Any]]


def today(session: Session) -> Today:
    """Duties of the person and, for a head, of the unit; read from `duties` alone, titles joined after."""
    now, me_id = clock.now(), session.actor.id
    soon = clock.end_of(clock.add_working_days(clock.today(), 3))
    columns = (Duty.register, Duty.subject, Duty.what, Duty.due_at, Duty.since, Duty.kind, Duty.person_id, Duty.unit_id)
    own = select(*columns).where(Duty.state == OPEN, Duty.person_id == me_id).order_by(Duty.due_at).limit(200)
    mine = list(session.rows(own).all())
    others = select(*columns).where(Duty.state == OPEN, Duty.kind == "due", Duty.due_at < soon, Duty.person_id != me_id)
    mine += session.rows(others.order_by(Duty.due_at).limit(MOST)).all()
    works = _works(session, mine, now)
    decide = [w for d, w in works if d.person_id == me_id and d.what in DECISIONS]
    due = [w for d, w in works if d.kind == "due" and d.what not in DECISIONS and (d.due_at <= soon or d.person_id == me_id)]
    late = [w for d, w in works if d.kind == "due" and d.what in DECISIONS and d.person_id != me_id]
    shown = sorted(due + late, key=lambda w: not w.overdue)[:MOST]
    reminders = [w for d, w in works if d.kind == "remind" and d.person_id == me_id and d.due_at <= soon]
    ends = [d.due_at for d, _w in works if d.kind == "due"]
    at_night = clock.end_of(clock.today())
    return Today(
        sum(e < now for e in ends), sum(now <= e <= at_night for e in ends), sum(at_night < e <= soon for e in ends),
        shown, decide, reminders, _changes(session),
    )  # fmt: skip


def _works(session: Session, duties: Iterable[Any], now: datetime) -> list[tuple[Any, Work]]:
    found = list(duties)
    titles = _titles(session, {(d.register, d.subject) for d in found})
    people = _names(session, Person, {d.person_id for d in found})
    units = _names(session, Unit, {d.unit_id for d in found})
    works = []
    for d in found:
        verb = named(d.what)
        kind, act = str(verb.register.title).removesuffix("台账"), str(verb.label)
        root = REGISTERS[d.register].root
        mine = d.person_id == session.actor.id
        step = f"{root}{d.subject}/do/{verb.name}" if mine and verb.register.name == d.register and verb.who else f"{root}{d.subject}"
        works.append(
            (d, Work(d.subject, titles.get(d.subject) or _("（待摘录）"), kind, act, units.get(d.unit_id, ""), people.get(d.person_id, ""),
                     clock.told(d.due_at, d.kind, since=d.since), f"{root}{d.subject}", step, d.due_at < now and d.kind == "due"))
        )  # fmt: skip
    return works


def _titles(session: Session, wanted: set[tuple[str, str]]) -> dict[str, str]:
    """Titles through sight: a duty on a matter that the viewer may not see has none."""
    found: dict[str, str] = {}
    for name in {register for register, _subject in wanted}:
        model = REGISTERS[name].model
        if hasattr(model, "title") and REGISTERS[name] is not UMBRELLA:
            numbers = [subject for register, subject in wanted if register == name]
            found |= dict(tuple(r) for r in session.rows(select(model.number, model.title).where(model.number.in_(numbers))))
    return found


def _names(session: Session, model: Any, ids: set[int]) -> dict[int, str]:
    return dict(tuple(r) for r in session.rows(select(model.id, model.name).where(model.id.in_(ids)))) if ids else {}


def _changes(session: Session) -> list[dict[str, Any]]:
    """Steps since yesterday on clues that the viewer sees, newest first."""
    model = REGISTERS["clues"].model
    since = clock.now() - timedelta(days=1)
    steps = session.core(
        select(N.c.at, N.c.label, N.c.who, N.c.words, func.coalesce(N.c.under, N.c.subject).label("about"), N.c.person_id)
        .where(N.c.at > since, or_(N.c.person_id.is_(None), N.c.person_id != session.actor.id))
        .order_by(N.c.at.desc(), N.c.id.desc())
        .limit(200)
    ).all()
    numbers = {s.about for s in steps}
    titles = dict(tuple(r) for r in session.rows(select(model.number, model.title).where(model.number.in_(numbers)))) if numbers else {}
    return [
        {"at": clock.local(s.at), "label": s.label, "number": s.about, "title": titles[s.about], "who": s.who.partition("（")[0]}
        for s in steps
        if s.about in titles
    ][:12]  # fmt: skip


def waiting(session: Session) -> int:
    """How many duties are the viewer's own, at most 100."""
    own = select(Duty.id).where(Duty.state == OPEN, Duty.person_id == session.actor.id).limit(100).subquery("own")
    return int(session.rows(select(func.count()).select_from(own)).scalar_one())

