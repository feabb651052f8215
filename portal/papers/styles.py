"""Page, grid, faces and paragraphs of an official document (GB/T 9704-2012): the empty file that layout.py fills.

The type area is 156 × 225 mm, 22 lines of 28 characters of 16 pt (3号). Fonts are named and not embedded: 方正小标宋
and the GB2312 faces are not free; Word finds them on an office's desk.
"""

from __future__ import annotations

import io
from functools import cache

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
SMALL = 280  # a character of 14 pt (4号), that of 版记 and page numbers


def _border(side: str, eighths: int, colour: str = BLACK, space: int = 0) -> str:
    return f'<w:pBdr><w:{side} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/></w:pBdr>'


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_XMLNS = f'xmlns:w="{_WORD}"'
_RED_LINE = _border("bottom", 12, RED, 9)  # with the air under the signs of a line about 4 mm
_CENTRED, _TO_RIGHT, _TO_LEFT = (f'<w:jc w:val="{side}"/>' for side in ("center", "right", "left"))
_INDENT = '<w:ind w:firstLineChars="200" w:firstLine="632"/>'
_ONE_IN = '<w:ind w:firstLineChars="100" w:firstLine="316"/>'


def _below(lines: int, exact: int = LINE) -> str:
    return f'<w:spacing w:before="{lines * LINE}" w:line="{exact}" w:lineRule="exact"/>'


def _tab(at: int) -> str:
    return f'<w:tabs><w:tab w:val="right" w:pos="{at}"/></w:tabs>'


def _hanging(left: float, back: float, unit: float = CHARACTER, right: int = 0) -> str:
    """Turned lines begin `left` characters from the edge, the first one `back` before that."""
    sides = f'w:left="{round(left * unit)}" w:right="{round(right * unit)}" w:hanging="{round(back * unit)}"'
    return f"<w:ind {sides}/>"


# name, key, face, size in half points, layout in the order that the schema wants
_PARAGRAPHS = (
    ("发文机关标志", "mark", TITLE_SONG, 84, f'<w:spacing w:before="{round(35 * MM)}"/>{_CENTRED}'),
    ("发文字号", "number", FANGSONG, 32, _RED_LINE + _below(2) + _CENTRED),
    ("上行文字号", "upward", FANGSONG, 32, _RED_LINE + _tab(TEXT_WIDTH - 316) + _below(2) + _ONE_IN + _TO_LEFT),
    ("纪要编号", "serial", FANGSONG, 32, _below(2) + _CENTRED),
    ("纪要机关", "issuer", FANGSONG, 32, _RED_LINE + _tab(TEXT_WIDTH - 316) + _below(1) + _ONE_IN + _TO_LEFT),
    ("公文标题", "title", TITLE_SONG, 44, _below(2) + _CENTRED),
    ("主送机关", "addressee", FANGSONG, 32, _below(1) + _TO_LEFT),
    ("公文正文", "body", FANGSONG, 32, _INDENT),
    ("附件说明", "enclosed", FANGSONG, 32, _below(1) + _hanging(6, 4)),
    ("附件说明续", "enclosed2", FANGSONG, 32, _hanging(6, 1)),
    ("出席人员", "present", FANGSONG, 32, _below(1) + _hanging(5, 3)),
    ("出席人员续", "present2", FANGSONG, 32, _hanging(5, 3)),
    ("发文机关署名", "signature", FANGSONG, 32, "<w:keepNext/>" + _below(2) + _TO_RIGHT),
    ("成文日期", "date", FANGSONG, 32, f'<w:ind w:rightChars="400" w:right="{round(4 * CHARACTER)}"/>' + _TO_RIGHT),
    ("附注", "note", FANGSONG, 32, _INDENT),
    ("抄送", "copies", FANGSONG, 28, _below(0, 480) + _hanging(4, 3, SMALL, 1)),
    ("印发范围", "sent", FANGSONG, 28, _below(0, 480) + _hanging(3, 2, SMALL, 1)),
    ("印发", "printed", FANGSONG, 28, _tab(TEXT_WIDTH - SMALL) + _below(0, 480) + _hanging(1, 0, SMALL, 1) + _TO_LEFT),
    ("版记定位", "anchor", FANGSONG, 2, _below(0, 20)),
    ("单页码", "odd", PAGE_SONG, 28, _below(0, 280) + f'<w:ind w:right="{SMALL}"/>' + _TO_RIGHT),
    ("双页码", "even", PAGE_SONG, 28, _below(0, 280) + f'<w:ind w:left="{SMALL}"/>' + _TO_LEFT),
)


def _face(face: str, half_points: int, colour: str = BLACK) -> str:
    fonts = " ".join(f'w:{script}="{face}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    return (
        f'<w:rPr><w:rFonts {fonts}/><w:color w:val="{colour}"/><w:spacing w:val="-5"/><w:sz w:val="{half_points}"/>'
        f'<w:szCs w:val="{half_points}"/><w:lang w:eastAsia="zh-CN"/></w:rPr>'
    )


# 版记: a table of the width of the type area at its foot. LibreOffice places it there by the page's edge alone
FOOT_TABLE = (
    f'<w:tblPr {_XMLNS}><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin" w:horzAnchor="page" '
    f'w:tblpX="{LEFT}" w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>'
    f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
    f"</w:tblCellMar></w:tblPr>"
)
THICK, THIN = 8, 6  # 0.35 and 0.25 mm in eighths of a point


def rules(top: int, bottom: int) -> str:
    """The borders of a cell of 版记, in eighths of a point; 0 is none."""
    drawn = ((side, eighths) for side, eighths in (("top", top), ("bottom", bottom)) if eighths)
    lines = (f'<w:{side} w:val="single" w:sz="{n}" w:space="0" w:color="{BLACK}"/>' for side, n in drawn)
    return f"<w:tcBorders {_XMLNS}>{''.join(lines)}</w:tcBorders>"


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
def template() -> bytes:
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
