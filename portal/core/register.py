"""Register, Verb, Column, Filter, Tab, Sort, Panel: frozen declarations, and the checks at start.

Plain values and functions; a reader finds a thing by "go to definition".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from flask_babel.speaklater import LazyString

from .actor import Role
from .duties import Owes
from .papers import PaperKind
from .sight import REGISTERED, SEES, Rule, Scope, nowhere, sees
from .types import State

Words = str | LazyString


@dataclass(frozen=True)
class Column:
    """What a list reads, and a column of its Excel file if `text` says how.

    `through`: the foreign key by which a name (unit, person) is fetched for the rows of the page alone, after LIMIT.
    `counts`: the foreign key of another register's rows that point at the row: how many of them the viewer sees,
    counted after LIMIT as well; `among`: only those for which this holds.
    """

    key: str
    label: Words
    source: Any
    through: Any = None
    text: Callable[[Any], str | None] | None = None
    counts: Any = None
    among: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Filter:
    """A condition of the address. `where`: bind parameter → criterion; `read`: text → value, ValueError = ignored."""

    key: str
    label: Words
    where: Callable[[Any], Any]
    choices: Callable[[Any], list[tuple[str, str]]]  # session → (value in the address, words)
    read: Callable[[str], Any] = str
    excludes_tabs: bool = False  # a state filter and a state tab would contradict each other
    hidden: bool = False  # spoken only by figures and links; no chip unless chosen


@dataclass(frozen=True)
class Tab:
    """A view of the list. `where` may hold the bind parameters me.*, now, soon; `counted`: its count is a fragment."""

    key: str
    label: Words
    where: tuple[Any, ...]
    sort: str | None = None
    counted: bool = False


@dataclass(frozen=True)
class Sort:
    """(column, id): a keyset by row value. One by a column that may be NULL shows only rows that have it (`where`).

    `tabs`: where an index serves it, "" being the whole list; elsewhere it is not offered.
    """

    key: str
    label: Words
    by: tuple[Any, Any]
    newest_first: bool = True
    where: tuple[Any, ...] = ()
    tabs: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Panel:
    """A box on another part's record page, added from above. `rows`: (session, row) under the viewer's sight."""

    label: Words
    rows: Callable[[Any, Any], list[Any]]
    template: str


@dataclass(frozen=True, eq=False)
class Verb:
    """What can be done: by whom (`who`), from which states (`when`), to which (`to`; several: the action chooses).

    `under`: a creation below this register: the parent is loaded, locked, compared and asked instead of the row.
    `carries`: full names of the verbs that the action may perform by also().
    `approves`: also to be recorded as signed on paper; `undone_by`: what the approver's "no" performs.
    `shows`: (session, row, form) → more context for a template of its own; `fill`: row → first values of the form.
    """

    register: Register
    name: str
    label: Words
    who: Rule
    creates: bool = False
    under: Register | None = None
    when: tuple[State, ...] = ()
    to: tuple[State, ...] = ()
    form: Any = None
    given: Any = None
    does: Callable[..., Any] | None = None
    owes: Owes | None = None  # only where it is not the duty of the state
    does_duty: bool = False  # performing it ends the side duty of its name on the row
    proposes: bool = False
    approves: bool = False
    undone_by: str | None = None
    carries: tuple[str, ...] = ()
    by_any: bool = False  # any verb may carry it, without saying so
    drafts: bool = False
    bulk: bool = False
    decides: bool = False  # owed, it stands in 等我决定; an approving verb does anyway
    paper: PaperKind | None = None
    answer: str | Callable[[str, Any], str] = "record"  # where the 303 goes: record, list, a page below the record;
    # or the address for (number, what was given), where whoever creates may not read the row
    page: str | None = None  # an address of its own; the /do/ address redirects there
    template: str = "register/verb.html"
    shows: Callable[[Any, Any, Any], dict[str, Any]] | None = None
    fill: Callable[[Any], dict[str, Any]] | None = None
    kind: str = "plain"  # of its button: main, plain, quiet (last), apart and danger (at the right end)
    shape: str = "dot"  # on the rail of the time line
    leaves_step: bool = True  # False: the trail and a row of its own say it; the time line, which more people read, not

    @property
    def full(self) -> str:
        """The verb's name everywhere: in duties, trail, carries."""
        return f"{self.register.name}.{self.name}"

    @property
    def is_decision(self) -> bool:
        """Whether a person is asked for a yes or no, rather than for work."""
        return self.decides or self.approves

    @property
    def goes_along(self) -> bool:
        """Whether it is what happens to a row whose matter goes elsewhere whole."""
        return self.by_any and not self.creates

    @property
    def on(self) -> Register | None:
        """The register whose row is loaded before the act: the parent for a creation below one, None for a creation."""
        return self.under if self.creates else self.register

    @property
    def states_after(self) -> tuple[State, ...]:
        """In which states the record of this register can be afterwards."""
        if self.to or self.creates or not self.register.states:
            return self.to
        return self.when or tuple(self.register.states)


@dataclass(frozen=True, eq=False)
class Register:
    """台账: a model with all that is said about it. Lists, records, forms, Excel, tests come from here."""

    name: str
    model: Any
    root: str
    prefix: str
    title: Words
    sees: Rule | Scope
    states: type[State] | None = None
    start: State | None = None
    duties: dict[State, Owes] = field(default_factory=dict)  # one line an open state: who owes what while it lasts
    parent: str | None = None  # the relationship to the parent row
    blocks: bool = False  # the parent can't close while one is open
    digits: int = 4
    columns: tuple[Column, ...] = ()
    shown: Callable[[list[Any]], list[Any]] = lambda rows: rows  # a list's tuples → what the row macro draws
    searched: Callable[[Any, Any], str] | None = None  # (session, row) → the working text that q finds
    found: Callable[[Any, list[str]], list[int]] | None = None  # (session, words) → ids, where the words are sealed
    filters: tuple[Filter, ...] = ()
    tabs: tuple[Tab, ...] = ()
    sorts: tuple[Sort, ...] = ()
    row: str = ""  # the macro that draws a list row
    record: str = "register/record.html"
    listing: str = "register/list.html"
    own_list: bool = False  # its list has a shape and a view of its own, at the root
    shows: Callable[[Any, Any], dict[str, Any]] | None = None  # (session, row) → more context for the record page
    looked: Callable[[Any, Any, str], str] | None = None  # (session, row, ?from=) → what the trail says was looked at
    heads: Callable[[Any], dict[str, Any]] | None = None  # session → more context for the list page
    verbs: dict[str, Verb] = field(default_factory=dict)
    panels: list[Panel] = field(default_factory=list)

    def __post_init__(self) -> None:
        REGISTERS[self.name] = self
        REGISTERED.add(self.model)
        sees(self.model, self.sees)

    def verb(self, name: str, label: Words, **options: Any) -> Verb:
        """Declare a verb on a row of this register."""
        for key in ("when", "to"):
            given = options.pop(key, ())
            options[key] = given if isinstance(given, tuple) else (given,)
        made = Verb(self, name, label, **options)
        self.verbs[name] = made
        return made

    def creates(self, name: str, label: Words, **options: Any) -> Verb:
        """Declare a verb that makes a new row."""
        start = {"to": self.start} if self.start else {}
        return self.verb(name, label, creates=True, **(start | options))

    @property
    def seen_by(self) -> Role:
        """The roles that may see some rows of it; of a child that is seen with its parent, of that."""
        seen_with = self.parent if isinstance(self.sees, Scope) else None
        rule = SEES[getattr(self.model, seen_with).property.mapper.class_ if seen_with else self.model]
        roles = Role(0)
        for role, scope in rule.items():
            roles |= role if scope is not nowhere else Role(0)
        return roles

    def panel(self, panel: Panel) -> None:
        """Add a box to this register's record page from a part above."""
        self.panels.append(panel)

    def state(self, row: Any) -> State | None:
        """The row's state as the enum, or None in a register without states."""
        return self.states.of(row.state) if self.states else None


REGISTERS: dict[str, Register] = {}


def named(full: str) -> Verb:
    """The verb of a full name."""
    register, _, name = full.partition(".")
    return REGISTERS[register].verbs[name]


def check() -> None:
    """A verb without a form, a duty without a verb, a state without an end: all at start, with the names."""
    wrong = [fault for r in REGISTERS.values() for fault in (*_verb_faults(r), *_state_faults(r))]
    if wrong:
        raise SystemExit("registers: " + "; ".join(wrong))


def _verb_faults(r: Register) -> list[str]:
    wrong = []
    for v in r.verbs.values():
        named_by = (*(c for c in v.carries if not c.startswith("*")), *((v.undone_by,) if v.undone_by else ()))
        wrong += [f"{v.full} names {c}, which is not there" for c in named_by if _missing(c)]
        if (v.form is None) != (v.given is None):
            wrong.append(f"{v.full}: form and given go together")
        elif v.form and (typed := v.form.names()) != (kept := {f.name for f in fields(v.given)}):
            wrong.append(
                f"{v.full}: form has {sorted(typed - kept)}, {v.given.__name__} has {sorted(kept - typed)} alone"
            )
        elif v.form and not v.creates and not v.fill:  # the form would be filled with the masks of what is sealed
            masks = (n for n in sorted(typed) if hasattr(v.register.model, f"{n}_sealed"))
            wrong += [f"{v.full}: {n} is sealed, the form would begin with its mask: say fill=" for n in masks]
        if v.creates and v.under and r.parent is None:
            wrong.append(f"{v.full}: under {v.under.name}, but {r.name} names no parent")
        if v.approves and not v.undone_by:
            wrong.append(f"{v.full}: approves, but nothing says what a denial performs")
    return wrong


def _state_faults(r: Register) -> list[str]:
    wrong = []
    for state in r.states or ():
        owed = r.duties.get(state)
        if state.is_open and owed is None:
            wrong.append(f"{r.name}: nobody owes anything in {state.value}")
        elif owed and _missing(owed.what):
            wrong.append(f"{r.name}: {state.value} owes {owed.what}, which is not there")
        if state.is_open and not any(state in v.when and set(v.to) - {state} for v in r.verbs.values()):
            wrong.append(f"{r.name}: no way out of {state.value}")
        if not any(state in v.to for v in r.verbs.values()):
            wrong.append(f"{r.name}: no way into {state.value}")
    return wrong


def _missing(full: str) -> bool:
    register, _, name = full.partition(".")
    return register not in REGISTERS or name not in REGISTERS[register].verbs
