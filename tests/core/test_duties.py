"""件件有着落, by the database itself: raw SQL can't open a row without a duty, nor end the duty of an open row."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import exc, text

from portal.clues.models import Clue, ClueState, Referral, ReferralState
from portal.core.sight import CORE
from portal.extensions import db
from portal.intake.models import Tip, TipState
from portal.papers.models import Signing, SigningState
from portal.umbrella.models import Matter, MatterState
from tests.flow.test_side_ways import registered
from tests.pages import Client

pytestmark = pytest.mark.database
REGISTERED = [(Clue, ClueState), (Tip, TipState), (Referral, ReferralState), (Signing, SigningState), (Matter, MatterState)]


def raw(app: Flask, statement: str, **values: Any) -> str:
    """"accepted" or "refused", by the database alone."""
    with app.app_context(), db.engine.connect() as connection:
        try:
            connection.execution_options(**CORE).execute(text(statement), values)
            connection.commit()
        except exc.IntegrityError:
            return "refused"
        return "accepted"


def one(app: Flask, statement: str, **values: Any) -> Any:
    with app.app_context(), db.engine.connect() as connection:
        return connection.execution_options(**CORE).execute(text(statement), values).first()


@pytest.fixture(scope="module")
def clue(app: Flask, sign_in: Callable[[str], Client]) -> str:
    return registered(sign_in("office")).rpartition("/")[2]


@pytest.mark.parametrize("change", [
    "duty_id = NULL, owed_at = NULL, owed_by = NULL, owed_kind = NULL, owed_state = NULL",  # open without a duty
    "duty_id = NULL",
    "unit_id = NULL",
    "officer_id = NULL",
    "owed_at = '2030-01-01 00:00:00'",  # a copy that differs
    "owed_at = NULL",  # a NULL would switch the key off
    "owed_by = 1",
    "owed_state = 'done'",
    "number = 'XS-2026-999998'",  # the duty is of another number
    "state = 'nonsense'",
    "state = 'review'",  # a state whose columns are not filled
])  # fmt: skip
def test_an_open_clue_keeps_its_duty_unit_and_person(app: Flask, clue: str, change: str) -> None:
    assert raw(app, f"UPDATE clues SET {change} WHERE number = :n", n=clue) == "refused"


@pytest.mark.parametrize("change", ["state = 'done', done_at = '2026-11-01 00:00:00'", "kind = 'never'", "person_id = NULL"])
def test_the_duty_of_an_open_clue_can_neither_end_nor_leave(app: Flask, clue: str, change: str) -> None:
    assert raw(app, f"UPDATE duties SET {change} WHERE subject = :n", n=clue) == "refused"
    assert raw(app, "DELETE FROM duties WHERE subject = :n", n=clue) == "refused"


def test_an_extension_writes_the_duty_alone_and_the_row_follows(app: Flask, clue: str) -> None:
    assert raw(app, "UPDATE duties SET due_at = '2031-02-03 16:00:00.000000' WHERE subject = :n", n=clue) == "accepted"
    assert "2031" in str(one(app, "SELECT owed_at FROM clues WHERE number = :n", n=clue)[0])


def test_another_matters_duty_or_a_done_one_is_refused(app: Flask, clue: str, sign_in: Callable[[str], Client]) -> None:
    other = registered(sign_in("office")).rpartition("/")[2]
    theirs = one(app, "SELECT duty_id, owed_at, owed_by, owed_kind, owed_state FROM clues WHERE number = :n", n=other)
    change = "UPDATE clues SET duty_id = :d, owed_at = :a, owed_by = :b, owed_kind = :k, owed_state = :s WHERE number = :n"
    values = dict(zip("dabks", theirs, strict=True))
    assert raw(app, change, n=clue, **values) == "refused"


@pytest.mark.parametrize(("model", "states"), REGISTERED, ids=lambda x: getattr(x, "__tablename__", ""))
def test_every_state_needs_what_its_enum_says(app: Flask, model: Any, states: Any) -> None:
    """Every state × every subset of the needed columns, on the migrated database: Alembic does not see a changed CHECK.

    Only the CHECKs are asked: rows are written with foreign keys off, or deferred to an end that never comes.
    """
    table = model.__table__
    needed = sorted({c for s in states for c in s.needs})
    subsets = list(chain.from_iterable(combinations(needed, n) for n in range(len(needed) + 1)))
    subsets = subsets if len(subsets) <= 64 else [s for s in subsets if len(s) >= len(needed) - 2 or len(s) <= 1]
    with app.app_context(), db.engine.connect() as connection:
        connection = connection.execution_options(**CORE)
        _without_foreign_keys(connection)
        for state in [*states, "nonsense"]:
            for given in subsets:
                wanted = state != "nonsense" and set(state.needs) <= set(given)
                assert _fits(connection, table, str(state), set(given)) is wanted, f"{state} with {given}"
        connection.rollback()
        connection.invalidate()  # its foreign keys stay off: nobody else may get it


def _without_foreign_keys(connection: Any) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    connection.rollback()  # the pragma has no effect inside a transaction
    connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")


def _fits(connection: Any, table: Any, state: str, given: set[str]) -> bool:
    """Whether a row of that state with those columns is taken."""
    values: dict[str, Any] = {"number": "ZZ-2026-0001", "state": state, "version": 1}
    owed = {"owed_at", "owed_by", "owed_kind", "owed_state"}
    for column in table.columns:
        name = column.name
        if name in values or name == "id":
            continue
        filled = name in given or (name in owed and "duty_id" in given)
        optional = column.nullable
        if filled or not optional:
            values[name] = _some(column)
    if values.get("naming") == "匿名":
        values["created_by"] = None
    save = connection.begin_nested()
    try:
        connection.execute(table.insert().values(values))
    except exc.IntegrityError as refusal:
        assert "state" in str(refusal.orig) or "duty" in str(refusal.orig), refusal.orig  # not a slip of this test
        return False
    else:
        return True
    finally:
        save.rollback()


def _some(column: Any) -> Any:
    from datetime import date

    from portal.core import clock

    known = {"owed_state": "open", "owed_kind": "due", "naming": "匿名", "duty_id": 987654}
    if column.name in known:
        return known[column.name]
    if column.name.endswith("_sealed"):
        return b"\x01" + b"x" * 40
    kind = column.type.python_type if hasattr(column.type, "python_type") else str
    name = type(column.type).__name__
    if name == "UtcDateTime":
        return clock.now()
    if name == "Date":
        return date(2026, 11, 24)
    return {int: 1, bool: False, str: "x"}.get(kind, "x")
