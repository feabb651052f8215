"""One measure of a document, and the judgements that several of them share: face and size, lines left free, place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from .anatomy import Line, Run
from .styles import LINE

NAMED = {22: "2号", 16: "3号", 14: "4号"}
A_FULL_DAY = re.compile(r"20\d\d年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日")  # 7.3.5.4: no zero in front


@dataclass(frozen=True)
class Finding:
    """One measure, in words: what, what the standard wants and where it says so, what was found."""

    what: str
    wanted: str
    found: str
    clause: str
    good: bool


def missing(what: str, wanted: str, clause: str) -> Finding:
    """It should be there and is not."""
    return Finding(what, wanted, _("未找到"), clause, good=False)


def face(what: str, runs: Iterable[Run], wanted: str, points: int | None, clause: str) -> Finding:
    """The first run that differs, if one does. Latin signs may have a face of their own, not a size."""
    asked = _("%(size)s%(face)s", size=f"{NAMED[points]}（{points} 磅）" if points else "", face=wanted)
    all_runs = [run for run in runs if run.text.strip()]
    for run in all_runs:
        han = not run.text.isascii()
        if (han and wanted not in run.face) or points not in (None, run.points):
            return Finding(what, asked, _told(run), clause, good=False)
    return Finding(what, asked, _told(all_runs[0]), clause, good=True) if all_runs else missing(what, asked, clause)


def _told(run: Run) -> str:
    return _("%(face)s，%(n)s 磅", face=run.face or _("未指定字体"), n=f"{run.points:g}")


def space(what: str, line: Line | None, lines: int, over: str, clause: str, side: str | None = None) -> Finding:
    """So many lines are left free above it; `side`: how it stands from left to right."""
    sides = {"center": _("居中"), "left": _("顶格"), None: ""}
    wanted = _("%(over)s下空%(n)s行", over=over, n="〇一二"[lines]) + (f"，{sides[side]}" if side else "")
    if line is None:
        return missing(what, wanted, clause)
    free = line.before / LINE
    stands = "center" if line.layout("jc") == "center" else "left" if abs(line.first) < 0.2 else None
    found = _("空 %(n)s 行", n=f"{free:.1f}") + (f"，{sides[stands] or _('另有缩进')}" if side else "")
    return Finding(what, wanted, found, clause, abs(free - lines) < 0.3 and side in (None, stands))


def indented(what: str, lines: Iterable[Line], characters: float, clause: str, wanted: str) -> Finding:
    """How far the first line of each begins from the left edge; the first that differs, if one does."""
    begun = [line.first for line in lines]
    if not begun:
        return missing(what, wanted, clause)
    odd = next((n for n in begun if abs(n - characters) > 0.3), None)
    n = f"{characters if odd is None else odd:.1f}".removesuffix(".0")
    return (
        Finding(what, wanted, _("左空 %(n)s 字", n=n), clause, odd is None) if begun else missing(what, wanted, clause)
    )
