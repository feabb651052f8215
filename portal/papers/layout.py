"""The layout of official documents (GB/T 9704-2012), written once: papers differ by what they fill in alone.

The type area is 156 × 225 mm, 22 lines of 28 characters of 16 pt (3号). Fonts are named and not embedded: 方正小标宋
and the GB2312 faces are not free; Word finds them on an office's desk. `render` makes a sheet, `measure` judges any.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from flask_babel import gettext as _

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph

TITLE_SONG, FANGSONG, KAI, HEI, PAGE_SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
RED, BLACK = "FF0000", "000000"

MM = 1440 / 25.4  # a millimetre in twips, twentieths of a point
WIDTH, HEIGHT = 11906, 16838
TOP, LEFT, BOTTOM, RIGHT = (round(mm * MM) for mm in (37, 28, 35, 26))
TEXT_WIDTH = WIDTH - LEFT - RIGHT
LINES, CHARACTERS = 22, 28
LINE = 579  # 28.95 pt
CHARACTER = TEXT_WIDTH / CHARACTERS
NARROWER = round((CHARACTER / 20 - 16) * 4096)  # than its 16 pt a character stands, in 4096ths of a point
FOOT = round(28 * MM) - 140  # the dash of a page number, in the middle of 14 pt, stands 7 mm under the type area


@dataclass(frozen=True)
class Sheet:
    """What stands on a document, from top to bottom. Without a number it is a draft and says so."""

    kind: Literal["order"]
    organ: str
    number: str | None
    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    signature: str
    date: date | None
    signer: str | None = None  # 签发人, of documents that go upward
    attachments: tuple[str, ...] = ()
    contact: str | None = None
    copies: tuple[str, ...] = ()
    issuer: str | None = None


def render(sheet: Sheet) -> bytes:
    """The .docx: equal sheets give equal bytes."""
    from docx import Document

    document = Document(io.BytesIO(_template()))
    _head(document, sheet)
    _text(document, sheet)
    _end(document, sheet)
    about, day = document.core_properties, sheet.date or date(2012, 7, 1)  # the standard's own day, for a draft
    about.title, about.author, about.last_modified_by = _clean(sheet.title)[:255], _clean(sheet.organ)[:255], ""
    about.created = about.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the format has no zone
    made = io.BytesIO()
    document.save(made)
    return _timeless(made.getvalue())


def _timeless(docx: bytes) -> bytes:
    """The same package without the moment at which it was packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)  # of 1980-01-01
    return packed.getvalue()


def _clean(text: str) -> str:
    """Without the characters that XML has no place for."""
    return re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", text).strip()


def _head(document: Word, sheet: Sheet) -> None:
    """版头: the organ in red, its number two lines below, the red line 4 mm under that."""
    from docx.shared import Pt

    organ = _clean(sheet.organ)
    if len(organ) > 16:  # in two lines, broken behind the organ to which it belongs
        organ = re.sub("(.{4,}?[局委厅部院府会])(?=.{4})", r"\1\n", organ, count=1)
    size = min(42, int(TEXT_WIDTH / 20 / max(map(len, organ.split("\n")))))
    mark = document.add_paragraph(organ, "发文机关标志")
    mark.runs[0].font.size, mark.paragraph_format.line_spacing = Pt(size), Pt(round(size * 1.2))
    number = _clean(sheet.number) if sheet.number else "（草稿，尚未编号）"
    if sheet.signer is None:
        document.add_paragraph(number, "发文字号")
    else:
        document.add_paragraph(f"{number}\t签发人：", "上行文字号").add_run(_clean(sheet.signer), "楷体字")


def _text(document: Word, sheet: Sheet) -> None:
    """主体: title, addressee, text with its levels, attachments."""
    document.add_paragraph("\n".join(_title_lines(_clean(sheet.title))), "公文标题")
    document.add_paragraph(_clean(sheet.addressee).rstrip("：:") + "：", "主送机关")
    for line in filter(None, (_clean(line) for text in sheet.paragraphs for line in text.split("\n"))):
        heading, face = _heading(line)
        paragraph = document.add_paragraph(style="公文正文")
        if heading:
            paragraph.add_run(heading, face)
        paragraph.add_run(line[len(heading) :])
    names = [_clean(name).rstrip("。；;，") for name in sheet.attachments]
    for n, name in enumerate(names, 1):
        words = name if len(names) == 1 else f"{n}. {name}"
        document.add_paragraph(f"附件：{words}" if n == 1 else words, "附件说明" if n == 1 else "附件说明续")


def _heading(line: str) -> tuple[str, str]:
    """The heading that a line begins with and its face; 1. and （1） stand in the face of the text."""
    for numeral, face in (("[一二三四五六七八九十]{1,3}、", "黑体字"), ("（[一二三四五六七八九十]{1,3}）", "楷体字")):
        if found := re.match(f"{numeral}[^。：:]*[。：:]?", line):
            return found[0], face
    return "", ""


def _title_lines(title: str) -> list[str]:
    """Lines of at most 20 characters of 22 pt, as even as can be, no number or quotation torn. Given breaks stand."""
    lines = []
    for part in title.split("\n"):
        lines.append(part)
        while len(lines[-1]) > 20:
            rest = lines.pop()
            _mark, at = min(_breaks(rest, -(-len(rest) // 20)), default=(0, 20))
            lines += [rest[:at], rest[at:]]
    return lines


def _breaks(rest: str, left: int) -> Iterator[tuple[float, int]]:
    """Places where a title of so many lines may be broken, the best with the lowest mark."""
    for at in range(len(rest) - 20 * (left - 1), 21):
        before, after = rest[:at], rest[at:]
        torn = re.search(r"[\w./-]$", before, re.ASCII) and re.match(r"[\w./-]", after, re.ASCII)
        if before and not torn and after[0] not in "的、，》）”〕和与及号" and before[-1] not in "《（“〔":
            quoted = any(before.count(a) > before.count(b) for a, b in ("《》", "“”", "〔〕"))
            yield abs(at - len(rest) / left - 0.5) + 4 * quoted - 2 * (before[-1] in "的》”、" or after[0] in "《“"), at


def _end(document: Word, sheet: Sheet) -> None:
    """Signature above the date, note, and 版记 at the foot of the page on which the date stands."""
    from docx.shared import Twips

    organ = _clean(sheet.signature)
    day = f"{sheet.date.year}年{sheet.date.month}月{sheet.date.day}日" if sheet.date else "　　年　月　日"
    # under a seal: the date four characters from the right, the organ centred above it as far as it finds room
    above = max(0.0, 4 + (sum(0.5 if c.isascii() else 1 for c in day) - len(organ)) / 2)
    signed = document.add_paragraph(organ, "发文机关署名")
    signed.paragraph_format.right_indent = Twips(round(above * CHARACTER))
    document.add_paragraph(day, "成文日期")
    if sheet.contact:
        document.add_paragraph(f"（{_clean(sheet.contact)}）", "附注")
    _imprint(document, sheet, day)


def _imprint(document: Word, sheet: Sheet, day: str) -> None:
    """版记, a frame at the foot: 抄送, then who printed it and when. Its rules are lines of their own: the border of an
    indented line would begin where its text does.
    """
    rows = []
    if sheet.copies:
        rows.append((f"抄送：{'，'.join(_clean(name).rstrip('，。；') for name in sheet.copies)}。", "抄送"))
    if sheet.issuer:
        rows.append((f"{_clean(sheet.issuer)}\t{day}印发", "印发"))
    for n, row in enumerate(rows):
        document.add_paragraph("", "版记细线" if n else "版记粗线")
        document.add_paragraph(*row)
    if rows:
        document.add_paragraph("", "版记粗线")
        document.add_paragraph("", "版记定位")  # a frame stands on the page of the paragraph behind it


def _border(side: str, eighths: int, colour: str = BLACK, space: int = 0) -> str:
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/></w:pBdr>'


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NS, _W, _XMLNS = {"w": _WORD}, f"{{{_WORD}}}", f'xmlns:w="{_WORD}"'
_RED_LINE = _border("bottom", 12, RED, 11)  # 4 mm are 11 pt
_FRAME = (
    f'<w:framePr w:w="{TEXT_WIDTH}" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="center" '
    f'w:yAlign="bottom"/>'
)
_CENTRED, _TO_RIGHT, _TO_LEFT = (f'<w:jc w:val="{side}"/>' for side in ("center", "right", "left"))
_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="632"/>'


def _below(lines: int, exact: int = LINE) -> str:
    return f'<w:spacing w:before="{lines * LINE}" w:line="{exact}" w:lineRule="exact"/>'


def _tab(at: int) -> str:
    return f'<w:tabs><w:tab w:val="right" w:pos="{at}"/></w:tabs>'


# name, key, face, size in half points, layout in the order that the schema wants
_PARAGRAPHS = (
    ("发文机关标志", "mark", TITLE_SONG, 84, f'<w:spacing w:before="{round(35 * MM)}"/>{_CENTRED}'),
    ("发文字号", "number", FANGSONG, 32, _RED_LINE + _below(2) + _CENTRED),
    ("上行文字号", "upward", FANGSONG, 32,
     _RED_LINE + _tab(TEXT_WIDTH - 316) + _below(2) + '<w:ind w:firstLineChars="100" w:firstLine="316"/>' + _TO_LEFT),
    ("公文标题", "title", TITLE_SONG, 44, _below(2) + _CENTRED),
    ("主送机关", "addressee", FANGSONG, 32, _below(1) + _TO_LEFT),
    ("公文正文", "body", FANGSONG, 32, _INDENT),
    ("附件说明", "enclosed", FANGSONG, 32, _below(1) + '<w:ind w:left="1895" w:hanging="1263"/>'),
    ("附件说明续", "enclosed2", FANGSONG, 32, '<w:ind w:left="1895" w:hanging="316"/>'),
    ("发文机关署名", "signature", FANGSONG, 32, "<w:keepNext/>" + _below(2) + _TO_RIGHT),
    ("成文日期", "date", FANGSONG, 32, f'<w:ind w:rightChars="400" w:right="{round(4 * CHARACTER)}"/>' + _TO_RIGHT),
    ("附注", "note", FANGSONG, 32, _INDENT),
    ("版记粗线", "thick", FANGSONG, 28, _FRAME + _border("top", 8) + _below(0, 20)),  # 0.35 mm are 8 eighths of a point
    ("版记细线", "thin", FANGSONG, 28, _FRAME + _border("top", 6) + _below(0, 20)),  # 0.25 mm
    ("版记定位", "anchor", FANGSONG, 2, _below(0, 20)),
    ("抄送", "copies", FANGSONG, 28, _FRAME + _below(0, 480) + '<w:ind w:left="1120" w:right="280" w:hanging="840"/>'),
    ("印发", "printed", FANGSONG, 28,
     _FRAME + _tab(TEXT_WIDTH - 280) + _below(0, 480) + '<w:ind w:left="280" w:right="280"/>'),
    ("单页码", "odd", PAGE_SONG, 28, _below(0, 280) + '<w:ind w:right="280"/>' + _TO_RIGHT),
    ("双页码", "even", PAGE_SONG, 28, _below(0, 280) + '<w:ind w:left="280"/>' + _TO_LEFT),
)  # fmt: skip


def _face(face: str, half_points: int, colour: str = BLACK) -> str:
    fonts = " ".join(f'w:{script}="{face}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    return (
        f'<w:rPr><w:rFonts {fonts}/><w:color w:val="{colour}"/><w:spacing w:val="-5"/><w:sz w:val="{half_points}"/>'
        f'<w:szCs w:val="{half_points}"/><w:lang w:eastAsia="zh-CN"/></w:rPr>'
    )


def _styles() -> str:
    """The grid is kept by an exact line and a narrower character, not by snapping, which programs do in their own ways,
    and without the space that is else added between Han characters and digits.
    """
    shared = "".join(f'<w:{name} w:val="0"/>' for name in ("widowControl", "autoSpaceDE", "autoSpaceDN", "snapToGrid"))
    text = _face(FANGSONG, 32)
    made = (
        f"<w:docDefaults><w:rPrDefault>{text}</w:rPrDefault><w:pPrDefault><w:pPr>{shared}{_below(0)}"
        f'<w:jc w:val="both"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" '
        f'w:styleId="text"><w:name w:val="Normal"/>{text}</w:style>'
    )
    for name, key, face, size, layout in _PARAGRAPHS:
        made += (
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn '
            f'w:val="text"/><w:pPr>{layout}</w:pPr>{_face(face, size, RED if key == "mark" else BLACK)}</w:style>'
        )
    for name, key, face in (("黑体字", "hei", HEI), ("楷体字", "kai", KAI)):
        made += f'<w:style w:type="character" w:styleId="{key}"><w:name w:val="{name}"/>{_face(face, 32)}</w:style>'
    return f"<w:styles {_XMLNS}>{made}</w:styles>"


@cache
def _template() -> bytes:
    """An empty document with page, grid, styles and page numbers; python-docx's own holds 800 KB that we do not use."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    for relations in (document.part.rels, document.part.package.rels):
        for key, relation in list(relations.items()):
            if not relation.reltype.endswith(("officeDocument", "core-properties", "/styles", "settings")):
                del relations[key]
    document.styles.element[:] = list(parse_xml(_styles()))
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    page = (
        f'<w:sectPr {_XMLNS}><w:pgSz w:w="{WIDTH}" w:h="{HEIGHT}"/><w:pgMar w:top="{TOP}" w:right="{RIGHT}" '
        f'w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" w:footer="{FOOT}" w:gutter="0"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="{NARROWER}"/></w:sectPr>'
    )
    section._sectPr[:] = list(parse_xml(page))  # noqa: SLF001 - the grid has no property in python-docx
    for footer, style in ((section.footer, "单页码"), (section.even_page_footer, "双页码")):
        line = footer.paragraphs[0]
        line.style = document.styles[style]
        line.add_run("— ")
        field = f'<w:fldSimple {_XMLNS} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        line.runs[0]._r.addnext(parse_xml(field))  # noqa: SLF001 - nor have fields a method
        line.add_run(" —")
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


# How any document is measured


@dataclass(frozen=True)
class Finding:
    """One measure of a document, in words: what, what the standard wants, what was found."""

    what: str
    wanted: str
    found: str
    good: bool


def measure(source: str | Path | bytes) -> list[Finding]:
    """Page, margins, grid, faces, number, red line and page numbers of a .docx, given by its path or its bytes.

    ValueError, in words, for what is no such file.
    """
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = Document(io.BytesIO(source) if isinstance(source, bytes) else str(source))
        return [*_page(document), *_parts(document), *_page_numbers(document)]
    except (PackageNotFoundError, zipfile.BadZipFile, LookupError, ValueError, SyntaxError) as wrong:
        raise ValueError(_("不是可以读取的 Word 文件")) from wrong


def _page(document: Word) -> Iterator[Finding]:
    page = document.sections[0]
    named = {_("纸宽"): 210, _("纸高"): 297, _("天头"): 37, _("订口"): 28, _("下白边"): 35, _("右白边"): 26}
    sides = ("page_width", "page_height", "top_margin", "left_margin", "bottom_margin", "right_margin")
    width, height, top, left, bottom, right = measured = [(getattr(page, side) or 0) / 36000 for side in sides]
    for (what, wanted), found in zip(named.items(), measured, strict=True):
        yield Finding(what, _("%(n)s 毫米", n=wanted), _("%(n)s 毫米", n=f"{found:.1f}"), abs(found - wanted) <= 1)
    grid = page._sectPr.find("w:docGrid", _NS)  # noqa: SLF001
    found_grid = (0, 0)
    if grid is not None and grid.get(_W + "type"):
        character = 16 + int(grid.get(_W + "charSpace", 0)) / 4096
        lines = (height - top - bottom) * MM / int(grid.get(_W + "linePitch", 312))
        found_grid = (int(lines), int((width - left - right) * MM / 20 / character + 0.05))
    wanted_words, words = (_("%(lines)s 行，每行 %(n)s 字", lines=a, n=b) for a, b in ((LINES, CHARACTERS), found_grid))
    yield Finding(_("网格"), wanted_words, words, found_grid == (LINES, CHARACTERS))


def _parts(document: Word) -> Iterator[Finding]:
    """What is known by its place: the red mark, the number, the red line, the title, the text with its headings."""
    lines = [p for p in document.paragraphs if p.text.strip()]
    mark = next((p for p in lines if _REDDISH.match(_seen(p, "rPr/color"))), None)
    yield _begun(_("发文机关标志"), mark, "小标宋", None)
    at = next((n for n, p in enumerate(lines) if re.search(r"20\d\d\D{0,2}\d+\s*号", p.text)), -1)
    number = lines[at].text.split("\t")[0].strip() if at >= 0 else _("未找到")
    good = re.fullmatch(r"[\u4e00-\u9fff]+〔20\d\d〕[1-9]\d*号", number) is not None
    yield Finding(_("发文字号"), _("机关代字〔年份〕序号，序号不编虚位"), number, good)
    borders = (_seen(p, f"pPr/pBdr/{side}", "color") for p in document.paragraphs for side in ("top", "bottom"))
    good = any(map(_REDDISH.match, borders))
    yield Finding(_("红色分隔线"), _("有"), _("有") if good else _("未找到"), good)
    yield _begun(_("标题"), next(iter(lines[at + 1 :]), None), "小标宋", 22)
    body = [p for p in lines[at + 2 :] if int(_seen(p, "pPr/ind", "firstLine") or 0) > 0]
    pitches = {(_seen(p, "pPr/spacing", "lineRule"), int(_seen(p, "pPr/spacing", "line") or 240) / 20) for p in body}
    found = "、".join(_("%(n)s 磅", n=n) if rule == "exact" else _("非固定值") for rule, n in sorted(pitches))
    yield Finding(_("正文行距"), _("固定值 28.95 磅"), found or _("未找到"), pitches == {("exact", LINE / 20)})
    for what, face in ((_("正文"), "仿宋"), (_("一级标题"), "黑体"), (_("二级标题"), "楷体")):
        found_all = [_begun(what, p, face, 16) for p in body if (_heading(p.text.strip())[1][:2] or "仿宋") == face]
        yield from sorted(found_all, key=lambda f: f.good)[:1]  # the first that is wrong, if one is


def _page_numbers(document: Word) -> Iterator[Finding]:
    page, both = document.sections[0], document.settings.odd_and_even_pages_header_footer
    odd = (_("单页码"), page.footer, ("right", "end"), _("— 1 —，居右"))
    for what, footer, sides, wanted in (odd, (_("双页码"), page.even_page_footer, ("left", "start"), _("— 2 —，居左"))):
        shown = [p for p in footer.paragraphs if any(re.search(r"\bPAGE\b", c) for c in p._p.xpath(_FIELDS))]  # noqa: SLF001
        words = "".join(shown[0]._p.xpath(".//w:t/text()")).strip() if shown else _("未找到")  # noqa: SLF001
        good = both and re.fullmatch(r"— \d* ?—", words) is not None and _seen(shown[0], "pPr/jc") in sides
        yield Finding(what, wanted, words, good)


def _begun(what: str, paragraph: Paragraph | None, face: str, points: int | None) -> Finding:
    """The face and size in which a paragraph begins."""
    wanted = _("%(face)s，%(n)s 磅", face=face, n=points) if points else face
    if paragraph is None:
        return Finding(what, wanted, _("未找到"), good=False)
    named, size = _seen(paragraph, "rPr/rFonts", "eastAsia"), int(_seen(paragraph, "rPr/sz") or 20) / 2
    found = _("%(face)s，%(n)s 磅", face=named or _("未指定字体"), n=f"{size:g}")
    return Finding(what, wanted, found, face in named and points in (None, size))


_REDDISH = re.compile("[C-Fc-f][0-9A-Fa-f](?:[0-3][0-9A-Fa-f]){2}$")
_FIELDS = ".//w:instrText/text() | .//@w:instr"


def _seen(paragraph: Paragraph, path: str, attribute: str = "val") -> str:
    """What a property of the paragraph or its first run comes to: its own, else of its styles, else of the defaults."""
    runs = paragraph.runs[:1] if path.startswith("rPr") else []
    places: list[Any] = [r._r for r in runs] or [paragraph._p]  # noqa: SLF001
    styles: list[Any] = [*(r.style for r in runs), paragraph.style]
    for style in styles:  # which grows by those that it is based on
        if style is not None:
            places.append(style.element)
            styles.append(style.base_style)
    package = paragraph.part.package
    assert package is not None
    for element in (*places, *package.main_document_part.document.styles.element.xpath("w:docDefaults/*")):
        found = element.find(f"w:{path.replace('/', '/w:')}", _NS)
        if found is not None and found.get(_W + attribute):
            return str(found.get(_W + attribute))
    return ""
