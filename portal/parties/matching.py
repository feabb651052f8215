"""When two names are one party: by kind and name, and persons by a second mark. Plain values alone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MARKS = ("单位", "车牌", "电话")  # what makes two persons of one name one party, named beside both
NICKNAME = re.compile(r"外号|绰号|诨号|人称|某|不详|不清")  # nobody's name
UNSAID = re.compile(r"不详|不清|不明|未知|没有牌|无牌|无名")  # says that it is not known which
CODES = (  # kind, and how one looks in a note
    ("电话", re.compile(r"(?<!\d)(1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?[2-9]\d{6,7})(?!\d)")),
    ("车牌", re.compile(r"([\u4e00-\u9fff][A-Z][ ·・-]?[A-Z0-9]{5,6})(?![A-Z0-9])")),
    ("证号", re.compile(r"(?<![A-Z0-9])([1-9]\d{16}[\dX])(?![A-Z0-9])")),
    ("证号", re.compile(r"(?:工号|警号|证号|编号|身份证)[ :号码为是]*([A-Z0-9]{1,4}-?[A-Z0-9]{3,17})(?![A-Z0-9])")),
)


@lru_cache(8192)
def normalised(name: str) -> str:
    """One width, upper case, without separators: 安A·7K218 and 安a 7k218 are one plate."""
    return re.sub(r"[\s·・\-—_.。()（）]", "", unicodedata.normalize("NFKC", name)).upper()


def same_of(kind: str, name: str) -> str:
    """The name as it is compared within its kind.

    A 有限责任公司 may call itself 有限公司 and is the same (公司法 第七条); any other ending may be another firm.
    """
    same = normalised(name)
    if kind == "单位":
        same = same.removesuffix("有限责任公司") + "有限公司" if same.endswith("有限责任公司") else same
    elif kind == "电话":
        same = re.sub(r"^(?:\+|00)86(?=1\d{10}$)", "", same)
    return same[:100]


def is_compared(kind: str, same: str) -> bool:
    """Whether the name alone says which party it is."""
    return kind != "人员" and not UNSAID.search(same)


def marks_in(note: str) -> set[str]:
    """Telephone numbers, plates, and codes of staff or identity in what was said of a person."""
    words = unicodedata.normalize("NFKC", note).upper()
    return {kind + normalised(code) for kind, pattern in CODES for code in pattern.findall(words)}


def is_mark(kind: str, same: str) -> bool:
    """Whether it is such a one."""
    return kind in MARKS and is_compared(kind, same)
