"""The time line: one note of kind step per verb, in words; the proof is the trail. Between them what people noted.

A note has one of three readers (product.md, rule 10): the handlers, the reporter, or its writer alone. Of the last kind
nobody else learns that it is there: it is read here, and only where the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, or_, select

from . import clock
from .register import named
from .sight import Session

STEP, HANDLERS, REPORTER, OWN = "step", "handlers", "reporter", "own"  # a CHECK knows them
LABELS = {HANDLERS: _l("记事"), REPORTER: _l("给举报人的话"), OWN: _l("只给自己的记事")}


@dataclass(frozen=True)
class Jotted:
    """What a person writes down, and for whom: HANDLERS, REPORTER or OWN."""

    reader: str
    words: str


def step(session: Session, act: Any, row: Any, *, under: str | None, verb: Any, to: str | None, **hung: Any) -> None:
    """What was done, by whom, in which post then, with which words, paper and files. Of an anonymous tip: the desk."""
    actor = act.by(verb)
    who = (None, _("受理台")) if act.nameless else (actor.id, act.signature or actor.signature)
    kind = hung.get("kind") or STEP
    session.core(
        insert(row.family.note.__table__),
        {
            "subject": row.number, "under": under, "kind": kind, "at": act.stamp, "person_id": who[0],
            "who": who[1], "verb": verb.full, "label": str(LABELS.get(kind, verb.label)), "to_state": to and str(to),
            "words": hung.get("words"), "paper_id": hung.get("paper_id"), "files": list(hung.get("files") or ()),
        },
    )  # fmt: skip


def story(session: Session, row: Any, *, own: bool = False) -> list[Any]:
    """Read with the row in hand, which was loaded through sight: what hangs on it has no rule of its own.

    `own`: with what the viewer noted for himself. What others noted for themselves comes back to nobody else.
    """
    n = row.family.note.__table__
    of_it = or_(n.c.subject == row.number, n.c.under == row.number)
    told = n.c.kind != OWN
    if own:
        told = or_(told, n.c.person_id == session.actor.id)
    return list(session.core(select(n).where(of_it, told).order_by(n.c.id)))


@dataclass(frozen=True)
class Line:
    """A step as the time line draws it. `at`, `verb`: by which a part puts its own papers in their place."""

    at: datetime
    verb: str
    day: str
    time: str
    label: str
    who: str
    words: str | None
    to_label: str | None
    shape: str
    subject: str
    papers: list[Any]
    files: list[Any]
    own: bool = False


def lines(session: Session, row: Any, *, own: bool = False) -> list[Line]:
    """The story in the order of an office file, with what hangs on each step.

    `own`: with the viewer's own notes. For his record page on the screen alone: not for a sheet, a paper, a message.
    """
    steps = story(session, row, own=own)
    f, p = row.family.file.__table__, row.family.paper.__table__
    named_files = [i for s in steps for i in s.files]
    hung = {r.id: r for r in session.core(select(f).where(f.c.id.in_(named_files)))} if named_files else {}
    paper_ids = [s.paper_id for s in steps if s.paper_id]
    papers = {r.id: r for r in session.core(select(p).where(p.c.id.in_(paper_ids)))} if paper_ids else {}
    return [
        Line(
            at=s.at, verb=s.verb, day=(at := clock.local(s.at)).strftime("%m-%d"),
            time="" if at == clock.day_alone(at) else at.strftime("%H:%M"),
            label=s.label, who=s.who, words=s.words, to_label=s.to_state, shape=_shape(s.verb), subject=s.subject,
            papers=[papers[s.paper_id]] if s.paper_id in papers else [], files=[hung[i] for i in s.files if i in hung],
            own=s.kind == OWN,
        )
        for s in steps
    ]  # fmt: skip


def _shape(full: str) -> str:
    try:
        verb = named(full)
    except KeyError:  # a verb of an earlier version: its step stays
        return "dot"
    return "square" if verb.paper else "diamond" if verb.approves else verb.shape
