"""What happens in matters of others changes no page: no count, badge, length, order or notice tells of it (G3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests import cast
from tests.conftest import Clock
from tests.pages import Client
from tests.security.crawl import crawl, same
from tests.verbs.stage import Stage

pytestmark = pytest.mark.security
ALL = [p.login for p in cast.PEOPLE]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    """With something for everybody to see."""
    made = Stage(app)
    for state in ("proposed", "assigned", "checking", "closed"):
        made.clue(state)
    made.clue("checking", "b", "officer2", "unit_head2")
    for state in ("incomplete", "excerpt", "triage", "accepted"):
        made.tip(state)
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
        *extra,
    )
    # each print has a running number of its own
    return {url: same(page) for url, page in crawl(client.http, start, most=30).items() if not url.endswith("/print")}


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [url for url in sorted(before.keys() | after.keys()) if before.get(url) != after.get(url)]


def test_umbrella_matters_change_no_page_of_anybody_else(
    sign_in: Callable[[str], Client], stage: Stage, clock: Clock
) -> None:
    """1, then 10 are received and handed over; every page of every role but discipline and auditor stays as it was."""
    clock.forward(hours=1)  # what happens now is newer than what the stage has made
    people = {
        login: sign_in(login)
        for login in ALL
        if login not in ("discipline", "discipline2", "discipline3", "auditor", "office2", "colleague", "below")
    }
    before = {login: everything(who) for login, who in people.items()}
    for many in (1, 10):
        for i in range(many):
            number = stage.matter()
            if i % 3 == 0:
                stage.do("discipline", "umbrella.hand_over", number)
        for login, who in people.items():
            assert differences(before[login], everything(who)) == [], login


def test_another_units_clues_change_no_page(sign_in: Callable[[str], Client], stage: Stage, clock: Clock) -> None:
    """10 of unit A are made, moved and closed; no page of unit B, nor of whoever sees no clue, differs."""
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
