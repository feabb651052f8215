"""docs/verbs.md, read: which verb is whose, in which state, on which rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

MARKDOWN = Path(__file__).parent.parent.parent / "docs" / "verbs.md"


@dataclass(frozen=True)
class Rule:
    """A row of a verb's table. `cells`: role → words; a role that is not there does not see the register."""

    register: str
    verb: str
    label: str
    states: tuple[str, ...]
    cells: dict[str, tuple[str, ...]] = field(hash=False)


@dataclass(frozen=True)
class Situation:
    """A row of a register as the stage has made it, told by hand: nothing here is read from the database.

    `waits`: the verb that the row waits for; `holds`: (person, verb) of each open duty; `self_`: whom it names.
    `ordinary`: no person's case; `handlers`: who handles a person's case; `about`: whom it concerns.
    `done`: what is done once has been; `to`: the units to which it is issued.
    """

    register: str
    name: str
    state: str
    unit: str = "a"
    waits: str = ""
    holds: frozenset[tuple[str, str]] = frozenset()
    proposer: str = ""
    level: str = "一般"
    self_: frozenset[str] = frozenset()
    ordinary: bool = False
    handlers: frozenset[str] = frozenset()
    about: str = ""
    argued: bool = False
    done: bool = False
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Someone:
    """A person of the cast, his one role, his unit and the units above it."""

    login: str
    role: str
    unit: str


PARENTS = {"a1": ("a1", "a")}  # of the cast's units, the only one that stands below another


def sections() -> dict[str, list[list[str]]]:
    """Heading → the rows of its table, the head row first."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in MARKDOWN.read_text().splitlines():
        if line.startswith("## "):
            heading = line[3:].strip()
        elif line.startswith("|") and not re.fullmatch(r"[|\s:-]+", line):
            found.setdefault(heading, []).append([cell.strip() for cell in line.strip("|").split("|")])
    return found


@cache
def rules() -> tuple[Rule, ...]:
    """The rows of the tables of all registers."""
    made = []
    for heading, (head, *rows) in sections().items():
        if head[:3] != ["verb", "办理", "状态"]:
            continue
        for verb, label, states, *cells in rows:
            words = {role: _words(cell) for role, cell in zip(head[3:], cells, strict=True)}
            made.append(Rule(heading, verb, label, tuple(states.split()), words))
    return tuple(made)


@cache
def sight() -> dict[str, dict[str, tuple[str, ...]]]:
    """Register → role → the words that say which rows it sees."""
    seen: dict[str, dict[str, tuple[str, ...]]] = {}
    for register, told in sections()["Who sees"][1:]:
        same = re.fullmatch(r"as (\w+)", told)
        seen[register] = seen[same[1]] if same else dict(_role(part) for part in told.split(";"))
    return seen


def _role(part: str) -> tuple[str, tuple[str, ...]]:
    role, _, cell = part.strip().partition(": ")
    return role, _words(cell)


def _words(cell: str) -> tuple[str, ...]:
    return () if cell in ("–", "") else tuple(word.strip() for word in cell.split(","))


def holds(words: tuple[str, ...], who: Someone, row: Situation, verb: str) -> bool:
    """Whether all words of a cell hold for this person on this row."""
    return bool(words) and all(_one(word, who, row, verb) for word in words)


def _one(word: str, who: Someone, row: Situation, verb: str) -> bool:
    kind, _, of = word.partition(" of ")
    if kind not in HOLDS:
        raise ValueError(f"docs/verbs.md does not say what {word} means")
    return HOLDS[kind](who, row, of or verb)


HOLDS: dict[str, Callable[[Someone, Situation, str], bool]] = {
    "all": lambda who, row, verb: True,
    "own unit": lambda who, row, verb: who.unit == row.unit,
    "own branch": lambda who, row, verb: who.unit in PARENTS.get(row.unit, (row.unit,)),
    "turn": lambda who, row, verb: row.waits == verb,
    "holder": lambda who, row, verb: (who.login, verb) in row.holds,
    "not proposer": lambda who, row, verb: row.proposer != who.login,
    "not 重大": lambda who, row, verb: row.level != "重大",
    "named": lambda who, row, verb: who.login in row.self_,
    "self": lambda who, row, verb: who.login in row.self_,
    "ordinary or named": lambda who, row, verb: row.ordinary or who.login in row.self_,
    "shared": lambda who, row, verb: len(row.self_) > 1,
    "competent": lambda who, row, verb: False,  # the discipline desk of the cast has no competence
    "opened": lambda who, row, verb: who.login in row.self_,
    "attended": lambda who, row, verb: who.login in row.self_,
    "his duty": lambda who, row, verb: (who.login, row.waits) in row.holds,
    "not argued": lambda who, row, verb: not row.argued,
    "not yet": lambda who, row, verb: not row.done,
    "addressed": lambda who, row, verb: who.unit in row.to,
    "addressed branch": lambda who, row, verb: any(who.unit in PARENTS.get(unit, (unit,)) for unit in row.to),
    "handled": lambda who, row, verb: (row.ordinary or who.login in row.handlers) and who.login != row.about,
}


def sees(who: Someone, row: Situation) -> bool:
    """Whether the person sees the row."""
    return holds(sight()[row.register].get(who.role, ()), who, row, "")


def expected(who: Someone, rule: Rule, row: Situation, closed: frozenset[str]) -> int:
    """The answer to the verb's form: 404, 403, 409, or 200. `closed`: states that are not open."""
    if not sees(who, row):
        return 404
    words = rule.cells.get(who.role, ())
    if not words:
        return 403
    if not within(row.state, rule.states, closed):
        return 409
    return 200 if holds(words, who, row, rule.verb) else 403


def within(state: str, states: tuple[str, ...], closed: frozenset[str]) -> bool:
    """Whether the state is one of those of the table."""
    return state in states or states == ("全部",) or (states == ("在办",) and state not in closed)
