"""今日工作: whatever one owes is on the page or one link away; one's own work stands in front."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from portal.overview import queries
from tests.conftest import Clock
from tests.pages import Client, Page
from tests.verbs.stage import Stage

pytestmark = pytest.mark.database
Open = Callable[[str], Client]
MANY = queries.SHOWN + 3


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def mine(stage: Stage) -> list[str]:
    """Clues that `officer` checks, the first due in front; a colleague's fell due before."""
    stage.clue("checking", officer="colleague", level="重大")
    return [stage.clue("checking") for _ in range(MANY)]


def rows(page: Page, part: str) -> list[str]:
    return [str(row["data-number"]) for row in page.soup.select(f"#{part} tr[data-number]")]


def test_all_that_one_owes_is_a_link_away(sign_in: Open, mine: list[str]) -> None:
    client = sign_in("officer")
    page = client.get("/")
    assert rows(page, "later") == mine[: queries.SHOWN]
    more = page.soup.select_one("#later .list__more a")
    assert more is not None and more.get_text() == f"另有 {MANY - queries.SHOWN} 件，全部列出"
    assert rows(client.get(str(more["href"])), "later") == mine


def test_ones_own_work_stands_in_front(sign_in: Open, stage: Stage, mine: list[str], clock: Clock) -> None:
    clock.forward(days=60)
    page = sign_in("officer").get("/?all=overdue")
    assert rows(page, "overdue")[:MANY] == mine
    assert len(rows(page, "overdue")) == MANY + 1


def test_what_waits_for_a_decision_is_not_among_what_falls_due(sign_in: Open, stage: Stage) -> None:
    number = stage.clue("proposed")
    page = sign_in("office_head").get("/?all=decide")
    assert number in rows(page, "decide")
    due = {row["data-number"] for row in page.soup.select("tbody[id] tr[data-number]")} - set(rows(page, "decide"))
    assert number not in due


def test_others_see_nothing_of_it(sign_in: Open, mine: list[str]) -> None:
    text = sign_in("officer2").get("/?all=overdue").text
    assert not [number for number in mine if number in text]
