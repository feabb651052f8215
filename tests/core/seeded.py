"""A database with some hundred clues of the real shape, and lists of it as each of three people sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from sqlalchemy import event, select, update

from portal.clues.models import Clue
from portal.core import lists, people
from portal.core.actor import Actor
from portal.core.register import REGISTERS
from portal.core.sight import Session
from portal.extensions import db
from portal.organisation.models import Unit
from portal.sample import seed
from tests import engines
from tests.engines import Engine, Place

CLUES, C = 1200, Clue.__table__
SCOPES = ("bench_office", "bench_head", "bench_officer")  # everything; a department and its squads; one squad
_serial = count(1)


def fresh(engine: Engine, empty: Place, worker: str) -> Iterator[Place]:
    """A copy for one module; the rows are drawn once a run."""
    seeded = engines.once(engine, "seeded", _fill, empty)
    copy = engine.copy(seeded, f"seeded-{worker}-{next(_serial)}")
    yield copy
    engine.drop(copy)


def _fill(app: Flask) -> None:
    with app.app_context():
        seed.seed(CLUES, 3)
        session = seen_by("bench_officer")
        unit = session.actor.unit_id
        session.connection(execution_options={"write": True})
        session.core(update(C).where(C.c.id % 12 == 0, C.c.state != "proposed").values(unit_id=unit))
        session.commit()


def seen_by(login: str) -> Session:
    """A new session of this person."""
    db.session.remove()
    session: Session = db.session()
    session.actor = Actor.job("test")
    actor = people.by_login(session, login)
    assert actor is not None, login
    db.session.remove()
    session = db.session()
    session.actor = actor
    return session


def everything() -> list[Any]:
    """All rows as they are stored, the newest first, read past every rule."""
    return list(db.session().core(select(C).order_by(C.c.received_at.desc(), C.c.id.desc())))


def within(session: Session) -> set[int]:
    """The units whose clues the person may see, worked out by hand."""
    own = session.actor.path
    units = session.core(select(Unit.__table__.c.id, Unit.__table__.c.path)).all()
    return {i for i, path in units if path.startswith(own) or session.actor.name == "测科员"}


def numbers(session: Session, **args: str) -> list[str]:
    """All numbers of a list, page by page to its end."""
    return [r.number for page in through(session, "older", args) for r in page.rows]


def through(session: Session, way: str, args: dict[str, str]) -> Iterator[lists.Page]:
    """The pages from this one on, older or newer."""
    while True:
        page = lists.page(session, lists.read(REGISTERS["clues"], args))
        yield page
        if not getattr(page, way):
            return
        args = parts(getattr(page, way))


def parts(address: str | None) -> dict[str, str]:
    """What an address of a list asks for."""
    assert address, "there is no such page"
    return dict(parse_qsl(urlsplit(address).query))


@contextmanager
def statements() -> Iterator[list[str]]:
    """What goes to the database meanwhile."""
    said: list[str] = []

    def heard(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", heard)
