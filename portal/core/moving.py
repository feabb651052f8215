"""A matter that goes elsewhere whole: what hangs on its numbers is taken up, and nothing of it stays but the numbers.

The trail keeps its keyed digests, prints and backups keep what they had: docs/security.md says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, delete, or_, select, update

from . import act, clock, drafts, duties, files, notes, sealed_files, vault
from .register import REGISTERS, Register
from .sight import Session

KEPT = ("number", "state", "owed_kind", "owed_state", "search_text", "signs")  # no words of anybody


@dataclass(frozen=True)
class Hung:
    """What hung on a matter: its steps as text, its files, opened, with the names they came with."""

    story: str
    files: tuple[files.Upload, ...]


def children(session: Session, row: Any) -> Iterator[tuple[Register, Any]]:
    """All that stands below a row, in whatever register, also what the actor may not see."""
    for r in REGISTERS.values():
        relation = getattr(r.model, r.parent).property if r.parent else None
        if relation is not None and relation.mapper.class_ is type(row):
            (key,) = relation.local_columns
            t = r.model.__table__
            numbers = session.core(select(t.c.number).where(t.c[key.name] == row.id).order_by(t.c.id)).scalars().all()
            yield from ((r, session.unseen(r.model, number)) for number in numbers)


def words(row: Any) -> str:
    """Every text that lies open in the columns of a row."""
    said = (getattr(row, c.key) for c in _texts(row))
    return " ".join([row.number, *filter(None, said)])


def blank(row: Any, *_given: Any) -> None:
    """No text stays in the row: a column that may not be empty says nothing. The action of a child that goes along."""
    for c in _texts(row):
        setattr(row, c.key, None if c.columns[0].nullable else "—")


def _texts(row: Any) -> list[Any]:
    own = row.__mapper__.column_attrs
    return [c for c in own if isinstance(c.columns[0].type, String) and c.key not in KEPT]


def take_up(session: Session, row: Any, *below: str) -> Hung:
    """Words of steps, links, files, papers, drafts, earlier texts and data keys of a row and of what stands below it.

    The steps stay without their words: who did what is no content, and the trail has it anyway. What somebody noted for
    himself alone goes with nobody: it is gone. Ends the open duties as moved; the caller sets the state first, since an
    open row cannot be without one.
    """
    family, numbers = row.family, [row.number, *below]
    n, f = family.note.__table__, family.file.__table__
    of_it = or_(n.c.subject.in_(numbers), n.c.under.in_(numbers))
    session.core(delete(n).where(of_it, n.c.kind == notes.OWN))
    steps = session.core(select(n).where(of_it).order_by(n.c.id)).all()
    hung = session.core(select(f).where(f.c.number.in_(numbers)).order_by(f.c.at, f.c.id)).all()
    taken = tuple(sealed_files.taken(session, family, each) for each in hung if each.copy_of is None)
    session.core(update(n).where(of_it).values(words=None, paper_id=None, files=[]))
    _drop(session, family, [each.id for each in hung])
    _void_papers(session, family, numbers)
    _unlink(session, family, numbers)
    for number in numbers:
        drafts.drop_all(session, family, number)
        vault.destroy(session, family, number)
    duties.let_go(session, row)
    return Hung("\n".join(_step(s) for s in steps), taken)


def _drop(session: Session, family: Any, ids: list[str]) -> None:
    """Rows now, bytes after the commit; with an original its stripped copy, wherever it went."""
    f = family.file.__table__
    copies = session.core(select(f.c.id).where(f.c.copy_of.in_(ids))).scalars().all()
    session.core(delete(f).where(f.c.id.in_({*ids, *copies})))
    act.running().after.append(lambda: files.forget([*ids, *copies]))


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
