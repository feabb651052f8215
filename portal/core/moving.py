"""A matter that goes elsewhere whole: what hangs on its numbers is taken up, and nothing of it stays but the numbers.

The trail keeps its keyed digests, prints and backups keep what they had: docs/security.md says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update

from . import clock, drafts, duties, vault
from .sight import Session


@dataclass(frozen=True)
class Hung:
    """What hung on a matter: its steps as text, its files as they lie in the store (`id`, `name`, `media_type` …)."""

    story: str
    files: tuple[Any, ...]


def take_up(session: Session, row: Any, *children: str) -> Hung:
    """Words of steps, links, files, papers, drafts, earlier texts and data keys of a row and of what stands below it.

    The steps stay without their words: who did what is no content, and the trail has it anyway. Ends the open duties
    as moved; the caller sets the state first, since an open row cannot be without one.
    """
    family, numbers = row.family, [row.number, *children]
    n, f = family.note.__table__, family.file.__table__
    of_it = or_(n.c.subject.in_(numbers), n.c.under.in_(numbers))
    steps = session.core(select(n).where(of_it).order_by(n.c.id)).all()
    hung = session.core(select(f).where(f.c.number.in_(numbers)).order_by(f.c.at, f.c.id)).all()
    session.core(update(n).where(of_it).values(words=None, paper_id=None, files=[]))
    session.core(delete(f).where(f.c.number.in_(numbers)))
    _void_papers(session, family, numbers)
    _unlink(session, family, numbers)
    for number in numbers:
        drafts.drop_all(session, family, number)
        vault.destroy(session, family, number)
    duties.let_go(session, row)
    return Hung("\n".join(_step(s) for s in steps), tuple(hung))


def _void_papers(session: Session, family: Any, numbers: list[str]) -> None:
    """A paper keeps its place in the series, whose gap would tell; nothing that was written on it."""
    p = family.paper.__table__
    gone = update(p).where(p.c.subject.in_(numbers))
    session.core(gone.values(state="void", title="—", fields={}, file_id=None))


def _unlink(session: Session, family: Any, numbers: list[str]) -> None:
    k, r = family.link.__table__, family.revision.__table__
    session.core(delete(k).where(or_(k.c.from_number.in_(numbers), k.c.to_number.in_(numbers))))
    session.core(delete(r).where(r.c.number.in_(numbers)))


def _step(s: Any) -> str:
    day = clock.local(s.at).strftime("%Y-%m-%d")
    return f"{day} {s.who} {s.label}" + (f"：{s.words}" if s.words else "")
