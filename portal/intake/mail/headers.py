"""Header lines of a mail as they arrive, bytes: encoded words cut inside a character, raw 8-bit words, split names.

The library decodes each encoded word by itself and drops raw bytes; here words of one charset that stand together are
joined before they are decoded (RFC 2047 forbids the cut, and half of the mailers make it).
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from email.message import Message
from urllib.parse import unquote_to_bytes

from .charsets import decode

WORD = re.compile(rb"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?\r\n]*)\?=")
ADDRESS = re.compile(rb"<\s*([^<>\s]{1,200}@[^<>\s]{1,200})\s*>")
BARE = re.compile(rb"[^\s<>()\[\]:;,\"]{1,200}@[A-Za-z0-9.-]{1,200}")
PARAMETER = re.compile(rb';\s*([^=;\s"*]{1,40})(?:\*(\d{1,3}))?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)')
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def raw(message: Message, name: str) -> bytes:
    """The bytes of the first header of this name, unfolded; b"" if there is none."""
    value = message.get(name)
    said = str(value).encode("ascii", "surrogateescape") if value is not None else b""
    return re.sub(rb"\r?\n[ \t]*|\r", b" ", said).strip()


def words(value: bytes) -> str:
    """A header's text: encoded words and raw bytes decoded, control and direction signs taken out."""
    found: list[str] = []
    run: list[tuple[bytes, bytes, bytes]] = []
    end = 0
    for word in WORD.finditer(value):
        between = value[end : word.start()]
        if run and between.strip():
            found.append(_joined(run))
            run = []
        if between.strip() or not end:
            found.append(decode(between).text)
        if run and run[-1][0] != word[1].lower():
            found.append(_joined(run))
            run = []
        run.append((word[1].lower(), word[2].lower(), word[3]))
        end = word.end()
    found += [_joined(run), decode(value[end:]).text]
    return seen("".join(found))


def seen(text: str) -> str:
    """On one line, and nothing that is not seen."""
    return " ".join(INVISIBLE.sub("", re.sub(r"[\r\n\t]+", " ", well(text))).split())


def well(text: str) -> str:
    """Text that can be stored: no half of a pair, which no encoding can write."""
    return text.encode("utf-8", "replace").decode() if any("\ud800" <= c <= "\udfff" for c in text) else text


def _joined(run: list[tuple[bytes, bytes, bytes]]) -> str:
    if not run:
        return ""
    how = {kind for _charset, kind, _said in run}
    # a mailer that cuts the base64 of the whole, too, leaves words that are none by themselves
    whole = how == {b"b"} and any(len(said.rstrip(b"=")) % 4 == 1 for _charset, _kind, said in run)
    pieces = [_base64(b"".join(said for _c, _k, said in run))] if whole else [_unpacked(k, s) for _c, k, s in run]
    return decode(b"".join(pieces), run[0][0].decode("latin-1")).text


def _unpacked(kind: bytes, said: bytes) -> bytes:
    return _base64(said) if kind == b"b" else quopri.decodestring(said.replace(b"_", b" "))


def _base64(said: bytes) -> bytes:
    said = re.sub(rb"[^A-Za-z0-9+/]", b"", said)
    said = said[:-1] if len(said) % 4 == 1 else said
    try:
        return base64.b64decode(said + b"=" * (-len(said) % 4))
    except binascii.Error:
        return b""


def sender(value: bytes) -> tuple[str, str]:
    """(name, address) of a From line; either may be empty."""
    if found := ADDRESS.search(value):
        return words(value[: found.start()]).strip(" \"'“”"), seen(decode(found[1]).text)
    if found := BARE.search(value):
        aside = re.search(rb"\(([^()]{1,200})\)", value)  # an old form: address (name)
        return words(aside[1]) if aside else "", seen(decode(found[0]).text)
    return words(value).strip(" \"'“”"), ""


def parameter(value: bytes, name: str) -> str:
    """A parameter of Content-Type or Content-Disposition: plain, raw, as an encoded word, or split by RFC 2231."""
    pieces: dict[int, tuple[bytes, bool]] = {}
    for key, nth, starred, said in PARAMETER.findall(b";" + value.partition(b";")[2]):
        if key.lower() == name.encode() and int(nth or 0) not in pieces:
            pieces[int(nth or 0)] = (_unquoted(said), bool(starred))
    if not pieces:
        return ""
    first, charset = pieces.get(0, (b"", False)), ""
    if first[1] and first[0].count(b"'") >= 2:
        label, _language, rest = first[0].split(b"'", 2)
        charset, pieces[0] = label.decode("latin-1"), (rest, True)
    whole = b"".join(unquote_to_bytes(said) if coded else said for _n, (said, coded) in sorted(pieces.items()))
    return seen(decode(whole, charset).text) if any(coded for _s, coded in pieces.values()) else words(whole)


def _unquoted(said: bytes) -> bytes:
    said = said.strip()
    if not said.startswith(b'"'):
        return said
    return re.sub(rb"\\(.)", rb"\1", said[1:].removesuffix(b'"'))
