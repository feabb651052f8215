"""An open item without a responsible unit, a person and a due time cannot exist: the database refuses it, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock, duties, walls
from portal.core.errors import Refused
from portal.core.hanging import Common
from portal.core.register import REGISTERS
from portal.core.sight import CORE
from portal.extensions import db
from tests import cast
from tests.verbs.stage import PERSON, UNIT, Stage

pytestmark = pytest.mark.database
REGISTER = pytest.mark.parametrize(
    "register", ["clues", "intake", "referrals", "signings", "umbrella", "decisions", "minutes"]
)
COPY = ("duty_id", "owed_at", "owed_by", "owed_kind", "owed_state")


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@dataclass(frozen=True)
class Open:
    """An open row of a register with its duty, and the duties of others."""

    table: Table
    duties: Table
    row: dict[str, Any]
    done: int  # a duty of the same row that is done
    others: int  # an open duty of another row

    @property
    def key(self) -> Any:
        return self.table.c.id == self.row["id"]


@pytest.fixture(scope="module")
def rows(stage: Stage) -> dict[str, Open]:
    """One open row of each register."""
    stage.on_paper("office2", "clues.assign", stage.clue("proposed"), "office_head")
    clue, tip, signing, matter = stage.clue("assigned"), stage.tip("triage"), stage.newest("signings"), stage.matter()
    stage.clue("referred")
    numbers = {
        "clues": clue,
        "intake": tip,
        "signings": signing,
        "umbrella": matter,
        "referrals": stage.newest("referrals"),
        "decisions": stage.decision("given"),
        "minutes": stage.minutes("drafted"),
    }
    stage.clue("checking"), stage.tip("triage"), stage.matter()
    return {register: _open(stage, register, number) for register, number in numbers.items()}


def _open(stage: Stage, register: str, number: str) -> Open:
    model = REGISTERS[register].model
    table, duties = model.__table__, model.family.duty.__table__
    with stage.session() as session:
        row = dict(session.core(select(table).where(table.c.number == number)).one()._mapping)
        session.begin_write()
        mine = dict(session.core(select(duties).where(duties.c.id == row["duty_id"])).one()._mapping)
        ended = {k: v for k, v in mine.items() if k != "id"} | {"state": "done", "done_at": clock.now()}
        done = session.core(insert(duties).returning(duties.c.id), ended).scalar_one()
        someones = {k: v for k, v in mine.items() if k != "id"} | {"subject": f"{number[:-4]}8888"}
        others = session.core(insert(duties).returning(duties.c.id), someones).scalar_one()
        session.commit()
    return Open(table, duties, row, done, others)


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A connection of one's own, with core's key: what raw SQL could do. All is undone."""
    with app.app_context(), db.engine.connect() as raw:
        if raw.dialect.name == "postgresql":
            raw.exec_driver_sql(f"SET LOCAL ROLE {walls.OWNER}")
        yield raw
        raw.rollback()


def refused(raw: Connection, statement: Any, values: Any = None) -> bool:
    """Whether the database itself says no."""
    try:
        with raw.begin_nested():
            raw.execute(statement, values, execution_options=CORE)
    except IntegrityError:
        return True
    return False


@REGISTER
def test_an_open_row_is_refused_whatever_it_lacks_or_borrows(
    connection: Connection, rows: dict[str, Open], register: str
) -> None:
    r = rows[register]
    one = update(r.table).where(r.key)
    bad = {
        "no duty": one.values(dict.fromkeys(COPY)),
        "no duty, the copy kept": one.values(duty_id=None),
        "a duty that is done": one.values(duty_id=r.done),
        "a duty that is done, said so": one.values(duty_id=r.done, owed_state="done"),
        "another row's duty": one.values(duty_id=r.others),
        "a duty that is not there": one.values(duty_id=10**6),
        "another due time": one.values(owed_at=clock.now()),
        "no due time": one.values(owed_at=None),
        "another person": one.values(owed_by=PERSON["auditor"]),
        "no person": one.values(owed_by=None),
        "another kind": one.values(owed_kind="remind" if r.row["owed_kind"] == "due" else "due"),
        "no kind": one.values(owed_kind=None),
        "state of the duty done": one.values(owed_state="done"),
        "no state of the duty": one.values(owed_state=None),
        "another number": one.values(number=f"{r.row['number'][:-4]}7777"),
        "no unit": one.values(unit_id=None),
        "a state that nobody knows": one.values(state="lost"),
    }
    assert [name for name, statement in bad.items() if not refused(connection, statement)] == []
    assert not refused(connection, one.values(version=r.row["version"] + 1)), "the test's own row must be writable"


@REGISTER
def test_a_duty_that_a_row_points_at_is_not_ended_moved_or_dropped(
    connection: Connection, rows: dict[str, Open], register: str
) -> None:
    r = rows[register]
    one = update(r.duties).where(r.duties.c.id == r.row["duty_id"])
    bad: dict[str, Any] = {how: one.values(state=how, done_at=clock.now()) for how in ("done", "moved", "void")}
    bad["dropped"] = r.duties.delete().where(r.duties.c.id == r.row["duty_id"])
    bad |= {
        f"without {c}": one.values({c: None})
        for c in ("register", "subject", "what", "unit_id", "person_id", "since", "due_at")
    }
    assert [name for name, statement in bad.items() if not refused(connection, statement)] == []


@REGISTER
def test_an_extension_writes_the_duty_alone_and_the_row_follows(
    connection: Connection, rows: dict[str, Open], register: str
) -> None:
    r = rows[register]
    later = r.row["owed_at"] + timedelta(days=7)
    connection.execute(
        update(r.duties).where(r.duties.c.id == r.row["duty_id"]).values(due_at=later), execution_options=CORE
    )
    copied = connection.execute(select(r.table.c.owed_at).where(r.key), execution_options=CORE).scalar_one()
    assert copied == later


@REGISTER
def test_every_state_and_every_lack_is_as_the_enum_says(
    connection: Connection, rows: dict[str, Open], register: str
) -> None:
    """Each state × each subset of the columns that some state needs, into the migrated database."""
    r, states = rows[register], REGISTERS[register].states
    assert states is not None
    needed = sorted({c for s in states for c in s.needs})
    full = _filled(r, needed)
    for child in (c for c in r.table.metadata.sorted_tables if register in HANGS.get(c.name, ())):
        connection.execute(child.delete(), execution_options=CORE)
    connection.execute(r.table.delete().where(r.key), execution_options=CORE)
    wrong, tried = [], 0
    for state in states:
        for n in range(len(needed) + 1):
            for lacking in combinations(needed, n):
                missing = {*lacking, *(COPY if "duty_id" in lacking else ())}
                row = {k: None if k in missing else v for k, v in full.items()} | {"state": state.value}
                tried += 1
                refused_for_it = any(c in state.needs for c in lacking) or MORE.get(register, lambda _row: False)(row)
                if _refused_then_undone(connection, r.table, row) != refused_for_it:
                    wrong.append((state.value, lacking))
    assert wrong == []
    assert tried == len(list(states)) * 2 ** len(needed)


MORE = {  # what else a register's rows keep to, told by hand: an end or a day of review, never both; a whole signature
    "decisions": lambda row: (row["due_at"] is None) == (row["review_on"] is None),
    "minutes": lambda row: row["signed_by"] is None,  # day and way are always filled here
}
HANGS = {"minutes_units": ("minutes",)}  # a table of its own that would keep the row


def _filled(r: Open, needed: list[str]) -> dict[str, Any]:
    """The row with a value in every column that a state needs."""
    kinds = {
        "unit_id": UNIT["a"], "officer_id": PERSON["officer"], "due_at": clock.now(), "finished_at": clock.now(),
        "proposed_by": PERSON["officer"], "verified_by": PERSON["office"], "objections": 1,
        "checked_by": PERSON["office"], "signed_by": PERSON["deputy_head"], "signed_how": "screen",
    }  # fmt: skip
    kinds = {k: v for k, v in kinds.items() if k in r.table.c}
    days = {c.name: clock.today() for c in r.table.c if c.name.endswith("_on")}
    words = {c: "查实" for c in needed if c not in kinds and c not in days and c not in COPY}
    return {k: v for k, v in r.row.items() if k not in words} | words | kinds | days


def _refused_then_undone(raw: Connection, table: Table, row: dict[str, Any]) -> bool:
    savepoint = raw.begin_nested()
    try:
        raw.execute(insert(table), row, execution_options=CORE)
    except IntegrityError:
        return True
    else:
        return False
    finally:
        savepoint.rollback()


# ── the core keeps it without being told ──
def test_a_state_has_one_open_duty_and_the_earlier_one_is_done(stage: Stage) -> None:
    number = stage.clue("review")
    with stage.session() as session:
        d, c = db.metadata.tables["duties"], db.metadata.tables["clues"]
        told = session.core(select(d.c.what, d.c.state, d.c.id).where(d.c.subject == number).order_by(d.c.id)).all()
        row = session.core(select(c).where(c.c.number == number)).one()
    assert [t.what for t in told] == ["clues.assign", "clues.acknowledge", "clues.conclude", "clues.sign", "clues.pass"]
    assert [t.state for t in told] == ["done"] * 4 + ["open"] and told[-1].id == row.duty_id


def test_a_matter_does_not_close_while_a_telling_is_owed(stage: Stage) -> None:
    """The sentence names the act and not the tip, which the closer need not see."""
    tip = stage.tip("accepted")
    with stage.session() as session:
        t = db.metadata.tables["links"]
        number = session.core(select(t.c.to_number).where(t.c.from_number == tip)).scalar_one()
    stage.do("office_head", "clues.assign", number)
    for login, verb in (
        ("officer", "clues.acknowledge"),
        ("officer", "checks.record"),
        ("officer", "clues.conclude"),
        ("unit_head", "clues.sign"),
        ("office", "clues.pass"),
    ):
        stage.do(login, verb, number)
    with pytest.raises(Refused) as refusal:
        stage.do("office_head", "clues.close", number)
    assert "登记已告知（1）" in refusal.value.sentence and tip not in refusal.value.sentence
    stage.do("operator", "intake.tell", tip)
    stage.do("office_head", "clues.close", number)


def test_a_matter_does_not_close_while_a_referral_is_open(stage: Stage) -> None:
    """A referral sent from 待审核 and never answered: the clue waits outside and cannot be closed at all."""
    number = stage.clue("review")
    stage.do("office", "referrals.send", number)
    with stage.session() as session:
        d = db.metadata.tables["duties"]
        blocking = session.core(select(d.c.what).where(d.c.blocks == number, d.c.state == "open")).scalars().all()
    assert blocking == ["referrals.answer"]


def test_whoever_is_recused_owes_nothing_on_the_matter(stage: Stage) -> None:
    number = stage.clue("checking")
    stage.do("officer", "clues.recuse", number)
    with stage.session() as session:
        d = db.metadata.tables["duties"]
        told = session.core(select(d.c.person_id, d.c.state).where(d.c.subject == number).order_by(d.c.id)).all()
    assert (PERSON["officer"], "open") not in [tuple(t) for t in told]
    assert tuple(told[-1]) == (PERSON["unit_head"], "open") and (PERSON["officer"], "moved") in [tuple(t) for t in told]


def owed_by(stage: Stage, logins: list[str], actor: str) -> list[str]:
    """Several owe the same verb on one number; the actor has done it. Who owes it still?"""
    doer = stage.actor(actor)
    with stage.session() as session:
        session.begin_write()
        session.info["act"] = SimpleNamespace(stamp=clock.now(), actor=doer)
        for login in logins:
            unit = next(p.unit for p in cast.PEOPLE if p.login == login)
            duties.owe(
                session, Common.family, (UNIT[unit], PERSON[login]), clock.now(), register="clues", subject="XS-1",
                what="clues.acknowledge",
            )  # fmt: skip
        duties.finish(session, Common.family, "clues.acknowledge", "XS-1", by=doer)
        left = [d.person_id for d in duties.owed(session, Common.family, "clues.acknowledge", "XS-1")]
        session.rollback()
        del session.info["act"]
    return [login for login in logins if PERSON[login] in left]


@pytest.mark.parametrize(
    ("logins", "actor", "left"),
    [
        (["unit_head", "unit_head2", "office_head"], "unit_head2", ["unit_head", "office_head"]),
        (["unit_head", "unit_head2"], "officer2", ["unit_head"]),  # a colleague, for the unit
        (["unit_head", "officer", "unit_head2"], "officer", ["unit_head", "unit_head2"]),  # his own before his unit's
        (["unit_head", "unit_head2"], "deputy_head", ["unit_head", "unit_head2"]),  # neither his nor his unit's
        (["unit_head"], "deputy_head", []),  # the only one: done for him
    ],
)
def test_where_several_owe_the_same_each_ends_his_own(
    stage: Stage, logins: list[str], actor: str, left: list[str]
) -> None:
    assert owed_by(stage, logins, actor) == left
