"""补存: what comes later is with an open handler, or the triage desk owes a look at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.core.errors import Conflict, Forbidden, Refused
from tests.intake.test_call import stored
from tests.intake.test_letters import material, photo
from tests.pages import Client
from tests.verbs.stage import PERSON, Stage

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
SEEN, AGAIN = "已阅，不另行研判", "重新研判"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def clue_closed(stage: Stage) -> tuple[str, str]:
    tip = stage.tip("accepted", phone="")
    clue = stage.newest("clues")
    stage.do("office_head", "clues.assign", clue)
    stage.do("officer", "clues.acknowledge", clue)
    stage.do("officer", "checks.record", clue, second_officer_id=PERSON["unit_head"])
    for login, verb in (("officer", "conclude"), ("unit_head", "sign"), ("office", "pass"), ("deputy_head", "close")):
        stage.do(login, f"clues.{verb}", clue)
    return tip, clue


def received(stage: Stage) -> tuple[str, str]:
    tip = stage.tip("forwarded")
    number = stage.newest("transfers")
    stage.do("office", "transfers.send", number)
    stage.do("office", "transfers.sign", number)
    return tip, number


def settled(stage: Stage, how: str = "call_back") -> tuple[str, str]:
    tip = stage.tip("settling")
    number = stage.newest("settlements")
    stage.do("officer", "settlements.settle", number)
    stage.do("office", f"settlements.{how}", number)
    return tip, number


def petitioned(stage: Stage) -> tuple[str, str]:
    return settled(stage, "petition")


def declined(stage: Stage) -> tuple[str, str]:
    return stage.tip("declined"), ""


def add(sign_in: SignIn, tip: str) -> Any:
    return material(sign_in("operator"), tip, files=[photo()], whole=False)


def looks(app: Flask, tip: str, state: str = "open") -> list[int]:
    asked = "SELECT person_id FROM duties WHERE subject = :n AND what = 'intake.look' AND state = :s"
    return [d.person_id for d in stored(app, asked, n=tip, s=state)]


def told(app: Flask, number: str) -> list[int]:
    asked = "SELECT person_id FROM messages WHERE kind = 'material' AND subject = :n ORDER BY person_id"
    return [m.person_id for m in stored(app, asked, n=number)]


def copies(app: Flask, number: str) -> int:
    return len(stored(app, "SELECT 1 FROM files WHERE number = :n AND copy_of IS NOT NULL", n=number))


# ── somebody has it in hand ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("sent", [False, True])
def test_a_transfer_under_way_gets_the_copies_and_its_officer_is_told(
    app: Flask, sign_in: SignIn, stage: Stage, sent: bool
) -> None:
    tip = stage.tip("forwarded")
    number = stage.newest("transfers")
    if sent:
        stage.do("office", "transfers.send", number)
    add(sign_in, tip)
    assert (copies(app, number), copies(app, tip), told(app, number)) == (1, 0, [PERSON["office"]])
    assert "举报人材料" in sign_in("office").get(f"/transfers/{number}").text and looks(app, tip) == []


@pytest.mark.parametrize(("reported", "who"), [(False, ["officer"]), (True, ["officer", "office"])])
def test_a_settlement_under_way_gets_the_copies_and_whoever_works_on_it_is_told(
    app: Flask, sign_in: SignIn, stage: Stage, reported: bool, who: list[str]
) -> None:
    tip = stage.tip("settling")
    number = stage.newest("settlements")
    if reported:
        stage.do("officer", "settlements.settle", number)
    add(sign_in, tip)
    assert (copies(app, number), told(app, number)) == (1, sorted(PERSON[login] for login in who))
    page = sign_in("officer").get(f"/settlements/{number}")
    assert "举报人材料" in page.text and looks(app, tip) == []
    sign_in("officer2").get(f"/settlements/{number}", 404)


@pytest.mark.parametrize("state", ["incomplete", "excerpt", "triage"])
def test_an_open_tip_keeps_them_for_its_own_desk(app: Flask, sign_in: SignIn, stage: Stage, state: str) -> None:
    tip = stage.tip(state)
    add(sign_in, tip)
    assert (copies(app, tip), looks(app, tip)) == (1, [])


# ── nobody has it in hand any more ────────────────────────────────────────────────────────────────────────────────
ENDED = pytest.mark.parametrize("ended", [clue_closed, received, settled, petitioned, declined])


@ENDED
def test_what_comes_after_the_end_is_owed_a_look_once(
    app: Flask, sign_in: SignIn, stage: Stage, ended: Callable[[Stage], tuple[str, str]]
) -> None:
    tip, number = ended(stage)
    add(sign_in, tip)
    assert (looks(app, tip), copies(app, tip), told(app, number)) == ([PERSON["office"]], 1, [])
    assert "研判补充材料" in sign_in("office").get("/").text
    assert told(app, tip) == []
    add(sign_in, tip)
    assert (looks(app, tip), copies(app, tip), told(app, tip)) == ([PERSON["office"]], 2, [PERSON["office"]])
    with pytest.raises(Forbidden):
        stage.do("office2", "intake.look", tip)
    stage.do("office", "intake.look", tip)
    assert (looks(app, tip), looks(app, tip, "done"), copies(app, tip)) == ([], [PERSON["office"]], 2)


@pytest.mark.parametrize("ended", [received, settled, petitioned, declined])
def test_it_can_be_decided_anew(
    app: Flask, sign_in: SignIn, stage: Stage, ended: Callable[[Stage], tuple[str, str]]
) -> None:
    tip, _number = ended(stage)
    add(sign_in, tip)
    sign_in("office").do(f"/intake/{tip}", "look", then=AGAIN, words="材料里有新的事实")
    assert sign_in("office").get(f"/intake/{tip}").state == "triage" and looks(app, tip) == []
    asked = "SELECT what FROM duties WHERE subject = :n AND state = 'open' AND what = 'intake.accept'"
    assert len(stored(app, asked, n=tip)) == 1
    assert [r.stage for r in stored(app, "SELECT stage FROM receipts WHERE number = :n", n=tip)] == ["办理中"]
    stage.do("office", "intake.accept", tip)
    assert copies(app, stage.newest("clues")) == 1


def test_a_closed_clue_is_taken_up_by_its_own_verb_and_then_gets_the_copies(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    tip, clue = clue_closed(stage)
    add(sign_in, tip)
    with pytest.raises(Refused, match="重办"):
        stage.do("office", "intake.look", tip, then=AGAIN)
    stage.do("office_head", "clues.reopen", clue)
    with pytest.raises(Refused, match=clue):
        stage.do("office", "intake.look", tip, then=AGAIN)
    stage.do("office", "intake.look", tip, then=SEEN)
    assert (copies(app, clue), copies(app, tip), told(app, clue)) == (1, 0, [PERSON["officer"]])


def test_who_decides_instead_of_a_recused_desk_decides_anew(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    """The office_head sees no receipts; the query code tells of it all the same."""
    tip = stage.tip("triage")
    stage.do("office", "intake.recuse", tip)
    stage.do("office_head", "intake.decline", tip)
    add(sign_in, tip)
    assert looks(app, tip) == [PERSON["office_head"]]
    stage.do("office_head", "intake.look", tip, then=AGAIN)
    assert [r.stage for r in stored(app, "SELECT stage FROM receipts WHERE number = :n", n=tip)] == ["办理中"]


def test_nobody_looks_where_nothing_came(stage: Stage) -> None:
    with pytest.raises(Forbidden):
        stage.do("office", "intake.look", stage.tip("declined"))
    with pytest.raises(Conflict):
        stage.do("office", "intake.look", stage.tip("triage"))


def test_of_an_anonymous_tip_the_look_is_owed_since_a_day_and_not_a_minute(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    tip = stage.tip("declined", naming="匿名", name="", phone="")
    add(sign_in, tip)
    ((since,),) = stored(app, "SELECT since FROM duties WHERE subject = :n AND what = 'intake.look'", n=tip)
    assert str(since)[14:19] in ("00:00", "00")


# ── an official's matter ──────────────────────────────────────────────────────────────────────────────────────────
def test_the_operator_sees_the_same_whatever_the_number_holds(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    tip, _number = declined(stage)
    stage.do("operator", "intake.call", names_official="是")
    matter = str(int(tip[-6:]) + 1).zfill(6)
    numbers = [tip, f"{tip[:-6]}{matter}"]
    assert stored(app, "SELECT 1 FROM tips WHERE number = :n", n=numbers[1]) == []
    answers = [add(sign_in, n) for n in numbers]
    assert [a.location for a in answers] == [f"/intake/{n}/receipt" for n in numbers]
    pages = [
        sign_in("operator").get(a.location).main.text.replace(n, "") for a, n in zip(answers, numbers, strict=True)
    ]
    assert [("研判" in p, "补充材料" in p) for p in pages] == [("研判" in pages[0], "补充材料" in pages[0])] * 2
    assert looks(app, numbers[1]) == [] and told(app, numbers[1]) == []


@pytest.mark.parametrize("looked", [False, True])
def test_a_tip_that_goes_elsewhere_takes_what_is_owed_along(
    app: Flask, sign_in: SignIn, stage: Stage, looked: bool
) -> None:
    tip, _number = received(stage)
    add(sign_in, tip)
    if looked:
        stage.do("office", "intake.look", tip, then=AGAIN)
    stage.do("office", "intake.mark", tip)
    assert looks(app, tip) == [] and stored(app, "SELECT 1 FROM files WHERE number = :n", n=tip) == []


def test_whoever_added_something_sees_the_whole_page_of_the_receipt(sign_in: SignIn, stage: Stage) -> None:
    """The form and that page each have a part called `next`: the answer to the one is not a part of the other."""
    tip, operator = stage.tip("triage"), sign_in("operator")
    asked = {"HX-Request": "true", "HX-Target": "next"}
    for at, whole in ((f"/intake/do/material?to={tip}", True), (f"/intake/{tip}/receipt", False)):
        headers = asked | {"HX-Current-URL": f"http://localhost{at}"}
        assert ("<h1" in operator.http.get(f"/intake/{tip}/receipt", headers=headers).text) == whole
