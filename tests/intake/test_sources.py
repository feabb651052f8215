"""可能是同一来源: the clock compares sealed numbers; triage alone is told, and nobody is told the number."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import vault
from portal.core.sight import Unguarded
from portal.extensions import db
from portal.intake.models import Tip
from portal.intake.pairs import sources
from tests.conftest import Clock
from tests.pages import Client
from tests.verbs.stage import Stage

pytestmark = pytest.mark.database
Open = Callable[[str], Client]
SAID = "可能是同一来源"
_serial = count(1)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def apart(stage: Stage, phone: str, state: str = "triage", **typed: Any) -> str:
    """A tip that shares nothing with another but its number."""
    n = next(_serial)
    party = (("单位", f"互不相干{n}号公司", ""),)
    return stage.tip(state, phone=phone, place=f"互不相邻{n}号路", parties=party, **typed)


def compare(stage: Stage) -> int:
    with stage.app.app_context():
        return sources.compare()


def pairs(stage: Stage) -> set[tuple[str, str]]:
    with stage.session() as session:
        t = db.metadata.tables["same_sources"]
        return {(r.number, r.earlier) for r in session.core(select(t))}


def told(sign_in: Open, tip: str, login: str = "office") -> list[str]:
    """The numbers beside which the triage page says so."""
    page = sign_in(login).get(f"/intake/{tip}/do/accept")
    return [a.select_one("b").text for a in page.soup.select("article.alike") if SAID in a.text]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("13955510001", "139 5551 0001"),
        ("13955510002", "+86-139-5551-0002"),
        ("１３９５５５１０００３", "手机13955510003"),
        ("0551-62345604", "62345604"),
        ("0551-62345605转8001", "（0551）62345605"),
        ("13955510006、62340006", "62340006"),
        ("Zhou.Wu@Example.cn", "zhou.wu@example.cn"),
    ],
)
def test_one_number_in_two_writings_is_one_source(stage: Stage, sign_in: Open, earlier: str, later: str) -> None:
    first, second = apart(stage, earlier), apart(stage, later)
    compare(stage)
    assert (second, first) in pairs(stage)
    assert (told(sign_in, second), told(sign_in, first)) == ([first], [second])


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("13955520001", "13955520002"), ("88888888", "88888888"), ("110", "110"), ("不详", "不详"), ("a@b.cn", "a@c.cn")],
)
def test_what_differs_or_says_nothing_is_no_source(stage: Stage, earlier: str, later: str) -> None:
    both = {apart(stage, earlier), apart(stage, later)}
    compare(stage)
    assert not [pair for pair in pairs(stage) if both & set(pair)]


def test_the_clock_goes_on_where_it_stopped_and_finds_the_same_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(stage)
    monkeypatch.setattr(sources, "AT_ONCE", 2)
    a, b, c = (apart(stage, "13955530001") for _ in range(3))
    assert (compare(stage), compare(stage), compare(stage)) == (1, 2, 0)
    assert {(b, a), (c, a), (c, b)} <= pairs(stage)
    with stage.session() as session:
        session.begin_write()
        f = db.metadata.tables["facts"]
        session.core(f.update().where(f.c.name == sources.DONE).values(value="0"))
        session.commit()
    before = pairs(stage)
    monkeypatch.setattr(sources, "AT_ONCE", 10_000)
    compare(stage)
    assert pairs(stage) == before


def test_after_two_years_a_number_is_another_source(stage: Stage, clock: Clock) -> None:
    clock.to("2026-12-01 10:00")
    old, other = apart(stage, "13955540001"), apart(stage, "13955540002")
    clock.forward(days=729)
    within = apart(stage, "13955540002")
    clock.forward(days=2)
    late = apart(stage, "13955540001")
    compare(stage)
    assert (within, other) in pairs(stage) and (late, old) not in pairs(stage)


def test_who_left_no_number_is_compared_with_nobody(stage: Stage, sign_in: Open) -> None:
    first, second = (apart(stage, "", naming="匿名", name="") for _ in range(2))
    compare(stage)
    assert not [pair for pair in pairs(stage) if {first, second} & set(pair)]
    assert told(sign_in, second) == []


def test_a_matter_about_an_official_is_never_compared(stage: Stage, sign_in: Open) -> None:
    """Neither is its tip told of one, nor it of a tip."""
    first = apart(stage, "13955550001")
    stage.do("operator", "intake.call", names_official="是", phone="13955550001")
    later = apart(stage, "13955550001")
    compare(stage)
    assert told(sign_in, later) == [first]
    assert SAID not in sign_in("discipline").get(f"/umbrella/{stage.newest('umbrella_matters')}").text


def test_nobody_but_triage_is_told(stage: Stage, sign_in: Open) -> None:
    first, second = apart(stage, "13955560001"), apart(stage, "13955560001")
    compare(stage)
    assert told(sign_in, second) == [first]
    where = (
        f"/intake/{second}",
        f"/intake/{second}/receipt",
        "/intake/",
        f"/intake/?q={second}",
        "/",
        "/intake/counts",
    )
    for login in ("operator", "office", "office_head"):
        for url in where:
            got = sign_in(login).http.get(url).get_data(as_text=True)
            assert SAID not in got and (first not in got or second in got), f"{login} {url}"
    assert first not in sign_in("office").get(f"/intake/{second}").text
    assert "13955560001" not in sign_in("office").get(f"/intake/{second}/do/accept").text
    sign_in("operator").get(f"/intake/{second}/do/accept", 403)


def test_an_end_that_the_viewer_may_not_see_is_not_told(stage: Stage, sign_in: Open) -> None:
    first, second = apart(stage, "13955570001"), apart(stage, "13955570001")
    compare(stage)
    stage.do("office", "intake.recuse", first)
    assert told(sign_in, second) == []


@pytest.mark.parametrize("whole", ["tip", "clue"])
def test_what_goes_elsewhere_takes_its_pairs_along_on_both_sides(stage: Stage, sign_in: Open, whole: str) -> None:
    phone = {"tip": "13955580001", "clue": "13955580002"}[whole]
    a, b, c = (apart(stage, phone) for _ in range(3))
    compare(stage)
    assert len([pair for pair in pairs(stage) if b in pair]) == 2
    if whole == "clue":
        stage.do("office", "intake.accept", b)
        stage.do("office", "clues.mark", stage.newest("clues"))
    else:
        stage.do("office", "intake.mark", b)
    assert [pair for pair in pairs(stage) if {a, b, c} & set(pair)] == [(c, a)]
    assert told(sign_in, c) == [a]


def test_one_that_went_while_the_clock_compared_is_in_no_pair(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = apart(stage, "13955590001"), apart(stage, "13955590001")
    found = sources._pairs

    def meanwhile(session: Any, known: Any, new: Any) -> Any:
        told = found(session, known, new)
        session.rollback()
        stage.do("office", "intake.mark", a)
        return told

    monkeypatch.setattr(sources, "_pairs", meanwhile)
    with stage.app.app_context():
        session = sources.jobs.session_of("sources")
        last = int(sources.facts.read(session, sources.DONE) or 0)
        new = sources._tips(session, Tip.id > last)
        pairs_found = sources._pairs(session, [], new)
    with stage.app.app_context():
        session = sources.jobs.session_of("sources")
        assert (b, a) in pairs_found and sources._keep(session, pairs_found, new[-1].id) == 0
    assert not [pair for pair in pairs(stage) if a in pair]


def test_all_that_the_clock_reads_is_one_look(stage: Stage) -> None:
    for _ in range(3):
        apart(stage, "13955600001")
    a = db.metadata.tables["access"]
    with stage.session() as session:
        last = session.core(select(a.c.id).order_by(a.c.id.desc()).limit(1)).scalar() or 0
    trail = stage_trail(stage)
    compare(stage)
    with stage.session() as session:
        (look,) = session.core(select(a).where(a.c.id > last)).all()
    assert (look.what, look.person_id) == ("compared", None) and look.subject.startswith("tips.phone JB-")
    assert stage_trail(stage) == trail
    with stage.session() as session:
        rows = list(session.core(select(db.metadata.tables["same_sources"])))
    assert rows and all(len(row) == 2 and row.number.startswith("JB-") for row in rows)  # two numbers of tips, no more


def stage_trail(stage: Stage) -> int:
    with stage.session() as session:
        return len(session.core(select(db.metadata.tables["trail"].c.seq)).all())


def test_only_the_clock_reads_many_at_once(stage: Stage) -> None:
    with stage.session("office") as session, pytest.raises(Unguarded):
        vault.compared(session, Tip, "phone", {"JB-2026-000001": b"\x01"})
