"""Whom another overtakes between his question and his writing is answered by the rule, never by a broken page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from portal.accountability import actions
from portal.core import act, vault
from portal.core.errors import Conflict, Refused
from portal.intake.models import Tip
from tests.flow.test_side_ways import TAKE
from tests.pages import Client
from tests.verbs.stage import Stage

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
SAME = "安城管党〔2026〕77号"


def test_two_who_write_the_same_document_at_once_one_is_told_that_it_is_there(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, both, asks = Stage(app), threading.Barrier(2, timeout=2), actions._not_twice
    cases = [stage.sanction(), stage.sanction()]

    def asked(*of: Any) -> None:
        asks(*of)
        with suppress(threading.BrokenBarrierError):  # SQLite lets one write after the other
            both.wait()

    monkeypatch.setattr(actions, "_not_twice", asked)
    said: list[str] = []

    def amend(case: str) -> None:
        try:
            said.append(stage.do("discipline", "accountability.amend", case, document_no=SAME, measure="诫勉"))
        except Refused as refused:
            said.append(refused.sentence)

    threads = [threading.Thread(target=amend, args=(case,)) for case in cases]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    there = next(s for s in said if s in cases)
    assert sorted(said) == sorted([there, f"这份决定已经登记，编号 {there}"])


def stale_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first act finds its row changed at the end; gives a mark for each attempt."""
    runs, run = list[int](), act._run

    def stale(*of: Any) -> Any:
        runs.append(1)
        made = run(*of)
        if len(runs) == 1:
            raise StaleDataError
        return made

    monkeypatch.setattr(act, "_run", stale)
    return runs


def test_a_row_that_went_under_the_hand_is_asked_for_once_more(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, office = stale_once(monkeypatch), sign_in("office")
    action, data = office.form("/clues/do/register", **TAKE)
    number = office.post(action, data).location.rpartition("/")[2]
    assert len(runs) == 2 and office.get("/clues/").numbers.count(number) == 1


def test_what_is_sealed_at_the_second_attempt_can_be_opened(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Number and key are taken anew: a key of the first attempt went with it, and would open nothing."""
    stage, _runs = Stage(app), stale_once(monkeypatch)
    tip = stage.do("operator", "intake.call", narrative="夜里倒土，看见三辆车。")
    with stage.session("office") as session:
        row = session.scalar(select(Tip).where(Tip.number == tip))
        assert vault.look(row, "original") == "夜里倒土，看见三辆车。"


def test_what_breaks_a_rule_of_the_table_is_not_tried_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    def broken(a: Any, _verb: Any, row: Any, _given: Any) -> Any:
        runs.append(1)
        row.duty_id = None  # an open state needs its duty
        a.session.flush()

    stage = Stage(app)
    clue = stage.clue("assigned")
    monkeypatch.setattr(act, "_run", broken)
    with pytest.raises(IntegrityError):
        stage.do("officer", "clues.acknowledge", clue)
    assert len(runs) == 1


def test_a_new_record_whose_companion_was_taken_keeps_what_was_typed(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = sign_in("office")
    action, data = office.form("/clues/do/register", **TAKE)

    def taken(*_of: Any) -> Any:
        raise Conflict(possible=False)

    monkeypatch.setattr(act, "_run", taken)
    page = office.post(action, data, 409)
    assert "刚被别人办理" in page.alert and TAKE["title"] in page.html
    monkeypatch.undo()
    office.post(*office.form(page))
