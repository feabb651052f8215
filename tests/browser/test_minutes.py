"""The pages of 会议纪要: nothing shuts anybody out, nobody scrolls to the side, and the keyboard is enough."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Opened = Callable[..., Page]
Look = Callable[[Page], None]
ROOT = "/meetings/minutes/"


def newest(page: Page, tab: str) -> str:
    """The address of the newest in a tab of the list."""
    page.goto(f"{ROOT}?tab={tab}")
    href = page.locator("tr[data-number] a").first.get_attribute("href")
    assert href
    return href


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_open_to_all(page_as: Opened, axe: Look, no_sideways: Look, width: int) -> None:
    office, leader = page_as("office", width=width), page_as("deputy_head", width=width)
    issued = newest(office, "issued")
    for address in (ROOT, issued, f"{ROOT}do/correct?under={issued.rpartition('/')[2]}"):
        office.goto(address)
        axe(office)
        no_sideways(office)
    waiting = newest(leader, "open")
    for address in (waiting, f"{waiting}/do/sign", f"{waiting}/do/return"):
        leader.goto(address)
        axe(leader)
        no_sideways(leader)


@pytest.mark.parametrize("script", [True, False])
def test_signed_and_issued_by_keyboard(page_as: Opened, axe: Look, *, script: bool) -> None:
    """The leader signs what waits for him; the office issues it. Each on one of the two that wait at the end."""
    leader, office = page_as("deputy_head", script=script), page_as("office", script=script)
    waiting = newest(leader, "open")
    leader.goto(waiting)
    state = leader.locator("main").get_attribute("data-state")
    if state == "checked":  # the second run finds it signed already
        leader.locator("a[data-verb=sign]").focus()
        leader.keyboard.press("Enter")
        leader.wait_for_selector("main form[method=post]")
        leader.locator("[name=words]").focus()
        leader.keyboard.insert_text("同意")
        leader.keyboard.press("Tab")
        leader.keyboard.press("Enter")
        expect(leader.locator("main")).to_have_attribute("data-state", "signed")
        expect(leader.locator("a[data-verb=sign]")).to_have_count(0)
        return
    office.goto(waiting)
    office.locator("a[data-verb=issue]").focus()
    office.keyboard.press("Enter")
    office.wait_for_selector("main form[method=post]")
    expect(office.locator("main form .given")).to_contain_text("签收")
    if script:
        axe(office)
    office.locator("main form[method=post] button").first.focus()
    office.keyboard.press("Enter")
    expect(office.locator("main")).to_have_attribute("data-state", "issued")
    expect(office.locator("#receipts")).to_contain_text("未签收")
