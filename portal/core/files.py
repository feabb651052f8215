"""Attachments: kept by what they are, not by what they are called; capped, streamed, outside static.

The bytes lie in the store under a random id; name, type and digest lie in the row; what a reporter gave is sealed
(sealed_files.py). A file is written before the row
that names it is committed, under incoming/, and moved after: what a crash leaves behind is seen and swept.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import IO, Any

import filetype
import obstore
from flask import current_app
from flask_babel import gettext as _
from htmx_flask.requests import HtmxAwareRequest
from obstore.store import LocalStore
from sqlalchemy import insert, select
from werkzeug.datastructures import FileStorage

from . import apart, clock, markings
from .errors import Refused
from .hanging import FAMILIES, Common, Family
from .sight import Session

LIMIT = 50 * 1024 * 1024  # bytes a file
WHOLE_POST = 320 * 1024 * 1024  # bytes a request: beyond it nothing is read
# media type by content → the endings a person may have given it
KINDS = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic",),
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
    "audio/x-wav": ("wav",),
    "audio/amr": ("amr",),
    "video/mp4": ("mp4",),
}
MAIL = "message/rfc822"
KEPT = KINDS | {MAIL: ("eml",)}  # a mail as it came is kept by the mailbox alone: nobody uploads one


class _Capped(tempfile.SpooledTemporaryFile[bytes]):
    """An upload's own file: past the limit it swallows, so that the text fields behind it still arrive."""

    def __init__(self) -> None:
        super().__init__(max_size=512 * 1024, mode="w+b")
        self.taken = 0

    def write(self, data: Any) -> int:
        self.taken += len(data)
        return len(data) if self.taken > LIMIT else super().write(data)


class Request(HtmxAwareRequest):
    """Forms with big files lose nothing that was typed: the surplus is read and dropped, not refused at the door."""

    max_form_memory_size = 2 * 1024 * 1024
    max_form_parts = 1000

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:  # fmt: skip
        return _Capped()


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and may be kept. Equal content has an equal repr: `once` compares it.

    `sealed`: a reporter gave it; `copy`: what handlers get of it.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    stream: IO[bytes] = field(repr=False, compare=False)
    sealed: bool = False
    copy: Upload | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, name: str, media_type: str, content: bytes) -> Upload:
        """One that the portal made itself."""
        return cls(name, media_type, len(content), hashlib.sha256(content).hexdigest(), io.BytesIO(content))


def named(said: str) -> str:
    """A file's name as it can be shown and sent: without path and without what does not print."""
    last = PurePosixPath(said.replace("\\", "/")).name[-150:]
    return "".join(c for c in last if c.isprintable()) or _("未命名")


def take(storage: FileStorage) -> Upload:
    """Look at what was sent. Raises Refused (without a field) with the sentence for the person."""
    name = named(storage.filename or "")
    stream = storage.stream
    if getattr(stream, "taken", 0) > LIMIT:
        raise Refused(None, _("“%(name)s”超过 50 MB，没有上传。请压缩或分成几个文件再传") % {"name": name})
    head = stream.read(8192)
    if not head:
        raise Refused(None, _("“%(name)s”是空文件（0 字节），没有上传。请检查后重新选择") % {"name": name})
    guessed = filetype.guess(head)
    media_type = guessed.mime if guessed else ""
    endings = KINDS.get(media_type)
    if endings is None:
        kinds = _("照片、PDF、docx、xlsx、pptx、录音或 MP4 录像")
        sentence = _("“%(name)s”不是可以收的文件，没有上传。可收%(kinds)s；旧格式请另存后再传")
        raise Refused(None, sentence % {"name": name, "kinds": kinds})
    if PurePosixPath(name).suffix.lower().lstrip(".") not in endings:
        sentence = _("“%(name)s”的内容与扩展名不符，没有上传。请用原来的文件，或改为 .%(ending)s")
        raise Refused(None, sentence % {"name": name, "ending": endings[0]})
    digest, size = hashlib.sha256(head), len(head)
    while chunk := stream.read(1024 * 1024):
        digest.update(chunk)
        size += len(chunk)
    stream.seek(0)
    if media_type in markings.READ:
        markings.refuse(name, media_type, stream.read())
        stream.seek(0)
    return Upload(name, media_type, size, digest.hexdigest(), stream)


def _store() -> Any:
    return current_app.extensions["files"]


def put(
    session: Session, row: Any, upload: Upload, act: Any, *, sealed: bool = False, copy_of: str | None = None
) -> str:
    """Store and attach to the row, inside the act. Gives the file's id; of a sealed one that of its copy, if any."""
    if sealed or upload.sealed or row.family.sealed:
        from . import sealed_files  # it stands on this module

        return sealed_files.put(session, row, upload, act)
    file_id = token_hex(16)
    upload.stream.seek(0)
    store(act, file_id, upload.stream)
    values = {
        "id": file_id, "number": row.number, "name": upload.name, "media_type": upload.media_type,
        "size": upload.size, "sha256": upload.sha256, "at": act.stamp,
        "person_id": None if act.nameless else act.actor.id, "sealed": False, "copy_of": copy_of,
    }  # fmt: skip
    session.core(insert(row.family.file.__table__), values)
    return file_id


def store(act: Any, file_id: str, source: Any) -> None:
    """A stream, or pieces of one, to the disk now and to its place after the commit."""
    kept = _store()
    obstore.put(kept, f"incoming/{file_id}", source, chunk_size=5 * 1024 * 1024, max_concurrency=2)
    _settle(kept, f"incoming/{file_id}")
    act.after.append(lambda: _to_its_place(kept, file_id, act.stamp.timestamp() if act.nameless else None))


def _to_its_place(kept: Any, file_id: str, stamp: float | None) -> None:
    obstore.rename(kept, f"incoming/{file_id}", place(file_id))
    if stamp is not None and isinstance(kept, LocalStore):  # of an anonymous tip the day, on the disk as well
        os.utime(Path(str(kept.prefix)) / place(file_id), (stamp, stamp))


def _settle(store: Any, path: str) -> None:
    """What is acknowledged outlives a power cut: the bytes and their name are on the disk before the row is."""
    if isinstance(store, LocalStore):
        for there in (Path(str(store.prefix)) / path, (Path(str(store.prefix)) / path).parent):
            opened = os.open(there, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


def keep(session: Session, row: Any, given: Any, act: Any) -> list[str]:
    """All uploads among what a verb was given."""
    uploads = (
        [u for value in vars(given).values() if isinstance(value, tuple) for u in value if isinstance(u, Upload)]
        if given
        else []
    )
    return [put(session, row, upload, act) for upload in uploads]


def place(file_id: str) -> str:
    """Where the bytes lie in the store."""
    return f"{file_id[:2]}/{file_id}"


def find(session: Session, file_id: str, family: Family = Common.family) -> Any:
    """The file's row; the caller has yet to ask whether its record is seen."""
    t = family.file.__table__
    return session.core(select(t).where(t.c.id == file_id)).first()


def of(session: Session, row: Any) -> list[Any]:
    """The files of a record that was loaded through sight."""
    t = row.family.file.__table__
    return list(session.core(select(t).where(t.c.number == row.number).order_by(t.c.at, t.c.id)))


def shown(session: Session, row: Any) -> list[Any]:
    """The same for a page: where there is a stripped copy, it stands for its original."""
    found = of(session, row)
    copied = {f.copy_of for f in found}
    return [f for f in found if f.id not in copied]


def read(file_id: str) -> Any:
    """The bytes in chunks. A crash between commit and move leaves them under incoming/."""
    store = _store()
    try:
        return obstore.get(store, place(file_id)).stream(min_chunk_size=256 * 1024)
    except FileNotFoundError:
        return obstore.get(store, f"incoming/{file_id}").stream(min_chunk_size=256 * 1024)


def picture(f: Any) -> bytes | None:
    """A small JPEG of an image for the page, made once; None if none can be made."""
    kept = _store()
    try:
        return bytes(obstore.get(kept, f"small/{f.id}").bytes())
    except FileNotFoundError:
        pass
    try:
        made = apart.run("small", f.media_type, b"".join(bytes(piece) for piece in read(f.id)))
    except apart.Unsafe:
        return None
    obstore.put(kept, f"small/{f.id}", made)
    return made


def forget(ids: list[str]) -> None:
    """The bytes of these, and what was made of them; of what is gone already nothing is said."""
    for file_id in ids:
        for path in (place(file_id), f"incoming/{file_id}", f"small/{file_id}"):
            with suppress(FileNotFoundError):
                obstore.delete(_store(), path)


def sweep(session: Session) -> int:
    """Finish the moves that a crash interrupted, drop what no row names; gives how many were dropped."""
    store, dropped, an_hour_ago = _store(), 0, clock.now() - timedelta(hours=1)
    for batch in obstore.list(store, "incoming"):
        for thing in batch:
            file_id = PurePosixPath(thing["path"]).name
            if any(find(session, file_id, family) is not None for family in FAMILIES):
                obstore.rename(store, thing["path"], place(file_id))
            elif thing["last_modified"] < an_hour_ago:
                obstore.delete(store, thing["path"])
                dropped += 1
    return dropped
