"""The reporter is sealed; two open one tip for thirty minutes to who asked, and each look is recorded (G5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.core import access
from portal.core.errors import Forbidden
from portal.extensions import db
from tests import cast
from tests.conftest import Clock
from tests.engines import Engine
from tests.pages import Client
from tests.security.crawl import crawl
from tests.verbs.stage import PERSON, Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
Open = Callable[[str], Client]
A = access.Look.__table__
SEALED = ("欧阳翠珊", "15933334444", "柳荫里九十九号", "我亲眼看见他们夜里倒渣土")


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def tip(stage: Stage) -> str:
    name, phone, address, narrative = SEALED
    return stage.tip("triage", name=name, phone=phone, address=address, narrative=narrative)


def opened(stage: Stage, tip: str) -> str:
    stage.do("office", "openings.ask", tip)
    number = stage.newest("openings")
    stage.do("office_head", "openings.second", number)
    stage.do("deputy_head", "openings.consent", number)
    return number


def looks(stage: Stage, tip: str) -> list[tuple[int, str]]:
    with stage.session() as session:
        asked = select(A.c.person_id, A.c.subject).where(A.c.what == "sealed", A.c.subject.like(f"{tip}.%"))
        return [tuple(r) for r in session.core(asked.order_by(A.c.id))]


def shown(text: str) -> list[str]:
    return [words for words in SEALED if words in text]


def test_nobody_reads_a_sealed_word_without_a_grant(engine: Engine, sign_in: Open, stage: Stage, tip: str) -> None:
    """On PostgreSQL those who see the tip or its opening: to all others the same pages of both engines say nothing."""
    near = {"operator", "office", "office2", "office_head", "deputy_head", "bureau_head", "discipline"}
    stage.do("office", "openings.ask", tip)
    asked = stage.newest("openings")
    for login in [p.login for p in cast.PEOPLE if engine.name == "sqlite" or p.login in near]:
        client = sign_in(login)
        pages = crawl(client.http, ("/", f"/intake/{tip}", f"/openings/{asked}", f"/openings/{asked}/read"), most=40)
        assert not shown("".join(body.decode("utf-8", "replace") for body in pages.values())), login


def test_two_open_it_for_thirty_minutes_to_who_asked(sign_in: Open, stage: Stage, tip: str, clock: Clock) -> None:
    before, number = len(looks(stage, tip)), opened(stage, tip)
    client = sign_in("office")
    for _ in range(2):
        assert shown(client.get(f"/openings/{number}/read").text) == list(SEALED)
    fields = [f"{tip}.{name}" for name in ("reporter", "phone", "original")]
    assert looks(stage, tip)[before:] == [(PERSON["office"], field) for field in fields * 2]
    for login, status in (
        ("office2", 403),
        ("office_head", 403),
        ("deputy_head", 403),
        ("operator", 404),
        ("officer", 404),
    ):
        assert not shown(sign_in(login).get(f"/openings/{number}/read", status).text)
    clock.forward(minutes=29)
    assert shown(client.get(f"/openings/{number}/read").text)
    clock.forward(minutes=1)
    over = client.get(f"/openings/{number}/read")
    assert not shown(over.text) and "三十分钟已到" in over.text
    assert len(looks(stage, tip)) == before + 9


def test_a_clock_that_is_put_back_opens_nothing(sign_in: Open, stage: Stage, tip: str, clock: Clock) -> None:
    number = opened(stage, tip)
    client = sign_in("office")
    clock.forward(hours=-1)
    assert not shown(client.get(f"/openings/{number}/read").text)


def test_one_consent_opens_nothing(sign_in: Open, stage: Stage, tip: str) -> None:
    stage.do("office", "openings.ask", tip)
    number = stage.newest("openings")
    assert not shown(sign_in("office").get(f"/openings/{number}/read").text)
    stage.do("office_head", "openings.second", number)
    assert not shown(sign_in("office").get(f"/openings/{number}/read").text)
    stage.do("deputy_head", "openings.refuse", number)
    assert not shown(sign_in("office").get(f"/openings/{number}/read").text)


def test_who_asked_consents_to_nothing_by_a_second_role(stage: Stage, tip: str) -> None:
    with stage.session() as session:  # somebody who is all three
        session.begin_write()
        t = db.metadata.tables["people"]
        session.core(update(t).where(t.c.login == "office2").values(roles=8 | 16 | 32))
        session.commit()
    stage.do("office2", "openings.ask", tip)
    own = stage.newest("openings")
    with pytest.raises(Forbidden):
        stage.do("office2", "openings.second", own)
    stage.do("office", "openings.ask", tip)
    number = stage.newest("openings")
    stage.do("office2", "openings.second", number)
    with pytest.raises(Exception, match="已同意过一次"):
        stage.do("office2", "openings.consent", number)


def test_the_database_knows_that_two_consent_and_neither_asked(stage: Stage, tip: str) -> None:
    number = opened(stage, tip)
    t = db.metadata.tables["openings"]
    with stage.session() as session:
        row = dict(session.core(select(t).where(t.c.number == number)).one()._mapping)
    head, deputy, asker = row["head_id"], row["deputy_id"], row["proposed_by"]
    wrong: list[dict[str, Any]] = [
        {"head_id": asker}, {"deputy_id": asker}, {"deputy_id": head}, {"deputy_id": None}, {"head_id": None},
        {"until": None}, {"since": None}, {"proposed_by": None},
    ]  # fmt: skip
    assert deputy not in (head, asker)
    for i, values in enumerate(wrong):
        with stage.session() as session:
            session.begin_write()
            with pytest.raises(IntegrityError):
                session.core(insert(t), row | {"id": 9000 + i, "number": f"QF-2026-9{i:03d}"} | values)
