"""One MetaData, two branches: `common` and `umbrella` (-x part=umbrella chooses what autogenerate compares)."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import TypeDecorator

from portal.core import walls
from portal.core.sight import CORE  # migrations read every table: one of the frozen importers of the key

db = current_app.extensions["migrate"].db
part = context.get_x_argument(as_dictionary=True).get("part")


def included(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """The tables of the branch; the full-text tables are made by hand, since they differ on the two engines."""
    table = thing if kind == "table" else getattr(thing, "table", None)
    if table is not None and "_words" in table.name:
        return False
    return part is None or (table is not None and table.name.startswith("umbrella_")) == (part == "umbrella")


def plainly(kind: str, thing: Any, autogen: Any) -> Any:
    """Migrations import nothing of the product: our types are written as what they are stored as."""
    return f"sa.{thing.impl!r}" if kind == "type" and isinstance(thing, TypeDecorator) else False


with db.engine.connect() as connection:
    connection = connection.execution_options(**CORE)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # no effect inside a transaction
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    else:
        connection.exec_driver_sql("RESET ROLE")  # the owner's work
    context.configure(
        connection=connection, target_metadata=db.metadata, include_object=included, render_as_batch=True,
        compare_type=True, render_item=plainly,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "postgresql":
        walls.part(connection, wanted=current_app.config["SETTINGS"].umbrella_role)
    connection.commit()
