"""Seeded data is repeatable, whole, and never lands among data that are there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

import click
import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.clues.models import Clue
from portal.core import numbers, trail
from portal.core.actor import Actor
from portal.core.hanging import Duty
from portal.core.sight import Session
from portal.extensions import db
from portal.sample import seed
from tests import engines
from tests.conftest import Clock
from tests.engines import Engine, Place

pytestmark = pytest.mark.database
C, D = Clue.__table__, Duty.__table__
_serial = count(1)
Sow = Callable[[int, int], Flask]


@pytest.fixture
def sow(engine: Engine, empty: Place, worker_id: str, clock: Clock) -> Iterator[Sow]:
    """`sow(clues, number)`: an application over a database of its own, seeded."""
    clock.to("2026-11-24 10:00")
    with ExitStack() as until_then:

        def sown(clues: int, number: int) -> Flask:
            place = engine.copy(empty, f"sown-{worker_id}-{next(_serial)}")
            until_then.callback(engine.drop, place)
            app = engines.build(place)
            until_then.callback(engines.let_go, app)
            with app.app_context():
                seed.seed(clues, number)
            return app

        yield sown


def core() -> Session:
    session: Session = db.session()
    session.actor = Actor.job("seed")
    return session


def all_of(app: Flask) -> list[tuple[object, ...]]:
    with app.app_context():
        return [tuple(r) for t in (C, D) for r in core().core(select(t).order_by(t.c.id))]


def test_the_same_numbers_give_the_same_rows(sow: Sow) -> None:
    first = all_of(sow(150, 9))
    assert len(first) > 300
    assert all_of(sow(150, 9)) == first
    assert all_of(sow(150, 10)) != first


def test_what_was_sown_is_whole(sow: Sow) -> None:
    with sow(300, 1).app_context():
        session = core()
        rows = session.core(select(C)).all()
        duties = {d.id: d for d in session.core(select(D)).all()}
        assert all(r.closed_on is not None or duties[r.duty_id].state == "open" for r in rows)
        pointed = {r.duty_id for r in rows if r.duty_id}
        assert {i for i, d in duties.items() if d.state == "open"} == pointed
        year, last = session.core(select(numbers.Number.__table__.c.year, numbers.Number.__table__.c.last)).all()[-1]
        assert last == session.core(select(func.count()).where(C.c.number.like(f"XS-{year}-%"))).scalar()
        trail.flush_anchor()
        verdict = trail.verify(session)
        assert (verdict.count, verdict.broken) == (1, None)


def test_a_database_with_data_is_left_alone(sow: Sow) -> None:
    app = sow(20, 1)
    before = all_of(app)
    with app.app_context(), pytest.raises(click.ClickException):
        seed.seed(20, 2)
    assert all_of(app) == before
