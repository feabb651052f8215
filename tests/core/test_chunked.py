"""Sealed streams: whatever is done to their chunks is found, and a long one passes through little memory."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from portal.core import chunked
from portal.core.chunked import CHUNK, TAG, Broken

KEY, ABOUT, HEAD, FRAME = os.urandom(32), b"file 1", 19, CHUNK + TAG
LONG = os.urandom(3 * CHUNK + 5)


def sealed(content: bytes, key: bytes = KEY, about: bytes = ABOUT) -> bytes:
    return b"".join(chunked.seal(key, about, [content]))


def opened(stream: bytes, key: bytes = KEY, about: bytes = ABOUT, piece: int = 65_536) -> bytes:
    return b"".join(chunked.unseal(key, about, [stream[i : i + piece] for i in range(0, len(stream), piece)]))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
@pytest.mark.parametrize("piece", [7919, CHUNK, 8 * CHUNK])
def test_any_length_in_pieces_of_any_size_comes_back(size: int, piece: int) -> None:
    content = LONG[:size]
    pieces = [content[i : i + piece] for i in range(0, size, piece)]
    assert opened(b"".join(chunked.seal(KEY, ABOUT, pieces)), piece=piece) == content


def frames(stream: bytes) -> list[bytes]:
    return [stream[i : i + FRAME] for i in range(HEAD, len(stream), FRAME)]


def again(stream: bytes, order: Callable[[list[bytes]], list[bytes]]) -> bytes:
    return stream[:HEAD] + b"".join(order(frames(stream)))


OTHER = sealed(LONG)
HARM: dict[str, Callable[[bytes], bytes]] = {
    "the last chunk is cut off": lambda s: again(s, lambda f: f[:-1]),
    "cut within the last chunk": lambda s: s[:-1],
    "cut to its head": lambda s: s[:HEAD],
    "cut within its head": lambda s: s[:10],
    "nothing": lambda s: b"",
    "two chunks change places": lambda s: again(s, lambda f: [f[1], f[0], *f[2:]]),
    "one comes twice": lambda s: again(s, lambda f: [f[0], f[0], *f[1:]]),
    "one is left out": lambda s: again(s, lambda f: [f[0], *f[2:]]),
    "the last comes first": lambda s: again(s, lambda f: [f[-1]]),
    "something is hung on": lambda s: s + b"x",
    "its end is hung on again": lambda s: again(s, lambda f: [*f, f[-1]]),
    "a chunk of another stream of the same key": lambda s: again(s, lambda f: [f[0], frames(OTHER)[1], *f[2:]]),
    "the head of another": lambda s: OTHER[:HEAD] + s[HEAD:],
    "a bit": lambda s: s[: HEAD + 5] + bytes([s[HEAD + 5] ^ 1]) + s[HEAD + 6 :],
    "another format": lambda s: b"QS\x02" + s[3:],
}


@pytest.mark.parametrize("harm", HARM)
def test_a_changed_stream_does_not_open(harm: str) -> None:
    with pytest.raises(Broken):
        opened(HARM[harm](sealed(LONG)))


@pytest.mark.parametrize(("key", "about"), [(os.urandom(32), ABOUT), (KEY, b"file 2")], ids=["key", "place"])
def test_another_key_or_place_does_not_open(key: bytes, about: bytes) -> None:
    with pytest.raises(Broken):
        opened(sealed(LONG), key, about)


def test_the_same_content_is_never_sealed_alike() -> None:
    assert sealed(LONG)[HEAD:] != sealed(LONG)[HEAD:]


def test_fifty_megabytes_pass_through_a_few_chunks_of_memory() -> None:
    def pieces() -> Iterator[bytes]:
        for _n in range(50 * 16):
            yield bytes(65_536)

    tracemalloc.start()
    total = sum(len(piece) for piece in chunked.unseal(KEY, ABOUT, chunked.seal(KEY, ABOUT, pieces())))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 50 * CHUNK and peak < 12 * CHUNK


def test_a_stream_is_read_forward_as_a_file() -> None:
    reader = io.BufferedReader(chunked.Reader(chunked.unseal(KEY, ABOUT, [sealed(LONG)])))
    assert reader.read(10) == LONG[:10] and reader.read() == LONG[10:]
