"""Triage judges what is like its tip: not the same, more of the same; what was typed stays (looks/triage.png)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.errors import Forbidden, Refused
from portal.extensions import db
from tests.pages import Client, Page
from tests.verbs.stage import Stage

pytestmark = pytest.mark.database
Open = Callable[[str], Client]
_serial = count(1)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture
def site() -> str:
    """A place of this test's own: what stands there is like each other."""
    return f"同一处{next(_serial)}号工地"


def rows(stage: Stage, name: str) -> list[Any]:
    with stage.session() as session:
        return list(session.core(select(db.metadata.tables[name])))


def triage(sign_in: Open, tip: str, login: str = "office") -> Page:
    return sign_in(login).get(f"/intake/{tip}/do/accept")


def alike(page: Page) -> list[str]:
    return [str(b.text) for b in page.soup.select("#alike article.alike .alike__head b")]


def fold(page: Page) -> Any:
    """What was judged apart, below the list."""
    return next((f for f in page.soup.select("#alike .fold") if "已认定不是同一件" in f.text), None)


def folded(page: Page) -> list[str]:
    found = fold(page)
    return [str(b.text) for b in found.select(".alike__head b")] if found else []


def press(client: Client, tip: str, judge: str, hx: str | None = None, status: int = 303, **typed: Any) -> Page:
    """The button of the form of triage, with whatever has been typed there."""
    _action, data = client.form(f"/intake/{tip}/do/accept", **typed)
    return client.post(f"/intake/{tip}/alike", data | {"judge": judge}, status, hx=hx)


def post(client: Client, tip: str, judge: str, status: int) -> Page:
    """As a hand would make it up, with a token of another form."""
    _action, data = client.form("/intake/calls/new" if client.login == "operator" else "/clues/do/register")
    return client.post(f"/intake/{tip}/alike", {"csrf_token": data["csrf_token"], "judge": judge}, status)


def test_what_is_not_the_same_is_hidden_from_triage_on_both_sides(stage: Stage, sign_in: Open, site: str) -> None:
    first, second = stage.tip("triage", place=site), stage.tip("triage", place=site)
    assert alike(triage(sign_in, second)) != [] and first in alike(triage(sign_in, second))
    press(sign_in("office"), second, f"set_apart {first}")
    for one, other in ((first, second), (second, first)):
        page = triage(sign_in, one, "office2")
        assert other not in alike(page) and folded(page) == [other]
        assert "钱内勤" in fold(page).text and "1 件" in fold(page).summary.text
    (pair,) = (r for r in rows(stage, "judged_apart") if first in (r.low, r.high))
    assert (pair.low, pair.high) == (first, second)
    press(sign_in("office2"), first, f"put_back {second}")
    assert second in alike(triage(sign_in, first)) and first in alike(triage(sign_in, second))
    assert folded(triage(sign_in, first)) == []


def test_a_clue_is_judged_as_a_tip_is(stage: Stage, sign_in: Open, site: str) -> None:
    clue, tip = stage.clue("checking", place=site), stage.tip("triage", place=site)
    assert clue in alike(triage(sign_in, tip))
    press(sign_in("office"), tip, f"set_apart {clue}")
    assert clue not in alike(triage(sign_in, tip)) and folded(triage(sign_in, tip)) == [clue]


def test_the_desk_learns_of_no_judgement(stage: Stage, sign_in: Open, site: str) -> None:
    """Neither the clue nor that the office compares: its page and its call page stay as they were."""
    clue, tip = stage.clue("checking", place=site), stage.tip("triage", place=site)
    other = stage.tip("triage", place=site)
    before = sign_in("operator").get(f"/intake/{tip}").main.get_text()
    for judge in (f"set_apart {clue}", f"set_apart {other}"):
        press(sign_in("office"), tip, judge)
    assert sign_in("operator").get(f"/intake/{tip}").main.get_text() == before
    post(sign_in("operator"), tip, f"set_apart {clue}", 403)
    for verb in ("set_apart", "put_back", "supplement"):
        with pytest.raises(Forbidden):
            stage.do("operator", f"intake.{verb}", tip, other=other)


def test_more_of_the_same_is_linked_once_and_shown_on_both(stage: Stage, sign_in: Open, site: str) -> None:
    first, second = stage.tip("triage", place=site), stage.tip("triage", place=site)
    press(sign_in("office"), second, f"supplement {first}")
    press(sign_in("office"), first, f"supplement {second}")
    linked = [r for r in rows(stage, "links") if {r.from_number, r.to_number} == {first, second}]
    assert [(r.from_number, r.to_number, r.kind) for r in linked] == [(second, first, "related")]
    for one, other in ((first, second), (second, first)):
        assert other in sign_in("operator").get(f"/intake/{one}").text
        assert other in sign_in("office").get(f"/intake/{one}").text
        assert "已记为补充材料" in triage(sign_in, one).soup.select_one("#alike").text  # type: ignore[union-attr]


def test_who_may_not_see_the_other_tip_is_not_told_of_it(stage: Stage, sign_in: Open, site: str) -> None:
    first, second = stage.tip("triage", place=site), stage.tip("triage", place=site)
    stage.do("office", "intake.supplement", second, other=first)
    stage.do("office2", "intake.set_apart", second, other=first)
    stage.do("office", "intake.recuse", first)
    assert first not in sign_in("office").get(f"/intake/{second}").text
    assert first not in triage(sign_in, second).text
    assert first in sign_in("office2").get(f"/intake/{second}").text


def test_a_tip_that_fed_a_clue_leads_to_that_clue(stage: Stage, sign_in: Open, site: str) -> None:
    """The button chooses 并入 with the clue's number, as beside the clue itself; where it is closed, the tip remains."""
    first = stage.tip("triage", place=site)
    stage.do("office", "intake.accept", first)
    clue, tip = stage.newest("clues"), stage.tip("triage", place=site)
    item = next(a for a in triage(sign_in, tip).soup.select("#alike article.alike") if first in a.text)
    joins = item.select_one("a[data-joins]")
    assert joins is not None and joins["data-joins"] == clue and "记为补充材料" not in item.text
    assert clue in str(sign_in("office").get(str(joins["href"])).soup.select_one("[name=into]")["value"])  # type: ignore[index]
    stage.do("office", "clues.recuse", clue)
    item = next(a for a in triage(sign_in, tip).soup.select("#alike article.alike") if first in a.text)
    assert clue not in item.text and item.select_one("a[data-joins]") is None and "记为补充材料" in item.text


def test_a_closed_clue_is_joined_no_more(stage: Stage, sign_in: Open, site: str) -> None:
    first = stage.tip("triage", place=site, naming="匿名", name="", phone="")
    stage.do("office", "intake.accept", first)
    clue, tip = stage.newest("clues"), stage.tip("triage", place=site)
    for login, verb in (("office_head", "assign"), ("officer", "acknowledge"), ("officer", "conclude"),
                        ("unit_head", "sign"), ("office2", "pass"), ("deputy_head", "close")):  # fmt: skip
        assert clue in (str(a["data-joins"]) for a in triage(sign_in, tip).soup.select("#alike a[data-joins]")), verb
        stage.do(login, f"clues.{verb}", clue)
        if verb == "acknowledge":
            stage.do("officer", "checks.record", clue)
    assert clue not in (str(a["data-joins"]) for a in triage(sign_in, tip).soup.select("#alike a[data-joins]"))
    assert "记为补充材料" in triage(sign_in, tip).soup.select_one("#alike").text  # type: ignore[union-attr]


def test_what_was_typed_stays_without_script(stage: Stage, sign_in: Open, site: str) -> None:
    first, second = stage.tip("triage", place=site), stage.tip("triage", place=site)
    office = sign_in("office")
    typed = {"category": "检举控告", "decision": "decline", "reason": "其他", "words": "不在本市"}
    answer = press(office, second, f"set_apart {first}", **typed)
    assert answer.location == f"/intake/{second}/do/accept"
    page = office.get(f"/intake/{second}/do/accept")
    _action, data = office.form(page)
    assert {k: "".join(data[k]) for k in typed} == typed
    assert folded(page) == [first]
    office.post(f"/intake/{second}/do/decline", data, 303)  # the form's own token was not used up


def test_with_htmx_the_list_alone_comes_back(stage: Stage, sign_in: Open, site: str) -> None:
    first, second = stage.tip("triage", place=site), stage.tip("triage", place=site)
    before = len(rows(stage, "drafts"))
    part = press(sign_in("office"), second, f"set_apart {first}", hx="alike", status=200)
    assert "<html" not in part.text and first in part.text and "已认定不是同一件" in part.text
    assert len(rows(stage, "drafts")) == before


def test_what_is_not_seen_and_what_is_not_there_answer_alike(stage: Stage, sign_in: Open, site: str) -> None:
    hidden, tip = stage.tip("triage", place=site), stage.tip("triage", place=site)
    moved = stage.tip("moved", place=site)
    stage.do("office", "intake.recuse", hidden)
    said = set()
    for verb in ("set_apart", "supplement"):
        for other in (hidden, moved, "JB-2026-999999", tip, ""):
            with pytest.raises(Refused) as refused:
                stage.do("office", f"intake.{verb}", tip, other=other)
            said.add(refused.value.sentence)
    assert len(said) == 1
    with pytest.raises(Refused):
        stage.do("office", "intake.supplement", tip, other=stage.clue("checking"))
    part = press(sign_in("office"), tip, "set_apart JB-2026-999999", hx="alike", status=200)
    assert "查无此编号" in part.text
    post(sign_in("office"), tip, "accept", 400)


def test_a_decided_tip_is_judged_no_more(stage: Stage, sign_in: Open, site: str) -> None:
    first, second = stage.tip("triage", place=site), stage.tip("declined", place=site)
    post(sign_in("office"), second, f"set_apart {first}", 409)


@pytest.mark.parametrize("whole", ["tip", "clue"])
def test_judgements_of_what_goes_elsewhere_are_gone(stage: Stage, site: str, whole: str) -> None:
    tip = stage.tip("triage", place=site)
    other = stage.tip("triage", place=site) if whole == "tip" else stage.clue("checking", place=site)
    stage.do("office", "intake.set_apart", tip, other=other)
    stage.do("office", "intake.mark" if whole == "tip" else "clues.mark", other)
    assert not [r for r in rows(stage, "judged_apart") if tip in (r.low, r.high)]
