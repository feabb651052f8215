"""Backups: database, files and the heads of the trail, of one moment, in one sealed file. Keys are not in it.

The file is a line that says what it is, then a sealed stream (chunked.py) of a tar: begin.json, the parts of the
database, trail.heads, the files, manifest.json. It is sealed under the vault key of its time, which working text and
names in it need as much as sealed ones: without that key a backup is noise.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any

import obstore
from flask import current_app
from sqlalchemy import Engine, inspect

from ..extensions import db
from . import chunked, clock, facts, files, keyring, snapshots, trail
from .sight import Session

MAGIC = b"QINGYUAN BACKUP 1 "
Take = Callable[[str, IO[bytes]], None]


class Unusable(Exception):
    """A backup that cannot be taken, or used, with the sentence why."""


# ── create ────────────────────────────────────────────────────────────────────────────────────────────────────────
def create(session: Session, path: Path) -> dict[str, Any]:
    """Written beside its name and moved when it is whole. Gives the manifest. Raises Unusable."""
    if path.exists():
        raise Unusable(f"{path} is there already: a backup never takes another's place")
    _on_the_trail(session)
    name, key = keyring.current(session)
    session.rollback()
    half = path.with_name(f"{path.name}.part")
    half.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            first = _first_line(session, name)
            out.write(first)
            sealed = chunked.Writer(key, first, out.write)
            manifest = _pack(sealed)
            sealed.close()
            out.flush()
            os.fsync(out.fileno())
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
    return manifest


def _on_the_trail(session: Session) -> None:
    session.begin_write()
    entry: dict[str, Any] = {"verb": "backup.create", "subject": "backup", "fields": {}, "plain": {}}
    trail.append(session, trail.Plain(session.actor, clock.now()), [entry])
    session.commit()
    trail.anchor(session)
    trail.flush_anchor()


def _first_line(session: Session, key_name: str) -> bytes:
    told = {"key": key_name, "at": clock.now().isoformat(), "database": facts.database_id(session)}
    session.rollback()
    return MAGIC + json.dumps(told).encode() + b"\n"


def _pack(sealed: chunked.Writer) -> dict[str, Any]:
    """The heads first: one that is newer than the database would look like a cut trail."""
    heads = trail.heads_path().read_bytes() if trail.heads_path().exists() else b""
    members: dict[str, list[Any]] = {}
    with snapshots.taken(db.engine, Path(current_app.instance_path)) as snapshot:
        stream: Any = sealed
        out = tarfile.open(fileobj=stream, mode="w|", bufsize=chunked.CHUNK)  # noqa: SIM115 - it must not end a half one
        begin = {"engine": db.engine.dialect.name, "revisions": snapshot.revisions}
        try:
            _add(out, members, "begin.json", io.BytesIO(json.dumps(begin).encode()))
            for name, part in snapshot.parts:
                _add(out, members, name, part)
            _add(out, members, "trail.heads", io.BytesIO(heads))
            missing = [i for i in snapshot.file_ids if not _add_file(out, members, i)]
            manifest = begin | {"members": members, "tables": snapshot.tables, "missing": missing}
            _add(out, {}, "manifest.json", io.BytesIO(json.dumps(manifest).encode()))
        except BaseException:
            out.fileobj.closed = True  # type: ignore[attr-defined]  # nor may the collector end it
            raise
        out.close()
    return manifest


def _add(out: tarfile.TarFile, members: dict[str, list[Any]], name: str, part: IO[bytes]) -> None:
    part.seek(0, io.SEEK_END)
    info = tarfile.TarInfo(name)
    info.size = part.tell()
    part.seek(0)
    told = _Told(part)
    out.addfile(info, told)
    members[name] = [info.size, told.digest.hexdigest()]


def _add_file(out: tarfile.TarFile, members: dict[str, list[Any]], file_id: str) -> bool:
    with tempfile.SpooledTemporaryFile(max_size=1024 * 1024, dir=current_app.instance_path) as part:
        try:
            for piece in files.read(file_id):
                part.write(bytes(piece))
        except FileNotFoundError:
            return False
        _add(out, members, f"file/{file_id}", part)
    return True


class _Told:
    """A part that is digested as it is read."""

    def __init__(self, part: IO[bytes]) -> None:
        self.part, self.digest = part, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.part.read(size)
        self.digest.update(piece)
        return piece

    def readline(self) -> bytes:
        line = self.part.readline()
        self.digest.update(line)
        return line


# ── read ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def parts(session: Session, path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and content of each part, in order. Raises Unusable where the file is not whole or the key another."""
    with path.open("rb") as whole:
        first = whole.readline(1000)
        try:
            told = json.loads(first.removeprefix(MAGIC)) if first.startswith(MAGIC) else None
            wanted = str(told["key"]) if told else ""
        except (ValueError, KeyError):
            wanted = ""
        if not wanted:
            raise Unusable(f"{path} is not a backup of this portal")
        try:
            key = keyring.key(session, wanted)
        except keyring.WrongKey:
            raise Unusable(
                f"{path} was made under the vault key {wanted[:8]}…, which is not here: put it into PORTAL_VAULT_KEY "
                "or PORTAL_VAULT_KEY_FILE; the portal is sealed with that key, and without it the backup cannot be read"
            ) from None
        finally:
            session.rollback()
        pieces = _or_unusable(path, chunked.unseal(key, first, iter(lambda: whole.read(chunked.CHUNK), b"")))
        reader = io.BufferedReader(chunked.Reader(pieces), chunked.CHUNK)
        try:
            with tarfile.open(fileobj=reader, mode="r|") as packed:
                for member in packed:
                    yield member.name, packed.extractfile(member) or io.BytesIO()
        except tarfile.TarError as broken:
            raise Unusable(f"{path} is broken, do not use it: {broken}") from None
        while reader.read(chunked.CHUNK):  # to the end: it may lack its last chunk
            pass


def _or_unusable(path: Path, pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except chunked.Broken as broken:
        raise Unusable(f"{path} is broken, do not use it: {broken}") from None


def check(session: Session, path: Path, take: Take | None = None) -> dict[str, Any]:
    """Read it whole, each part against the manifest; `take` gets each as it comes. Gives the manifest."""
    found: dict[str, list[Any]] = {}
    manifest: dict[str, Any] | None = None
    for name, part in parts(session, path):
        if name == "manifest.json":
            manifest = json.load(part)
            continue
        told, size = _Told(part), 0
        if take is not None:
            take(name, told)  # type: ignore[arg-type]
        while told.read(chunked.CHUNK):
            pass
        size = part.tell()
        found[name] = [size, told.digest.hexdigest()]
    if manifest is None or found != manifest["members"]:
        raise Unusable(f"{path} does not hold what its manifest says, do not use it")
    return manifest


# ── restore ───────────────────────────────────────────────────────────────────────────────────────────────────────
def restore(session: Session, path: Path) -> dict[str, Any]:
    """Into an empty place, after the whole of it was checked. Raises Unusable; then nothing of ours is left there
    but, on PostgreSQL, empty tables.
    """
    engine: Engine = db.engine
    _is_empty(engine)
    manifest = check(session, path)
    if manifest["engine"] != engine.dialect.name:
        raise Unusable(f"the backup is of {manifest['engine']}: PORTAL_DATABASE_URL must name such a database")
    db.session.remove()
    if manifest["engine"] == "sqlite":
        tables = _restore_sqlite(session, path, engine)
    else:
        tables = _restore_postgresql(session, path, engine, manifest["revisions"])
    current_app.extensions["facts"].clear()
    current_app.extensions["digest key"] = {}
    if tables != manifest["tables"]:
        wrong = [t for t in manifest["tables"] if tables.get(t) != manifest["tables"][t]]
        raise Unusable(f"the restored rows differ from those of the backup: {', '.join(wrong)}")
    return manifest


def _is_empty(engine: Engine) -> None:
    if inspect(engine).get_table_names():
        raise Unusable("the database is not empty: a backup is restored into a new one, and never over another")
    store = current_app.extensions["files"]
    if any(batch for batch in obstore.list(store)):
        raise Unusable("the file store is not empty: PORTAL_FILES_URL must name a new one")
    if trail.heads_path().exists():
        raise Unusable(f"{trail.heads_path()} is there: an instance of another database")


def _take_the_rest(name: str, part: IO[bytes]) -> None:
    """Heads and files, to their places."""
    if name == "trail.heads":
        with trail.heads_path().open("wb") as out:
            shutil.copyfileobj(part, out)
            os.fsync(out.fileno())
    elif name.startswith("file/"):
        pieces = iter(lambda: part.read(chunked.CHUNK), b"")
        obstore.put(current_app.extensions["files"], files.place(name.removeprefix("file/")), pieces)


def _restore_sqlite(session: Session, path: Path, engine: Engine) -> dict[str, list[Any]]:
    there = Path(engine.url.database or "")
    half = there.with_name(f"{there.name}.restoring")

    def take(name: str, part: IO[bytes]) -> None:
        if name == "database":
            with half.open("wb") as out:
                shutil.copyfileobj(part, out, chunked.CHUNK)
                os.fsync(out.fileno())
        else:
            _take_the_rest(name, part)

    try:
        check(session, path, take)
        with closing(sqlite3.connect(half)) as connection:
            tables = snapshots.rows_of_sqlite(connection)
        db.session.remove()
        engine.dispose()
        for journal in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                there.with_name(there.name + journal).unlink()
        half.replace(there)
    finally:
        half.unlink(missing_ok=True)
    return tables


def _restore_postgresql(session: Session, path: Path, engine: Engine, revisions: list[str]) -> dict[str, list[Any]]:
    import flask_migrate

    current_app.extensions["migrate"]
    for revision in revisions:  # the tables as they were then; `flask db upgrade heads` brings them up to now
        flask_migrate.upgrade(revision=revision)
    with snapshots.filling(engine) as fill:

        def take(name: str, part: IO[bytes]) -> None:
            if name.startswith("table/"):
                fill(name.removeprefix("table/"), part)
            else:
                _take_the_rest(name, part)

        check(session, path, take)
    return snapshots.rows_of_postgresql(engine)
