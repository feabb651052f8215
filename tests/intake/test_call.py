"""What a call leaves behind, and what it must not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from portal.core import vault
from portal.core.people import by_login
from portal.extensions import db
from portal.intake.models import Tip
from tests.flow.test_walk import CALL
from tests.pages import Client

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
NEW = "/intake/calls/new"


def call(operator: Client, at: str = NEW, **more: Any) -> str:
    """The number of a new call."""
    action, data = operator.form(at, **(CALL | more))
    return operator.post(action, data).location.split("/")[2]


def code_of(operator: Client, number: str) -> str:
    shown = operator.get(f"/intake/{number}/receipt").soup.select_one("[data-code]")
    assert shown is not None
    return str(shown["data-code"])


def asked(operator: Client, number: str, code: str) -> str:
    """Where the page of the query code leads for an addition."""
    action, data = operator.form("/intake/ask", number=number, code=code)
    return str(operator.post(action, data, 200).soup.select_one("a[href^='/intake/calls/new?adds=']")["href"])


def stored(app: Flask, statement: str, **given: Any) -> list[Any]:
    """Read past the walls, on a connection of its own."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with engine.connect() as connection:
        return list(connection.execute(text(statement), given))


def links(app: Flask, number: str) -> set[tuple[str, str]]:
    return {tuple(r) for r in stored(app, "SELECT to_number, kind FROM links WHERE from_number = :n", n=number)}


def count(app: Flask, table: str) -> int:
    (row,) = stored(app, f"SELECT count(*) FROM {table}")
    return int(row[0])


def tip(app: Flask, number: str, login: str = "operator") -> dict[str, Any]:
    """The stored tip, and what is sealed on it opened."""
    with app.app_context():
        session = db.session()
        actor = by_login(session, login)
        assert actor is not None
        session.actor = actor
        row = session.get_one(Tip, session.scalar(db.select(Tip.id).where(Tip.number == number)))
        open_ = {k: vault.look(row, k) for k in ("original", "reporter", "phone") if getattr(row, k) is not None}
        return {"state": row.state, "created_by": row.created_by, "at_risk": row.at_risk, **open_}


# ── an addition ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_call_adds_to_a_number_whose_code_was_checked(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    first = call(operator)
    at = asked(operator, first, code_of(operator, first))
    page = operator.get(at)
    assert f"补充 {first}" in page.text and "补充来电" in page.text
    assert links(app, call(operator, at)) == {(first, "follows")}


def test_a_bare_number_is_no_proof(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    first = call(operator)
    assert "补充" not in operator.get(f"{NEW}?adds={first}").main.find("h1").parent.get_text()
    action, data = operator.form(NEW, **CALL)
    page = operator.post(action, data | {"adds": first}, 422)
    assert "再核对一次" in page.alert
    assert links(app, operator.post(action, data | {"adds": ""}).location.split("/")[2]) == set()


def test_the_proof_is_of_this_operator_and_this_shift(sign_in: SignIn, clock: Any, monkeypatch: Any) -> None:
    from portal.intake import tickets

    operator = sign_in("operator")
    first = call(operator)
    at = asked(operator, first, code_of(operator, first))
    monkeypatch.setattr(tickets, "SHIFT", -1)
    assert first not in operator.get(at).main.get_text()
    action, data = operator.form(NEW, **CALL)
    data["adds"] = at.partition("adds=")[2]
    assert "再核对一次" in operator.post(action, data, 422).alert
    back = operator.post(action, data | {"adds_nothing": "1"}, 200)
    assert CALL["narrative"] in back.html and "首次来电" in back.text


def test_an_addition_to_a_sealed_matter_goes_where_that_is(sign_in: SignIn) -> None:
    operator, clerk = sign_in("operator"), sign_in("discipline")
    first = call(operator, names_official="是")
    at = asked(operator, first, code_of(operator, first))
    before = set(clerk.get("/umbrella/").numbers)
    second = call(operator, at, narrative="上次说的那件事，又有新情况。")
    operator.get(f"/intake/{second}", 404)
    (matter,) = set(clerk.get("/umbrella/").numbers) - before
    assert first in clerk.get(f"/umbrella/{matter}").text


def test_the_draft_of_another_call_is_not_mixed_with_an_addition(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    first = call(operator)
    at = asked(operator, first, code_of(operator, first))
    action, data = operator.form(NEW, **(CALL | {"narrative": "另一个来电说到一半"}))
    operator.post(action + "?draft=1", data, 204)
    page = operator.get(at)
    assert "另一个来电说到一半" in page.html and f"补充 {first}" not in page.text
    proof = page.soup.select_one("button[form=drop][name=adds]")["value"]
    token = page.soup.select_one("#drop [name=csrf_token]")["value"]
    after = operator.get(operator.post("/intake/calls/drop", {"csrf_token": token, "adds": proof}).location)
    assert f"补充 {first}" in after.text and "说到一半" not in after.html


# ── related tips ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_similar_tip_is_offered_and_only_what_is_seen_is_linked(app: Flask, sign_in: SignIn) -> None:
    operator, clerk = sign_in("operator"), sign_in("discipline")
    seen, sealed = call(operator), call(operator, names_official="是")
    action, data = operator.form(NEW, **CALL)
    offered = operator.post("/intake/similar", data, 200, hx="similar")
    assert seen in offered.html and sealed not in offered.html and "单位相同" in offered.text
    number = operator.post(
        action, data | {"related": [seen, sealed, "JB-2026-999999", clerk.get("/umbrella/").numbers[0]]}
    )
    assert links(app, number.location.split("/")[2]) == {(seen, "related")}


def test_persons_and_telephones_are_not_compared(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    call(operator, **{"place": "沿河路", "parties-0-kind": "人员", "parties-0-name": "外号阿三"})
    _action, data = operator.form(
        NEW, **(CALL | {"place": "别处", "parties-0-kind": "人员", "parties-0-name": "外号阿三"})
    )
    assert "没有地点、单位或车牌相同" in operator.post("/intake/similar", data, 200, hx="similar").text


# ── what is not kept ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("button", [NEW, "/intake/do/hang_up"])
def test_a_call_about_own_leaders_leaves_no_row_and_no_draft(app: Flask, sign_in: SignIn, button: str) -> None:
    operator = sign_in("operator")
    tables = ("tips", "receipts", "umbrella_matters", "mentions", "drafts")
    before = {t: count(app, t) for t in tables}
    action, data = operator.form(NEW, **CALL)
    operator.post(action + "?draft=1", data, 204)
    assert count(app, "drafts") == before["drafts"] + 1
    operator.post(action + "?draft=1", data | {"own_leaders": "是"}, 204)
    assert count(app, "drafts") == before["drafts"], "an answer 是 is not kept for two seconds either"
    operator.post(action + "?draft=1", data, 204)
    page = operator.post(button, data | {"own_leaders": "是"}, 200)
    assert not [said for said in (CALL["narrative"], CALL["name"], CALL["phone"], CALL["place"]) if said in page.html]
    operator.post(action + "?draft=1", data, 204)  # an autosave that was still under way
    assert {t: count(app, t) for t in tables} == before


def test_a_misdialled_call_is_gone_with_its_draft(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    before = count(app, "drafts")
    action, data = operator.form(NEW, **CALL)
    operator.post(action + "?draft=1", data, 204)
    operator.post("/intake/calls/drop", {"csrf_token": data["csrf_token"], "once": data["once"]})
    operator.post(action + "?draft=1", data, 204)
    assert count(app, "drafts") == before and CALL["narrative"] not in operator.get(NEW).html
    office = sign_in("office")
    office.post(
        "/intake/calls/drop", {"csrf_token": office.get("/").soup.select_one("[name=csrf_token]")["value"]}, 404
    )


# ── broken off ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_call_broken_off_gets_a_number_and_is_completed(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    action, data = operator.form(NEW, narrative="南岭沙场夜里倒渣土，电话断了")
    operator.post(action + "?draft=1", data, 204)
    receipt = operator.post("/intake/do/hang_up", data).location
    record = receipt.removesuffix("/receipt")
    assert "电话断了" not in operator.get(NEW).html, "both buttons end the same draft"
    assert "补齐来电" in operator.get(receipt, hx="next").text
    assert operator.get(record).state == "incomplete"
    done = operator.do(
        record,
        "complete",
        field="渣土运输",
        place="南岭沙场",
        names_official="否",
        urgency="紧急",
        **{"parties-0-name": "安A·7K218", "parties-0-kind": "车牌"},
    )
    assert done.state == "excerpt"
    assert operator.do(record, "excerpt").state == "triage"


def test_even_two_sentences_need_to_be_there(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    _action, data = operator.form(NEW)
    page = operator.post("/intake/do/hang_up", data, 422)
    assert page.refused == {"narrative"}
    assert page.soup.select_one("#call")["action"] == NEW, "登记 still registers"


# ── the receipt ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_receipt_is_the_same_page_for_every_number(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    pages = [operator.get(f"/intake/{call(operator, names_official=said)}/receipt").main for said in ("否", "是")]
    shapes = [re.sub(r'value="[^"]*"', "", re.sub(r"\d", "0", str(page))) for page in pages]
    shapes = [
        re.sub(r'(?<=data-code=")\w+|(?<=receipt__letter">)\w|(?<=<dd>)\w{4}　\w{4}', "X", shape) for shape in shapes
    ]
    words = [re.sub(r"[〇一二三四五六七八九A-Z] ?", "", shape) for shape in shapes]
    assert words[0] == words[1]


def test_what_stands_under_the_receipt_comes_through_sight(sign_in: SignIn) -> None:
    operator, office = sign_in("operator"), sign_in("office")
    plain, urgent, sealed = call(operator), call(operator, urgency="特急"), call(operator, names_official="是")
    under = {n: operator.get(f"/intake/{n}/receipt", hx="next").text for n in (plain, urgent, sealed)}
    assert "采用摘录" in under[plain] and "值班室" not in under[plain] and "林操作" in under[plain]
    assert "内线 6000" in under[urgent] and "重大信息首报" in under[urgent]
    assert "没有要写的摘录" in under[sealed] and "南岭" not in under[sealed]
    assert "采用摘录，" not in office.get(f"/intake/{plain}/receipt", hx="next").text


def test_the_code_is_gone_when_the_excerpt_is_accepted(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    number = call(operator)
    assert code_of(operator, number) in operator.get(f"/intake/{number}/receipt").html
    operator.do(f"/intake/{number}", "excerpt")
    assert "不再显示" in operator.get(f"/intake/{number}/receipt").text
    assert stored(app, "SELECT code_sealed FROM receipts WHERE number = :n", n=number) == [(None,)]


# ── the excerpt ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_tick_taken_off_restores_its_traces_and_set_again_strikes_them(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    at = f"/intake/{call(operator)}/do/excerpt"
    action, data = operator.form(at)
    offered = data["excerpt"]
    assert "〔电话〕" in offered and "13900001111" not in offered
    page = operator.post(action, data | {"excerpt": offered + "补一句。", "restore": "电话"}, 200)
    _action, data = operator.form(page)
    assert "13900001111" in data["excerpt"] and data["excerpt"].endswith("补一句。") and "〔住址〕" in data["excerpt"]
    assert "请遮盖后再采用" in page.text
    assert "excerpt" in operator.post(action, data, 422).refused, "what is sealed does not stand in an excerpt"
    page = operator.post(action, data | {"strike": "电话"}, 200)
    assert operator.form(page)[1]["excerpt"] == offered + "补一句。"


def test_traces_that_were_changed_by_hand_are_not_restored_by_guess(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    action, data = operator.form(f"/intake/{call(operator)}/do/excerpt")
    data["excerpt"] += "▇▇▇▇〔电话〕"
    page = operator.post(action, data | {"restore": "电话"}, 200)
    assert "不能自动恢复" in page.alert and "13900001111" not in page.html


# ── triage ────────────────────────────────────────────────────────────────────────────────────────────────────────
def triaged(operator: Client) -> str:
    record = f"/intake/{call(operator)}"
    operator.do(record, "excerpt")
    return record


@pytest.mark.parametrize(
    ("verb", "wrong"),
    [
        ("accept", {"category", "kind", "level", "proposed_unit_id", "proposed_officer_id"}),
        ("join", {"category", "into"}),
        ("decline", {"category", "reason"}),
    ],
)
def test_a_refused_decision_comes_back_with_its_card_open(sign_in: SignIn, verb: str, wrong: set[str]) -> None:
    record = triaged(sign_in("operator"))
    office = sign_in("office")
    _action, data = office.form(f"{record}/do/accept")
    page = office.post(f"{record}/do/{verb}", data | {"words": "写到一半的说明"}, 422)
    assert page.refused == wrong
    assert page.soup.select_one("[name=decision][checked]")["value"] == verb
    assert "写到一半的说明" in page.html


def test_a_match_leads_to_joining_it(sign_in: SignIn) -> None:
    operator, office = sign_in("operator"), sign_in("office")
    first, second = triaged(operator), triaged(operator)
    office.do(
        first, "accept", category="检举控告", kind="涉恶", level="一般", proposed_unit_id=2, proposed_officer_id=5
    )
    page = office.get(f"{second}/do/accept")
    match = page.soup.select_one("a[data-joins]")
    assert match is not None
    action, data = office.form(str(match["href"]), category="检举控告")
    assert data["into"] == match["data-joins"] and action.endswith("/do/accept") is False
    assert office.get(office.post(action, data).location).state == "joined"
