"""告知: who can be reached in any way is told, in writing where he left no telephone; and only that way is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.errors import Refused
from tests.conftest import Clock
from tests.intake.test_call import stored
from tests.pages import Client
from tests.verbs.stage import PERSON, Stage

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
NAME, PHONE, ADDRESS = "李四海", "13900001111", "南岭路甲17号院2单元"
BY_LETTER = {"phone": "", "address": ADDRESS}
OPEN = "SELECT person_id, blocks FROM duties WHERE subject = :n AND what = 'intake.tell' AND state = 'open'"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def contact(sign_in: SignIn, tip: str) -> Any:
    return sign_in("operator").do(f"/intake/{tip}", "contact").main


@pytest.mark.parametrize(
    ("left", "owed"),
    [
        ({"phone": PHONE}, 1), (BY_LETTER, 1), ({"phone": PHONE, "address": ADDRESS}, 1),
        ({"phone": "", "address": " "}, 0), ({"naming": "匿名", "name": "", **BY_LETTER}, 0),
        ({"naming": "匿名", "name": "", "phone": PHONE}, 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("state", ["incomplete", "triage"])
def test_who_left_any_way_is_to_be_told_and_nobody_else(
    app: Flask, stage: Stage, state: str, left: dict[str, str], owed: int
) -> None:
    tip = stage.tip(state, **left)
    assert [d.person_id for d in stored(app, OPEN, n=tip)] == [PERSON["operator"]] * owed


def test_a_clue_does_not_close_before_its_reporter_has_his_letter(app: Flask, stage: Stage) -> None:
    tip = stage.tip("accepted", **BY_LETTER)
    ((clue, owes, desk),) = stored(app, "SELECT to_number, owes, desk FROM links WHERE from_number = :n", n=tip)
    assert (owes, desk) == ("intake.tell", "hotline")
    stage.do("office_head", "clues.assign", clue)
    stage.do("officer", "clues.acknowledge", clue)
    stage.do("officer", "checks.record", clue, second_officer_id=PERSON["unit_head"])
    for login, verb in (("officer", "conclude"), ("unit_head", "sign"), ("office", "pass")):
        stage.do(login, f"clues.{verb}", clue)
    assert [d.blocks for d in stored(app, OPEN, n=tip)] == [clue]
    with pytest.raises(Refused):
        stage.do("deputy_head", "clues.close", clue)
    stage.do("operator", "intake.tell", tip, way="书面邮寄", sent="告知书一份，挂号信")
    stage.do("deputy_head", "clues.close", clue)


@pytest.mark.parametrize(("left", "owed"), [(BY_LETTER, 1), ({"phone": "", "address": ""}, 0)])
@pytest.mark.parametrize("ended", ["intake.decline", "intake.hand_on"])
def test_who_was_told_of_the_taking_is_told_of_the_end_as_well(
    app: Flask, stage: Stage, ended: str, left: dict[str, str], owed: int
) -> None:
    tip = stage.tip("triage", **left)
    if owed:
        stage.do("operator", "intake.tell", tip)
    stage.do("office", ended, tip)
    assert len(stored(app, OPEN, n=tip)) == owed


def test_one_who_was_not_told_yet_owes_one_telling_not_two(app: Flask, stage: Stage) -> None:
    assert len(stored(app, OPEN, n=stage.tip("declined", **BY_LETTER))) == 1


def test_of_a_petition_the_petition_system_tells(app: Flask, stage: Stage) -> None:
    petition = stage.petition("found", address=ADDRESS)
    ((tip,),) = stored(app, "SELECT to_number FROM links WHERE from_number = :n", n=petition)
    stage.do("office", "intake.decline", tip)
    assert stored(app, OPEN, n=tip) == []


# ── what is opened ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("left", "ways", "named"),
    [
        ({"phone": PHONE}, {"phone": PHONE}, False), (BY_LETTER, {"letter": ADDRESS}, True),
        ({"phone": PHONE, "address": ADDRESS}, {"phone": PHONE, "letter": ADDRESS}, True),
    ],
)  # fmt: skip
def test_every_way_is_opened_and_the_name_beside_an_address_alone(
    sign_in: SignIn, stage: Stage, clock: Clock, left: dict[str, str], ways: dict[str, str], named: bool
) -> None:
    tip = stage.tip("triage", relation="邻居", **left)
    shown = contact(sign_in, tip)
    assert {str(w["data-way"]) for w in shown.select("[data-way]")} == set(ways)
    for kind, words in ways.items():
        assert words in shown.select_one(f"[data-way={kind}]").text
    assert (NAME in shown.text, "邻居" in shown.text) == (named, False)
    clock.forward(minutes=11)
    later = sign_in("operator").get(f"/intake/{tip}/contact").main
    assert not any(words in later.text for words in (NAME, PHONE, ADDRESS)) and later.select_one(".notice") is None


def test_a_look_at_an_address_is_on_the_trail_and_a_rule_leaves_none(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    looks = "SELECT person_id FROM access WHERE subject = :n AND what = 'sealed'"
    tip = stage.tip("accepted", **BY_LETTER)
    before = len(stored(app, looks, n=f"{tip}.reporter"))
    stage.do("operator", "intake.contact", tip)
    assert len(stored(app, looks, n=f"{tip}.reporter")) == before
    contact(sign_in, tip)
    seen = stored(app, looks, n=f"{tip}.reporter")[before:]
    assert [s.person_id for s in seen] == [PERSON["operator"]]
    assert PERSON["office"] not in [s.person_id for s in stored(app, looks, n=f"{tip}.reporter")]


def test_no_way_to_a_reporter_in_danger_is_opened(stage: Stage) -> None:
    tip = stage.tip("triage", risk="有，说明", risk_words="被人跟踪", **BY_LETTER)
    with pytest.raises(Refused, match="不往登记的地址寄信"):
        stage.do("operator", "intake.contact", tip)


# ── what is written down ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("way", ["书面邮寄", "书面送达"])
def test_what_was_sent_and_when_stands_in_the_time_line(app: Flask, sign_in: SignIn, stage: Stage, way: str) -> None:
    tip, operator = stage.tip("triage", **BY_LETTER), sign_in("operator")
    action, data = operator.form(f"/intake/{tip}/do/tell", way=way, said="已受理")
    page = operator.post(action, data, 422)
    assert page.soup.select_one("#sent-error") is not None and len(stored(app, OPEN, n=tip)) == 1
    operator.do(f"/intake/{tip}", "tell", way=way, said="已受理", sent="告知书一份，挂号信", content="认可")
    step = f"{way}，{clock.today()}，告知书一份，挂号信；已受理；举报人认可"
    assert step in sign_in("office").get(f"/intake/{tip}").text and stored(app, OPEN, n=tip) == []


def test_who_left_a_telephone_may_be_told_in_writing_instead(app: Flask, stage: Stage) -> None:
    tip = stage.tip("triage", phone=PHONE)
    stage.do("operator", "intake.tell", tip, way="书面送达", sent="告知书一份")
    assert stored(app, OPEN, n=tip) == []


@pytest.mark.parametrize(
    ("state", "says"),
    [("triage", "现正在研判"), ("accepted", "现正在办理"), ("declined", "不属本局职责"), ("forwarded", "安澜市公安局")],
)
def test_the_letter_says_how_far_it_is_and_nothing_of_the_matter_nor_to_whom_it_goes(
    app: Flask, sign_in: SignIn, stage: Stage, state: str, says: str
) -> None:
    tip = stage.tip(state, phone=PHONE, address=ADDRESS)
    letter = contact(sign_in, tip).select_one(".notice").text
    assert tip in letter and says in letter
    secret = (NAME, PHONE, ADDRESS, "南岭沙场", "渣土", "恒畅")
    assert [words for words in secret if words in letter] == []
    assert stored(app, "SELECT 1 FROM papers WHERE subject = :n", n=tip) == []
    assert stored(app, "SELECT 1 FROM files WHERE number = :n", n=tip) == []
