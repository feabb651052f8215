"""Any substring of two characters or more is found in every row within scope, in the list's own order; and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from portal.clues.forms import Amend, Take
from portal.core import act, clock, lists, search
from portal.core.recusals import R
from portal.core.register import REGISTERS, named
from portal.extensions import db
from portal.sample.seed import MEASURED, RAREST
from tests.core import seeded
from tests.core.seeded import SCOPES, C, everything, numbers, parts, seen_by, statements, through, within
from tests.engines import Engine, Place

pytestmark = pytest.mark.database
# (WALK, WHOLE): as they are; and so small that a few hundred rows go each way to the end
WAYS = {"one walk": (1_000, 20_000), "walked whole": (10, 20_000), "by full text": (10, 30), "on foot": (40, 300)}


@pytest.fixture(scope="module")
def place(engine: Engine, empty: Place, worker_id: str) -> Iterator[Place]:
    yield from seeded.fresh(engine, empty, worker_id)


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield
        db.session.remove()


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    walk, whole = WAYS[request.param]
    monkeypatch.setattr(search, "WALK", walk)
    monkeypatch.setattr(search, "WHOLE", whole)
    return str(request.param)


def pieces(rows: list[Any], how_many: int) -> list[str]:
    """Random pieces of random texts without gaps; punctuation among them."""
    rng, found = random.Random(5), []
    while len(found) < how_many:
        text = rng.choice(rows).search_text
        at, length = rng.randrange(len(text) - 7), rng.randint(2, 6)
        if len(piece := text[at : at + length]) == length and not any(c.isspace() for c in piece):
            found.append(piece)
    return found


@pytest.mark.parametrize("login", SCOPES)
def test_any_piece_is_found_in_order(way: str, login: str) -> None:
    session, rows = seen_by(login), everything()
    units = within(session)
    mine = [r for r in rows if r.unit_id in units]
    for piece in [*pieces(rows, 12), *pieces(mine, 12), *MEASURED, RAREST, "鼐鬯", "砂", "，夜", "。"]:
        assert numbers(session, q=piece) == [r.number for r in mine if search.plain(piece) in r.search_text], piece


def test_pages_there_and_back(way: str) -> None:
    session = seen_by("bench_office")
    older = list(through(session, "older", {"q": "渣土"}))
    there = [r.number for page in older for r in page.rows]
    assert len(older) > 2 and len(there) == len(set(there))
    newer = list(through(session, "newer", parts(older[-1].newer)))
    back = [r.number for page in (*reversed(newer), older[-1]) for r in page.rows]
    assert back == there


def test_words_are_all_needed_whatever_their_width_or_case(way: str) -> None:
    session, rows = seen_by("bench_office"), everything()
    two = [r.number for r in rows if "渣土" in r.search_text and "码头" in r.search_text]
    assert numbers(session, q="渣土　码头") == numbers(session, q=" 码头 渣土 ") == two
    some = next(r for r in rows if "1" in r.place)
    street, _, house = some.place.partition("路")
    wide = house.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    assert some.number in numbers(session, q=f"{street}路{wide}")


def test_words_go_together_with_filters(way: str) -> None:
    session, rows = seen_by("bench_office"), everything()
    wanted = [r.number for r in rows if "渣土" in r.search_text and r.field == "渣土运输" and r.state == "filed"]
    assert wanted and numbers(session, q="渣土", field="渣土运输", state="filed") == wanted


def test_in_the_order_of_the_list(way: str) -> None:
    session = seen_by("bench_office")
    owed = sorted((r for r in everything() if r.owed_at and "渣土" in r.search_text), key=lambda r: (r.owed_at, r.id))
    assert owed and numbers(session, q="渣土", sort="due") == [r.number for r in owed]


def test_a_wide_list_asks_the_full_text_for_what_is_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "WALK", 60)
    monkeypatch.setattr(search, "WHOLE", 200)
    session = seen_by("bench_office")
    with statements() as said:
        lists.page(session, lists.read(REGISTERS["clues"], {"q": RAREST}))
    assert [s for s in said if "clues_words" in s]
    with statements() as said:
        lists.page(session, lists.read(REGISTERS["clues"], {"q": "路"}))
    assert not [s for s in said if "clues_words" in s], "a common word is found on the way"


ODD = "𠮷安镕喆 A_b@C.com 7K-218 Ⅲ号 ﬁx “引”《书》…… 안녕 Ünï%_\\ 'x\" tail"


def register(title: str, summary: str) -> str:
    actor = seen_by("bench_office").actor
    given = Take(
        title, summary, "其他", "", "其他", "其他违法", "一般", "一般", "测试路1号", "",
        (("单位", "鑫龘公司", ""), ("车牌", "安A·7K218", "")), actor.unit_id or 0, actor.id or 0,
    )  # fmt: skip
    return act.perform(actor, named("clues.register"), given).number


def test_what_is_written_is_found_at_once_and_what_was_replaced_is_not(way: str) -> None:
    number = register(ODD, "先写的内容甲乙丙")
    session = seen_by("bench_office")
    text = search.plain(ODD)
    pieces = {text[i : i + n] for i in range(len(text)) for n in (2, 3, 5)} | {"鑫龘", "安a·7k218", "安A7K218", "乙丙"}
    for piece in sorted(p for p in pieces if not any(c.isspace() for c in p) and len(p) > 1):
        assert number in numbers(session, q=piece), piece
    clerk = seen_by("bench_office").actor
    act.perform(clerk, named("clues.amend"), Amend("改过的标题", "后写的丁戊己", "测试路1号", "更正"), number=number)
    session = seen_by("bench_office")
    assert number in numbers(session, q="丁戊己") and number in numbers(session, q="改过的")
    assert number not in numbers(session, q="甲乙丙") and number not in numbers(session, q="7k-2")


def test_a_row_without_a_print_is_looked_at(way: str) -> None:
    number = register("没有指印的一件", "讠讠")
    session = seen_by("bench_office")
    session.connection(execution_options={"write": True})
    session.core(update(C).where(C.c.number == number).values(signs=search.ALL_SIGNS))
    session.commit()
    assert number in numbers(seen_by("bench_office"), q="指印")


def test_who_is_recused_finds_nothing_of_it(way: str) -> None:
    session, rows = seen_by("bench_office"), everything()
    hidden = next(r for r in rows if RAREST in r.search_text)
    person = session.actor.id
    session.rollback()
    session.begin_write()
    session.core(insert(R), {"number": hidden.number, "person_id": person, "why": "declared", "since": clock.now()})
    session.commit()
    wanted = [r.number for r in rows if RAREST in r.search_text and r is not hidden]
    assert numbers(seen_by("bench_office"), q=RAREST) == wanted
    session = seen_by("bench_office")
    session.begin_write()
    session.core(R.delete())
    session.commit()
