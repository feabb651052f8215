"""The same form sent twice is kept once; a correction sent again is not lost without a word."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.flow.test_side_ways import TAKE
from tests.flow.test_walk import CALL
from tests.pages import Client

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]


def test_sent_twice_answers_alike(sign_in: SignIn) -> None:
    office = sign_in("office")
    action, data = office.form("/clues/do/register", **TAKE)
    first = office.post(action, data).location
    assert office.post(action, data).location == first
    assert office.get("/clues/").numbers.count(first.rpartition("/")[2]) == 1


def test_back_corrected_and_sent_again_names_the_earlier_record(sign_in: SignIn) -> None:
    office = sign_in("office")
    action, data = office.form("/clues/do/register", **TAKE)
    first = office.post(action, data).location.rpartition("/")[2]
    page = office.post(action, data | {"title": "更正后的标题"}, 422)
    assert first in page.alert and "更正后的标题" in page.html


def test_an_anonymous_call_is_kept_once_too(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **(CALL | {"naming": "匿名", "name": "", "phone": ""}))
    assert operator.post(action, data).location == operator.post(action, data).location


def test_six_presses_at_once_make_one_record(app: Flask, sign_in: SignIn) -> None:
    office = sign_in("office")
    action, data = office.form("/clues/do/register", **TAKE)
    cookie = office.http.get_cookie("qingyuan")
    assert cookie is not None
    answers: list[tuple[int, str | None]] = []

    def press() -> None:
        browser = app.test_client()
        browser.set_cookie("qingyuan", cookie.value)
        answer = browser.post(action, data=data)
        answers.append((answer.status_code, answer.headers.get("Location")))

    presses = [threading.Thread(target=press) for _n in range(6)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert len(answers) == 6 and len(set(answers)) == 1 and answers[0][0] == 303


def test_a_late_autosave_does_not_revive_the_draft(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **CALL)
    operator.post(action + "?draft=1", data, 204)
    assert "南岭沙场" in operator.get("/intake/calls/new").html, "offered again"
    operator.post(action, data)
    operator.post(action + "?draft=1", data | {"narrative": "迟到的自动保存"}, 204)
    page = operator.get("/intake/calls/new")
    assert "迟到的自动保存" not in page.html and "南岭沙场" not in page.html


def test_a_draft_is_one_persons(sign_in: SignIn) -> None:
    first, second = sign_in("office"), sign_in("office2")
    action, data = first.form("/clues/do/register", **(TAKE | {"title": "只有我看得到的草稿"}))
    first.post(action + "?draft=1", data, 204)
    assert "只有我看得到的草稿" in first.get("/clues/do/register").html
    assert "只有我看得到的草稿" not in second.get("/clues/do/register").html


def test_a_draft_ends_after_seven_days(sign_in: SignIn, clock: Any) -> None:
    office = sign_in("office")
    action, data = office.form("/clues/do/register", **(TAKE | {"title": "放了八天的草稿"}))
    office.post(action + "?draft=1", data, 204)
    clock.forward(hours=11)
    assert "放了八天的草稿" in office.get("/clues/do/register").html
    clock.forward(days=8)
    assert "放了八天的草稿" not in sign_in("office").get("/clues/do/register").html


def test_a_form_that_is_sent_to_another_record_is_not_answered_by_the_first(sign_in: SignIn) -> None:
    """The second record would seem done and be untouched."""
    from tests.flow.test_side_ways import registered

    office, second = sign_in("office"), sign_in("office2")
    one, other = registered(office), registered(second)
    action, data = office.form(f"{one}/do/urge")
    assert office.post(action, data).location == one
    page = office.post(f"{other}/do/urge", data, 422)
    assert one.rpartition("/")[2] in page.alert
    assert "催办" not in [step.get_text(strip=True) for step in office.get(other).soup.select(".story__label")]


def test_a_form_of_somebody_else_is_used_up(sign_in: SignIn) -> None:
    """The answer tells nothing of what the other wrote, not even the number."""
    first, second = sign_in("office"), sign_in("office2")
    action, data = first.form("/clues/do/register", **TAKE)
    number = first.post(action, data).location.rpartition("/")[2]
    action, again = second.form("/clues/do/register", **TAKE)
    page = second.post(action, again | {"once": data["once"]}, 422)
    assert number not in page.alert and "已经用过" in page.alert


def test_a_refused_form_does_not_use_its_token_up(sign_in: SignIn) -> None:
    office = sign_in("office")
    action, data = office.form("/clues/do/register", **(TAKE | {"proposed_officer_id": 9}))
    page = office.post(action, data, 422)
    assert "承办人不属于所选单位" in page.alert
    assert office.post(action, data | {"proposed_officer_id": "5"}).location.startswith("/clues/XS-")


def test_a_call_that_was_dropped_is_not_registered_by_going_back(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **CALL)
    operator.post("/intake/calls/drop", {"csrf_token": data["csrf_token"], "once": data["once"]})
    page = operator.post(action, data, 422)
    assert "已经用过" in page.alert and "南岭沙场" in page.html, "what was typed is still there"
