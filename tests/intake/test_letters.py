"""Letters, letter boxes, visits, what is handed down or found: each by what its channel asks, nothing lost, nothing shown."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from portal.core import act, clock, files
from portal.core.actor import Role
from portal.extensions import db
from tests.flow.test_walk import CALL
from tests.intake.test_call import code_of, stored
from tests.pages import Client
from tests.verbs.stage import PERSON, PNG, UNIT, Stage

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
NEW = "/intake/letters/new"
HANDED = {
    "channel": "上级交办", "source": "督导组转办督办", "organ": "省第三督导组", "organ_ref": "督转〔2026〕17号", "batch": "第二批",
    "naming": "没有举报人", "name": "", "phone": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def photo() -> tuple[io.BytesIO, str]:
    """As a telephone makes it: where it was taken stands inside."""
    into, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "CANARYGPS"
    Image.new("RGB", (8, 8), "red").save(into, "JPEG", exif=exif)
    return io.BytesIO(into.getvalue()), "现场.jpg"


def letter(operator: Client, status: int = 303, at: str = NEW, **more: Any) -> Any:
    action, data = operator.form(at, **(CALL | more))
    return operator.post(action, data, status)


def number_of(page: Any) -> str:
    return str(page.location.split("/")[2])


# ── what each channel asks ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"channel": "来访", "received_by": ""}, "received_by"),
        ({"channel": "上级交办", "organ": "", "organ_ref": "甲 1"}, "organ"),
        ({"channel": "上级交办", "organ": "省督导组", "organ_ref": ""}, "organ_ref"),
        ({"channel": "举报箱"}, "box"),
        ({"channel": "来信", "naming": "没有举报人", "name": "", "phone": ""}, "naming"),
        ({"channel": "现场发现", "received_by": "陈立、葛鹏程"}, "naming"),
        ({"channel": "来信", "came_on": "2099-01-01"}, "came_on"),
        ({"channel": "来信", "came_on": "0026-11-20"}, "came_on"),
    ],
)
def test_a_channel_asks_for_what_it_needs_and_names_the_field(sign_in: SignIn, given: Any, field: str) -> None:
    page = letter(sign_in("operator"), 422, **given)
    assert page.soup.select_one(f"#{field}-error") is not None
    assert page.soup.select_one("[name=narrative]").get_text(strip=True) == CALL["narrative"]


def test_what_is_handed_down_brings_number_batch_and_due_day_to_the_clue(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    asked = clock.today() + timedelta(9)
    number = number_of(letter(sign_in("operator"), **HANDED, asked_on=asked.isoformat()))
    stage.do("operator", "intake.excerpt", number)
    office = sign_in("office")
    page = office.get(f"/intake/{number}/do/accept")
    assert "督转〔2026〕17号 第二批" in page.text and "省第三督导组" in page.text
    action, data = office.form(page, category="检举控告", kind="涉恶", level="一般",
                                          proposed_unit_id=str(UNIT["a"]), proposed_officer_id=str(PERSON["officer"]))  # fmt: skip
    assert data["earlier_due_on"] == asked.isoformat()
    office.post(action, data)
    ((source, ref, earlier),) = stored(
        app, "SELECT c.source, c.source_ref, c.earlier_due_on FROM clues c JOIN links l ON l.to_number = c.number "
        "WHERE l.from_number = :n", n=number,
    )  # fmt: skip
    assert (source, ref, str(earlier)) == ("督导组转办督办", "督转〔2026〕17号 第二批", asked.isoformat())


def test_a_nameless_visitor_leaves_nobody_who_spoke_with_him(app: Flask, sign_in: SignIn) -> None:
    nameless = {"naming": "匿名", "name": "", "phone": "", "channel": "来访", "headcount": "6"}
    number = number_of(letter(sign_in("operator"), **nameless, received_by="何静、吴敏"))
    ((by, receivers, people),) = stored(
        app, "SELECT created_by, received_by, headcount FROM tips WHERE number = :n", n=number
    )
    assert (by, receivers, people) == (None, None, 6)


def test_what_an_officer_found_has_no_reporter_but_a_writer(app: Flask, sign_in: SignIn) -> None:
    found = {
        "channel": "现场发现",
        "naming": "匿名",
        "name": "",
        "phone": "",
        "received_by": "陈立、葛鹏程",
        "work": "集中排查",
    }
    number = number_of(letter(sign_in("operator"), **found))
    ((naming, by, source, reporter),) = stored(
        app, "SELECT naming, created_by, source, reporter_sealed FROM tips WHERE number = :n", n=number
    )
    assert (naming, by, source, reporter) == ("没有举报人", PERSON["operator"], "集中排查", None)


# ── scans and photographs ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_scan_is_sealed_whole_and_a_photograph_has_a_stripped_copy(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    number = number_of(letter(operator, scans=[(io.BytesIO(PNG), "来信.png")], files=[photo()]))
    kept = stored(app, "SELECT id, name, sealed, copy_of FROM files WHERE number = :n ORDER BY name", n=number)
    assert sorted((bool(f.sealed), f.copy_of is not None) for f in kept) == [
        (False, True),
        (True, False),
        (True, False),
    ]
    assert not any("来信" in f.name or "现场" in f.name for f in kept)
    copy = next(f.id for f in kept if f.copy_of)
    with app.app_context():
        assert b"CANARYGPS" not in b"".join(bytes(p) for p in files.read(copy))


def test_the_keeper_opens_a_scan_until_the_excerpt_and_each_look_is_kept(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    operator = sign_in("operator")
    number = number_of(letter(operator, scans=[(io.BytesIO(PNG), "来信.png")]))
    page = operator.get(f"/intake/{number}/do/excerpt")
    at = str(page.soup.select_one("a[href*='/originals/']")["href"])
    assert operator.http.get(at).get_data() == PNG
    assert stored(app, "SELECT 1 FROM access WHERE what = 'sealed' AND subject LIKE :n", n=f"{number} %")
    for login in ("office", "officer", "leader", "office_head"):
        assert sign_in(login).http.get(at).status_code == 404
    stage.do("operator", "intake.excerpt", number)
    assert operator.http.get(at).status_code == 404


def test_a_scan_is_read_while_an_opening_lasts_by_who_asked(sign_in: SignIn, stage: Stage) -> None:
    number = number_of(letter(sign_in("operator"), scans=[(io.BytesIO(PNG), "来信.png")]))
    stage.do("operator", "intake.excerpt", number)
    stage.do("office", "openings.ask", number)
    opening = stage.newest("openings")
    stage.do("office_head", "openings.second", opening)
    stage.do("deputy_head", "openings.consent", opening)
    page = sign_in("office").get(f"/openings/{opening}/read")
    at = str(page.soup.select_one("a[href*='/originals/']")["href"])
    assert sign_in("office").http.get(at).get_data() == PNG
    assert sign_in("office_head").http.get(at).status_code == 403


# ── a letter box ──────────────────────────────────────────────────────────────────────────────────────────────────
def box_state(app: Flask, number: str) -> Any:
    ((state, logged, aside),) = stored(app, "SELECT state, logged, aside FROM box_openings WHERE number = :n", n=number)
    return state, logged, aside


def test_a_box_stays_open_until_each_letter_is_accounted_for(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    box = stage.box(3)
    operator = sign_in("operator")
    at = f"{NEW}?from={box}"
    letter(operator, at=at)
    assert box_state(app, box) == ("logging", 1, 0)
    operator.do(f"/intake/boxes/{box}", "aside", kind="广告、宣传品")
    late = operator.form(at, **CALL)
    letter(operator, at=at)
    assert box_state(app, box) == ("logged", 2, 1)
    page = operator.post(*late, 422)  # somebody else registered the last one meanwhile
    assert page.soup.select_one("#box-error") is not None
    assert stored(app, "SELECT 1 FROM duties WHERE subject = :n AND state = 'open'", n=box) == []


def test_the_last_letter_is_accounted_for_once_by_whoever_is_first(
    app: Flask, sign_in: SignIn, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One says that it is none while another registers it: who is second is told, and what he typed stays."""
    box, held = stage.box(1), threading.Event()
    first, second = sign_in("operator"), sign_in("operator")
    none, late = (
        first.form(f"/intake/boxes/{box}/do/aside", kind="广告、宣传品"),
        second.form(f"{NEW}?from={box}", **CALL),
    )
    load = act.load

    def slowly(session: Any, verb: Any, *more: Any, **named: Any) -> Any:
        row = load(session, verb, *more, **named)
        held.set()
        time.sleep(0.5)  # the other one reaches the box meanwhile
        return row

    monkeypatch.setattr(act, "load", slowly)
    aside = threading.Thread(target=first.post, args=none)
    aside.start()
    held.wait(10)
    page = second.post(*late, 422)
    aside.join()
    assert page.soup.select_one("#box-error") is not None
    assert page.soup.select_one("[name=narrative]").get_text(strip=True) == CALL["narrative"]
    assert box_state(app, box) == ("logged", 0, 1)


def test_an_empty_box_is_done_at_once(app: Flask, stage: Stage) -> None:
    assert box_state(app, stage.box(0)) == ("logged", 0, 0)


def test_one_person_opens_no_box(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    own = str(PERSON["operator"])
    action, data = operator.form(
        "/intake/boxes/do/open", box="局机关大门", opened_at="2026-01-05T09:00", opener_id=own, second_id=own, found="1"
    )
    assert "两人在场" in operator.post(action, data, 422).alert


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "0026-11-20T09:00", "2099-01-01T09:00"])
def test_a_box_is_opened_in_our_time(sign_in: SignIn, at: str) -> None:
    """26 typed for a year is the year 26 to a browser; the first year of all broke the page."""
    operator = sign_in("operator")
    action, data = operator.form("/intake/boxes/do/open", box="局机关大门", found="1", opened_at="2026-01-05T09:00",
        opener_id=PERSON["operator"], second_id=PERSON["office"])  # fmt: skip
    page = operator.post(action, data | {"opened_at": at}, 422)
    assert page.soup.select_one("#opened_at-error") is not None


@pytest.mark.parametrize("wrong", ["second_id = opener_id", "logged = 3", "state = 'logged'", "aside = -1"])
def test_the_database_keeps_the_count_of_letters(app: Flask, stage: Stage, wrong: str) -> None:
    box = stage.box(2)
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(f"UPDATE box_openings SET {wrong} WHERE number = :n"), {"n": box})
    assert box_state(app, box) == ("logging", 0, 0)


# ── a letter that names an official ───────────────────────────────────────────────────────────────────────────────
def test_a_letter_that_names_an_official_goes_with_its_scan_and_its_box_counts_on(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    box, operator = stage.box(2), sign_in("operator")
    at = f"{NEW}?from={box}"
    plain = letter(operator, at=at, scans=[(io.BytesIO(PNG), "来信.png")])
    named = letter(operator, at=at, names_official="是", scans=[(io.BytesIO(PNG), "来信.png")])
    assert box_state(app, box) == ("logged", 2, 0)
    assert stored(app, "SELECT 1 FROM tips WHERE number = :n", n=number_of(named)) == []
    assert stored(app, "SELECT 1 FROM files WHERE number = :n", n=number_of(named)) == []
    matter = stage.newest("umbrella_matters")
    page = sign_in("discipline").get(f"/umbrella/{matter}")
    assert "举报箱" in page.text and page.soup.select_one("a[href^='/umbrella/files/']") is not None
    steps = [
        [(s.label, s.who) for s in stored(app, "SELECT label, who FROM notes WHERE subject = :n ORDER BY id", n=box)]
    ]
    assert steps[0][1] == steps[0][2]
    one, other = (operator.get(f"/intake/{number_of(p)}/receipt").answer.status_code for p in (plain, named))
    assert one == other == 200


# ── what comes later ──────────────────────────────────────────────────────────────────────────────────────────────
def material(operator: Client, number: str, **more: Any) -> Any:
    action, data = operator.form(f"/intake/do/material?to={number}", **more)
    return operator.post(action, data)


def test_what_comes_later_is_sealed_on_the_tip_and_its_copy_reaches_who_handles_the_clue(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    number = stage.tip("accepted")
    ((clue,),) = stored(app, "SELECT to_number FROM links WHERE from_number = :n", n=number)
    stage.do("office_head", "clues.assign", clue)
    material(sign_in("operator"), number, files=[photo()], whole=False)
    ((copy,),) = stored(app, "SELECT copy_of FROM files WHERE number = :n AND copy_of IS NOT NULL", n=clue)
    ((sealed,),) = stored(app, "SELECT sealed FROM files WHERE number = :n AND id = :i", n=number, i=copy)
    assert sealed
    told = stored(app, "SELECT person_id FROM messages WHERE kind = 'material' AND subject = :n", n=clue)
    assert [t.person_id for t in told] == [PERSON["officer"]]


def test_a_voice_has_no_copy(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    number = stage.tip("triage")
    voice = io.BytesIO(b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(2000))
    material(sign_in("operator"), number, files=[(voice, "录音.mp3")])
    assert [(bool(f.sealed), f.copy_of) for f in stored(app, "SELECT * FROM files WHERE number = :n", n=number)] == [
        (True, None)
    ]


def test_nobody_learns_by_an_addition_what_a_number_holds(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **(CALL | {"names_official": "是"}))
    matter_number = number_of(operator.post(action, data))
    tip_number = stage.tip("excerpt")
    answers = [
        material(operator, n, files=[(io.BytesIO(PNG), "照片.png")]).location for n in (tip_number, matter_number)
    ]
    assert answers == [f"/intake/{n}/receipt" for n in (tip_number, matter_number)]
    assert stored(app, "SELECT 1 FROM files WHERE number = :n", n=matter_number) == []
    page = sign_in("discipline").get(f"/umbrella/{stage.newest('umbrella_matters')}")
    assert page.soup.select_one("a[href^='/umbrella/files/']") is not None
    action, data = operator.form(f"/intake/do/material?to={tip_number}", files=[(io.BytesIO(PNG), "照片.png")])
    assert "查无此受理编号" in operator.post(action, data | {"to": "JB-2026-999999"}, 422).alert


def test_a_number_of_another_desk_takes_what_comes_later_whatever_it_holds(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    """Refused for a tip and taken for an official's matter, the answer would tell which of them it is."""
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **(CALL | {"names_official": "是"}))
    numbers = [stage.tip("excerpt"), number_of(operator.post(action, data))]
    with stage.session() as session:
        session.begin_write()
        p = db.metadata.tables["people"]
        session.core(p.update().where(p.c.login == "below").values(roles=Role.OPERATOR.value))
        session.commit()
    elsewhere = sign_in("below")
    elsewhere.get(f"/intake/{numbers[0]}", 404)
    answers = [material(elsewhere, n, files=[(io.BytesIO(PNG), "照片.png")]).location for n in numbers]
    assert answers == [f"/intake/{n}/receipt" for n in numbers]
    assert len(stored(app, "SELECT 1 FROM files WHERE number = :n", n=numbers[0])) == 1


def test_a_draft_of_a_letter_is_offered_again_and_dropped_with_it(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    _action, data = operator.form(NEW, channel="来访", narrative="来访人说沙场夜里倒土")
    operator.http.post(f"{NEW}?draft=1", data=data)
    page = operator.get(NEW)
    assert "来访人说沙场夜里倒土" in page.text and page.soup.select_one("[name=channel][checked]")["value"] == "来访"
    operator.http.post("/intake/letters/drop", data={"csrf_token": data["csrf_token"], "once": data["once"]})
    assert "来访人说沙场夜里倒土" not in operator.get(NEW).text
    assert operator.http.post(f"{NEW}?draft=1", data=data).status_code == 204
    assert "来访人说沙场夜里倒土" not in operator.get(NEW).text


def test_the_query_code_is_there_for_a_letter_as_for_a_call(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    assert len(code_of(operator, number_of(letter(operator)))) == 8


def test_the_draft_of_a_visit_is_not_taken_for_a_letter_of_the_box(sign_in: SignIn, stage: Stage) -> None:
    """Registered so, the box would count one letter too few, and nobody would know which."""
    operator, at = sign_in("operator"), f"{NEW}?from={stage.box(1)}"
    action, data = operator.form(at, narrative="信里说沙场夜里倒土")
    operator.post(f"{action}?draft=1", data, 204)
    assert "不是这次开箱的信" not in operator.get(at).text
    operator.post(f"{action}?draft=1", data | {"channel": "来访"}, 204)
    assert "不是这次开箱的信" in operator.get(at).text
    assert "不是这次开箱的信" not in operator.get(NEW).text
    operator.post("/intake/letters/drop", {"csrf_token": data["csrf_token"], "once": data["once"]})


def test_a_stack_of_letters_goes_on_with_the_next_letter(sign_in: SignIn, stage: Stage) -> None:
    operator = sign_in("operator")
    number = number_of(letter(operator))
    stage.do("operator", "intake.excerpt", number)
    named = number_of(letter(operator, names_official="是"))
    for one in (number, named):
        under = operator.get(f"/intake/{one}/receipt", hx="next")
        assert under.soup.select_one(f"a[href='{NEW}']") and not under.soup.select_one("a[href='/intake/calls/new']")
