"""版记, measured: to whom it goes, who printed it and when, the rules between, its place at the foot of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from .anatomy import Anatomy, Line
from .findings import A_FULL_DAY, Finding, face, indented, missing
from .styles import MM, THICK, THIN

_NS = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
_W = f"{{{_NS['w']}}}"
_OFF = 0.05  # mm by which a rule may be thicker or thinner


@dataclass(frozen=True)
class Rule:
    """A line across: weight and width in mm."""

    weight: float
    width: float


def imprint(found: Anatomy) -> Iterator[Finding]:
    """7.4: each measure of it."""
    wanted = _("印发机关和“某年某月某日印发”")
    if found.printed is None:
        yield missing(_("版记"), wanted, "7.4.3")
        return
    lines = [*found.copies, found.printed]
    told = re.search(r"\S*\d+年\S*印发$", found.printed.text.strip())
    good = told is not None and A_FULL_DAY.fullmatch(told[0].removesuffix("印发")) is not None
    yield Finding(_("印发日期"), wanted, told[0] if told else _("未找到"), "7.4.3", good)
    yield face(_("版记字体"), (run for line in lines for run in line.runs), "仿宋", 14, "7.4.2")
    yield indented(_("版记左空"), lines, 1, "7.4.2", _("左空一字"))
    right = [line.indent("right", "end") for line in lines]
    odd = next((n for n in right if abs(n - 1) > 0.3), 1.0)
    words = _("右空 %(n)s 字", n=f"{odd:.1f}".removesuffix(".0"))
    yield Finding(_("版记右空"), _("右空一字"), words, "7.4.2", abs(odd - 1) <= 0.3)
    if found.copies:
        yield _copies(found.copies)
    rules = _rules(lines, found.under)
    yield from _weights(rules, between=bool(found.copies))
    area = found.printed.styles.width / MM
    worst = max((rule.width for rule in rules), key=lambda mm: abs(mm - area), default=0)
    words = _("%(n)s 毫米", n=f"{worst:.1f}")
    yield Finding(_("版记线宽"), _("与版心等宽"), words, "7.4.1", abs(worst - area) <= 1)
    at_foot = _at_the_foot(found.printed)
    words = _("版心底端") if at_foot else _("随正文排列")
    yield Finding(_("版记位置"), _("末条线与版心下边缘重合"), words, "7.4.1", at_foot)


def _copies(lines: list[Line]) -> Finding:
    wanted = _("后加全角冒号，末尾标句号")
    odd = next((line.text.strip() for line in lines if not re.match(r"[^：:]+：.*。$", line.text.strip())), "")
    return Finding(_("抄送和印发范围"), wanted, f"…{odd[-8:]}" if odd else _("合规"), "7.4.2", not odd)


def _weights(rules: list[Rule], *, between: bool) -> Iterator[Finding]:
    """The first and the last are thick, the one over 印发 is thin; there is no other (7.4.1, 7.4.2)."""
    thick, thin = (round(eighths / 8 / 72 * 25.4, 2) for eighths in (THICK, THIN))
    wanted = _("首末两条粗线，推荐 0.35 毫米")
    if len(rules) < 2:
        yield missing(_("版记粗线"), wanted, "7.4.1")
    else:
        ends = (rules[0].weight, rules[-1].weight)
        good = all(abs(weight - thick) <= _OFF for weight in ends)
        yield Finding(_("版记粗线"), wanted, _("%(n)s 毫米", n="、".join(f"{w:.2f}" for w in ends)), "7.4.1", good)
    inner, count = rules[1:-1], int(between)
    wanted = _("中间细线 %(n)s 条，推荐 0.25 毫米", n=count)
    good = len(inner) == count and all(abs(rule.weight - thin) <= _OFF for rule in inner)
    words = "、".join(_("%(n)s 毫米", n=f"{rule.weight:.2f}") for rule in inner) or _("无")
    yield Finding(_("版记细线"), wanted, words, "7.4.1", good)


def _rules(lines: list[Line], under: tuple[Line, ...]) -> list[Rule]:
    """From top to bottom, whether drawn by the borders of a table or by those of paragraphs."""
    if lines[-1].cell is not None:
        return list(_of_table(next(lines[-1].cell.iterancestors(f"{_W}tbl"))))
    drawn = [(each, each.border(side)) for line in lines for each in (*line.over, line) for side in ("top", "bottom")]
    drawn += [(each, each.border("top")) for each in under[:1]]
    return [Rule(border[0] / 8 / 72 * 25.4, line.width) for line, border in drawn if border]


def _of_table(table: Any) -> Iterator[Rule]:
    """Over each row and under the last: what the cell below says, else that above, else the table."""
    rows = [cells for row in table.findall("w:tr", _NS) if (cells := row.findall("w:tc", _NS))]
    width = sum(int(column.get(f"{_W}w", 0)) for column in table.iterfind("w:tblGrid/w:gridCol", _NS)) / MM
    for n in range(len(rows) + 1):
        side = "top" if n == 0 else "bottom" if n == len(rows) else "insideH"
        places = [(table, f"w:tblPr/w:tblBorders/w:{side}")]
        places = [(rows[n - 1][0], "w:tcPr/w:tcBorders/w:bottom"), *places] if n else places
        places = [(rows[n][0], "w:tcPr/w:tcBorders/w:top"), *places] if n < len(rows) else places
        said = next((border for element, path in places if (border := element.find(path, _NS)) is not None), None)
        if said is not None and said.get(f"{_W}val") not in ("nil", "none"):
            yield Rule(int(said.get(f"{_W}sz", 0)) / 8 / 72 * 25.4, width)


def _at_the_foot(line: Line) -> bool:
    """A table or a frame that is bound to the foot of the type area."""
    if line.cell is None:
        return (line.layout("framePr", "vAnchor"), line.layout("framePr", "yAlign")) == ("margin", "bottom")
    place = next(line.cell.iterancestors(f"{_W}tbl")).find("w:tblPr/w:tblpPr", _NS)
    bound = (place.get(f"{_W}vertAnchor"), place.get(f"{_W}tblpYSpec")) if place is not None else ()
    return bound == ("margin", "bottom")
