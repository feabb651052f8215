"""The same walk as tests/flow, in a browser with script and by keyboard alone: from the telephone to 已归档."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from portal.core.register import REGISTERS

Opened = Callable[..., Page]


class Hands:
    """One person at the keyboard: nothing here presses a mouse button."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def write(self, name: str, words: str) -> None:
        """Put the cursor into a field and type."""
        self.page.locator(f"[name='{name}']").first.focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(words)

    def choose(self, name: str, value: str) -> None:
        """A radio by Space, a list by the arrow keys."""
        radio = self.page.locator(f"input[name='{name}'][value='{value}']")
        if radio.count():
            radio.focus()
            self.page.keyboard.press("Space")
            return
        box = self.page.locator(f"select[name='{name}']")
        box.focus()
        for _step in range(80):
            if box.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} does not offer {value}")

    def date(self, name: str, digits: str) -> None:
        """Type a date into its parts, as the browser shows them."""
        self.page.locator(f"[name='{name}']").evaluate("(field, value) => { field.value = value }", digits)

    def verb(self, name: str) -> None:
        """Follow a verb of the record page; its form opens under the buttons."""
        link = self.page.locator(f"a[data-verb='{name}']").first
        if not link.is_visible():
            self.page.locator("summary", has_text="更多").first.focus()
            self.page.keyboard.press("Enter")
        link.focus()
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("main form[method=post]")

    def done(self, state: str | None = None) -> None:
        """Send the form, once the server has answered; the record says where it stands."""
        with self.page.expect_response(lambda r: r.request.method == "POST" and "draft" not in r.url):
            self.page.keyboard.press("Control+Enter")
        if state:
            expect(self.page.locator("#next form")).to_have_count(0)
            expect(self.page.locator("main")).to_have_attribute("data-state", state)


def promised(register: str, verb: str) -> list[str]:
    return [s.value for s in REGISTERS[register].verbs[verb].states_after]


def test_a_call_reaches_the_archive_by_keyboard(page_as: Opened) -> None:
    people = {n: Hands(page_as(n)) for n in ("operator", "office", "office_head", "officer", "unit_head")}

    def step(who: str, address: str, verb: str, state: str, **fields: Any) -> None:
        hands = people[who]
        hands.page.goto(address)
        hands.verb(verb)
        for name, (way, value) in fields.items():
            getattr(hands, way)(name, value)
        assert state in promised("intake" if "/intake/" in address else "clues", verb) or verb == "record"
        hands.done(state)

    tip = _a_call(people["operator"])
    step("operator", tip, "excerpt", "triage")
    office = people["office"]
    office.page.goto(f"{tip}/do/accept")
    for name, value in (("category", "检举控告"), ("kind", "涉恶"), ("level", "重要")):
        office.choose(name, value)
    _unit_and_officer(office, "proposed_unit_id", "proposed_officer_id")
    office.done("accepted")
    clue = office.page.locator("a[href^='/clues/XS-']").first.get_attribute("href")
    assert clue
    step("office_head", clue, "assign", "assigned")
    step("officer", clue, "acknowledge", "checking")
    officer = people["officer"]
    officer.page.goto(clue)
    officer.verb("record")
    officer.page.locator("select[name=second_officer_id]").focus()
    officer.page.keyboard.press("ArrowDown")
    officer.page.keyboard.press("ArrowDown")
    officer.date("checked_at", "2026-11-01T20:15")
    officer.choose("method", "现场查看")
    officer.write("place", "南岭沙场")
    officer.write("found", "见倾倒痕迹")
    officer.done("checking")
    conclusion = {"conclusion": ("choose", "部分属实"), "finding": ("write", "有偷倒，未见堵门")}
    step("officer", clue, "conclude", "checking", **conclusion)
    step("unit_head", clue, "sign", "review", words=("write", "同意"))
    step("office", clue, "pass", "telling", words=("write", "同意"))
    step("operator", tip, "tell", "accepted", said=("write", "已告知核查结果"))
    answers = dict.fromkeys(("umbrella", "oversight", "loophole"), ("choose", "无"))
    step("office_head", clue, "close", "closed", **answers)
    step("office", clue, "archive", "filed", archive_no=("write", "2026-扫黑-001"))


def _a_call(operator: Hands) -> str:
    """The call typed while the caller talks; gives the tip's address."""
    operator.page.goto("/intake/calls/new")
    operator.page.keyboard.press("Alt+1")
    operator.page.keyboard.insert_text("南岭沙场夜里偷倒渣土，不用他们的车就堵门。")
    operator.page.keyboard.press("Alt+2")
    operator.choose("field", "渣土运输")
    operator.page.keyboard.press("Alt+3")
    operator.page.keyboard.insert_text("南岭沙场东门")
    operator.write("parties-0-name", "安澜恒畅运输有限公司")
    operator.choose("urgency", "一般")
    operator.choose("names_official", "否")
    operator.choose("naming", "实名")
    operator.write("name", "李四海")
    operator.write("phone", "15400001111")
    operator.done()
    operator.page.wait_for_url("**/receipt")
    return operator.page.url.partition("127.0.0.1")[2].partition("/")[2].removesuffix("/receipt").join(("/", ""))


def _unit_and_officer(hands: Hands, unit: str, officer: str) -> None:
    """陈立 (officer) and his unit."""
    option = hands.page.locator(f"select[name={officer}] option", has_text="陈立").first
    value = option.get_attribute("value")
    assert value
    unit_value = hands.page.locator(f"select[name={unit}] option", has_text="建筑渣土管理科").first.get_attribute(
        "value"
    )
    assert unit_value
    hands.choose(unit, unit_value)
    hands.choose(officer, value)
