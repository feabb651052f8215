"""One call walks from the ringing telephone to 已归档 over HTTP without script, as the people who do it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from portal.core.register import REGISTERS
from tests.pages import Client

pytestmark = pytest.mark.database
CALL = {
    "narrative": "我是李四海，住北苑三路3号楼，电话13900001111。南岭沙场夜里偷倒渣土，不用他们的车就堵门。",
    "field": "渣土运输", "place": "南岭沙场东门", "parties-0-kind": "单位", "parties-0-name": "安澜恒畅运输有限公司",
    "urgency": "一般", "names_official": "否", "naming": "实名", "name": "李四海", "phone": "13900001111",
}  # fmt: skip
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 200


def promised(register: str, verb: str) -> list[str]:
    """The states in which `flask verbs --json` says that the record is afterwards."""
    return [s.value for s in REGISTERS[register].verbs[verb].states_after]


def test_a_call_reaches_the_archive(app: Flask, sign_in: Callable[[str], Client]) -> None:
    operator, office, head = sign_in("operator"), sign_in("office"), sign_in("office_head")
    officer, unit_head = sign_in("officer"), sign_in("unit_head")
    action, data = operator.form("/intake/calls/new", **CALL)
    receipt = operator.post(action, data).location
    tip = receipt.removesuffix("/receipt")
    assert operator.post(action, data).location == receipt, "sent twice is kept once"

    def step(who: Client, at: str, verb: str, state: str, **given: Any) -> Any:
        page = who.do(at, verb, **given)
        register = page.main["data-register"]
        assert page.main["data-state"] == state
        if (register, verb) not in (("clues", "record"), ("clues", "send")):
            assert state in promised(register, verb)
        return page

    step(operator, tip, "excerpt", "triage")
    page = step(
        office,
        tip,
        "accept",
        "accepted",
        category="检举控告",
        kind="涉恶",
        level="重要",
        proposed_unit_id=2,
        proposed_officer_id=5,
    )
    clue = next(str(a["href"]) for a in page.soup.select("a[href^='/clues/XS-']"))
    assert officer.get(clue, 404)
    step(head, clue, "assign", "assigned", words="请速核查")
    assert sign_in("officer2").get(clue, 404)
    step(officer, clue, "acknowledge", "checking")
    step(
        officer,
        clue,
        "record",
        "checking",
        second_officer_id=6,
        checked_at="2026-11-01T20:15",
        method="现场查看",
        place="南岭",
        found="见倾倒痕迹",
        files=(BytesIO(JPEG), "现场.jpg"),
    )
    step(officer, clue, "conclude", "checking", conclusion="部分属实", finding="有偷倒，未见堵门")
    step(unit_head, clue, "sign", "review", words="同意")
    step(office, clue, "pass", "telling", words="同意")
    action, data = head.form(clue + "/do/close", umbrella="无", oversight="无", loophole="有", words="同意办结")
    assert "登记已告知" in head.post(action, data, 422).text
    action, data = operator.form(f"{tip}/do/contact")
    shown = operator.get(operator.post(action, data).location)
    assert "13900001111" in shown.text
    step(operator, tip, "tell", "accepted", way="电话", said="已告知核查结果")
    step(head, clue, "close", "closed", umbrella="无", oversight="无", loophole="有", words="同意办结")
    step(office, clue, "archive", "filed", archive_no="2026-扫黑-001")
    story = office.get(clue).text
    assert "批准交办" in story and "归档" in story and "安城管扫黑办交〔2026〕" in story
