"""Any Word file against GB/T 9704-2012: each measure in words, with the clause that asks for it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from .anatomy import REDDISH, Anatomy, Line, Run, dissect
from .findings import A_FULL_DAY, Finding, face, indented, missing, space
from .imprint import imprint
from .layout import heading
from .styles import CHARACTERS, LINE, LINES, MM

if TYPE_CHECKING:
    from docx.document import Document as Word

_NS = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
_W = f"{{{_NS['w']}}}"
# a package that is broken inside: python-docx looks for what is not there, in its own ways
_STUMBLES = (LookupError, ValueError, SyntaxError, AttributeError, TypeError)
_FIELDS = ".//w:instrText/text() | .//@w:instr"


def measure(source: str | Path | bytes) -> list[Finding]:
    """All measures of a .docx, given by its path or its bytes, from the page to the page number.

    ValueError, in words, for what is no such file.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError
    from docx.oxml.exceptions import XmlchemyError

    try:
        document = Document(io.BytesIO(source) if isinstance(source, bytes) else str(source))
        found = dissect(document)
        text = _minutes(found) if found.minutes else _order(found)
        rooms = (_page(document), _head(found), _title(found), _text(found), text, _colour(found), imprint(found))
        return [f for room in (*rooms, _page_numbers(document)) for f in room]
    except (OpcError, XmlchemyError, OSError, zipfile.BadZipFile, zlib.error, *_STUMBLES) as wrong:
        raise ValueError(_("不是可以读取的 Word 文件")) from wrong


def _page(document: Word) -> Iterator[Finding]:
    """Paper, margins, type area, grid; of several sections the one that differs. Pages across are tables' (8)."""
    upright = [s for s in document.sections if (s.page_width or 0) <= (s.page_height or 0)] or list(document.sections)
    measured = [_sides(section) for section in upright]
    for n, (what, wanted, off, clause) in enumerate((
        (_("纸宽"), 210, 0.5, "5.1"), (_("纸高"), 297, 0.5, "5.1"), (_("天头"), 37, 1, "5.2.1"),
        (_("订口"), 28, 1, "5.2.1"), (_("下白边"), 35, 1, "5.2.1"), (_("右白边"), 26, 1, "5.2.1"),
        (_("版心宽"), 156, 1, "5.2.1"), (_("版心高"), 225, 1, "5.2.1"),
    )):  # fmt: skip
        worst = max((sides[n] for sides in measured), key=lambda mm: abs(mm - wanted))
        found = _("%(n)s 毫米", n=f"{worst:.1f}")
        yield Finding(what, _("%(n)s 毫米", n=f"{wanted}±{off:g}"), found, clause, abs(worst - wanted) <= off)
    wanted_words = _("%(lines)s 行，每行 %(n)s 字", lines=LINES, n=CHARACTERS)
    grids = [_grid(section, sides) for section, sides in zip(upright, measured, strict=True)]
    grid = next((g for g in grids if g != (LINES, CHARACTERS)), grids[0])
    words = _("%(lines)s 行，每行 %(n)s 字", lines=grid[0], n=grid[1])
    yield Finding(_("网格"), wanted_words, words, "5.2.3", grid == (LINES, CHARACTERS))


def _sides(section: Any) -> tuple[float, ...]:
    names = ("page_width", "page_height", "top_margin", "left_margin", "bottom_margin", "right_margin", "gutter")
    width, height, top, left, bottom, right, gutter = (abs(getattr(section, side) or 0) / 36000 for side in names)
    left += gutter
    return width, height, top, left, bottom, right, width - left - right, height - top - bottom


def _grid(section: Any, sides: tuple[float, ...]) -> tuple[int, int]:
    grid = section._sectPr.find("w:docGrid", _NS)  # noqa: SLF001 - the grid has no property in python-docx
    if grid is None or grid.get(_W + "type") not in ("linesAndChars", "snapToChars"):
        return 0, 0
    character = 16 + int(grid.get(_W + "charSpace", 0)) / 4096
    lines = sides[7] * MM / int(grid.get(_W + "linePitch", 312))
    return int(lines + 0.01), int(sides[6] * MM / 20 / character + 0.05)


def _head(found: Anatomy) -> Iterator[Finding]:
    """版头: the mark, the number, of minutes organ and day, the red line."""
    mark, number = found.mark, found.number
    named = _("纪要标志") if found.minutes else _("发文机关标志")
    clause = "10.3" if found.minutes else "7.2.4"
    yield face(named, mark.runs if mark else (), "小标宋", None, clause)
    red = mark is not None and all(REDDISH.match(run.colour) for run in mark.runs)
    yield Finding(_("标志颜色"), _("红色"), _("红色") if red else _("不是红色"), clause, red)
    above = found.lines[: found.lines.index(mark)] if mark else []
    top = sum((line.pitch or LINE) + line.before for line in above) / MM + (mark.before / MM if mark else 0)
    centred = mark is not None and mark.layout("jc") == "center"
    yield Finding(
        _("标志位置"), _("上边缘距版心上边缘 35 毫米，居中"),
        _("%(n)s 毫米", n=f"{top:.1f}") + ("" if centred else _("，未居中")), clause, abs(top - 35) <= 1 and centred,
    )  # fmt: skip
    yield _number(found)
    yield face(_("编号字体"), number.runs[:1] if number else (), "仿宋", 16, "5.2.2")
    upward = number is not None and "签发人" in number.text
    yield space(_("编号位置"), number, 2, _("标志"), "7.2.5", None if upward else "center")
    if found.minutes:
        told = re.search(r"\S*\d+年\S*$", found.dated.text.strip()) if found.dated else None
        good = told is not None and A_FULL_DAY.fullmatch(told[0]) is not None
        wanted = _("年月日标全，不编虚位")
        yield Finding(_("纪要日期"), wanted, told[0] if told else _("未找到"), "7.3.5.4", good)
        yield face(_("机关和日期字体"), found.dated.runs if found.dated else (), "仿宋", 16, "5.2.2")
    yield from _rule(found.rule)


def _number(found: Anatomy) -> Finding:
    """Six-angle brackets, no 第, no zero in front; minutes may be counted by issues, which 第…期 is usual for."""
    number = found.number.text.split("\t")[0].strip() if found.number else ""
    form, wanted = r"[\u4e00-\u9fff]+〔20\d\d〕[1-9]\d*号", _("机关代字〔年份〕序号，序号不加“第”、不编虚位")
    if found.minutes:
        form = rf"({form}|[\u4e00-\u9fff]*〔20\d\d〕([1-9]\d*号|第[1-9]\d*期)|第[1-9]\d*期)"
        wanted = _("〔年份〕序号，序号不加“第”、不编虚位；按期编号的为第几期")
    what = _("纪要编号") if found.minutes else _("发文字号")
    return Finding(what, wanted, number or _("未找到"), "7.2.5", re.fullmatch(form, number) is not None)


def _rule(line: Line | None) -> Iterator[Finding]:
    drawn = (line.border("bottom") or line.border("top")) if line else None
    red = drawn is not None and REDDISH.match(drawn[1]) is not None
    words = _("未找到") if not drawn else _("红色") if red else _("不是红色")
    yield Finding(_("红色分隔线"), _("红色"), words, "7.2.7", red)
    width = line.width if line and drawn else 0
    found, area = _("%(n)s 毫米", n=f"{width:.1f}"), line.styles.width / MM if line else 0
    yield Finding(_("红色分隔线宽度"), _("与版心等宽"), found, "7.2.7", bool(width) and abs(width - area) <= 1)
    under = drawn[2] / 72 * 25.4 if drawn and line and line.text.strip() else 4 if drawn else 0
    found = _("%(n)s 毫米", n=f"{under:.1f}")
    yield Finding(_("红色分隔线位置"), _("文字之下 4 毫米"), found, "7.2.7", abs(under - 4) <= 1)


def _title(found: Anatomy) -> Iterator[Finding]:
    title, addressee = found.title, found.addressee
    yield face(_("标题"), title.runs if title else (), "小标宋", 22, "7.3.1")
    yield space(_("标题位置"), title, 2, _("红色分隔线"), "7.3.1", "center")
    longest = max((len(line) for line in title.text.split("\n")), default=0) if title else 0
    ended = title is not None and title.text.strip().endswith(("。", "；", "，", "."))
    words = _("最长一行 %(n)s 字", n=longest) + (_("，末尾有标点") if ended else "")
    yield Finding(_("标题分行"), _("每行不超过 20 字，末尾不加标点"), words, "7.3.1", not ended and longest <= 20)
    if found.minutes:
        return
    yield face(_("主送机关"), addressee.runs if addressee else (), "仿宋", 16, "7.3.2")
    yield space(_("主送机关位置"), addressee, 1, _("标题"), "7.3.2", "left")
    good = addressee is not None and addressee.text.strip().endswith("：")
    yield Finding(_("主送机关标点"), _("最后标全角冒号"), _("有") if good else _("没有"), "7.3.2", good)


def _text(found: Anatomy) -> Iterator[Finding]:
    """正文: pitch, indent, face of each level, how levels are counted."""
    pitches = sorted({line.pitch or 0 for line in found.body})
    spaced = any(line.after or (n and line.before) for n, line in enumerate(found.body))
    words = "、".join(_("%(n)s 磅", n=f"{p / 20:g}") if p else _("非固定值") for p in pitches) or _("未找到")
    good = bool(pitches) and all(abs(p - LINE) <= 2 for p in pitches) and not spaced
    wanted = _("固定值 28.95 磅，段间不另空")
    yield Finding(_("正文行距"), wanted, words + (_("，段间有空") if spaced else ""), "5.2.3", good)
    yield indented(_("正文缩进"), found.body, 2, "7.3.3", _("每段左空二字"))
    levels: dict[str, list[Finding]] = {"仿宋": [], "黑体": [], "楷体": []}
    for line in found.body:
        begun, styled = heading(line.text.strip())
        level = styled[:2] or "仿宋"
        named = {"仿宋": _("正文"), "黑体": _("一级标题"), "楷体": _("二级标题")}[level]
        lead, rest = _lead(line, len(begun))
        levels[level].append(face(named, lead, level, 16, "7.3.3"))
        rest = [run for run in rest if level not in run.face or run.points != 16]  # a heading may be the whole line
        levels["仿宋"] += [face(_("正文"), rest, "仿宋", 16, "7.3.3")] if rest else []
    for found_all in levels.values():
        yield from sorted(found_all, key=lambda f: f.good)[:1]  # the first that is wrong, if one is
    wrong = next((m[0] for line in found.body if (m := _MISCOUNTED.match(line.text.strip()))), "")
    yield Finding(_("层次序数"), _("一、（一）1.（1）"), wrong or _("合规"), "7.3.3", not wrong)
    if found.enclosed:
        yield space(_("附件说明位置"), found.enclosed[0], 1, _("正文"), "7.3.4")
        yield indented(_("附件说明缩进"), found.enclosed[:1], 2, "7.3.4", _("左空二字"))
        yield face(_("附件说明"), (r for line in found.enclosed for r in line.runs), "仿宋", 16, "7.3.4")
        ended = next((e for e in found.enclosed if e.text.strip().endswith(("。", "；", "，"))), None)
        words = ended.text.strip()[-8:] if ended else _("没有标点")
        yield Finding(_("附件名称"), _("后面不加标点"), words, "7.3.4", ended is None)


def _lead(line: Line, heading_length: int) -> tuple[list[Run], list[Run]]:
    """The runs that begin within its heading, and the others. Without a heading all are of one kind."""
    at, lead = len(line.text.lstrip()) - len(line.text), 0  # blanks in front are not counted
    for run in line.runs:
        lead, at = lead + (at < heading_length or not heading_length), at + len(run.text)
    return line.runs[:lead], [run for run in line.runs[lead:] if run.text.strip()]


_MISCOUNTED = re.compile(
    r"[一二三四五六七八九十]+[.\uff0e，,]|（[一二三四五六七八九十]+）[、.\uff0e]|\([一二三四五六七八九十\d]+\)|\d+[、，\uff0e](?!\d)|（\d+）[、.\uff0e]"
)


def _minutes(found: Anatomy) -> Iterator[Finding]:
    """出席、请假、列席 under the text; no seal."""
    drawn = found.document.element.body.xpath(".//w:drawing | .//w:pict | .//w:object")
    yield Finding(_("印章"), _("纪要不加盖印章"), _("有图形") if drawn else _("无"), "10.3", not drawn)
    if not found.present:
        yield missing(_("出席人员"), _("正文下标注出席人员名单"), "10.3")
        return
    runs = [_split(line) for line in found.present]
    yield face(_("出席等标注"), (run for label, _names in runs for run in label), "黑体", 16, "10.3")
    yield face(_("出席等名单"), (run for _label, names in runs for run in names), "仿宋", 16, "10.3")
    yield space(_("出席位置"), found.present[0], 1, _("正文"), "10.3")
    yield indented(_("出席等缩进"), found.present, 2, "10.3", _("左空二字"))
    backs = [line.indent("hanging") for line in found.present]
    odd = next((n for n in backs if abs(n - 3) > 0.3), 3.0)
    words = _("回行悬挂 %(n)s 字", n=f"{odd:.1f}".removesuffix(".0"))
    yield Finding(_("出席等回行"), _("与冒号后的首字对齐，悬挂 3 字"), words, "10.3", odd == 3)
    order = [line.text.strip()[:3] for line in found.present]
    good = order == [label for label in ("出席：", "请假：", "列席：") if label in order]
    wanted = _("依次为出席、请假、列席，后标全角冒号")
    yield Finding(_("出席等顺序"), wanted, "".join(order), "10.3", good)


def _split(line: Line) -> tuple[list[Run], list[Run]]:
    """The runs of a label with its colon, and those of the names behind it."""
    runs = line.runs
    n = next((n for n, run in enumerate(runs) if run.text.rstrip().endswith(("：", ":"))), 0)
    return runs[: n + 1], runs[n + 1 :]


def _order(found: Anatomy) -> Iterator[Finding]:
    """成文日期, under a seal four characters from the right."""
    day = found.day
    good = day is not None and A_FULL_DAY.fullmatch(day.text.strip()) is not None
    wanted = _("年月日标全，不编虚位")
    yield Finding(_("成文日期"), wanted, day.text.strip() if day else _("未找到"), "7.3.5.4", good)
    yield face(_("成文日期字体"), day.runs if day else (), "仿宋", 16, "5.2.2")
    free = day.indent("right", "end") if day and day.layout("jc") in ("right", "end") else 0
    words = _("右空 %(n)s 字", n=f"{free:.1f}".removesuffix(".0"))
    yield Finding(_("成文日期位置"), _("右空四字"), words, "7.3.5.1", abs(free - 4) <= 0.3)


def _colour(found: Anatomy) -> Iterator[Finding]:
    """All but the mark and its line is black."""
    coloured = [r for line in found.lines if line is not found.mark for r in line.runs if r.colour not in _BLACKS]
    words = coloured[0].text.strip()[:12] if coloured else _("黑色")
    yield Finding(_("文字颜色"), _("除标志外均为黑色"), words, "5.2.4", not coloured)


_BLACKS = ("", "auto", "000000")


def _page_numbers(document: Word) -> Iterator[Finding]:
    section, both = document.sections[0], document.settings.odd_and_even_pages_header_footer
    sides = ((_("单页码"), section.footer, "right", _("— 1 —，居右空一字")),
             (_("双页码"), section.even_page_footer, "left", _("— 2 —，居左空一字")))  # fmt: skip
    for what, footer, side, wanted in sides:
        shown = [p for p in footer.paragraphs if any(re.search(r"\bPAGE\b", c) for c in p._p.xpath(_FIELDS))]  # noqa: SLF001
        if not shown:
            yield missing(what, wanted, "7.5")
            continue
        line = Line.of(document, shown[0])
        words = re.sub(r"\d+", "1" if side == "right" else "2", line.text.strip())
        stands = line.layout("jc") in (side, {"right": "end", "left": "start"}[side])
        free = line.indent(side, {"right": "end", "left": "start"}[side])
        good = bool(both) and re.fullmatch(r"— \d —", words) is not None and stands and abs(free - 1) <= 0.3
        told = words + ("" if stands else _("，不在该侧")) + ("" if both else _("，未分单双页"))
        yield Finding(what, wanted, told + _("，空 %(n)s 字", n=f"{free:.1f}".removesuffix(".0")), "7.5", good)
        yield face(_("%(which)s字体", which=what), line.runs, "宋体", 14, "7.5")
    yield from _where(document)


def _where(document: Word) -> Iterator[Finding]:
    """The dash stands in the middle of its line; no page goes without number."""
    section = document.sections[0]
    for footer in (section.footer, section.even_page_footer):
        line = Line.of(document, footer.paragraphs[0])
        height = (line.pitch or 14 * 20) / 2 / MM
        under = ((section.bottom_margin or 0) - (section.footer_distance or 0)) / 36000 - height
        if abs(under - 7) > 1:
            break
    words = _("%(n)s 毫米", n=f"{under:.1f}")
    yield Finding(_("页码位置"), _("一字线上距版心下边缘 7 毫米"), words, "7.5", abs(under - 7) <= 1)
    bare = any(s.different_first_page_header_footer for s in document.sections)
    yield Finding(_("首页页码"), _("编排"), _("未编排") if bare else _("编排"), "7.5", not bare)
