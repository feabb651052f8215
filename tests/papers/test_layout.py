"""A sheet stands as GB/T 9704-2012 wants it, an order and minutes alike, and twice the same."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document

from portal.papers.layout import Sheet, render
from portal.papers.measures import measure

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


MINUTES = Sheet(
    kind="minutes",
    organ="安澜市城市管理局扫黑除恶专项斗争领导小组会议纪要",
    number="安城管扫黑办纪〔2026〕8号",
    title="扫黑除恶专项斗争领导小组第12次例会纪要",
    paragraphs=(
        "2026年1月5日，许文博在局三楼会议室主持召开领导小组第12次例会。现将议定事项纪要如下：",
        "一、线索会商",
        "（一）对消纳场门口拦车收费限期核查。责任单位：渣土管理科；责任人：陈立；完成时限：2026年1月20日。",
        "1.走访运输企业；",
    ),
    signature="领导小组办公室",
    date=date(2026, 1, 5),
    present=(("出席", "许文博、吴敏"), ("请假", "钱进"), ("列席", "冯立")),
    sent_to=("局领导", "各科室。"),
    copies=("市扫黑办",),
    issuer="安澜市城市管理局扫黑办",
)


def opened(sheet: Sheet) -> Any:
    return Document(io.BytesIO(render(sheet)))


def texts(sheet: Sheet) -> list[tuple[str, str]]:
    document = opened(sheet)
    at_foot = [p for table in document.tables for row in table.rows for p in row.cells[0].paragraphs]
    return [(p.style.name, p.text) for p in (*document.paragraphs, *at_foot) if p.text]


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
    assert not opened(short).tables


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
        ("扫黑除恶专项斗争2026年第19次例会纪要", ["扫黑除恶专项斗争2026年", "第19次例会纪要"]),
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
    # 9 pt and the air under the signs of a line of 28.95 pt: about 4 mm
    assert (line["color"], line["space"]) == ("FF0000", "9")
    for name, lines in {"发文字号": 2, "公文标题": 2, "主送机关": 1, "附件说明": 1}.items():
        spacing = layout(name, "w:spacing")
        assert (int(spacing["before"]), spacing["line"], spacing["lineRule"]) == (lines * 579, "579", "exact")
    assert layout("公文正文", "w:ind")["firstLineChars"] == "200"


def rules(sheet: Sheet) -> list[tuple[str | None, ...]]:
    """Of each row at the foot the weight of the rule over it and of that under it, in eighths of a point."""
    (table,) = opened(sheet).tables
    cells = [row.cells[0]._tc.tcPr for row in table.rows]
    return [
        tuple(next(iter(cell.xpath(f"w:tcBorders/w:{side}/@w:sz")), None) for side in ("top", "bottom"))
        for cell in cells
    ]


def test_the_imprint_stands_at_the_foot_between_its_rules() -> None:
    assert rules(SHEET) == [("8", None), ("6", "8")]  # 0.35 and 0.25 mm
    assert rules(MINUTES) == [("8", None), (None, None), ("6", "8")]  # none between 发 and 抄送 (7.4.2)
    assert rules(replace(MINUTES, copies=(), sent_to=())) == [("8", "8")]
    (table,) = opened(SHEET).tables
    (place,) = table._tbl.tblPr.xpath("w:tblpPr")
    place = {key.split("}")[1]: value for key, value in place.attrib.items()}
    assert (place["vertAnchor"], place["tblpYSpec"], place["tblpX"]) == ("margin", "bottom", "1587")
    assert table._tbl.xpath("w:tblGrid/w:gridCol/@w:w") == ["8845"]  # 156 mm


def test_a_long_issuer_has_the_date_under_it() -> None:
    assert ("印发", f"{OFFICE}\n\t2026年1月5日印发") in texts(replace(MINUTES, issuer=OFFICE))


def test_a_long_organ_in_the_head_has_the_date_under_it() -> None:
    assert ("纪要机关", f"{OFFICE}\n\t2026年1月5日") in texts(replace(MINUTES, signature=OFFICE))
    assert [f for f in measure(render(replace(MINUTES, signature=OFFICE, issuer=OFFICE))) if not f.good] == []


def test_minutes_stand_from_top_to_bottom() -> None:
    assert texts(MINUTES) == [
        ("发文机关标志", "安澜市城市管理局\n扫黑除恶专项斗争领导小组会议纪要"),
        ("纪要编号", "安城管扫黑办纪〔2026〕8号"),
        ("纪要机关", "领导小组办公室\t2026年1月5日"),
        ("公文标题", "扫黑除恶专项斗争领导小组第12次例会纪要"),
        ("公文正文", MINUTES.paragraphs[0]),
        ("公文正文", "一、线索会商"),
        ("公文正文", MINUTES.paragraphs[2]),
        ("公文正文", "1.走访运输企业；"),
        ("出席人员", "出席：许文博、吴敏"),
        ("出席人员续", "请假：钱进"),
        ("出席人员续", "列席：冯立"),
        ("印发范围", "发：局领导，各科室。"),
        ("抄送", "抄送：市扫黑办。"),
        ("印发", "安澜市城市管理局扫黑办\t2026年1月5日印发"),
    ]


def test_what_minutes_were_not_given_is_not_there() -> None:
    there = texts(replace(MINUTES, present=(("出席", "许文博"), ("请假", " "), ("列席", "")), sent_to=(), copies=()))
    assert [name for name, _text in there][-2:] == ["出席人员", "印发"]


def test_minutes_have_no_seal_and_no_signature() -> None:
    document = opened(MINUTES)
    assert not document.element.body.xpath(".//w:drawing | .//w:pict")
    assert not {"发文机关署名", "成文日期"} & {name for name, _text in texts(MINUTES)}


def test_those_present_are_labelled_and_turn_under_the_first_name() -> None:
    first = next(p for p in opened(MINUTES).paragraphs if p.style.name == "出席人员")
    assert (first.runs[0].text, first.runs[0].style.name) == ("出席：", "黑体字")
    character = (11906 - 1587 - 1474) / 28
    for name in ("出席人员", "出席人员续"):
        ind = layout(name, "w:ind")
        assert [round(int(ind[side]) / character, 1) for side in ("left", "hanging")] == [5, 3]


@pytest.mark.parametrize("decisions", [1, 12, 40])
def test_minutes_of_any_length_measure_well(decisions: int) -> None:
    unit = "安澜市城市管理局渣土运输与消纳场所监督管理及建筑垃圾资源化利用综合协调服务中心第一分中心东城片区驻场监督管理办公室（筹）"
    assert len(unit) == 60
    said = tuple(f"（{numeral(n)}）第{n}项。责任单位：{unit}；责任人：𠮷㐂。" for n in range(1, decisions + 1))
    assert [f for f in measure(render(replace(MINUTES, paragraphs=said, sent_to=(unit,) * 3))) if not f.good] == []


def numeral(n: int) -> str:
    tens, ones = divmod(n, 10)
    return (
        ("一二三四五六七八九"[tens - 1] if tens > 1 else "") + "十" * (tens > 0) + " 一二三四五六七八九"[ones].strip()
    )


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
