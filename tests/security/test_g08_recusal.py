"""G8: who is named with a second mark, or declares it, neither sees nor learns of the matter; nor does who is under him.

A name alone takes nobody off: else the gang would remove the diligent officer by naming him.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.errors import Refused
from portal.core.hanging import Duty
from portal.extensions import db
from tests.conftest import Clock
from tests.pages import Client
from tests.security.crawl import crawl
from tests.security.test_g03_nothing_counts import differences, everything
from tests.verbs.stage import PERSON, Stage

pytestmark = pytest.mark.security
MARKED = (("人员", "陈经办", "渣土科科员"),)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    made = Stage(app)
    made.clue("checking")
    made.tip("triage")
    with made.session() as session:
        session.begin_write()
        p = db.metadata.tables["people"]
        session.core(p.update().where(p.c.login == "officer2").values(plate="安A12345", staff_no="CG0301"))
        session.commit()
    return made


def off(stage: Stage, number: str) -> set[int]:
    with stage.session() as session:
        r = db.metadata.tables["recusals"]
        return set(session.core(select(r.c.person_id).where(r.c.number == number)).scalars())


def owed_by(stage: Stage, number: str) -> list[Any]:
    with stage.session() as session:
        d = db.metadata.tables["duties"]
        open_ = select(d.c.person_id).where(d.c.subject == number, d.c.state == "open")
        return list(session.core(open_.order_by(d.c.id)).scalars())


CASES = {
    "unit": ("officer", (("人员", "陈经办", "渣土管理科的"),)),
    "short name of the unit": ("officer", (("人员", "陈 经办", "渣土科"),)),
    "post": ("unit_head", (("人员", "吴主任", "科长"),)),
    "telephone": ("officer", (("人员", "陈经办", "内线6201"),)),
    "telephone beside": ("officer", (("人员", "陈经办", ""), ("电话", "6201", ""))),
    "plate beside": ("officer2", (("人员", "周旁人", ""), ("车牌", "安A·12345", ""))),
    "staff number": ("officer2", (("人员", "周旁人", "工号cg0301"),)),
    "unit beside": ("officer2", (("人员", "周旁人", ""), ("单位", "市容管理科", ""))),
}
NOT = {
    "a name alone": (("人员", "陈经办", ""),),
    "another's unit": (("人员", "陈经办", "市容科"),),
    "a longer number": (("人员", "陈经办", "电话162019"),),
    "a firm of that name": (("单位", "陈经办", "渣土科"),),
    "the unit alone": (("单位", "渣土管理科", ""),),
    "another name": (("人员", "陈经办理", "渣土科"),),
}


@pytest.mark.database
@pytest.mark.parametrize("case", list(CASES))
def test_a_name_and_a_second_mark_keep_the_person_off(stage: Stage, case: str) -> None:
    login, parties = CASES[case]
    number = stage.do("operator", "intake.call", parties=parties)
    assert off(stage, number) == {PERSON[login]}


@pytest.mark.parametrize("case", list(NOT))
def test_less_takes_nobody_off(stage: Stage, case: str) -> None:
    assert off(stage, stage.do("operator", "intake.call", parties=NOT[case])) == set()


@pytest.mark.parametrize("login", ["officer", "colleague", "below"])
def test_nothing_changes_for_who_is_named_or_stands_under_the_named_head(
    sign_in: Callable[[str], Client], stage: Stage, clock: Clock, login: str
) -> None:
    """A clue of which the head of the unit, or the officer himself, is a party: their pages stay as they were."""
    clock.forward(hours=1)
    parties = MARKED if login == "officer" else (("人员", "吴主任", "渣土科科长"),)
    who = sign_in(login)
    before = everything(who)
    for _ in range(3):
        n = stage.do("office", "clues.register", parties=parties)
        if login != "officer":
            with pytest.raises(Refused):
                stage.do("office_head", "clues.assign", n)
        else:
            stage.do("office_head", "clues.assign", n, officer_id=PERSON["colleague"])
            stage.do("office", "clues.urge", n)
    assert differences(before, everything(who)) == []
    assert sign_in("office").get("/clues/?tab=all").numbers[0] == n


@pytest.mark.database
def test_a_matter_in_hand_is_gone_at_once_and_its_duty_goes_up(sign_in: Callable[[str], Client], stage: Stage) -> None:
    clue = stage.clue("checking")
    tip = stage.tip("triage", parties=(("人员", "陈经办", "渣土科"),))
    stage.do("office", "intake.join", tip, into=clue)
    assert owed_by(stage, clue) == [PERSON["unit_head"]]
    officer = sign_in("officer")
    officer.get(f"/clues/{clue}", 404)
    pages = crawl(officer.http, most=100)
    assert [url for url, page in pages.items() if clue.encode() in page or tip.encode() in page] == []
    assert sign_in("unit_head").get(f"/clues/{clue}").number == clue


@pytest.mark.database
def test_where_the_head_is_named_nobody_under_him_has_it(sign_in: Callable[[str], Client], stage: Stage) -> None:
    clue = stage.clue("checking")
    tip = stage.tip("triage", parties=(("人员", "吴主任", "渣土科"),))
    stage.do("office", "intake.join", tip, into=clue)
    for login in ("officer", "unit_head", "colleague", "below"):
        sign_in(login).get(f"/clues/{clue}", 404)
    for login in ("officer", "unit_head", "colleague"):  # nor what was owed on it in their unit before
        with stage.session(login) as session:
            assert session.rows(select(Duty.id).where(Duty.subject == clue)).all() == [], login
    assert owed_by(stage, clue) == [PERSON["office_head"]]
    stage.do("office_head", "clues.reassign", clue, unit_id=4, officer_id=PERSON["officer2"])
    assert owed_by(stage, clue) == [PERSON["officer2"]]


@pytest.mark.database
def test_it_goes_up_to_who_is_left(stage: Stage) -> None:
    named = (("人员", "孙主任", "扫黑办主任"), ("人员", "许分管", "副局长"))
    clue = stage.do("office", "clues.register", parties=named)
    assert off(stage, clue) == {PERSON["office_head"], PERSON["deputy_head"]}
    assert owed_by(stage, clue) == [PERSON["bureau_head"]]


@pytest.mark.database
def test_discipline_decides_within_a_working_day(sign_in: Callable[[str], Client], stage: Stage) -> None:
    clue = stage.do("office", "clues.register", parties=(("人员", "周旁人", "市容科"),))
    clerk = sign_in("discipline")
    page = clerk.get("/umbrella/recusals/")
    (aside,) = [str(tr["data-number"]) for tr in page.soup.select("tr[data-number]") if clue in tr.get_text()]
    assert "周旁人" not in page.text
    record = clerk.get(f"/umbrella/recusals/{aside}")
    assert set(record.verbs) == {"uphold", "lift"}
    assert "周旁人" in record.text
    clerk.do(f"/umbrella/recusals/{aside}", "lift")
    with stage.session("officer2") as session:
        r = db.metadata.tables["recusals"]
        assert session.core(select(r.c.upheld).where(r.c.number == clue)).scalar() is False
    stage.do("office_head", "clues.assign", clue, unit_id=4, officer_id=PERSON["officer2"])
    assert sign_in("officer2").get(f"/clues/{clue}").number == clue
    # once decided, the same words take nobody off again
    tip = stage.tip("triage", parties=(("人员", "周旁人", "市容科"),))
    stage.do("office", "intake.join", tip, into=clue)
    sign_in("officer2").get(f"/clues/{clue}")


def test_a_clerk_of_discipline_does_not_decide_about_himself(sign_in: Callable[[str], Client], stage: Stage) -> None:
    clue = stage.do("office", "clues.register", parties=(("人员", "郑纪检", "纪检组"),))
    assert clue not in sign_in("discipline").get("/umbrella/recusals/").text
    assert clue in sign_in("discipline2").get("/umbrella/recusals/").text


def test_a_name_alone_is_a_hint_to_triage(sign_in: Callable[[str], Client], stage: Stage) -> None:
    tip = stage.tip("triage", parties=(("人员", "陈经办", ""),))
    page = sign_in("office").get(f"/intake/{tip}/do/accept")
    assert "姓名单独相同，只作提示" in page.text
    assert "姓名单独相同" not in sign_in("office").get(f"/intake/{tip}").text
