"""The mailbox by keyboard: from draft to draft, what is opened stands at the right, and one becomes a tip."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
Look = Callable[[Page], None]


def test_from_draft_to_draft_and_to_a_tip_without_a_mouse(page_as: Open, axe: Look) -> None:
    page = page_as("operator")
    page.goto("/intake/mailbox/?tab=waiting")
    first, second = (row.get_attribute("data-number") for row in page.locator("tr[data-number]").all()[:2])
    key = page.keyboard.press
    key("j")
    expect(page.locator(f"main[data-number={first}][data-source-sha256]")).to_be_visible()
    expect(page.locator(f"#at-{first}")).to_be_focused()
    assert page.url.endswith(f"/intake/mailbox/{first}") and first in page.title()
    key("j")
    expect(page.locator(f"main[data-number={second}]")).to_be_visible()
    expect(page.locator(f"#at-{second}")).to_be_focused()
    assert page.url.endswith(f"/intake/mailbox/{second}")
    key("k")
    expect(page.locator(f"main[data-number={first}]")).to_be_visible()
    axe(page)
    key("Alt+3")
    key("4")
    key("Alt+5")
    page.keyboard.type("南岭沙场东门")
    page.locator("#unknown_party").focus()
    key("Space")
    key("Alt+7")
    key("Space")
    key("ArrowRight")
    key("Control+Enter")
    page.wait_for_url(re.compile(r"/intake/JB-\d{4}-\d{6}/receipt"))
    expect(page.locator(".receipt__letter")).to_have_count(8)
    axe(page)
    page.goto("/intake/mailbox/?tab=turned")
    expect(page.locator(f"tr[data-number={first}]")).to_be_visible()


def test_who_only_passes_by_opens_nothing(page_as: Open) -> None:
    page = page_as("operator")
    page.goto("/intake/mailbox/?tab=waiting")
    opened: list[str] = []
    page.on("request", lambda asked: opened.append(asked.url) if re.search(r"/YJ-[\d-]+$", asked.url) else None)
    for _step in range(4):
        page.keyboard.press("j")
    page.wait_for_timeout(900)
    assert len(opened) == 1


def test_back_leads_to_the_draft_before(page_as: Open) -> None:
    page = page_as("operator")
    page.goto("/intake/mailbox/?tab=waiting")
    numbers = [row.get_attribute("data-number") for row in page.locator("tr[data-number]").all()[:2]]
    for number in numbers:
        page.locator(f"#at-{number}").click()
        expect(page.locator(f"main[data-number={number}]")).to_be_visible()
    page.go_back()
    expect(page.locator(f"main[data-number={numbers[0]}]")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_mailbox_shuts_nobody_out(page_as: Open, axe: Look, no_sideways: Look, width: int) -> None:
    page = page_as("operator", width=width)
    for tab in ("waiting", "unreadable", "turned"):
        page.goto(f"/intake/mailbox/?tab={tab}")
        axe(page)
        no_sideways(page)
        page.goto(f"/intake/mailbox/{page.locator('tr[data-number]').first.get_attribute('data-number')}")
        axe(page)
        no_sideways(page)
    page.goto("/intake/mailbox/?tab=waiting")
    number = page.locator("tr[data-number]").first.get_attribute("data-number")
    for name in ("do/to_tip", "do/not_ours", "do/spam", "do/hand_sealed", "source"):
        page.goto(f"/intake/mailbox/{number}/{name}")
        axe(page)
        no_sideways(page)


def test_without_script_a_draft_is_a_page(page_as: Open) -> None:
    page = page_as("operator", script=False)
    page.goto("/intake/mailbox/?tab=waiting")
    page.locator("a.letter__subject").first.click()
    expect(page.locator("main[data-source-sha256]")).to_be_visible()
    page.locator("[name=strike], [name=restore]").first.click()
    expect(page.locator("#excerpt")).to_be_visible()
