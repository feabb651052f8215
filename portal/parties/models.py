"""Who is mentioned in a matter: rows of a form, as reported. Records of parties come from them later.

An allegation is not a finding: a mention says 被反映 and nothing more.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column, object_session

from ..core.hanging import Common
from ..core.sight import Session, nowhere, sees

KINDS = ("人员", "单位", "车牌", "电话", "地点")
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
    """Attach the rows of a form to a matter, inside its act."""
    rows = [
        {"number": number, "kind": kind, "name": name, "note": note, "same": normalised(name)[:100],
         "added_by": person_id}
        for kind, name, note in parties
        if name.strip()
    ]  # fmt: skip
    if rows:
        session.core(insert(M), rows)


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
