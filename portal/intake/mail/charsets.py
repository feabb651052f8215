"""Bytes of a mail → text, whatever label they bear: Chinese mail is labelled wrongly more often than not.

A label of the GB family is read as GB18030, which holds all the others: 镕, 喆, € arrive under gb2312. A label that its
own bytes contradict, or none, is guessed: UTF-8, then GB18030 or Big5 by which of them gives commoner words, then
Latin-1, which fits everything and is said to be doubtful.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

GB, BIG5 = "gb18030", "big5hkscs"
_SAME = dict.fromkeys(
    ("gb2312", "gb-2312", "gb2312-80", "gb-2312-80", "gbk", "x-gbk", "cp936", "ms936", "936", "windows-936", "euc-cn",
     "x-euc-cn", "euccn", "chinese", "csgb2312", "iso-ir-58", "gb18030", "gb-18030", "gb18030-2000"), GB
) | dict.fromkeys(("big5", "big-5", "x-big5", "cp950", "950", "big5-hkscs", "big5-tw", "csbig5"), BIG5)  # fmt: skip
_VAGUE = {"", "ascii", "us-ascii", "unknown", "unknown-8bit", "x-unknown", "default", "8bit", "binary", "iso-8859-1",
          "latin1", "windows-1252", "none", "utf"}  # fmt: skip
# what a label may call: `unicode_escape` and `punycode` are charsets of Python, not of mail
_KNOWN = re.compile(r"utf|iso8859|iso2022|cp\d|koi8|big5|gb|euc|shift|hz|mac|johab|tis|latin")
_COMMON = frozenset(
    "的一是不了在人有我他这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学之都好看起发当没成"
    "只如事把还用第样道想作种开美总从無情己面最女但現前些所同日手又行意動方期它頭經長兒回位分愛老因很給名法間斯知世什兩次使身者被高已親"
    "其進此話常與活正感見明問力理爾點文幾定本公特做外孩相西果走將月十實向聲車全信重三機工物氣每並別真打太新比才便夠再書部水像眼等體卻加"
    "举报请您收费工地违法查处渣土垃圾我們這個說來時為會過對發當沒還開總從給與見問點實車"
)
_NOT_HERE = re.compile("[\u0100-\u02af\u0370-\u074f\u0e00-\u0fff\ufffd]")


class Decoded(NamedTuple):
    """`charset`: as people write it, "" for plain ASCII; `doubtful`: some of it may be wrong."""

    text: str
    charset: str
    doubtful: bool


def decode(raw: bytes, label: str = "") -> Decoded:
    """The text of some bytes. Never raises."""
    if raw.isascii() and not _stateful(label):
        return Decoded(raw.decode("ascii"), "", doubtful=False)
    named = _named(label)
    if named in (GB, BIG5) and (chinese := _utf8(raw)) is not None and not _NOT_HERE.search(chinese):
        return Decoded(chinese, "UTF-8", doubtful=False)  # UTF-8 under a GB label: GB bytes give no such text as UTF-8
    if named:
        try:
            return Decoded(raw.decode(named), _said(named), doubtful=False)
        except (UnicodeError, ValueError):
            pass
    return _guessed(raw, named)


def _stateful(label: str) -> bool:
    return _plain(label).startswith(("utf-7", "utf7", "hz", "iso-2022", "utf-16", "utf-32"))


def _plain(label: str) -> str:
    return label.partition("*")[0].strip(" \t\"'\r\n").lower().replace("_", "-")[:40]


def _named(label: str) -> str:
    """Python's name for a label, "" for one that says nothing or that it does not know."""
    said = _plain(label)
    if said in _SAME:
        return _SAME[said]
    if said in _VAGUE:
        return ""
    try:
        found = codecs.lookup(said).name
    except (LookupError, ValueError):
        return ""
    return found if _KNOWN.match(found) else ""


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _guessed(raw: bytes, named: str) -> Decoded:
    if (text := _utf8(raw)) is not None:
        return Decoded(text, "UTF-8", doubtful=False)
    if named not in ("", GB, BIG5) and (text := _nearly(raw, named)):
        return Decoded(text, _said(named), doubtful=True)
    found = [(_score(text), text, name) for name in (GB, BIG5) if (text := _nearly(raw, name))]
    if found:
        _best, text, name = max(found, key=lambda f: f[0])
        return Decoded(text, _said(name), doubtful="\ufffd" in text)
    if text := _nearly(raw, "utf-8"):
        return Decoded(text, "UTF-8", doubtful=True)
    return Decoded(raw.decode("latin-1"), "Latin-1", doubtful=True)


def _nearly(raw: bytes, name: str) -> str:
    """The text, if at most one in a hundred signs is lost: a mail cut inside a character is still read."""
    text = raw.decode(name, "replace")
    return text if text.count("\ufffd") <= 1 + len(text) // 100 and not raw.decode(name, "ignore").isspace() else ""


def _score(text: str) -> float:
    """How common its characters are, those alone that are not ASCII."""
    some = [c for c in text[:4000] if c > "\x7f"]
    return sum((c in _COMMON) - (c == "\ufffd") - ("\ue000" <= c <= "\uf8ff") for c in some) / (len(some) or 1)


def _said(name: str) -> str:
    return {GB: "GB18030", BIG5: "Big5", "utf-8": "UTF-8"}.get(name, name.upper())
