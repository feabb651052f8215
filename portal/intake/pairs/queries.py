"""What triage is told of two matters side by side. Each other end is shown through the viewer's sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from ...clues.models import Clue
from ...core import clock, links, people
from ...core.sight import Session
from ..models import FEEDS, RELATED, Tip, TipState
from .models import Apart, SameSource

SHOWN = 5  # similar matters that are read before one decides; the rest is folded
A, S, L = Apart.__table__, SameSource.__table__, Tip.family.link.__table__


@dataclass(frozen=True)
class Item:
    """A similar matter and what can be done about it. `joins`: the open clue that it is or has fed; `is_tip`: it can be
    kept as more of the same, unless that is done already (`linked`).
    """

    alike: Any
    joins: str | None
    is_tip: bool
    linked: bool


@dataclass(frozen=True)
class Judged:
    """A matter that was found not to be the same, by whom and when."""

    number: str
    title: str
    href: str
    who: str
    day: str


@dataclass(frozen=True)
class Beside:
    """The list of triage: what shares most with the tip, the rest, folded, and what was judged apart, folded."""

    items: list[Item]
    more: list[Item]
    apart: list[Judged]


def same_source(session: Session, tip: Tip) -> tuple[str, ...]:
    """Tips that were left with the same number, before this one or after it."""
    asked = select(S.c.number, S.c.earlier).where(or_(S.c.number == tip.number, S.c.earlier == tip.number))
    return tuple(b if a == tip.number else a for a, b in session.core(asked))


def beside(session: Session, tip: Tip, similar: list[Any]) -> Beside:
    """`similar`: matters that the viewer sees."""
    judged = {(r.low if r.high == tip.number else r.high): r for r in _judged(session, tip.number)}
    left = [alike for alike in similar if alike.number not in judged]
    left.sort(key=lambda alike: -len(alike.reasons))
    joins = _clues_of(session, [alike.number for alike in left])
    linked = set(_linked(tip))
    items = [
        Item(alike, joins.get(alike.number), alike.href.startswith("/intake/"), alike.number in linked)
        for alike in left
    ]  # fmt: skip
    return Beside(items[:SHOWN], items[SHOWN:], _told(session, judged))


def _judged(session: Session, number: str) -> list[Any]:
    return list(session.core(select(A).where(or_(A.c.low == number, A.c.high == number)).order_by(A.c.at)))


def _told(session: Session, judged: dict[str, Any]) -> list[Judged]:
    found = []
    for model, root in ((Clue, "/clues/"), (Tip, "/intake/")):
        seen = select(model.number, model.title).where(model.number.in_(judged)) if judged else None
        for number, title in session.rows(seen) if seen is not None else ():
            person, day = people.by_id(session, judged[number].person_id), clock.local(judged[number].at)
            who = person.name if person else ""
            found.append(Judged(number, title or "", root + number, who, f"{day:%m-%d}"))
    return found


def _clues_of(session: Session, numbers: list[str]) -> dict[str, str]:
    """Number → the open clue, as far as the viewer sees it, that it is itself or has fed."""
    if not numbers:
        return {}
    fed = {r.from_number: r.to_number for r in session.core(
        select(L.c.from_number, L.c.to_number).where(L.c.from_number.in_(numbers), L.c.kind.in_(FEEDS))
    )}  # fmt: skip
    wanted = {number: fed.get(number, number) for number in numbers}
    here = select(Clue.number).where(Clue.number.in_(wanted.values()), Clue.closed_on.is_(None))
    seen = set(session.rows(here).scalars())
    return {number: clue for number, clue in wanted.items() if clue in seen}


def _linked(tip: Tip) -> list[str]:
    there = [link.to_number for link in links.of(tip) if link.kind == RELATED]
    return [*there, *(link.from_number for link in links.to(tip) if link.kind == RELATED)]


def related(session: Session, tip: Tip) -> list[Any]:
    """Tips that were kept as more of the same, from this one or towards it, as far as the viewer sees them."""
    numbers = _linked(tip)
    if not numbers:
        return []
    shown = select(Tip.number, Tip.title, Tip.channel, Tip.created_at, Tip.state).where(Tip.number.in_(numbers))
    return [(row, TipState.of(row.state)) for row in session.rows(shown.order_by(Tip.id))]
