"""Who is mentioned in a matter: rows of a form, as reported. Records of parties come from them later.

An allegation is not a finding: a mention says 被反映 and nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, insert, or_, select
from sqlalchemy.orm import Mapped, mapped_column, object_session

from ..core import clock, recusals
from ..core.act import also, running
from ..core.hanging import Common
from ..core.sight import Session, nowhere, sees
from ..organisation.models import Person, Post, Unit
from ..umbrella.given import Matched

KINDS = ("人员", "单位", "车牌", "电话", "地点")
COUNTED = {"人员", "单位", "车牌", "电话"}  # what can complete the match of a person of the bureau
COMPARED = ("单位", "车牌", "地点")  # names of persons and telephone numbers are not compared (product.md)
Party = tuple[str, str, str]  # kind, name, note


class Mention(Common):
    """One party of one matter. It hangs by number: read with the row in hand, or inside a marked scope."""

    __tablename__ = "mentions"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(String(100))
    same: Mapped[str] = mapped_column(String(100))  # the name as it is compared
    added_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    __table_args__ = (Index(None, "kind", "same"),)


sees(Mention, nowhere)
M = Mention.__table__


def normalised(name: str) -> str:
    """One width, upper case, without separators: 安A·7K218 and 安a 7k218 are one plate."""
    return re.sub(r"[\s·・\-—_.。()（）]", "", unicodedata.normalize("NFKC", name)).upper()


def keep(session: Session, number: str, parties: tuple[Party, ...], person_id: int | None) -> None:
    """Attach the rows of a form to a matter, inside its act. Who of the bureau is named and marked is kept off it."""
    rows = [
        {"number": number, "kind": kind, "name": name, "note": note, "same": normalised(name)[:100],
         "added_by": person_id}
        for kind, name, note in parties
        if name.strip()
    ]  # fmt: skip
    if not rows:
        return
    session.core(insert(M), rows)
    if COUNTED & {row["kind"] for row in rows}:
        _keep_off(session, number)


def _keep_off(session: Session, number: str) -> None:
    named = select(M.c.kind, M.c.name, M.c.note).where(M.c.number == number)
    for same in same_names(session, [tuple(r) for r in session.core(named)]):
        if same.marked and recusals.keep_off(session, number, same.person_id, "matched"):
            running().aside.add(number)
            also("recusals.match", given=Matched(number, same.person_id))


@dataclass(frozen=True)
class SameName:
    """A person of the bureau who is called like a named party; `marked`: a second mark of his was given, too."""

    name: str
    unit: str
    person_id: int
    marked: bool


_STAFF = select(Person.id, Person.name, Person.phone, Person.plate, Person.staff_no, Unit.name.label("unit"),
    Unit.short_name).join(Unit, Unit.id == Person.unit_id).where(Person.is_active)  # fmt: skip


def same_names(session: Session, told: Iterable[Party]) -> list[SameName]:
    """Who is called like somebody named in these rows. A name alone takes nobody off (product.md, 回避)."""
    told = list(told)
    said = [(normalised(name), normalised(note)) for kind, name, note in told if kind == "人员"]
    if not said:
        return []
    beside = {(kind, normalised(name)) for kind, name, _note in told}
    found = []
    for p in session.rows(_STAFF):
        own = normalised(p.name)
        notes = [note for name, note in said if name == own]
        if notes:
            marked = _is_marked(p, _posts(session, p.id), notes, beside)
            found.append(SameName(p.name, p.short_name, p.id, marked))
    return found


def _posts(session: Session, person_id: int) -> list[str]:
    today = clock.today()
    held = select(Post.title).where(Post.person_id == person_id, or_(Post.to_on.is_(None), Post.to_on >= today))
    return list(session.rows(held).scalars())


def _is_marked(p: Any, posts: list[str], notes: list[str], beside: set[tuple[str, str]]) -> bool:
    """Unit, post, telephone, plate or staff number: in what was said of him, or named beside him in the same matter."""
    own = {"单位": (p.unit, p.short_name), "车牌": (p.plate,), "电话": (p.phone,)}
    if any(mark and (kind, normalised(mark)) in beside for kind, marks in own.items() for mark in marks):
        return True
    words = [normalised(w) for w in (p.unit, p.short_name, *posts)]
    codes = [normalised(c) for c in (p.phone, p.plate, p.staff_no) if c]
    return any(
        any(len(w) > 1 and w in note for w in words)
        or any(re.search(rf"(?<![A-Z0-9]){re.escape(c)}(?![A-Z0-9])", note) for c in codes)
        for note in notes
    )


def replace(session: Session, number: str, parties: tuple[Party, ...], person_id: int | None) -> None:
    """The rows as they are now said to be."""
    session.core(delete(M).where(M.c.number == number))
    keep(session, number, parties, person_id)


def of(row: Any) -> list[Any]:
    """The parties of a record that was loaded through sight."""
    session = object_session(row)
    assert isinstance(session, Session)
    return list(session.core(select(M).where(M.c.number == row.number).order_by(M.c.id)))


def told(row: Any) -> tuple[Party, ...]:
    """The same as plain values, to be carried on to another record."""
    return tuple((m.kind, m.name, m.note) for m in of(row))
