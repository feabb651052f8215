"""The database as parts of a backup, all of one moment, while others write; and back into an empty one.

SQLite: its own backup of the whole file. PostgreSQL: COPY of each table in one REPEATABLE READ transaction; pg_dump
refuses a server that is newer than itself, and need not be installed. A digest of rows does not depend on their order.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, inspect

from . import walls
from .hanging import FAMILIES

Part = tuple[str, IO[bytes]]
REVISIONS = "SELECT version_num FROM alembic_version ORDER BY 1"
AS_OWNER = f"SET LOCAL ROLE {walls.OWNER}"  # umbrella's tables lie under a role of their own
OPEN_COLUMNS = (  # of generated ones a table takes no values
    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
    "AND attgenerated = '' ORDER BY attnum"
)
SERIALS = (
    "SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname) FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace "
    "AND a.attnum > 0 AND NOT a.attisdropped AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL"
)


class Rows:
    """How many rows, and a digest that is equal for the same rows in any order."""

    def __init__(self) -> None:
        self.count, self.sum = 0, 0

    def add(self, row: bytes) -> None:
        """One more."""
        self.count += 1
        self.sum = (self.sum + int.from_bytes(hashlib.sha256(row).digest(), "big")) % 2**256

    def told(self) -> list[Any]:
        """As a manifest keeps it."""
        return [self.count, f"{self.sum:064x}"]


class Snapshot:
    """One moment of a database. `tables`: the rows of each, once its part has been read."""

    def __init__(self, revisions: list[str], file_ids: list[str], parts: Iterator[Part]) -> None:
        self.revisions, self.file_ids, self.parts = revisions, file_ids, parts
        self.tables: dict[str, list[Any]] = {}


@contextmanager
def taken(engine: Engine, folder: Path) -> Iterator[Snapshot]:
    """The moment is that of entering; temporary parts lie in the folder."""
    with (_sqlite if engine.dialect.name == "sqlite" else _postgresql)(engine, folder) as snapshot:
        yield snapshot


def _file_ids(ask: Callable[[str], Iterable[Any]]) -> list[str]:
    return sorted(r[0] for family in FAMILIES for r in ask(f"SELECT id FROM {family.file.__tablename__}"))  # noqa: S608


# ── SQLite ────────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def _sqlite(engine: Engine, folder: Path) -> Iterator[Snapshot]:
    with tempfile.TemporaryDirectory(dir=folder) as there:
        path = Path(there) / "database"
        source, copy = sqlite3.connect(engine.url.database or "", timeout=30), sqlite3.connect(path)
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, no journals
            snapshot = Snapshot([r[0] for r in copy.execute(REVISIONS)], _file_ids(copy.execute), iter(()))
            snapshot.tables = rows_of_sqlite(copy)
        finally:
            source.close()
            copy.close()
        with path.open("rb") as whole:
            snapshot.parts = iter([("database", whole)])
            yield snapshot


def rows_of_sqlite(connection: Any) -> dict[str, list[Any]]:
    """Rows of each table; those in which SQLite keeps a full-text index too."""
    found = {}
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    for (table,) in connection.execute(listed).fetchall():
        rows = Rows()
        for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - its own word for its own table
            rows.add(repr(row).encode())
        found[table] = rows.told()
    return found


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def _postgresql(engine: Engine, folder: Path) -> Iterator[Snapshot]:
    tables = in_order(engine)
    with _raw(engine) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(AS_OWNER)
        revisions = [r[0] for r in connection.execute(REVISIONS)]  # the moment
        snapshot = Snapshot(revisions, _file_ids(connection.execute), iter(()))
        snapshot.parts = _copied(connection, tables, folder, snapshot.tables)
        yield snapshot


@contextmanager
def _raw(engine: Engine) -> Iterator[Any]:
    """The driver's own connection, for COPY; what is open at the end is rolled back."""
    fairy = engine.raw_connection()
    try:
        yield fairy.driver_connection
    finally:
        fairy.rollback()
        fairy.close()


def in_order(engine: Engine) -> list[str]:
    """All tables but Alembic's, each after those that it points at. Raises RuntimeError if they point in a ring."""
    told = inspect(engine).get_sorted_table_and_fkc_names()
    if told[-1][1]:
        raise RuntimeError(f"tables that point at each other: {told[-1][1]}")
    return [name for name, _ in told if name and name != "alembic_version"]


def _copied(connection: Any, tables: list[str], folder: Path, told: dict[str, list[Any]]) -> Iterator[Part]:
    for table in tables:
        with tempfile.TemporaryFile(dir=folder) as part:
            part.write(f"{_columns(connection, table)}\n".encode())
            told[table] = _copy(connection, table, part.write)
            part.seek(0)
            yield f"table/{table}", part


def _columns(connection: Any, table: str) -> str:
    return ", ".join(f'"{r[0]}"' for r in connection.execute(OPEN_COLUMNS, (f'"{table}"',)))


def _copy(connection: Any, table: str, write: Callable[[bytes], Any]) -> list[Any]:
    rows, held = Rows(), b""
    with connection.cursor().copy(f'COPY "{table}" ({_columns(connection, table)}) TO STDOUT') as copy:
        for block in copy:
            write(bytes(block))
            *whole, held = (held + bytes(block)).split(b"\n")  # within a value a line's end is written as \n
            for row in whole:
                rows.add(row)
    return rows.told()


def rows_of_postgresql(engine: Engine) -> dict[str, list[Any]]:
    """Rows of each table."""
    tables = in_order(engine)
    with _raw(engine) as connection:
        connection.execute(AS_OWNER)
        return {table: _copy(connection, table, lambda _: None) for table in tables}


@contextmanager
def filling(engine: Engine) -> Iterator[Callable[[str, IO[bytes]], None]]:
    """Yields what takes (table, part); all of it stands, or, if the block raises, nothing. Tables come in order."""
    with _raw(engine) as connection, connection.transaction():
        connection.execute(AS_OWNER)
        emptied = ", ".join(f'"{t}"' for t in in_order(engine))
        connection.execute(f"TRUNCATE {emptied} CASCADE")  # what migrations had put there

        def fill(table: str, part: IO[bytes]) -> None:
            columns = part.readline().decode().strip()
            with connection.cursor().copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                while piece := part.read(1024 * 1024):
                    copy.write(piece)

        yield fill
        for table, column, sequence in connection.execute(SERIALS).fetchall():
            next_one = f'(SELECT coalesce(max("{column}"), 0) + 1 FROM "{table}")'  # noqa: S608
            connection.execute(f"SELECT setval(%s, {next_one}, false)", (sequence,))
