"""The layout of official documents (GB/T 9704-2012), written once: papers differ by what they fill in alone.

The type area is 156 × 225 mm, 22 lines of 28 characters of 16 pt (3号). Fonts are named and not embedded: 方正小标宋 and
the GB2312 faces are not free, and Word finds them on an office's desk. `render` makes a sheet, `measure` measures any.
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
from xml.sax.saxutils import escape

from flask_babel import gettext as _

if TYPE_CHECKING:
    from docx.document import Document as Word

TITLE_SONG, FANGSONG, KAI, HEI, PAGE_SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
RED = "FF0000"

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
    seal: bool = True


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


# What a sheet is filled with


def _head(document: Word, sheet: Sheet) -> None:
    """版头: the organ in red, its number two lines below, the red line 4 mm under that."""
    from docx.shared import Pt

    lines = _organ_lines(_clean(sheet.organ))
    size = min(42, int(TEXT_WIDTH / 20 / max(map(len, lines))))
    mark = document.add_paragraph("\n".join(lines), "发文机关标志")
    mark.runs[0].font.size, mark.paragraph_format.line_spacing = Pt(size), Pt(round(size * 1.2))
    number = _clean(sheet.number) if sheet.number else "（草稿，尚未编号）"
    if sheet.signer is None:
        document.add_paragraph(number, "发文字号")
    else:
        document.add_paragraph(f"{number}\t签发人：", "上行文字号").add_run(_clean(sheet.signer), "楷体字")


def _organ_lines(organ: str) -> list[str]:
    """A long name in two lines, broken behind the organ to which it belongs."""
    cut = re.match(".{4,}?[局委厅部院府会](?=.{4})", organ) if len(organ) > 16 else None
    return [organ[: cut.end()], organ[cut.end() :]] if cut else [organ]


def _text(document: Word, sheet: Sheet) -> None:
    """主体: title, addressee, text with its levels, attachments."""
    document.add_paragraph("\n".join(_title_lines(_clean(sheet.title))), "公文标题")
    document.add_paragraph(_clean(sheet.addressee).rstrip("：:") + "：", "主送机关")
    for line in (_clean(line) for text in sheet.paragraphs for line in text.splitlines()):
        if line:
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
    for rest in title.split("\n"):
        while len(rest) > 20:
            left = -(-len(rest) // 20)
            _, at = min(_breaks(rest, left), default=(0, 20))
            lines.append(rest[:at])
            rest = rest[at:]
        lines.append(rest)
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
    width = sum(0.5 if c.isascii() else 1 for c in day)
    if sheet.seal:  # the date four characters from the right, the organ centred above it as far as it finds room
        above, below = max(0.0, 4 + (width - len(organ)) / 2), 4.0
    else:  # the organ two from the right, the date begins two behind the organ's beginning
        above, below = max(2.0, width - len(organ) + 4), max(2.0, len(organ) - width)
    for words, style, indent in ((organ, "发文机关署名", above), (day, "成文日期", below)):
        last = document.add_paragraph(words, style)
        last.paragraph_format.right_indent = Twips(round(indent * CHARACTER))
    if sheet.contact:
        document.add_paragraph(f"（{_clean(sheet.contact)}）", "附注")
    if sheet.copies or sheet.issuer:
        last._p.addprevious(_imprint(sheet, day))  # noqa: SLF001 - python-docx knows no table that floats


def _imprint(sheet: Sheet, day: str) -> Any:
    """版记: 抄送, then who printed it and when; rules of 0.35 mm above and below, of 0.25 mm between."""
    from docx.oxml import parse_xml

    rows = []
    if sheet.copies:
        copies = "，".join(_clean(name).rstrip("，。；") for name in sheet.copies)
        rows.append(("copies", escape(f"抄送：{copies}。")))
    if sheet.issuer:
        rows.append(("printed", f"{escape(_clean(sheet.issuer))}</w:t><w:tab/><w:t>{day}印发"))
    drawn = "".join(
        f'<w:tr><w:tc><w:tcPr><w:tcW w:w="{TEXT_WIDTH-40}" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>'
        f"</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p></w:tc></w:tr>"
        for style, words in rows
    )
    return parse_xml(
        f'<w:tbl {_W}><w:tblPr><w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" '
        f'w:tblpYSpec="bottom"/><w:tblW w:w="{TEXT_WIDTH-40}" w:type="dxa"/><w:tblBorders>{_rule("top", 8)}'
        f'{_rule("bottom", 8)}{_rule("insideH", 6)}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left '
        f'w:w="280" w:type="dxa"/><w:right w:w="280" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol '
        f'w:w="{TEXT_WIDTH}"/></w:tblGrid>{drawn}</w:tbl>'
    )


# What all sheets share


def _rule(side: str, eighths: int, colour: str = "000000", space: int = 0) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/>'


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BORDER = f"<w:pBdr>{_rule('bottom', 12, RED, 11)}</w:pBdr>"  # 4 mm are 11 pt
_CENTRED, _TO_RIGHT, _TO_LEFT = (f'<w:jc w:val="{side}"/>' for side in ("center", "right", "left"))
_FREE = '<w:snapToGrid w:val="0"/>'  # larger than what the grid is made for
_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="632"/>'


def _below(lines: int, exact: int = LINE) -> str:
    return f'<w:spacing w:before="{lines * LINE}" w:line="{exact}" w:lineRule="exact"/>'


def _tab(at: int) -> str:
    return f'<w:tabs><w:tab w:val="right" w:pos="{at}"/></w:tabs>'


# name, key, face, size in half points, layout in the order that the schema wants
_PARAGRAPHS = (
    ("发文机关标志", "mark", TITLE_SONG, 84, f'{_FREE}<w:spacing w:before="{round(35 * MM)}"/>{_CENTRED}'),
    ("发文字号", "number", FANGSONG, 32, _BORDER + _below(2) + _CENTRED),
    ("上行文字号", "upward", FANGSONG, 32,
     _BORDER + _tab(TEXT_WIDTH - 316) + _below(2) + '<w:ind w:firstLineChars="100" w:firstLine="316"/>' + _TO_LEFT),
    ("公文标题", "title", TITLE_SONG, 44, _FREE + _below(2) + _CENTRED),
    ("主送机关", "addressee", FANGSONG, 32, _below(1) + _TO_LEFT),
    ("公文正文", "body", FANGSONG, 32, _INDENT),
    ("附件说明", "enclosed", FANGSONG, 32, _below(1) + '<w:ind w:left="1895" w:hanging="1263"/>'),
    ("附件说明续", "enclosed2", FANGSONG, 32, '<w:ind w:left="1895" w:hanging="316"/>'),
    ("发文机关署名", "signature", FANGSONG, 32, "<w:keepNext/>" + _below(2) + _TO_RIGHT),
    ("成文日期", "date", FANGSONG, 32, _TO_RIGHT),
    ("附注", "note", FANGSONG, 32, _INDENT),
    ("抄送", "copies", FANGSONG, 28, _below(0, 480) + '<w:ind w:left="840" w:hanging="840"/>'),
    ("印发", "printed", FANGSONG, 28, _tab(TEXT_WIDTH - 560) + _below(0, 480) + _TO_LEFT),
    ("单页码", "odd", PAGE_SONG, 28, _below(0, 280) + '<w:ind w:right="280"/>' + _TO_RIGHT),
    ("双页码", "even", PAGE_SONG, 28, _below(0, 280) + '<w:ind w:left="280"/>' + _TO_LEFT),
)  # fmt: skip


def _face(face: str, half_points: int | None = None, colour: str = "000000") -> str:
    fonts = " ".join(f'w:{script}="{face}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    size = f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>' if half_points else ""
    return f'<w:rPr><w:rFonts {fonts}/><w:color w:val="{colour}"/>{size}</w:rPr>'


def _styles() -> str:
    """One exact line of the grid for all, and no space added between Han characters and digits: it breaks the 28."""
    shared = f'<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>{_below(0)}<w:jc w:val="both"/>'
    defaults = f"<w:rPrDefault>{_face(FANGSONG, 32)}</w:rPrDefault><w:pPrDefault><w:pPr>{shared}</w:pPr></w:pPrDefault>"
    named = ['<w:style w:type="paragraph" w:default="1" w:styleId="text"><w:name w:val="Normal"/>' + _face(FANGSONG, 32) + "</w:style>"]
    for name, key, face, size, layout in _PARAGRAPHS:
        named.append(
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn '
            f'w:val="text"/><w:qFormat/><w:pPr>{layout}</w:pPr>{_face(face, size, RED if key == "mark" else "000000")}'
            f"</w:style>"
        )
    for name, key, face in (("黑体字", "hei", HEI), ("楷体字", "kai", KAI)):
        named.append(
            f'<w:style w:type="character" w:customStyle="1" w:styleId="{key}"><w:name w:val="{name}"/>{_face(face)}</w:style>'
        )
    return f"<w:styles {_W}><w:docDefaults>{defaults}</w:docDefaults>{''.join(named)}</w:styles>"


@cache
def _template() -> bytes:
    """An empty document with page, grid, styles and page numbers; python-docx's own holds 800 KB that we do not use."""
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    for relations in (document.part.rels, document.part.package.rels):
        for key, relation in list(relations.items()):
            if not relation.reltype.endswith(("officeDocument", "core-properties", "styles", "settings", "fontTable")):
                del relations[key]
    styles = document.styles.element
    styles[:] = list(parse_xml(_styles()))
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    properties = section._sectPr  # noqa: SLF001 - the grid has no property in python-docx
    for old in properties:
        properties.remove(old)
    for footer, style in ((section.footer, "单页码"), (section.even_page_footer, "双页码")):
        footer.paragraphs[0].style = document.styles[style]
        for words in ("— ", None, " —"):
            run = f'<w:t xml:space="preserve">{words}</w:t>'
            page = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            footer.paragraphs[0]._p.append(parse_xml((f"<w:r {_W}>{run}</w:r>" if words else page.replace(" ", f" {_W} ", 1))))
    for part in (
        f'<w:pgSz {_W} w:w="{WIDTH}" w:h="{HEIGHT}"/>',
        f'<w:pgMar {_W} w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" '
        f'w:footer="{FOOT}" w:gutter="0"/>',
        f'<w:docGrid {_W} w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="{NARROWER}"/>',
    ):
        properties.append(parse_xml(part))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()
