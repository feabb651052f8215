"""Words in the working text of a register: a bounded walk first, full text only for what is rare in a wide scope.

The newest WALK rows that pass filters and sight are tested; a page full, or the list exhausted: done, exact. A list of
up to WHOLE rows is always walked whole, so nobody can feel from the time how common a word is elsewhere. Beyond, full
text over two-character windows, tested again: any substring of two characters or more is found.

A walk reads an index alone: `signs` is a coarse print of a row's windows, and only a row that has the sign of each
window asked for is looked at. One in ten of the others has it too; their text is read and says no.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any
from zlib import crc32

from sqlalchemy import Integer, String, Text, bindparam, column, select, table, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import GenericFunction

from .sight import Session

WALK, WHOLE = 1_000, 20_000  # rows; `make bench` measures what they cost
MOST_WORDS, MOST_SIGNS = 4, 4
RUN = re.compile(r"[^\W_]+")  # letters and digits: what the full text of SQLite takes for part of a word
SIGNS, BITS, NONE = 171, 6, 64  # characters of a print, bits in each, and one without any ("@")
ALL_SIGNS = chr(NONE + 2**BITS - 1) * SIGNS


class Searched:
    """A registered model whose list is searched. `search_text`: what q finds, in lower case; `signs`: the print of it.

    A row that nobody has printed has all signs, so it is looked at.
    """

    search_text: Mapped[str] = mapped_column(Text, default="")
    signs: Mapped[str] = mapped_column(String(SIGNS), default=lambda: ALL_SIGNS)


class holds(GenericFunction[bool]):  # noqa: N801 - a SQL function
    """holds(text, word): the word occurs. instr on SQLite, strpos on PostgreSQL: LIKE would need escaping."""

    inherit_cache = True


@compiles(holds)
def _strpos(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


@compiles(holds, "sqlite")
def _instr(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


class bears(GenericFunction[bool]):  # noqa: N801 - a SQL function
    """bears(signs, at, bit): the print has this sign."""

    inherit_cache = True


@compiles(bears)
def _ascii(element: Any, compiler: Any, **options: Any) -> str:
    signs, at, bit = (compiler.process(c, **options) for c in element.clauses)
    return f"(ascii(substr({signs}, {at}, 1)) & {bit}) > 0"


@compiles(bears, "sqlite")
def _unicode(element: Any, compiler: Any, **options: Any) -> str:
    signs, at, bit = (compiler.process(c, **options) for c in element.clauses)
    return f"(unicode(substr({signs}, {at}, 1)) & {bit}) > 0"


# ── what is stored ────────────────────────────────────────────────────────────────────────────────────────────────
def plain(words: str) -> str:
    """As it is stored and asked: one width, lower case."""
    return unicodedata.normalize("NFKC", words).lower()


def windows(words: str) -> set[str]:
    """Every two-character window of every run of letters, and each run's last character alone."""
    return {run[i : i + 2] for run in RUN.findall(words) for i in range(len(run))}


@lru_cache(65_536)
def _sign(window: str) -> tuple[int, int]:
    """Which character of the print, from 0, and which bit of it."""
    at, bit = divmod(crc32(window.encode()) % (SIGNS * BITS), BITS)
    return at, 1 << bit


def signs(found: set[str]) -> str:
    """The print of these windows. Characters alone leave no sign."""
    bits = bytearray((NONE,)) * SIGNS
    for window in found:
        if len(window) > 1:
            at, bit = _sign(window)
            bits[at] |= bit
    return bits.decode("ascii")


def write(row: Any, words: str) -> None:
    """What a row is found by from now on; `index` keeps the full text with it after the flush."""
    row.search_text = plain(words)
    row.signs = signs(windows(row.search_text))


def index(session: Session, register: Any, row: Any, before: str | None) -> None:
    """Keep the full text in the act's own transaction. Nothing sealed and nothing of umbrella comes here."""
    if not register.searched or row.search_text == (before or ""):
        return
    name = f"{row.__tablename__}_words"
    if session.get_bind().dialect.name == "postgresql":
        upsert = (
            f"INSERT INTO {name} (id, words) VALUES (:id, array_to_tsvector(:words)) "  # noqa: S608 - a table's own name
            "ON CONFLICT (id) DO UPDATE SET words = excluded.words"
        )
        session.core(text(upsert), {"id": row.id, "words": sorted(windows(row.search_text))})
        return
    if before:  # a contentless index is told what to forget
        forget = f"INSERT INTO {name} ({name}, rowid, x) VALUES ('delete', :id, :words)"  # noqa: S608
        session.core(text(forget), {"id": row.id, "words": " ".join(sorted(windows(before)))})
    remember = f"INSERT INTO {name} (rowid, x) VALUES (:id, :words)"  # noqa: S608
    session.core(text(remember), {"id": row.id, "words": " ".join(sorted(windows(row.search_text)))})


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────
def asked(q: str) -> list[str]:
    """The words of a question, at most four."""
    return plain(q).split()[:MOST_WORDS]


def asked_signs(words: list[str]) -> list[tuple[int, int]]:
    """(character, from 1, and bit) that the print of a row with these words has."""
    found = {_sign(run[i : i + 2]) for word in words for run in RUN.findall(word) for i in range(len(run) - 1)}
    return [(at + 1, bit) for at, bit in sorted(found)][:MOST_SIGNS]


def values(words: list[str]) -> dict[str, Any]:
    """The parameters of tests()."""
    found: dict[str, Any] = {f"word{i}": word for i, word in enumerate(words)}
    for i, (at, bit) in enumerate(asked_signs(words)):
        found |= {f"sign{i}": at, f"bit{i}": bit}
    return found


def has_words(searched: Any, words: int) -> list[Any]:
    """That the text holds so many words, named by values()."""
    return [holds(searched, bindparam(f"word{i}")) for i in range(words)]


def has_signs(printed: Any, signs_asked: int) -> list[Any]:
    """That the print has so many signs, named by values()."""
    return [
        bears(printed, bindparam(f"sign{i}", type_=Integer), bindparam(f"bit{i}", type_=Integer))
        for i in range(signs_asked)
    ]


def worth_walking(found: int, wanted: int) -> bool:
    """Whether the first walk makes it likely that WHOLE rows hold a page: then full text would have too many hits."""
    return found < wanted < found * WHOLE / WALK


def matching(register: Any, dialect: str) -> Any:
    """The ids that full text finds for the bind parameter `words`, to be joined to the model and tested again."""
    name = f"{register.model.__tablename__}_words"
    if dialect == "postgresql":
        t = table(name, column("id"), column("words"))
        asked_for = text("CAST(:words AS tsquery)")  # to_tsquery would take the windows apart once more
        return select(t.c.id).where(t.c.words.op("@@")(asked_for)).cte("hits", nesting=True).prefix_with("MATERIALIZED")
    t = table(name, column("rowid"))
    return select(t.c.rowid.label("id")).where(text(f"{name} MATCH :words")).subquery("hits")


def question(words: list[str], dialect: str) -> str:
    """The value of `words`: all windows of all words. Empty if they have neither letter nor digit.

    A run of one character begins a window, whatever comes after it.
    """
    runs = [run for word in words for run in RUN.findall(word)]
    whole = sorted({run[i : i + 2] for run in runs for i in range(len(run) - 1)})
    begun = sorted({run for run in runs if len(run) == 1})
    if dialect == "postgresql":
        return " & ".join([f"'{w}'" for w in whole] + [f"'{w}':*" for w in begun])
    return " AND ".join([f'"{w}"' for w in whole] + [f'"{w}" *' for w in begun])
