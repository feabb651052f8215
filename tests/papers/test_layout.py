"""A sheet stands as GB/T 9704-2012 wants it, twice the same, and a wrong one is told what is wrong."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm, Pt, RGBColor

from portal.papers.layout import Finding, Sheet, measure, render

OFFICE = "安澜市城市管理局扫黑除恶专项斗争领导小组办公室"
SHEET = Sheet(
    kind="order",
    organ=OFFICE,
    number="安城管扫黑办交〔2026〕37号",
    title="关于核查“消纳场门口拦车收取过路费”线索的交办单",
    addressee="渣土管理科",
    paragraphs=(
        "现将下列线索交你单位核查，请按要求办理。",
        "一、线索编号：XS-2026-000405。业务领域：渣土运输。",
        "（一）现场核查。两名以上执法人员进行。",
        "1.走访运输企业；",
        "（1）调取过磅记录。",
        "二、办理要求",
        "不得扩大知情范围。\n\n不得向被反映人透露线索来源。",
    ),
    signature=OFFICE,
    date=date(2026, 1, 5),
    attachments=("线索摘录。", "核查记录样式"),
    contact="联系人：吴敏，电话：6000",
    copies=("局督查科", "执法二中队。"),
    issuer="安澜市城市管理局办公室",
)


def opened(sheet: Sheet) -> Any:
    return Document(io.BytesIO(render(sheet)))


def texts(sheet: Sheet) -> list[tuple[str, str]]:
    return [(p.style.name, p.text) for p in opened(sheet).paragraphs if p.text]


def test_a_sheet_stands_from_top_to_bottom() -> None:
    assert texts(SHEET) == [
        ("发文机关标志", "安澜市城市管理局\n扫黑除恶专项斗争领导小组办公室"),
        ("发文字号", "安城管扫黑办交〔2026〕37号"),
        ("公文标题", "关于核查“消纳场门口拦车收取过路费”\n线索的交办单"),
        ("主送机关", "渣土管理科："),
        ("公文正文", "现将下列线索交你单位核查，请按要求办理。"),
        ("公文正文", "一、线索编号：XS-2026-000405。业务领域：渣土运输。"),
        ("公文正文", "（一）现场核查。两名以上执法人员进行。"),
        ("公文正文", "1.走访运输企业；"),
        ("公文正文", "（1）调取过磅记录。"),
        ("公文正文", "二、办理要求"),
        ("公文正文", "不得扩大知情范围。"),
        ("公文正文", "不得向被反映人透露线索来源。"),
        ("附件说明", "附件：1. 线索摘录"),
        ("附件说明续", "2. 核查记录样式"),
        ("发文机关署名", OFFICE),
        ("成文日期", "2026年1月5日"),
        ("附注", "（联系人：吴敏，电话：6000）"),
        ("抄送", "抄送：局督查科，执法二中队。"),
        ("印发", "安澜市城市管理局办公室\t2026年1月5日印发"),
    ]


def test_a_short_sheet_has_nothing_that_it_was_not_given() -> None:
    short = replace(SHEET, attachments=("线索摘录",), contact=None, copies=(), issuer=None)
    names = [name for name, _ in texts(short)]
    assert names[-3:] == ["附件说明", "发文机关署名", "成文日期"]
    assert ("附件说明", "附件：线索摘录") in texts(short)
    assert not any(p.style.name.startswith("版记") for p in opened(short).paragraphs)


def test_headings_have_their_faces_and_the_text_its_own() -> None:
    runs = {p.text: [(r.text, r.style.name) for r in p.runs if r.style] for p in opened(SHEET).paragraphs}
    assert runs["一、线索编号：XS-2026-000405。业务领域：渣土运输。"] == [("一、线索编号：", "黑体字")]
    assert runs["（一）现场核查。两名以上执法人员进行。"] == [("（一）现场核查。", "楷体字")]
    assert runs["二、办理要求"] == [("二、办理要求", "黑体字")]
    assert runs["1.走访运输企业；"] == runs["（1）调取过磅记录。"] == []


def test_a_draft_says_that_it_is_one() -> None:
    assert ("发文字号", "（草稿，尚未编号）") in texts(replace(SHEET, number=None, date=None))
    assert ("成文日期", "　　年　月　日") in texts(replace(SHEET, number=None, date=None))


def test_a_document_that_goes_upward_names_who_signs() -> None:
    upward = opened(replace(SHEET, signer="许文博")).paragraphs[1]
    assert upward.text == "安城管扫黑办交〔2026〕37号\t签发人：许文博"
    assert upward.runs[-1].style.name == "楷体字"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于报送信息月报的通知", ["关于报送信息月报的通知"]),
        ("关于交办XS-2026-000405号线索的通知并限期核查反馈", ["关于交办XS-2026-000405号", "线索的通知并限期核查反馈"]),
        (
            "关于印发《渣土运输领域扫黑除恶专项斗争工作方案》的通知",
            ["关于印发", "《渣土运输领域扫黑除恶专项斗争工作方案》", "的通知"],
        ),
        ("第一行\n第二行", ["第一行", "第二行"]),
    ],
)
def test_a_title_breaks_between_words_as_far_as_signs_tell(title: str, lines: list[str]) -> None:
    found = opened(replace(SHEET, title=title)).paragraphs[2].text.split("\n")
    assert "".join(found) == title.replace("\n", "")
    assert all(0 < len(line) <= 20 for line in found)
    if title.startswith("关于印发"):
        assert not any(line.startswith(("的", "》")) for line in found)
    else:
        assert found == lines


def test_a_long_title_of_any_length_is_broken_and_whole() -> None:
    for length in (1, 20, 21, 39, 40, 41, 60, 61, 125):
        found = opened(replace(SHEET, title="核" * length)).paragraphs[2].text.split("\n")
        assert sum(map(len, found)) == length
        assert max(map(len, found)) <= 20
        assert len(found) == -(-length // 20)
        assert max(map(len, found)) - min(map(len, found)) <= 2


def layout(name: str, path: str) -> dict[str, str]:
    """The attributes of one element of a style's paragraph layout."""
    (found,) = opened(SHEET).styles[name].element.pPr.xpath(path)
    return {key.split("}")[1]: value for key, value in found.attrib.items()}


def test_the_measures_are_those_of_the_standard() -> None:
    page = opened(SHEET).sections[0]
    sides = (page.top_margin, page.left_margin, page.bottom_margin, page.right_margin)
    assert [round(side.mm, 1) for side in sides] == [37, 28, 35, 26]
    assert round(page.footer_distance.mm + 14 * 25.4 / 72 / 2, 1) == 28  # the dash: 7 mm under the type area
    assert round(int(layout("发文机关标志", "w:spacing")["before"]) / 20 / 72 * 25.4) == 35
    line = layout("发文字号", "w:pBdr/w:bottom")
    assert (line["color"], round(int(line["space"]) / 72 * 25.4)) == ("FF0000", 4)
    for name, lines in {"发文字号": 2, "公文标题": 2, "主送机关": 1, "附件说明": 1}.items():
        spacing = layout(name, "w:spacing")
        assert (int(spacing["before"]), spacing["line"], spacing["lineRule"]) == (lines * 579, "579", "exact")
    assert layout("公文正文", "w:ind")["firstLineChars"] == "200"


def test_the_imprint_stands_at_the_foot_between_its_rules() -> None:
    names = [p.style.name for p in opened(SHEET).paragraphs]
    assert names[-6:] == ["版记粗线", "抄送", "版记细线", "印发", "版记粗线", "版记定位"]
    assert layout("版记粗线", "w:pBdr/w:top")["sz"] == "8"  # 0.35 mm
    assert layout("版记细线", "w:pBdr/w:top")["sz"] == "6"  # 0.25 mm
    for name in ("版记粗线", "抄送", "版记细线", "印发"):
        frame = layout(name, "w:framePr")
        assert (frame["vAnchor"], frame["yAlign"]) == ("margin", "bottom")


def test_the_signature_stands_above_the_date_as_far_as_it_finds_room() -> None:
    character = (11906 - 1587 - 1474) / 28
    for organ, characters in (("市城管局", 5), (OFFICE, 0)):  # the date is six wide and four from the right
        signed = next(p for p in opened(replace(SHEET, signature=organ)).paragraphs if p.style.name == "发文机关署名")
        assert round(signed.paragraph_format.right_indent.twips / character, 1) == characters
    assert layout("成文日期", "w:ind")["rightChars"] == "400"
    assert opened(SHEET).styles["发文机关署名"].paragraph_format.keep_with_next


def test_equal_sheets_are_equal_bytes() -> None:
    first, again = render(SHEET), render(replace(SHEET))
    assert hashlib.sha256(first).digest() == hashlib.sha256(again).digest()
    assert render(replace(SHEET, contact="联系人：孙蕾")) != first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(first) < 20_000


def test_nothing_of_the_machine_or_the_moment_is_in_the_file() -> None:
    about = opened(SHEET).core_properties
    assert (about.created.date(), about.author, about.last_modified_by) == (date(2026, 1, 5), OFFICE, "")


@pytest.mark.parametrize("bad", ["<w:p/>&amp;", "坏\x00字\x0b符\ud800", "]]>", "=cmd|' /C calc'!A0"])
def test_any_text_is_text(bad: str) -> None:
    sheet = replace(SHEET, paragraphs=(bad,), title=bad, copies=(bad,), issuer=bad, attachments=(bad,), contact=bad)
    clean = "".join(c for c in bad if c.isprintable())
    assert ("公文正文", clean) in texts(sheet)
    assert all(f.good for f in measure(render(sheet)))


# Measuring


def bad(findings: list[Finding]) -> list[str]:
    return [f.what for f in findings if not f.good]


def test_what_is_rendered_measures_well(tmp_path: Path) -> None:
    findings = measure(render(SHEET))
    assert bad(findings) == []
    assert [f.what for f in findings] == [
        "纸宽", "纸高", "天头", "订口", "下白边", "右白边", "网格", "发文机关标志", "发文字号", "红色分隔线", "标题",
        "正文行距", "正文", "一级标题", "二级标题", "单页码", "双页码",
    ]  # fmt: skip
    assert findings[6] == Finding("网格", "22 行，每行 28 字", "22 行，每行 28 字", good=True)
    path = tmp_path / "交办单.docx"
    path.write_bytes(render(replace(SHEET, signer="许文博")))
    assert bad(measure(path)) == bad(measure(str(path))) == []


def test_a_draft_lacks_its_number_alone() -> None:
    draft = render(replace(SHEET, number=None))
    assert "发文字号" in bad(measure(draft))


def styled(name: str, **font: Any) -> Callable[[Any], None]:
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


def margin(side: str, width: Any) -> Callable[[Any], None]:
    return lambda document: setattr(document.sections[0], side, width)


def grid(**given: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        found = document.sections[0]._sectPr.xpath("w:docGrid")[0]
        for key, value in given.items():
            found.set(next(k for k in found.attrib if k.endswith(key)), value)

    return change


def footer(words: str, side: int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        paragraph = document.sections[0].footer.paragraphs[0]
        paragraph.runs[0].text = words
        paragraph.alignment = side

    return change


def numbered(number: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        document.paragraphs[1].runs[0].text = number

    return change


def no_red_line(document: Any) -> None:
    layout = document.styles["发文字号"].element.pPr
    layout.remove(layout.xpath("w:pBdr")[0])


def own_face(document: Any) -> None:
    fonts = document.paragraphs[4].runs[0]._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(next(iter(document.styles["公文正文"].element.rPr.rFonts.attrib)).replace("ascii", "eastAsia"), "宋体")


def loose_line(document: Any) -> None:
    document.paragraphs[4].paragraph_format.line_spacing = 1.5


def one_footer(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = False


FAULTS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "head of 25 mm": ("天头", margin("top_margin", Mm(25))),
    "binding of 31 mm": ("订口", margin("left_margin", Mm(31))),
    "letter paper": ("纸宽", margin("page_width", Mm(216))),
    "more lines": ("网格", grid(linePitch="312")),
    "wider characters": ("网格", grid(charSpace="0")),
    "organ in another face": ("发文机关标志", styled("发文机关标志", face="黑体")),
    "organ in black": ("发文机关标志", styled("发文机关标志", colour=RGBColor(0, 0, 0))),
    "square brackets": ("发文字号", numbered("安城管扫黑办交[2026]37号")),
    "第 in the number": ("发文字号", numbered("安城管扫黑办交〔2026〕第37号")),
    "leading zero": ("发文字号", numbered("安城管扫黑办交〔2026〕037号")),
    "no red line": ("红色分隔线", no_red_line),
    "small title": ("标题", styled("公文标题", size=Pt(18))),
    "text in another face": ("正文", styled("公文正文", face="宋体")),
    "one run in another face": ("正文", own_face),
    "first level in another face": ("一级标题", styled("黑体字", face="宋体")),
    "second level too small": ("二级标题", styled("楷体字", size=Pt(14))),
    "one loose line": ("正文行距", loose_line),
    "hyphens at the page number": ("单页码", footer("- ", 2)),
    "page number in the middle": ("单页码", footer("— ", 1)),
    "no even pages": ("双页码", one_footer),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_and_named(name: str) -> None:
    what, fault = FAULTS[name]
    document = opened(SHEET)
    fault(document)
    changed = io.BytesIO()
    document.save(changed)
    found = bad(measure(changed.getvalue()))
    assert what in found
    assert len(found) <= 2


def test_any_other_document_is_measured_too() -> None:
    other = io.BytesIO()
    document = Document()
    document.add_paragraph("安城管发[2026]第007号")
    document.save(other)
    findings = measure(other.getvalue())
    assert "网格" in bad(findings)
    assert next(f.found for f in findings if f.what == "发文字号") == "安城管发[2026]第007号"


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", b"%PDF-1.7", Path("/nowhere.docx")])
def test_what_is_no_document_is_refused_in_words(junk: bytes | Path) -> None:
    with pytest.raises(ValueError, match="不是可以读取的 Word 文件"):
        measure(junk)


def test_a_package_without_a_document_is_refused() -> None:
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as package:
        package.writestr("a.txt", "a")
    with pytest.raises(ValueError, match="不是可以读取的 Word 文件"):
        measure(empty.getvalue())
