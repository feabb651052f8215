"""The way of a matter: paper the same day, handed over, receipt, what the receiver decided; shared, searched, split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.core.errors import Forbidden, Hidden, Refused
from portal.extensions import db
from tests.conftest import Clock
from tests.pages import Client
from tests.security.crawl import same
from tests.verbs.stage import PERSON, Stage

pytestmark = pytest.mark.database
BIRD = "鸬鹚"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def rows(stage: Stage, name: str, **where: Any) -> list[Any]:
    with stage.session() as session:
        t = db.metadata.tables[name]
        asked = [t.c[k] == v for k, v in where.items()]
        return list(session.core(select(t).where(*asked).order_by(*t.primary_key.columns)))


def test_the_whole_way(stage: Stage, sign_in: Callable[[str], Client], clock: Clock) -> None:
    clock.to("2026-12-01 10:00")  # a Tuesday
    number, clerk = stage.matter(), sign_in("discipline")
    (matter,) = rows(stage, "umbrella_matters", number=number)
    assert f"{matter.owed_at:%Y-%m-%d}" == "2026-12-01" or f"{matter.owed_at:%H}" == "16"  # the end of this very day
    at = f"/umbrella/{number}"
    clerk.do(at, "submit", receiver="市纪委监委", remark=f"{BIRD}拟办")
    clerk.do(at, "hand_over", receiver="市纪委监委", way="机要")
    with pytest.raises(Refused):
        stage.do("discipline", "umbrella.receipt_in", number, receipt_on=matter.created_at.date().replace(year=2025))
    page = clerk.do(at, "receipt_in", signed_by=f"{BIRD}收")
    assert page.state == "awaited" and f"{BIRD}收" in page.text
    page = clerk.do(at, "report", disposition="初步核实", said=f"{BIRD}核实")
    assert page.state == "awaited" and "初步核实" in page.text
    page = clerk.do(at, "report", disposition="予以了结")
    assert page.state == "settling"
    page = clerk.do(at, "close", result=f"{BIRD}结果")
    assert page.state == "closed" and page.verbs == {} and f"{BIRD}拟办" in page.text
    assert rows(stage, "receipts", number=matter.receipt)[0].stage == "已办结"
    for table in ("umbrella_notes", "umbrella_papers", "umbrella_matters", "umbrella_duties"):
        assert BIRD not in str([[v for v in r if not isinstance(v, bytes)] for r in rows(stage, table)])


def test_the_paper_has_a_mark_of_its_own_and_no_content(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    number = stage.matter()
    stage.do("discipline", "umbrella.submit", number)
    (paper,) = rows(stage, "umbrella_papers", subject=number)
    assert paper.mark == "安城管纪呈" and "南岭" not in str(paper.fields)
    address = f"/umbrella/papers/{paper.id}.docx"
    assert sign_in("discipline").http.get(address).data[:2] == b"PK"
    for login in ("discipline2", "office", "bureau_head", "auditor"):
        assert sign_in(login).http.get(address).status_code == 404
        assert sign_in(login).http.get(f"/papers/{paper.id}.docx").status_code == 404
    clue = stage.clue("assigned")
    (order,) = rows(stage, "papers", subject=clue)
    assert order.serial == len(rows(stage, "papers", mark=order.mark))


def test_the_four_dispositions_are_of_who_has_the_competence(
    stage: Stage, sign_in: Callable[[str], Client], clock: Clock
) -> None:
    clock.to("2026-12-01 10:00")
    number = stage.matter()
    with pytest.raises(Forbidden):
        stage.do("discipline", "umbrella.dispose", number)
    assert "dispose" not in sign_in("discipline").get(f"/umbrella/{number}").verbs
    with stage.competence():
        stage.do("discipline", "umbrella.dispose", number)
    (matter,) = rows(stage, "umbrella_matters", number=number)
    assert (matter.state, matter.owed_kind) == ("handling", "due")
    assert (matter.owed_at - matter.created_at).days in (30, 31)


def test_a_second_clerk_and_never_none(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    number = stage.matter()
    sign_in("discipline2").get(f"/umbrella/{number}", 404)
    with pytest.raises(Forbidden):
        stage.do("discipline", "umbrella.take_off", number, person_id=PERSON["discipline"])
    stage.do("discipline", "umbrella.name_also", number, person_id=PERSON["discipline2"])
    sign_in("discipline2").get(f"/umbrella/{number}")
    with pytest.raises(Refused):
        stage.do("discipline", "umbrella.take_off", number, person_id=PERSON["discipline3"])
    stage.do("discipline2", "umbrella.take_off", number, person_id=PERSON["discipline"])
    with pytest.raises(Hidden):
        stage.do("discipline", "umbrella.note", number)
    (owed,) = rows(stage, "umbrella_duties", subject=number, state="open")
    assert owed.person_id == PERSON["discipline2"]


def test_words_are_found_in_own_matters_alone(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    stage.do("operator", "intake.call", names_official="是", narrative=f"{BIRD}洲的事")
    mine = stage.newest("umbrella_matters")
    stage.do("discipline", "umbrella.note", stage.matter(), note=f"{BIRD}洲又一件")
    looks = len(rows(stage, "access", subject="umbrella.search"))
    clerk = sign_in("discipline")
    assert set(clerk.get(f"/umbrella/?q={BIRD}洲").numbers) == {mine, stage.newest("umbrella_matters")}
    assert clerk.get(f"/umbrella/?q={mine}").numbers == [mine]
    assert clerk.get(f"/search?q={mine}", 303).location == f"/umbrella/{mine}"
    assert sign_in("discipline2").get(f"/umbrella/?q={BIRD}洲").numbers == []
    assert len(rows(stage, "access", subject="umbrella.search")) == looks + 2
    assert f"{BIRD}洲" not in clerk.get(f"/search?q={BIRD}洲").main.get_text().replace(f"“{BIRD}洲”", "")


def test_a_report_of_revenge_goes_to_discipline_at_once(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    tips = len(rows(stage, "tips"))
    stage.do("operator", "intake.call", retaliation=True)
    assert len(rows(stage, "tips")) == tips
    page = sign_in("discipline").get(f"/umbrella/{stage.newest('umbrella_matters')}")
    assert "打击报复举报人" in page.text


def test_the_ordinary_half_is_a_clue_like_any_other(
    stage: Stage, sign_in: Callable[[str], Client], clock: Clock
) -> None:
    """分案: the same page as that of a clue which the clerk of triage has registered; from there is no way back."""
    clock.to("2026-12-02 10:00")
    number = stage.matter()
    stage.do("discipline", "umbrella.split", number)
    split = stage.newest("clues")
    plain = stage.do("office", "clues.register")
    for login in ("office", "office_head", "deputy_head", "leader"):
        who = sign_in(login)
        pages = [same(who.http.get(f"/clues/{n}").data).replace(n, "N") for n in (split, plain)]
        assert pages[0] == pages[1], login
    (made,) = rows(stage, "trail", verb="clues.register", subject=split)
    assert made.actor_id == PERSON["discipline"]  # the trail names who did it
    assert rows(stage, "links", from_number=number) == []
    page = sign_in("discipline").get(f"/umbrella/{number}")
    assert split in page.text and page.soup.select_one(f"a[href='/clues/{split}']") is None
    assert split in sign_in("discipline").get("/umbrella/?tab=all").text


def test_a_slip_is_read_once_by_its_writer(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    operator = sign_in("operator")
    action, data = operator.form("/umbrella/sealed/new", envelope="甲-17", receiver="派驻纪检监察组", way="机要")
    done = operator.post(action, data)
    number = stage.newest("umbrella_slips")
    page = operator.get(done.answer.headers["Location"])
    assert number in page.text and "甲-17" in page.text
    assert sign_in("office").http.get(done.answer.headers["Location"]).status_code == 404
    operator.get(f"/umbrella/sealed/{number}", 404)
    assert number in sign_in("discipline").get("/umbrella/sealed/").numbers
    assert sign_in("discipline").do(f"/umbrella/sealed/{number}", "answer").state == "answered"
    assert sign_in("bureau_head").http.get("/umbrella/sealed/").status_code == 404


def test_a_slip_about_discipline_goes_past_it(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    number = stage.do("operator", "sealed.send", receiver="上级纪检监察机关")
    for login in ("discipline", "discipline2", "operator", "office", "bureau_head", "auditor"):
        sign_in(login).get(f"/umbrella/sealed/{number}", 404)
    assert number not in sign_in("discipline").get("/umbrella/sealed/?tab=all").text


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("umbrella_notes", {"words": "明文"}),
        ("umbrella_slips", {"state": "past"}),
        ("umbrella_matters", {"state": "closed"}),
        ("umbrella_matters", {"original_sealed": "明文".encode()}),
        ("umbrella_said", {"words_sealed": "明文".encode()}),
    ],
)
def test_the_database_itself_refuses(stage: Stage, table: str, change: dict[str, Any]) -> None:
    number = stage.matter()
    stage.do("discipline", "umbrella.note", number)
    stage.do("operator", "sealed.send")
    with stage.session() as session:
        session.begin_write()
        t = db.metadata.tables[table]
        newest = select(t.c.id).order_by(t.c.id.desc()).limit(1).scalar_subquery()
        with pytest.raises(IntegrityError):
            session.core(update(t).where(t.c.id == newest).values(change))


def test_a_person_is_kept_off_a_matter_once(stage: Stage) -> None:
    stage.do("office", "clues.register", parties=(("人员", "周旁人", "市容科"),))
    (aside,) = rows(stage, "umbrella_asides")
    with stage.session() as session:
        session.begin_write()
        t = db.metadata.tables["umbrella_asides"]
        with pytest.raises(IntegrityError):
            session.core(insert(t), dict(aside._mapping) | {"id": 99, "number": "HB-2026-9999", "duty_id": None})
