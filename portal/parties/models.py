"""Who is mentioned in a matter: rows of a form, as reported; and the records of parties that group them.

An allegation is not a finding: a mention says 被反映 and nothing more. A party has no words of its own: what is shown
of it was said in a matter that the viewer sees, so of a party with no such matter there is nothing at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from secrets import randbelow
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    update,
)  # fmt: skip
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from ..core import clock, numbers, recusals
from ..core.act import also, running
from ..core.actor import Role
from ..core.hanging import Common, Note, Numbered
from ..core.register import Register
from ..core.sight import Scope, Session, sees, session_of
from ..core.types import UtcDateTime
from ..organisation.models import Person, Post, Unit
from ..umbrella.given import Matched
from .matching import MARKS, NICKNAME, is_compared, is_mark, marks_in, normalised, same_of

KINDS = ("人员", "单位", "车牌", "电话", "地点")
COUNTED = {"人员", "单位", "车牌", "电话"}  # what can complete the match of a person of the bureau
COMPARED = ("单位", "车牌", "地点")  # names of persons and telephone numbers are not compared (product.md)
PREFIX = "DS"
Party = tuple[str, str, str]  # kind, name, note


class Told(tuple[Party, ...]):  # noqa: SLOT001 - it has the number beside its rows
    """Rows carried on from another matter, of which they are copies: a person in them stays the party that he is."""

    number: str = ""


class Record(Numbered, Common):
    """当事方. What it is called stands on its mentions alone. `into_id`: the party with which it was merged.

    A merged one is merged into one that is not, held by the foreign key: nothing chains, nothing goes in a circle.
    """

    __tablename__ = "parties"
    kind: Mapped[str] = mapped_column(String(4))
    stands: Mapped[bool] = mapped_column(default=True, server_default=true())
    into_id: Mapped[int | None] = mapped_column(index=True)
    into_stands: Mapped[bool | None]
    mentions: Mapped[list[Mention]] = relationship(viewonly=True)
    __table_args__ = (
        UniqueConstraint("id", "stands"),
        ForeignKeyConstraint(["into_id", "into_stands"], ["parties.id", "parties.stands"]),
        CheckConstraint("stands = (into_id IS NULL)", name="stands_or_is_merged"),
        CheckConstraint("(into_id IS NULL) = (into_stands IS NULL)", name="merged_into_somebody"),
        CheckConstraint("into_stands", name="merged_into_one_that_stands"),
    )


class Mention(Common):
    """One party of one matter, seen with its matter."""

    __tablename__ = "mentions"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), index=True)
    kind: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(String(100))
    same: Mapped[str] = mapped_column(String(100))  # the name as it is compared
    added_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey(Record.id))
    __table_args__ = (Index(None, "kind", "same"), Index(None, "party_id", "id"))


class Merge(Numbered, Common):
    """并为一方: which two, who said so, when and why; and how it was undone. Seen by whoever sees both."""

    __tablename__ = "party_merges"
    from_id: Mapped[int] = mapped_column(ForeignKey(Record.id), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey(Record.id), index=True)
    from_: Mapped[Record] = relationship(foreign_keys="Merge.from_id")
    into: Mapped[Record] = relationship(foreign_keys="Merge.into_id")
    reason: Mapped[str] = mapped_column(Text)
    merged_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    undone_why: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        CheckConstraint("from_id <> into_id", name="two_parties"),
        CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_why IS NULL)",
            name="undone_by_somebody_and_why",
        ),
        Index(
            "uq_party_merges_merged_once", "from_id", unique=True,
            sqlite_where=text("undone_at IS NULL"), postgresql_where=text("undone_at IS NULL"),
        ),
    )  # fmt: skip


M, P, G = Mention.__table__, Record.__table__, Merge.__table__


# ── sight: a mention is seen with its matter, a party with one of its mentions ────────────────────────────────────
@dataclass(frozen=True)
class Matter:
    """A register whose rows mention parties. `called`: what 另见 counts them as, None: it counts them not.

    `conclusion`: how it ended; `faded`: day → which of its rows are hinted at no longer.
    """

    register: Register
    called: Any = None
    conclusion: Any = None
    faded: Callable[[Any], ColumnElement[bool]] | None = None


MATTERS: list[Matter] = []


def mentioned_in(register: Register, called: Any = None, **more: Any) -> None:
    """Parts above say which of their registers mention parties: this part may not import them."""
    words = literal(called) if isinstance(called, str) else called
    MATTERS.append(Matter(register, words, **more))


def _matters() -> list[Any]:
    return [aliased(matter.register.model) for matter in MATTERS]


# Who sees nearly every matter looks for the one of each mention; who sees few, for a mention of theirs: a walk down all
# mentions costs him a hundredth. The matter's own rule of sight is added to either by itself.
with_its_matter = Scope(
    "with_its_matter",
    lambda m, alone: or_(false(), *(select(it.id).where(it.number == m.number).exists() for it in _matters())),
)
of_ones_matters = Scope(
    "of_ones_matters", lambda m, alone: or_(false(), *(m.number.in_(select(it.number)) for it in _matters()))
)
WIDELY = (Role.OFFICE, Role.OFFICE_HEAD, Role.DEPUTY_HEAD, Role.BUREAU_HEAD, Role.LEADER)
NARROWLY = (Role.OFFICER, Role.UNIT_HEAD, Role.OPERATOR)
mentioned = Scope("mentioned", lambda m, alone: m.mentions.any())
both_seen = Scope("both_seen", lambda m, alone: and_(m.from_.has(), m.into.has()))
sees(Mention, dict.fromkeys(WIDELY, with_its_matter) | dict.fromkeys(NARROWLY, of_ones_matters))


# ── keeping what a form says ──────────────────────────────────────────────────────────────────────────────────────
def keep(session: Session, number: str, parties: tuple[Party, ...], person_id: int | None) -> None:
    """Attach the rows of a form to a matter, inside its act. Who of the bureau is named and marked is kept off it."""
    _keep(session, number, parties, person_id, _persons(session, getattr(parties, "number", "")))


def replace(session: Session, number: str, parties: tuple[Party, ...], person_id: int | None) -> None:
    """The rows as they are now said to be. Of a party that nothing mentions any more nothing stays."""
    of_it = M.c.number == number
    before, persons = set(session.core(select(M.c.party_id).where(of_it)).scalars()), _persons(session, number)
    session.core(delete(M).where(of_it))
    _keep(session, number, parties, person_id, persons)
    _forget(session, before)


def _keep(
    session: Session, number: str, parties: tuple[Party, ...], person_id: int | None, persons: dict[Any, int]
) -> None:
    rows: list[dict[str, Any]] = [
        {"number": number, "kind": kind, "name": name, "note": note, "same": same_of(kind, name), "added_by": person_id}
        for kind, name, note in parties
        if name.strip()
    ]
    if not rows:
        return
    known = _known(session, rows)
    if any((r["kind"], r["same"]) not in known for r in rows):
        numbers.next_of(session, PREFIX, 0)  # who adds a party waits for who is adding one, and finds it
        known = _known(session, rows)
    for row in rows:
        key = (row["kind"], row["same"])
        if is_compared(*key):
            row["party_id"] = known[key] if key in known else known.setdefault(key, _new(session, row["kind"]))
    for row in rows:
        if "party_id" not in row:
            again = persons.get((row["same"], row["note"])) or _person(session, number, row, rows)
            row["party_id"] = again or _new(session, row["kind"])
    session.core(insert(M), rows)
    if COUNTED & {row["kind"] for row in rows}:
        _keep_off(session, number)


def _known(session: Session, rows: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """(kind, name) → the party that is so called, whoever may see it: nothing of it is shown here."""
    kinds, names = {r["kind"] for r in rows}, {r["same"] for r in rows}
    one = select(M.c.kind, M.c.same, func.min(M.c.party_id)).where(M.c.kind.in_(kinds), M.c.same.in_(names))
    return {
        (kind, same): party_id
        for kind, same, party_id in session.core(one.group_by(M.c.kind, M.c.same))
        if is_compared(kind, same)
    }


def _new(session: Session, kind: str) -> int:
    """Its number is drawn: one that rises would tell that, and since when, a plate is known to somebody else."""
    free = False
    while not free:
        number = f"{PREFIX}-{3000 + randbelow(7000)}-{randbelow(10_000):04d}"
        free = session.core(select(P.c.id).where(P.c.number == number)).first() is None
    row = {"number": number, "version": 1, "created_at": running().stamp, "kind": kind, "stands": True}
    return int(session.core(insert(P).returning(P.c.id), row).scalar_one())


def _persons(session: Session, number: str) -> dict[Any, int]:
    """(name, what was said of him) → party, of the persons of a matter."""
    named = select(M.c.same, M.c.note, M.c.party_id).where(M.c.number == number, M.c.kind == "人员")
    return {(same, note): party_id for same, note, party_id in session.core(named)} if number else {}


NAMESAKES = 200  # of a name, the newest: more of them are not compared


def _person(session: Session, number: str, row: dict[str, Any], rows: list[dict[str, Any]]) -> int | None:
    """The party of somebody of this name who has a second mark in common; never by the name alone.

    In common with all that is said of him: were one enough, two matters of a unit would be tied by a third that it does
    not see.
    """
    if row["kind"] != "人员" or NICKNAME.search(row["same"]):
        return None
    others = select(M.c.number, M.c.note, M.c.party_id).where(M.c.kind == "人员", M.c.same == row["same"])
    namesakes = session.core(others.order_by(M.c.id.desc()).limit(NAMESAKES)).all()
    if not namesakes:
        return None
    beside: dict[str, set[str]] = {number: {r["kind"] + r["same"] for r in rows if is_mark(r["kind"], r["same"])}}
    around = {number, *(n.number for n in namesakes)}
    for m in session.core(select(M.c.number, M.c.kind, M.c.same).where(M.c.number.in_(around), M.c.kind.in_(MARKS))):
        if is_mark(m.kind, m.same):
            beside.setdefault(m.number, set()).add(m.kind + m.same)
    own, alike = marks_in(row["note"]) | beside[number], dict[int, bool]()
    for n in namesakes:
        shares = bool(own & (marks_in(n.note) | beside.get(n.number, set())))
        alike[n.party_id] = shares and alike.get(n.party_id, True)
    return next((party_id for party_id, all_of_them in alike.items() if all_of_them), None)


def _forget(session: Session, party_ids: set[int]) -> None:
    """Parties that nothing mentions any more, and what was said when they were merged."""
    still = set(session.core(select(M.c.party_id).where(M.c.party_id.in_(party_ids))).scalars())
    if not (gone := party_ids - still):
        return
    n, touching = Note.__table__, or_(G.c.from_id.in_(gone), G.c.into_id.in_(gone))
    session.core(delete(n).where(n.c.subject.in_(select(G.c.number).where(touching))))
    session.core(delete(G).where(touching))
    alone = {"into_id": None, "into_stands": None, "stands": True}
    session.core(update(P).where(or_(P.c.id.in_(gone), P.c.into_id.in_(gone))).values(alone))
    session.core(delete(P).where(P.c.id.in_(gone)))


def of(row: Any) -> list[Any]:
    """The parties of a record that was loaded through sight, each with the number of its own record."""
    own = select(M, P.c.number.label("party"), P.c.into_id).join(P, P.c.id == M.c.party_id)
    return list(session_of(row).core(own.where(M.c.number == row.number).order_by(M.c.id)))


def told(row: Any) -> Told:
    """The same as plain values, to be carried on to another record."""
    carried = Told((m.kind, m.name, m.note) for m in of(row))
    carried.number = row.number
    return carried


# ── who of the bureau is named ────────────────────────────────────────────────────────────────────────────────────
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


_NAMES = select(Person.id, Person.name).where(Person.is_active)
_STAFF = select(Person.id, Person.name, Person.phone, Person.plate, Person.staff_no, Unit.name.label("unit"),
    Unit.short_name).join(Unit, Unit.id == Person.unit_id)  # fmt: skip


def same_names(session: Session, told: Iterable[Party]) -> list[SameName]:
    """Who is called like somebody named in these rows. A name alone takes nobody off (product.md, 回避).

    Names are compared as they are remembered: of 300 people it is a third of a millisecond.
    """
    told = list(told)
    said = [(normalised(name), normalised(note)) for kind, name, note in told if kind == "人员"]
    names = {name for name, _note in said}
    ids = [p.id for p in session.rows(_NAMES) if normalised(p.name) in names] if names else []
    if not ids:
        return []
    beside = {(kind, normalised(name)) for kind, name, _note in told}
    return [
        SameName(p.name, p.short_name, p.id, _is_marked(p, _posts(session, p.id), _notes(said, p.name), beside))
        for p in session.rows(_STAFF.where(Person.id.in_(ids)))
    ]


def _notes(said: list[tuple[str, str]], name: str) -> list[str]:
    return [note for other, note in said if other == normalised(name)]


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
