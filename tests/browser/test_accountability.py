"""A decision recorded from its scan by keyboard alone: at most eight required fields, and nothing fires while one composes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.sample.decisions import PAGE

Open = Callable[..., Page]
Look = Callable[[Page], None]
FORM = "/accountability/do/record"
COMPOSES = """(field) => {
  const key = (type, name, more) => field.dispatchEvent(
    new KeyboardEvent(type, Object.assign({ key: name, code: name, bubbles: true, cancelable: true }, more)));
  field.focus();
  field.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  key("keydown", "Enter", { isComposing: true, keyCode: 229 });
  key("keydown", "Enter", { ctrlKey: true, isComposing: true, keyCode: 229 });
  field.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  key("keydown", "Enter", {});
}"""
REQUIRED = """() => [...new Set([...document.querySelectorAll('#decision [required]')]
  .filter((field) => field.getClientRects().length).map((field) => field.name))]"""


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    file = tmp_path / "决定书扫描件.pdf"
    file.write_bytes(PAGE)
    return file


def typed(page: Page, scan: Path, serial: int, *, person: bool = True) -> None:
    """In the order in which one reads the paper, without a mouse: keys lead from field to field."""
    key, write = page.keyboard.press, page.keyboard.type
    page.goto(FORM)
    key("Alt+1")
    key("Control+a")  # what was kept of another test is offered again
    write("安澜市城市管理局党组")
    key("Alt+2")
    key("Control+a")
    write(f"安城管党〔2026〕{serial}号")
    key("Alt+3")
    write("11162026")
    key("Alt+4")
    key("2" if person else "4")
    key("Alt+5")
    key("Control+a")
    write("章立民" if person else "市容管理科")
    key("Alt+6")
    key("Space")
    if person:
        key("ArrowRight")
    page.locator("#scan").set_input_files(scan)  # the one thing that a browser's own dialog does
    if person:
        key("Alt+9")
        for _step in range(9):
            if page.locator("#second_id option:checked").text_content() == "罗建国（副科长）":
                break
            key("ArrowDown")


def test_a_decision_by_keyboard_with_at_most_eight_required_fields(page_as: Open, axe: Look, scan: Path) -> None:
    page = page_as("discipline")
    typed(page, scan, 901)
    asked = page.evaluate(REQUIRED)
    assert len(asked) <= 8, asked
    assert set(asked) == {"organ", "document_no", "decided_on", "kind", "target", "measure", "scan", "second_id"}
    expect(page.locator("[data-missing]")).to_have_text("")
    expect(page.locator("[name=measure]:checked")).to_have_value("诫勉")
    expect(page.locator("#effect")).to_contain_text("2026-11-16 至 2027-05-15")
    expect(page.locator("#effect")).to_contain_text("诫勉 6 个月，自决定之日起")
    expect(page.locator("#preview")).to_contain_text("时任消纳场管理所所长")
    axe(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accountability/WZ-*")
    expect(page.locator("main[data-state=in_effect]")).to_be_visible()
    expect(page.locator("main")).to_contain_text("章立民")
    assert "章立民" not in page.title() + page.url
    axe(page)


def test_of_a_unit_seven_are_asked_and_what_does_not_fit_is_not_shown(page_as: Open, scan: Path) -> None:
    page = page_as("personnel")
    typed(page, scan, 902, person=False)
    assert len(page.evaluate(REQUIRED)) == 7
    shown = [one.text_content() for one in page.locator("[data-fits]").all() if one.is_visible()]
    assert shown == ["通报", "检查", "通报表扬"]
    page.locator("[name=kind][value=党的领导干部]").check(force=True)
    page.locator("[name=measure][value=诫勉]").check(force=True)
    page.locator("[name=kind][value=单位]").check(force=True)
    expect(page.locator("[name=measure]:checked")).to_have_count(0)
    page.locator("[name=measure][value=通报]").check(force=True)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accountability/WZ-*")
    expect(page.locator("main[data-state=stands]")).to_be_visible()


def test_nothing_is_sent_while_an_input_method_composes(page_as: Open, scan: Path) -> None:
    page = page_as("discipline")
    typed(page, scan, 903)
    sent: list[str] = []
    page.on("request", lambda r: sent.append(r.url) if r.method == "POST" and "draft" not in r.url else None)
    for field in ("#organ", "#document_no", "#target"):
        page.locator(field).evaluate(COMPOSES)
    page.wait_for_timeout(300)
    assert [url for url in sent if not url.endswith("/preview")] == [] and page.url.endswith(FORM)
    assert page.locator("#target").input_value() == "章立民"


def test_a_refused_form_leads_to_its_field_and_keeps_what_was_typed(page_as: Open) -> None:
    page = page_as("discipline")
    page.goto(FORM)
    page.locator("#document_no").fill("")
    page.locator("#target").fill("从无此人")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.locator("#target")).to_have_value("从无此人")
    page.locator("[data-errors] a", has_text="文号").click()
    expect(page.locator("#document_no")).to_be_focused()


def test_it_is_recorded_without_script(page_as: Open, scan: Path) -> None:
    page = page_as("discipline", script=False)
    page.goto(FORM)
    assert len([one for one in page.locator("[data-fits]").all() if one.is_visible()]) == 26
    page.locator("#organ").fill("安澜市城市管理局")
    page.locator("#document_no").fill("安城管〔2026〕904号")
    page.locator("#decided_on").fill("2026-11-16")
    page.locator("[name=kind][value=其他工作人员]").check(force=True)
    page.locator("#target").fill("舒朗")
    page.locator("[name=measure][value=党内警告]").check(force=True)
    page.locator("#scan").set_input_files(scan)
    page.locator("#second_id").select_option(index=1)
    page.locator(".bar .button--main").click()
    expect(page.locator("[data-errors]")).to_contain_text("不适用于其他工作人员")
    page.locator("[name=measure][value=政务警告]").check(force=True)
    page.locator("#scan").set_input_files(scan)
    page.locator(".bar .button--main").click()
    expect(page.locator("main[data-state=in_effect]")).to_be_visible()
    page.locator("a[data-verb=execute]").click()
    page.locator("#executed_on").fill("2026-11-17")
    page.locator("#proof").set_input_files(scan)
    page.locator(".act__foot .button--main").click()
    expect(page.locator("main[data-number]")).to_contain_text("2026-11-17")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_accountability_shut_nobody_out(page_as: Open, axe: Look, no_sideways: Look, width: int) -> None:
    page = page_as("discipline", width=width)
    pages = ["/accountability/", "/accountability/?tab=effect", "/accountability/figures", FORM]
    for state in ("effect", "taken_back", "lifted"):
        page.goto(f"/accountability/?tab={state}")
        number = page.locator("[data-number]").first.get_attribute("data-number")
        pages += [f"/accountability/{number}", f"/accountability/{number}/print"]
        if state == "effect":
            pages += [
                f"/accountability/{number}/do/{verb}" for verb in ("amend", "withdraw", "execute", "lift", "void")
            ]
    for address in pages:
        page.goto(address)
        axe(page)
        no_sideways(page)
