"""Each refusal is recorded without what was asked for; a storm of them is one entry and one alarm (G11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import access, jobs, messages, trail
from portal.extensions import db
from tests.conftest import Clock
from tests.pages import Client
from tests.verbs.stage import PERSON, Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
A, T, M = access.Look.__table__, trail.Entry.__table__, messages.M


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def rows(stage: Stage, table: Any, *where: Any) -> list[Any]:
    with stage.session() as session:
        return list(session.core(select(table).where(*where).order_by(table.primary_key.columns[0])))


def of(stage: Stage, login: str) -> list[str]:
    return [r.subject for r in rows(stage, A, A.c.what == "refused", A.c.person_id == PERSON[login])]


def digested(app: Flask) -> None:
    with app.app_context():
        jobs.digest_looks()
        db.session.remove()


def test_a_refusal_names_the_address_and_a_number_that_is_one(
    sign_in: Callable[[str], Client], stage: Stage, clock: Clock
) -> None:
    number, client = stage.clue("checking"), sign_in("officer2")
    for address in (f"/clues/{number}", "/clues/XS-2026-999999", f"/clues/{number}/do/close", "/clues/李四海"):
        client.get(address, 404)
    sign_in("officer").get(f"/clues/{number}/do/close", 403)
    client.get("/nowhere/at/all", 404)
    assert of(stage, "officer2") == [
        f"clues.record 404 {number}", "clues.record 404 XS-2026-999999", f"clues.do_close 404 {number}", "clues.record 404",
    ]  # fmt: skip
    assert of(stage, "officer") == [f"clues.do_close 403 {number}"]


def test_the_twentieth_in_a_minute_is_one_entry_and_one_alarm(
    sign_in: Callable[[str], Client], stage: Stage, clock: Clock, app: Flask
) -> None:
    digested(app)
    client = sign_in("colleague")
    for i in range(30):
        client.get(f"/clues/XS-2026-9{i:05d}", 404)
        clock.forward(seconds=1)
    assert len(of(stage, "colleague")) == 30
    digested(app)
    digested(app)
    entries = rows(stage, T, T.c.verb == "access.storm")
    assert [e.subject for e in entries] == [f"people/{PERSON['colleague']}"]
    alarmed = [m.person_id for m in rows(stage, M, M.c.kind == "alarm")]
    assert alarmed == [PERSON["secadmin"], PERSON["auditor"]]
    page = sign_in("auditor").get("/messages")
    assert "一分钟内被拒 20 次" in page.text
    clock.forward(minutes=2)
    client.get("/clues/XS-2026-999999", 404)
    digested(app)
    assert len(rows(stage, T, T.c.verb == "access.storm")) == 1


def test_nineteen_are_none(sign_in: Callable[[str], Client], stage: Stage, clock: Clock, app: Flask) -> None:
    clock.forward(hours=1)
    client, before = sign_in("unit_head2"), len(rows(stage, T, T.c.verb == "access.storm"))
    for _ in range(access.STORM - 1):
        client.get("/clues/XS-2026-999999", 404)
    clock.forward(seconds=61)
    client.get("/clues/XS-2026-999999", 404)
    digested(app)
    assert len(rows(stage, T, T.c.verb == "access.storm")) == before


def test_a_storm_over_two_digests_is_seen(
    sign_in: Callable[[str], Client], stage: Stage, clock: Clock, app: Flask
) -> None:
    clock.forward(hours=1)
    client, before = sign_in("officer2"), len(rows(stage, T, T.c.verb == "access.storm"))
    for i in range(access.STORM):
        client.get("/clues/XS-2026-999999", 404)
        if i == 10:
            digested(app)
    digested(app)
    assert len(rows(stage, T, T.c.verb == "access.storm")) == before + 1


def test_a_matter_that_went_to_others_is_not_named_in_the_messages(
    sign_in: Callable[[str], Client], stage: Stage
) -> None:
    number = stage.clue("checking")
    client = sign_in("officer")
    assert number in client.get("/messages").text
    stage.do("officer", "clues.recuse", number)
    assert number not in client.get("/messages").text


@pytest.mark.parametrize("way", ["address", "question", "form"])
def test_a_zero_byte_is_refused_and_breaks_nothing(sign_in: Callable[[str], Client], way: str) -> None:
    """PostgreSQL keeps none in a text: each of these was a broken page."""
    operator = sign_in("operator")
    if way == "address":
        operator.get("/intake/JB-2026-%00", 400)
    elif way == "question":
        operator.get("/intake/?q=%00", 400)
    else:
        action, data = operator.form("/intake/letters/new")
        operator.post(action, data | {"place": "南岭\0"}, 400)
