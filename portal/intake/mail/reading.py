"""A mail as it arrived → what the keeper of the mailbox reads. Pure, and it never raises: what breaks is said.

Nothing of a mail is executed or fetched: HTML becomes plain text, attachments are listed by name and size, and their
bytes are decoded one at a time where somebody asks for one.
"""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email._policybase import Compat32
from email.feedparser import BytesFeedParser
from email.utils import parsedate_to_datetime
from typing import Any

import filetype
import nh3
from flask_babel import gettext as _

from ...core.files import KINDS
from . import headers
from .charsets import decode

LONGEST_HEADER = 16_384  # characters: a line of a megabyte holds nothing that a person reads
DEEPEST, DEEPEST_HTML = 30, 2_000  # parts within parts; people nest three or four
MOST_TEXT, MOST_HTML, MOST_FILES = 50_000, 1_000_000, 500  # characters; attachments that are listed
FED = 1 << 16  # bytes at a time
TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
CLOSED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted", "application/pgp-encrypted")
BREAKS = re.compile(r"<(?:br|hr|/p|/div|/tr|/li|/h[1-6]|/table|/blockquote)\b[^<>]{0,200}>", re.IGNORECASE)
OPENED = re.compile(r"<(?!(?:br|hr|img|input|meta|link|col|p|li|t[dhr]|d[dt]|option)\b)[a-z]", re.IGNORECASE)
TAG = re.compile(r"<[a-z/!][^<>]{0,1000}>", re.IGNORECASE)
META = re.compile(rb"<meta[^<>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
Part = Any  # a message of the library, whose own types do not say what a payload is


@dataclass(frozen=True)
class Attachment:
    """What hangs on a mail. `size`: bytes, decoded; `opens`: of a kind, by its content, that the portal hands out."""

    name: str
    media_type: str
    size: int
    opens: bool = False


@dataclass(frozen=True)
class Reading:
    """A mail as it can be read. `unreadable`: why it can't be, else ""; `marks`: what a reader should know."""

    subject: str = ""
    name: str = ""
    address: str = ""
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    message_id: str = ""
    sent: datetime | None = None
    charset: str = ""
    marks: tuple[str, ...] = ()
    unreadable: str = ""


class _AsItIs(Compat32):
    """Header lines are kept as bytes and cut: the library's own reading of a long one takes minutes."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _colon, value = sourcelines[0].partition(":")
        whole = value if len(sourcelines) == 1 else value + "".join(sourcelines[1:1000])
        return name, whole[:LONGEST_HEADER].strip(" \t\r\n")

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


@dataclass
class _Found:
    """What a walk through the parts has met."""

    texts: list[tuple[str, str]] = field(default_factory=list)  # (kind plain | html, text)
    files: list[tuple[Attachment, Part]] = field(default_factory=list)
    charsets: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


def read(raw: bytes) -> Reading:
    """Read a whole mail. Any bytes at all give an answer."""
    try:
        return _read(raw)
    except RecursionError:
        return _by_its_head(raw, _("邮件嵌套层数过多，没有展开"))
    except Exception as broken:  # noqa: BLE001 - whatever breaks the library, the mail is there and somebody sees it
        return _by_its_head(raw, _("邮件结构损坏（%(kind)s），没有展开") % {"kind": type(broken).__name__})


def attachment(raw: bytes, index: int) -> tuple[Attachment, bytes] | None:
    """One attachment with its bytes, counted from 0 as `read` lists them; None if there is none."""
    try:
        files = _walked(_parsed(raw)).files
        return (files[index][0], _content(files[index][1])) if 0 <= index < len(files) else None
    except Exception:  # noqa: BLE001 - as above: the source can still be read
        return None


def attachments(raw: bytes) -> Iterator[tuple[Attachment, bytes]]:
    """Those of a kind that the portal keeps, each with its bytes; of a mail that can't be taken apart none."""
    try:
        files = _walked(_parsed(raw)).files
    except Exception:  # noqa: BLE001 - as above
        return
    for found, part in files:
        if found.opens:
            yield found, _content(part)


def kind_of(content: bytes) -> str:
    """The media type by content, "" if it is none that is known."""
    guessed = filetype.guess(content[:8192])
    return str(guessed.mime) if guessed else ""


def source(raw: bytes, most: int = 200_000) -> str:
    """The source as text, at most so many characters of it."""
    return "\n".join(headers.INVISIBLE.sub("·", line) for line in decode(raw[:most]).text.splitlines())


def _by_its_head(raw: bytes, why: str) -> Reading:
    """Of a mail that can't be taken apart, the lines before the first empty one."""
    try:
        head = re.split(rb"\r?\n\r?\n", raw[: 1 << 18], maxsplit=1)[0]
        message = _parsed(head[:LONGEST_HEADER] + b"\r\n\r\n")
        name, address = headers.sender(headers.raw(message, "From"))
        return Reading(headers.words(headers.raw(message, "Subject"))[:200], name[:100], address, unreadable=why)
    except Exception:  # noqa: BLE001 - not even its head
        return Reading(unreadable=why)


def _parsed(raw: bytes) -> Part:
    feeder: Any = BytesFeedParser(policy=_AsItIs())
    view = memoryview(raw)
    for start in range(0, len(view), FED):
        feeder.feed(bytes(view[start : start + FED]))
    return feeder.close()


def _read(raw: bytes) -> Reading:
    if not raw.strip():
        return Reading(unreadable=_("邮件是空的，没有任何内容"))
    message = _parsed(raw)
    if not any(message.get(name) for name in ("From", "Subject", "Date", "Message-ID", "Received", "Content-Type")):
        return Reading(unreadable=_("没有邮件头，看不出是谁在何时发来的"))
    found = _walked(message)
    text = _text(found)
    subject = decoded = headers.words(headers.raw(message, "Subject"))
    name, address = headers.sender(headers.raw(message, "From"))
    return Reading(
        subject=decoded[:200] if subject else "", name=name[:100], address=address, text=text,
        attachments=tuple(a for a, _part in found.files), message_id=headers.seen(_id(message))[:300],
        sent=_date(message), charset="、".join(dict.fromkeys(c for c in found.charsets if c)),
        marks=tuple(dict.fromkeys(found.marks)), unreadable=_closed(message, found, text),
    )  # fmt: skip


def _id(message: Part) -> str:
    return headers.raw(message, "Message-ID").decode("latin-1")


def _date(message: Part) -> datetime | None:
    try:
        sent = parsedate_to_datetime(headers.raw(message, "Date")[:100].decode("latin-1"))
        return (sent if sent.tzinfo else sent.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _closed(message: Part, found: _Found, text: str) -> str:
    """Why nobody can read it as it is, else ""."""
    if _too_deep() in found.marks and not text and not found.files:
        return _("邮件嵌套层数过多，没有展开")
    kinds = {_kind(message), *(a.media_type for a, _part in found.files)}
    if not text and kinds & set(CLOSED):
        return _("邮件已加密，请发件人以不加密的邮件重发")
    if not text and found.files and all(a.media_type in TNEF for a, _part in found.files):
        return _("正文在 winmail.dat 里，只有发件人的软件能打开，请发件人以纯文本重发")
    return ""


# ── the parts ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _walked(message: Part) -> _Found:
    found = _Found()
    _walk(message, found, 0)
    return found


def _walk(part: Part, found: _Found, depth: int) -> None:
    kind, payload = _kind(part), part.get_payload() if part.is_multipart() else None
    if depth > DEEPEST:
        found.marks.append(_too_deep())
    elif len(found.files) >= MOST_FILES:
        found.marks.append(_("附件过多，后面的没有列出"))
    elif isinstance(payload, list) and kind.startswith("message/"):
        _nested(part, payload, found, depth)
    elif isinstance(payload, list) and kind == "multipart/alternative":
        _best(payload, found, depth)
    elif isinstance(payload, list):
        for child in payload:
            _walk(child, found, depth + 1)
    else:
        _leaf(part, kind, found)


def _too_deep() -> str:
    return _("嵌套过深的部分没有展开")


def _kind(part: Part) -> str:
    """The type of a part, in lower case; of no sense, text."""
    said = headers.raw(part, "Content-Type").partition(b";")[0].strip().lower()
    return said.decode("latin-1") if re.fullmatch(rb"[\w.+-]{1,60}/[\w.+-]{1,80}", said) else "text/plain"


def _best(children: list[Part], found: _Found, depth: int) -> None:
    """The same in several forms: plain text if it says anything, else HTML; what hangs on any of them is kept."""
    forms = []
    for child in children:
        form = _Found()
        _walk(child, form, depth + 1)
        forms.append(form)
        found.files += form.files
        found.marks += form.marks
    said = [f for f in forms if any(text.strip() for _kind, text in f.texts)]
    chosen = next((f for f in said if all(kind == "plain" for kind, _text in f.texts)), said[-1] if said else None)
    if chosen:
        found.texts += chosen.texts
        found.charsets += chosen.charsets


def _nested(part: Part, payload: list[Part], found: _Found, depth: int) -> None:
    """A mail within the mail: an attachment, and what it says below a line of its own."""
    for inner in payload:
        within = _Found()
        _walk(inner, within, depth + 1)
        subject = headers.words(headers.raw(inner, "Subject"))[:100]
        name = _file_name(part) or f"{subject or _('附带的邮件')}.eml"
        text = _text(within)
        found.files.append((Attachment(name, "message/rfc822", len(text.encode())), inner))
        found.texts.append(("plain", "\n".join((_("—— 附带的邮件：%(subject)s ——") % {"subject": subject}, text))))
        found.files += within.files
        found.charsets += within.charsets
        found.marks += within.marks


def _leaf(part: Part, kind: str, found: _Found) -> None:
    name, disposition = _file_name(part), headers.raw(part, "Content-Disposition").lower()
    is_text = kind.startswith(("text/", "multipart/"))  # a multipart without parts: its boundary lies
    if not is_text or name or disposition.startswith(b"attachment"):
        if (size := _size(part)) or name:
            opens = kind_of(_head(part)) in KINDS
            found.files.append((Attachment(name or _unnamed(part, kind), kind, size, opens), part))
        return
    if kind.startswith("multipart/"):
        found.marks.append(_("邮件结构不完整，按纯文本显示"))
    content = _content(part)
    label = headers.parameter(headers.raw(part, "Content-Type"), "charset")
    if kind == "text/html" and not label and (meta := META.search(content[:4096])):
        label = meta[1].decode("ascii")
    said = decode(content[: MOST_HTML * 4], label)
    found.charsets.append(said.charset)
    if said.doubtful:
        found.marks.append(_("正文编码无法确定，可能有乱码，请对照原文"))
    found.texts.append(("html", plain(said.text)) if kind == "text/html" else ("plain", said.text))


def _size(part: Part) -> int:
    """Bytes, decoded; of base64 counted, since 30 MB are decoded for whoever opens them and not for a list."""
    if headers.raw(part, "Content-Transfer-Encoding").lower() != b"base64" or part.is_multipart():
        return len(_content(part))
    said = str(part.get_payload())
    signs = len(said) - said.count("\n") - said.count("\r")
    return signs * 3 // 4 - said[-4:].count("=")


def _head(part: Part) -> bytes:
    """The first bytes, by which the kind is told."""
    if headers.raw(part, "Content-Transfer-Encoding").lower() != b"base64" or part.is_multipart():
        return _content(part)[:8192]
    return _unpacked(str(part.get_payload())[:12_000].encode("ascii", "ignore"))


def _content(part: Part) -> bytes:
    coded = headers.raw(part, "Content-Transfer-Encoding").lower()
    if coded == b"base64" and not part.is_multipart():  # the library holds five copies on the way
        return _unpacked(str(part.get_payload()).encode("ascii", "ignore"))
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    return part.as_bytes() if part.is_multipart() else b""


def _unpacked(said: bytes) -> bytes:
    """Base64, whatever stands between its signs; of a broken one as far as it goes."""
    for padding in (b"", b"=", b"==", b"A=="):
        with suppress(binascii.Error):
            return binascii.a2b_base64(said + padding)
    return b""


def _file_name(part: Part) -> str:
    for header, name in (("Content-Disposition", "filename"), ("Content-Type", "name")):
        said = headers.parameter(headers.raw(part, header), name).replace("\\", "/").rpartition("/")[2]
        if said.strip(" ."):
            return said.strip()[-150:]
    return ""


def _unnamed(part: Part, kind: str) -> str:
    guessed = filetype.guess(_head(part))
    return f"{_('未命名')}.{guessed.extension}" if guessed else f"{_('未命名')}（{kind}）"


# ── the text ──────────────────────────────────────────────────────────────────────────────────────────────────────
def plain(markup: str) -> str:
    """HTML as plain text: no tag, no script, no style, nothing that would be fetched."""
    cut = BREAKS.sub("\n", re.sub(r"[ \t\r\n]+", " ", markup[:MOST_HTML]))
    if len(OPENED.findall(cut)) - cut.count("</") > DEEPEST_HTML:  # nh3 needs minutes for 100,000 within each other
        return html.unescape(TAG.sub(" ", cut))
    left = nh3.clean(cut, tags=set(), clean_content_tags={"script", "style", "title", "noscript", "template"})
    return html.unescape(left)


def _text(found: _Found) -> str:
    said = "\n\n".join(text.strip() for text in (_tidy(text) for _kind, text in found.texts) if text.strip())
    if len(said) > MOST_TEXT:
        found.marks.append(_("正文过长，后面的见原文"))
    return said[:MOST_TEXT]


def _tidy(text: str) -> str:
    lines = headers.well(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = "\n".join(_line(lines))
    return re.sub(r"\n{3,}", "\n\n", clean)


def _line(lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield headers.INVISIBLE.sub("", line.replace("\t", " ").replace("\xa0", " ")).rstrip()
