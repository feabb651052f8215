"""The chained trail: appended last in the act's own transaction, its head anchored outside the database after commit.

An entry says who, when, which verb on which record, a keyed digest of each new value, and in clear only state, unit,
officer and due time. Changing, dropping, inserting or swapping an entry breaks the chain; cutting the end or putting
an older copy back is found against the anchored heads.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from flask import current_app
from sqlalchemy import JSON, LargeBinary, String, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from . import clock, facts, vault, walls
from .actor import Actor
from .hanging import FAMILIES, Common, Family
from .sight import Session, nowhere, sees
from .types import UtcDateTime


class Entry(Common):
    """One act. `actor_id` NULL: a job, or an anonymous tip."""

    __tablename__ = "trail"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None]
    sign_in_id: Mapped[str | None] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)  # name: HMAC of the new value
    plain: Mapped[dict[str, Any]] = mapped_column(JSON)  # name: [old, new]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


sees(Entry, nowhere)
T = Entry.__table__
INSERT, HEAD = insert(T), select(T.c.seq, T.c.digest).order_by(T.c.seq.desc()).limit(1)
LOCK = text("SELECT pg_advisory_xact_lock(20260101)")
# the number names the row, the duty is a row of its own, search_text and signs repeat other columns
SILENT = {
    "id",
    "number",
    "version",
    "duty_id",
    "owed_at",
    "owed_by",
    "owed_kind",
    "owed_state",
    "search_text",
    "signs",
    "state_since",
}
PLAIN = ("state", "unit_id", "officer_id", "due_at")
CHAINED = ("seq", "actor_id", "sign_in_id", "verb", "subject", "fields", "plain")


def _digest(previous: bytes, row: dict[str, Any]) -> bytes:
    body = [row[k] for k in CHAINED] + [row["at"].astimezone(UTC).isoformat()]
    chained = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + chained.encode()).digest()


def snapshot(row: Any) -> dict[str, Any]:
    """Column values before the action. Taken by hand: an attribute's history is gone after the first flush."""
    return {c.key: row.__dict__.get(c.key) for c in row.__mapper__.column_attrs}


def entry(verb: str, subject: str, before: dict[str, Any], row: Any) -> dict[str, Any]:
    """What changed, as digests, and the few plain facts."""
    now = snapshot(row)
    changed = {k: (before.get(k), v) for k, v in now.items() if before.get(k) != v and k not in SILENT}
    fields = {
        k: vault.digest(v.hex() if isinstance(v, bytes) else str(v)) for k, (_, v) in changed.items() if k not in PLAIN
    }
    plain = {k: [None if v is None else str(v) for v in changed[k]] for k in PLAIN if k in changed}
    return {"verb": verb, "subject": subject, "fields": fields, "plain": plain}


@dataclass(frozen=True)
class Plain:
    """Who and when of an entry that no verb made: a digest of looks, a question why."""

    actor: Actor
    stamp: datetime
    nameless: bool = False


def append(session: Session, act: Any, entries: list[dict[str, Any]]) -> None:
    """PostgreSQL: the lock is taken here and nowhere earlier; between it and the commit stand only these statements."""
    if session.get_bind().dialect.name == "postgresql":
        session.core(LOCK)
    seq, digest = session.core(HEAD).first() or (0, b"")
    actor = act.actor
    by = (None, None) if act.nameless else (actor.id, actor.sign_in)
    rows = []
    for seq, given in enumerate(entries, seq + 1):  # noqa: B020 - the head's seq is where counting goes on
        row = {"seq": seq, "at": act.stamp, "actor_id": by[0], "sign_in_id": by[1]} | given
        digest = _digest(digest, row)
        rows.append(row | {"digest": digest})
    session.core(INSERT, rows)
    session.info["head"] = (seq, digest, act.stamp if act.nameless else clock.now())  # a head would tell the minute


# ── anchors ───────────────────────────────────────────────────────────────────────────────────────────────────────
class _Anchor:
    """Writes the newest head at most once a second, and the last one at exit."""

    def __init__(self) -> None:
        self.lock, self.written, self.waiting = threading.Lock(), 0.0, {}  # type: ignore[var-annotated]
        atexit.register(self.flush)

    def take(self, path: Path, line: str) -> None:
        with self.lock:
            self.waiting[path] = line
            if time.monotonic() - self.written >= 1:
                self._write()

    def flush(self) -> None:
        with self.lock:
            self._write()

    def _write(self) -> None:
        for path, line in self.waiting.items():
            if path.parent.is_dir():
                with path.open("a") as f:
                    f.write(line)
                    f.flush()
                    os.fsync(f.fileno())
        self.waiting.clear()
        self.written = time.monotonic()


_anchor = _Anchor()


def heads_path() -> Path:
    """Where no SQL client reaches: beside the instance's keys."""
    return Path(current_app.instance_path) / "trail.heads"


def anchor(session: Session) -> None:
    """After the commit: the head goes outside the database."""
    head = session.info.pop("head", None)
    if head:
        line = f"{facts.database_id(session)} {head[0]} {head[1].hex()}"
        _anchor.take(heads_path(), f"{head[2].astimezone(UTC).isoformat()} {line} {vault.digest(line)}\n")


def flush_anchor() -> None:
    """Write the last head now: before a check, before the process ends."""
    _anchor.flush()


@dataclass(frozen=True)
class Verdict:
    """`broken`: seq of the first entry that does not hold, or None; `anchored_at`: the age of the last head."""

    count: int
    broken: int | None
    anchored_at: datetime | None


def verify(session: Session) -> Verdict:
    """Walks the chain, then every anchored head: names the first entry that was changed, moved, put in or cut off."""
    known = list(_heads(session))
    heads = {seq: digest for _, seq, digest in known}
    last = max((at for at, _, _ in known), default=None)
    previous, seq = b"", 0
    for r in session.core(select(T).order_by(T.c.seq)):
        row, seq = dict(r._mapping), seq + 1
        whole = row["seq"] == seq and _digest(previous, row) == row["digest"]
        if not whole or heads.pop(seq, row["digest"].hex()) != row["digest"].hex():
            return Verdict(seq, seq, last)
        previous = row["digest"]
    # an anchored head beyond the end: the tail was cut, or an older copy was put back
    return Verdict(seq, seq + 1 if heads else None, last)


def _heads(session: Session) -> Iterator[tuple[datetime, int, str]]:
    path, mine = heads_path(), facts.database_id(session)
    for line in path.read_text().splitlines() if path.exists() else ():
        parts = line.split()
        if len(parts) == 5 and parts[1] == mine and vault.digest(" ".join(parts[1:4])) == parts[4]:
            yield datetime.fromisoformat(parts[0]), int(parts[2]), parts[3]


def changed_papers(session: Session) -> list[str]:
    """Issued papers whose file or words are not what was issued any more, as the chain has kept it.

    Of every family for a command that runs as the database's owner; no other session names a table that stands apart.
    """
    issued = dict(session.core(select(T.c.subject, T.c.fields).where(T.c.verb == "papers.issue")).all())
    families = FAMILIES if session.info.get("role") == walls.OWNER else [Common.family]
    return [name for family in families for name in _changed(session, family, issued)]


def _changed(session: Session, family: Family, issued: dict[str, dict[str, str]]) -> Iterator[str]:
    from . import papers  # it attaches to acts, whose trail this is

    p = family.paper.__table__
    for paper in session.core(select(p).where(p.c.state == "issued").order_by(p.c.id)).mappings().all():
        name = f"{paper['subject']}/{paper['id']}"
        kept, file = issued.get(name, {}), _digest_of(session, family, paper["file_id"])
        if not file == kept.get("file") == paper["digest"] or kept.get("words") != papers.words(paper):
            yield name


def _digest_of(session: Session, family: Family, file_id: str) -> str:
    """Of the file itself, be it sealed; "" if it is gone, or if it does not open any more."""
    from . import chunked, files, sealed_files

    f = files.find(session, file_id, family)
    try:
        return sealed_files.taken(session, family, f).sha256 if f is not None else ""
    except (FileNotFoundError, LookupError, chunked.Broken, InvalidTag):
        return ""
