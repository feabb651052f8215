"""Who sees which rows. A session filters by the rules of its actor; SQL that slipped past is refused by the engine.

Scopes are SQL over a symbolic actor (`me.id`, `me.unit`, `me.path` are bind parameters), so options are built once per
set of roles and the compiled statements are shared by all people. Never a lambda in a criterion, never an option per
request: a lambda over the actor silently answers with another person's rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from secrets import token_hex
from typing import Any

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    column,
    event,
    false,
    inspect,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
)  # fmt: skip
from sqlalchemy.engine import Engine
from sqlalchemy.orm import ORMExecuteState, object_session
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption

from . import walls
from .actor import Actor, Role

TOKEN = token_hex(4)  # of this process: nobody types a mark by hand
KEY = object()  # core's own reads carry it, per statement. A test freezes who imports it
CORE = {"core": KEY}


class Unguarded(RuntimeError):
    """A statement would read a guarded table without its rule. Not a refusal: a fault in the code."""


class me:  # noqa: N801 - reads as a word of the scope: m.unit_id == me.unit
    """The actor as SQL: three values that a request supplies."""

    id = bindparam("me_id", None, Integer)
    unit = bindparam("me_unit", None, Integer)
    path = bindparam("me_path", None, String)


# ── scopes ────────────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Scope:
    """`sql(model, alone)`; `alone`: the actor's unit has no sub-units. The name is what `flask verbs` prints."""

    name: str
    sql: Callable[[Any, bool], ColumnElement[bool]]

    def __and__(self, other: Scope) -> Scope:
        return Scope(f"{self.name} & {other.name}", lambda m, a: and_(self.sql(m, a), other.sql(m, a)))

    def __or__(self, other: Scope) -> Scope:
        return Scope(f"({self.name} | {other.name})", lambda m, a: or_(self.sql(m, a), other.sql(m, a)))

    def __invert__(self) -> Scope:
        return Scope(f"~{self.name}", lambda m, a: not_(self.sql(m, a)))


def mark(guarded: Any) -> ColumnElement[bool]:
    """The sign that a rule has been added for this table; the engine's wall counts them."""
    return literal_column(f"true /*seen:{guarded.name}:{TOKEN}*/")


def listed(wanted: Any, *where: Any) -> Any:
    """A scope's own look into another table: a Core select that carries the mark of what it reads."""
    return select(wanted).where(*where, mark(wanted.table))


UNITS = table("units", column("id"), column("path"))  # core knows no part, but every part knows its unit
everywhere = Scope("everywhere", lambda m, alone: true())
nowhere = Scope("nowhere", lambda m, alone: false())


own_unit = Scope("own_unit", lambda m, alone: m.unit_id == me.unit)


def _own_branch(m: Any, alone: bool) -> ColumnElement[bool]:
    # `=` for a unit without sub-units, else a subselect: IN (a list) costs up to 390 ms at a million rows on SQLite
    if alone:
        return m.unit_id == me.unit  # type: ignore[no-any-return]
    below = listed(UNITS.c.id, UNITS.c.path >= me.path, UNITS.c.path < me.path + "~")
    return m.unit_id.in_(below)  # type: ignore[no-any-return]


own_branch = Scope("own_branch", _own_branch)  # the own unit and its sub-units
not_the_proposer = Scope(  # NULL-safe: NULL would be no button at all
    "not_the_proposer", lambda m, alone: or_(m.proposed_by.is_(None), m.proposed_by != me.id)
)


def via(relation: Any) -> Scope:
    """A child is seen with its parent: `via(Referral.clue)`. `has()` adds the parent's criterion by itself."""
    return Scope(f"via({relation})", lambda m, alone: relation.has())


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────
Rule = Mapping[Role, Scope]
SEES: dict[Any, Rule] = {}
ALWAYS: list[
    Callable[[Any], ColumnElement[bool] | None]
] = []  # recusal: ANDed to every model that has what it asks for


def sees(model: Any, rule: Rule | Scope) -> None:
    """Say who sees the rows of a model; a model without a rule stops the start."""
    SEES[model] = rule if isinstance(rule, Mapping) else dict.fromkeys(Role, rule)


def allowed(model: Any, rule: Rule, roles: Role, alone: bool) -> ColumnElement[bool]:
    """A rule (of sight or of a verb) as one predicate for a set of roles."""
    return or_(false(), *(scope.sql(model, alone) for role, scope in rule.items() if role & roles))


def criterion(model: Any, roles: Role, alone: bool) -> ColumnElement[bool]:
    """What is added to every statement that reads this model."""
    always = [c for rule in ALWAYS if (c := rule(model)) is not None]
    return and_(allowed(model, SEES[model], roles, alone), *always)


class _Criterion(LoaderCriteriaOption):
    """A criterion that follows its model into every alias.

    SQLAlchemy does not do so where an alias is joined by a condition of its own, `join(A, A.id != Clue.id)`: it would
    test the rows of the other side again, and let all of the alias through.
    """

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = super()._resolve_where_criteria(ext_info)
        return ext_info._adapter.traverse(found) if ext_info.is_aliased_class else found


@lru_cache
def _options(roles: Role, alone: bool) -> list[Any]:
    return [_Criterion(m, and_(criterion(m, roles, alone), mark(m.__table__)), include_aliases=True) for m in SEES]


class Seen(CriteriaOption):
    """All criteria of an actor as one statement option with a constant cache key.

    Leans on semi-private names of SQLAlchemy: it is pinned, and the leak matrix is its test.
    """

    __slots__ = ("_key", "_params", "options")
    inherit_cache = False
    propagate_to_loaders = False  # it is added to every statement anyway; the criteria inside keep True

    def __init__(self, actor: Actor) -> None:
        self.options, self._key = _options(actor.roles, actor.alone), ("seen", actor.roles, actor.alone)
        given = ((me.id, actor.id), (me.unit, actor.unit_id), (me.path, actor.path))
        self._params = [p._with_value(v) for p, v in given]  # type: ignore[no-untyped-call]

    def _gen_cache_key(self, anon_map: Any, bindparams: list[Any]) -> tuple[Any, ...]:
        bindparams.extend(self._params)
        return self._key

    def process_compile_state(self, compile_state: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, mapper_entities: Any) -> None:
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        for option in self.options:
            option.get_global_criteria(attributes)


@lru_cache(1024)
def _of_nobody(statement: Any, roles: Role, alone: bool) -> Any:
    """With the criteria of these roles, for nobody: who asks is said by parameters."""
    return statement.options(Seen(Actor(None, "", roles, alone=alone)))


ASKER = frozenset(p.key for p in (me.id, me.unit, me.path))


def _nobody_elses(values: Any) -> Any:
    """Parameters that do not say who asks: that is the session's to say."""
    for given in values if isinstance(values, (list, tuple)) else (values,):
        if given and not ASKER.isdisjoint(given):
            raise Unguarded("who asks is said by the session's actor alone")
    return values


# ── the session ───────────────────────────────────────────────────────────────────────────────────────────────────
class Session(FlaskSession):
    """Sees what its actor may see; without an actor it raises. Registered rows change inside an act alone."""

    @property
    def actor(self) -> Actor:
        """The one actor whom this session serves."""
        try:
            actor: Actor = self.info["actor"]
        except KeyError:
            raise Unguarded("this session has no actor") from None
        return actor

    @actor.setter
    def actor(self, actor: Actor) -> None:
        if self.info.get("actor", actor) != actor:
            raise Unguarded("a session serves one actor; open another session")
        self.info["actor"], self.info["seen"] = actor, Seen(actor)
        if self.in_transaction():
            _open_for(self, self.connection())

    def rows(self, statement: Any, values: Any = None) -> Any:
        """Light rows: the same filter, compiled by the ORM, fetched by Core. For lists, counts, exports."""
        return self.connection().execute(statement.options(self.info["seen"]), _nobody_elses(values))

    def rows_again(self, statement: Any, values: dict[str, Any]) -> Any:
        """rows() of a statement that is kept from request to request: who asks is told by its parameters alone.

        SQLAlchemy need not look through it anew, which costs as much as the answer.
        """
        actor = self.actor
        mine = {"me_id": actor.id, "me_unit": actor.unit_id, "me_path": actor.path}
        return self.connection().execute(_of_nobody(statement, actor.roles, actor.alone), values | mine)

    def rows_of_all(self, statement: Any, values: dict[str, Any]) -> Any:
        """rows_again() as the clock sees: no person's sight. For counts that are blurred before anybody reads them."""
        return self.connection().execute(_of_nobody(statement, Role.JOB, True), values | dict.fromkeys(ASKER))

    def core(self, statement: Any, values: Any = None) -> Any:
        """Core's own statement: no filter, no ORM objects. Functions that hold the row in hand, sign-in, trail."""
        return self.connection().execute(statement, values, execution_options=CORE)

    def unseen(self, model: Any, number: str) -> Any:
        """A whole row past the rules of sight, locked: a matter that moves takes with it what its actor may not see.

        Inside an act alone. Nothing of the row is shown; a test freezes who asks.
        """
        if "act" not in self.info:
            raise Unguarded("outside an act nobody loads what he may not see")
        one = select(model).where(model.number == number).with_for_update(of=model)
        return self.scalar(one, execution_options=CORE | {"populate_existing": True})

    def begin_write(self) -> None:
        """The write transaction before its first read.

        SQLite: a read transaction can't be upgraded once another has written (SQLITE_BUSY_SNAPSHOT, no wait);
        therefore what was read before is ended and nothing of it is kept.
        """
        if self.new or self.dirty or self.deleted:
            raise Unguarded("something was changed before the act began")
        self.rollback()
        self.expunge_all()
        for kept in ("keys", "taken", "destroyed"):  # of an act that was not committed: its keys are in no table
            self.info.pop(kept, None)
        self.connection(execution_options={"write": True})


def session_of(row: object) -> Session:
    """The session through which a row was loaded."""
    session = object_session(row)
    assert isinstance(session, Session)
    return session


OPENS = Role.DISCIPLINE  # whose sessions may read the tables that stand apart (core/walls.py)


def _open_for(session: Session, connection: Any) -> None:
    """PostgreSQL: to the end of this transaction, if the actor's role may."""
    actor = session.info.get("actor")
    role = session.info.get("role") or (walls.OPEN if actor is not None and actor.roles & OPENS else None)
    if role and connection.info.get("ordinary"):
        connection.exec_driver_sql(f"SET LOCAL ROLE {role}")


@event.listens_for(Session, "after_begin")
def _begun(session: Session, transaction: Any, connection: Any) -> None:
    _open_for(session, connection)


REGISTERED: set[type] = set()  # the models of registers, filled by register.py


def _without_sight(statement: Any) -> Any:
    """Selectinload hands on the options of the statement that it loads for, maybe of the one that was compiled first:
    sight would be added twice, and one of the two would be another person's.
    """
    others = tuple(option for option in statement._with_options if not isinstance(option, Seen))
    if len(others) < len(statement._with_options):
        statement = statement._generate()
        statement._with_options = others
    return statement


@event.listens_for(Session, "do_orm_execute")
def _filter(state: ORMExecuteState) -> None:
    session: Any = state.session
    statement: Any = state.statement
    actor = session.actor
    if state.execution_options.get("core") is KEY:  # unseen()
        return
    if not state.is_orm_statement:
        raise Unguarded(f"not an ORM statement on the guarded session: {str(statement)[:80]}")
    writes = state.is_insert or state.is_update or state.is_delete
    mapper = state.bind_mapper
    if writes and mapper is not None and mapper.class_ in REGISTERED:
        raise Unguarded("a registered row changes as an object inside perform(): a statement passes duty and trail")
    _nobody_elses(state.parameters)
    if state.is_update and isinstance(state.parameters, list):
        raise Unguarded("an update by primary keys ignores every criterion")
    if state.is_column_load and mapper is not None:  # refresh, expired, deferred: options are not asked there
        model = mapper.class_
        statement = statement.where(criterion(model, actor.roles, actor.alone), mark(model.__table__))
    state.statement = _without_sight(statement).options(session.info["seen"])


@event.listens_for(Session, "before_flush")
def _inside_an_act(session: Session, context: Any, instances: Any) -> None:
    _ = session.actor
    if "act" not in session.info:
        loose = [r for r in (*session.new, *session.dirty, *session.deleted) if type(r) in REGISTERED]
        if loose:
            raise Unguarded(f"{type(loose[0]).__name__} changed outside perform()")


@event.listens_for(Session, "before_attach")
def _own_rows_only(session: Session, instance: Any) -> None:
    if inspect(instance).key is not None:
        raise Unguarded(f"{type(instance).__name__} was loaded by another session")


def _refused(self: Any, *args: Any, **kwargs: Any) -> None:
    raise Unguarded("bulk_* writes pass by every rule")


for _name in ("bulk_update_mappings", "bulk_save_objects", "bulk_insert_mappings"):
    setattr(Session, _name, _refused)


# ── the engine's wall ─────────────────────────────────────────────────────────────────────────────────────────────
def guard(engine: Engine) -> Callable[[str], Counter[str]]:
    """Looks at the SQL itself: as many mentions of a guarded table as marks of it, neither more nor fewer.

    It knows no SQL grammar and errs to the safe side: a label, column, CTE or string literal that is called like a
    table is refused. Cutting literals out was tried: $$ opened a hole. A full-text table is its register's:
    it is read beside a mark of it. A guarded table is written in a write transaction, which begins with an act.
    """
    names = "|".join(sorted((m.__table__.name for m in SEES), key=len, reverse=True))
    mention = re.compile(rf"(?<![\w.])(?:\w+\.|\"\w+\"\.)?[\"`\[]?\b({names})\b[\"`\]]?(?!\s*\.|\w)", re.IGNORECASE)
    written = re.compile(rf"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(?:\w+\.)?[\"`\[]?\b({names})\b", re.IGNORECASE)
    marks, locked = re.compile(rf"/\*seen:({names}):{TOKEN}\*/"), re.compile(r"\bFOR UPDATE OF [\w., ]+$")
    harmless = re.compile(r"\s*(PRAGMA|CREATE|ALTER|DROP|ANALYZE)\b", re.IGNORECASE)
    reads = re.compile(r"\b(select|as)\b", re.IGNORECASE)  # CREATE TABLE … AS TABLE clues reads without a SELECT
    words, spelt = re.compile(rf"\b({names})_words\b", re.IGNORECASE), re.compile(r"\bU&\s*\"", re.IGNORECASE)
    returns = re.compile(r"\s*(UPDATE|DELETE)\b.*\bRETURNING\b", re.IGNORECASE | re.DOTALL)

    @lru_cache(8192)
    def unmarked(sql: str) -> Counter[str]:
        if harmless.match(sql) and not reads.search(sql):
            return Counter()
        found = Counter(map(str.lower, mention.findall(locked.sub("", marks.sub("", sql)))))
        marked = Counter(marks.findall(sql))
        if (target := written.match(sql)) and not returns.match(sql):
            found[target[1].lower()] -= 1
        bad = Counter({t: found[t] - marked[t] for t in found | marked if found[t] != marked[t]})
        bad.update(f"{t}_words" for t in map(str.lower, words.findall(sql)) if not marked[t])
        bad.update(spelt.findall(sql))  # a name in escapes: "\0063lues"
        return bad

    @lru_cache(8192)
    def writes(sql: str) -> bool:
        return written.match(sql) is not None

    @event.listens_for(engine, "before_cursor_execute")
    def _check(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        if context is not None and context.execution_options.get("core") is KEY:
            return
        if bad := unmarked(statement):
            raise Unguarded(f"{', '.join(sorted(bad))} read without a rule: {statement[:300]}")
        if writes(statement) and not conn.get_execution_options().get("write"):
            raise Unguarded(f"written outside an act: {statement[:300]}")

    return unmarked


def check_complete(models: list[Any]) -> None:
    """A model without a rule stops the start."""
    if bare := [m.__name__ for m in models if m not in SEES]:
        raise SystemExit(f"no rule says who sees: {', '.join(bare)}")
