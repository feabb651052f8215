"""A box opened by two, its letter typed by keyboard with a scan, the excerpt beside it, a petition read for clues."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.verbs.stage import PNG

Open = Callable[..., Page]
Look = Callable[[Page], None]
PATHS = (
    "/intake/letters/new", "/intake/letters/new?channel=来访", "/intake/letters/new?channel=上级交办",
    "/intake/letters/new?channel=现场发现", "/intake/boxes/", "/intake/boxes/do/open", "/intake/petitions/",
    "/intake/petitions/do/register", "/intake/petitions/import",
)  # fmt: skip


def test_a_box_and_its_letter_without_a_mouse(page_as: Open, axe: Look, tmp_path: Path) -> None:
    page = page_as("operator")
    key, write = page.keyboard.press, page.keyboard.type
    page.goto("/intake/boxes/do/open")
    page.locator("#box").focus()
    write("局机关大门")
    page.locator("#opened_at").fill("2026-01-05T09:00")
    for field in ("opener_id", "second_id"):
        page.locator(f"#{field}").focus()
        key("ArrowDown")
        if field == "second_id":
            key("ArrowDown")
    page.locator("#found").focus()
    write("1")
    axe(page)
    key("Control+Enter")
    page.wait_for_url(re.compile(r"/intake/boxes/KX-\d{4}-\d{4}$"))
    page.get_by_role("link", name="登记一封信").focus()
    key("Enter")
    page.wait_for_url(re.compile(r"/intake/letters/new"))
    expect(page.locator("[name=channel]:checked")).to_have_value("举报箱")
    key("Alt+1")
    write("信里说南岭沙场夜里偷倒渣土，不用他们的车就堵门。")
    key("Alt+2")
    key("4")
    key("Alt+3")
    write("南岭沙场东门")
    key("Alt+4")
    write("安澜恒畅运输有限公司")
    key("Alt+5")
    key("Space")
    key("Alt+6")
    key("Space")
    key("ArrowRight")
    scan = tmp_path / "来信.png"
    scan.write_bytes(PNG)
    page.locator("#scans").set_input_files(scan)
    axe(page)
    key("Control+Enter")
    page.wait_for_url(re.compile(r"/intake/JB-\d{4}-\d{6}/receipt"))
    expect(page.locator(".receipt__letter")).to_have_count(8)
    expect(page.locator("a[href*='/originals/']")).to_be_visible()
    axe(page)
    key("Control+Enter")
    page.wait_for_url(re.compile(r"/intake/"))


def test_the_channel_shows_what_it_asks_for_without_script(page_as: Open) -> None:
    page = page_as("operator", script=False)
    page.goto("/intake/letters/new")
    expect(page.locator("#organ")).to_be_hidden()
    page.locator("label[for=channel-3]").click()
    expect(page.locator("#organ")).to_be_visible()
    expect(page.locator("#headcount")).to_be_hidden()
    page.locator("label[for=channel-2]").click()
    expect(page.locator("#headcount")).to_be_visible()
    expect(page.locator("#organ")).to_be_hidden()


def test_a_petition_is_registered_and_read_for_clues(page_as: Open, axe: Look) -> None:
    page = page_as("operator")
    key, write = page.keyboard.press, page.keyboard.type
    page.goto("/intake/petitions/do/register")
    page.locator("#ref").focus()
    write("信访2026-0001")
    page.locator("#way-0").focus()
    key("Space")
    page.locator("#category-1").focus()
    key("Space")
    page.locator("#contents").focus()
    write("我叫李四海，南岭沙场夜里偷倒渣土，请管一管。")
    page.locator("#name").focus()
    write("李四海")
    key("Control+Enter")
    page.wait_for_url(re.compile(r"/intake/petitions/XF-\d{4}-\d{4}$"))
    axe(page)
    page.goto(page.url + "/do/found")
    expect(page.locator("#excerpt")).to_have_value(re.compile("〔姓名〕|〔自称〕"))
    axe(page)
    key("Alt+3")
    key("4")
    key("Alt+5")
    write("南岭沙场东门")
    key("Alt+4")
    write("南岭沙场")
    key("Alt+6")
    key("Space")
    key("Alt+7")
    key("Space")
    key("ArrowRight")
    key("Control+Enter")
    page.wait_for_url(re.compile(r"/intake/JB-\d{4}-\d{6}/receipt"))
    expect(page.get_by_text("摘录已采用")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_letters_and_petitions_shut_nobody_out(page_as: Open, axe: Look, no_sideways: Look, width: int) -> None:
    page = page_as("operator", width=width)
    for path in PATHS:
        page.goto(path)
        axe(page)
        no_sideways(page)
