"""Is a text anywhere on disk in clear: in the database, its journals and indexes, files, logs, backups, whatever lies
in the instance folder; in six encodings, and inside what is packed.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import obstore
from flask import current_app
from sqlalchemy import select

from ..extensions import db
from . import backup
from .sight import Session

PIECE, PACKED = 8 * 1024 * 1024, 64 * 1024 * 1024  # bytes at a time; bytes of a packed part that are looked at
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)  # of a PDF


def encodings(word: str) -> list[bytes]:
    """The word as it may lie there."""
    raw = [word.encode(e, "ignore") for e in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]
    raw.append(json.dumps(word)[1:-1].encode())  # \uXXXX: how a JSON column keeps it
    utf8 = word.encode()
    # base64 of a text in the middle of another: three alignments, the ragged ends cut off
    base = [base64.b64encode(utf8[i : i + (len(utf8) - i) // 3 * 3]) for i in range(3)]
    return [b for b in (*raw, utf8.hex().encode(), *base) if len(b) > 3]


def places(session: Session, words: list[str]) -> list[tuple[str, str]]:
    """(word, place) of all that is found. A backup is opened; one of another key says so as a place of its own."""
    needles = {word: encodings(word) for word in words}
    found: set[tuple[str, str]] = set()
    for place, pieces in _everything(session):
        for piece in pieces:
            found |= {(word, place) for word, forms in needles.items() if any(form in piece for form in forms)}
    return sorted(found)


def _everything(session: Session) -> Iterator[tuple[str, Iterable[bytes]]]:
    for path in _files():
        yield path.name, _overlapping(_read(path))
        with path.open("rb") as opened:
            is_backup = opened.read(len(backup.MAGIC)) == backup.MAGIC
        if is_backup:
            for name, part in backup.parts(session, path):
                yield f"{path.name}: {name}", _overlapping(iter(lambda part=part: part.read(PIECE), b""))  # type: ignore[misc]
        elif path.stat().st_size <= PACKED:
            yield path.name, _unpacked(path.read_bytes())
    if not current_app.config["SETTINGS"].files_url.startswith("file://"):
        yield from _store()
    if db.engine.dialect.name == "postgresql":
        for table in db.metadata.sorted_tables:
            yield table.name, (_row(row) for row in session.core(select(table)))


def _files() -> list[Path]:
    """The instance folder; an SQLite file with its journals and a file store that lie elsewhere."""
    settings, database = current_app.config["SETTINGS"], db.engine.url.database
    found = set(settings.instance.rglob("*"))
    if db.engine.dialect.name == "sqlite" and database:
        found |= set(Path(database).parent.glob(f"{Path(database).name}*"))
    if settings.files_url.startswith("file://"):
        found |= set(Path(settings.files_url.removeprefix("file://")).rglob("*"))
    return sorted(path for path in found if path.is_file())


def _store() -> Iterator[tuple[str, Iterable[bytes]]]:
    store = current_app.extensions["files"]
    for batch in obstore.list(store):
        for thing in batch:
            content = bytes(obstore.get(store, thing["path"]).bytes())
            yield thing["path"], [content]
            yield thing["path"], _unpacked(content)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        yield from iter(lambda: opened.read(PIECE), b"")


def _overlapping(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """So that a word on the seam is in one of two."""
    tail = b""
    for piece in pieces:
        yield tail + piece
        tail = piece[-4096:]


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The parts of an archive, the streams of a PDF."""
    if content.startswith(b"PK"):
        with (
            suppress(BadZipFile, OSError, NotImplementedError, RuntimeError, zlib.error),
            ZipFile(io.BytesIO(content)) as archive,
        ):
            for name in archive.namelist():
                with archive.open(name) as part:
                    yield part.read(PACKED)
    elif content.startswith(b"%PDF"):
        for stream in STREAM.finditer(content):
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(stream[1], PACKED)


def _row(row: Any) -> bytes:
    return b"\x00".join(bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row)
