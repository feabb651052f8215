"""Words in the working text of a register: a bounded walk first, full text only for what is rare in a wide scope.

The newest WALK rows that pass filters and sight are read and tested; a page full, or the filter exhausted: done, exact.
A scope of up to WHOLE rows is always walked whole, so nobody can feel from the time how common a word is elsewhere.
Beyond, full text over two-character windows, tested again: any substring of two characters or more is found.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import Text, column, func, select, table, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import GenericFunction

from .sight import Session

WALK, WHOLE = 3_000, 20_000  # rows; measured: search.md
MOST_WORDS = 4
RUN = re.compile(r"[^\W_]+")  # letters and digits: what the full text of SQLite takes for part of a word


class Searched:
    """A registered model whose list is searched. `search_text`: what q finds, in lower case, written by perform."""

    search_text: Mapped[str] = mapped_column(Text, default="")


class holds(GenericFunction[bool]):  # noqa: N801 - a SQL function
    """holds(text, word): the word occurs. instr on SQLite, strpos on PostgreSQL: LIKE would need escaping."""

    inherit_cache = True


@compiles(holds)
def _strpos(element: Any, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)}) > 0"


@compiles(holds, "sqlite")
def _instr(element: Any, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)}) > 0"


def plain(words: str) -> str:
    """As it is stored and asked: one width, lower case."""
    return unicodedata.normalize("NFKC", words).lower()


def asked(q: str) -> list[str]:
    """The words of a question, at most four."""
    return plain(q).split()[:MOST_WORDS]


def windows(words: str) -> set[str]:
    """Every two-character window of every run of letters, and each run's last character alone."""
    return {run[i : i + 2] for run in RUN.findall(words) for i in range(len(run))}


def index(session: Session, register: Any, row: Any, before: str | None) -> None:
    """Keep the full text in the act's own transaction. Nothing sealed and nothing of umbrella comes here."""
    if not register.searched or row.search_text == before:
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


def worth_walking(found: int, wanted: int, rows: int) -> bool:
    """Whether the next rows are sooner read than the hits of the full text, judged by the first walk.

    Expected are (wanted - found) * WALK / found rows to be read, against found * rows / WALK hits to be looked up.
    """
    return found * found * rows > (wanted - found) * WALK * WALK


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
