"""The raw source of a mail: sealed in pieces under a data key of its own, so that it can be kept or ended by itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select

from ...core import files, markings, sealed_files, vault
from ...core.errors import Refused
from ...core.files import Upload
from ...core.hanging import Common
from ...core.sight import Session
from ...umbrella.given import Piece
from . import reading
from .models import MailSource

PIECE = 1 << 20  # bytes
COPIED = 20  # attachments of a mail that are copied for the handlers; further ones stay sealed, as what has no copy
S = MailSource.__table__


def _key_of(number: str) -> str:
    return f"{number} source"


def _about(number: str, at: int, last: bool) -> bytes:
    """What is authenticated with a piece: one that was moved, swapped or cut off does not open."""
    return f"mail source {number} {at} {int(last)}".encode()


def store_raw(session: Session, number: str, raw: bytes) -> None:
    """Keep the source of a mail, inside the act that makes it."""
    cipher, view = AESGCM(vault.data_key(session, Common.family, _key_of(number), make=True)), memoryview(raw)
    pieces = max(1, -(-len(raw) // PIECE))
    for at in range(pieces):
        nonce, piece = os.urandom(12), view[at * PIECE : (at + 1) * PIECE]
        sealed = vault.FIRST + nonce + cipher.encrypt(nonce, piece, _about(number, at, at == pieces - 1))
        session.core(insert(S), {"number": number, "at": at, "piece_sealed": sealed})


def load_raw(session: Session, number: str) -> bytes:
    """The source as it came. The caller has asked whether it may be read, and leaves the trace.

    Raises LookupError if it was destroyed or is gone, InvalidTag if it was tampered with.
    """
    cipher = AESGCM(vault.data_key(session, Common.family, _key_of(number)))
    last = session.core(select(S.c.at).where(S.c.number == number).order_by(S.c.at.desc()).limit(1)).scalar()
    if last is None:
        raise LookupError(f"the source of {number} is not there")
    whole = bytearray()
    for at in range(int(last) + 1):
        sealed = session.core(select(S.c.piece_sealed).where(S.c.number == number, S.c.at == at)).scalar_one()
        whole += cipher.decrypt(sealed[1:13], sealed[13:], _about(number, at, at == last))
    return bytes(whole)


def attached(session: Session, number: str) -> dict[int, Upload]:
    """What hangs on a mail, of the kinds that the portal keeps, in order: as what a reporter gave, with stripped
    copies. It takes its time, so a form asks for it before the act begins.
    """
    hung = enumerate(_attachments(load_raw(session, number)))
    return {nth: _ready(upload) if nth < COPIED else replace(upload, sealed=True) for nth, upload in hung}


def _attachments(raw: bytes) -> Iterator[Upload]:
    for found, content in reading.attachments(raw):
        yield Upload.of(files.named(found.name), reading.kind_of(content), content)


def _ready(upload: Upload) -> Upload:
    """What bears a marking is not handed round: it stays sealed, without a copy."""
    if upload.media_type in markings.READ:
        try:
            markings.refuse(upload.name, upload.media_type, upload.stream.read())
        except Refused:
            return replace(upload, sealed=True)
        finally:
            upload.stream.seek(0)
    return sealed_files.prepared(upload)


def pieces(session: Session, number: str, *, unpacked: bool) -> tuple[Piece, ...]:
    """The source itself as a file, `unpacked` with the attachments beside it, to be sealed where the matter goes."""
    raw = load_raw(session, number)
    hung = _attachments(raw) if unpacked else ()
    whole = Piece(f"{number}.eml", files.MAIL, raw)
    return (whole, *(Piece(u.name, u.media_type, u.stream.read()) for u in hung))


def destroy(session: Session, number: str) -> None:
    """End it: the key and the pieces."""
    vault.destroy(session, Common.family, _key_of(number))
    session.core(delete(S).where(S.c.number == number))
