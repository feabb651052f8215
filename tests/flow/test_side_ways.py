"""The ways beside the straight one: on paper, back, on hold, outside, many at once, not ours, not for these eyes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from portal.core import jobs
from tests.flow.test_walk import CALL
from tests.pages import Client

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
TAKE = {
    "title": "菜市场外摊位被收保洁费", "summary": "摊位每日被收保洁费，不给的不让摆。", "field": "市容管理", "place": "柳桥街",
    "parties-0-name": "安A·7K218", "parties-0-kind": "车牌", "urgency": "一般", "names_official": "否",
    "source": "日常执法检查", "kind": "涉乱", "level": "一般", "proposed_unit_id": 2, "proposed_officer_id": 5,
}  # fmt: skip
SCAN = b"%PDF-1.4\n" + b"x" * 300


def registered(office: Client, **more: Any) -> str:
    action, data = office.form("/clues/do/register", **(TAKE | more))
    return office.post(action, data).location


def in_hand(sign_in: SignIn) -> str:
    """A clue that the officer has acknowledged."""
    clue = registered(sign_in("office"))
    sign_in("office_head").do(clue, "assign")
    sign_in("officer").do(clue, "acknowledge")
    return clue


def test_an_approval_on_paper_is_recorded_asked_and_can_be_denied(sign_in: SignIn) -> None:
    second, head = sign_in("office2"), sign_in("office_head")
    clue = registered(sign_in("office"))
    assert sign_in("office").get(clue + "/do/assign?paper=1", 403), "who proposed does not record the approval"
    action, data = second.form(clue + "/do/assign?paper=1", approver_id=4, signed_on="2026-11-20")
    data["scan"] = (BytesIO(SCAN), "呈批件.pdf")
    assert second.post(action, data).location == clue
    page = second.get(clue)
    assert page.state == "assigned" and "线下签批" in page.text and "呈批件.pdf" in page.text
    signing = next(n for n in head.get("/").numbers if n.startswith("QP-"))
    head.do(f"/signings/{signing}", "deny")
    assert second.get(clue).state == "proposed"


def test_declared_recusal_takes_the_matter_from_sight_and_hands_the_duty_on(sign_in: SignIn) -> None:
    officer = sign_in("officer")
    clue = in_hand(sign_in)
    officer.do(clue, "recuse", words="与当事方有亲属关系")
    officer.get(clue, 404)
    assert clue.rpartition("/")[2] not in officer.get("/clues/").numbers
    assert clue.rpartition("/")[2] in sign_in("unit_head").get("/").numbers


def test_a_call_about_an_official_leaves_only_its_receipt_here(sign_in: SignIn) -> None:
    operator, office, clerk = sign_in("operator"), sign_in("office"), sign_in("discipline")
    action, data = operator.form("/intake/calls/new", **(CALL | {"names_official": "是"}))
    receipt = operator.post(action, data).location
    page = operator.get(receipt)
    assert page.soup.select("[data-code]"), "the same page, with a code"
    tip = receipt.removesuffix("/receipt")
    operator.get(tip, 404), office.get(tip, 404)
    matter = "/umbrella/" + clerk.get("/umbrella/").numbers[0]
    assert "南岭沙场" in clerk.get(matter).text
    office.get(matter, 404), sign_in("discipline2").get(matter, 404)
    clerk.do(matter, "hand_over", receiver="市纪委监委", way="机要", handed_on="2026-11-01")
    assert clerk.get(matter).state == "handed"


def test_a_call_about_the_bureaus_own_leaders_is_not_kept(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **(CALL | {"own_leaders": "是"}))
    operator.post(action + "?draft=1", data, 204)
    page = operator.post(action, data, 200)
    assert "密封" in page.text and "南岭沙场" not in page.html
    assert "南岭沙场" not in operator.get("/intake/calls/new").html


def test_the_caller_who_asks_hears_three_facts(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **CALL)
    receipt = operator.post(action, data).location
    code = operator.get(receipt).soup.select_one("[data-code]")["data-code"]
    number = receipt.split("/")[2]
    action, data = operator.form("/intake/ask", number=number, code="AAAAAAAA")
    assert "不符" in operator.post(action, data, 422).text
    action, data = operator.form("/intake/ask", number=number, code=str(code).lower())
    page = operator.post(action, data, 200)
    assert "已受理" in page.text and "南岭" not in page.html


def test_on_hold_it_wakes_on_its_day(app: Flask, sign_in: SignIn, clock: Any) -> None:
    clue = in_hand(sign_in)
    sign_in("office_head").do(clue, "hold", wake_on="2026-12-20", words="被反映车辆离开本市")
    assert sign_in("office").get(clue).state == "held"
    clock.to("2026-12-21 09:00")
    with app.app_context():
        assert jobs.wake() == 1
    assert sign_in("office").get(clue).state == "checking"


def test_a_referral_waits_outside_and_its_answer_brings_the_clue_back(sign_in: SignIn) -> None:
    office, clue = sign_in("office"), in_hand(sign_in)
    office.do(clue, "send", receiver="公安机关", receiver_name="市公安局", sent_on="2026-11-02", words="超出核查权限")
    assert office.get(clue).state == "referred"
    child = next(
        str(a["href"])
        for a in office.get(clue).soup.select("a[href^='/referrals/YS-']")
        if "/do/" not in str(a["href"])
    )
    assert sign_in("officer2").get(child, 404)
    office.do(child, "answer", answer="已立案", answered_on="2026-11-03", answer_text="已立案侦查")
    assert office.get(child).state == "answered" and office.get(clue).state == "checking"


def test_many_at_once_says_which_were_refused_and_why(sign_in: SignIn) -> None:
    head, first, second = sign_in("office_head"), in_hand(sign_in), registered(sign_in("office"))
    rows = [f"{c.rpartition('/')[2]}:{head.get(c).main['data-version']}" for c in (first, second)]
    address = "/clues/do/reassign?" + "&".join(f"row={r}" for r in rows)
    action, data = head.form(address, unit_id=2, officer_id=6, words="人手调整")
    page = head.post(action, data | {"row": rows}, 200)
    assert "已办理 1 件" in page.text and second.rpartition("/")[2] in page.text
    assert head.get(first).state == "assigned"


def test_a_correction_keeps_the_earlier_text(sign_in: SignIn) -> None:
    office, clue = sign_in("office"), registered(sign_in("office"))
    office.do(clue, "amend", title="菜市场外摊位每日被收费", words="标题不准")
    page = office.get(clue)
    assert "菜市场外摊位每日被收费" in page.text and "菜市场外摊位被收保洁费" in page.text


def test_back_with_a_reason_at_each_step(sign_in: SignIn) -> None:
    office, head, officer, chief = (sign_in(n) for n in ("office", "office_head", "officer", "unit_head"))
    clue = registered(office)
    head.do(clue, "return", words="单位不对")
    office.do(clue, "propose", proposed_unit_id=2, proposed_officer_id=5)
    head.do(clue, "assign")
    officer.do(clue, "decline", words="不属本单位")
    officer.get(clue, 404)
    office.do(clue, "propose", proposed_unit_id=2, proposed_officer_id=5)
    head.do(clue, "assign")
    officer.do(clue, "acknowledge")
    officer.do(
        clue, "record", second_officer_id=6, checked_at="2026-11-01T10:00", method="走访", place="柳桥街", found="属实"
    )
    officer.do(clue, "conclude", conclusion="查实", finding="属实")
    chief.do(clue, "refuse", words="缺照片")
    officer.do(clue, "conclude", conclusion="查实", finding="属实，附照片")
    chief.do(clue, "sign")
    office.do(clue, "send_back", words="补充证据")
    officer.do(clue, "conclude", conclusion="查实", finding="已补充")
    chief.do(clue, "sign")
    office.do(clue, "pass")
    head.do(clue, "recheck", words="处置不当")
    assert head.get(clue).state == "checking"


def test_joined_and_declined_tips(sign_in: SignIn) -> None:
    operator, office = sign_in("operator"), sign_in("office")
    clue = registered(office)
    tips = []
    for _n in range(2):
        action, data = operator.form("/intake/calls/new", **CALL)
        tips.append(operator.post(action, data).location.removesuffix("/receipt"))
        operator.do(tips[-1], "excerpt")
    office.do(tips[0], "join", category="检举控告", into=clue.rpartition("/")[2])
    assert office.get(tips[0]).state == "joined" and tips[0].rpartition("/")[2] in office.get(clue).text
    action, data = office.form(tips[1] + "/do/join", category="检举控告", into="XS-2026-999999")
    assert "查无此编号" in office.post(action, data, 422).text
    office.do(tips[1], "decline", category="意见建议", reason="不属本局职责")
    operator.do(tips[1], "tell", way="电话", said="已说明理由")
    assert operator.get(tips[1]).state == "declined"


def test_a_broken_off_call_that_names_an_official_moves_over(sign_in: SignIn) -> None:
    operator, clerk = sign_in("operator"), sign_in("discipline")
    page = operator.get("/intake/calls/new")
    action, data = operator.form(page, narrative="半句话：有人收好处，南岭码头")
    tip = operator.post("/intake/do/hang_up", data).location.removesuffix("/receipt")
    assert action and operator.get(tip).state == "incomplete"
    before = set(clerk.get("/umbrella/").numbers)
    operator.do(
        tip,
        "complete",
        field="渣土运输",
        place="南岭码头",
        urgency="一般",
        names_official="是",
        **{"parties-0-name": "某科长"},
    )
    page = operator.get(tip)
    assert page.state == "moved" and "南岭码头" not in page.html and "某科长" not in page.html
    (matter,) = set(clerk.get("/umbrella/").numbers) - before
    assert "南岭码头" in clerk.get(f"/umbrella/{matter}").text


def test_an_anonymous_caller_hears_of_the_end_too(app: Flask, sign_in: SignIn) -> None:
    """Nobody rings him: the three facts follow the clue that came of his call."""
    operator, office, head = sign_in("operator"), sign_in("office"), sign_in("office_head")
    action, data = operator.form("/intake/calls/new", **(CALL | {"naming": "匿名", "name": "", "phone": ""}))
    receipt = operator.post(action, data).location
    code = str(operator.get(receipt).soup.select_one("[data-code]")["data-code"])
    tip, number = receipt.removesuffix("/receipt"), receipt.split("/")[2]
    operator.do(tip, "excerpt", title="夜间倾倒", excerpt="夜间有车倾倒渣土")
    page = office.do(
        tip, "accept", category="检举控告", kind="涉乱", level="一般", proposed_unit_id=2, proposed_officer_id=5
    )
    clue = next(str(a["href"]) for a in page.soup.select("a[href^='/clues/XS-']"))

    def heard() -> str:
        action, data = operator.form("/intake/ask", number=number, code=code)
        return operator.post(action, data, 200).text

    assert "办理中" in heard()
    head.do(clue, "assign")
    officer, chief = sign_in("officer"), sign_in("unit_head")
    officer.do(clue, "acknowledge")
    officer.do(
        clue, "record", second_officer_id=6, checked_at="2026-11-01T10:00", method="走访", place="南岭", found="属实"
    )
    officer.do(clue, "conclude", conclusion="查实", finding="属实")
    chief.do(clue, "sign")
    office.do(clue, "pass")
    head.do(clue, "close", umbrella="无", oversight="无", loophole="无")
    assert "已办结" in heard()
