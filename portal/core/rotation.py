"""A new vault key for all data keys, under load, and safe to kill at any moment: whoever runs it again goes on.

1. The new key is on the disk before anything is wrapped by it. 2. One transaction: new data keys come under it, and
old and new are kept sealed under each other, so each running process can read all. 3. Data keys are wrapped again,
a batch at a time. 4. The new key takes the old one's place, where that is a file of ours; else the operator puts it
there. 5. The bridge between the two is broken: the old key opens nothing here any more.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, select, update

from .. import config
from . import clock, facts, keyring, trail
from .hanging import FAMILIES, Family
from .sight import Session

BATCH = 500  # data keys a transaction: some 20 ms for which others wait
F = facts.Fact.__table__


def rotate(session: Session) -> Iterator[str]:
    """Do all that can be done, and say it line by line. Raises WrongKey if this process has no key of the database."""
    settings = current_app.config["SETTINGS"]
    if facts.read(session, keyring.BEFORE) is None:
        _begin(session, _new_key(settings))
        yield "begun: new data keys come under the new key"
    name, key = keyring.current(session)
    session.rollback()
    changed = sum(_wrap_again(session, family, name, key) for family in FAMILIES)
    yield f"{changed} data keys wrapped again"
    if not _in_its_place(session, settings, key):
        yield (
            f"the key came from the environment: put what is in {_waiting(settings)} into its place "
            "(PORTAL_VAULT_KEY or PORTAL_VAULT_KEY_FILE), start the portal again, run this once more; "
            "until then both keys are wanted"
        )
        return
    _end(session)
    _waiting(settings).unlink(missing_ok=True)
    yield f"done: the vault key is {name[:8]}…; the former one opens nothing here but backups of its time"


def _waiting(settings: config.Settings) -> Path:
    """Where the new key lies until it is in its place; never where a key is in use."""
    name = "vault.key.new"
    in_use = config.vault_path(settings).resolve() == (settings.instance / name).resolve()
    return settings.instance / (f"{name}er" if in_use else name)


def _new_key(settings: config.Settings) -> bytes:
    """On the disk, whole, before it is used; that of a run that was killed is as good as new."""
    path = _waiting(settings)
    key = config.decoded(path.read_text()) if path.exists() else None
    if key is None or key == keyring.given():
        key = secrets.token_bytes(32)
        _write(path, key)
    return key


def _write(path: Path, key: bytes) -> None:
    """Whole or not at all, for the owner alone."""
    half = path.with_name(f"{path.name}.writing")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as f:
        f.write(base64.urlsafe_b64encode(key).rstrip(b"="))
        f.flush()
        os.fsync(f.fileno())
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _begin(session: Session, new: bytes) -> None:
    _begin_alone(session)
    name, old = keyring.current(session)
    bridge = {keyring.short(a): keyring.wrap(a, keyring.BRIDGE, b).hex() for a, b in ((old, new), (new, old))}
    kept = facts.read(session, keyring.DIGEST)
    inner = keyring.open_digest_key(session, kept) if kept else old  # begun before digests had a key of their own
    told = {
        keyring.NOW: keyring.name_of(new), keyring.BEFORE: name, keyring.BRIDGE: json.dumps(bridge),
        keyring.DIGEST: keyring.closed_digest_key(new, inner),
    }  # fmt: skip
    for fact, value in told.items():
        facts.keep(session, fact, value)
        session.core(update(F).where(F.c.name == fact).values(value=value))
    _commit(session, "vault.rotate")


def _begin_alone(session: Session) -> None:
    """The transaction in which the key changes: whoever is wrapping a data key ends first."""
    session.begin_write()
    if session.get_bind().dialect.name == "postgresql":
        session.core(keyring.ALONE)


def _commit(session: Session, verb: str) -> None:
    entry: dict[str, Any] = {"verb": verb, "subject": "vault", "fields": {}, "plain": {}}
    trail.append(session, trail.Plain(session.actor, clock.now()), [entry])
    session.commit()
    trail.anchor(session)


def _wrap_again(session: Session, family: Family, name: str, key: bytes) -> int:
    t, after, changed = family.data_key.__table__, "", 0
    batch = select(t.c.of, t.c.wrapped, t.c.under).where(t.c.of > bindparam("after")).order_by(t.c.of).limit(BATCH)
    same = (t.c.of == bindparam("which"), t.c.wrapped == bindparam("was"))  # not one destroyed in between
    again = update(t).where(*same).values(wrapped=bindparam("now"), under=name)
    while True:
        started = time.monotonic()
        session.begin_write()
        rows = session.core(batch, {"after": after}).all()
        new = [
            {"which": r.of, "was": r.wrapped, "now": _again(session, r, key)}
            for r in rows
            if r.wrapped is not None and r.under != name
        ]
        if new:
            session.core(again, new)
        session.commit()
        changed += len(new)
        if len(rows) < BATCH:
            return changed
        after = rows[-1].of
        if new:
            time.sleep(time.monotonic() - started)  # SQLite lets whoever asks again at once go first: give others half


def _again(session: Session, row: Any, key: bytes) -> bytes:
    about = f"data key of {row.of}"
    return keyring.wrap(key, about, keyring.unwrap(keyring.key(session, row.under), about, row.wrapped))


def _in_its_place(session: Session, settings: config.Settings, new: bytes) -> bool:
    """Whether a start would find the new key; made so where the key is a file that can be exchanged."""
    path = config.vault_path(settings)
    if settings.vault_key:
        return keyring.given() == new
    if config.vault_file_again(settings) != new:
        old = keyring.key(session, (facts.read(session, keyring.BEFORE) or "")[: keyring.SHORT])
        session.rollback()
        try:
            _write(path.with_name(f"{path.name}.{keyring.short(old)[:8]}"), old)
            _write(path, new)
        except OSError:  # a secret that the system mounts for reading
            return False
    return True


def _end(session: Session) -> None:
    """Nothing is left under the old key, and the bridge goes."""
    _begin_alone(session)
    now = (facts.read(session, keyring.NOW) or "")[: keyring.SHORT]
    for family in FAMILIES:
        t = family.data_key.__table__
        left = session.core(select(func.count()).where(t.c.under != now, t.c.wrapped.is_not(None))).scalar_one()
        if left:
            raise RuntimeError(f"{left} data keys of {t.name} are under another key: run it again")
    session.core(F.delete().where(F.c.name.in_((keyring.BEFORE, keyring.BRIDGE))))
    _commit(session, "vault.rotated")
