"""Everything that one person can open by following links, as bytes; and what of a page is the same at every opening."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

# each begins with what seldom stands in a page, and looks back from there: a fifth of the time, at so many pages
LINK = re.compile(r'="(?:(?<=\bhref=")|(?<=\bhx-get=")|(?<=\baction=")|(?<=\bsrc="))(/[^"]*)"')
PASSING = re.compile(r'="(?:(?<=\bnonce=")|(?<=\bvalue=")|(?<=\bcontent=")|(?<=\bdata-call="))[^"]*"')
EXPORTED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?= 导出)".encode())  # a sheet's foot: a minute may end meanwhile
OF_A_KIND = 2  # pages of one shape of address: a list has a hundred links that differ by a condition


Look = Callable[[str, TestResponse], None]


def crawl(
    http: FlaskClient, start: tuple[str, ...] = ("/",), most: int = 150, look: Look | None = None
) -> dict[str, bytes]:
    """Address → what came back: head, body, and what a spreadsheet or document holds inside. `look` sees each answer."""
    found: dict[str, bytes] = {}
    kinds: Counter[tuple[str, ...]] = Counter()
    waiting = list(start)
    while waiting and len(found) < most:
        url = waiting.pop(0)
        if url in found or url.startswith("/assets/"):
            continue
        answer = http.get(url)
        if look is not None:
            look(url, answer)
        found[url] = whole(answer)
        if answer.mimetype != "text/html":
            continue
        for link in LINK.findall(answer.get_data(as_text=True)):
            address = html.unescape(link).partition("#")[0]
            kind = _kind(address)
            if kinds[kind] < OF_A_KIND and address not in found:
                kinds[kind] += 1
                waiting.append(address)
    return found


def _kind(address: str) -> tuple[str, ...]:
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    return re.sub(r"\d+", "#", parts.path), asked.get("tab", ""), *sorted(asked)


def whole(answer: TestResponse) -> bytes:
    """Head and body, and the inside of what is a zip: xlsx and docx."""
    lines, body = [f"{k}: {unquote(v)}\n" for k, v in answer.headers.items()], answer.data
    if body[:2] == b"PK":
        lines = [line for line in lines if not line.startswith("Content-Length")]  # the moment packs now so, now so
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist() if name != "docProps/core.xml")  # when
        body = EXPORTED.sub(b"", body)
    return "".join(lines).encode() + body


def same(answer: bytes) -> str:
    """Without nonce, tokens and the moment: what must not differ."""
    text = answer.decode("utf-8", "replace")
    head, _, body = text.partition("\n<")
    kept = [
        line for line in head.splitlines() if not line.startswith(("Set-Cookie", "Content-Security-Policy", "Date"))
    ]
    return "\n".join(kept) + PASSING.sub("", body)
