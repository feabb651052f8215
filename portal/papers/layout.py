"""The layout of official documents (GB/T 9704-2012), written once: papers differ by what they fill in alone.

`render` makes a sheet of any kind out of the empty file of styles.py; measures.py judges any file, by the same rules.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from .styles import CHARACTER, FOOT_TABLE, LINE, TEXT_WIDTH, THICK, THIN, rules, template

if TYPE_CHECKING:
    from docx.document import Document as Word

WIDEST = 20  # characters of 22 pt (2号) in a line
ORGAN, ISSUER = 18, 19  # so many characters of 16 and of 14 pt leave no room for the date beside them


@dataclass(frozen=True)
class Sheet:
    """What stands on a document, from top to bottom. Without a number it is a draft and says so."""

    kind: Literal["order", "minutes"]
    organ: str  # the mark in red; that of minutes ends in 纪要
    number: str | None
    title: str
    paragraphs: tuple[str, ...]
    signature: str  # the organ: above the date at the end of an order, left of it in the head of minutes
    date: date | None
    addressee: str | None = None  # minutes have none
    signer: str | None = None  # 签发人, of documents that go upward
    attachments: tuple[str, ...] = ()
    present: tuple[tuple[str, str], ...] = ()  # of minutes: 出席, 请假, 列席 and the names of each
    contact: str | None = None
    sent_to: tuple[str, ...] = ()  # 印发范围
    copies: tuple[str, ...] = ()
    issuer: str | None = None


def render(sheet: Sheet) -> bytes:
    """The .docx: equal sheets give equal bytes."""
    from docx import Document

    document = Document(io.BytesIO(template()))
    day = f"{sheet.date.year}年{sheet.date.month}月{sheet.date.day}日" if sheet.date else "　　年　月　日"
    _head(document, sheet, day)
    _text(document, sheet)
    if sheet.kind == "order":
        _signed(document, _clean(sheet.signature), day)
    if sheet.contact:
        document.add_paragraph(f"（{_clean(sheet.contact)}）", "附注")
    _imprint(document, sheet, day)
    about, made_on = document.core_properties, sheet.date or date(2012, 7, 1)  # the standard's own day, for a draft
    about.title, about.author, about.last_modified_by = _clean(sheet.title)[:255], _clean(sheet.organ)[:255], ""
    about.created = about.modified = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001 - it has no zone
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


def _head(document: Word, sheet: Sheet, day: str) -> None:
    """版头: the mark in red, the number two lines below, the red line 4 mm under that or under organ and date."""
    from docx.shared import Pt

    lines = _mark_lines(_clean(sheet.organ))
    size = max(1, min(42, int(TEXT_WIDTH / 20 / max(map(len, lines)))))
    mark = document.add_paragraph("\n".join(lines), "发文机关标志")
    # a line little higher than its signs, or they would stand lower than 35 mm
    mark.runs[0].font.size, mark.paragraph_format.line_spacing = Pt(size), Pt(round(size * 1.1))
    number = _clean(sheet.number) if sheet.number else "（草稿，尚未编号）"
    if sheet.kind == "minutes":
        document.add_paragraph(number, "纪要编号")
        document.add_paragraph(_beside(_clean(sheet.signature), day, ORGAN), "纪要机关")
    elif sheet.signer is None:
        document.add_paragraph(number, "发文字号")
    else:
        document.add_paragraph(f"{number}\t签发人：", "上行文字号").add_run(_clean(sheet.signer), "楷体字")


def _mark_lines(mark: str) -> list[str]:
    """Up to 16 characters in one line; else broken behind the organ to which it belongs, a very long one as a title."""
    if len(mark) > 16:
        mark = re.sub("(.{4,}?[局委厅部院府会])(?=.{4})", r"\1\n", mark, count=1)
    return _title_lines(mark)


def _text(document: Word, sheet: Sheet) -> None:
    """主体: title, addressee, text with its levels, attachments, who was present."""
    from docx.shared import Twips

    document.add_paragraph("\n".join(_title_lines(_clean(sheet.title))), "公文标题")
    if sheet.addressee:
        document.add_paragraph(_clean(sheet.addressee).rstrip("：:") + "：", "主送机关")
    for n, line in enumerate(filter(None, (_clean(line) for text in sheet.paragraphs for line in text.split("\n")))):
        begun, face = heading(line)
        paragraph = document.add_paragraph(style="公文正文")
        if n == 0 and not sheet.addressee:  # where an addressee would stand
            paragraph.paragraph_format.space_before = Twips(LINE)
        if begun:
            paragraph.add_run(begun, face)
        paragraph.add_run(line[len(begun) :])
    names = [_clean(name).rstrip("。；;，") for name in sheet.attachments]
    for n, name in enumerate(names, 1):
        words = name if len(names) == 1 else f"{n}. {name}"
        document.add_paragraph(f"附件：{words}" if n == 1 else words, "附件说明" if n == 1 else "附件说明续")
    there = [(label, _clean(who)) for label, who in sheet.present if _clean(who)]
    for n, (label, who) in enumerate(there):
        paragraph = document.add_paragraph(style="出席人员续" if n else "出席人员")
        paragraph.add_run(f"{label}：", "黑体字")
        paragraph.add_run(who)


def heading(line: str) -> tuple[str, str]:
    """The heading that a line begins with and its face; 1. and （1） stand in the face of the text."""
    for numeral, face in (
        ("[一二三四五六七八九十百零]{1,5}、", "黑体字"),
        ("（[一二三四五六七八九十百零]{1,5}）", "楷体字"),
    ):
        if found := re.match(f"{numeral}[^。：:]*[。：:]?", line):
            return found[0], face
    return "", ""


def _title_lines(title: str) -> list[str]:
    """Lines of at most 20 characters of 22 pt, as even as can be, no number or quotation torn. Given breaks stand."""
    lines = []
    for part in title.split("\n"):
        lines.append(part)
        while len(lines[-1]) > WIDEST:
            rest = lines.pop()
            _mark, at = min(_breaks(rest, -(-len(rest) // WIDEST)), default=(0, WIDEST))
            lines += [rest[:at], rest[at:]]
    return lines


def _breaks(rest: str, left: int) -> Iterator[tuple[float, int]]:
    """Places where a title of so many lines may be broken, the best with the lowest mark."""
    for at in range(len(rest) - WIDEST * (left - 1), WIDEST + 1):
        before, after = rest[:at], rest[at:]
        torn = re.search(r"[\w./-]$", before, re.ASCII) and re.match(r"[\w./-]", after, re.ASCII)
        torn = torn or re.search(r"第$|\d$", before)  # 第19次, 2026年
        if before and not torn and after[0] not in "的、，》）”〕和与及号" and before[-1] not in "《（“〔":
            quoted = any(before.count(a) > before.count(b) for a, b in ("《》", "“”", "〔〕"))
            yield abs(at - len(rest) / left - 0.5) + 4 * quoted - 2 * (before[-1] in "的》”、" or after[0] in "《“"), at


def _signed(document: Word, organ: str, day: str) -> None:
    """Under a seal: the date four characters from the right, the organ centred above it as far as it finds room."""
    from docx.shared import Twips

    above = max(0.0, 4 + (sum(0.5 if c.isascii() else 1 for c in day) - len(organ)) / 2)
    signed = document.add_paragraph(organ, "发文机关署名")
    signed.paragraph_format.right_indent = Twips(round(above * CHARACTER))
    document.add_paragraph(day, "成文日期")


def _imprint(document: Word, sheet: Sheet, day: str) -> None:
    """版记 at the foot of the page on which the text ends: to whom it goes, then who printed it and when."""
    from docx.oxml import parse_xml

    told = (("发", "印发范围", _list(sheet.sent_to)), ("抄送", "抄送", _list(sheet.copies)))
    rows = [(f"{label}：{names}。", style) for label, style, names in told if names]
    if sheet.issuer:
        rows.append((_beside(_clean(sheet.issuer), f"{day}印发", ISSUER), "印发"))
    if not rows:
        return
    table = document.add_table(len(rows), 1)
    table._tbl.tblPr[:] = list(parse_xml(FOOT_TABLE))  # noqa: SLF001 - a place at the foot has no property
    for n, (words, style) in enumerate(rows):
        cell = table.cell(n, 0)
        cell.paragraphs[0].text, cell.paragraphs[0].style = words, document.styles[style]
        over = THICK if n == 0 else THIN if style == "印发" else 0  # no rule between the first two (7.4.2)
        borders = parse_xml(rules(over, THICK if n == len(rows) - 1 else 0))
        cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 - nor have borders
    document.add_paragraph("", "版记定位")  # the table stands on the page of the paragraph behind it


def _beside(organ: str, day: str, most: int) -> str:
    """The day at the right end of the line, or of a line of its own."""
    return organ + ("" if len(organ) < most else "\n") + f"\t{day}"


def _list(names: tuple[str, ...]) -> str:
    return "，".join(filter(None, (_clean(name).rstrip("，。；") for name in names)))
