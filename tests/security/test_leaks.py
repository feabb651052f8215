"""Nobody gets a row that he may not see, whatever the line of code that asks for it (G1, G2).

As 周旁人 of unit B against a clue of unit A; as everybody but the named clerk against an umbrella matter. The owner's own
row comes by the same ways, so a way that finds nothing is not one that never finds anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import exists, func, select
from sqlalchemy.exc import InvalidRequestError, ProgrammingError
from sqlalchemy.orm import aliased, column_property, registry, relationship
from sqlalchemy.orm.exc import ObjectDeletedError

from portal.clues.models import Clue
from portal.core import sight
from portal.core.hanging import Duty
from portal.core.sight import Unguarded
from portal.extensions import db
from portal.organisation.models import Person
from portal.umbrella.models import Matter, Member, UmbrellaDuty, UmbrellaNote
from tests import cast
from tests.security import ways
from tests.security.ways import Row, Spy
from tests.verbs.stage import PERSON, UNIT, Stage

pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module", autouse=True)
def spy(app: Flask) -> Iterator[None]:
    """Spy is mapped for these tests alone: the standing models stay as they are."""
    handled = Clue.__table__.c.officer_id == Person.__table__.c.id
    many = select(func.count(Clue.id)).where(Clue.officer_id == Person.__table__.c.id).correlate_except(Clue.__table__)
    clues = relationship(Clue, primaryjoin=handled, foreign_keys=[Clue.__table__.c.officer_id], viewonly=True)
    own = registry()
    own.map_imperatively(
        Spy,
        Person.__table__,
        properties={"clues": clues, "many": column_property(many.scalar_subquery(), deferred=True)},
    )
    sight.sees(Spy, sight.everywhere)
    sight._options.cache_clear()
    yield
    del sight.SEES[Spy]
    sight._options.cache_clear()
    own.dispose()


def _row(stage: Stage, number: str, officer: str) -> Row:
    with stage.session() as session:
        t = Clue.__table__
        found = session.core(select(t.c.id, t.c.duty_id).where(t.c.number == number)).one()
        return Row(found.id, number, PERSON[officer], found.duty_id)


@pytest.fixture(scope="module")
def hidden(stage: Stage) -> Row:
    """A clue of unit A with a check, a referral that was answered, a paper; officer2 has one of his own beside it."""
    stage.clue("checking", "b", "officer2", "unit_head2")
    number = stage.clue("referred")
    stage.do("office", "referrals.answer", stage.newest("referrals"))
    return _row(stage, number, "officer")


def tried(stage: Stage, login: str, way: ways.Way, row: Row) -> Any:
    """What the way gives; the exception, if a wall raised."""
    with stage.session(login) as session:
        try:
            return way(session, row)
        except (Unguarded, ObjectDeletedError, InvalidRequestError, ProgrammingError) as wall:
            return wall
        finally:
            session.rollback()


@pytest.mark.database
@pytest.mark.parametrize("name", list(ways.NOTHING))
def test_another_unit_finds_nothing(stage: Stage, hidden: Row, name: str) -> None:
    found = tried(stage, "officer2", ways.NOTHING[name], hidden)
    assert not found, f"LEAK: {found}"


@pytest.mark.parametrize("name", list(ways.NOTHING))
def test_the_owner_finds_his_own_by_the_same_way(stage: Stage, hidden: Row, name: str) -> None:
    found = tried(stage, "officer", ways.NOTHING[name], hidden)
    assert found and not isinstance(found, Exception), found
    assert not tried(stage, "officer2", ways.NOTHING[name], hidden), "LEAK: what was compiled for one answers another"


@pytest.mark.database
@pytest.mark.parametrize("login", ["officer2", "office"])
@pytest.mark.parametrize("name", list(ways.REFUSED))
def test_a_way_past_the_rules_is_refused_to_everybody(stage: Stage, hidden: Row, name: str, login: str) -> None:
    found = tried(stage, login, ways.REFUSED[name], hidden)
    assert isinstance(found, Unguarded), f"LEAK: {found}"


WRITES = ("update(model)", "update(model) by keys", "delete(model)", "insert(model)", "a new row outside perform")


@pytest.mark.database
@pytest.mark.parametrize("name", WRITES)
def test_a_write_transaction_alone_is_no_act(stage: Stage, hidden: Row, name: str) -> None:
    """Also where writing has begun: a registered row changes as an object inside perform."""

    def way(session: Any, row: Row) -> Any:
        session.begin_write()
        return ways.REFUSED[name](session, row)

    assert isinstance(tried(stage, "office", way, hidden), Unguarded)


@pytest.mark.database
def test_a_row_in_hand_is_not_changed_beside_perform(stage: Stage, hidden: Row) -> None:
    def way(session: Any, row: Row) -> Any:
        session.begin_write()
        session.scalar(select(Clue).where(Clue.id == row.id)).title = "偷改"
        session.commit()

    assert isinstance(tried(stage, "office", way, hidden), Unguarded)


@pytest.mark.database
@pytest.mark.parametrize(
    "login", ["operator", "leader", "discipline", "personnel", "sysadmin", "secadmin", "auditor", "officer2"]
)
def test_a_duty_is_seen_by_its_person_its_unit_and_the_office(stage: Stage, hidden: Row, login: str) -> None:
    way = ways.NOTHING["duty of it"]
    assert not tried(stage, login, way, hidden)
    for who in ("officer", "colleague", "unit_head", "office", "deputy_head"):
        assert tried(stage, who, way, hidden), who


@pytest.mark.database
def test_nothing_was_written_by_any_of_them(stage: Stage, hidden: Row) -> None:
    with stage.session("office") as session:
        assert session.scalar(select(Clue.title).where(Clue.id == hidden.id)) == "南岭沙场夜间偷倒"


@pytest.mark.database
@pytest.mark.parametrize("name", list(ways.MEANWHILE))
def test_a_row_that_went_to_another_unit_meanwhile_is_not_read_again(stage: Stage, name: str) -> None:
    row = _row(stage, stage.clue("checking", "b", "officer2", "unit_head2"), "officer2")
    found = tried(stage, "officer2", ways.MEANWHILE[name], row)
    assert found is None or isinstance(found, (ObjectDeletedError, InvalidRequestError)), f"LEAK: {found}"


@pytest.mark.database
@pytest.mark.parametrize("model", ways.HANGING, ids=lambda m: m.__name__)
@pytest.mark.parametrize("login", ["officer", "office", "auditor"])
def test_what_hangs_on_records_is_selected_by_nobody(stage: Stage, hidden: Row, model: Any, login: str) -> None:
    """A column called like a table (notes.files) is refused altogether."""
    for way in (
        lambda s, r: s.scalars(select(model)).all(),
        lambda s, r: s.rows(select(func.count()).select_from(model)).scalar(),
        lambda s, r: s.rows(select(exists(select(model.__table__.c[0]).select_from(model)))).scalar(),
    ):
        found = tried(stage, login, way, hidden)
        assert not found or isinstance(found, Unguarded), f"LEAK: {found}"


# ── an umbrella matter, as everybody but the clerk who is named on it ──
MATTER: dict[str, ways.Way] = {
    "get()": lambda s, r: s.get(Matter, r.id),
    "all": lambda s, r: s.scalars(select(Matter)).all(),
    "columns": lambda s, r: s.execute(select(Matter.number, Matter.original_sealed)).all(),
    "columns by rows()": lambda s, r: s.rows(select(Matter.number)).all(),
    "an alias": lambda s, r: s.scalars(select(aliased(Matter))).all(),
    "an alias joined": lambda s, r: s.execute(select((m := aliased(Matter)).number).select_from(Person).join(m, m.id > 0)).all(),
    "count": lambda s, r: s.scalar(select(func.count()).select_from(Matter)),
    "count of what has a state": lambda s, r: s.scalar(select(func.count()).where(Matter.state == "received")),
    "exists": lambda s, r: s.scalar(select(exists(select(Matter.id).where(Matter.number == r.number)))),
    "its duty": lambda s, r: s.scalars(select(UmbrellaDuty)).all(),
    "its steps": lambda s, r: s.execute(select(UmbrellaNote.label)).all(),
    "who is named": lambda s, r: s.scalars(select(Member)).all(),
    "a duty that borrows its number": lambda s, r: s.scalars(select(Duty).where(Duty.subject == r.number)).all(),
}  # fmt: skip
MATTER_REFUSED: dict[str, ways.Way] = {
    "Table": lambda s, r: s.execute(select(Matter.__table__)).all(),
    "Table on the connection": lambda s, r: s.connection().execute(select(Matter.__table__)).all(),
    "text": lambda s, r: s.connection().exec_driver_sql("select * from umbrella_matters").all(),
    "own connection": lambda s, r: ways._own(select(Matter.number)),
    "update": lambda s, r: s.connection().exec_driver_sql("update umbrella_members set person_id = 1"),
    "insert oneself": lambda s, r: s.connection().exec_driver_sql(f"insert into umbrella_members values ('{r.number}', 1)"),
}  # fmt: skip
OTHERS = [p.login for p in cast.PEOPLE if p.login != "discipline"]


@pytest.fixture(scope="module")
def matter(stage: Stage) -> Row:
    number = stage.matter()
    with stage.session() as session:
        t = Matter.__table__
        found = session.core(select(t.c.id, t.c.duty_id).where(t.c.number == number)).one()
        return Row(found.id, number, PERSON["discipline"], found.duty_id)


@pytest.mark.database
@pytest.mark.parametrize("login", OTHERS)
def test_an_umbrella_matter_is_nothing_to_all_others(stage: Stage, matter: Row, login: str) -> None:
    found = {name: got for name, way in MATTER.items() if (got := tried(stage, login, way, matter))}
    # on PostgreSQL the role of everybody else may not even ask (core/walls.py)
    assert {name: got for name, got in found.items() if not isinstance(got, ProgrammingError)} == {}
    refused = {
        name: got
        for name, way in MATTER_REFUSED.items()
        if not isinstance(got := tried(stage, login, way, matter), Unguarded)
    }
    assert refused == {}


def test_the_named_clerk_has_it(stage: Stage, matter: Row) -> None:
    nobodys = {"its steps", "who is named", "a duty that borrows its number"}
    found = {name for name, way in MATTER.items() if tried(stage, "discipline", way, matter)}
    assert found == set(MATTER) - nobodys


# ── the wall looks at the words ──
def spelt(text: str) -> str:
    def mark(table: str) -> str:
        return f"true /*seen:{table}:{sight.TOKEN}*/"

    return text.replace("{mark}", mark("clues")).replace("{other}", mark("units"))


@pytest.mark.parametrize("name", list(ways.SPELT))
def test_the_wall_refuses_a_bare_table_however_it_is_spelt(app: Flask, name: str) -> None:
    assert app.extensions["unmarked"](spelt(ways.SPELT[name])), ways.SPELT[name]


@pytest.mark.parametrize("name", list(ways.INNOCENT))
def test_the_wall_lets_the_rest_pass(app: Flask, name: str) -> None:
    assert not app.extensions["unmarked"](spelt(ways.INNOCENT[name]))


def test_the_wall_knows_every_table(app: Flask) -> None:
    """A new table is guarded from its first day."""
    bare = [t for t in db.metadata.tables if not app.extensions["unmarked"](f"SELECT * FROM {t}")]
    assert bare == []


def test_a_mark_is_of_this_process_alone() -> None:
    assert len(sight.TOKEN) == 8 and sight.TOKEN != "00000000"


# ── recusal is ANDed to every rule ──
@pytest.mark.database
def test_whoever_declares_recusal_has_it_no_more(stage: Stage) -> None:
    number = stage.clue("checking")
    row = _row(stage, number, "officer")
    assert tried(stage, "office", ways.NOTHING["columns only"], row)
    stage.do("office", "clues.recuse", number)
    stage.do("officer", "clues.recuse", number)
    for login in ("office", "officer"):
        all_ways = {n: tried(stage, login, way, row) for n, way in ways.NOTHING.items() if "counting" not in n}
        assert {n: got for n, got in all_ways.items() if got} == {}
    with stage.session("office2") as session:
        owed = session.scalar(select(Clue.owed_by).where(Clue.number == number))
        assert owed == PERSON["unit_head"], "the duty went to the head at once"


# ── the form of a scope decides what a person of a unit with sub-units sees ──
@pytest.mark.database
def test_a_head_sees_the_unit_below_and_not_the_one_beside(stage: Stage) -> None:
    below, beside = stage.clue("checking", "a1", "below"), stage.clue("checking", "b", "officer2", "unit_head2")
    with stage.session("unit_head") as session:
        seen = set(session.scalars(select(Clue.number)))
        units = set(session.scalars(select(Clue.unit_id)))
    assert below in seen and beside not in seen and units <= {UNIT["a"], UNIT["a1"]}
    with stage.session("below") as session:
        assert set(session.scalars(select(Clue.unit_id))) == {UNIT["a1"]}
