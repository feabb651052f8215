"""What is seen later to concern the own leaders or the discipline head goes up sealed: nobody can tell it from an
ordinary mark, the head of discipline never sees it, and nothing of it is lost before it is in its envelope (G3, G5, G6).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import files, vault
from portal.core.errors import Conflict, Hidden, Refused
from portal.core.files import Upload
from portal.core.hanging import Common
from portal.extensions import db
from portal.umbrella.models import Umbrella
from tests import cast
from tests.conftest import Clock
from tests.pages import Client
from tests.security.attached import attach
from tests.security.crawl import same
from tests.security.test_later_mark import BIRD, CALL, PHONE, clear, open_duties, state, whole
from tests.verbs.stage import PERSON, PNG, Stage

pytestmark = [pytest.mark.security, pytest.mark.database]
SignIn = Callable[[str], Client]
UP = {"own_leaders": "是", "found": f"{BIRD}局长拿了好处"}
NAMED = {"naming": "实名，要求保密", "address": f"{BIRD}里8号"}
OUTSIDE = [p.login for p in cast.PEOPLE if p.roles != ("discipline",)]
HEAD, CLERK, THIRD = "discipline", "discipline2", "discipline3"  # the first is head of his unit and sits at the desk


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def rows(stage: Stage, name: str, **where: Any) -> list[Any]:
    with stage.session() as session:
        t = db.metadata.tables[name]
        return list(session.core(select(t).where(*(t.c[k] == v for k, v in where.items()))))


def went_up(stage: Stage, **more: Any) -> tuple[str, str]:
    """(the tip, the matter)."""
    tip = stage.tip("triage", **(CALL | more))
    stage.do("office", "intake.mark", tip, **UP)
    return tip, stage.newest("umbrella_matters")


# ── nobody can tell ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("kind", ["intake", "clues"])
def test_to_everybody_it_is_an_ordinary_mark(stage: Stage, sign_in: SignIn, clock: Clock, kind: str) -> None:
    """The answer, the page of the number, the addresses below it, the messages: byte by byte."""
    clock.to("2026-12-02 10:00" if kind == "intake" else "2026-12-03 10:00")
    marker = "office" if kind == "intake" else "officer"
    numbers = [stage.tip("triage") if kind == "intake" else stage.clue("checking") for _n in range(2)]
    answers = []
    for number, up in zip(numbers, ("否", "是"), strict=True):
        who = sign_in(marker)
        action, data = who.form(f"/{kind}/{number}/do/mark", found="副科长", own_leaders=up)
        answer = who.post(action, data).answer
        answers.append((answer.status, sorted(answer.headers.keys()), answer.headers["Location"], answer.data))
    assert answers[0] == answers[1]
    for login in OUTSIDE:
        who = sign_in(login)
        for below in ("", "/do/mark", "/do/accept", "/do/conclude"):
            pages = [same(who.http.get(f"/{kind}/{n}{below}").data).replace(n, "N") for n in numbers]
            assert pages[0] == pages[1], (login, below)
        for url in ("/", "/messages", f"/{kind}/?tab=all"):
            found = who.http.get(url)
            told = found.get_data(as_text=True).replace(numbers[1], numbers[0]) if found.status_code == 200 else ""
            lines = [line for line in re.findall(r"<tr.*?</tr>|<li.*?</li>", told, re.DOTALL) if numbers[0] in line]
            assert len(lines) % 2 == 0 and len(set(lines)) <= max(1, len(lines) // 2), (login, url)
    for table in ("notes", "duties", "links", "receipts", "messages"):
        where = {"receipts": "number", "links": "from_number"}.get(table, "subject")
        if table not in db.metadata.tables or where not in db.metadata.tables[table].c:
            continue
        kept = [[_bare(r, n) for r in rows(stage, table, **{where: n})] for n in numbers]
        assert kept[0] == kept[1], table


def _bare(row: Any, number: str) -> list[str]:
    """Without what differs of any two rows."""
    own = ("id", "at", "code_digest", "code_sealed", "due_at", "since", "seq")
    return [re.sub(number, "N", str(v)) for k, v in row._mapping.items() if k not in own and not isinstance(v, bytes)]


def test_the_number_is_void_and_nothing_lies_in_clear(stage: Stage, sign_in: SignIn) -> None:
    tip, _matter = went_up(stage)
    clue = whole(stage)
    stage.do("unit_head", "clues.mark", clue, **UP)
    assert clear(stage) == [] and clear(stage, apart=True) == []
    assert state(stage, "tips", tip) == state(stage, "clues", clue) == "moved"
    assert open_duties(stage, tip) == open_duties(stage, clue) == []
    page = sign_in("office").get(f"/intake/{tip}")
    assert page.verbs == {} and "密封" not in page.main.get_text() and BIRD not in page.html


# ── who encloses it ───────────────────────────────────────────────────────────────────────────────────────────────
def test_the_head_of_discipline_sees_no_trace_of_it(stage: Stage, sign_in: SignIn, clock: Clock) -> None:
    clock.to("2026-12-04 10:00")
    head = sign_in(HEAD)
    before = {url: same(head.http.get(url).data) for url in ("/", "/messages", "/umbrella/?tab=all", "/counts")}
    _tip, matter = went_up(stage)
    assert {url: same(head.http.get(url).data) for url in before} == before
    for url in (f"/umbrella/{matter}", f"/umbrella/{matter}/enclosure", f"/umbrella/{matter}/do/hand_sealed"):
        for login in (HEAD, THIRD, "office", "operator", "bureau_head", "auditor"):
            assert sign_in(login).http.get(url).status_code == 404, (login, url)
    with pytest.raises(Hidden):
        stage.do(HEAD, "umbrella.hand_sealed", matter)
    (duty,) = rows(stage, "umbrella_duties", subject=matter, state="open")
    assert (duty.what, duty.person_id) == ("umbrella.hand_sealed", PERSON[CLERK])
    assert f"{duty.due_at:%Y-%m-%d}" == f"{duty.since:%Y-%m-%d}"
    assert matter in sign_in(CLERK).get("/umbrella/").numbers


def test_an_ordinary_mark_still_goes_to_the_desk(stage: Stage, sign_in: SignIn) -> None:
    stage.do("office", "intake.mark", stage.tip("triage"), found="副科长")
    page = sign_in(HEAD).get(f"/umbrella/{stage.newest('umbrella_matters')}")
    assert page.state == "received" and "副科长" in page.text


def test_who_was_kept_off_it_does_not_enclose_it(stage: Stage) -> None:
    _tip, matter = went_up(stage, parties=(("人员", "马纪检", "纪检组"),))
    (member,) = rows(stage, "umbrella_members", number=matter)
    assert member.person_id == PERSON[THIRD]
    tip = stage.tip("triage", parties=(("人员", "马纪检", "纪检组"),))
    stage.do("office", "intake.accept", tip)
    stage.do("office", "clues.mark", stage.newest("clues"), **UP)
    (member,) = rows(stage, "umbrella_members", number=stage.newest("umbrella_matters"))
    assert member.person_id == PERSON[THIRD]


def test_where_nobody_is_left_it_stays_whole(stage: Stage, sign_in: SignIn) -> None:
    tip = stage.tip("triage", parties=(("人员", "马纪检", "纪检组"), ("人员", "骆纪检", "纪检组")))
    matters = len(rows(stage, "umbrella_matters"))
    office = sign_in("office")
    action, data = office.form(f"/intake/{tip}/do/mark", **UP)
    page = office.post(action, data, 422)
    assert page.refused == {"own_leaders"} and "请系统管理员先增加一位" in page.alert
    assert state(stage, "tips", tip) == "triage" and len(rows(stage, "umbrella_matters")) == matters
    with stage.session() as session:
        assert vault.data_key(session, Common.family, tip)


def test_a_clerk_who_steps_aside_hands_it_on_and_sees_it_no_more(stage: Stage, sign_in: SignIn) -> None:
    _tip, matter = went_up(stage)
    assert "recuse" in sign_in(CLERK).get(f"/umbrella/{matter}").verbs
    stage.do(CLERK, "umbrella.recuse", matter)
    sign_in(CLERK).get(f"/umbrella/{matter}", 404)
    sign_in(CLERK).get(f"/umbrella/{matter}/enclosure", 404)
    (duty,) = rows(stage, "umbrella_duties", subject=matter, state="open")
    assert duty.person_id == PERSON[THIRD]
    with pytest.raises(Refused):
        stage.do(THIRD, "umbrella.recuse", matter)  # the head is left, and he never takes it
    sign_in(THIRD).get(f"/umbrella/{matter}")
    sign_in(HEAD).get(f"/umbrella/{matter}", 404)


@pytest.mark.parametrize("verb", ["submit", "hand_over", "report", "close", "split", "note", "name_also", "take_off"])
def test_it_has_no_other_way(stage: Stage, verb: str) -> None:
    _tip, matter = went_up(stage)
    with pytest.raises(Conflict):
        stage.do(CLERK, f"umbrella.{verb}", matter)


# ── into the envelope ─────────────────────────────────────────────────────────────────────────────────────────────
def test_its_page_and_the_list_say_nothing_of_it_and_no_search_finds_it(stage: Stage, sign_in: SignIn) -> None:
    _tip, matter = went_up(stage)
    clerk = sign_in(CLERK)
    for url in (f"/umbrella/{matter}", "/umbrella/", "/"):
        page = clerk.get(url)
        assert BIRD not in page.html and PHONE not in page.html and "渣土" not in page.main.get_text(), url
    assert clerk.get(f"/umbrella/?q={BIRD}").numbers == []


def test_all_of_it_is_on_the_print_and_each_look_on_the_trail(stage: Stage, sign_in: SignIn) -> None:
    tip = stage.tip("triage", **(CALL | NAMED))
    attach(stage, tip, Upload.of(f"{BIRD}照.png", "image/png", PNG))
    stage.do("office", "intake.mark", tip, **UP)
    matter, clerk = stage.newest("umbrella_matters"), sign_in(CLERK)
    page = clerk.get(f"/umbrella/{matter}/enclosure")
    for said in ("副科长收钱", "局长拿了好处", f"{BIRD}李", f"{BIRD}里8号", PHONE, tip, f"{BIRD}照.png"):
        assert said in page.text, said
    looks = {r.subject for r in rows(stage, "access", person_id=PERSON[CLERK]) if matter in r.subject}
    assert {f"{matter}.{c}" for c in ("original", "reporter", "phone")} <= looks
    (href,) = (str(a["href"]) for a in page.soup.select("a[href^='/umbrella/files/']"))
    assert clerk.http.get(href).data == PNG
    for login in (HEAD, THIRD, "office"):
        assert sign_in(login).http.get(href).status_code == 404


def test_of_a_clue_each_of_its_reporters_is_on_it(stage: Stage, sign_in: SignIn) -> None:
    clue = whole(stage)
    links = [r.from_number for r in rows(stage, "links", to_number=clue)]
    stage.do("officer", "clues.mark", clue, **UP)
    matter = stage.newest("umbrella_matters")
    page = sign_in(CLERK).get(f"/umbrella/{matter}/enclosure")
    assert len(links) == 2 and all(n in page.text for n in links) and "所见" in page.text
    assert page.text.count("副科长收钱") >= 2 and len(rows(stage, "umbrella_said", number=matter)) == 2
    stage.do(CLERK, "umbrella.hand_sealed", matter)
    assert rows(stage, "umbrella_said", number=matter) == []
    assert {rows(stage, "receipts", number=n)[0].stage for n in links} == {"办理中"}


def test_handed_over_nothing_of_it_is_left(app: Flask, stage: Stage, sign_in: SignIn) -> None:
    tip = stage.tip("triage", **(CALL | NAMED))
    attach(stage, tip, Upload.of(f"{BIRD}照.png", "image/png", PNG))
    stage.do("office", "intake.mark", tip, **UP)
    matter, clerk = stage.newest("umbrella_matters"), sign_in(CLERK)
    hung = [r.id for r in rows(stage, "umbrella_files", number=matter)]
    action, data = clerk.form(f"/umbrella/{matter}/do/hand_sealed", envelope="密-07", way="机要")
    assert "装入信封密封" in clerk.post(action, data, 422).alert
    there = clerk.post(action, data | {"enclosed": "y"}).location
    (slip,) = rows(stage, "umbrella_slips", number=stage.newest("umbrella_slips"))
    page = clerk.get(there)
    assert slip.number in page.text and "密-07" in page.text and "上级纪检监察机关" in page.text
    assert (slip.state, slip.officer_id, slip.receiver) == ("past", None, "上级纪检监察机关")
    for login in (HEAD, CLERK, "office", "bureau_head", "auditor"):
        sign_in(login).get(f"/umbrella/sealed/{slip.number}", 404)
        assert login == CLERK or sign_in(login).http.get(there).status_code == 404
    (row,) = rows(stage, "umbrella_matters", number=matter)
    assert (row.state, row.receipt, row.source, row.receiver, row.duty_id) == ("gone", None, "—", None, None)
    assert rows(stage, "umbrella_said", number=matter) == rows(stage, "umbrella_files", number=matter) == []
    with stage.session(CLERK) as session, pytest.raises(LookupError):
        vault.data_key(session, Umbrella.family, matter)
    with app.app_context():
        assert len(hung) == 1
        for file_id in hung:
            with pytest.raises(FileNotFoundError):
                files.read(file_id)
    assert rows(stage, "receipts", number=tip)[0].stage == "办理中"
    page = clerk.get(f"/umbrella/{matter}")
    assert page.verbs == {} and page.state == "gone" and slip.number in page.text
    clerk.get(f"/umbrella/{matter}/enclosure", 404)
    assert matter in clerk.get("/umbrella/?tab=all").numbers  # a list opens no title that is gone


def test_a_matter_that_does_not_go_up_has_no_enclosure(stage: Stage, sign_in: SignIn) -> None:
    sign_in(HEAD).get(f"/umbrella/{stage.matter()}/enclosure", 404)
