"""A call typed by keyboard alone, and what an input method must never set off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Look = Callable[[Page], None]
COMPOSES = """(field) => {
  const key = (type, name, more) => field.dispatchEvent(
    new KeyboardEvent(type, Object.assign({ key: name, code: name, bubbles: true, cancelable: true }, more)));
  field.focus();
  field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  key("keydown", "Enter", { isComposing: true, keyCode: 229 });
  key("keydown", "Enter", { ctrlKey: true, isComposing: true, keyCode: 229 });
  key("keydown", "n", { altKey: true, code: "KeyN", isComposing: true, keyCode: 229 });
  field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  key("keydown", "Enter", {});
}"""

BEGAN_A_MINUTE_AGO = """() => {
  const call = JSON.parse(sessionStorage.call);
  call.since = new Date(Date.now() - 65000).toISOString();
  sessionStorage.call = JSON.stringify(call);
}"""


def typed(page: Page, *, urgency: int = 0, named: bool = True) -> None:
    """The first question, six fields and the reporter, without a mouse."""
    key, write = page.keyboard.press, page.keyboard.type
    page.goto("/intake/calls/new")
    key("Alt+1")
    write("我是李四海，电话13900001111。南岭沙场夜里偷倒渣土，不用他们的车就堵门。")
    key("Alt+2")
    key("4")
    key("Alt+3")
    write("南岭沙场东门")
    key("Alt+4")
    write("安澜恒畅运输有限公司")
    for name in ("安A·7K218", "外号老三"):
        key("Alt+n")
        write(name)
    key("Alt+5")
    key("Space")
    for _step in range(urgency):
        key("ArrowRight")
    key("Alt+6")
    key("Space")
    key("ArrowRight")
    if named:
        page.locator("#naming-0").focus()
        key("ArrowRight")
        key("Tab")
        write("李四海")
        key("Tab")
        write("13900001111")


def test_a_call_by_keyboard_from_the_first_word_to_the_accepted_excerpt(page_as: Open, axe: Look) -> None:
    page = page_as("operator")
    typed(page)
    assert page.locator("#parties [data-row]").count() == 3
    expect(page.locator("[data-missing]")).to_have_text("")
    axe(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    expect(page.locator(".receipt__letter")).to_have_count(8)
    expect(page.locator("#excerpt")).to_have_value(re.compile("▇▇▇▇〔电话〕"))
    expect(page.locator("#next .button--main")).to_be_focused()
    expect(page.locator("#planned")).to_contain_text("研判")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.locator("main[data-state=triage]")).to_be_visible()


def test_control_and_enter_accept_the_excerpt_from_within_its_text(page_as: Open) -> None:
    page = page_as("operator")
    typed(page, named=False)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    page.locator("#excerpt").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("main[data-state=triage]")).to_be_visible()


def test_nothing_is_sent_or_added_while_an_input_method_composes(page_as: Open) -> None:
    page = page_as("operator")
    typed(page)
    sent: list[str] = []
    page.on(
        "request", lambda asked: sent.append(asked.url) if asked.method == "POST" and "draft" not in asked.url else None
    )
    for field in ("#narrative", "#place", "[name=parties-2-name]", "#name"):
        page.locator(field).evaluate(COMPOSES)
    page.wait_for_timeout(300)
    assert [url for url in sent if "similar" not in url] == []
    assert page.locator("#parties [data-row]").count() == 3 and page.url.endswith("/intake/calls/new")
    page.locator("#place").press("Enter")
    page.locator("#place").press("Escape")
    assert page.url.endswith("/intake/calls/new") and page.locator("#place").input_value() == "南岭沙场东门"


def test_the_excerpt_is_not_accepted_by_the_enter_that_ends_a_composition(page_as: Open) -> None:
    page = page_as("operator")
    typed(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    page.locator("#title").evaluate(COMPOSES)
    page.locator("#title").press("Enter")
    page.wait_for_timeout(300)
    assert page.url.endswith("/receipt") and page.locator("#excerpt").is_visible()


def test_question_fields_three_rows_and_bar_fit_one_window(page_as: Open) -> None:
    page = page_as("operator")
    page.set_viewport_size({"width": 1440, "height": 1000})
    typed(page)
    page.evaluate("scrollTo(0, 0)")
    bottom = page.locator("#names_official").evaluate("(field) => field.getBoundingClientRect().bottom")
    assert bottom <= page.locator(".bar").evaluate("(bar) => bar.getBoundingClientRect().top")


def test_the_bar_leads_to_what_is_missing(page_as: Open) -> None:
    page = page_as("operator")
    page.goto("/intake/calls/new")
    expect(page.locator("[data-missing]")).to_contain_text("必填还差 6 项")
    page.locator("[data-missing] a", has_text="发生地点").click()
    expect(page.locator("#place")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_be_focused()
    page.locator("label[for=naming-1]").click()
    expect(page.locator("[data-missing]")).to_contain_text("必填还差 7 项")


def test_the_clock_goes_on_at_the_receipt_and_ends_with_the_next_page(page_as: Open) -> None:
    page = page_as("operator")
    typed(page, named=False)
    page.evaluate(BEGAN_A_MINUTE_AGO)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    expect(page.locator("[data-call-goes-on]")).to_contain_text(re.compile(r"01:\d\d"))
    page.goto("/intake/")
    assert page.evaluate("sessionStorage.call") is None


def test_what_was_typed_is_kept_and_offered_again(page_as: Open) -> None:
    page = page_as("operator")
    typed(page)
    page.keyboard.press("Control+s")
    expect(page.locator("[data-draft-note]")).to_have_text(re.compile(r"已自动保存 \d\d:\d\d"))
    page.goto("/intake/calls/new")
    assert "南岭沙场" in page.locator("#narrative").input_value()
    assert page.locator("#parties [data-row]").count() == 3
    page.locator("#own_leaders-0").check(force=True)
    page.keyboard.press("Control+s")
    expect(page.locator("[data-draft-note]")).to_have_text("")
    page.goto("/intake/calls/new")
    assert page.locator("#narrative").input_value() == ""


def test_a_similar_tip_goes_with_the_call(page_as: Open) -> None:
    page = page_as("operator")
    typed(page, named=False)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    number = page.locator("main").get_attribute("data-number")
    typed(page, named=False)
    page.locator(f"#similar [value='{number}']").check()
    page.locator("#place").fill("别处，说不清")
    page.locator("#place").blur()
    expect(page.locator(f"#similar [value='{number}']")).to_be_checked()


def test_anonymous_folds_the_reporter_without_script(page_as: Open) -> None:
    page = page_as("operator", script=False)
    page.goto("/intake/calls/new")
    expect(page.locator("#name")).to_be_hidden()
    page.locator("label[for=naming-1]").click()
    expect(page.locator("#name")).to_be_visible()
    page.locator("[data-add-row]").click()
    assert page.locator("#parties [data-row]").count() == 2


def test_the_slip_is_printed_alone(page_as: Open) -> None:
    page = page_as("operator")
    typed(page, named=False)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    expect(page.locator("#excerpt")).to_be_visible()
    code = page.locator("[data-code]").get_attribute("data-code") or ""
    page.emulate_media(media="print")
    printed = page.locator("body").inner_text()
    assert printed.split()[:3] == ["受理回单", "安澜市城市管理局", "扫黑除恶专项斗争领导小组办公室"]
    assert f"{code[:4]}　{code[4:]}" in printed and "凭以上两项" in printed
    assert not re.search("南岭|摘录|研判|内线|请念|登记成功|今日工作", printed)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_excerpt_shuts_nobody_out(page_as: Open, axe: Look, no_sideways: Look, width: int) -> None:
    page = page_as("operator", width=width)
    page.goto("/intake/?tab=excerpt")
    page.locator(".list__number a").first.click()
    page.wait_for_selector("main[data-number]")
    page.goto(f"/intake/{page.locator('main').get_attribute('data-number')}/do/excerpt")
    axe(page)
    no_sideways(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_triage_and_the_sealed_register_shut_nobody_out(
    page_as: Open, axe: Look, no_sideways: Look, width: int
) -> None:
    office = page_as("office", width=width)
    office.goto("/intake/?tab=triage")
    office.locator(".list__number a").first.click()
    office.locator("a[data-verb=accept]").click()
    office.wait_for_selector("main [data-decides], #next form")
    office.goto(f"/intake/{office.locator('main').get_attribute('data-number')}/do/accept")
    for decision, words in (("accept", "立为线索，报主任交办"), ("join", "并入已有线索"), ("decline", "不予受理")):
        office.locator(f"label[for=decision-{decision}]").click()
        expect(office.locator(".bar .button--main:visible")).to_contain_text(words)
        axe(office)
        no_sideways(office)
    office.keyboard.press("Control+Enter")
    office.wait_for_url("**/do/decline")
    expect(office.locator("[data-errors]")).to_be_focused()
    clerk = page_as("discipline", width=width)
    clerk.goto("/umbrella/")
    axe(clerk)
    no_sideways(clerk)
    up = clerk.locator("tr[data-number]", has_text="待密封移交")  # it has nothing but its way
    up.locator(".list__number a").first.click()
    expect(clerk.locator("a[data-verb=hand_sealed]")).to_be_visible()
    axe(clerk)
    no_sideways(clerk)
    clerk.goto("/umbrella/")
    clerk.locator("tr[data-number]", has_not_text="密封移交").locator(".list__number a").first.click()
    expect(clerk.locator(".sees")).to_be_visible()
    axe(clerk)
    no_sideways(clerk)
