"""What today shows: what is due, what waits for my decision, what changed since yesterday."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, func, or_, select

from ..core import clock
from ..core.actor import Role
from ..core.door import address
from ..core.hanging import OPEN, Duty, Note
from ..core.register import REGISTERS, Verb, named
from ..core.sight import Session, criterion, me
from ..core.types import UtcDateTime
from ..organisation.models import Person, Unit
from ..papers.models import Signing
from ..umbrella.register import UMBRELLA

MOST = 200  # open duties that are looked at; a page of one person shows fewer
SHOWN = 6  # rows of a part of the page, until one asks for all of them
CHANGES = 12
URGED_FROM = 2  # working days overdue from which the office urges: the ladder's first rung after the due day
N = Note.__table__
NUMBERS: Any = bindparam("numbers", expanding=True)
SINCE = bindparam("since", None, UtcDateTime)


@dataclass(frozen=True)
class Work:
    """A row of today: a duty with the matter's title, whose it is, since when, by when, and its next step."""

    number: str
    title: str
    kind: str
    act: str
    unit: str
    person: str
    since: str
    due: clock.Due
    href: str
    step: str
    step_label: str


@dataclass(frozen=True)
class Part:
    """Rows of today under one word, SHOWN of them or all; `href`: the ledger with the same view, if there is one."""

    key: str
    label: str
    count: int
    rows: list[Work]
    href: str | None = None


@dataclass(frozen=True)
class Change:
    """A step of somebody else on a clue that the viewer sees."""

    when: str
    label: str
    number: str
    title: str
    who: str


@dataclass(frozen=True)
class Today:
    """The page: one sentence of counts, then the parts that they count."""

    bands: list[Part]
    decide: Part
    reminders: Part
    changes: list[Change]

    @property
    def due(self) -> int:
        """How many rows stand under 到期与逾期."""
        return sum(band.count for band in self.bands)


def today(session: Session, whole: str = "") -> Today:
    """Duties of the person and what falls due among those he sees; read from `duties` alone, titles joined after.

    `whole`: the key of the part of which all rows are asked for.
    """
    now, me_id = clock.now(), session.actor.id
    night, soon = clock.end_of(clock.today()), clock.end_of(clock.add_working_days(clock.today(), 3))
    columns = (Duty.register, Duty.subject, Duty.what, Duty.due_at, Duty.since, Duty.kind, Duty.person_id, Duty.unit_id)
    is_open = select(*columns).where(Duty.state == OPEN).order_by(Duty.due_at).limit(MOST)
    mine = session.rows(is_open.where(Duty.person_id == me_id)).all()
    others = session.rows(is_open.where(Duty.kind == "due", Duty.due_at < soon, Duty.person_id != me_id)).all()
    decide = [d for d in mine if named(d.what).is_decision]
    # a state that waits for a child owes nothing here: its reminder is shown through the child's
    remind = [d for d in mine if d.kind == "remind" and d.due_at <= soon and named(d.what).register.name == d.register]
    own = [d for d in mine if d.kind == "due" and not named(d.what).is_decision]
    left = sorted((*own, *others), key=lambda d: (d.person_id != me_id, d.due_at))  # one's own work in front
    bands = (
        ("overdue", _("逾期"), [d for d in left if d.due_at < now], "overdue"),
        ("today", _("今天到期"), [d for d in left if now <= d.due_at <= night], "soon"),
        ("soon", _("三个工作日内到期"), [d for d in left if night < d.due_at <= soon], "soon"),
        ("later", _("我的，以后到期"), [d for d in left if d.due_at > soon], "mine"),
    )
    ledger = "/clues/?tab=" if session.actor.roles & REGISTERS["clues"].seen_by else None

    def part(key: str, label: str, found: list[Any], href: str | None = None) -> Part:
        return Part(key, label, len(found), _works(session, found if key == whole else found[:SHOWN]), href)

    return Today(
        [part(key, label, ds, ledger and ledger + tab) for key, label, ds, tab in bands if ds],
        part("decide", _("等我决定"), decide), part("reminders", _("该问进展的"), remind), changes(session),
    )  # fmt: skip


def _works(session: Session, duties: Iterable[Any]) -> list[Work]:
    found = list(duties)
    titles = _titles(session, {(d.register, d.subject) for d in found})
    people = _names(session, Person.id, Person.name, {d.person_id for d in found})
    units = _names(session, Unit.id, Unit.short_name, {d.unit_id for d in found})
    return [_work(session, d, titles, people, units) for d in found]


def _work(session: Session, d: Any, titles: dict[str, str], people: dict[int, str], units: dict[int, str]) -> Work:
    verb, root = named(d.what), REGISTERS[d.register].root
    href = f"{root}{d.subject}"
    step, label = _step(session, d, verb, href)
    title = titles.get(d.subject) or _("（待摘录）")
    return Work(
        d.subject, title, _kind(d.register), str(verb.label), units.get(d.unit_id, ""),
        people.get(d.person_id, ""), when(d.since), clock.told(d.due_at, d.kind, since=d.since), href, step, label,
    )  # fmt: skip


def _step(session: Session, d: Any, verb: Verb, href: str) -> tuple[str, str]:
    """The next step of the ladder: my own act; an urging of what is long overdue; else the record."""
    mine = d.person_id == session.actor.id
    if verb is named("signings.confirm"):  # a yes and a no: both stand on its page
        return href, _("核对签批")
    if mine and verb.who and verb.register.name == d.register:
        return address(verb, d.subject), str(verb.label)
    urge = named("clues.urge")
    late = clock.working_days_between(clock.local(d.due_at).date(), clock.today()) >= URGED_FROM
    if not mine and late and d.register == "clues" and d.kind == "due" and session.actor.has(urge.who):
        return address(urge, d.subject), str(urge.label)
    return href, _("打开")


def _kind(register: str) -> str:
    words = {"clues": _("线索"), "intake": _("举报"), "referrals": _("移送"), "signings": _("线下签批")}
    return words.get(register) or str(REGISTERS[register].title)


def when(moment: datetime) -> str:
    """今天 09:15, 昨天 17:20, 11-20 08:30."""
    at, here = clock.local(moment), clock.today()
    day = {here: _("今天"), here - clock.DAY: _("昨天")}.get(at.date()) or clock.short(at.date(), here)
    return f"{day} {at:%H:%M}"


def _titles(session: Session, wanted: set[tuple[str, str]]) -> dict[str, str]:
    """Titles through sight: a duty on a matter that the viewer may not see has none."""
    found: dict[str, str] = {}
    for name in {register for register, _subject in wanted}:
        numbers = [subject for register, subject in wanted if register == name]
        if REGISTERS[name].model is Signing:
            found |= _signed(session, numbers)
        elif REGISTERS[name] is not UMBRELLA and (title := _title_of(name)) is not None:
            found |= dict(tuple(r) for r in session.rows(title, {"numbers": numbers}))
    return found


@lru_cache
def _title_of(name: str) -> Any:
    """(number, title) of a register's rows, or of the rows above them."""
    r = REGISTERS[name]
    number = r.model.number
    if hasattr(r.model, "title"):
        return select(number, r.model.title).where(number.in_(NUMBERS))
    if r.parent is None:
        return None
    relation = getattr(r.model, r.parent)
    return select(number, relation.property.mapper.class_.title).join(relation).where(number.in_(NUMBERS))


def _signed(session: Session, numbers: list[str]) -> dict[str, str]:
    """A signing is about a step of another matter: 批准交办：its title."""
    about = (Signing.number, Signing.verb, Signing.subject_register, Signing.subject)
    rows = session.rows(select(*about).where(Signing.number.in_(numbers))).all()
    titles = _titles(session, {(r.subject_register, r.subject) for r in rows})
    return {r.number: f"{named(r.verb).label}：{titles.get(r.subject) or r.subject}" for r in rows}


def _names(session: Session, key: Any, name: Any, ids: set[int]) -> dict[int, str]:
    return dict(tuple(r) for r in session.rows(select(key, name).where(key.in_(ids)))) if ids else {}


@lru_cache
def _changing(roles: Role, alone: bool) -> Any:
    """Steps on clues under the viewer's own criterion: what is hidden takes no place of what is seen."""
    clue = REGISTERS["clues"].model
    return (
        select(N.c.at, N.c.label, N.c.who, clue.number, clue.title)
        .join(clue, clue.number == func.coalesce(N.c.under, N.c.subject))
        .where(N.c.at > SINCE, or_(N.c.person_id.is_(None), N.c.person_id != me.id), criterion(clue, roles, alone))
        .order_by(N.c.at.desc(), N.c.id.desc())
        .limit(CHANGES)
    )


def changes(session: Session) -> list[Change]:
    """Steps since yesterday on clues that the viewer sees, newest first."""
    actor = session.actor
    given: dict[str, Any] = {"me_id": actor.id, "me_unit": actor.unit_id, "me_path": actor.path}
    given["since"] = clock.now() - timedelta(days=1)
    return [
        Change(when(s.at), s.label, s.number, s.title, s.who.partition("（")[0])
        for s in session.core(_changing(actor.roles, actor.alone), given)
    ]


def waiting(session: Session) -> int:
    """How many duties are the viewer's own, at most 100."""
    own = select(Duty.id).where(Duty.state == OPEN, Duty.person_id == session.actor.id).limit(100).subquery("own")
    return int(session.rows(select(func.count()).select_from(own)).scalar_one())
