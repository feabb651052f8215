"""研判 with script: a judgement of a similar matter swaps the list alone, and what was typed stays in the page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from tests.pages import Client


def like_another(app: Flask) -> str:
    """The triage page of a tip that is like something."""
    office = Client(app).sign_in("office")
    for number in office.get("/intake/?tab=triage").numbers:
        page = office.get(f"/intake/{number}/do/accept")
        if page.soup.select_one("#alike button[value^=set_apart]"):
            return page.url
    raise AssertionError("no tip of the sample bureau is like another")


def test_a_judgement_swaps_the_list_and_keeps_what_was_typed(app: Flask, page_as: Callable[..., Page]) -> None:
    url, page = like_another(app), page_as("office")
    page.goto(url)
    page.locator("label[for=decision-decline]").click()
    page.fill("[name=words]", "正在写的话")
    button = page.locator("#alike button[value^=set_apart]").first
    judged = str(button.get_attribute("value"))
    button.click()
    expect(page.locator(f"#alike button[value='{judged}']")).to_have_count(0)
    expect(page.locator("[name=words]")).to_have_value("正在写的话")
    page.locator("#alike summary", has_text="已认定不是同一件").click()
    page.locator(f"#alike button[value='{judged.replace('set_apart', 'put_back')}']").click()
    expect(page.locator(f"#alike button[value='{judged}']")).to_have_count(1)
    assert page.url.endswith(url)
