"""补记会议 by keyboard: the table follows the lines, but never an input method and never over a cell that was changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

Open = Callable[..., Page]
Look = Callable[[Page], None]
LOG = "/meetings/do/log"
LINES = """渣土科陈立11月30日前完成当面核实，交核查报告
扫黑办吴敏向市公安局交管支队发协查函，核对3个车牌，12月1日
各中队开展岁末集中排查 12月15日前
二中队老高补拍北门夜间照片 下周三
督查科孙蕾就XS-2026-999481发催办单 11月30日"""
THREE = ["第 3 项牵头单位", "第 4 项责任人", "第 5 项编号"]
COMPOSE = """(field, kind) => field.dispatchEvent(new CompositionEvent("composition" + kind, { bubbles: true }))"""
TYPE = """(field, text) => { field.value += text; field.dispatchEvent(new InputEvent("input", { bubbles: true })); }"""


class Drawings:
    """The requests for the table; while `hold` is said, they are under way and not answered."""

    def __init__(self, page: Page) -> None:
        self.asked, self.hold, self.waiting = 0, False, list[Route]()
        page.route(f"**{LOG}", self._pass)

    def _pass(self, route: Route) -> None:
        drawing = route.request.method == "POST" and "draw=1" in (route.request.post_data or "")
        self.asked += drawing
        if drawing and self.hold:
            self.waiting.append(route)
        else:
            route.continue_()

    def answer(self) -> None:
        """Now they are answered."""
        self.hold = False
        while self.waiting:
            self.waiting.pop().continue_()


def opened(page_as: Open, **more: Any) -> Page:
    page = page_as("office", **more)
    page.goto(LOG)
    lines = page.locator("[data-lines]")
    if lines.input_value():  # the draft of the test before
        lines.fill("")
        if more.get("script", True):
            expect(page.locator("#rows tbody tr")).to_have_count(0)
    return page


def row(page: Page, n: int, cell: str) -> Any:
    return page.locator(f"#rows-{n - 1}-{cell}")


def test_twelve_lines_are_nothing_for_a_keyboard(page_as: Open, axe: Look) -> None:
    """Paste, look, press: three questions named; each is answered where its link leads; one save."""
    page = opened(page_as)
    page.locator("[data-lines]").focus()
    page.keyboard.insert_text(LINES)
    expect(page.locator("#rows tbody tr")).to_have_count(5)
    expect(page.locator("#open")).to_contain_text("还有 3 处待确认：第 3 项牵头单位、第 4 项责任人、第 5 项编号")
    expect(page.locator(".pad__mirror li.is-doubtful")).to_have_count(3)
    expect(page.locator("[data-lines]")).to_be_focused()
    axe(page)
    page.keyboard.press("Control+Enter")
    summary = page.locator("#refused [data-errors]")
    expect(summary).to_be_focused()
    assert [t.partition("：")[0] for t in summary.locator("li").all_inner_texts()] == THREE
    axe(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(row(page, 3, "unit_id")).to_be_focused()
    while row(page, 3, "unit_id").locator("option:checked").inner_text() != "执法二中队":
        page.keyboard.press("ArrowDown")
    page.locator('[data-pick="rows-3-officer_id"]').first.focus()
    page.keyboard.press("Enter")  # a reading is a press
    expect(row(page, 4, "officer_id")).to_be_focused()
    expect(page.locator("#open")).to_have_text("")
    expect(row(page, 3, "unit_id").locator("option:checked")).to_have_text("执法二中队")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/meetings/HY-\d{4}-\d{4}$"))
    expect(page.locator("#decided tbody tr")).to_have_count(5)
    expect(page.locator("#decided")).to_contain_text("童立夏")  # nobody was named: the head of the squad
    axe(page)


def test_nothing_is_drawn_while_an_input_method_composes(page_as: Open) -> None:
    """A key was waiting when it began: the table is asked for only after the last candidate was chosen."""
    page = opened(page_as)
    drawings, lines = Drawings(page), page.locator("[data-lines]")
    lines.focus()
    lines.evaluate(TYPE, "渣土科陈立写出整治方案 12月1日")
    lines.evaluate(COMPOSE, "start")
    page.wait_for_timeout(1800)
    lines.evaluate(TYPE, "qian")
    page.wait_for_timeout(1500)
    assert drawings.asked == 0 and page.locator("#rows tbody tr").count() == 0
    lines.evaluate("(field) => { field.value = field.value.replace('qian', '前'); }")
    lines.evaluate(COMPOSE, "end")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    assert drawings.asked >= 1
    expect(row(page, 1, "due_on")).to_have_value("2026-12-01" if _november(page) else re.compile(r"-12-01$"))


def _november(page: Page) -> bool:
    return page.locator("#held_on").input_value().startswith("2026")


def test_an_answer_that_comes_while_one_composes_waits(page_as: Open) -> None:
    page = opened(page_as)
    lines = page.locator("[data-lines]")
    lines.focus()
    page.keyboard.insert_text("渣土科陈立写出整治方案 12月1日")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    drawings = Drawings(page)
    drawings.hold = True
    page.keyboard.insert_text("\n市容科邓凯清理柳桥街摊位 12月2日")
    page.wait_for_timeout(1600)
    assert len(drawings.waiting) == 1
    lines.evaluate(COMPOSE, "start")
    drawings.answer()
    page.wait_for_timeout(1000)
    assert page.locator("#rows tbody tr").count() == 1
    lines.evaluate(COMPOSE, "end")
    expect(page.locator("#rows tbody tr")).to_have_count(2)


def test_a_cell_that_was_changed_is_never_overwritten(page_as: Open) -> None:
    """Changed before the table is asked for, and changed while the answer is under way."""
    page = opened(page_as)
    lines = page.locator("[data-lines]")
    lines.focus()
    page.keyboard.insert_text("渣土科陈立写出整治方案 12月1日\n市容科邓凯清理柳桥街摊位 12月2日")
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    row(page, 1, "what").fill("写出两份方案")
    drawings = Drawings(page)
    drawings.hold = True
    lines.focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\n广告科宋岩补报数字报表 12月3日")
    page.wait_for_timeout(1600)
    assert len(drawings.waiting) == 1
    row(page, 2, "due_on").fill("2026-12-09")  # the answer does not know of it
    drawings.answer()
    page.wait_for_timeout(1000)
    expect(row(page, 2, "due_on")).to_have_value("2026-12-09")
    assert page.locator("#rows tbody tr").count() == 2  # while one is in the table nothing is drawn under the hand
    lines.focus()
    expect(page.locator("#rows tbody tr")).to_have_count(3)
    expect(row(page, 1, "what")).to_have_value("写出两份方案")
    expect(row(page, 2, "due_on")).to_have_value("2026-12-09")


def test_control_s_keeps_the_draft_with_its_table(page_as: Open) -> None:
    page = opened(page_as)
    page.locator("[data-lines]").focus()
    page.keyboard.insert_text("二中队老高补拍北门夜间照片 下周三")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    with page.expect_response(lambda answer: "draft=1" in answer.url and answer.status == 204):
        page.keyboard.press("Control+s")
    page.goto(LOG)
    expect(page.locator("#refused")).to_contain_text("上次没有提交的草稿")
    expect(page.locator("#open")).to_contain_text("第 1 项责任人")


def test_without_script_the_first_post_gives_the_table(page_as: Open) -> None:
    page = opened(page_as, script=False)
    page.fill("[data-lines]", "各中队开展岁末集中排查 12月15日前\n渣土科陈立写出整治方案 12月1日")
    page.click("button[data-key='Control+Enter'], button[data-key='Ctrl+Enter']")
    assert page.locator("#refused li").all_inner_texts() == ["第 1 项牵头单位：请选定"]
    page.click(".pick >> nth=1")
    expect(page.locator("#refused li")).to_have_count(0)
    page.click("button[data-key='Ctrl+Enter']")
    page.wait_for_url(re.compile(r"/meetings/HY-\d{4}-\d{4}$"))
    expect(page.locator("#decided tbody tr")).to_have_count(2)


PAGES = ("/meetings/", "/meetings/decisions/?tab=open", LOG)


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_of_meetings_is_for_everybody(page_as: Open, axe: Look, no_sideways: Look, width: int) -> None:
    page = page_as("office", width=width)
    addresses = list(PAGES)
    for listing in PAGES[:2]:
        page.goto(listing)
        addresses.append(page.locator("[data-list] [data-number] a").first.get_attribute("href"))
    for verb in ("answer", "postpone"):
        addresses.append(f"{addresses[4]}/do/{verb}")
    for address in addresses:
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            continue
        if address == LOG:
            page.locator("[data-lines]").focus()
            page.keyboard.insert_text(LINES)
            expect(page.locator("#rows tbody tr")).to_have_count(5)
            page.locator(".attend > summary").click()
        no_sideways(page)
        axe(page)
