"""公文: a numbered document, frozen with its digest when it is issued. Parts declare kinds; here is their life."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel.speaklater import LazyString
from sqlalchemy import insert, select, update

from . import clock, files, numbers, vault
from .hanging import Family
from .sight import Session

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Signature:
    """Who signed, on which day, on screen or on paper."""

    person_id: int | None
    on: date
    how: str


@dataclass(frozen=True)
class Fill:
    """What a part writes on its paper: title, fields of the layout, and to which units it goes.

    `signed`: where a verb before this one has signed it, else who issues it signs; `corrects`: the earlier paper's id.
    """

    title: str
    fields: dict[str, Any]
    units: tuple[int, ...] = ()
    signed: Signature | None = None
    corrects: int | None = None


@dataclass(frozen=True)
class PaperKind:
    """`mark`: 机关代字, whose series per year has no gap; `fill`: (row, given) → Fill; `renders`: fields → .docx."""

    key: str
    label: str | LazyString
    mark: str
    fill: Callable[[Any, Any], Fill]
    renders: Callable[[dict[str, Any]], bytes]


@dataclass(frozen=True)
class Issued:
    """The paper's id and what the trail says of it."""

    id: int
    entry: dict[str, Any]


KINDS: dict[str, PaperKind] = {}


def kind(made: PaperKind) -> PaperKind:
    """Declare a kind of paper."""
    KINDS[made.key] = made
    return made


def document_number(mark: str, year: int, serial: int) -> str:
    """发文字号: six-angle brackets, no leading zero (GB/T 9704-2012, 7.2.5)."""
    return f"{mark}〔{year}〕{serial}号"


def issue(session: Session, act: Any, paper: PaperKind, row: Any, given: Any) -> Issued:
    """Signed and issued in the act's own transaction: number, file and digest stand or fall with it."""
    filled, today = paper.fill(row, given), clock.today()
    serial = numbers.next_of(session, paper.mark, today.year)
    number = document_number(paper.mark, today.year, serial)
    fields = filled.fields | {"title": filled.title, "number": number, "date": today.isoformat()}
    sheet = files.Upload.of(f"{number} {filled.title}.docx", DOCX, paper.renders(fields))
    file_id = files.put(session, row, sheet, act)
    signed = filled.signed or _signature(act, today)
    values = {
        "kind": paper.key, "subject": row.number, "state": "issued", "title": filled.title, "fields": fields,
        "mark": paper.mark, "year": today.year, "serial": serial, "drafted_by": row.proposed_by,
        "signed_by": signed.person_id, "signed_on": signed.on, "signed_how": signed.how,
        "issued_at": act.at, "file_id": file_id, "digest": sheet.sha256, "corrects_id": filled.corrects,
    }  # fmt: skip
    table = row.family.paper.__table__
    paper_id = int(session.core(insert(table).returning(table.c.id), values).scalar_one())
    for unit_id in filled.units:
        to = {"paper_id": paper_id, "unit_id": unit_id, "sent_at": act.at}
        session.core(insert(row.family.addressee.__table__), to)
    entry = {
        "verb": "papers.issue",
        "subject": f"{row.number}/{paper_id}",
        "fields": {"file": sheet.sha256, "words": words(values)},
        "plain": {},
    }
    return Issued(paper_id, entry)


def _signature(act: Any, today: date) -> Signature:
    if act.signed:
        return Signature(act.signed.approver.id, act.signed.on, "paper")
    return Signature(act.actor.id, today, "screen")


FROZEN = ("title", "fields", "mark", "year", "serial", "drafted_by", "signed_by", "signed_how", "corrects_id", "digest")


def words(paper: Any) -> str:
    """A keyed digest of what an issued paper says in its row, as the trail keeps it."""
    said = [paper[name] for name in FROZEN] + [paper["signed_on"].isoformat()]
    return vault.digest(json.dumps(said, ensure_ascii=False, sort_keys=True))


def receive(session: Session, row: Any, paper_id: int, units: Iterable[int], by: str) -> None:
    """签收: these units have it, once and for all; `by` is who said so, in his post of that day."""
    t = row.family.addressee.__table__
    not_yet = (t.c.paper_id == paper_id, t.c.unit_id.in_(tuple(units)), t.c.receipt_at.is_(None))
    session.core(update(t).where(*not_yet).values(receipt_at=clock.now(), receipt_by=by[:60]))


def addressees(session: Session, row: Any, paper_id: int) -> list[Any]:
    """To whom a paper of the row in hand went, and who has it."""
    t = row.family.addressee.__table__
    return list(session.core(select(t).where(t.c.paper_id == paper_id).order_by(t.c.id)))


def find(session: Session, family: Family, paper_id: int) -> Any:
    """The paper's row; the caller has yet to ask whether its subject is seen."""
    t = family.paper.__table__
    return session.core(select(t).where(t.c.id == paper_id)).first()


def issued(session: Session, row: Any) -> Any:
    """The newest issued paper of a record that was loaded through sight, by column name; None if there is none."""
    t = row.family.paper.__table__
    newest = select(t).where(t.c.subject == row.number, t.c.state == "issued").order_by(t.c.id.desc()).limit(1)
    return session.core(newest).mappings().first()


def of(session: Session, row: Any) -> list[Any]:
    """The papers of a record that was loaded through sight."""
    t = row.family.paper.__table__
    return list(session.core(select(t).where(t.c.subject == row.number).order_by(t.c.id)))


def label(key: str) -> str:
    """The kind in words."""
    return str(KINDS[key].label)


def signed_on(paper: Any) -> date:
    """The day under the signature."""
    day: date = paper.signed_on
    return day
