"""What the migrations build is what the models say: tables, columns, and every rule of the database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect

from portal.core import walls
from portal.extensions import db
from tests.engines import Engine as Kind

pytestmark = pytest.mark.database
Rules = dict[str, dict[str, set[str]]]


def rules(engine: Engine, schema: str | None = None) -> Rules:
    """Table → kind of rule → each rule in one spelling."""
    seen, found = inspect(engine), {}
    for name in seen.get_table_names(schema=schema):
        if name == "alembic_version" or "_words" in name:
            continue
        checks = {f"{c['name']}: {_plain(str(c['sqltext']))}" for c in seen.get_check_constraints(name, schema=schema)}
        uniques = {str(u["column_names"]) for u in seen.get_unique_constraints(name, schema=schema)}
        keys = {
            f"{k['constrained_columns']} → {k['referred_table']}{k['referred_columns']} {k['options']}"
            for k in seen.get_foreign_keys(name, schema=schema)
        }
        indexes = {f"{i['name']} {i['column_names']} {i['unique']}" for i in seen.get_indexes(name, schema=schema)}
        columns = {f"{c['name']} {c['type']!r} {c['nullable']}" for c in seen.get_columns(name, schema=schema)}
        found[name] = {"check": checks, "unique": uniques, "key": keys, "index": indexes, "column": columns}
    return found


def _plain(sql: str) -> str:
    return re.sub(r"[\s()]+", " ", sql).strip()


@contextmanager
def as_the_models_say(engine: Engine) -> Iterator[tuple[Engine, str | None]]:
    """The same tables, made from the models: in a memory of their own, or in a schema of their own."""
    if engine.dialect.name == "sqlite":
        fresh = create_engine("sqlite://")
        db.metadata.create_all(fresh)
        yield fresh, None
        fresh.dispose()
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL ROLE {walls.OWNER}")
        connection.exec_driver_sql("CREATE SCHEMA told")
    fresh = create_engine(engine.url, connect_args={"options": "-c search_path=told"})
    db.metadata.create_all(fresh)
    yield fresh, "told"
    fresh.dispose()
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL ROLE {walls.OWNER}")
        connection.exec_driver_sql("DROP SCHEMA told CASCADE")


def test_migrated_is_what_the_models_say(app: Flask, engine: Kind) -> None:
    with app.app_context(), as_the_models_say(db.engine) as (fresh, schema):
        migrated, told = rules(db.engine), rules(fresh, schema)
    assert migrated.keys() == told.keys()
    differing = [
        f"{table}: {kind}: {rule} {'only in the database' if rule in migrated[table][kind] else 'only in the models'}"
        for table in told
        for kind in told[table]
        for rule in sorted(migrated[table][kind] ^ told[table][kind])
    ]
    assert differing == []
