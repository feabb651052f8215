"""Notes of three kinds: for the handlers, for the reporter, for the writer alone (product.md, rule 10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from portal.core.errors import Conflict, Forbidden, Hidden, Refused
from portal.extensions import db
from tests.pages import Client
from tests.verbs.stage import Stage

pytestmark = pytest.mark.database
Open = Callable[[str], Client]
SECRET = "翠鸟在夜里飞"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def table(stage: Stage, name: str, *where: Any) -> list[Any]:
    with stage.session() as session:
        t = db.metadata.tables[name]
        return list(session.core(select(t).where(*(t.c[key] == value for key, value in where))))


def receipt(stage: Stage, number: str) -> Any:
    return table(stage, "receipts", ("number", number))[0]


def fed(stage: Stage, **typed: Any) -> tuple[str, str, str]:
    """(clue, the tip it came of, the tip that was joined to it), the clue 核查中."""
    first = stage.tip("triage", **typed)
    stage.do("office", "intake.accept", first)
    clue = stage.newest("clues")
    second = stage.tip("triage", **typed)
    stage.do("office", "intake.join", second, into=clue)
    stage.do("office_head", "clues.assign", clue)
    stage.do("officer", "clues.acknowledge", clue)
    return clue, first, second


# ── for the handlers ──
@pytest.mark.parametrize("login", ["officer", "unit_head", "office", "deputy_head"])
def test_what_is_noted_for_the_handlers_stands_in_the_time_line(stage: Stage, sign_in: Open, login: str) -> None:
    clue = stage.clue("checking")
    page = sign_in(login).do(f"/clues/{clue}", "note", reader="handlers", words=f"{login}：门卫记得车牌")
    for reader in (page, sign_in("office_head").get(f"/clues/{clue}")):
        line = next(s for s in reader.soup.select(".story__step--dash") if "门卫记得车牌" in s.text)
        assert "记事" in line.text and line.select_one(".story__who") is not None
    assert "门卫记得车牌" in sign_in("office").get(f"/clues/{clue}/print").text


def test_a_note_changes_no_row_and_stands_once(stage: Stage, sign_in: Open) -> None:
    """Whoever has a form open can send it: his version is still the newest."""
    clue, head = stage.clue("checking"), sign_in("office")
    action, data = head.form(f"/clues/{clue}/do/amend", title="南岭沙场偷倒渣土", words="更正")
    version = table(stage, "clues", ("number", clue))[0].version
    officer = sign_in("officer")
    address, noted = officer.form(f"/clues/{clue}/do/note", reader="handlers", words="门卫记得")
    officer.post(address, noted)
    officer.post(address, noted)  # the same form sent twice
    assert len(table(stage, "notes", ("subject", clue), ("kind", "handlers"))) == 1
    assert table(stage, "clues", ("number", clue))[0].version == version
    head.post(action, data, 303)


def test_the_trail_says_that_something_was_noted_and_not_what(stage: Stage) -> None:
    clue = stage.clue("checking")
    before = len(table(stage, "trail", ("subject", clue)))
    stage.do("officer", "clues.note", clue, reader="own", words=SECRET)
    entries = table(stage, "trail", ("subject", clue))
    assert len(entries) == before + 1
    assert (entries[-1].verb, entries[-1].fields, entries[-1].plain) == ("clues.note", {}, {})


def test_whoever_does_not_handle_it_notes_nothing(stage: Stage) -> None:
    clue = stage.clue("checking")
    for login, how in (("officer2", Hidden), ("operator", Hidden), ("leader", Forbidden), ("discipline", Hidden)):
        with pytest.raises(how):
            stage.do(login, "clues.note", clue)
    with pytest.raises(Conflict):
        stage.do("office", "clues.note", stage.clue("filed"))


# ── for its writer alone ──
def test_a_private_note_is_read_by_its_writer_alone(stage: Stage, sign_in: Open) -> None:
    clue, tip = stage.clue("checking"), stage.tip("triage")
    people = ("colleague", "unit_head", "office", "office_head", "deputy_head", "bureau_head", "leader")
    before = {login: shape(sign_in(login), f"/clues/{clue}") for login in people}
    stage.do("officer", "clues.note", clue, reader="own", words=SECRET)
    stage.do("office", "intake.note", tip, reader="own", words=SECRET)
    own = sign_in("officer").get(f"/clues/{clue}")
    line = next(s for s in own.soup.select(".story__step--dash") if SECRET in s.text)
    assert "只有您看得到" in line.text and "screen-only" in line["class"]
    assert SECRET in sign_in("office").get(f"/intake/{tip}").text
    for login in people:
        assert shape(sign_in(login), f"/clues/{clue}") == before[login], login
    for login in ("operator", "office_head", "deputy_head"):
        assert "记事" not in sign_in(login).get(f"/intake/{tip}").text, login


def shape(client: Client, url: str) -> tuple[int, int]:
    """How many lines the time line has, and what its head counts."""
    page = client.get(url)
    assert SECRET not in page.text
    head = page.soup.select_one("#story .panel__count, #story .panel__n, #story h2 + span")
    return len(page.soup.select(".story__step")), hash(head.text if head else "")


def test_a_private_note_is_on_no_paper_and_in_no_answer_to_a_refused_form(stage: Stage, sign_in: Open) -> None:
    """Not on the writer's own sheet either, nor among the steps that a 409 tells."""
    clue, tip = stage.clue("checking"), stage.tip("triage")
    officer = sign_in("officer")
    action, data = officer.form(f"/clues/{clue}/do/note", words="x")
    stage.do("office", "clues.amend", clue)
    stage.do("officer", "clues.note", clue, reader="own", words=SECRET)
    assert "更正文字" in officer.post(action, data, 409).text
    for page in (officer.post(action, data, 409), officer.get(f"/clues/{clue}/print"), officer.get("/")):
        assert SECRET not in page.text and "只给自己的记事" not in page.text
    stage.do("office_head", "intake.note", tip, reader="own", words=SECRET)
    assert "只给自己的记事" not in sign_in("office").get(f"/intake/{tip}/do/accept").text


def test_the_database_refuses_a_private_note_without_a_writer(stage: Stage) -> None:
    note = dict(table(stage, "notes")[0]._mapping) | {"person_id": None, "id": 1_000_000}
    for kind in ("own", "whoever"):
        with stage.session() as session:
            session.begin_write()
            with pytest.raises(IntegrityError):
                session.core(insert(db.metadata.tables["notes"]), note | {"kind": kind})


# ── for the reporter ──
def test_what_is_for_the_reporter_is_read_out_with_the_stage(stage: Stage, sign_in: Open) -> None:
    """An officer writes to reporters whom he does not see."""
    clue, first, second = fed(stage)
    officer = sign_in("officer")
    officer.do(f"/clues/{clue}", "note", reader="reporter", words="现场已看过，正在核对台账。")
    for tip in (first, second):
        assert receipt(stage, tip).note == "现场已看过，正在核对台账。"
        officer.get(f"/intake/{tip}", 404)
    tip = stage.tip("triage", naming="匿名", name="", phone="")
    sign_in("operator").do(f"/intake/{tip}", "note", reader="reporter", words="请补充时间。")
    assert receipt(stage, tip).note == "请补充时间。"


def test_it_is_short_and_there_is_somebody_to_hear_it(stage: Stage, sign_in: Open) -> None:
    found, officer = stage.clue("checking"), sign_in("officer")
    assert "给举报人" not in officer.get(f"/clues/{found}/do/note").main.select_one(".choices").text  # type: ignore[union-attr]
    with pytest.raises(Refused, match="没有举报回单"):
        stage.do("officer", "clues.note", found, reader="reporter")
    clue, _first, _second = fed(stage)
    action, data = officer.form(f"/clues/{clue}/do/note", reader="reporter", words="长" * 201)
    assert "最多 200 个字" in officer.post(action, data, 422).text
    assert table(stage, "notes", ("subject", clue), ("kind", "reporter")) == []


# ── what a note must not hold, and whom it must not name ──
def test_whoever_knows_the_sealed_words_writes_none_of_them(stage: Stage) -> None:
    tip = stage.tip("triage", name="李四海", phone="13900001111")
    for words in ("李四海说过", "打 139-0000-1111"):
        with pytest.raises(Refused, match="举报人的"):
            stage.do("operator", "intake.note", tip, words=words)
    stage.do("office", "openings.ask", tip)
    opening = stage.newest("openings")
    stage.do("office_head", "openings.second", opening)
    stage.do("deputy_head", "openings.consent", opening)
    stage.do("office", "intake.accept", tip)
    for verb, number in (("intake.note", tip), ("clues.note", stage.newest("clues"))):
        with pytest.raises(Refused, match="举报人的姓名"):
            stage.do("office", verb, number, words="李四海说过")


def test_a_note_is_no_question_who_the_reporter_is(stage: Stage) -> None:
    """Refused, it would have told whoever does not know that he has guessed right."""
    clue, tip, _second = fed(stage, name="李四海")
    looks = [row for row in table(stage, "access") if row.what == "sealed"]
    for login, verb, number in (("officer", "clues.note", clue), ("office2", "intake.note", tip)):
        stage.do(login, verb, number, words="是张三、李四海还是王五")
    assert len([row for row in table(stage, "access") if row.what == "sealed"]) == len(looks)


def test_of_an_anonymous_tip_the_desk_notes_and_the_office_signs(stage: Stage, sign_in: Open) -> None:
    tip = stage.tip("triage", naming="匿名", name="", phone="")
    stage.do("operator", "intake.note", tip, words="背景里有广播声")
    stage.do("office", "intake.note", tip, words="与上月一件相近")
    desk, office = table(stage, "notes", ("subject", tip), ("kind", "handlers"))
    assert (desk.person_id, desk.who, desk.at.minute) == (None, "受理台", 0)
    assert office.who.startswith("钱内勤")
    trail = [row for row in table(stage, "trail", ("subject", tip)) if row.verb == "intake.note"]
    assert [row.actor_id is None for row in trail] == [True, False]
    with pytest.raises(Refused, match="不能留只给自己的记事"):
        stage.do("operator", "intake.note", tip, reader="own")
    assert "林操作" not in sign_in("office").get(f"/intake/{tip}").main.text


# ── a matter that moves whole ──
@pytest.mark.parametrize("login", ["officer", "office"])
def test_notes_go_along_as_words_and_private_ones_are_gone(stage: Stage, sign_in: Open, login: str) -> None:
    clue, first, second = fed(stage)
    stage.do("officer", "clues.note", clue, words="白鹭一")
    stage.do("operator", "intake.note", first, words="白鹭二")
    stage.do("unit_head", "clues.note", clue, reader="reporter", words="白鹭三")
    for who, verb, number in (("officer", "clues.note", clue), ("office", "intake.note", second)):
        stage.do(who, verb, number, reader="own", words=SECRET)
    stage.do(login, "clues.mark", clue, found="说副科长收钱")
    told = sign_in("discipline").get(f"/umbrella/{stage.newest('umbrella_matters')}").text
    assert all(words in told for words in ("白鹭一", "白鹭二", "白鹭三")) and SECRET not in told
    assert [receipt(stage, tip).note for tip in (first, second)] == [None, None]
    left = [n for number in (clue, first, second) for n in table(stage, "notes", ("subject", number))]
    assert not [n for n in left if n.kind == "own" or n.words]


def test_the_note_of_a_tip_goes_with_the_tip(stage: Stage, sign_in: Open) -> None:
    tip = stage.tip("triage")
    stage.do("operator", "intake.note", tip, words="白鹭四")
    stage.do("operator", "intake.note", tip, reader="reporter", words="白鹭五")
    stage.do("office", "intake.note", tip, reader="own", words=SECRET)
    stage.do("office", "intake.mark", tip, found="说副科长收钱")
    told = sign_in("discipline").get(f"/umbrella/{stage.newest('umbrella_matters')}").text
    assert "白鹭四" in told and SECRET not in told
    assert receipt(stage, tip).note is None
    with stage.session() as session:
        n = db.metadata.tables["notes"]
        gone = select(func.count()).where(n.c.subject == tip, n.c.kind == "own")
        assert session.core(gone).scalar() == 0
