"""The raw source of a mail: sealed in pieces under a data key of its own, so that it can be kept or ended by itself."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, insert, select

from ...core import vault
from ...core.hanging import Common
from ...core.sight import Session
from .models import MailSource

PIECE = 1 << 20  # bytes
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


def destroy(session: Session, number: str) -> None:
    """End it: the key and the pieces."""
    vault.destroy(session, Common.family, _key_of(number))
    session.core(delete(S).where(S.c.number == number))
