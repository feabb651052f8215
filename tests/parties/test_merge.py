"""Two records are said to be one by the office, with a reason; 拆开 undoes that and nothing else; one half tells of nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.errors import Refused
from portal.extensions import db
from tests.pages import Client
from tests.security.crawl import same, whole
from tests.verbs.stage import PERSON, Stage

pytestmark = pytest.mark.database
Open = Callable[[str], Client]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


class Plates:
    """New plates, and clues of a unit that mention them."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.n = stage, 0

    def new(self) -> str:
        self.n += 1
        return f"安J{self.n:05d}"

    def clue(self, plate: str, unit: str = "a") -> str:
        who = {"a": ("officer", "unit_head"), "b": ("officer2", "unit_head2")}[unit]
        return self.stage.clue("assigned", unit, *who, parties=(("车牌", plate, ""),))


@pytest.fixture(scope="module")
def plates(stage: Stage) -> Plates:
    return Plates(stage)


def two(plates: Plates, *units: str) -> tuple[str, str, str, str]:
    """Plates and parties of two clues."""
    made = [(p := plates.new(), plates.stage.party(plates.clue(p, unit))) for unit in units or ("a", "a")]
    return made[0][0], made[0][1], made[1][0], made[1][1]


def test_both_pages_show_both_and_say_who_when_and_why(sign_in: Open, stage: Stage, plates: Plates) -> None:
    one, first, other, second = two(plates)
    number = stage.merge(second, first, words="行驶证换过牌")
    for number_ in (first, second):
        text = sign_in("office").get(f"/parties/{number_}").text
        assert one in text and other in text and "被反映 2 件" in text
        assert "行驶证换过牌" in text and "钱内勤" in text and clock.today().isoformat() in text
    assert "行驶证换过牌" in sign_in("officer").get(f"/parties/merges/{number}").text


def test_a_merged_plate_counts_as_the_same(sign_in: Open, stage: Stage, plates: Plates) -> None:
    one, first, other, second = two(plates)
    tip = stage.tip("triage", parties=(("车牌", one, ""),))
    before = sign_in("office").get(f"/intake/{tip}/do/accept")
    stage.merge(first, second)
    after = sign_in("office").get(f"/intake/{tip}/do/accept")
    assert "1 件线索" in before.text and other not in before.text
    assert "2 件线索" in after.text and other in after.text


def test_the_list_has_one_row_for_both(sign_in: Open, stage: Stage, plates: Plates) -> None:
    one, first, _, second = two(plates)
    stage.merge(first, second)
    rows = [r["data-number"] for r in sign_in("office").get("/parties/").soup.select("#rows tr")]
    assert second in rows and first not in rows
    plates.clue(one)
    rows = [r["data-number"] for r in sign_in("office").get("/parties/").soup.select("#rows tr")]
    assert first in rows and second not in rows, "the newest said of either is the row"


def test_undone_each_has_its_own_also_what_came_in_later(sign_in: Open, stage: Stage, plates: Plates) -> None:
    one, first, other, second = two(plates)
    number = stage.merge(first, second)
    later = plates.clue(other), plates.clue(one)
    assert "被反映 4 件" in sign_in("office").get(f"/parties/{first}").text
    stage.do("office", "merges.split", number, words="两台车")
    for party, own, foreign in ((first, one, other), (second, other, one)):
        page = sign_in("office").get(f"/parties/{party}").text
        assert "被反映 2 件" in page and own in page and foreign not in page
        assert "已拆开" in page and "两台车" in page, "that it was so stays on record"
    assert (stage.party(later[0]), stage.party(later[1])) == (second, first)
    stage.merge(first, second)
    assert "被反映 4 件" in sign_in("office").get(f"/parties/{first}").text, "and it can be said again"


def test_one_of_three_is_taken_out_and_the_others_stay_together(sign_in: Open, stage: Stage, plates: Plates) -> None:
    _, first, _, second = two(plates)
    third = stage.party(plates.clue(plates.new()))
    stage.merge(first, second)
    number = stage.merge(third, first)
    assert "被反映 3 件" in sign_in("office").get(f"/parties/{second}").text
    stage.do("office", "merges.split", number)
    assert "被反映 2 件" in sign_in("office").get(f"/parties/{second}").text
    assert "被反映 1 件" in sign_in("office").get(f"/parties/{third}").text


def refused(stage: Stage, one: str, other: str) -> str:
    with pytest.raises(Refused) as refusal:
        stage.merge(one, other)
    assert refusal.value.field == "other"
    return refusal.value.sentence


def test_a_merged_one_is_merged_no_further_and_nothing_goes_in_a_circle(stage: Stage, plates: Plates) -> None:
    _, first, _, second = two(plates)
    _, third, _, fourth = two(plates)
    stage.merge(first, second)
    assert "已并入他方" in refused(stage, second, third) and "已并入他方" in refused(stage, first, second)
    stage.merge(third, fourth)
    assert "都已并有他方" in refused(stage, first, third)
    assert "查无此编号" in refused(stage, first, first) == refused(stage, first, "DS-2026-9999")
    place = stage.party(stage.clue("proposed", parties=(("地点", "别处一条路", ""),)))
    assert "类型不同" in refused(stage, first, place)


def test_the_database_holds_it_too(stage: Stage, plates: Plates) -> None:
    p, g = db.metadata.tables["parties"], db.metadata.tables["party_merges"]
    _, first, _, second = two(plates)
    _, third, _, _ = two(plates)
    stage.merge(first, second)

    def ids(session: Any) -> dict[str, int]:
        return dict(session.core(select(p.c.number, p.c.id).where(p.c.number.in_([first, second, third]))).all())

    def tried(write: Callable[[Any, dict[str, int]], Any]) -> None:
        with stage.session() as session:
            session.begin_write()
            with pytest.raises(IntegrityError):
                session.core(write(session, ids(session)))
            session.rollback()

    merged = {"stands": False, "into_stands": True}
    tried(lambda s, i: update(p).where(p.c.id == i[first]).values(into_id=i[third], **merged))  # a circle, a chain
    tried(lambda s, i: update(p).where(p.c.id == i[third]).values(into_id=i[second], **merged))  # into a merged one
    tried(lambda s, i: update(p).where(p.c.id == i[third]).values(into_id=i[third], **merged))  # into itself
    again = {
        "number": "BF-2026-9998",
        "version": 1,
        "created_at": clock.now(),
        "reason": "x",
        "merged_by": PERSON["office"],
    }
    tried(lambda s, i: insert(g).values(again | {"from_id": i[second], "into_id": i[third]}))  # twice


def test_whoever_sees_one_half_sees_no_trace(sign_in: Open, stage: Stage, plates: Plates) -> None:
    one, first, other, second = two(plates, "a", "b")
    clue = plates.clue(one)
    people = {who: sign_in(who).http for who in ("officer", "officer2", "unit_head")}
    own = {"officer": first, "officer2": second, "unit_head": first}

    def seen(who: str) -> list[str]:
        urls = [
            f"/parties/{own[who]}",
            "/parties/",
            f"/parties/?q={one}",
            f"/parties/?q={other}",
            f"/clues/{clue}",
            "/",
        ]
        return [same(whole(people[who].get(url))) for url in urls]

    before = {who: seen(who) for who in people}
    number = stage.merge(second, first, words="同一台车")
    assert {who: seen(who) for who in people} == before
    for who, http in people.items():
        for url in ("/parties/merges/{}", "/parties/merges/{}/do/split"):
            there, none = (http.get(url.format(n)) for n in (number, "BF-2026-9999"))
            assert (there.status_code, same(whole(there))) == (404, same(whole(none))), who
    stage.do("office", "merges.split", number)
    assert {who: seen(who) for who in people} == before


def test_two_that_were_merged_into_an_unseen_third_are_not_one(sign_in: Open, stage: Stage, plates: Plates) -> None:
    hidden, one, other = stage.party(plates.clue(plates.new(), "b")), plates.new(), plates.new()
    clue = plates.clue(one)
    first, second = stage.party(clue), stage.party(plates.clue(other))
    stage.merge(first, hidden)
    stage.merge(second, hidden)
    officer = sign_in("officer")
    page = officer.get(f"/parties/{first}").text
    assert "被反映 1 件" in page and other not in page and "同一方" not in page
    assert "另见" not in officer.get(f"/clues/{clue}").soup.select(".party")[0].text
    rows = {r["data-number"]: r.text for r in officer.get("/parties/").soup.select("#rows tr")}
    assert "1 件" in rows[first] and "1 件" in rows[second]


def test_the_office_does_it_by_the_page(sign_in: Open, stage: Stage, plates: Plates) -> None:
    _, first, _, second = two(plates)
    office = sign_in("office")
    office.do(f"/parties/{first}", "make", other=second, words="证照一致")
    merge = stage.newest("party_merges")
    assert office.do(f"/parties/merges/{merge}", "split", words="看错了").status == 200
    assert office.get(f"/parties/merges/{merge}").verbs == {}
