"""议定事项 from being given to being closed: whose turn it is, what the database refuses, who finds what where."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from portal.core import figures
from portal.core.clock import end_of, local, today
from portal.core.errors import Forbidden, Hidden, Refused
from portal.core.figures import FIGURES
from portal.core.sight import CORE
from portal.extensions import db
from portal.meetings.forms import Make
from tests.conftest import Clock
from tests.pages import Client
from tests.verbs.stage import PERSON, UNIT, Stage

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def row(stage: Stage, number: str) -> Any:
    with stage.session() as session:
        t = db.metadata.tables["decisions"]
        return session.core(select(t).where(t.c.number == number)).one()


def owed(stage: Stage, number: str) -> Any:
    """The duty of the row's state."""
    with stage.session() as session:
        t = db.metadata.tables["duties"]
        return session.core(select(t).where(t.c.subject == number, t.c.state == "open")).one()


def told(stage: Stage, login: str) -> list[tuple[str, str]]:
    with stage.session() as session:
        t = db.metadata.tables["messages"]
        mine = select(t.c.kind, t.c.subject).where(t.c.person_id == PERSON[login])
        return [tuple(m) for m in session.core(mine)]


# ── the way ──
def test_the_owner_and_the_head_of_his_unit_are_told(stage: Stage) -> None:
    number = stage.decision("given")
    assert ("duty", number) in told(stage, "officer") and ("duty", number) in told(stage, "unit_head")
    assert (owed(stage, number).person_id, owed(stage, number).what) == (PERSON["officer"], "decisions.accept")


def test_argued_once_and_then_it_stands(stage: Stage) -> None:
    """The office changes owner and day; the new owner accepts, and argues no more."""
    number = stage.decision("disputed")
    assert owed(stage, number).person_id == PERSON["office"]
    later = today() + timedelta(50)
    stage.do("office", "decisions.answer", number, unit_id=UNIT["b"], officer_id=PERSON["officer2"], due_on=later)
    duty = owed(stage, number)
    assert (duty.person_id, duty.unit_id, duty.what) == (PERSON["officer2"], UNIT["b"], "decisions.accept")
    assert local(duty.due_at) == end_of(later) and row(stage, number).owed_at == duty.due_at
    with pytest.raises(Forbidden):
        stage.do("officer2", "decisions.dispute", number)
    with pytest.raises(Hidden):
        stage.do("officer", "decisions.accept", number)
    stage.do("officer2", "decisions.accept", number)
    assert row(stage, number).state == "working"


def test_a_confirmed_decision_is_as_it_was(stage: Stage) -> None:
    number = stage.decision("disputed")
    before = row(stage, number)
    stage.do("office", "decisions.answer", number, due_on=(local(before.due_at) - timedelta(1)).date())
    after = row(stage, number)
    assert (after.unit_id, after.officer_id, after.due_at) == (before.unit_id, before.officer_id, before.due_at)


def test_closed_by_another_than_who_reported_it(stage: Stage) -> None:
    """Of the office's own clerk the head of the office verifies, and he finds it among his duties."""
    number = stage.decision("finished", "office", "office")
    assert owed(stage, number).person_id == PERSON["office_head"]
    with pytest.raises(Forbidden):
        stage.do("office", "decisions.verify", number)
    stage.do("office_head", "decisions.verify", number)
    closed = row(stage, number)
    assert (closed.state, closed.proposed_by, closed.verified_by) == ("closed", PERSON["office"], PERSON["office_head"])
    other = stage.decision("finished")
    assert owed(stage, other).person_id == PERSON["office"]


def test_returned_with_a_reason_it_goes_on_where_it_was(stage: Stage) -> None:
    for state, what in (("working", "decisions.finish"), ("standing", "decisions.review")):
        number = stage.decision(state)
        due = owed(stage, number).due_at
        stage.do("officer", "decisions.finish", number)
        stage.do("office", "decisions.return", number, words="照片看不出时间")
        found = row(stage, number)
        assert (found.state, found.finished_at, found.proposed_by) == (state, None, None)
        assert (owed(stage, number).what, owed(stage, number).due_at) == (what, due)


def test_what_lasts_is_reviewed_and_comes_back_on_its_day(stage: Stage, clock: Clock) -> None:
    number = stage.decision("standing")
    first = owed(stage, number)
    on = today() + timedelta(90)
    stage.do("officer", "decisions.review", number, review_on=on, words="情况平稳")
    second = owed(stage, number)
    assert second.id != first.id and local(second.due_at) == end_of(on) and row(stage, number).state == "standing"
    lasting = stage.decision("given", lasts=True)
    with pytest.raises(Refused):
        stage.do("office", "decisions.postpone", lasting, due_on=on)


def test_another_day_moves_the_duty_with_it(stage: Stage) -> None:
    for state in ("given", "working"):
        number, later = stage.decision(state), today() + timedelta(60)
        before = owed(stage, number)
        stage.do("office", "decisions.postpone", number, due_on=later, words="鉴定排期在后")
        after, found = owed(stage, number), row(stage, number)
        assert after.id == before.id and local(after.due_at) == end_of(later)
        assert found.due_at == found.owed_at == after.due_at


# ── what the database refuses ──
RAW = {
    "argued twice": "UPDATE decisions SET objections = 2 WHERE number = :working",
    "disputed without an objection": "UPDATE decisions SET state = 'disputed' WHERE number = :working",
    "neither end nor review": "UPDATE decisions SET due_at = NULL WHERE number = :working",
    "both": "UPDATE decisions SET review_on = '2027-01-01' WHERE number = :working",
    "lasting without a day": "UPDATE decisions SET state = 'standing' WHERE number = :working",
    "open without a duty": "UPDATE decisions SET duty_id = NULL, owed_at = NULL, owed_by = NULL, owed_kind = NULL, "
    "owed_state = NULL WHERE number = :working",
    "without a unit": "UPDATE decisions SET unit_id = NULL WHERE number = :working",
    "without a person": "UPDATE decisions SET officer_id = NULL WHERE number = :working",
    "closed by who reported it": "UPDATE decisions SET verified_by = proposed_by WHERE number = :closed",
    "closed by nobody": "UPDATE decisions SET verified_by = NULL WHERE number = :closed",
    "closed, reported by nobody": "UPDATE decisions SET proposed_by = NULL WHERE number = :closed",
    "closed without a day": "UPDATE decisions SET closed_on = NULL WHERE number = :closed",
    "an unknown state": "UPDATE decisions SET state = 'gone' WHERE number = :working",
    "a duty ended under it": "UPDATE duties SET state = 'done', done_at = since WHERE subject = :working",
    "two lines of one number": "UPDATE decisions SET position = 1, meeting_id = (SELECT meeting_id FROM decisions AS o "
    "WHERE o.number = :closed) WHERE number = :working",
    "the same meeting twice": "UPDATE meetings SET kind = '例会', year = 2026, sequence = (SELECT max(sequence) FROM "
    "meetings) WHERE kind = '例会' AND year = 2026",
    "no such attendance": "UPDATE attendances SET how = '旷会'",
    "somebody twice": "UPDATE attendances SET person_id = 1",
}


@pytest.mark.parametrize("way", list(RAW))
def test_raw_sql_is_refused(app: Flask, stage: Stage, way: str) -> None:
    numbers = {"working": stage.decision("working"), "closed": stage.decision("closed")}
    with app.app_context(), db.engine.connect() as connection:
        keyed = connection.execution_options(write=True, **CORE)
        wanted = {k: v for k, v in numbers.items() if f":{k}" in RAW[way]}
        with pytest.raises(IntegrityError):
            keyed.execute(text(RAW[way]), wanted)
        keyed.rollback()


# ── who finds what where ──
def test_a_unit_knows_of_the_meeting_no_more_than_its_head(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    """Kind, sequence, day and chair stand on the decision's page; the meeting is for those who attended."""
    meeting = stage.meeting(Make("清理柳桥街摊位", UNIT["b"], PERSON["officer2"], today() + timedelta(9), None))
    number = stage.newest("decisions")
    page = sign_in("officer2").get(f"/meetings/decisions/{number}")
    assert page.status == 200 and "许分管" in page.text and "次例会，第 1 项" in page.text and meeting not in page.text
    assert sign_in("officer2").http.get(f"/meetings/{meeting}").status_code == 404
    assert sign_in("officer").http.get(f"/meetings/decisions/{number}").status_code == 404
    seen = sign_in("officer").http.get(f"/meetings/{meeting}").text  # who attended: the meeting, not others' decisions
    assert "清理柳桥街摊位" not in seen and number not in seen
    assert number in sign_in("leader").http.get(f"/meetings/{meeting}").text


def test_clue_and_decision_name_each_other_under_sight(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    clue = stage.clue("checking")
    both = (("a", "officer"), ("b", "officer2"))
    rows = (Make(f"{who}报{clue}进展", UNIT[u], PERSON[who], today() + timedelta(9), None) for u, who in both)
    stage.meeting(*rows)
    with stage.session() as session:
        t = db.metadata.tables["decisions"]
        of_b, of_a = session.core(select(t.c.number).order_by(t.c.id.desc()).limit(2)).scalars()
    page = sign_in("officer").http.get(f"/clues/{clue}").text
    assert of_a in page and of_b not in page
    assert of_a in (whole := sign_in("office").http.get(f"/clues/{clue}").text) and of_b in whole
    assert f'href="/clues/{clue}"' in sign_in("officer").http.get(f"/meetings/decisions/{of_a}").text
    assert f'href="/clues/{clue}"' not in sign_in("officer2").http.get(f"/meetings/decisions/{of_b}").text


def test_figures_are_the_counts_of_their_lists(
    app: Flask, stage: Stage, sign_in: Callable[[str], Client], clock: Clock
) -> None:
    """Meetings held, decisions made, closed, closed in time, overdue: by period and unit, each equal to its list."""
    clock.to("2027-03-01 09:00")
    day = date(2027, 3, 5)
    stage.meeting(
        *(Make("写出方案", UNIT["a1"], PERSON["below"], day, None) for _i in range(4)), held_on=date(2027, 3, 1)
    )
    with stage.session() as session:
        t = db.metadata.tables["decisions"]
        late, early, never, argued = session.core(select(t.c.number).order_by(t.c.id.desc()).limit(4)).scalars()
    for number in (late, early, never):
        stage.do("below", "decisions.accept", number)
    stage.do("below", "decisions.dispute", argued)
    clock.to("2027-03-04 09:00")
    stage.do("below", "decisions.finish", early)
    clock.to("2027-03-08 09:00")
    stage.do("below", "decisions.finish", late)
    for number in (late, early):  # looked at after the day: in time is what was reported in time
        stage.do("office", "decisions.verify", number)
    march = figures.month("2027-03")
    wanted = {"meetings.held": 1, "decisions.made": 4, "decisions.closed": 2, "decisions.closed_in_time": 1}
    for key, n in (wanted | {"decisions.overdue": 1}).items():
        with stage.session("office") as session:
            value, url = figures.value(session, FIGURES[key], march, str(UNIT["a1"]))
        assert value == n, key
        assert len(re.findall(r'<tr data-number="', sign_in("office").http.get(url).text)) == n, url
