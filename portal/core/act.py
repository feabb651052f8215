"""perform(): the only way to write. One page of calls; each step is a function of its own module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from ..extensions import db
from . import clock, drafts, duties, files, notes, numbers, papers, repeats, search, trail, vault
from .actor import Actor, Role
from .errors import Conflict, Forbidden, Hidden, Refused
from .hanging import Common
from .register import REGISTERS, Register, Verb, named
from .sight import Rule, Session, allowed, everywhere, not_the_proposer

OVERTAKEN = ("23505", "40001", "40P01")  # PostgreSQL: unique violation, serialisation failure, deadlock
UNDONE = "*undone_by"  # in carries: whatever an approving verb names as its undoing
RECORDERS: Rule = {Role.OFFICE: everywhere & not_the_proposer}  # who may write down what a leader signed on paper


@dataclass(frozen=True)
class Done:
    """The record that was written."""

    number: str
    words: str


@dataclass(frozen=True)
class Signed:
    """An approval given on paper (线下签批): by whom, when, and the scan that shows it."""

    approver: Actor
    on: date
    scan: files.Upload


@dataclass(frozen=True)
class Recorded:
    """What signings.record is given: the step that the approver will be asked about."""

    register: str
    number: str
    verb: str
    approver: Actor
    on: date


@dataclass
class Act:
    """The running transaction. also() and core's own functions find it in the session."""

    session: Session
    actor: Actor
    verb: Verb
    at: datetime
    signed: Signed | None = None
    nameless: bool = False  # an anonymous tip: the day and the desk
    hand: Actor | None = None  # in whose name a carried verb stands where its reader must not learn who performed it
    aside: set[str] = field(default_factory=set)  # numbers from which somebody is kept off since this act
    entries: list[dict[str, Any]] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)

    @property
    def stamp(self) -> datetime:
        """The moment that is kept: of an anonymous tip the day alone."""
        return clock.day_alone(self.at) if self.nameless else self.at

    def by(self, verb: Verb) -> Actor:
        """Who stands on the row and its step; the trail names the actor himself."""
        return self.hand if self.hand is not None and verb is not self.verb else self.actor

    @property
    def signature(self) -> str | None:
        """Whose name the step bears when it was signed on paper."""
        if self.signed is None:
            return None
        words = _("%(approver)s，%(day)s 线下签批，%(recorder)s 登记")
        day = self.signed.on.isoformat()
        return words % {"approver": self.signed.approver.signature, "day": day, "recorder": self.actor.name}


def perform(
    actor: Actor, verb: Verb, given: Any = None, *, number: str | None = None, version: int | None = None,
    once: str | None = None, signed: Signed | None = None,
) -> Done:  # fmt: skip
    """Do a verb, whole or not at all. Raises Hidden, Conflict, Forbidden, Refused; afterwards load the row anew.

    Whom another overtook between his question and his writing begins once more: now he sees what that one wrote, and
    the rule that asks for it answers in its own words.
    """
    try:
        return _perform(actor, verb, given, number, version, once, signed)
    except (DBAPIError, StaleDataError) as lost:
        if not isinstance(lost, StaleDataError) and getattr(lost.orig, "sqlstate", None) not in OVERTAKEN:
            raise
        return _perform(actor, verb, given, number, version, once, signed)


def _perform(
    actor: Actor, verb: Verb, given: Any, number: str | None, version: int | None, once: str | None,
    signed: Signed | None,
) -> Done:  # fmt: skip
    session = db.session()
    session.actor = actor
    session.begin_write()
    act = session.info["act"] = Act(session, actor, verb, clock.now(), signed)
    try:
        if once and (earlier := repeats.claim(session, once, actor.id, verb.full, (number, given, signed))):
            return Done(earlier, str(verb.label))
        row = load(session, verb, number, version, signed=signed) if verb.on else None
        done, made = _run(act, verb, row, given)
        if signed is not None:
            _ask_the_approver(act, verb, made, signed)
        if verb.drafts and actor.id:
            drafts.drop(session, verb.register.model.family, actor.id, verb.full, number or "")
        if once:
            repeats.keep(session, once, done.number, nameless=act.nameless)
        session.flush()
        trail.append(session, act, act.entries)
        session.commit()
        for call in act.after:
            call()
        trail.anchor(session)
        return done
    finally:
        session.info.pop("act", None)
        session.rollback()


def _run(act: Act, verb: Verb, row: Any, given: Any) -> tuple[Done, Any]:
    """Steps 6 to 10, for the verb itself and for each that it carries."""
    session, register, parent = act.session, verb.register, row if verb.creates else None
    actor = act.by(verb)
    before: dict[str, Any] = {}
    if verb.creates:
        number = numbers.take(session, register.prefix, register.digits)
        assert verb.does is not None
        row = verb.does(given, actor, number) if verb.on is None else verb.does(parent, given, actor, number)
        if row is None:  # the matter went elsewhere: only the number is used up
            return Done(number, str(verb.label)), None
        row.number, row.created_at = number, act.stamp
    else:
        before = trail.snapshot(row)
        if verb.does:
            verb.does(row, given, actor)
    if len(verb.to) == 1:
        row.state = verb.to[0].value
    if verb.proposes:
        row.proposed_by = actor.id
    above = parent if verb.creates else register.parent and getattr(row, register.parent)
    ended = _follow(act, verb, row, before, above)
    if register.searched:
        search.write(row, register.searched(session, row))
    session.add(row)
    session.flush()
    if ended:
        duties.end(session, row.family, ended, "moved" if verb.goes_along else "done")
    _settle(act, verb, row)
    search.index(session, register, row, before.get("search_text"))
    _revise(act, row, before)
    paper = papers.issue(session, act, verb.paper, row, given) if verb.paper else None
    if verb.leaves_step:
        _step(act, verb, row, given, before, above, paper)
    act.entries.append(trail.entry(verb.full, row.number, before, row))
    if paper:
        act.entries.append(paper.entry)
    return Done(row.number, str(verb.label)), row


def _settle(act: Act, verb: Verb, row: Any) -> None:
    """The side duty that the verb does; and whoever is kept off the row since this act."""
    if verb.does_duty:
        duties.finish(act.session, row.family, verb.full, row.number, by=act.actor)
    if row.number in act.aside:
        duties.step_aside(row)
        act.session.flush()


def _follow(act: Act, verb: Verb, row: Any, before: dict[str, Any], above: Any) -> int | None:
    """The duty of the new state; gives the old one, to be ended after the flush."""
    register = verb.register
    state = register.state(row)
    if state is None:
        return None
    if verb.to and state not in verb.to:
        raise RuntimeError(f"{verb.full} ended in {state}")
    if state != before.get("state"):
        row.state_since = act.stamp
    elif not verb.owes:
        return None
    if not state.is_open and before:  # a new row blocks nothing yet; of a family apart its writer may not ask
        duties.nothing_blocks(act.session, row.family, row.number, lambda what: str(named(what).label))
    blocks = above.number if above is not None and register.blocks else None
    return duties.follow(act.session, register, row, verb.owes or register.duties.get(state), act.actor, blocks)


def _step(act: Act, verb: Verb, row: Any, given: Any, before: dict[str, Any], above: Any, paper: Any) -> None:
    """The line of the time line. A carried verb under the same parent writes none of its own."""
    kept = files.keep(act.session, row, given, act)
    if act.signed is not None and verb is act.verb:
        kept.append(files.put(act.session, row, act.signed.scan, act))
    if verb is not act.verb and act.verb.creates and act.verb.under is verb.register:
        return
    if above is not None and not act.verb.creates and isinstance(above, act.verb.register.model):
        return  # a child that goes with its parent
    state = verb.register.state(row)
    to = state.label if state and state != before.get("state") else None
    under = above.number if above is not None else None
    words, paper_id = getattr(given, "words", None), paper.id if paper else None
    notes.step(
        act.session,
        act,
        row,
        under=under,
        verb=verb,
        to=str(to) if to else None,
        kind=given.reader if isinstance(given, notes.Jotted) else None,
        words=words,
        paper_id=paper_id,
        files=kept,
    )


def _ask_the_approver(act: Act, verb: Verb, row: Any, signed: Signed) -> None:
    recorded = Recorded(verb.register.name, row.number, verb.full, signed.approver, signed.on)
    _run(act, named("signings.record"), None, recorded)


def also(full: str, row: Any = None, given: Any = None, *, unseen: bool = False) -> Any:
    """A verb inside a verb: the same transaction and actor, no second question who may.

    A carried row must be seen by the actor and untouched by the action; `unseen`: it goes with a matter that moves
    whole, and was loaded so. Gives the row back, but nothing of a family apart to whoever stands outside it.
    """
    act = running()
    undoes = UNDONE in act.verb.carries and any(
        v.undone_by == full for r in REGISTERS.values() for v in r.verbs.values()
    )
    verb = named(full)
    if full not in act.verb.carries and not undoes and not verb.by_any:
        raise RuntimeError(f"{act.verb.full} does not say that it carries {full}")
    if row is not None and not verb.creates:
        row = row if unseen else act.session.get(type(row), row.id, with_for_update=True, populate_existing=True)
        if row is None or (verb.when and row.state not in verb.when):
            raise Conflict(possible=False)
    made = _run(act, verb, row, given)[1]
    family = verb.register.model.family
    return made if family in (act.verb.register.model.family, Common.family) else None


def running() -> Act:
    """The act that is going on; raises outside of one."""
    try:
        act: Act = db.session().info["act"]
    except KeyError:
        raise RuntimeError("outside an act") from None
    return act


@lru_cache
def _loading(verb: Verb, roles: Role, alone: bool, on_paper: bool) -> Any:
    model = verb.on.model  # type: ignore[union-attr]
    may = allowed(model, RECORDERS if on_paper else verb.who, roles, alone)
    found = select(model, may.label("may")).where(model.number == bindparam("number"))
    return found.with_for_update(of=model).execution_options(populate_existing=True)


def load(session: Session, verb: Verb, number: str | None, version: int | None, *, signed: Signed | None) -> Any:
    """The row through the actor's sight, locked, compared and asked: one statement.

    `begin_write` has emptied the session, else FOR UPDATE would hand back the values read before the lock.
    """
    actor = session.actor
    found = session.execute(_loading(verb, actor.roles, actor.alone, signed is not None), {"number": number}).first()
    if found is None:
        raise Hidden
    row, may = found
    if not actor.has(RECORDERS if signed is not None else verb.who):  # never his work, whatever the state
        raise Forbidden(who_may(verb))
    possible_now = not verb.when or row.state in verb.when
    if (version is not None and version != row.version) or not possible_now:
        raise Conflict(possible=bool(may) and possible_now)
    if not may:
        raise Forbidden(who_may(verb))
    if signed is not None:
        _may_approve(session, verb, row, signed)
    return row


def _may_approve(session: Session, verb: Verb, row: Any, signed: Signed) -> None:
    """The approver holds the role, and neither wrote it down nor proposed it (四眼原则)."""
    model, approver = verb.register.model, signed.approver
    asked = select(allowed(model, verb.who, approver.roles, approver.alone)).where(model.id == row.id)
    his = {"me_id": approver.id, "me_unit": approver.unit_id, "me_path": approver.path}
    if approver.id == session.actor.id or not session.core(asked, his).scalar():
        raise Refused("approver_id", _("这位领导不能批准本件，请核对呈批件上的签名"))


def who_may(verb: Verb) -> str:
    """The sentence of a 403: whose work it is."""
    return _("本步由%(roles)s办理") % {"roles": "、".join(str(role.label) for role in verb.who if role != Role.JOB)}


def _revise(act: Act, row: Any, before: dict[str, Any]) -> None:
    """The earlier value of each column that was changed, as words, sealed under the record's key."""
    session = act.session
    if row.number in session.info.get("destroyed", ()):
        return  # what was sealed has just been ended, and nothing takes its place
    for name in row.revised:
        old = before.get(name)
        if old is not None and old != getattr(row, name):
            about = f"{row.__tablename__}.{name} before {row.version}"
            sealed = vault.seal(session, row.family, row.number, about, str(old))
            values = {"number": row.number, "name": name, "version": row.version, "until": act.stamp}
            session.core(insert(row.family.revision.__table__), values | {"sealed": sealed})


def earlier_texts(session: Session, row: Any) -> list[tuple[str, datetime, str]]:
    """(column, until when, text) of what `amend` replaced, newest first. For those who see the row."""
    t, texts = row.family.revision.__table__, []
    for r in session.core(select(t).where(t.c.number == row.number).order_by(t.c.id.desc())):
        about = f"{row.__tablename__}.{r.name} before {r.version}"
        texts.append((r.name, r.until, vault.unseal(session, row.family, row.number, about, r.sealed)))
    return texts


# ── what the record page asks ─────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Possible:
    """A verb that may be done now; `on_paper`: written down after a leader has signed."""

    verb: Verb
    on_paper: bool = False


@lru_cache
def _asking(register: Register, state: str | None, roles: Role, alone: bool) -> tuple[tuple[Possible, ...], Any]:
    model = register.model
    here = [
        v for r in REGISTERS.values() for v in r.verbs.values() if v.on is register and (not v.when or state in v.when)
    ]
    asked = [Possible(v) for v in here if any(role & roles for role in v.who)]
    asked += [Possible(v, True) for v in here if v.approves and v.who and any(role & roles for role in RECORDERS)]
    columns = [
        allowed(model, RECORDERS if p.on_paper else p.verb.who, roles, alone).label(f"v{i}")
        for i, p in enumerate(asked)
    ]
    return tuple(asked), select(*columns).where(model.number == bindparam("number")) if columns else None


def possible(session: Session, register: Register, row: Any) -> list[Possible]:
    """The verbs that this actor may do on this row now: one SELECT with a boolean column each."""
    asked, question = _asking(register, getattr(row, "state", None), session.actor.roles, session.actor.alone)
    answers = session.rows(question, {"number": row.number}).first() if asked else ()
    found = [p for p, yes in zip(asked, answers or (), strict=False) if yes]
    own = {p.verb for p in found if not p.on_paper}
    return [p for p in found if not p.on_paper or p.verb not in own]
