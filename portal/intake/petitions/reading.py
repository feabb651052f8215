"""Old petitions from a spreadsheet: each row is a petition, or a sentence that says what to put right where."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ...core import apart, clock
from ...core.errors import Refused
from ...core.files import Upload
from ...core.forms import FIRST_YEAR
from ...core.search import plain
from ..models import CATEGORIES
from .forms import MOST, Old, Register
from .models import ACCEPTANCES, WAYS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = 1_000  # a file; more come in several
HEAD = 10  # rows within which the headings are looked for
NEEDED = ("信访件编号", "信访形式", "信访日期", "信访目的", "信访内容")
FURTHER = ("人数", "信访人姓名", "联系电话", "住址或单位", "受理结论", "告知日期", "办理结论", "结论日期")
LONGEST = {"信访件编号": 40, "信访内容": 10_000, "信访人姓名": 40, "联系电话": 40, "住址或单位": 100, "办理结论": 200}
DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?:\D.*)?|(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True)
class Row:
    """One row of the sheet, by the number that the spreadsheet shows. Either `old` or `fault` is given."""

    at: int
    ref: str
    old: Old | None = None
    fault: str = ""


class _Fault(Exception):
    """What is wrong with a row, as a sentence."""


def rows_of(upload: Upload) -> list[Row]:
    """Raises Refused where the sheet itself cannot be read."""
    if upload.media_type != XLSX:
        raise Refused("sheet", _("请上传 xlsx 表格；旧的 xls 请另存为 xlsx 后再传"))
    upload.stream.seek(0)
    try:
        lines = json.loads(apart.run("table", upload.media_type, upload.stream.read()))
    except apart.Unsafe:
        raise Refused("sheet", _("这个表格打不开，可能已损坏或设了密码；请另存为新的 xlsx 后再传")) from None
    top, columns = _headings(lines)
    told = [
        (n, {name: row[at] if at < len(row) else "" for name, at in columns.items()}) for n, row in lines if n > top
    ]
    rows = [_row(n, said) for n, said in told if any(said.values())]
    if len(rows) > ROWS or len(lines) > ROWS + 2 * HEAD:  # the second: what was read ends there
        raise Refused("sheet", _("一次最多导入 %(n)d 行，请分成几个表格") % {"n": ROWS})
    if not rows:
        raise Refused("sheet", _("表头下面没有内容，请核对是不是这个表格"))
    return rows


def _headings(lines: list[tuple[int, list[str]]]) -> tuple[int, dict[str, int]]:
    """The row of the headings, and which column is which."""
    for n, row in lines[:HEAD]:
        named = {re.sub(r"[\s*]", "", plain(cell)): at for at, cell in enumerate(row) if cell}
        if NEEDED[0] in named:
            if missing := [name for name in NEEDED if name not in named]:
                raise Refused("sheet", _("表头缺少“%(names)s”，请按样表补上") % {"names": "、".join(missing)})
            return n, {name: named[name] for name in (*NEEDED, *FURTHER) if name in named}
    raise Refused("sheet", _("没有找到表头“信访件编号”，请按样表填写后再传"))


def _row(at: int, said: dict[str, str]) -> Row:
    ref = said[NEEDED[0]]
    try:
        return Row(at, ref, _old(said))
    except _Fault as fault:
        return Row(at, ref, None, str(fault))


def _old(said: dict[str, str]) -> Old:
    for name in NEEDED:
        if not said[name]:
            raise _Fault(_("“%(name)s”没有填") % {"name": name})
    for name, most in LONGEST.items():
        if len(said.get(name, "")) > most:
            raise _Fault(_("“%(name)s”超过 %(n)d 个字，请精简") % {"name": name, "n": most})
    told = Register(
        own_leaders="否", ref=said["信访件编号"], way=_one_of(said, "信访形式", WAYS),
        category=_one_of(said, "信访目的", CATEGORIES), petitioned_on=_needed(said, "信访日期"),
        headcount=_number(said.get("人数", "")), contents=said["信访内容"], name=said.get("信访人姓名", ""),
        phone=said.get("联系电话", ""), address=said.get("住址或单位", ""),
    )  # fmt: skip
    acceptance = _one_of(said, "受理结论", ACCEPTANCES) if said.get("受理结论") else None
    return Old(
        told, *_pair(said, "受理结论", acceptance, "告知日期"),
        *_pair(said, "办理结论", said.get("办理结论") or None, "结论日期"),
    )  # fmt: skip


def _pair(said: dict[str, str], what: str, value: str | None, when: str) -> tuple[str | None, date | None]:
    """A conclusion and its day come together."""
    if bool(value) != bool(said.get(when)):
        raise _Fault(_("“%(what)s”和“%(when)s”要么都填，要么都空") % {"what": what, "when": when})
    return value, _needed(said, when) if value else None


def _one_of(said: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = said[name].removesuffix("类")
    if value not in choices:
        told = {"name": name, "value": said[name][:20], "choices": "、".join(choices)}
        raise _Fault(_("“%(name)s”写的是“%(value)s”，请改为：%(choices)s") % told)
    return value


def _needed(said: dict[str, str], name: str) -> date:
    found = DAY.fullmatch(plain(said[name]).strip())
    try:
        day = date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        day = None
    if day is None or day.year < FIRST_YEAR:
        told = {"name": name, "value": said[name][:20]}
        raise _Fault(_("“%(name)s”写的是“%(value)s”，认不出是哪一天，请写成 2019-03-05") % told)
    if day > clock.today():
        raise _Fault(_("“%(name)s”晚于今天，请核对") % {"name": name})
    return day


def _number(value: str) -> int:
    found: Any = re.fullmatch(r"(\d{1,4})人?", plain(value).strip() or "1")
    if not found or not 1 <= int(found[1]) <= MOST:
        raise _Fault(_("“人数”写的是“%(value)s”，请写 1 以上的整数") % {"value": value[:20]})
    return int(found[1])
