"""A later mark moves a matter whole: nothing of it stays but void numbers, whoever looks, also in the tables (G3, G6)."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select

from portal.clues.models import Clue
from portal.core import clock, files
from portal.core.errors import Conflict, Hidden
from portal.core.files import Upload
from portal.core.register import REGISTERS
from portal.core.sight import Unguarded
from portal.extensions import db
from portal.intake.models import Tip
from tests.pages import Client
from tests.security.attached import attach, rows
from tests.verbs.stage import PNG, Stage

pytestmark = [pytest.mark.security, pytest.mark.database]
BIRD, PLATE, PHONE = "鸬鹚", "安Z55Y12", "13955512345"
PARTIES = (("人员", f"{BIRD}副科长", f"{BIRD}人"), ("车牌", PLATE, ""))
CALL = {"narrative": f"{BIRD}副科长收钱，电话{PHONE}。", "place": f"{BIRD}路", "parties": PARTIES, "name": f"{BIRD}李",
        "phone": PHONE, "occurred": f"{BIRD}时", "proposal": f"{BIRD}拟"}  # fmt: skip


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def clear(stage: Stage, *, apart: bool = False) -> list[str]:
    """Tables in which a canary lies in clear: of umbrella all that is there, of the others all but sealed bytes."""
    found = []
    with stage.session() as session:
        for table in db.metadata.sorted_tables:
            if table.name.startswith("umbrella_") != apart:
                continue
            for row in session.core(select(table)):
                said = " ".join(
                    str(v) for v, c in zip(row, table.c, strict=True) if not isinstance(c.type, LargeBinary)
                )
                found += [f"{table.name}: {w}" for w in (BIRD, PLATE.lower(), PLATE, PHONE) if w in said]
    return found


def state(stage: Stage, table: str, number: str) -> str:
    with stage.session() as session:
        t = db.metadata.tables[table]
        return str(session.core(select(t.c.state).where(t.c.number == number)).scalar())


def open_duties(stage: Stage, number: str) -> list[Any]:
    with stage.session() as session:
        d = db.metadata.tables["duties"]
        here = (d.c.subject == number) | (d.c.blocks == number)
        return list(session.core(select(d.c.what).where(here, d.c.state == "open")).scalars())


def whole(stage: Stage, **more: Any) -> str:
    """A clue from a tip, with check, referral, answer, files, drafts, corrected text; every word of it a canary."""
    tip = stage.do("operator", "intake.call", **CALL)
    stage.do("operator", "intake.excerpt", tip, title=f"{BIRD}一案", excerpt=f"{BIRD}夜里")
    stage.do("office", "intake.accept", tip)
    clue = stage.newest("clues")
    second = stage.do("operator", "intake.call", **CALL)
    stage.do("operator", "intake.excerpt", second, title=f"{BIRD}又一件", excerpt=f"{BIRD}又")
    stage.do("office", "intake.join", second, into=clue)
    stage.do(
        "office", "clues.amend", clue, title=f"{BIRD}更正", summary=f"{BIRD}二", place=f"{BIRD}路", words=f"{BIRD}因"
    )
    stage.do("office_head", "clues.assign", clue, words=f"{BIRD}意见")
    stage.do("officer", "clues.acknowledge", clue)
    photo = (Upload.of(f"{BIRD}.png", "image/png", PNG),)
    stage.do("officer", "checks.record", clue, place=f"{BIRD}场", found=f"{BIRD}所见", files=photo)
    stage.do("office", "referrals.send", clue, receiver_name=f"{BIRD}局", words=f"{BIRD}由", scan=photo)
    return clue


def test_a_clue_goes_whole_with_its_tips_children_files_and_words(
    stage: Stage, sign_in: Callable[[str], Client]
) -> None:
    clue = whole(stage)
    officer = sign_in("officer")
    officer.get(f"/clues/{clue}")
    stage.do("unit_head", "clues.mark", clue, found=f"{BIRD}副科长拿了好处")
    assert clear(stage) == []
    assert clear(stage, apart=True) == []
    assert state(stage, "clues", clue) == "moved"
    assert open_duties(stage, clue) == []
    officer.get(f"/clues/{clue}", 404)  # as after any reassignment to another unit
    assert "已调整承办" in officer.get("/messages").text
    page = sign_in("office").get(f"/clues/{clue}")
    assert "已调整承办" in page.text and page.verbs == {}
    assert BIRD not in page.text
    clerk, matter = sign_in("discipline"), stage.newest("umbrella_matters")
    page = clerk.get(f"/umbrella/{matter}")
    for said in ("副科长拿了好处", "一案", "更正", "所见", "局", "意见", PHONE, PLATE, f"{BIRD}.png", "副科长收钱"):
        assert said in page.text, said
    href = str(page.soup.select("a[href^='/umbrella/files/']")[0]["href"])
    assert clerk.http.get(href).status_code == 200
    for other in ("office", "discipline2", "auditor"):
        assert sign_in(other).http.get(href).status_code == 404


@pytest.mark.parametrize("login", ["operator", "office"])
@pytest.mark.parametrize("made", ["incomplete", "excerpt", "triage"])
def test_a_tip_goes_before_it_becomes_a_clue(
    stage: Stage, sign_in: Callable[[str], Client], made: str, login: str
) -> None:
    tip = stage.tip(made, **CALL)
    stage.do(login, "intake.mark", tip, found=f"{BIRD}副科长")
    assert clear(stage) == []
    assert state(stage, "tips", tip) == "moved" and open_duties(stage, tip) == []
    page = sign_in("office").get(f"/intake/{tip}")
    assert page.verbs == {} and BIRD not in page.text
    matter = sign_in("discipline").get(f"/umbrella/{stage.newest('umbrella_matters')}")
    assert "副科长收钱" in matter.text and tip in matter.text


def test_the_receipts_follow_the_matter(stage: Stage) -> None:
    clue = whole(stage)
    with stage.session() as session:
        k = db.metadata.tables["links"]
        tips = list(session.core(select(k.c.from_number).where(k.c.to_number == clue)).scalars())
    stage.do("officer", "clues.mark", clue)
    matter = stage.newest("umbrella_matters")
    stage.do("discipline", "umbrella.hand_over", matter)
    stage.do("discipline", "umbrella.report", matter, disposition="予以了结")
    stage.do("discipline", "umbrella.close", matter)
    with stage.session() as session:
        r = db.metadata.tables["receipts"]
        assert set(session.core(select(r.c.stage).where(r.c.number.in_(tips))).scalars()) == {"已办结"}


def test_what_is_added_to_a_moved_number_goes_where_the_first_went(stage: Stage) -> None:
    tip = stage.tip("triage", **CALL)
    stage.do("office", "intake.mark", tip)
    before = stage.newest("umbrella_matters")
    stage.do("operator", "intake.call", **(CALL | {"adds": tip}))
    assert stage.newest("umbrella_matters") != before
    assert clear(stage) == []


def test_a_void_number_moves_no_more_and_counts_as_nothing_closed(
    stage: Stage, sign_in: Callable[[str], Client]
) -> None:
    clue = stage.clue("checking")
    office = sign_in("office")
    closed = office.get("/clues/?tab=closed").numbers
    stage.do("office", "clues.mark", clue)
    assert office.get("/clues/?tab=closed").numbers == closed
    assert clue not in office.get("/clues/?tab=open").numbers
    with pytest.raises(Conflict):
        stage.do("office", "clues.mark", clue)
    with pytest.raises(Hidden):
        stage.do("officer", "clues.conclude", clue)


def test_what_the_actor_may_not_see_is_loaded_inside_an_act_alone(stage: Stage) -> None:
    tip = stage.tip("triage")
    with stage.session("officer") as session, pytest.raises(Unguarded):
        session.unseen(Tip, tip)


def test_every_child_of_a_tip_or_clue_goes_along(app: Flask) -> None:
    """A register that comes below them later says how its rows go: else the mark would leave their words."""
    with app.app_context():
        for r in REGISTERS.values():
            above = getattr(r.model, r.parent).property.mapper.class_ if r.parent else None
            if above in (Clue, Tip):
                verb = r.verbs["moved"]
                assert verb.goes_along and (not r.states or verb.when == tuple(r.states)), r.name


def test_an_opening_ends_with_its_tip(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    tip = stage.tip("triage", **CALL)
    stage.do("office", "openings.ask", tip, purpose=f"{BIRD}核对")
    opening = stage.newest("openings")
    stage.do("office_head", "openings.second", opening)
    stage.do("deputy_head", "openings.consent", opening)
    stage.do("office", "intake.mark", tip)
    assert clear(stage) == []
    page = sign_in("office").get(f"/openings/{opening}")
    assert BIRD not in page.text and page.state == "moved"
    assert BIRD not in sign_in("office").get(f"/openings/{opening}/read").text


def test_what_a_reporter_gave_is_sealed_anew_with_the_matter(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    """The original and its stripped copy, which is the clue's by now: no row, no byte of them is left on that side."""
    tip = stage.tip("triage", **CALL)
    with stage.session("office") as session:
        session.begin_write()
        row = session.get_one(Tip, session.core(select(Tip.id).where(Tip.number == tip)).scalar_one())
        doing = SimpleNamespace(stamp=clock.now(), actor=session.actor, nameless=False, after=[])
        files.put(session, row, Upload.of(f"{BIRD}照.png", "image/png", PNG), doing, sealed=True)
        session.commit()
        for call in doing.after:
            call()
    stage.do("office", "intake.accept", tip)
    clue, f = stage.newest("clues"), db.metadata.tables["files"]
    with stage.session() as session:
        kept = session.core(select(f.c.id, f.c.number, f.c.sealed).where(f.c.number.in_([tip, clue]))).all()
    assert sorted((r.number == tip, r.sealed) for r in kept) == [(False, False), (True, True)]
    stage.do("office", "clues.mark", clue)
    with stage.session() as session:
        assert session.core(select(f.c.id).where(f.c.id.in_([r.id for r in kept]))).all() == []
        for r in kept:
            with pytest.raises(FileNotFoundError):
                files.read(r.id)
    assert clear(stage) == [] and clear(stage, apart=True) == []
    clerk = sign_in("discipline")
    page = clerk.get(f"/umbrella/{stage.newest('umbrella_matters')}")
    assert f"{BIRD}照.png" in page.text
    hrefs = [str(a["href"]) for a in page.soup.select("a[href^='/umbrella/files/']")]
    assert [clerk.http.get(href).data for href in hrefs] == [PNG]


def test_a_dispute_and_a_transfer_end_with_their_tip(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    dispute, handed = stage.tip("triage", **CALL), stage.tip("triage", **CALL)
    stage.do("office", "intake.settle", dispute, claim=f"{BIRD}诉求")
    settlement = stage.newest("settlements")
    stage.do("officer", "settlements.report", settlement, words=f"{BIRD}进展")
    stage.do("office", "intake.hand_on", handed, grounds=f"{BIRD}理由", body_name=f"{BIRD}局")
    transfer = stage.newest("transfers")
    stage.do("office", "transfers.send", transfer)
    for tip in (dispute, handed):
        stage.do("office", "intake.mark", tip)
    assert clear(stage) == []
    assert state(stage, "settlements", settlement) == state(stage, "transfers", transfer) == "moved"
    assert open_duties(stage, settlement) == open_duties(stage, transfer) == []
    officer = sign_in("officer")
    officer.get(f"/settlements/{settlement}", 404)
    assert "已调整承办" in officer.get("/messages").text
    for url in (f"/settlements/{settlement}", f"/transfers/{transfer}"):
        page = sign_in("office").get(url)
        assert page.verbs == {} and BIRD not in page.text


@pytest.mark.parametrize(("verb", "child"), [("intake.settle", "settlements"), ("intake.hand_on", "transfers")])
def test_the_stripped_copies_go_to_whoever_handles_it_and_along_with_the_mark(
    stage: Stage, sign_in: Callable[[str], Client], verb: str, child: str
) -> None:
    """Triage passes them on: the unit that settles, the office that sends it away; the original stays sealed."""
    tip = stage.tip("triage", **CALL)
    copy_id = attach(stage, tip, Upload.of(f"{BIRD}照.png", "image/png", PNG))
    office = sign_in("office")
    page = office.get(f"/intake/{tip}/do/accept")
    assert page.soup.select(f"a[href='/files/{copy_id}']") and f"{BIRD}照" not in page.html
    stage.do("office", verb, tip)
    number = stage.newest(child)
    reader = sign_in("officer") if child == "settlements" else office
    page = reader.get(f"/{child}/{number}")
    assert page.soup.select(f"a[href='/files/{copy_id}']")
    assert reader.http.get(f"/files/{copy_id}").status_code == 200
    assert sign_in("officer2").http.get(f"/files/{copy_id}").status_code == 404
    kept = sorted((f.number == tip, f.sealed, f.id) for n in (tip, number) for f in rows(stage, n))
    assert [(of_tip, sealed) for of_tip, sealed, _id in kept] == [(False, False), (True, True)]
    stage.do("office", "intake.mark", tip)
    assert rows(stage, tip) == rows(stage, number) == [] and clear(stage) == []
    for _of_tip, _sealed, file_id in kept:
        with stage.app.app_context(), pytest.raises(FileNotFoundError):
            files.read(file_id)
    assert reader.http.get(f"/files/{copy_id}").status_code == 404
    page = sign_in("discipline").get(f"/umbrella/{stage.newest('umbrella_matters')}")
    assert f"{BIRD}照.png" in page.text and len(page.soup.select("a[href^='/umbrella/files/']")) == 1


def test_what_a_meeting_decided_on_a_clue_leads_there_no_more(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    """The words of the meeting are its own: a number in them stays, and opens nothing."""
    clue = stage.clue("checking")
    stage.do("office", "decisions.add", stage.meeting(), title=f"抓紧 {clue}")
    page = f"/meetings/decisions/{stage.newest('decisions')}"
    assert sign_in("office").get(page).soup.select(f"a[href='/clues/{clue}']")
    stage.do("office", "clues.mark", clue)
    assert not sign_in("office").get(page).soup.select(f"a[href='/clues/{clue}']")
