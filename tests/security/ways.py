"""Ways to read a row that one may not see, from inside the portal: what a careless line of code could do.

Each way is a function of a session and of the hidden row. `nothing`: it answers as if the row were not there;
`refused`: a wall raises. The owner, who may see the row, gets it by the first kind; nobody gets anything by the second.
Raw DBAPI passes all walls: tests/architecture forbids it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
    union,
    union_all,
    update,
)  # fmt: skip
from sqlalchemy.orm import aliased, joinedload, selectinload, subqueryload

from portal.clues.models import CheckRecord, Clue, Referral
from portal.core import clock
from portal.core.hanging import DataKey, Draft, Duty, File, Link, Note, Paper, Revision
from portal.core.messages import Message
from portal.core.repeats import Performed
from portal.core.sight import CORE
from portal.core.trail import Entry
from portal.extensions import db
from portal.organisation.models import Person, Unit
from portal.parties.models import Mention, Record

A, T, SUB, CTE = aliased(Clue), Clue.__table__, select(Clue).subquery(), select(Clue.id, Clue.title).cte("some")
AS = aliased(Clue, SUB)
ANOTHER, SAID = aliased(CheckRecord), aliased(Mention)
KEPT = select(Clue.title).where(Clue.id == bindparam("wanted"))


class Spy:
    """A person with what a part could map to him: his clues as a collection, their number as a column."""

    id: Any
    clues: Any
    many: Any


@dataclass(frozen=True)
class Row:
    """The hidden row, and the person who handles it."""

    id: int
    number: str
    officer: int
    duty: int


Way = Callable[[Any, Row], Any]

NOTHING: dict[str, Way] = {
    "get() cold": lambda s, r: s.get(Clue, r.id),
    "get() after core's own read": lambda s, r: (s.core(select(T).where(T.c.id == r.id)).first() and None) or s.get(Clue, r.id),
    "query.get()": lambda s, r: s.query(Clue).filter(Clue.id == r.id).first(),
    "all of them": lambda s, r: s.scalars(select(Clue).where(Clue.id == r.id)).all(),
    "columns only": lambda s, r: s.execute(select(Clue.title).where(Clue.id == r.id)).first(),
    "columns by session.rows": lambda s, r: s.rows(select(Clue.title).where(Clue.id == r.id)).first(),
    "a statement that is kept": lambda s, r: s.rows_again(KEPT, {"wanted": r.id}).first(),
    "a kept one, as another": lambda s, r: s.rows_again(KEPT, {"wanted": r.id, "me_unit": 2, "me_id": 5}).first(),
    "an expression of columns": lambda s, r: s.execute(select(func.length(Clue.summary)).where(Clue.id == r.id)).first(),
    "many-to-one, lazy": lambda s, r: [c.clue for c in s.scalars(select(CheckRecord).where(CheckRecord.clue_id == r.id))],
    "the child itself": lambda s, r: s.scalars(select(CheckRecord).where(CheckRecord.clue_id == r.id)).all(),
    "a child's foreign key": lambda s, r: s.execute(select(CheckRecord.clue_id).where(CheckRecord.clue_id == r.id)).all(),
    "another child": lambda s, r: s.scalars(select(Referral).where(Referral.clue_id == r.id)).all(),
    "a child's alias": lambda s, r: s.scalars(select(ANOTHER).where(ANOTHER.clue_id == r.id)).all(),
    "joinedload": lambda s, r: s.scalars(_checks(r).options(joinedload(CheckRecord.clue))).all(),
    "joinedload, inner": lambda s, r: s.scalars(_checks(r).options(joinedload(CheckRecord.clue, innerjoin=True))).all(),
    "selectinload": lambda s, r: s.scalars(_checks(r).options(selectinload(CheckRecord.clue))).all(),
    "subqueryload": lambda s, r: s.scalars(_checks(r).options(subqueryload(CheckRecord.clue))).all(),
    "a collection, lazy": lambda s, r: [c for c in s.get(Spy, r.officer).clues if c.id == r.id],
    "a collection, joined": lambda s, r: [c for c in _spy(s, r, joinedload(Spy.clues)).clues if c.id == r.id],
    "a collection, selectin": lambda s, r: [c for c in _spy(s, r, selectinload(Spy.clues)).clues if c.id == r.id],
    "a counting column": lambda s, r: s.execute(select(Spy.many).where(Spy.id == r.officer)).scalar(),
    "a counting column, deferred": lambda s, r: s.get(Spy, r.officer).many,
    "alias": lambda s, r: s.scalars(select(A).where(A.id == r.id)).first(),
    "columns of an alias": lambda s, r: s.execute(select(A.title).where(A.id == r.id)).first(),
    "alias joined by a condition": lambda s, r: s.execute(select(A.title).select_from(Unit).join(A, A.id == r.id)).first(),
    "alias joined to its own": lambda s, r: s.execute(select(A.id).select_from(Clue).join(A, A.id == r.id)).first(),
    "alias, outer join": lambda s, r: s.execute(select(A.title).select_from(Unit).outerjoin(A, A.id == r.id).where(A.id > 0)).first(),
    "alias, outer join, rows()": lambda s, r: _said(s.rows(select(A.title).select_from(Unit).outerjoin(A, A.id == r.id))),
    "of_type an alias": lambda s, r: s.execute(select(A.title).select_from(CheckRecord).join(CheckRecord.clue.of_type(A)).where(A.id == r.id)).first(),
    "subquery": lambda s, r: s.execute(select(SUB.c.title).where(SUB.c.id == r.id)).first(),
    "cte": lambda s, r: s.execute(select(CTE).where(CTE.c.id == r.id)).first(),
    "union": lambda s, r: s.execute(union(_title(r), _title(r))).first(),
    "select from a union": lambda s, r: s.execute(select(union_all(_title(r), select(A.title).where(A.id == r.id)).subquery())).first(),
    "from_statement(union)": lambda s, r: s.scalars(select(Clue).from_statement(union_all(_clue(r), _clue(r)))).first(),
    "from_statement(select)": lambda s, r: s.scalars(select(Clue).from_statement(_clue(r))).first(),
    "exists(select)": lambda s, r: s.scalar(select(exists(select(Clue.id).where(Clue.id == r.id)))),
    "query.exists()": lambda s, r: s.query(s.query(Clue).filter(Clue.id == r.id).exists()).scalar(),
    "where alone": lambda s, r: s.execute(select(Person.id).where(Person.id == Clue.officer_id, Clue.id == r.id)).first(),
    "scalar subquery as a column": lambda s, r: s.execute(select(Person.id, _title(r).scalar_subquery())).first()[1],
    "scalar subquery in where": lambda s, r: s.execute(select(Duty.id).where(Duty.subject == _number(r).scalar_subquery())).all(),
    "order by a subquery": lambda s, r: _order(s, r),
    "has()": lambda s, r: s.execute(select(CheckRecord.id).where(CheckRecord.clue.has(Clue.id == r.id))).first(),
    "any()": lambda s, r: s.execute(select(Spy.id).where(Spy.clues.any(Clue.id == r.id))).first(),
    "in a subquery": lambda s, r: s.execute(select(Person.id).where(Person.id.in_(select(Clue.officer_id).where(Clue.id == r.id)))).first(),
    "join to a model": lambda s, r: s.execute(select(CheckRecord.id).join(CheckRecord.clue).where(Clue.id == r.id)).first(),
    "outer join to a model": lambda s, r: _said(s.execute(select(Clue.title).select_from(Person).outerjoin(Clue, (Clue.officer_id == Person.id) & (Clue.id == r.id)))),
    "count, select_from": lambda s, r: s.scalar(select(func.count()).select_from(Clue).where(Clue.id == r.id)),
    "count, where alone": lambda s, r: s.scalar(select(func.count()).where(Clue.id == r.id)),
    "max, group, having": lambda s, r: s.execute(select(func.max(Clue.title)).where(Clue.id == r.id).group_by(Clue.unit_id).having(func.count() > 0)).first(),
    "window": lambda s, r: s.execute(select(Clue.id, func.row_number().over(order_by=Clue.id)).where(Clue.id == r.id)).first(),
    "literal columns": lambda s, r: s.execute(select(literal_column("title")).select_from(Clue).where(Clue.id == r.id)).first(),
    "group of rows, distinct": lambda s, r: s.execute(select(Clue.title).distinct().where(Clue.id == r.id)).first(),
    "duty of it": lambda s, r: s.scalars(select(Duty).where(Duty.subject == r.number)).all(),
    "duty by its id": lambda s, r: s.get(Duty, r.duty),
    "its mentions": lambda s, r: s.scalars(select(Mention).where(Mention.number == r.number)).all(),
    "its mentions by rows()": lambda s, r: s.rows(select(Mention.name).where(Mention.number == r.number)).all(),
    "an alias of its mentions": lambda s, r: s.execute(select(SAID.name).select_from(Unit).join(SAID, SAID.number == r.number)).all(),
    "its mentions, counted": lambda s, r: s.scalar(select(func.count(Mention.id)).where(Mention.number == r.number)),
    "its mentions through their party": lambda s, r: s.execute(select(Mention.name).join(Record).where(Mention.number == r.number)).all(),
    "mentions of a party, lazy": lambda s, r: [m for p in s.scalars(select(Record)) for m in p.mentions if m.number == r.number],
    "mentions of a party, selectin": lambda s, r: [m for p in s.scalars(select(Record).options(selectinload(Record.mentions))) for m in p.mentions if m.number == r.number],
    "parties by any()": lambda s, r: s.scalars(select(Record.id).where(Record.mentions.any(Mention.number == r.number))).all(),
    "yield_per": lambda s, r: list(s.scalars(_clue(r).execution_options(yield_per=10))),
    "merge of a copy": lambda s, r: s.merge(Clue(id=r.id)) not in s.new,
}  # fmt: skip

REFUSED: dict[str, Way] = {
    "rows() as another": lambda s, r: s.rows(_title(r), {"me_unit": 2}).first(),
    "execute() as another": lambda s, r: s.execute(_title(r), {"me_unit": 2, "me_id": 5}).first(),
    "scalars() as another": lambda s, r: s.scalars(_clue(r), {"me_path": "/"}).first(),
    "alias of a subquery": lambda s, r: s.scalars(select(AS).where(AS.id == r.id)).first(),
    "exists().where()": lambda s, r: s.scalar(select(exists().where(Clue.id == r.id))),
    "select(Table)": lambda s, r: s.execute(select(T).where(T.c.id == r.id)).first(),
    "Table beside a model": lambda s, r: s.execute(select(Person.id, T.c.title).where(T.c.officer_id == Person.id)).first(),
    "Table joined to a model": lambda s, r: s.execute(select(Duty.id, T.c.title).join(T, T.c.duty_id == Duty.id)).all(),
    "exists(Table)": lambda s, r: s.execute(select(Person.id).where(exists(select(T.c.id).where(T.c.officer_id == Person.id)))).first(),
    "table('clues')": lambda s, r: s.execute(select(column("title")).select_from(table("clues"))).first(),
    "table('clues') by rows()": lambda s, r: s.rows(select(column("title")).select_from(table("clues"))).first(),
    "from_statement(text)": lambda s, r: s.scalars(select(Clue).from_statement(text("select * from clues"))).first(),
    "from_statement(Table)": lambda s, r: s.scalars(select(Clue).from_statement(select(T))).first(),
    "text": lambda s, r: s.execute(text("select title from clues")).first(),
    "text within a model's select": lambda s, r: s.execute(select(Person.id).where(text("exists(select 1 from clues)"))).first(),
    "exec_driver_sql": lambda s, r: s.connection().exec_driver_sql("select title from clues").first(),
    "a model's select, on the connection": lambda s, r: s.connection().execute(_title(r)).first(),
    "own connection, Table": lambda s, r: _own(select(T)),
    "own connection, model": lambda s, r: _own(select(Clue.title)),
    "own connection, text": lambda s, r: _own(text("select * from CLUES")),
    "update(model)": lambda s, r: s.execute(update(Clue).where(Clue.id == r.id).values(title="x")),
    "update(model) returning": lambda s, r: s.execute(update(Clue).where(Clue.id == r.id).values(title="x").returning(Clue.title)).first(),
    "update(model) by keys": lambda s, r: s.execute(update(Clue), [{"id": r.id, "title": "x"}]),
    "update(Table)": lambda s, r: s.execute(update(T).values(title="x")),
    "update(Table) on the connection": lambda s, r: s.connection().execute(update(T).values(title="x")),
    "update on a connection of one's own": lambda s, r: _own(update(T).values(title="x")),
    "update that returns": lambda s, r: _own(text("update clues set version = version returning title")),
    "update that reads another": lambda s, r: _own(text("update units set name = (select title from clues limit 1)")),
    "delete(model)": lambda s, r: s.execute(delete(Clue).where(Clue.id == r.id)),
    "delete(Table) on the connection": lambda s, r: s.connection().execute(delete(T)),
    "delete as text": lambda s, r: _own(text("delete from clues")),
    "insert(model)": lambda s, r: s.execute(insert(Clue).values(number="x")),
    "insert into another from it": lambda s, r: s.execute(insert(Unit).from_select(["name"], select(T.c.title))),
    "insert(Table) from it": lambda s, r: s.connection().execute(insert(Unit.__table__).from_select(["name"], select(T.c.title))),
    "insert into an unguarded table": lambda s, r: _own(text("insert into alembic_version select number from clues")),
    "bulk_update_mappings": lambda s, r: s.bulk_update_mappings(Clue, [{"id": r.id, "title": "x"}]),
    "bulk_insert_mappings": lambda s, r: s.bulk_insert_mappings(Clue, []),
    "bulk_save_objects": lambda s, r: s.bulk_save_objects([Clue(id=r.id, title="x")]),
    "a new row outside perform": lambda s, r: (s.add(Clue(number="XS-2026-777777", title="x")), s.flush()),
    "an object of another session": lambda s, r: s.add(_strangers_object(r)),
    "the full text": lambda s, r: s.connection().exec_driver_sql("select * from clues_words").all(),
    "a second actor in the session": lambda s, r: setattr(s, "actor", _somebody_else(s)),
}  # fmt: skip

HANGING = (Note, Link, Draft, DataKey, Revision, File, Paper, Message, Performed, Entry)


def _clue(r: Row) -> Any:
    return select(Clue).where(Clue.id == r.id)


def _title(r: Row) -> Any:
    return select(Clue.title).where(Clue.id == r.id)


def _number(r: Row) -> Any:
    return select(Clue.number).where(Clue.id == r.id)


def _checks(r: Row) -> Any:
    return select(CheckRecord).where(CheckRecord.clue_id == r.id)


def _spy(s: Any, r: Row, how: Any) -> Any:
    return s.scalars(select(Spy).where(Spy.id == r.officer).options(how)).unique().one()


def _said(found: Any) -> list[Any]:
    return [row for row in found.all() if row[0] is not None]


def _order(s: Any, r: Row) -> Any:
    """Whether the order of visible rows tells of the hidden one: with a value the person stands last, else as before."""
    is_there = select(func.count(Clue.id)).where(Clue.id == r.id).correlate(None).scalar_subquery()
    first = s.execute(select(Person.id).order_by((Person.id * (1 - 2 * is_there)).asc()).limit(1)).scalar()
    return first != 1


def _own(statement: Any) -> Any:
    with db.engine.connect() as connection:
        found = connection.execute(statement)
        return found.all() if found.returns_rows else found.rowcount


def _strangers_object(r: Row) -> Any:
    """What the owner's session has loaded."""
    from portal.core.actor import Actor, Role

    other = type(db.session())(db, autoflush=False)
    other.actor = Actor(5, "钱", Role.OFFICE, 1, "/1/")
    found = other.scalar(_clue(r))
    other.expunge(found)
    other.close()
    return found


def _somebody_else(s: Any) -> Any:
    from dataclasses import replace

    from portal.core.actor import Role

    return replace(s.actor, roles=Role.DISCIPLINE)


def moved_away(r: Row) -> None:
    """The row goes to another unit while somebody has it open."""
    with db.engine.begin() as connection:
        moved = (
            update(T)
            .where(T.c.id == r.id)
            .values(unit_id=2, summary="后来写的", state_since=clock.now() + timedelta(1))
        )
        connection.execute(moved, execution_options=CORE)


MEANWHILE: dict[str, Way] = {
    "refresh()": lambda s, r: (c := _mine(s, r), moved_away(r), s.refresh(c), c.summary)[-1],
    "an expired attribute": lambda s, r: (c := _mine(s, r), moved_away(r), s.expire(c), c.summary)[-1],
    "get() of an expired one": lambda s, r: (c := _mine(s, r), moved_away(r), s.expire(c), s.get(Clue, r.id))[-1],
    "get(populate_existing)": lambda s, r: (_mine(s, r), moved_away(r), s.get(Clue, r.id, populate_existing=True))[-1],
    "select(populate_existing)": lambda s, r: (_mine(s, r), moved_away(r), s.scalar(_clue(r).execution_options(populate_existing=True)))[-1],
    "for update": lambda s, r: (_mine(s, r), moved_away(r), s.get(Clue, r.id, with_for_update=True))[-1],
}  # fmt: skip


def _mine(s: Any, r: Row) -> Any:
    """The row as long as it is one's own; the read transaction ends, as between two requests."""
    found = s.scalar(_clue(r))
    assert found is not None
    s.commit()
    return found


# What the wall thinks of SQL as text: whoever built it, however it is spelt. {mark}: of clues; {other}: of units.
SPELT = {
    "bare": "SELECT * FROM clues",
    "upper case": "SELECT * FROM CLUES",
    "quoted": 'SELECT * FROM "clues"',
    "quoted in upper case": 'SELECT * FROM "CLUES"',
    "single quotes, as SQLite allows": "SELECT * FROM 'clues'",
    "schema": 'SELECT * FROM main."clues"',
    "quoted schema": 'SELECT * FROM "public"."clues"',
    "schema with a gap": "SELECT * FROM main . clues",
    "brackets": "SELECT * FROM [clues]",
    "back quotes": "SELECT * FROM `clues`",
    "a comment for a space": "SELECT * FROM/**/clues",
    "a line comment": "SELECT * FROM --\nclues",
    "a comment behind the schema": "SELECT * FROM main./**/clues",
    "escapes": 'SELECT * FROM U&"\\0063lues"',
    "a forged mark": "SELECT * FROM clues WHERE true /*seen:clues:00000000*/",
    "a mark of another table": "SELECT * FROM clues WHERE {other}",
    "one mark for two": "SELECT * FROM clues a JOIN clues b ON a.id = b.id WHERE {mark}",
    "one mark too many": "SELECT 1 FROM units WHERE {other} AND {mark}",
    "a CTE": "WITH x AS (SELECT * FROM clues) SELECT * FROM x",
    "a CTE that writes": "WITH x AS (UPDATE clues SET version = version RETURNING *) SELECT * FROM x",
    "TABLE": "TABLE clues",
    "a table made of it": "CREATE TABLE copy AS TABLE clues",
    "a view of it": "CREATE VIEW v AS SELECT * FROM clues",
    "COPY": "COPY clues TO STDOUT",
    "EXPLAIN": "EXPLAIN ANALYZE SELECT * FROM clues",
    "insert select": "INSERT INTO x SELECT * FROM clues",
    "insert select into itself": "INSERT INTO clues SELECT * FROM clues",
    "update from it": "UPDATE x SET a = c.title FROM clues c",
    "update reading itself": "UPDATE clues SET title = (SELECT title FROM clues LIMIT 1)",
    "update returning": "UPDATE clues SET version = version RETURNING *",
    "delete returning": "DELETE FROM clues RETURNING title",
    "delete only": "DELETE FROM ONLY clues",
    "delete using": "DELETE FROM x USING clues",
    "dollar quotes": "SELECT $$ ' $$, title FROM clues WHERE '' = ''",
    "a backslash before the quote": "SELECT '\\', title FROM clues --'",
    "a comment in a literal": "SELECT '/*', title FROM clues /*'*/",
    "query_to_xml": "SELECT query_to_xml('select * from clues', true, true, '')",
    "full text": "SELECT rowid FROM clues_words WHERE clues_words MATCH '南岭'",
    "a mark for the words alone": "SELECT rowid FROM clues_words WHERE {other}",
    "two statements": "SELECT 1; SELECT * FROM clues",
}
INNOCENT = {
    "marked": "SELECT * FROM clues WHERE {mark}",
    "marked, locked": "SELECT clues.id FROM clues WHERE {mark} FOR UPDATE OF clues",
    "an alias": "SELECT c.title FROM clues AS c WHERE c.id = 1 AND {mark}",
    "full text beside its mark": "SELECT 1 FROM clues JOIN clues_words ON true WHERE {mark}",
    "insert": "INSERT INTO clues (number) VALUES (1) RETURNING clues.id",
    "update": "UPDATE clues SET title = 1 WHERE clues.id = 1 AND clues.version = 1",
    "upsert": "INSERT INTO numbers (prefix) VALUES (1) ON CONFLICT (prefix) DO UPDATE SET last = numbers.last + 1",
    "savepoint": "SAVEPOINT sa_savepoint_1",
    "index": "CREATE INDEX ix ON clues (id) WHERE closed_on IS NULL",
}
