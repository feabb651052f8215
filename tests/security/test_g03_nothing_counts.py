"""What happens in matters of others changes no page: no count, badge, length, order or notice tells of it (G3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from portal.extensions import db
from tests import cast
from tests.conftest import Clock
from tests.engines import Engine
from tests.pages import Client
from tests.security.crawl import crawl, same
from tests.verbs.stage import PERSON, UNIT, Stage

pytestmark = pytest.mark.security
BIRD = "鸬鹚鱼"
WORDS = (BIRD, "BS-2026", "副科长", "问题线索")
TWICE = ("office2", "colleague", "below")  # as somebody else of the same role and unit


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    """With something for everybody to see."""
    made = Stage(app)
    for state in ("proposed", "assigned", "checking", "closed"):
        made.clue(state)
    made.clue("checking", "b", "officer2", "unit_head2")
    for state in ("incomplete", "excerpt", "triage", "accepted"):
        made.tip(state)
    made.decision("working")
    made.decision("given", "b", "officer2")
    return made


def everything(client: Client, extra: tuple[str, ...] = ()) -> dict[str, str]:
    """All that this person can open, without what differs at every opening."""
    start = (
        "/",
        "/counts",
        "/messages",
        "/clues/counts",
        "/intake/counts",
        "/clues/?tab=all",
        "/intake/?tab=all",
        "/meetings/?tab=all",
        "/meetings/decisions/?tab=all",
        "/meetings/minutes/?tab=all",
        "/meetings/decisions/counts",
        *extra,
    )
    # each print has a running number of its own
    return {url: same(page) for url, page in crawl(client.http, start, most=30).items() if not url.endswith("/print")}


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [url for url in sorted(before.keys() | after.keys()) if before.get(url) != after.get(url)]


OUTSIDE = [  # every role but discipline and auditor
    p.login for p in cast.PEOPLE if p.roles[0] not in ("discipline", "auditor") and p.login not in TWICE
]


ON_BOTH = {"operator", "officer", "unit_head", "office", "leader", "secadmin", "officer2", "personnel"}


def asked(engine: Engine, logins: Iterable[str]) -> list[str]:
    """On PostgreSQL one of each kind: in which order rows come and what is counted is the engine's; pages are Python's."""
    return [login for login in logins if engine.name == "sqlite" or login in ON_BOTH]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What goes to the database within the block."""
    said: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.database
def test_umbrella_matters_change_no_page_of_anybody_else(
    app: Flask, engine: Engine, sign_in: Callable[[str], Client], stage: Stage, clock: Clock
) -> None:
    """11 come by a form and go their way; every page of every role but discipline and auditor stays as it was, and no
    statement of theirs names a table of umbrella. (What the first would change the eleventh has not changed back.)
    """
    clock.forward(hours=1)  # what happens now is newer than what the stage has made
    people = {login: sign_in(login) for login in asked(engine, OUTSIDE)}
    before = {login: everything(who, ("/umbrella/sealed/new",)) for login, who in people.items()}
    for i in (0, *range(10)):
        goes_its_way(stage, i)
    for login, who in people.items():
        with statements(app) as said:
            assert differences(before[login], everything(who, ("/umbrella/sealed/new",))) == [], login
        assert [s for s in said if "umbrella_" in s] == [], login


def goes_its_way(stage: Stage, i: int) -> None:
    """A matter by call, letter, a report of revenge, by hand, by a slip, with what comes later; some are handed over,
    answered, closed, shared.
    """
    if i % 5 == 4:
        stage.do("discipline", "umbrella.enter")
    elif i % 5 == 3:
        stage.do("operator", "sealed.send")
        return
    else:
        how = {"retaliation": True} if i % 5 == 2 else {"names_official": "是"}
        number = stage.do("operator", "intake.letter" if i % 2 else "intake.call", **how)
        if i % 5 == 1:
            stage.do("operator", "intake.material", to=number)
    number = stage.newest("umbrella_matters")
    for verb in ("umbrella.submit", "umbrella.hand_over", "umbrella.receipt_in", "umbrella.report")[: i % 5]:
        stage.do("discipline", verb, number)
    if i % 3 == 0:
        stage.do("discipline", "umbrella.name_also", number)


@pytest.mark.database
@pytest.mark.parametrize("kind", ["at triage", "by a later mark"])
def test_a_mark_changes_nothing_but_the_number_itself(
    app: Flask, engine: Engine, sign_in: Callable[[str], Client], stage: Stage, clock: Clock, kind: str
) -> None:
    """Ten are marked. Who sees none of them sees no difference; who does reads a void number and not why."""
    clock.forward(hours=2)
    if kind == "at triage":
        numbers = [stage.tip("triage", narrative=BIRD) for _ in range(10)]
    else:
        numbers = [stage.clue("checking", summary=BIRD) for _ in range(10)]
    blind = ["officer2", "unit_head2", "personnel", "sysadmin", "secadmin"]
    blind += ["officer", "unit_head"] if kind == "at triage" else ["operator"]
    people = {login: sign_in(login) for login in asked(engine, blind)}
    before = {login: everything(who) for login, who in people.items()}
    for number in numbers:
        stage.do("office", "intake.mark" if kind == "at triage" else "clues.mark", number, found=f"{BIRD}副科长")
    for login, who in people.items():
        assert differences(before[login], everything(who)) == [], login
    for login in asked(engine, OUTSIDE):
        with statements(app) as said:
            pages = everything(sign_in(login), tuple(f"/{r}/{n}" for n in numbers for r in ("clues", "intake")))
        assert [s for s in said if "umbrella_" in s] == [], login
        told = {url: [w for w in WORDS if w in page] for url, page in pages.items()}
        assert {url: words for url, words in told.items() if words} == {}, login


def test_who_had_it_reads_what_he_reads_of_any_reassignment(
    sign_in: Callable[[str], Client], stage: Stage, clock: Clock
) -> None:
    """Marked, and given to another unit: the same pages, the same message."""
    told = []
    for verb, how in (
        ("clues.reassign", {"unit_id": UNIT["b"], "officer_id": PERSON["officer2"]}), ("clues.mark", {}),
    ):  # fmt: skip
        clock.to("2026-12-01 10:00")
        clue = stage.clue("checking", officer="below", unit="a1")
        clock.to("2026-12-01 11:00")
        stage.do("office_head", verb, clue, **how)
        who = sign_in("below")
        told.append({url.replace(clue, "N"): page.replace(clue, "N") for url, page in everything(who, (f"/clues/{clue}", f"/clues/{clue}/do/conclude")).items()})  # fmt: skip
        sign_in("below").http.post("/messages", data={})
    first, second = told
    assert "已调整承办" in first["/messages"]
    both = first["/messages"].count("已调整承办"), second["/messages"].count("已调整承办")
    assert both[1] == both[0] + 1
    for url in (first.keys() & second.keys()) - {"/messages", "/", "/counts"}:
        assert first[url] == second[url], url


def test_another_units_clues_change_no_page(sign_in: Callable[[str], Client], stage: Stage, clock: Clock) -> None:
    """10 of unit A are made, moved and closed, and what meetings gave to it; no page of unit B, nor of whoever sees none
    of them, differs.
    """
    clock.forward(hours=1)  # what happens now is newer than what the stage has made
    people = {
        login: sign_in(login)
        for login in ("officer2", "unit_head2", "operator", "personnel", "sysadmin", "secadmin", "unit_head")
    }
    before = {login: everything(who) for login, who in people.items()}
    for state in (
        "assigned",
        "checking",
        "held",
        "referred",
        "review",
        "telling",
        "closed",
        "filed",
        "checking",
        "closed",
    ):
        number = stage.clue(state)
        if state == "checking":
            stage.do("office", "clues.urge", number)
    for state in ("given", "disputed", "working", "standing", "finished", "closed"):
        number = stage.decision(state)
        if state == "working":
            stage.do("office", "decisions.urge", number)
    assert differences(before["unit_head"], everything(people.pop("unit_head"))), (
        "the head of unit A must see a difference"
    )
    for login, who in people.items():
        assert differences(before[login], everything(who)) == [], login


def test_the_receipt_of_a_matter_is_the_receipt_of_a_tip(
    sign_in: Callable[[str], Client], stage: Stage, clock: Clock
) -> None:
    """Number and code apart, both pages are the same, also to whoever asks with the code."""
    clock.forward(hours=1)  # what happens now is newer than what the stage has made
    operator = sign_in("operator")
    told: list[Any] = []
    for official in ("否", "是"):
        number = stage.do("operator", "intake.call", names_official=official)
        page = operator.get(f"/intake/{number}/receipt")
        code = str(page.soup.select("[data-code]")[0]["data-code"])
        asked, data = operator.form("/intake/ask", number=number, code=code)
        answer = operator.post(asked, data, 200)
        told.append([_plain(page.html, number, code), _plain(answer.html, number, code)])
    assert told[0] == told[1]


def _plain(page: str, number: str, code: str) -> str:
    """Without the number and the code, both also as they are read out."""
    page = re.sub(r'<p class="receipt__code".*?</p>|data-code="[^"]*"', "", page, flags=re.DOTALL)
    for half in (code[:4], code[4:], number):
        page = page.replace(half, "").replace(
            " ".join("〇一二三四五六七八九"[int(c)] if c.isdigit() else c for c in half), ""
        )
    return re.sub(r"第 \d+ 号|adds=[^\"]*", "", same(page.encode()))  # what proves the question is signed
