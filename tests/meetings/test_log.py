"""补记会议: twelve lines, three doubtful; what is read, what a person has changed, what is written and what is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from portal.core.clock import end_of, local
from portal.core.register import named
from portal.extensions import db
from tests.conftest import Clock
from tests.pages import Client
from tests.verbs.stage import PERSON, UNIT, Stage

pytestmark = pytest.mark.database
LOG, HELD = "/meetings/do/log", date(2026, 11, 24)
TWELVE = """渣土科陈经办11月30日前完成{seen}当面核实，交核查报告
扫黑办钱内勤向市公安局交管支队发协查函，核对3个车牌，12月1日
渣土科何同办每两日看一次工地夜间出土，留照片，到12月4日
市容科周旁人 枫桥路摊位清理到位 12.10
市容科周旁人签收柳桥街摊位一事并报情况 下周一
渣土科陈经办补报11月信息月报 11月底前
渣土科何同办把收费项目公示出来 12月1日
市容科郭科长提出评查人选 12月3日
各科开展岁末集中排查 12月15日前
渣土科补拍北门夜间照片
渣土科陈经办就{unseen}发催办单 11月30日
扫黑办冯内勤起草行业整治建议书 12月7日"""


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    app.config["WTF_CSRF_ENABLED"] = False  # the token has a test of its own
    return Stage(app)


@pytest.fixture(autouse=True)
def in_november(clock: Clock) -> None:
    clock.to(f"{HELD} 15:00")


def head(sequence: int, **more: Any) -> dict[str, Any]:
    return {
        "kind": "例会", "sequence": str(sequence), "held_on": HELD.isoformat(), "chair_id": str(PERSON["deputy_head"]),
        "present": [str(PERSON["unit_head"])], "listening_others": "市公安局扫黑办、安澜社区", "once": "", "version": "",
    } | more  # fmt: skip


def fields(answer: TestResponse) -> dict[str, Any]:
    """The form of a page as a browser would send it again."""
    found: dict[str, Any] = {}
    form = BeautifulSoup(answer.data, "html5lib").find(id="log")
    for f in form.select("input[name], textarea[name], select[name]"):
        if f.get("type") in ("checkbox", "radio") and not f.has_attr("checked"):
            continue
        value = f.get("value", "")
        if f.name == "textarea":
            value = f.text.removeprefix("\n")
        elif f.name == "select":
            chosen = f.select_one("option[selected]") or f.select_one("option")
            value = chosen.get("value", "") if chosen else ""
        if f.get("type") == "file":
            continue
        if f["name"] in found:
            kept = found[f["name"]]
            found[f["name"]] = [*(kept if isinstance(kept, list) else [kept]), value]
        else:
            found[f["name"]] = value
    return found


def summary(answer: TestResponse) -> list[str]:
    """What the summary of a refused form names."""
    box = BeautifulSoup(answer.data, "html5lib").select_one("#refused [data-errors]")
    return [line.text.partition("：")[0] for line in box.select("li")] if box else []


def rows(stage: Stage, table: str, **where: Any) -> list[Any]:
    with stage.session() as session:
        t = db.metadata.tables[table]
        return list(session.core(select(t).where(*(t.c[k] == v for k, v in where.items())).order_by(t.c.id)))


@pytest.fixture
def office(sign_in: Callable[[str], Client], stage: Stage) -> Client:
    return sign_in("office")


def test_twelve_lines_three_doubts_twelve_decisions(office: Client, stage: Stage) -> None:
    """The first save names exactly the three and keeps all; the second makes twelve decisions with twelve open duties."""
    clue = stage.clue("checking")
    text = TWELVE.format(seen=clue, unseen="XS-2026-999481")
    before = len(rows(stage, "meetings")), len(rows(stage, "decisions")), len(rows(stage, "duties"))
    answer = office.http.post(LOG, data=head(101, lines=text))
    assert answer.status_code == 422
    assert summary(answer) == ["第 9 项牵头单位", "第 10 项时限", "第 11 项编号"]
    assert (len(rows(stage, "meetings")), len(rows(stage, "decisions")), len(rows(stage, "duties"))) == before
    again = fields(answer)
    assert again["lines"].replace("\r", "") == text and again["chair_id"] == str(PERSON["deputy_head"])
    again |= {"rows-8-unit_id": str(UNIT["b"]), "rows-9-due_on": "2026-12-02"}
    answer = office.http.post(LOG, data=again)
    assert answer.status_code == 303, summary(answer)
    meeting = rows(stage, "meetings", sequence=101)[0]
    assert answer.location == f"/meetings/{meeting.number}"
    made = rows(stage, "decisions", meeting_id=meeting.id)
    assert [d.position for d in made] == list(range(1, 13)) and {d.state for d in made} == {"given"}
    open_duties = [d for m in made for d in rows(stage, "duties", subject=m.number) if d.state == "open"]
    assert len(open_duties) == 12 and {d.what for d in open_duties} == {"decisions.accept"}
    assert [(d.unit_id, d.person_id) for d in open_duties] == [(m.unit_id, m.officer_id) for m in made]
    assert made[8].officer_id == PERSON["unit_head2"]  # nobody was named: the head of the unit
    assert local(made[4].due_at) == end_of(date(2026, 11, 30))  # 下周一
    assert "999481" not in "".join(m.title + m.search_text for m in made) and clue in made[0].title
    with stage.session() as session:
        links = session.core(
            select(db.metadata.tables["links"]).where(db.metadata.tables["links"].c.kind == "related")
        ).all()
    assert [(x.from_number, x.to_number) for x in links] == [(made[0].number, clue)]


def test_all_or_nothing(office: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault at the last line leaves neither meeting nor decision nor duty."""
    from portal.meetings import actions

    def fails(meeting: Any, given: Any, actor: Any, number: str, made: Any = actions.make) -> Any:
        if given.title.startswith("写第二份"):
            raise RuntimeError("cut")
        return made(meeting, given, actor, number)

    lines = "渣土科陈经办写第一份方案 12月1日\n渣土科陈经办写第二份方案 12月1日"
    before = len(rows(stage, "meetings")), len(rows(stage, "decisions")), len(rows(stage, "duties"))
    filled = fields(office.http.post(LOG, data=head(102, lines=lines)))
    verb = named("decisions.make")
    object.__setattr__(verb, "does", fails)
    try:
        with pytest.raises(RuntimeError):
            office.http.post(LOG, data=filled)
    finally:
        object.__setattr__(verb, "does", actions.make)
    assert (len(rows(stage, "meetings")), len(rows(stage, "decisions")), len(rows(stage, "duties"))) == before


def test_lines_that_are_sure_are_shown_before_they_are_saved(office: Client, stage: Stage) -> None:
    """Without script the first post gives the table, the second saves it; who is named owns it, others are told."""
    first = office.http.post(LOG, data=head(103, lines="渣土科陈经办写出方案 12月1日"))
    assert first.status_code == 200 and not summary(first) and "写出方案" in first.text
    assert office.http.post(LOG, data=fields(first)).status_code == 303
    meeting = rows(stage, "meetings", sequence=103)[0]
    told = [(a.how, a.name, a.person_id) for a in rows(stage, "attendances", meeting_id=meeting.id)]
    assert told == [
        ("出席", "许分管", PERSON["deputy_head"]), ("出席", "吴主任", PERSON["unit_head"]),
        ("列席", "市公安局扫黑办", None), ("列席", "安澜社区", None),
    ]  # fmt: skip


def test_a_cell_that_was_changed_is_never_read_over(office: Client, stage: Stage) -> None:
    """Lines are put before, changed and taken away: what a person wrote into a cell goes with its line."""
    lines = ["渣土科陈经办写出方案 12月1日", "市容科周旁人清理摊位 12月2日"]
    form = fields(office.http.post(LOG, data=head(104, lines="\n".join(lines))))
    form |= {"rows-1-what": "清理柳桥街的摊位", "rows-1-due_on": "2026-12-09", "draw": "1"}
    form["lines"] = "\n".join(["渣土科何同办核对数字报表 12月3日", lines[0], lines[1] + "前"])
    drawn = fields(office.http.post(LOG, data=form))
    assert [drawn[f"rows-{i}-what"] for i in range(3)] == ["核对数字报表", "写出方案", "清理柳桥街的摊位"]
    assert [drawn[f"rows-{i}-due_on"] for i in range(3)] == ["2026-12-03", "2026-12-01", "2026-12-09"]
    drawn |= {"lines": lines[1] + "前", "draw": "1"}
    left = fields(office.http.post(LOG, data=drawn))
    assert (
        left["rows-0-what"] == "清理柳桥街的摊位"
        and left["rows-0-due_on"] == "2026-12-09"
        and "rows-1-what" not in left
    )


def test_another_line_in_its_place_is_another_matter(office: Client, stage: Stage) -> None:
    """What was written into the cells of a line goes with it, and not to the line that took its place."""
    form = fields(office.http.post(LOG, data=head(110, lines="渣土科陈经办写出整治方案 12月1日")))
    form |= {"rows-0-what": "写出两份整治方案", "draw": "1"}
    grown = fields(
        office.http.post(
            LOG, data=form | {"lines": "市容科周旁人清理柳桥街摊位 12月2日\n渣土科陈经办写出整治方案，报局长 12月1日"}
        )
    )
    assert [grown["rows-0-what"], grown["rows-1-what"]] == ["清理柳桥街摊位", "写出两份整治方案"]
    other = fields(office.http.post(LOG, data=form | {"lines": "市容科周旁人清理柳桥街摊位 12月2日"}))
    assert other["rows-0-what"] == "清理柳桥街摊位"


def test_a_day_before_the_meeting_or_of_another_age_is_asked_about(office: Client, stage: Stage) -> None:
    form = fields(office.http.post(LOG, data=head(111, lines="渣土科陈经办写出方案 12月1日")))
    for day in ("2026-11-01", "9999-12-31", "0001-01-01", "2026-02-30"):
        assert summary(office.http.post(LOG, data=form | {"rows-0-due_on": day})) == ["第 1 项时限"], day


def test_another_day_counts_next_wednesday_anew(office: Client, stage: Stage) -> None:
    form = fields(office.http.post(LOG, data=head(105, lines="渣土科陈经办写出方案 下周三")))
    assert form["rows-0-due_on"] == "2026-12-02"
    moved = fields(office.http.post(LOG, data=form | {"held_on": "2026-11-16", "draw": "1"}))
    assert moved["rows-0-due_on"] == "2026-11-25"


def test_one_press_on_a_reading_answers_the_question(office: Client, stage: Stage) -> None:
    asked = office.http.post(LOG, data=head(106, lines="各科开展排查 12月15日前"))
    assert summary(asked) == ["第 1 项牵头单位"]
    values = re.findall(r'name="pick" value="(0:unit_id:\d+)"', asked.text)
    assert len(values) == 2  # both, one press each
    pressed = office.http.post(LOG, data=fields(asked) | {"pick": values[1]})
    assert pressed.status_code == 200 and fields(pressed)["rows-0-unit_id"] == values[1].rpartition(":")[2]
    saved = {k: v for k, v in fields(pressed).items() if k != "pick"}
    assert office.http.post(LOG, data=saved).status_code == 303


def test_what_lasts_has_a_day_on_which_it_is_looked_at(office: Client, stage: Stage) -> None:
    form = fields(office.http.post(LOG, data=head(107, lines="渣土科陈经办每周巡查一次工地")))
    assert form["rows-0-due_on"] == "2026-12-24"
    assert office.http.post(LOG, data=form).status_code == 303
    made = rows(stage, "decisions", meeting_id=rows(stage, "meetings", sequence=107)[0].id)[0]
    assert made.due_at is None and made.review_on == date(2026, 12, 24)


def test_the_same_meeting_is_not_logged_twice(office: Client, stage: Stage) -> None:
    form = fields(office.http.post(LOG, data=head(108, lines="渣土科陈经办写出方案 12月1日")))
    assert office.http.post(LOG, data=form).status_code == 303
    refused = office.http.post(LOG, data=form | {"once": ""})
    assert refused.status_code == 422 and "第 108 次例会已经记过" in refused.text


def test_the_head_is_taken_over_from_the_last_of_its_kind(office: Client, stage: Stage) -> None:
    """The next number, who chaired, who was there; another kind proposes anew, what was changed stays."""
    more = {"kind": "联席会议", "place": "一楼", "on_leave": [str(PERSON["unit_head2"])]}
    form = fields(office.http.post(LOG, data=head(7, lines="渣土科陈经办写出方案 12月1日", **more)))
    assert office.http.post(LOG, data=form).status_code == 303
    fresh = fields(office.http.get(LOG))
    taken = fields(office.http.post(LOG, data=fresh | {"kind": "联席会议", "draw": "1"}))
    assert (taken["sequence"], taken["place"]) == ("8", "一楼")
    assert taken["on_leave"] == str(PERSON["unit_head2"]) and taken["listening_others"] == "市公安局扫黑办、安澜社区"
    kept = fields(office.http.post(LOG, data=fresh | {"kind": "联席会议", "place": "二楼", "draw": "1"}))
    assert (kept["sequence"], kept["place"]) == ("8", "二楼")


# ── 查无此编号 ────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    found: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        yield found
        event.remove(db.engine, "before_cursor_execute", note)


def hidden_from_office(stage: Stage) -> str:
    """A clue from which the writer is recused: he sees no trace of it."""
    number = stage.clue("checking")
    stage.do("office", "clues.recuse", number)
    return number


@pytest.mark.security
def test_an_unseen_number_and_an_absent_one_answer_alike(office: Client, stage: Stage, statements: list[str]) -> None:
    """The same words, the same statements, drawn and saved; neither number is written anywhere."""
    unseen, absent = hidden_from_office(stage), "XS-2026-999999"
    told: list[list[Any]] = []
    for sequence, number in ((201, unseen), (202, absent)):
        office.http.get(LOG)  # what is told and asked once is told and asked
        answers = []
        form = head(sequence, lines=f"渣土科陈经办就{number}发催办单 12月1日")
        for more in ({"draw": "1"}, {}, None):
            statements.clear()
            answer = office.http.post(LOG, data=form | (more or {}))
            text = answer.text.replace(number, "XS").replace(str(sequence), "n")
            page = re.sub(r'(nonce|value|content)="[^"]*"', "", text) if answer.status_code != 303 else ""
            answers.append((answer.status_code, page, len(page), tuple(statements)))
            form = fields(answer) if answer.status_code != 303 else form
        told.append(answers)
    assert [a[0] for a in told[0]] == [200, 422, 303]
    for of_unseen, of_absent in zip(*told, strict=True):
        assert of_unseen[3] == of_absent[3]  # statement by statement
        assert of_unseen[1].splitlines() == of_absent[1].splitlines()
        assert of_unseen == of_absent
    for sequence in (201, 202):
        made = rows(stage, "decisions", meeting_id=rows(stage, "meetings", sequence=sequence)[0].id)
        assert [m.title for m in made] == ["发催办单"]
    for table in ("decisions", "meetings", "notes", "links"):
        with stage.session() as session:
            everything = str(session.core(select(db.metadata.tables[table])).all())
        assert absent not in everything
        assert unseen not in everything or table in ("notes",)  # its own way is told in its notes


def test_a_number_typed_into_a_cell_is_looked_at_too(office: Client, stage: Stage) -> None:
    """Also one of another series: what the writer does not see is not written."""
    form = fields(office.http.post(LOG, data=head(203, lines="渣土科陈经办写出方案 12月1日")))
    form["rows-0-what"] = "就BS-2026-0001写出方案"
    refused = office.http.post(LOG, data=form)
    assert refused.status_code == 422 and summary(refused) == ["第 1 项编号"]
    assert "BS-2026-0001 查无此编号，不写入" in refused.text
    assert office.http.post(LOG, data=fields(refused)).status_code == 303
    made = rows(stage, "decisions", meeting_id=rows(stage, "meetings", sequence=203)[0].id)[0]
    assert made.title == "就写出方案"


def test_counts_of_a_list_are_those_that_the_viewer_sees(
    office: Client, stage: Stage, sign_in: Callable[[str], Client]
) -> None:
    """Two decisions, one of unit A: who attended sees one of them, in one statement for the whole page."""
    lines = "渣土科陈经办写出方案 12月1日\n市容科周旁人清理摊位 12月2日"
    form = fields(office.http.post(LOG, data=head(204, lines=lines, present=[str(PERSON["officer"])])))
    assert office.http.post(LOG, data=form).status_code == 303
    number = rows(stage, "meetings", sequence=204)[0].number
    for who, many in (("office", 2), ("officer", 1)):
        page = sign_in(who).http.get("/meetings/").text
        row = re.search(rf'<tr data-number="{number}">.*?</tr>', page, re.DOTALL)
        assert row is not None and f"{many} 项未办结" in row[0]
    assert number not in sign_in("officer2").http.get("/meetings/").text
