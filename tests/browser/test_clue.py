"""A clue by keyboard with HTMX on, the ledger by its keys, and every page of every role: axe, nothing to the side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.pages import Client

Open = Callable[..., Page]
Look = Callable[[Page], None]


@pytest.fixture(scope="module")
def people(app: Flask) -> dict[str, Any]:
    """Ids and names of the role accounts."""
    from sqlalchemy import select

    from portal.extensions import db
    from portal.organisation.models import Person

    with app.app_context():
        t = Person.__table__
        return {p.login: p for p in db.session().core(select(t.c.login, t.c.id, t.c.name, t.c.unit_id)).all()}


def register(app: Flask, people: dict[str, Any], title: str) -> str:
    """A clue proposed to the unit of `officer`; gives its address."""
    office, officer = Client(app).sign_in("office"), people["officer"]
    action, data = office.form(
        "/clues/do/register", title=title, summary="夜间倾倒渣土，不用指定车队就堵门。", field="渣土运输",
        place="南岭沙场东门", urgency="一般", names_official="否", source="移动直报", kind="涉恶", level="重要",
        proposed_unit_id=officer.unit_id, proposed_officer_id=officer.id,
        **{"parties-0-kind": "单位", "parties-0-name": "安澜恒畅运输有限公司"},
    )  # fmt: skip
    return office.post(action, data).location


def follow(page: Page, verb: str) -> None:
    """To the verb's button and Enter: its form opens under the row, the address stays, the focus is in the form."""
    before = page.url
    page.focus(f"a[data-verb={verb}]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#next form[hx-post]")
    assert page.url == before
    expect(page.locator("#next :focus")).to_have_count(1)


def choose(page: Page, name: str, value: str) -> None:
    """An option by Space."""
    option = page.locator(f"#next input[name={name}][value={value}]")
    option.focus()
    page.keyboard.press("Space")
    expect(option).to_be_checked()


def settled(page: Page, state: str) -> None:
    """The page as it is after the act: the record again, whole, with its new state."""
    expect(page.locator(f"main[data-state={state}]")).to_be_visible()
    expect(page.locator("#next form")).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("已办理")


def test_a_clue_is_assigned_checked_and_concluded_by_keyboard(
    app: Flask, people: dict[str, Any], page_as: Open, axe: Look, no_sideways: Look
) -> None:
    address = register(app, people, "沙场门口堵车收费")
    head = page_as("office_head")
    head.goto(address)
    axe(head)
    follow(head, "assign")
    axe(head)
    head.fill("#next textarea[name=words]", "请速核查")
    head.keyboard.press("Control+Enter")
    settled(head, "assigned")
    assert urlsplit(head.url).path == address
    axe(head)

    officer = page_as("officer")
    officer.goto(address)
    follow(officer, "acknowledge")
    officer.keyboard.press("Enter")
    settled(officer, "checking")

    follow(officer, "record")
    axe(officer)
    officer.keyboard.press("Control+Enter")  # refused: the same part, the summary has the focus
    officer.wait_for_selector("#next [role=alert]")
    expect(officer.locator("#next [data-errors]:focus")).to_have_count(1)
    second = officer.locator("#next select[name=second_officer_id] option[data-unit]:not(:disabled)")
    ids = map(str, second.evaluate_all("all => all.map(o => o.value)"))
    other = next(i for i in ids if i != str(people["officer"].id))
    officer.select_option("#next select[name=second_officer_id]", other)
    officer.fill("#next input[name=checked_at]", "2026-11-02T20:15")
    choose(officer, "method", "现场查看")
    officer.fill("#next input[name=place]", "南岭沙场")
    officer.fill("#next textarea[name=found]", "见倾倒痕迹")
    officer.keyboard.press("Control+Enter")
    settled(officer, "checking")
    expect(officer.locator(".story__step--ring")).to_contain_text("见倾倒痕迹")

    follow(officer, "conclude")
    choose(officer, "conclusion", "部分属实")
    officer.fill("#next textarea[name=finding]", "有偷倒，未见堵门")
    officer.keyboard.press("Control+Enter")
    settled(officer, "checking")
    expect(officer.locator(".story__step--now")).to_contain_text("待审签结论")
    axe(officer)
    no_sideways(officer)


def test_choosing_the_unit_narrows_its_people(app: Flask, people: dict[str, Any], page_as: Open) -> None:
    page = page_as("office_head")
    page.goto(f"{register(app, people, '选人的一件')}/do/assign")
    unit, person = page.locator("select[name=unit_id]"), page.locator("select[name=officer_id]")
    assert person.input_value() == str(people["officer"].id)
    shown = person.locator("option[data-unit]:not(:disabled)")
    assert set(shown.evaluate_all("all => all.map(o => o.dataset.unit)")) == {str(people["officer"].unit_id)}
    unit.select_option(str(people["officer2"].unit_id))
    assert person.input_value() == "", "who is not of the unit is not chosen any more"
    person.select_option(str(people["officer2"].id))


def test_without_script_both_lists_stay_whole(app: Flask, people: dict[str, Any], page_as: Open) -> None:
    page = page_as("office_head", script=False)
    page.goto(f"{register(app, people, '没有脚本的一件')}/do/assign")
    units = page.locator("select[name=officer_id] option[data-unit]")
    assert len(set(units.evaluate_all("all => all.map(o => o.getAttribute('data-unit'))"))) > 1
    assert units.evaluate_all("all => all.some(o => o.disabled)") is False


def test_the_ledger_by_its_keys(page_as: Open) -> None:
    page = page_as("office")
    page.goto("/clues/?tab=open")
    numbers = page.locator("tr[data-number]").evaluate_all("all => all.map(r => r.dataset.number)")
    for key in "jjkj":
        page.keyboard.press(key)
    expect(page.locator(f"tr[data-number='{numbers[1]}'] a")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator(f"tr[data-number='{numbers[1]}'] input")).to_be_checked()
    expect(page.locator("[data-bulk]")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clues/{numbers[1]}")


def test_the_rest_of_the_verbs_stands_in_a_menu(page_as: Open) -> None:
    page = page_as("office")
    page.goto("/clues/?tab=open")
    page.click("tr[data-number] a >> nth=0")
    assert page.locator(".verbs > a.button[data-verb]").count() <= 5


def test_the_print_is_made_for_paper(page_as: Open, axe: Look, no_sideways: Look) -> None:
    for width in (1440, 390):
        page = page_as("office", width=width)
        page.goto("/clues/?tab=closed")
        page.goto(str(page.locator("tr[data-number] a").first.get_attribute("href")) + "/print")
        axe(page)
        no_sideways(page)
    page.emulate_media(media="print")
    expect(page.locator(".sheet h1")).to_be_visible()
    for hidden in (".header", ".nav", ".verbs", ".crumbs"):
        expect(page.locator(hidden)).to_be_hidden()
