"""What reflects on the bureau's own leaders: whichever way it came, nothing of it stays, and its page leads to an end."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from portal.core import clock, files, sealed_files, vault
from portal.core.errors import Conflict, Refused
from portal.core.files import Upload
from portal.core.hanging import Common
from portal.core.register import REGISTERS
from tests.flow.test_walk import CALL
from tests.intake.test_call import stored
from tests.intake.test_petitions import ROOT, kept, owed
from tests.pages import Client
from tests.verbs.stage import PERSON, PNG, Stage

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
BIRD = "鸊鷉"
LETTERS = "/intake/letters/new"
SLIP = "/umbrella/sealed/new"
SAID = CALL | {"narrative": f"{BIRD}说局长收钱", "name": f"{BIRD}李", "parties-0-name": f"{BIRD}公司"}
HANDED_DOWN = {"organ": f"{BIRD}督导组", "organ_ref": "督转〔2026〕3号"}
PETITION = {"ref": "封-1", "way": "来信", "category": "检举控告", "contents": f"{BIRD}说局长收钱"}
CLUE = {
    "title": f"{BIRD}一案", "summary": f"{BIRD}说局长收钱", "field": "渣土运输", "place": f"{BIRD}路", "urgency": "一般",
    "names_official": "否", "parties-0-kind": "单位", "parties-0-name": f"{BIRD}公司",
}  # fmt: skip
# verb → (login, address of its form, what is typed, where the next one is registered), for each way of coming in
WAYS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "来电": ("operator", "/intake/calls/new", SAID, "/intake/calls/new"),
    "来电中断": ("operator", "/intake/calls/new", SAID, "/intake/calls/new"),
    "来信": ("operator", LETTERS, SAID | {"channel": "来信"}, LETTERS),
    "举报箱": ("operator", LETTERS, SAID | {"channel": "举报箱"}, "/intake/boxes/{box}/do/aside"),
    "来访": ("operator", LETTERS, SAID | {"channel": "来访", "received_by": f"{BIRD}"}, LETTERS),
    "上级交办": ("operator", LETTERS, SAID | {"channel": "上级交办"} | HANDED_DOWN, LETTERS),
    "现场发现": ("operator", LETTERS, SAID | {"channel": "现场发现", "received_by": f"{BIRD}"}, LETTERS),
    "信访": ("operator", f"{ROOT}do/register", PETITION, f"{ROOT}do/register"),
    "线索": ("office", "/clues/do/register", CLUE, "/clues/do/register"),
}
DRAFTS = {"mails.to_tip", "petitions.found"}  # of what is kept here already; each has tests of its own
ASKED = {"intake.call", "intake.hang_up", "intake.letter", "petitions.register", "clues.register"} | DRAFTS
LATER = {"intake.mark", "clues.mark"}  # what is kept already goes up sealed: tests/security/test_later_sealed.py
WRITTEN = (
    "tips",
    "petitions",
    "clues",
    "files",
    "drafts",
    "receipts",
    "mentions",
    "umbrella_matters",
    "umbrella_slips",
)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def scan() -> tuple[Upload, ...]:
    return (sealed_files.alone(Upload.of(f"{BIRD}来信.png", "image/png", PNG)),)


def rows(stage: Stage) -> dict[str, int]:
    with stage.session() as session:
        return {t: session.core(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in WRITTEN}


def on_disk(app: Flask) -> str:
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["vault", "scan", BIRD])
    return "" if done.exit_code == 0 else done.output


# ── nothing is kept ───────────────────────────────────────────────────────────────────────────────────────────────
def test_every_form_that_asks_the_first_question_is_tried_here(app: Flask) -> None:
    asking = {
        v.full
        for r in REGISTERS.values()
        for v in r.verbs.values()
        if v.form is not None and "own_leaders" in v.form.names()
    }
    assert asking == ASKED | LATER


@pytest.mark.parametrize("way", WAYS)
def test_nothing_stays_of_it_and_its_page_leads_on(app: Flask, sign_in: SignIn, stage: Stage, way: str) -> None:
    login, at, typed, onward = WAYS[way]
    who, box = sign_in(login), stage.box(1) if way == "举报箱" else ""
    before = rows(stage)
    action, data = who.form(f"{at}?from={box}" if box else at, **typed)
    photograph = {name: [(io.BytesIO(PNG), f"{BIRD}.png")] for name in ("scans", "files") if name in data}
    who.post(f"{action}?draft=1", data, 204)
    assert BIRD in who.get(at).text, "until the first question is answered it is kept as any other"
    there = "/intake/do/hang_up" if way == "来电中断" else action
    page = who.post(there, data | photograph | {"own_leaders": "是"}, 200)
    who.post(f"{action}?draft=1", data, 204)  # sent before the answer, and under way since
    assert BIRD not in page.html and BIRD not in who.get(at).html
    assert rows(stage) == before and on_disk(app) == ""
    spoken = way.startswith("来电")
    assert ("来电" in page.text, "原件连同信封" in page.text) == (spoken, not spoken)
    links = [str(a["href"]) for a in page.main.select("a[href]")]
    assert links == [SLIP, "/", onward.format(box=box)]
    for link in links:
        who.get(link)


@pytest.mark.parametrize("way", ["信访", "线索", "来信"])
def test_with_script_its_page_takes_the_place_of_the_form(sign_in: SignIn, way: str) -> None:
    login, at, typed, _onward = WAYS[way]
    who = sign_in(login)
    action, data = who.form(at, **typed)
    page = who.post(action, data | {"own_leaders": "是"}, 200, hx="next")
    assert page.answer.headers["HX-Retarget"] == "body" and len(page.soup.select("main")) == 1


def test_a_letter_from_a_box_is_accounted_for_and_its_count_does_not_tell_which(sign_in: SignIn, stage: Stage) -> None:
    box, operator = stage.box(2), sign_in("operator")
    action, data = operator.form(f"{LETTERS}?from={box}", **SAID)
    page = operator.post(action, data | {"own_leaders": "是"}, 200)
    (aside,) = [str(a["href"]) for a in page.main.select("a[href*='/boxes/']")]
    told = []
    for at in (aside, f"/intake/boxes/{box}/do/aside"):  # this one, and one that thanks
        action, data = operator.form(at, kind="感谢信、误投、密封移交等")
        operator.post(action, data)
    for login in ("operator", "office"):
        page = sign_in(login).get(f"/intake/boxes/{box}")
        assert page.state == "logged" and "其他处理 2 封" in page.text and "另行处理" not in page.text
        told.append([li.get_text(" ", strip=True) for li in page.soup.select(".story li")])
    steps = stored(stage.app, "SELECT words, label, who FROM notes WHERE subject = :n AND verb = 'boxes.aside'", n=box)
    assert len(steps) == 2 and len({tuple(s) for s in steps}) == 1


def test_a_letter_from_a_box_that_nobody_has_noted_yet_leads_to_the_openings(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    action, data = operator.form(LETTERS, channel="举报箱")
    data.pop("box", None)  # where none waits there is nothing to choose from
    page = operator.post(action, data | {"own_leaders": "是"}, 200)
    assert page.main.select_one("a[href='/intake/boxes/']") is not None


# ── a petition that is kept here already ──────────────────────────────────────────────────────────────────────────
def test_a_petition_about_them_leads_from_its_first_question_to_its_end(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    number = stage.petition(contents=f"{BIRD}说局长收钱", name=f"{BIRD}李", address=f"{BIRD}里", scans=scan())
    ((file_id,),) = stored(app, "SELECT id FROM files WHERE number = :n", n=number)
    operator = sign_in("operator")
    action, data = operator.form(f"{ROOT}{number}/do/found", excerpt=f"{BIRD}摘录")
    page = operator.post(action, data | {"own_leaders": "是"}, 200)
    assert BIRD not in page.html and kept(app, number).state == "reading"
    links = [str(a["href"]) for a in page.main.select("a[href]")]
    assert links == [f"{ROOT}{number}/do/hand_sealed", f"{ROOT}?tab=reading"]
    operator.get(links[1])
    action, data = operator.form(links[0], receiver="上一级纪委监委")
    assert "装入信封密封" in operator.post(action, data, 422).alert
    page = operator.get(operator.post(action, data | {"enclosed": "y"}).location)
    row = kept(app, number)
    assert (row.state, row.receiver, str(row.handed_on)) == ("handed", "上一级纪委监委", str(clock.today()))
    assert page.state == "handed" and f"上一级纪委监委（{clock.today()}）" in page.text
    assert stored(app, "SELECT 1 FROM files WHERE number = :n", n=number) == []
    with stage.session() as session:
        with pytest.raises(LookupError):
            vault.data_key(session, Common.family, number)
        with pytest.raises(FileNotFoundError):
            files.read(file_id)
    assert "petitions.found" not in owed(app, number)
    assert on_disk(app) == ""


def test_what_is_left_of_it_are_number_way_days_and_receiver(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    number = stage.petition("hand_sealed", contents=f"{BIRD}说局长收钱", name=f"{BIRD}李")
    for login in ("operator", "office", "office_head"):
        who = sign_in(login)
        for page in (who.get(f"{ROOT}{number}"), who.get(f"{ROOT}?tab=handed")):
            assert number in page.text and "已密封移交" in page.text and BIRD not in page.html
        assert "领导" not in who.get(f"{ROOT}{number}").text
    operator = sign_in("operator")
    for verb in ("found", "nothing", "hand_sealed"):
        operator.get(f"{ROOT}{number}/do/{verb}", 409)
    operator.get(f"{ROOT}{number}/receipt", 404)
    assert (row := kept(app, number)).reason is None and row.judged_on is not None
    words = stored(app, "SELECT words FROM notes WHERE subject = :n AND words IS NOT NULL", n=number)
    assert words == []
    assert stored(app, "SELECT 1 FROM links WHERE from_number = :n OR to_number = :n", n=number) == []


def test_what_the_petition_system_says_is_written_down_afterwards_too(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    number, operator = stage.petition(petitioned_on=date(2026, 10, 8)), sign_in("operator")
    operator.do(f"{ROOT}{number}", "hand_sealed", enclosed=True)
    assert owed(app, number).keys() == {"petitions.accept"}
    operator.do(f"{ROOT}{number}", "accept", acceptance="转送", told_on="2026-10-12")
    page = operator.do(f"{ROOT}{number}", "conclude", conclusion="已转有权机关", concluded_on="2026-11-20")
    assert page.state == "handed" and owed(app, number) == {}
    assert "转送（2026-10-12）" in page.text and "已转有权机关（2026-11-20）" in page.text


@pytest.mark.parametrize("day", [date(2026, 10, 7), date(2099, 1, 1)])
def test_it_was_handed_over_after_it_came_and_before_tomorrow(
    app: Flask, sign_in: SignIn, stage: Stage, day: date
) -> None:
    number, operator = stage.petition(petitioned_on=date(2026, 10, 8)), sign_in("operator")
    action, data = operator.form(f"{ROOT}{number}/do/hand_sealed", enclosed=True)
    page = operator.post(action, data | {"handed_on": day.isoformat()}, 422)
    assert page.refused == {"handed_on"} and kept(app, number).state == "reading"


def test_what_has_been_judged_is_handed_over_no_more(stage: Stage) -> None:
    for verb in ("found", "nothing"):
        with pytest.raises(Conflict):
            stage.do("operator", "petitions.hand_sealed", stage.petition(verb))


@pytest.mark.parametrize("wrong", ["receiver = NULL", "handed_on = NULL", "judged_on = NULL"])
def test_the_database_knows_to_whom_and_when(app: Flask, stage: Stage, wrong: str) -> None:
    number = stage.petition("hand_sealed")
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(f"UPDATE petitions SET {wrong} WHERE number = :n"), {"n": number})


def test_a_mail_handed_over_says_to_whom(sign_in: SignIn, stage: Stage) -> None:
    for verb, receiver in (("hand_sealed", "派驻纪检监察组"), ("not_ours", "市住建局")):
        page = sign_in("office").get(f"/intake/mailbox/{stage.mail(verb)}")
        assert f"{receiver}（{clock.today()}）" in page.text


# ── a wrong count ─────────────────────────────────────────────────────────────────────────────────────────────────
def box_of(app: Flask, number: str) -> Any:
    ((state, found),) = stored(app, "SELECT state, found FROM box_openings WHERE number = :n", n=number)
    return state, found


@pytest.mark.parametrize("login", ["operator", "office"])
def test_a_wrong_count_is_put_right_by_one_of_the_two_and_the_earlier_one_is_told(
    app: Flask, sign_in: SignIn, stage: Stage, login: str
) -> None:
    box = stage.box(1)
    page = sign_in(login).do(f"/intake/boxes/{box}", "recount", found="3", words="漏数两封")
    assert box_of(app, box) == ("logging", 3)
    assert "箱内 3 封" in page.text and "1 封（" in page.text and "漏数两封" in page.text
    assert stored(app, "SELECT 1 FROM trail WHERE verb = 'boxes.recount' AND subject = :n", n=box)
    for other in ("office", "office_head", "operator"):
        assert ("recount" in sign_in(other).get(f"/intake/boxes/{box}").verbs) == (other != "office_head")


def test_a_count_falls_to_what_is_accounted_for_and_no_further(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    box, operator = stage.box(4), sign_in("operator")
    for _n in range(2):
        operator.do(f"/intake/boxes/{box}", "aside", kind="广告、宣传品")
    for number, said in (("1", "共 2 封"), ("4", "不必更正")):
        action, data = operator.form(f"/intake/boxes/{box}/do/recount", found=number, words="数错")
        page = operator.post(action, data, 422)
        assert said in page.alert and page.soup.select_one("#found-error") is not None
    action, data = operator.form(f"/intake/boxes/{box}/do/recount", found="2")
    assert operator.post(action, data, 422).soup.select_one("#words-error") is not None
    operator.do(f"/intake/boxes/{box}", "recount", found="2", words="数错")
    assert box_of(app, box) == ("logged", 2)
    assert stored(app, "SELECT 1 FROM duties WHERE subject = :n AND state = 'open'", n=box) == []


def test_an_opening_that_was_done_is_owed_again_for_a_letter_that_was_missed(
    app: Flask, sign_in: SignIn, stage: Stage
) -> None:
    box = stage.box(0)
    page = sign_in("operator").do(f"/intake/boxes/{box}", "recount", found="1", words="夹层里漏了一封")
    assert page.state == "logging" and box_of(app, box) == ("logging", 1)
    owes = stored(app, "SELECT what, person_id FROM duties WHERE subject = :n AND state = 'open'", n=box)
    assert [tuple(o) for o in owes] == [("intake.letter", PERSON["operator"])]
    assert page.main.select_one(f"a[href='{LETTERS}?from={box}']") is not None
    assert sign_in("office").get(f"/intake/boxes/{box}").main.select_one("a[href^='/intake/letters/new']") is None


def test_a_letter_that_is_registered_meanwhile_is_not_counted_away(sign_in: SignIn, stage: Stage) -> None:
    box, operator = stage.box(2), sign_in("operator")
    action, data = operator.form(f"/intake/boxes/{box}/do/recount", found="1", words="数错")
    operator.do(f"/intake/boxes/{box}", "aside", kind="广告、宣传品")
    operator.do(f"/intake/boxes/{box}", "aside", kind="广告、宣传品")
    operator.post(action, data, 409)
    with pytest.raises(Refused, match="共 2 封"):
        stage.do("operator", "boxes.recount", box, found=1)
