"""Who owes what by when. perform follows a row's state here; side duties, blocking, moving stand beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, or_, select, update

from . import clock, desks, links, messages, recusals
from .actor import Actor, Role
from .errors import Refused
from .hanging import OPEN, Duty, Family
from .sight import Scope, Session, everywhere, listed, me, own_branch, own_unit, sees, session_of

HOLDER, HEAD_OF_UNIT, SELF = "*holder", "*head", "*self"  # anything else is the key of a desk
Whose = tuple[int, int]  # (unit, person)


@dataclass(frozen=True)
class Owes:
    """The duty of a state: who, the verb expected, by when. remind: the day on which we ask again, never overdue."""

    who: str | Callable[[Any], str]  # a row may decide which desk: 重大 waits for the deputy
    what: str
    by: clock.Clock
    kind: str = "due"


def whose(session: Session, who: str | Callable[[Any], str], row: Any, actor: Actor) -> Whose:
    """The (unit, person) to whom a duty falls; past whoever is kept off the matter, or stands under him."""
    return recusals.instead(session, row.number, _named(session, who, row, actor))


def _named(session: Session, who: str | Callable[[Any], str], row: Any, actor: Actor) -> Whose:
    if not isinstance(who, str):
        who = who(row)
    if who == SELF:
        assert actor.unit_id is not None
        assert actor.id is not None
        return actor.unit_id, actor.id
    if who == HOLDER:
        return row.unit_id, row.officer_id
    if who == HEAD_OF_UNIT:
        return desks.head(session, row.unit_id)
    return desks.holder(session, who)


def owe(
    session: Session, family: Family, whom: Whose, due_at: datetime, *, register: str, subject: str, what: str,
    kind: str = "due", blocks: str | None = None, since: datetime | None = None,
) -> int:  # fmt: skip
    """A new open duty. Whom it falls to is told, unless it is the actor himself."""
    table, act = family.duty.__table__, session.info["act"]
    new = {
        "register": register, "subject": subject, "what": what, "unit_id": whom[0], "person_id": whom[1],
        "since": since or act.stamp, "due_at": due_at, "kind": kind, "blocks": blocks, "state": "open",
        "rung": 0,
    }  # fmt: skip
    duty_id = int(session.core(insert(table).returning(table.c.id), new).scalar_one())
    if whom[1] != act.actor.id:
        messages.send(session, family, whom[1], "duty", subject, what)
    return duty_id


def end(session: Session, family: Family, duty_id: int, how: str = "done") -> None:
    """Done, moved or void. The database refuses it while a row still points at the duty."""
    table = family.duty.__table__
    one = update(table).where(table.c.id == duty_id, table.c.state == OPEN)
    ended = session.core(one.values(state=how, done_at=session.info["act"].stamp))
    assert ended.rowcount == 1, f"duty {duty_id} was not open"


def follow(
    session: Session, register: Any, row: Any, owes: Owes | None, actor: Actor, blocks: str | None
) -> int | None:
    """The state has moved (or the verb says whom it waits for now): a new duty is owed.

    Gives back the old one, to be ended after the flush: a duty that a row still points at can't be ended.
    """
    family, old = row.family, row.duty_id
    if owes is None:
        row.duty_id = row.owed_at = row.owed_by = row.owed_kind = row.owed_state = None
        return old  # type: ignore[no-any-return]
    unit, person = whose(session, owes.who, row, actor)
    row.owed_at, row.owed_by, row.owed_kind, row.owed_state = owes.by(row), person, owes.kind, "open"
    row.duty_id = owe(
        session, family, (unit, person), row.owed_at, register=register.name, subject=row.number, what=owes.what,
        kind=owes.kind, blocks=blocks,
    )  # fmt: skip
    return old  # type: ignore[no-any-return]


def finish(
    session: Session, family: Family, what: str, subject: str, how: str = "done", *, by: Actor | None = None
) -> None:
    """A side duty (告知) is done by its verb, or goes with its matter. `by`: who did it. Where several owe the same
    (each addressee its receipt) his own are done, else his unit's; one that is owed by another, he has done for him.
    """
    still = owed(session, family, what, subject)
    if by is not None and len(still) > 1:
        his = [d for d in still if d.person_id == by.id]
        still = his or [d for d in still if d.unit_id == by.unit_id]
    for duty in still:
        end(session, family, duty.id, how)


def owed(session: Session, family: Family, what: str, subject: str) -> list[Any]:
    """The open duties of this kind on a number, in the order in which they came."""
    t = family.duty.__table__
    still = select(t).where(t.c.subject == subject, t.c.what == what, t.c.state == OPEN).order_by(t.c.id)
    return list(session.core(still))


def reset(session: Session, family: Family, what: str, subject: str, due_at: datetime) -> None:
    """Another clock holds for a side duty (来件类别 decides it); only due_at is overwritten."""
    t = family.duty.__table__
    still = (t.c.subject == subject, t.c.what == what, t.c.state == OPEN)
    session.core(update(t).where(*still).values(due_at=due_at))


def owe_back(row: Any) -> None:
    """Each linked source that asks for it gets its side duty; the row can't close before.

    Core knows neither tip nor clue. A source that owed its telling already (告知受理) now owes this one instead.
    """
    session = session_of(row)
    for link in links.to(row):
        if link.owes and link.desk:
            finish(session, row.family, link.owes, link.from_number)
            owe(
                session, row.family, desks.holder(session, link.desk), row.due_at,
                register=link.owes.partition(".")[0], subject=link.from_number, what=link.owes, blocks=row.number,
            )  # fmt: skip


def hand_on(session: Session, row: Any, person_id: int, to: Whose) -> None:
    """All open duties of a person on a row go to another: each is closed as moved, a new one stands in its place."""
    t = row.family.duty.__table__
    own = select(t).where(t.c.subject == row.number, t.c.person_id == person_id, t.c.state == OPEN)
    for old in session.core(own).all():
        new = owe(
            session, row.family, to, old.due_at, register=old.register, subject=old.subject, what=old.what,
            kind=old.kind, blocks=old.blocks,
        )  # fmt: skip
        if row.duty_id == old.id:
            row.duty_id, row.owed_by = new, to[1]
            session.flush()
        end(session, row.family, old.id, "moved")


def let_go(session: Session, row: Any) -> None:
    """A matter that goes elsewhere whole: every open duty on it, or that kept it from closing, is ended as moved.

    The row's state no longer needs a duty.
    """
    t = row.family.duty.__table__
    row.duty_id = row.owed_at = row.owed_by = row.owed_kind = row.owed_state = None
    session.flush()
    of_it = select(t.c.id).where(or_(t.c.subject == row.number, t.c.blocks == row.number), t.c.state == OPEN)
    for (duty_id,) in session.core(of_it).all():
        end(session, row.family, duty_id, "moved")


def step_aside(row: Any) -> None:
    """After somebody is kept off a row: whoever handles it must not be he nor stand under him, and what they owe on it
    goes up. He is told what he is told of any reassignment.
    """
    session = session_of(row)
    if row.officer_id is not None:
        up = recusals.instead(session, row.number, (row.unit_id, row.officer_id))
        if up[1] != row.officer_id:
            if row.officer_id != session.info["act"].actor.id:
                messages.send(session, row.family, row.officer_id, "moved", row.number)
            row.unit_id, row.officer_id = up
    t = row.family.duty.__table__
    owed = select(t.c.unit_id, t.c.person_id).where(t.c.subject == row.number, t.c.state == OPEN).distinct()
    for unit_id, owing in session.core(owed).all():
        to = recusals.instead(session, row.number, (unit_id, owing))
        if to[1] != owing:
            hand_on(session, row, owing, to)


def nothing_blocks(session: Session, family: Family, number: str, label: Callable[[str], str]) -> None:
    """Asked under core's key: a duty that the closer can't see blocks as well. It names the act, not the subject."""
    t = family.duty.__table__
    left = session.core(select(t.c.what).where(t.c.blocks == number, t.c.state == OPEN)).scalars().all()
    if left:
        acts = "、".join(sorted({f"{label(w)}（{left.count(w)}）" for w in left}))
        raise Refused(None, _("还有未完成的事项，办完后才能办结：") + acts)


def waits_for(what: str) -> Scope:
    """The row's own duty asks for this verb: a sub-state without a state (核查中: of the officer, then of the head)."""

    def sql(model: Any, alone: bool) -> Any:
        t = model.family.duty.__table__
        return model.duty_id.in_(listed(t.c.id, t.c.id == model.duty_id, t.c.what == what).correlate_except(t))

    return Scope(f"waits_for({what})", sql)


def holds(what: str) -> Scope:
    """The actor holds an open duty of this kind on the row, be it the row's own or a side duty."""

    def sql(model: Any, alone: bool) -> Any:
        t = model.family.duty.__table__
        own = (t.c.subject == model.number, t.c.what == what, t.c.state == OPEN, t.c.person_id == me.id)
        return model.number.in_(listed(t.c.subject, *own).correlate_except(t))

    return Scope(f"holds({what})", sql)


mine = Scope("mine", lambda m, alone: m.person_id == me.id)
_OFFICES = (Role.OFFICE, Role.OFFICE_HEAD, Role.DEPUTY_HEAD, Role.BUREAU_HEAD, Role.JOB)
sees(
    Duty,
    dict.fromkeys(Role, mine)
    | {Role.OFFICER: mine | own_unit, Role.UNIT_HEAD: mine | own_branch}
    | dict.fromkeys(_OFFICES, everywhere),
)
