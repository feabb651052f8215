"""A register as a list: one select per shape of request, keyset pages both ways, counts apart. Columns, no objects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Date, Select, and_, bindparam, func, literal_column, select, tuple_

from . import clock, search
from .register import Column, Register, Sort, Tab
from .sight import Session
from .types import UtcDateTime

PER_PAGE, CAP = 50, 100
NOW, SOON = bindparam("now", None, UtcDateTime), bindparam("soon", None, UtcDateTime)
SOON_DAYS = 3  # working days: the ladder's first rung
NUMBER = re.compile(r"[A-Z]{2}-\d{4}-\d{4,6}")


@dataclass(frozen=True)
class Page:
    """What a list shows: the rows as they are drawn, and the addresses of the pages beside it."""

    rows: list[Any]
    older: str | None
    newer: str | None


@dataclass(frozen=True)
class Asked:
    """A request for a list, read from its address: unknown keys and values that do not parse are left out."""

    register: Register
    texts: tuple[tuple[str, str], ...]  # filters as they stand in the address
    values: dict[str, Any]
    tab: Tab | None
    sorts: tuple[Sort, ...]  # the orders that are offered here
    sort: Sort
    chosen_sort: str | None
    turn: str | None
    at: tuple[datetime | date, int] | None
    q: str

    @property
    def number(self) -> str | None:
        """Q as a full number, full-width digits too: then it alone counts."""
        said = search.plain(self.q).upper().strip()
        return said if NUMBER.fullmatch(said) else None

    def url(self, **change: str | None) -> str:
        """This list's address with some parts changed (None: taken away); back on its first page."""
        parts: dict[str, str] = dict(self.texts)
        parts |= {"tab": self.tab.key} if self.tab else {}
        parts |= {"sort": self.chosen_sort} if self.chosen_sort else {}
        parts |= {"q": self.q} if self.q else {}
        kept = {k: v for k, v in {**parts, **change}.items() if v is not None}
        return self.register.root + ("?" + urlencode(kept) if kept else "")


def read(register: Register, args: Mapping[str, str]) -> Asked:
    """The address → what is asked."""
    args = {k: v.replace("\0", "") for k, v in args.items()}
    texts, values = [], {}
    for f in register.filters:
        if said := args.get(f.key):
            try:
                values[f.key] = f.read(said)
            except (ValueError, KeyError, OverflowError):  # no such day, no such choice
                continue
            texts.append((f.key, said))
    tab = next((t for t in register.tabs if t.key == args.get("tab")), None)
    stated = any(f.excludes_tabs and f.key in values for f in register.filters)
    tab = None if stated else tab
    sorts = tuple(s for s in register.sorts if s.tabs is None or (not stated and (tab.key if tab else "") in s.tabs))
    chosen = args.get("sort") if any(s.key == args.get("sort") for s in sorts) else None
    sort = chosen or (tab.sort if tab else None) or register.sorts[0].key
    by = next(s for s in register.sorts if s.key == sort)
    turn, at = next((t for t in ("before", "after") if t in args), None), None
    if turn:
        at = _place(args[turn], by)
        turn = turn if at else None
    return Asked(register, tuple(texts), values, tab, sorts, by, chosen, turn, at, args.get("q", "").strip()[:100])


def _place(text: str, by: Sort) -> tuple[datetime | date, int] | None:
    """Where a page begins: an aware moment (or a day, where rows go by day) and an id. None for what no list wrote."""
    moment, _, row_id = text.rpartition(",")
    try:
        last = int(row_id)
        if not 0 <= last < 2**31:
            return None
        if isinstance(by.by[0].type, Date):
            return date.fromisoformat(moment), last
        at = datetime.fromisoformat(moment)
        return (at.astimezone(UTC), last) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _values(asked: Asked) -> dict[str, Any]:
    values = asked.values | {"now": clock.now(), "soon": _soon(clock.today())}
    if asked.at:
        values |= {"at_": asked.at[0], "id_": asked.at[1]}
    if asked.number:
        values |= {"number_": asked.number}
    return values


@lru_cache(8)
def _soon(today: Any) -> datetime:
    return clock.end_of(clock.add_working_days(today, SOON_DAYS))


def _where(register: Register, query: Select[Any], keys: frozenset[str], tab: str | None) -> Select[Any]:
    query = query.where(*(f.where(bindparam(f.key)) for f in register.filters if f.key in keys))
    return query.where(*next((t.where for t in register.tabs if t.key == tab), ()))


Shape = tuple[Register, frozenset[str], str | None, str, str | None, bool]


def _shape(asked: Asked) -> Shape:
    tab = asked.tab.key if asked.tab else None
    return asked.register, frozenset(asked.values), tab, asked.sort.key, asked.turn, asked.number is not None


def _at(register: Register, sort: Sort) -> str:
    """Under which name a row has the value that it is sorted by: a shown column is not read twice."""
    found = (c.key for c in register.columns if c.through is None and c.source is sort.by[0])
    return next(found, "at_")


def _sort(shape: Shape) -> Sort:
    return next(s for s in shape[0].sorts if s.key == shape[3])


def _down(shape: Shape) -> bool:
    return _sort(shape).newest_first != (shape[4] == "after")


def _read(shape: Shape) -> Select[Any]:
    """The columns of the rows themselves; of a name the key by which it is looked up."""
    register, sort = shape[0], _sort(shape)
    own = (c for c in register.columns if c.counts is None)
    columns = [(c.source if c.through is None else c.through).label(c.key) for c in own]
    if (at := _at(register, sort)) == "at_":
        columns.append(sort.by[0].label(at))
    return select(*columns, register.model.id.label("id_"))


def _own(shape: Shape) -> tuple[Select[Any], tuple[Any, ...]]:
    """These rows, filtered, and their order."""
    register, keys, tab, _, turn, by_number = shape
    s = _sort(shape)
    own = _where(register, _read(shape), keys, tab).where(*s.where)
    if by_number:
        own = own.where(register.model.number == bindparam("number_"))
    down = _down(shape)
    if turn:
        here = tuple_(bindparam("at_", type_=s.by[0].type), bindparam("id_", type_=s.by[1].type))
        own = own.where(tuple_(*s.by) < here if down else tuple_(*s.by) > here)
    return own, tuple(c.desc() if down else c.asc() for c in s.by)


def _named(shape: Shape, page: Any) -> Select[Any]:
    """Names looked up for the rows of the page, after LIMIT: a join let PostgreSQL hash 15,000 rows to show 50.

    Nothing is sorted again: a scan of a subquery keeps its order on both engines.
    """
    shown = [page.c.id_]
    if (at := _at(shape[0], _sort(shape))) == "at_":
        shown.append(page.c[at])
    return select(*shown, *(_told(page, c).label(c.key) for c in shape[0].columns))


def _told(page: Any, c: Column) -> Any:
    """A value of the page, the name that it is a key of, or how many rows point at it."""
    if c.counts is not None:
        return select(func.count(c.source)).where(c.counts == page.c.id_, *c.among).scalar_subquery()
    own = page.c[c.key]
    return own if c.through is None else select(c.source).where(c.source.class_.id == own).scalar_subquery()


@cache
def statement(shape: Shape, most: int) -> Select[Any]:
    """One select per shape of request: its compiled form is shared by all people with the same roles."""
    own, order = _own(shape)
    return _named(shape, own.order_by(*order).limit(most).subquery("page"))


# ── words: the keys first, then their rows ────────────────────────────────────────────────────────────────────────
def _walk(shape: Shape, words: int, signs: int, keys: Select[Any]) -> tuple[Select[Any], Any]:
    """The keys of the rows with the words among those of `keys`; and the walk itself, which may be ordered by."""
    model = shape[0].model
    walk = keys.with_only_columns(
        _sort(shape).by[0].label("at_"), model.id.label("id_"), model.signs.label("signs_")
    ).subquery("walk")
    held = select(and_(*search.has_words(model.search_text, words))).where(model.id == walk.c.id_).scalar_subquery()
    return select(walk.c.id_, walk.c.at_).where(*search.has_signs(walk.c.signs_, signs), held), walk


@cache
def _walking(shape: Shape, words: int, signs: int, reach: int | None, most: int) -> Select[Any]:
    """Among the next `reach` rows of the list. It ends where `most` are found: there is neither a join nor an order
    outside, for which SQLite would read the whole walk before the first row.
    """
    own, order = _own(shape)
    return _walk(shape, words, signs, own.order_by(*order).limit(reach))[0].limit(most)


@cache
def _all_walked(shape: Shape, words: int, signs: int, reach: int, most: int) -> Select[Any]:
    """In a list that has `reach` rows or fewer. The inner limit cuts nothing off: without an order inside, both engines
    read the rows where the filters find them, be they few among many of others.
    """
    found, walk = _walk(shape, words, signs, _own(shape)[0].limit(reach))
    down = _down(shape)
    return found.order_by(*(c.desc() if down else c.asc() for c in (walk.c.at_, walk.c.id_))).limit(most)


@cache
def _size(shape: Shape, most: int) -> Select[Any]:
    """How many rows the list has, up to `most`: from an index alone."""
    some = _own(shape)[0].with_only_columns(shape[0].model.id.label("id_")).limit(most).subquery("some_")
    return select(func.count()).select_from(some)


@cache
def _by_words(shape: Shape, words: int, dialect: str, most: int) -> Select[Any]:
    """What full text finds, tested again."""
    (own, order), model = _own(shape), shape[0].model
    hits = search.matching(shape[0], dialect)
    found = own.with_only_columns(model.id.label("id_"), _sort(shape).by[0].label("at_"))
    found = found.join_from(hits, model, model.id == hits.c.id).where(*search.has_words(model.search_text, words))
    return found.order_by(*order).limit(most)


@cache
def _by_ids(shape: Shape) -> Select[Any]:
    some = _read(shape).where(shape[0].model.id.in_(bindparam("ids", expanding=True)))
    return _named(shape, some.subquery("page"))


def _search(session: Session, shape: Shape, values: dict[str, Any], words: list[str], most: int) -> list[Any]:
    """(id, place in the order) of what is found. core/search.py says why it goes this way."""
    values |= search.values(words)
    counts = len(words), len(search.asked_signs(words))
    found, walked = list(session.rows_again(_walking(shape, *counts, search.WALK, most), values)), search.WALK
    if search.worth_walking(len(found), most):
        further = (*shape[:4], shape[4] or "before", shape[5])
        here = values | {"id_": found[-1].id_, "at_": found[-1].at_}
        found += session.rows_again(_walking(further, *counts, search.WHOLE, most - len(found)), here)
        walked = search.WHOLE
    if len(found) >= most:
        return found
    size = session.rows_again(_size(shape, search.WHOLE + 1), values).scalar_one()
    if size <= walked:
        return found
    if size <= search.WHOLE:
        return list(session.rows_again(_all_walked(shape, *counts, search.WHOLE, most), values).all())
    dialect = session.get_bind().dialect.name
    values["words"] = search.question(words, dialect)
    if not values["words"]:  # punctuation alone is in no index
        return list(session.rows_again(_walking(shape, *counts, None, most), values).all())
    return list(session.rows_again(_by_words(shape, len(words), dialect, most), values).all())


def _fetch(session: Session, asked: Asked, most: int) -> list[Any]:
    shape, values = _shape(asked), _values(asked)
    words = search.asked(asked.q) if not asked.number else []
    if not words:
        return list(session.rows_again(statement(shape, most), values).all())
    if asked.register.found is not None:
        ids = asked.register.found(session, words)[:most]
    else:
        ids = [r.id_ for r in _search(session, shape, values, words, most)] if asked.register.searched else []
    if not ids:
        return []
    rows = {r.id_: r for r in session.rows_again(_by_ids(shape), {"ids": ids})}
    return [rows[i] for i in ids if i in rows]


def page(session: Session, asked: Asked) -> Page:
    """Fifty rows as they are drawn, and the addresses of the newer and the older fifty."""
    rows = _fetch(session, asked, PER_PAGE + 1)
    more, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    if asked.turn == "after":
        rows.reverse()
    older = rows and (more or asked.turn == "after")
    newer = rows and (asked.turn == "before" or (more and asked.turn))
    return Page(
        asked.register.shown(rows),
        asked.url(before=_key(asked, rows[-1])) if older else None,
        asked.url(after=_key(asked, rows[0])) if newer else None,
    )


def _key(asked: Asked, row: Any) -> str:
    return f"{getattr(row, _at(asked.register, asked.sort)).isoformat()},{row.id_}"


def everything(session: Session, asked: Asked, most: int) -> list[Any]:
    """The same rows without pages, for a file: at most so many."""
    return _fetch(session, asked, most)


# ── counts ────────────────────────────────────────────────────────────────────────────────────────────────────────
@cache
def _counting(register: Register) -> Select[Any] | None:
    """All counted tabs in one statement, each capped: count(*) over a LIMIT of the whole list, not of the filter."""
    counts = []
    for t in register.tabs:
        if t.counted:
            one: Select[Any] = select(literal_column("1").label("one")).select_from(register.model)
            inner = _where(register, one, frozenset(), t.key).limit(literal_column(str(CAP))).subquery()
            counts.append(select(func.count()).select_from(inner).scalar_subquery().label(t.key))
    return select(*counts) if counts else None


def counts(session: Session, register: Register) -> dict[str, str]:
    """Tab → its count in words, 99+ at most. Never in the page: the page would cost ten times as much."""
    query = _counting(register)
    if query is None:
        return {}
    values = {"now": clock.now(), "soon": _soon(clock.today())}
    found = session.rows_again(query, values).one()
    return {k: str(n) if n < CAP else "99+" for k, n in found._mapping.items()}


@cache
def _whole(shape: Shape) -> Select[Any]:
    ids = _own(shape)[0].with_only_columns(shape[0].model.id.label("id_"))
    return select(func.count()).select_from(ids.subquery("all_"))


def count(session: Session, asked: Asked) -> int:
    """How many rows this address has in all, uncapped: the value of a figure."""
    return int(session.rows_again(_whole(_shape(asked)), _values(asked)).scalar_one())


def count_whole(session: Session, asked: Asked) -> int:
    """The same, whoever may see the rows. For core/figures.py alone, which blurs it before anybody reads it."""
    return int(session.rows_of_all(_whole(_shape(asked)), _values(asked)).scalar_one())
