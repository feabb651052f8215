"""A document that is wrong in one thing is told that thing, with the clause; any other file is measured or refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.shared import Mm, Pt, RGBColor
from flask import Flask

from portal.papers.layout import Sheet, render
from portal.papers.measures import Finding, measure
from tests.papers.test_layout import MINUTES, SHEET, opened

Fault = Callable[[Any], None]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def bad(findings: list[Finding]) -> list[str]:
    return [f.what for f in findings if not f.good]


def spoilt(sheet: Sheet, fault: Fault) -> list[Finding]:
    document = opened(sheet)
    fault(document)
    changed = io.BytesIO()
    document.save(changed)
    return measure(changed.getvalue())


PAGE = ["纸宽", "纸高", "天头", "订口", "下白边", "右白边", "版心宽", "版心高", "网格"]
MARK = ["标志颜色", "标志位置"]
RULE = ["红色分隔线", "红色分隔线宽度", "红色分隔线位置"]
FOOT = [
    "印发日期",
    "版记字体",
    "版记左空",
    "版记右空",
    "抄送和印发范围",
    "版记粗线",
    "版记细线",
    "版记线宽",
    "版记位置",
]
NUMBERS = ["单页码", "单页码字体", "双页码", "双页码字体", "页码位置", "首页页码"]


def test_a_rendered_order_measures_well() -> None:
    findings = measure(render(SHEET))
    assert bad(findings) == []
    assert [f.what for f in findings] == [
        *PAGE, "发文机关标志", *MARK, "发文字号", "编号字体", "编号位置", *RULE,
        "标题", "标题位置", "标题分行", "主送机关", "主送机关位置", "主送机关标点",
        "正文行距", "正文缩进", "正文", "一级标题", "二级标题", "层次序数",
        "附件说明位置", "附件说明缩进", "附件说明", "附件名称", "成文日期", "成文日期字体", "成文日期位置",
        "文字颜色", *FOOT, *NUMBERS,
    ]  # fmt: skip
    assert findings[8] == Finding("网格", "22 行，每行 28 字", "22 行，每行 28 字", "5.2.3", good=True)


def test_rendered_minutes_measure_well() -> None:
    findings = measure(render(MINUTES))
    assert bad(findings) == []
    assert [f.what for f in findings] == [
        *PAGE, "纪要标志", *MARK, "纪要编号", "编号字体", "编号位置", "纪要日期", "机关和日期字体", *RULE,
        "标题", "标题位置", "标题分行", "正文行距", "正文缩进", "正文", "一级标题", "二级标题", "层次序数",
        "印章", "出席等标注", "出席等名单", "出席位置", "出席等缩进", "出席等回行", "出席等顺序",
        "文字颜色", *FOOT, *NUMBERS,
    ]  # fmt: skip


def test_a_document_that_goes_upward_measures_well(tmp_path: Path) -> None:
    path = tmp_path / "交办单.docx"
    path.write_bytes(render(replace(SHEET, signer="许文博")))
    assert bad(measure(path)) == bad(measure(str(path))) == []


def test_a_draft_lacks_its_number_alone() -> None:
    assert bad(measure(render(replace(SHEET, number=None)))) == ["发文字号"]
    assert bad(measure(render(replace(MINUTES, number=None)))) == ["纪要编号"]


@pytest.mark.parametrize("number", ["〔2026〕8号", "〔2026〕第8期", "第8期", "安城管扫黑办纪〔2026〕108号"])
def test_minutes_may_be_counted_by_issues(number: str) -> None:
    assert bad(measure(render(replace(MINUTES, number=number)))) == []


# One property of the file at a time


def styled(name: str, **font: Any) -> Fault:
    def change(document: Any) -> None:
        for key, value in font.items():
            if key == "face":
                fonts = document.styles[name].element.rPr.rFonts
                fonts.attrib.update(dict.fromkeys(fonts.attrib, value))
            elif key == "colour":
                document.styles[name].font.color.rgb = value
            else:
                document.styles[name].font.size = value

    return change


def attribute(style: str, path: str, **given: str) -> Fault:
    """An attribute of a style's paragraph layout."""

    def change(document: Any) -> None:
        (found,) = document.styles[style].element.pPr.xpath(path)
        for key, value in given.items():
            found.set(W + key, value)

    return change


def without(style: str, path: str) -> Fault:
    def change(document: Any) -> None:
        (found,) = document.styles[style].element.pPr.xpath(path)
        found.getparent().remove(found)

    return change


def margin(side: str, width: Any) -> Fault:
    return lambda document: setattr(document.sections[0], side, width)


def grid(**given: str) -> Fault:
    def change(document: Any) -> None:
        found = document.sections[0]._sectPr.xpath("w:docGrid")[0]
        for key, value in given.items():
            found.set(W + key, value)

    return change


def footer(words: str | None = None, side: int | None = None, *, even: bool = False) -> Fault:
    def change(document: Any) -> None:
        section = document.sections[0]
        paragraph = (section.even_page_footer if even else section.footer).paragraphs[0]
        if words is not None:
            paragraph.runs[0].text = words
        if side is not None:
            paragraph.alignment = side

    return change


def reads(style: str, text: str) -> Fault:
    """The first paragraph of a style, wherever it stands, has other words."""

    def change(document: Any) -> None:
        first = of_style(document, style)
        for run in first.runs[1:]:
            run._r.getparent().remove(run._r)
        first.runs[0].text = text

    return change


def of_style(document: Any, style: str) -> Any:
    at_foot = [p for table in document.tables for row in table.rows for p in row.cells[0].paragraphs]
    return next(p for p in (*document.paragraphs, *at_foot) if p.style.name == style)


def run_of(style: str, n: int = 0, **font: Any) -> Fault:
    """One run alone."""

    def change(document: Any) -> None:
        run = of_style(document, style).runs[n]
        if "face" in font:
            run._r.get_or_add_rPr().get_or_add_rFonts().set(W + "eastAsia", font["face"])
        if "size" in font:
            run.font.size = font["size"]
        if "colour" in font:
            run.font.color.rgb = font["colour"]

    return change


def formatted(style: str, **given: Any) -> Fault:
    """A paragraph's own layout against its style."""

    def change(document: Any) -> None:
        for key, value in given.items():
            setattr(of_style(document, style).paragraph_format, key, value)

    return change


def rule(row: int, side: str, eighths: str | None) -> Fault:
    def change(document: Any) -> None:
        (found,) = document.tables[0].rows[row].cells[0]._tc.tcPr.xpath(f"w:tcBorders/w:{side}")
        if eighths is None:
            found.getparent().remove(found)
        else:
            found.set(W + "sz", eighths)

    return change


def one_rule_more(document: Any) -> None:
    borders = document.tables[0].rows[1].cells[0]._tc.tcPr.xpath("w:tcBorders")[0]
    borders.append(parse_xml(f'<w:top xmlns:w="{W[1:-1]}" w:val="single" w:sz="6" w:space="0" w:color="000000"/>'))


def narrow_rules(document: Any) -> None:
    document.tables[0]._tbl.xpath("w:tblGrid/w:gridCol")[0].set(W + "w", "8000")


def not_at_the_foot(document: Any) -> None:
    place = document.tables[0]._tbl.tblPr
    place.remove(place.xpath("w:tblpPr")[0])


def no_imprint(document: Any) -> None:
    table = document.tables[0]._tbl
    table.getparent().remove(table)


def one_footer(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = False


def bare_first_page(document: Any) -> None:
    document.sections[0].different_first_page_header_footer = True


def second_section(document: Any) -> None:
    document.add_section(WD_SECTION.NEW_PAGE).left_margin = Mm(20)


def no_page_field(document: Any) -> None:
    field = document.sections[0].footer.paragraphs[0]._p.xpath("w:fldSimple")[0]
    field.getparent().remove(field)


def sealed(document: Any) -> None:
    of_style(document, "公文正文").runs[0]._r.append(parse_xml(f'<w:pict xmlns:w="{W[1:-1]}"/>'))


def present_in_another_order(document: Any) -> None:
    of_style(document, "出席人员")._p.addprevious(of_style(document, "出席人员续")._p)


def no_one_present(document: Any) -> None:
    for p in document.paragraphs:
        if p.style.name.startswith("出席人员"):
            p._p.getparent().remove(p._p)


def empty_line_above(style: str) -> Fault:
    return lambda document: of_style(document, style).insert_paragraph_before("")


FAULTS: dict[str, tuple[Sheet, str, Fault]] = {
    # page
    "letter paper": (SHEET, "纸宽", margin("page_width", Mm(216))),
    "a short page": (SHEET, "纸高", margin("page_height", Mm(280))),
    "head of 25 mm": (SHEET, "天头", margin("top_margin", Mm(25))),
    "head of 39 mm": (MINUTES, "天头", margin("top_margin", Mm(39))),
    "binding of 31 mm": (SHEET, "订口", margin("left_margin", Mm(31))),
    "a gutter": (MINUTES, "订口", margin("gutter", Mm(5))),
    "foot of 25 mm": (SHEET, "下白边", margin("bottom_margin", Mm(25))),
    "right of 20 mm": (SHEET, "右白边", margin("right_margin", Mm(20))),
    "another section": (MINUTES, "订口", second_section),
    "more lines": (SHEET, "网格", grid(linePitch="312")),
    "wider characters": (SHEET, "网格", grid(charSpace="0")),
    "no grid": (MINUTES, "网格", grid(type="default")),
    # head
    "organ in another face": (SHEET, "发文机关标志", styled("发文机关标志", face="黑体")),
    "mark in another face": (MINUTES, "纪要标志", styled("发文机关标志", face="宋体")),
    "organ in black": (SHEET, "标志颜色", styled("发文机关标志", colour=RGBColor(0, 0, 0))),
    "mark in blue": (MINUTES, "标志颜色", styled("发文机关标志", colour=RGBColor(0, 0, 255))),
    "mark too high": (MINUTES, "标志位置", attribute("发文机关标志", "w:spacing", before="1000")),
    "mark at the left": (SHEET, "标志位置", attribute("发文机关标志", "w:jc", val="left")),
    "square brackets": (SHEET, "发文字号", reads("发文字号", "安城管扫黑办交[2026]37号")),
    "round brackets": (MINUTES, "纪要编号", reads("纪要编号", "安城管扫黑办纪（2026）8号")),
    "第 in the number": (SHEET, "发文字号", reads("发文字号", "安城管扫黑办交〔2026〕第37号")),
    "第 in the number of minutes": (MINUTES, "纪要编号", reads("纪要编号", "安城管扫黑办纪〔2026〕第8号")),
    "leading zero": (SHEET, "发文字号", reads("发文字号", "安城管扫黑办交〔2026〕037号")),
    "short year": (MINUTES, "纪要编号", reads("纪要编号", "安城管扫黑办纪〔26〕8号")),
    "number in another face": (MINUTES, "编号字体", styled("纪要编号", face="宋体")),
    "number too small": (SHEET, "编号字体", styled("发文字号", size=Pt(14))),
    "number right under the mark": (MINUTES, "编号位置", attribute("纪要编号", "w:spacing", before="0")),
    "number at the left": (SHEET, "编号位置", attribute("发文字号", "w:jc", val="left")),
    "day with zeros": (MINUTES, "纪要日期", reads("纪要机关", "领导小组办公室\t2026年01月05日")),
    "organ line too small": (MINUTES, "机关和日期字体", styled("纪要机关", size=Pt(12))),
    "no red line": (SHEET, "红色分隔线", without("发文字号", "w:pBdr")),
    "no red line on minutes": (MINUTES, "红色分隔线", without("纪要机关", "w:pBdr")),
    "black line": (MINUTES, "红色分隔线", attribute("纪要机关", "w:pBdr/w:bottom", color="000000")),
    "line hidden": (SHEET, "红色分隔线", attribute("发文字号", "w:pBdr/w:bottom", val="none")),
    "short red line": (MINUTES, "红色分隔线宽度", attribute("纪要机关", "w:ind", left="1000")),
    "red line far below": (SHEET, "红色分隔线位置", attribute("发文字号", "w:pBdr/w:bottom", space="28")),
    # title and addressee
    "small title": (SHEET, "标题", styled("公文标题", size=Pt(18))),
    "title in another face": (MINUTES, "标题", styled("公文标题", face="黑体")),
    "title at the left": (MINUTES, "标题位置", attribute("公文标题", "w:jc", val="left")),
    "title under the line at once": (SHEET, "标题位置", attribute("公文标题", "w:spacing", before="0")),
    "a line over the title": (MINUTES, "标题位置", empty_line_above("公文标题")),
    "title with a full stop": (SHEET, "标题分行", reads("公文标题", "关于核查线索的交办单。")),
    "title in one long line": (MINUTES, "标题分行", reads("公文标题", "领" * 30)),
    "addressee in another face": (SHEET, "主送机关", styled("主送机关", face="黑体")),
    "addressee moved in": (SHEET, "主送机关位置", formatted("主送机关", first_line_indent=Pt(32))),
    "addressee with a narrow colon": (SHEET, "主送机关标点", reads("主送机关", "渣土管理科:")),
    # text
    "one loose line": (SHEET, "正文行距", formatted("公文正文", line_spacing=1.5)),
    "lines of 24 pt": (MINUTES, "正文行距", formatted("公文正文", line_spacing=Pt(24))),
    "space between paragraphs": (MINUTES, "正文行距", formatted("公文正文", space_after=Pt(12))),
    "text not moved in": (SHEET, "正文缩进", attribute("公文正文", "w:ind", firstLineChars="0", firstLine="0")),
    "text moved in by four": (MINUTES, "正文缩进", attribute("公文正文", "w:ind", firstLineChars="400")),
    "text in another face": (SHEET, "正文", styled("公文正文", face="宋体")),
    "one run in another face": (MINUTES, "正文", run_of("公文正文", face="宋体")),
    "one run too big": (SHEET, "正文", run_of("公文正文", size=Pt(18))),
    "first level in another face": (SHEET, "一级标题", styled("黑体字", face="宋体")),
    "second level too small": (SHEET, "二级标题", styled("楷体字", size=Pt(14))),
    "levels with a full stop": (MINUTES, "层次序数", reads("公文正文", "一.线索会商")),
    "levels in narrow brackets": (SHEET, "层次序数", reads("公文正文", "(1)线索会商")),
    "levels with a comma": (SHEET, "层次序数", reads("公文正文", "1、线索会商")),
    "attachments at once": (SHEET, "附件说明位置", attribute("附件说明", "w:spacing", before="0")),
    "attachments at the edge": (SHEET, "附件说明缩进", attribute("附件说明", "w:ind", left="0", hanging="0")),
    "attachments too small": (SHEET, "附件说明", styled("附件说明", size=Pt(14))),
    "attachment with a full stop": (SHEET, "附件名称", reads("附件说明", "附件：1. 线索摘录。")),
    "a word in red": (MINUTES, "文字颜色", run_of("公文正文", colour=RGBColor(255, 0, 0))),
    # end
    "day of the order with zeros": (SHEET, "成文日期", reads("成文日期", "2026年01月05日")),
    "day in Han figures": (SHEET, "成文日期", reads("成文日期", "二〇二六年一月五日")),
    "day too small": (SHEET, "成文日期字体", styled("成文日期", size=Pt(12))),
    "day at the edge": (SHEET, "成文日期位置", attribute("成文日期", "w:ind", rightChars="0", right="0")),
    "a picture on minutes": (MINUTES, "印章", sealed),
    "no one present": (MINUTES, "出席人员", no_one_present),
    "present in another face": (MINUTES, "出席等标注", run_of("出席人员", face="仿宋_GB2312")),
    "names in another face": (MINUTES, "出席等名单", run_of("出席人员", 1, face="黑体")),
    "present at once": (MINUTES, "出席位置", attribute("出席人员", "w:spacing", before="0")),
    "present at the edge": (MINUTES, "出席等缩进", attribute("出席人员", "w:ind", left="948")),
    "names turn at the edge": (MINUTES, "出席等回行", attribute("出席人员", "w:ind", left="632", hanging="0")),
    "present in another order": (MINUTES, "出席等顺序", present_in_another_order),
    "present with a narrow colon": (MINUTES, "出席等顺序", reads("出席人员", "出席:许文博")),
    # foot
    "no imprint": (MINUTES, "版记", no_imprint),
    "no imprint on an order": (SHEET, "版记", no_imprint),
    "printed with zeros": (MINUTES, "印发日期", reads("印发", "局办公室\t2026年01月05日印发")),
    "imprint too big": (SHEET, "版记字体", styled("印发", size=Pt(16))),
    "imprint in another face": (MINUTES, "版记字体", styled("印发范围", face="宋体")),
    "imprint at the edge": (SHEET, "版记左空", attribute("印发", "w:ind", left="0")),
    "imprint to the right edge": (MINUTES, "版记右空", attribute("印发范围", "w:ind", right="0")),
    "copies without an end": (SHEET, "抄送和印发范围", reads("抄送", "抄送：局督查科")),
    "copies with a narrow colon": (MINUTES, "抄送和印发范围", reads("印发范围", "发:局领导。")),
    "first rule thin": (SHEET, "版记粗线", rule(0, "top", "4")),
    "last rule thin": (MINUTES, "版记粗线", rule(2, "bottom", "6")),
    "no last rule": (SHEET, "版记粗线", rule(1, "bottom", None)),
    "middle rule thick": (MINUTES, "版记细线", rule(2, "top", "8")),
    "no middle rule": (SHEET, "版记细线", rule(1, "top", None)),
    "a rule too many": (MINUTES, "版记细线", one_rule_more),
    "rules too narrow": (SHEET, "版记线宽", narrow_rules),
    "imprint behind the text": (MINUTES, "版记位置", not_at_the_foot),
    # page numbers
    "hyphens at the page number": (SHEET, "单页码", footer("- ")),
    "page number in the middle": (SHEET, "单页码", footer(side=1)),
    "even pages at the right": (MINUTES, "双页码", footer(side=2, even=True)),
    "no even pages": (SHEET, "双页码", one_footer),
    "no page number": (MINUTES, "单页码", no_page_field),
    "page number at the edge": (MINUTES, "单页码", attribute("单页码", "w:ind", right="0")),
    "page number too small": (SHEET, "单页码字体", styled("单页码", size=Pt(9))),
    "page number in another face": (MINUTES, "双页码字体", styled("双页码", face="仿宋_GB2312")),
    "page number too low": (SHEET, "页码位置", margin("footer_distance", Mm(15))),
    "first page without number": (MINUTES, "首页页码", bare_first_page),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_and_named(name: str) -> None:
    sheet, what, fault = FAULTS[name]
    found = spoilt(sheet, fault)
    assert what in bad(found)
    assert len(bad(found)) <= 4, bad(found)
    assert all(f.clause for f in found)


def test_a_heading_may_be_the_whole_paragraph() -> None:
    def whole(document: Any) -> None:
        line = next(p for p in document.paragraphs if p.text.startswith("一、"))
        line.runs[1].style = document.styles["黑体字"]

    assert bad(spoilt(SHEET, whole)) == []


def test_text_may_be_moved_in_by_two_wide_spaces() -> None:
    def typed(document: Any) -> None:
        for p in document.paragraphs:
            if p.style.name == "公文正文":
                p.paragraph_format.first_line_indent = Pt(0)
                p._p.pPr.ind.set(W + "firstLineChars", "0")
                p.runs[0].text = "\u3000\u3000" + p.runs[0].text

    assert bad(spoilt(MINUTES, typed)) == []


def test_an_imprint_of_paragraphs_with_borders_is_an_imprint() -> None:
    """As many offices type it: a frame of paragraphs instead of a table."""

    def framed(document: Any) -> None:
        table = document.tables[0]
        frame = '<w:framePr w:vAnchor="margin" w:yAlign="bottom"/>'
        line = '<w:p xmlns:w="{ns}"><w:pPr>{frame}<w:pBdr><w:top w:val="single" w:sz="{n}" w:space="0" w:color="000000"/></w:pBdr></w:pPr></w:p>'
        for row, eighths in zip(table.rows, ("8", "6"), strict=True):
            paragraph = row.cells[0].paragraphs[0]._p
            table._tbl.addprevious(parse_xml(line.format(ns=W[1:-1], frame=frame, n=eighths)))
            table._tbl.addprevious(paragraph)
            paragraph.pPr.insert(1, parse_xml(frame.replace("/>", f' xmlns:w="{W[1:-1]}"/>')))
        table._tbl.addprevious(parse_xml(line.format(ns=W[1:-1], frame=frame, n="8")))
        table._tbl.getparent().remove(table._tbl)

    assert bad(spoilt(SHEET, framed)) == []


def test_any_other_document_is_measured_too() -> None:
    other = io.BytesIO()
    document = Document()
    document.add_paragraph("安城管发[2026]第007号")
    document.save(other)
    findings = measure(other.getvalue())
    assert "网格" in bad(findings)
    assert len(bad(findings)) > 15


def test_an_empty_document_is_measured_too() -> None:
    other = io.BytesIO()
    Document().save(other)
    assert len(bad(measure(other.getvalue()))) > 15


# What is no document

JUNK = {"empty": b"", "cut": b"PK\x03\x04", "pdf": b"%PDF-1.7", "text": "一、线索".encode(), "cut in the middle": None}


@pytest.mark.parametrize("name", JUNK)
def test_what_is_no_document_is_refused_in_words(name: str, tmp_path: Path) -> None:
    junk = JUNK[name] if JUNK[name] is not None else render(SHEET)[:5000]
    path = tmp_path / "文件.docx"
    path.write_bytes(junk)
    for source in (junk, path):
        with pytest.raises(ValueError, match="不是可以读取的 Word 文件"):
            measure(source)


@pytest.mark.parametrize("path", ["/nowhere.docx", "/", "/proc"])
def test_what_is_not_there_is_refused_in_words(path: str) -> None:
    with pytest.raises(ValueError, match="不是可以读取的 Word 文件"):
        measure(Path(path))


def changed_part(name: str, old: bytes, new: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(render(SHEET))) as good, zipfile.ZipFile(packed, "w") as package:
        for entry in good.namelist():
            content = good.read(entry)
            package.writestr(entry, content.replace(old, new) if entry == name else content)
    return packed.getvalue()


def test_a_package_that_is_broken_inside_is_refused_in_words() -> None:
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as package:
        package.writestr("a.txt", "a")
    broken = (
        empty.getvalue(),
        changed_part("word/document.xml", b"</w:body>", b""),
        changed_part("word/styles.xml", b'w:sz w:val="32"', b'w:sz w:val="x"'),
        changed_part("[Content_Types].xml", b"wordprocessingml.document.main", b"wordprocessingml.template.main"),
        changed_part("[Content_Types].xml", b'Extension="xml"', b""),
        changed_part("_rels/.rels", b"Target=", b"Nothing="),
        changed_part("word/_rels/document.xml.rels", b"<Relationship ", b"<Other "),
    )
    for junk in broken:
        with pytest.raises(ValueError, match="不是可以读取的 Word 文件"):
            measure(junk)


# flask papers check


@pytest.fixture
def check(app: Flask, tmp_path: Path) -> Callable[..., Any]:
    def run(content: bytes, *options: str) -> Any:
        path = tmp_path / "纪要.docx"
        path.write_bytes(content)
        return app.test_cli_runner().invoke(args=["papers", "check", str(path), *options])

    return run


def test_the_command_prints_a_line_a_check(check: Callable[..., Any]) -> None:
    told = check(render(MINUTES))
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert len(lines) == len(measure(render(MINUTES)))
    assert all(line.startswith("合格　") for line in lines)
    assert lines[2] == "合格　天头：37.0 毫米；要求：37±1 毫米（GB/T 9704-2012 第 5.2.1 条）"


def test_the_command_says_what_fails_and_exits_with_one(check: Callable[..., Any]) -> None:
    told = check(render(replace(MINUTES, number="安城管扫黑办纪[2026]第008号")))
    assert told.exit_code == 1
    (wrong,) = [line for line in told.stdout.splitlines() if not line.startswith("合格")]
    assert wrong.startswith("不合格　纪要编号：安城管扫黑办纪[2026]第008号；要求：")


def test_the_command_as_json_is_an_object_a_line(check: Callable[..., Any]) -> None:
    told = check(render(SHEET), "--json")
    found = [json.loads(line) for line in told.stdout.splitlines()]
    assert (told.exit_code, set(found[0])) == (0, {"what", "wanted", "found", "clause", "good"})
    assert [f["what"] for f in found] == [f.what for f in measure(render(SHEET))]


def test_the_command_refuses_what_is_no_document_in_one_sentence(check: Callable[..., Any]) -> None:
    told = check(b"%PDF-1.7", "--json")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.strip().endswith("不是可以读取的 Word 文件")
    assert len(told.stderr.strip().splitlines()) == 1
