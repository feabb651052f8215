"""A party is there for whoever sees a matter that mentions it, with what was said in such matters and nothing else (G2, G3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from portal.extensions import db
from tests.pages import Client
from tests.security.crawl import crawl, same, whole
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
Open = Callable[[str], Client]
BIRD, PLATE, FIRM = "鸊鷉", "安F·60001", "同一家运输有限公司"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def shared(stage: Stage) -> tuple[str, str, str]:
    """A plate in a clue of A and, later and spelt otherwise, in one of B with canaries; the tip of a call beside."""
    mine = stage.clue("assigned", parties=(("车牌", PLATE, "堵门"), ("单位", FIRM, ""), ("人员", "周九", "")))
    notes = (
        ("车牌", "安f60001", f"{BIRD}说的"),
        ("单位", "同一家运输 有限责任公司", f"{BIRD}牵头"),
        ("人员", "周九", BIRD),
    )
    stage.clue("assigned", "b", "officer2", "unit_head2", title=f"{BIRD}一案", parties=notes)
    stage.tip("triage", parties=(("车牌", "安F 60001", ""),))
    return mine, stage.party(mine), stage.party(mine, 2)


@pytest.mark.parametrize("login", ["officer", "unit_head", "operator"])
def test_no_word_of_anothers_matter_is_on_a_shared_partys_page(
    sign_in: Open, shared: tuple[str, str, str], login: str
) -> None:
    http = sign_in(login).http
    pages = crawl(http, (f"/parties/{shared[1]}", f"/parties/{shared[2]}", "/parties/", f"/clues/{shared[0]}"), most=60)
    pages |= {f"q={q}": whole(http.get(f"/parties/?q={q}")) for q in (PLATE, BIRD, "60001", "同一家", "周九")}
    assert [url for url, page in pages.items() if BIRD.encode() in page.replace(f'value="{BIRD}"'.encode(), b"")] == []


def test_each_counts_what_he_sees(sign_in: Open, shared: tuple[str, str, str]) -> None:
    told = {
        who: sign_in(who).get(f"/parties/{shared[1]}").text for who in ("officer", "officer2", "operator", "office")
    }
    assert [told[who].count("被反映 1 件") for who in ("officer", "officer2", "operator")] == [1, 1, 1]
    assert "被反映 3 件" in told["office"]
    assert [PLATE in told["officer"], "安f60001" in told["officer2"], PLATE in told["officer2"]] == [True, True, False]


def test_elsewhere_counts_what_the_viewer_sees(sign_in: Open, shared: tuple[str, str, str]) -> None:
    seen = {w: sign_in(w).get(f"/clues/{shared[0]}").soup.select(".party")[0].text for w in ("officer", "office")}
    assert "另见" not in seen["officer"] and "另见 1 件线索，1 件来电" in seen["office"]


def again(stage: Stage) -> str:
    return stage.tip("triage", parties=(("车牌", "安F60002", ""),))


def test_a_clue_and_the_tip_that_it_came_from_are_not_two(sign_in: Open, stage: Stage) -> None:
    tip = stage.tip("triage", parties=(("车牌", "安F60002", ""),))
    stage.do("office", "intake.accept", tip)
    clue = stage.newest("clues")
    office = sign_in("office")
    for url in (f"/clues/{clue}", f"/intake/{tip}"):
        assert "另见" not in office.get(url).soup.select(".party")[0].text
    third = stage.clue("assigned", parties=(("车牌", "安F60002", ""),))
    told = office.get(f"/clues/{third}").soup.select(".party")[0].text
    assert "另见 1 件线索" in told and "来电" not in told
    assert "被反映 2 件" in office.get(f"/parties/{stage.party(third)}").text
    assert "另见 1 件来电" in sign_in("operator").get(f"/intake/{again(stage)}").soup.select(".party")[0].text


def test_an_unseen_party_answers_like_none(sign_in: Open, stage: Stage) -> None:
    number = stage.party(stage.clue("assigned", "b", "officer2", "unit_head2", parties=(("车牌", "安F60003", ""),)))
    for login in ("officer", "operator", "discipline", "personnel", "auditor"):
        http = sign_in(login).http
        for url in (
            "/parties/{}",
            "/parties/{}?from=XS-2026-000001",
            "/parties/{}/do/make",
            "/parties/merges/do/make?under={}",
        ):
            seen, none = (http.get(url.format(n)) for n in (number, "DS-2026-9999"))
            assert (seen.status_code, same(whole(seen))) == (none.status_code, same(whole(none))), url
            assert seen.status_code == 404


def test_nothing_in_a_page_of_a_changes_with_a_matter_of_b(sign_in: Open, stage: Stage) -> None:
    mine = stage.clue("assigned", parties=(("车牌", "安F60004", ""), ("人员", "吴十", "电话13912340010")))
    pages = (
        "/parties/",
        f"/parties/{stage.party(mine)}",
        f"/parties/{stage.party(mine, 1)}",
        f"/clues/{mine}",
        "/parties/?q=安F60004",
    )
    http = sign_in("officer").http
    before = [same(whole(http.get(url))) for url in pages]
    rows = (("车牌", "安F-60004", "别处说的"), ("人员", "吴十", "手机139 1234 0010"))
    stage.clue("assigned", "b", "officer2", "unit_head2", parties=rows)
    stage.tip("triage", parties=rows)
    assert [same(whole(http.get(url))) for url in pages] == before


def test_of_a_matter_that_goes_elsewhere_no_party_stays(sign_in: Open, stage: Stage) -> None:
    rows = (("车牌", "安F60005", BIRD), ("人员", f"{BIRD}十一", ""))
    clue = stage.clue("assigned", parties=rows)
    other = stage.clue("assigned", parties=(("人员", f"{BIRD}十一", ""),))
    gone, half = [stage.party(clue, n) for n in (0, 1)], stage.party(other)
    stage.merge(half, gone[1], words=f"{BIRD}笔录")
    stage.do("officer", "clues.mark", clue)
    office = sign_in("office")
    assert [office.http.get(f"/parties/{n}").status_code for n in gone] == [404, 404]
    assert "同一方" not in office.get(f"/parties/{half}").text.replace("并为一方", "")
    with stage.session() as session:
        told = "".join(
            str(session.core(select(db.metadata.tables[t])).all()) for t in ("parties", "party_merges", "notes")
        )
    assert [word for word in (f"{BIRD}笔录", *gone) if word in told] == [] and half in told


def test_who_is_recused_from_the_matter_has_lost_its_party(sign_in: Open, stage: Stage) -> None:
    clue = stage.clue("assigned", parties=(("车牌", "安F60006", ""),))
    number = stage.party(clue)
    assert sign_in("officer").get(f"/parties/{number}").status == 200
    stage.do("officer", "clues.recuse", clue)
    sign_in("officer").get(f"/parties/{number}", 404)


def test_an_unfounded_matter_is_hinted_at_for_two_years_and_shown_as_long_as_it_is_there(
    sign_in: Open, stage: Stage
) -> None:
    row = (("车牌", "安F60007", ""),)
    unfounded, founded = stage.clue("closed", parties=row), stage.clue("closed", parties=row)
    tip = stage.tip("triage", parties=row)
    with stage.session() as session:
        session.begin_write()
        c = db.metadata.tables["clues"]
        for number, ended in ((unfounded, "查否"), (founded, "查实")):
            session.core(update(c).where(c.c.number == number).values(conclusion=ended, closed_on=date(2024, 11, 1)))
        session.commit()
    page = sign_in("office").get(f"/intake/{tip}/do/accept").text
    assert "1 件线索" in page and founded in page and unfounded not in page
    told = sign_in("office").get(f"/parties/{stage.party(tip)}").text
    assert unfounded in told and "查否" in told and "查实" in told


@pytest.mark.parametrize("login", ["officer", "office", "operator"])
def test_a_page_asks_no_more_for_many_than_for_one(app: Flask, sign_in: Open, stage: Stage, login: str) -> None:
    http, asked = sign_in(login).http, []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    for n in range(2):
        asked.clear()
        assert http.get("/parties/").status_code == 200
        counts.append(len(asked))
        for i in range(5):
            stage.clue("assigned", parties=(("车牌", f"安G{n}000{i}", ""), ("地点", f"某街{n}{i}号", "")))
            stage.tip("triage", parties=(("车牌", f"安H{n}000{i}", ""),))
    assert counts[1] <= counts[0] + 2 and counts[1] < 16, asked
