"""Sealed streams of any length: AES-256-GCM in chunks of 1 MiB, a few of them in memory at a time.

Each stream has a key of its own (HKDF of the given key, a random salt and what it is about). A chunk is bound to its
place and to whether it is the last: cut, swapped, spliced, repeated or reordered, it does not open. What came before
the fault was whole, so a reader that must not act on half of a stream reads to its end first.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK, SALT, TAG = 1024 * 1024, 16, 16  # bytes
FORMAT = b"QS\x01"


class Broken(ValueError):
    """Not the whole of what was sealed, or sealed under another key or about something else."""


def _box(key: bytes, salt: bytes, about: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"stream " + about).derive(key))


def _bound(about: bytes, index: int, *, last: bool) -> bytes:
    return b"%s chunk %d %s" % (about, index, b"last" if last else b"more")


class Writer:
    """Takes pieces of any size, hands sealed ones on; without close() the stream has no end and does not open."""

    def __init__(self, key: bytes, about: bytes, sink: Callable[[bytes], Any]) -> None:
        salt = os.urandom(SALT)
        self.box, self.about, self.sink, self.index, self.held = _box(key, salt, about), about, sink, 0, bytearray()
        sink(FORMAT + salt)

    def write(self, piece: Any) -> int:
        """A chunk goes out when it is known that another follows."""
        self.held += piece
        while len(self.held) > CHUNK:
            self._out(bytes(self.held[:CHUNK]), last=False)
            del self.held[:CHUNK]
        return len(piece)

    def close(self) -> None:
        """Seal the end."""
        self._out(bytes(self.held), last=True)

    def _out(self, piece: bytes, *, last: bool) -> None:
        # the key serves this stream alone, so its places are nonces
        self.sink(self.box.encrypt(self.index.to_bytes(12, "big"), piece, _bound(self.about, self.index, last=last)))
        self.index += 1


def seal(key: bytes, about: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same, pulled: sealed pieces as they are asked for."""
    out: list[bytes] = []
    writer = Writer(key, about, out.append)
    for piece in pieces:
        writer.write(piece)
        yield from out
        out.clear()
    writer.close()
    yield from out


def unseal(key: bytes, about: bytes, pieces: Iterable[Any]) -> Iterator[bytes]:
    """What was sealed, chunk by chunk. Raises Broken at the first that does not belong here, or at a missing end."""
    held, stream, index = bytearray(), iter(pieces), 0
    ended = _fill(held, stream, len(FORMAT) + SALT)
    if not held.startswith(FORMAT) or len(held) < len(FORMAT) + SALT:
        raise Broken("not a sealed stream")
    box = _box(key, bytes(held[len(FORMAT) : len(FORMAT) + SALT]), about)
    del held[: len(FORMAT) + SALT]
    last = False
    while not last:
        ended = ended or _fill(held, stream, CHUNK + TAG + 1)
        last = ended and len(held) <= CHUNK + TAG
        sealed = bytes(held[: CHUNK + TAG])
        del held[: CHUNK + TAG]
        try:
            piece = box.decrypt(index.to_bytes(12, "big"), sealed, _bound(about, index, last=last))
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            raise Broken(f"chunk {index} is not what was sealed") from None
        index += 1
        if piece:
            yield piece


def _fill(held: bytearray, stream: Iterator[Any], wanted: int) -> bool:
    """So many bytes, or all there are: then True."""
    while len(held) < wanted:
        piece = next(stream, None)
        if piece is None:
            return True
        held += memoryview(piece)
    return False


class Reader(io.RawIOBase):
    """An iterator of pieces as a file that is read forward."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces, self.held = iter(pieces), b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, into: Any) -> int:
        """As much as a piece has."""
        while not self.held:
            piece = next(self.pieces, None)
            if piece is None:
                return 0
            self.held = piece
        taken = min(len(into), len(self.held))
        into[:taken], self.held = self.held[:taken], self.held[taken:]
        return taken
