"""What the pages of a matter show, opened for the named clerk; each look is on the trail."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ..clues.models import Clue
from ..core import access, clock, files, links, notes, papers, people, sealed_files, search, vault
from ..core.sight import Session
from ..extensions import db
from . import forms
from .forms import Seal
from .models import Aside, Matter, MatterState, Member, Said, Slip, Umbrella, UmbrellaLink

UNREAD = (MatterState.SEALED, MatterState.GONE)  # opened once for its envelope, found and read nowhere
MOST = 500  # own matters that a search opens, the newest first
KINDS = {
    "tip": _l("举报"), "note": _l("记事"), "paper": _l("拟办说明"), "handed": _l("移交说明"), "receipt": _l("回执"),
    "report": _l("处置情况"), "closed": _l("结果"),
}  # fmt: skip
M, S, K = Member.__table__, Said.__table__, UmbrellaLink.__table__


def _open(session: Session, number: str, column: str, sealed: bytes | None) -> str:
    return "" if sealed is None else vault.unseal(session, Umbrella.family, number, column, sealed)


def found(session: Session, words: list[str]) -> list[int]:
    """Own matters whose title, original or further words hold all of these: opened one by one, which is a look."""
    access.record(session, "sealed", "umbrella.search")
    own = select(Matter.id, Matter.number, Matter.title_sealed, Matter.original_sealed)
    own = own.where(Matter.state.not_in(UNREAD)).order_by(Matter.id.desc())
    rows = session.rows(own.limit(MOST)).all()
    more: dict[str, list[str]] = defaultdict(list)
    if rows:
        said = select(S.c.number, S.c.words_sealed).where(S.c.number.in_([r.number for r in rows]))
        for s in session.core(said):
            more[s.number].append(_open(session, s.number, "umbrella_said.words", s.words_sealed))
    hits = []
    for r in rows:
        texts = [_open(session, r.number, f"umbrella_matters.{c}", getattr(r, f"{c}_sealed")) for c in _TEXTS]
        text = search.plain("\n".join((r.number, *texts, *more[r.number])))
        hits += [r.id] if all(w in text for w in words) else []
    return hits


_TEXTS = ("title", "original")


def title(session: Session, m: Any) -> str:
    """The title of a tuple in hand, for the clerk who is named on it; of what goes up sealed there is none."""
    if m.state in UNREAD:
        return _("密封移交")
    return _open(session, m.number, "umbrella_matters.title", m.title)


def named(session: Session, numbers: list[str]) -> dict[str, str]:
    """Number → who is named on it, of rows in hand."""
    who: dict[str, list[str]] = defaultdict(list)
    for number, person_id in session.core(select(M.c.number, M.c.person_id).where(M.c.number.in_(numbers))):
        person = people.by_id(session, person_id)
        who[number].append(person.name if person else "")
    return {number: "、".join(names) for number, names in who.items()}


def split_off(session: Session, numbers: list[str]) -> dict[str, str]:
    """Number → the clue that was released from it."""
    own = select(K.c.from_number, K.c.to_number).where(K.c.from_number.in_(numbers), K.c.kind == "split")
    return dict(tuple(r) for r in session.core(own))


def page(session: Session, matter: Matter) -> dict[str, Any]:
    """What was said. The reporter stays sealed but for whether there is one."""
    if matter.state in UNREAD:
        return _unread(session, matter)
    facts = [
        (_("来源"), matter.source, False),
        (_("受理编号"), matter.receipt or "—", False),
        (_("接收日期"), clock.local(matter.created_at).strftime("%Y-%m-%d"), False),
        (_("举报人"), _("实名，已封存") if matter.reporter is not None else _("匿名或未留"), False),
        (_("承办人"), named(session, [matter.number]).get(matter.number, ""), False),
        (_("行为类别"), matter.kind or _("待定"), False),
    ]
    due = clock.told(matter.owed_at, matter.owed_kind, since=matter.state_since) if matter.owed_at else None  # type: ignore[arg-type]
    said, heading = vault.look(matter, "original"), vault.look(matter, "title")
    return {
        "facts": facts, "due": due, "title": heading, "said": said, "texts": _texts(session, matter),
        "files": _files(session, matter), "split": _split(session, matter), "goes": _goes(matter),
        "story": [replace(line, papers=[], files=[]) for line in notes.lines(session, matter)],
    }  # fmt: skip


def _unread(session: Session, matter: Matter) -> dict[str, Any]:
    """Of what goes up sealed its page has nothing but the way."""
    slips = [link.to_number for link in links.of(matter) if link.kind == "sealed"]
    due = clock.told(matter.owed_at, "due") if matter.owed_at else None
    return {"due": due, "slip": "、".join(slips), "unread": True, "story": notes.lines(session, matter)}


def enclosure(session: Session, matter: Matter) -> dict[str, Any]:
    """All of it for its envelope, with who reported it: the organ above has to answer him. Each look is on the trail.

    The two who consent to an opening may be those whom it is about.
    """
    rows = session.core(select(S).where(S.c.number == matter.number).order_by(S.c.id)).all()
    told = [_told(session, matter, _("反映内容"), "umbrella_matters", matter, "original")]
    told += [_told(session, matter, str(KINDS[s.kind]), "umbrella_said", s, "words") for s in rows]
    return {"told": told, "files": _files(session, matter)}


def _told(session: Session, matter: Matter, label: str, table: str, row: Any, words: str) -> tuple[str, str, list[Any]]:
    """(what, words, [(label, value)] of who said it)."""
    opened = {}
    for name in (words, "reporter", "phone"):
        sealed = getattr(row, f"{name}_sealed")
        if sealed is not None:
            access.record(session, "sealed", f"{matter.number}.{name}", matter)
        opened[name] = _open(session, matter.number, f"{table}.{name}", sealed)
    who = json.loads(opened["reporter"]) if opened["reporter"] else {}
    lines = who | {"联系电话": opened["phone"], "受理编号": row.receipt or ""}
    return label, opened[words], [(label, said) for label, said in lines.items() if said]


@dataclass(frozen=True)
class File:
    """A file or paper of a matter: it has an address of its own, since others of that id are nobody's."""

    name: str
    media_type: str
    size: int
    href: str


def _files(session: Session, matter: Matter) -> list[File]:
    issued = {p.file_id: p for p in papers.of(session, matter)}
    return [
        File(
            papers.label(issued[f.id].kind) if f.id in issued else sealed_files.name(session, Umbrella.family, f),
            f.media_type, f.size,
            f"/umbrella/papers/{issued[f.id].id}.docx" if f.id in issued else f"/umbrella/files/{f.id}",
        )
        for f in files.of(session, matter)
    ]  # fmt: skip


def _texts(session: Session, matter: Matter) -> list[tuple[str, str, str]]:
    """(what, day, words) of what was said later."""
    rows = session.core(select(S).where(S.c.number == matter.number).order_by(S.c.id))
    return [
        (str(KINDS[s.kind]), clock.local(s.at).strftime("%m-%d"),
         _open(session, matter.number, "umbrella_said.words", s.words_sealed))
        for s in rows
    ]  # fmt: skip


def _goes(matter: Matter) -> list[tuple[str, str]]:
    """Where it went and what became of it, as far as it is known."""
    known = (
        (_("接收机关"), matter.receiver), (_("送达"), matter.way), (_("移交日期"), matter.handed_on),
        (_("签收日期"), matter.receipt_on), (_("处置"), matter.disposition), (_("处置日期"), matter.disposed_on),
        (_("了结日期"), matter.closed_on),
    )  # fmt: skip
    return [(label, str(value)) for label, value in known if value]


def _split(session: Session, matter: Matter) -> list[tuple[str, str | None]]:
    """The released clue: a link for whoever sees clues, else the number alone."""
    numbers = [k.to_number for k in links.of(matter) if k.kind == "split"]
    seen = set(session.rows(select(Clue.number).where(Clue.number.in_(numbers))).scalars()) if numbers else set()
    return [(n, f"/clues/{n}" if n in seen else None) for n in numbers]


def slip_written(number: str, given: Seal) -> str:
    """The page that prints the slip of a matter just handed over sealed."""
    of_it = select(K.c.to_number).where(K.c.from_number == number, K.c.kind == "sealed")
    slip = db.session().core(of_it).scalar_one()
    return forms.slip_address(slip, given.slip)


def slip_page(session: Session, slip: Slip) -> dict[str, Any]:
    """When we ask again for the receipt."""
    due = clock.told(slip.owed_at, "remind", since=slip.state_since) if slip.owed_at else None
    return {"due": due, "story": []}


def aside_page(session: Session, aside: Aside) -> dict[str, Any]:
    """Who it is stands on this page alone, for the clerk who decides."""
    person = people.by_id(session, aside.person_id)
    who = f"{person.signature} {person.unit_short}" if person else "—"
    due = clock.told(aside.owed_at, "due") if aside.owed_at else None
    return {"who": who, "due": due, "story": []}
