"""Files that a reporter gave: the original sealed under the record's key, with the name it came with; a stripped copy
for the handlers where one can be made safely. A voice or a face in motion has none: who needs it asks for opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from secrets import token_hex
from typing import Any

from sqlalchemy import delete, func, insert, select

from . import access, apart, chunked, files, vault
from .hanging import Family
from .sight import Session, session_of

ROUNDED = 64 * 1024  # bytes: to the byte, a size would tell which file it is (G30)
NAME = "举报人材料"
# what is copied, and what the copy is
COPIES = {
    "image/jpeg": "image/jpeg",
    "image/png": "image/png",
    "image/gif": "image/png",
    "image/webp": "image/jpeg",
    "image/heic": "image/jpeg",
} | {kind: kind for kind in files.KINDS if kind.startswith("application/")}


def prepared(upload: files.Upload) -> files.Upload:
    """The upload as one that a reporter gave, with its stripped copy if there can be one. Before the act: it takes
    its time, and the act holds up all others.
    """
    upload = replace(upload, sealed=True)
    kind = COPIES.get(upload.media_type)
    if kind is None:
        return upload
    upload.stream.seek(0)
    content = upload.stream.read()
    upload.stream.seek(0)
    try:
        stripped = apart.run("copy", upload.media_type, content)
    except apart.Unsafe:
        return upload
    return replace(upload, copy=files.Upload.of("", kind, stripped))


def alone(upload: files.Upload) -> files.Upload:
    """The upload as one of which handlers get no copy."""
    return replace(upload, sealed=True, copy=None)


def put(session: Session, row: Any, upload: files.Upload, act: Any, *, nth: int | None = None) -> str:
    """Store inside the act; gives the id of what handlers may open, else of the sealed original. `nth`: of a record
    that this very act makes, whose files the actor may not count (umbrella).
    """
    if not upload.sealed and not row.family.sealed:
        upload = prepared(upload)
    file_id, family, t = token_hex(16), row.family, row.family.file.__table__
    key = vault.data_key(session, family, row.number, make=True)
    files.store(act, file_id, chunked.seal(key, _about(file_id), _rounded(upload)))
    nth = nth or 1 + session.core(select(func.count()).where(t.c.number == row.number, t.c.sealed)).scalar_one()
    ending = files.KEPT[upload.media_type][0]
    name_sealed = vault.seal(session, family, row.number, f"{t.name}.name {file_id}", upload.name)
    values = {
        "id": file_id, "number": row.number, "name": f"{NAME} {nth}.{ending}", "media_type": upload.media_type,
        "size": -(-(upload.size + 8) // ROUNDED) * ROUNDED, "sha256": vault.digest(f"file {upload.sha256}"),
        "at": act.stamp, "person_id": None if act.nameless else act.actor.id, "sealed": True,
        "name_sealed": name_sealed,
    }  # fmt: skip
    session.core(insert(t), values)
    if upload.copy is None or family.sealed:
        return file_id
    named = replace(upload.copy, name=f"{NAME} {nth}.{files.KINDS[upload.copy.media_type][0]}")
    return files.put(session, row, named, act, copy_of=file_id)


def _about(file_id: str) -> bytes:
    return b"file " + file_id.encode()


def _rounded(upload: files.Upload) -> Iterator[bytes]:
    """Its length, itself, and zeros up to the next step."""
    yield upload.size.to_bytes(8, "big")
    upload.stream.seek(0)
    while piece := upload.stream.read(chunked.CHUNK):
        yield piece
    yield bytes(-(upload.size + 8) % ROUNDED)


@dataclass(frozen=True)
class Opened:
    """An original as it came. `pieces` raise chunked.Broken where it is not whole."""

    name: str
    media_type: str
    size: int
    pieces: Iterator[bytes]


def look(row: Any, file_id: str) -> Opened:
    """The original itself, of a record in hand. The caller has asked whether it may; each look leaves a trace, and
    without it none is given. Raises LookupError: no such file here, or its key is destroyed.
    """
    session = session_of(row)
    f = files.find(session, file_id, row.family)
    if f is None or f.number != row.number or not f.sealed:
        raise LookupError(f"{row.number} has no sealed file {file_id}")
    access.record(session, "sealed", f"{row.number} {file_id}", row)
    return _opened(session, row.family, f)


def name(session: Session, family: Family, f: Any) -> str:
    """The name that a file of a record in hand came with, for those who may read the record itself."""
    if not f.sealed:
        return str(f.name)
    return vault.unseal(session, family, f.number, f"{family.file.__table__.name}.name {f.id}", f.name_sealed)


def taken(session: Session, family: Family, f: Any) -> files.Upload:
    """The file itself, to be kept elsewhere. The caller drops it here."""
    pieces = _opened(session, family, f).pieces if f.sealed else files.read(f.id)
    content = b"".join(bytes(piece) for piece in pieces)
    return files.Upload.of(name(session, family, f), f.media_type, content)


def _opened(session: Session, family: Family, f: Any) -> Opened:
    key, named = vault.data_key(session, family, f.number), name(session, family, f)
    pieces = chunked.unseal(key, _about(f.id), files.read(f.id))
    first = next(pieces)
    size = int.from_bytes(first[:8], "big")
    return Opened(named, f.media_type, size, _cut(chain([first[8:]], pieces), size))


def _cut(pieces: Iterator[bytes], left: int) -> Iterator[bytes]:
    """Without the zeros, yet read to the end: a missing end is a fault even where only zeros are missing."""
    for piece in pieces:
        if left:
            yield piece[:left]
        left -= min(left, len(piece))


def of(session: Session, row: Any) -> list[Any]:
    """The sealed originals of a record in hand: that there are any is no secret to who sees it."""
    return [f for f in files.of(session, row) if f.sealed]


def pass_on(session: Session, row: Any, to: Any) -> None:
    """The stripped copies go with the matter, to those who will handle it; the originals stay sealed where they are."""
    t = row.family.file.__table__
    session.core(t.update().where(t.c.number == row.number, t.c.copy_of.is_not(None)).values(number=to.number))


def move(session: Session, row: Any, to: Any, act: Any) -> None:
    """Sealed anew under another record, of another family maybe, without a copy; nothing of them stays behind."""
    for f in of(session, row):
        put(session, to, replace(taken(session, row.family, f), sealed=True), act)
    discard(session, row, act)


def discard(session: Session, row: Any, act: Any) -> None:
    """Originals and copies, rows now and bytes after the commit. Beside vault.destroy, which ends the key alone."""
    t = row.family.file.__table__
    originals = select(t.c.id).where(t.c.number == row.number, t.c.sealed)
    copies = session.core(select(t.c.id).where(t.c.copy_of.in_(originals))).scalars().all()
    sealed = session.core(originals).scalars().all()
    for ids in (copies, sealed):
        session.core(delete(t).where(t.c.id.in_(ids)))
    act.after.append(lambda: files.forget([*copies, *sealed]))
