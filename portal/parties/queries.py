"""What is shown of parties: mentions in matters that the viewer sees, and what follows from them. Nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Date, Select, and_, bindparam, case, distinct, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from ..core import clock
from ..core.actor import Role
from ..core.hanging import Link
from ..core.search import holds
from ..core.sight import Session, listed, mark
from ..organisation import queries as organisation
from .matching import NICKNAME, is_compared, same_of
from .models import COMPARED, MATTERS, Matter, Mention, Merge, P, Record

FADES = timedelta(days=730)  # after its end an unfounded matter is hinted at no longer (product.md, Fairness)
PER_PAGE, MOST = 50, 200  # rows of the list, mentions of one page
L = Link.__table__


# ── which parties are one to the viewer: merged, and the one that they were merged into is seen ───────────────────
# Of a party's own row no word is read here: its mentions carry the rule of sight, and with it as well a page would be
# ten times as slow.
def _one() -> Any:
    """The id by which a party is counted: of a merge with one half unseen there is no trace."""
    seen = aliased(Mention)
    its = select(seen.id).where(seen.party_id == P.c.into_id).exists()
    return case((and_(P.c.into_id.is_not(None), its), P.c.into_id), else_=P.c.id)


def _of_party(asked: Select[Any]) -> Select[Any]:
    return asked.join_from(Mention, P, P.c.id == Mention.party_id).where(mark(P))


def _within() -> Any:
    """Said of these parties or of those merged into them; by a subselect, else SQLite reads all mentions."""
    its: Any = P.alias()
    roots: Any = bindparam("roots", expanding=True)
    return Mention.party_id.in_(select(its.c.id).where(or_(its.c.id.in_(roots), its.c.into_id.in_(roots)), mark(P)))


def _carried() -> Any:
    """That what was said went on into another matter that the viewer sees: a tip and its clue are not counted twice."""
    on = aliased(Mention)
    into = select(on.id).join_from(L, on, on.number == L.c.to_number).where(mark(L), L.c.from_number == Mention.number)
    return into.where(on.party_id + 0 == Mention.party_id).exists()  # + 0: found by its matter, which mentions few


@cache
def _called() -> Any:
    said = _of_party(select(Mention.kind, Mention.same, _one().label("one"))).distinct()
    said = said.where(Mention.kind.in_(bindparam("kinds", expanding=True)))
    return said.where(Mention.same.in_(bindparam("names", expanding=True)))


@cache
def _members() -> Any:
    return _of_party(select(P.c.id, P.c.kind, _one().label("one"))).where(_within()).distinct()


def alike(session: Session, named: Iterable[tuple[str, str, str]]) -> dict[int, str]:
    """Parties that the viewer knows by what is typed, or that are one with those: id → kind. No person, no number."""
    keys = {(kind, same_of(kind, name)) for kind, name, _note in named if kind in COMPARED and name.strip()}
    keys = {key for key in keys if is_compared(*key)}
    if not keys:
        return {}
    asked = {"kinds": sorted({k for k, _s in keys}), "names": sorted({s for _k, s in keys})}
    roots = {one for kind, same, one in session.rows_again(_called(), asked) if (kind, same) in keys}
    both = session.rows_again(_members(), {"roots": sorted(roots)}) if roots else ()
    return {i: kind for i, kind, one in both if one in roots}


FADED_BEFORE = bindparam("faded_before", type_=Date)


def fading() -> dict[str, date]:
    """The parameter of hinted()."""
    return {"faded_before": clock.today() - FADES}


def hinted(matter: Matter) -> Any:
    """That a row of this register is still hinted at: an unfounded one fades some time after its end."""
    return literal(1) == 1 if matter.faded is None else case((matter.faded(FADED_BEFORE), 1), else_=0) == 0


def matter_of(model: Any) -> Matter:
    """What was said of this register by mentioned_in()."""
    return next(m for m in MATTERS if m.register.model is model)


# ── 另见 ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class Shown(NamedTuple):
    """A party of a matter as its page shows it. `elsewhere`: in how many other matters that the viewer sees."""

    kind: str
    name: str
    note: str
    href: str
    elsewhere: str
    is_link: bool


def shown(session: Session, row: Any, named: list[Any]) -> list[Shown]:
    """Parties of a matter in hand, with 另见: one question for all of them."""
    looks = session.actor.roles & ~Role.OPERATOR  # who only takes calls compares no persons and no telephones
    told = [m for m in named if looks or m.kind in COMPARED]
    counts = _elsewhere(session, row.number, {m.into_id or m.party_id for m in told}) if told else {}
    return [_shown(m, row.number, counts if m in told else None) for m in named]


def _shown(m: Any, number: str, counts: dict[int, str] | None) -> Shown:
    href = f"/parties/{m.party}?from={number}"
    words = counts.get(m.into_id) or counts.get(m.party_id) if counts else None
    if words:
        return Shown(m.kind, m.name, m.note, href, words, True)
    if m.kind == "人员" and NICKNAME.search(m.same):
        return Shown(m.kind, m.name, m.note, href, _("外号、不详的不作比对"), False)
    return Shown(m.kind, m.name, m.note, href, _("不作比对") if counts is None else "—", False)


@cache
def _counting() -> Any:
    counted = [(m, m.register.model) for m in MATTERS if m.called is not None]
    what = func.coalesce(*(case((model.id.is_not(None), m.called)) for m, model in counted), null())
    asked = _of_party(select(_one().label("one"), what.label("what"), func.count(distinct(Mention.number))))
    for m, model in counted:
        asked = asked.outerjoin(model, and_(model.number == Mention.number, hinted(m)))
    number: Any = bindparam("number")
    into = listed(L.c.to_number, L.c.from_number == number)
    asked = asked.where(
        _within(), what.is_not(None), Mention.number != number, Mention.number.not_in(into), ~_carried()
    )
    return asked.group_by("one", "what")


def _elsewhere(session: Session, number: str, roots: set[int]) -> dict[int, str]:
    """Party, or the one it is merged into → 3 件线索，1 件来电. Not this matter, nor what it came from or went into."""
    counts = session.rows_again(_counting(), fading() | {"roots": sorted(roots), "number": number})
    found: dict[int, list[str]] = {}
    for one, kind, n in sorted(counts, key=lambda r: (r[1] != "线索", r[1])):
        found.setdefault(one, []).append(_("%(n)d 件%(kind)s") % {"n": n, "kind": kind})
    return {one: "，".join(words) for one, words in found.items()}


# ── the matters themselves ────────────────────────────────────────────────────────────────────────────────────────
class Said(NamedTuple):
    """A matter in which a party was mentioned, as far as it is told here."""

    href: str
    title: str
    tone: str
    state: str
    conclusion: str | None
    day: date


def _matters(session: Session, numbers: Iterable[str]) -> dict[str, Said]:
    """Number → the matter: one question a register."""
    wanted, found = set(numbers), {}
    for m in MATTERS:
        r = m.register
        own = {n for n in wanted if n.startswith(r.prefix)}
        ended = m.conclusion if m.conclusion is not None else null()
        asked = select(r.model.number, r.model.title, r.model.state, r.model.created_at, ended.label("ended"))
        for row in session.rows(asked.where(r.model.number.in_(own))) if own else ():
            state = r.states.of(row.state)  # type: ignore[union-attr]  # a matter has states
            ended_as = None if state.is_open else row.ended
            title, day = row.title or _("（待摘录）"), clock.local(row.created_at).date()
            found[row.number] = Said(f"{r.root}{row.number}", title, state.tone, str(state.label), ended_as, day)
    return found


# ── one party ─────────────────────────────────────────────────────────────────────────────────────────────────────
class Line(NamedTuple):
    """What was said of it in one matter."""

    number: str
    name: str
    note: str
    matter: Said


def record_page(session: Session, party: Record) -> dict[str, Any]:
    """As said in which matter, what was merged with it, and who only has the same name."""
    root = party.into_id or party.id
    whole = select(Record.id, Record.number).where(or_(Record.id == root, Record.into_id == root))
    those = dict(tuple(r) for r in session.rows(whole))
    ids = set(those) if root in those else {party.id}
    columns = (*(getattr(Mention, c) for c in ("id", "number", "name", "note", "same", "kind")), _carried().label("on"))
    newest = select(*columns).where(Mention.party_id.in_(ids)).order_by(Mention.id.desc()).limit(MOST)
    mentions = session.rows(newest).all()
    matters = _matters(session, (m.number for m in mentions))
    lines = [Line(m.number, m.name, m.note, matters[m.number]) for m in mentions]
    days, counted = sorted(line.matter.day for line in lines), {m.number for m in mentions if not m.on}
    return {
        "called": mentions[0].name, "lines": lines, "many": len(counted), "first": days[0], "last": days[-1],
        "merges": _merges(session, party, ids), "namesakes": _namesakes(session, ids, mentions), "story": [],
        "goes": those[root] if party.id != root and root in ids else None,
    }  # fmt: skip


class Merged(NamedTuple):
    """One merge, standing or undone."""

    number: str
    other: str
    who: str
    day: str
    why: str
    undone: str | None


def _merges(session: Session, party: Record, ids: set[int]) -> list[Merged]:
    """Of this party and of those that are one with it; each is seen by whoever sees both its halves."""
    a, b = aliased(Record), aliased(Record)
    asked = select(Merge, a.number.label("goes"), b.number.label("stays"))
    asked = asked.join(a, a.id == Merge.from_id).join(b, b.id == Merge.into_id)
    found = session.execute(asked.where(or_(Merge.from_id.in_(ids), Merge.into_id.in_(ids))).order_by(Merge.id)).all()
    who = organisation.names_of(session, {p for m, *_ in found for p in (m.merged_by, m.undone_by) if p})
    return [
        Merged(
            m.number, goes if m.into_id == party.id else stays, who.get(m.merged_by, ""), _day(m.created_at), m.reason,
            f"{who.get(m.undone_by, '')} {_day(m.undone_at)} {m.undone_why}" if m.undone_by else None,
        )
        for m, goes, stays in found
    ]  # fmt: skip


def _day(at: Any) -> str:
    return clock.local(at).strftime("%Y-%m-%d")


def _namesakes(session: Session, ids: set[int], mentions: list[Any]) -> list[tuple[str, str]]:
    """同名，未并: (number, the newest matter) of persons who are called the same, as far as the viewer sees."""
    names = {m.same for m in mentions if m.kind == "人员" and not NICKNAME.search(m.same)}
    if not names:
        return []
    others = select(Record.number, Mention.number).join(Record, Record.id == Mention.party_id)
    others = others.where(Mention.kind == "人员", Mention.same.in_(names), Mention.party_id.not_in(ids))
    newest: dict[str, str] = {}
    for party, number in session.rows(others.order_by(Mention.id.desc()).limit(MOST)):
        newest.setdefault(party, number)
    return list(newest.items())


def merge_page(session: Session, merge: Merge) -> dict[str, Any]:
    """Which two; the rest its time line says."""
    ids = {merge.from_id, merge.into_id}
    halves = dict(tuple(r) for r in session.rows(select(Record.id, Record.number).where(Record.id.in_(ids))))
    link = Markup('<a href="/parties/{0}">{0}</a>')
    facts = [
        (_("并入"), link.format(halves[merge.into_id]), False),
        (_("被并的一方"), link.format(halves[merge.from_id]), False),
    ]
    heading = _("已拆开") if merge.undone_at else _("认定为同一方")
    return {"facts": facts, "due": None, "files": [], "above": None, "heading": heading, "about": None}


@cache
def _named_in() -> Any:
    return _of_party(select(Mention.id)).where(Mention.number == bindparam("number"), _within()).limit(1)


def looked(session: Session, party: Record, opened_from: str) -> str:
    """What the trail says was looked at: the number, and the matter from which, if that is seen and mentions it."""
    asked = {"roots": [party.into_id or party.id], "number": opened_from}
    named = opened_from and session.rows_again(_named_in(), asked).first()
    return f"{party.number} {opened_from}" if named else party.number


# ── the list ──────────────────────────────────────────────────────────────────────────────────────────────────────
class Row(NamedTuple):
    """A party as the list shows it: as it was said last, in what was found."""

    number: str
    kind: str
    name: str
    note: str
    many: int
    last: str
    matter: Said


@dataclass(frozen=True)
class Page:
    """Rows, and where the next older ones begin."""

    rows: list[Row]
    older: int | None


@cache
def _walk(q: bool, kind: bool, before: bool) -> Any:
    newer = aliased(Mention)
    again = select(newer.id).where(newer.party_id == Mention.party_id, newer.id > Mention.id)
    walk = select(Mention.id, Mention.number, Mention.name, Mention.note, Mention.kind, Mention.party_id)
    again = again.where(holds(newer.same, bindparam("q"))) if q else again
    walk = walk.where(holds(Mention.same, bindparam("q"))) if q else walk
    walk = walk.where(Mention.kind == bindparam("kind")) if kind else walk
    walk = walk.where(Mention.id < bindparam("before")) if before else walk
    return walk.where(~again.exists()).order_by(Mention.id.desc()).limit(PER_PAGE + 1)


@cache
def _sums(q: bool) -> Any:
    found = case((holds(Mention.same, bindparam("q")), Mention.id)) if q else Mention.id
    many = func.count(distinct(case((~_carried(), Mention.number))))
    sums = select(_one().label("one"), many.label("many"), func.max(found).label("newest"))
    return _of_party(sums).where(_within()).group_by("one")


@cache
def _own() -> Any:
    return select(Record.id, Record.number, Record.into_id).where(Record.id.in_(bindparam("ids", expanding=True)))


def page(session: Session, q: str, kind: str | None, before: int | None) -> Page:
    """Fifty parties, the newest mention first: a walk down the mentions that ends where the page is full."""
    asked = {"q": q, "kind": kind, "before": before}
    found = session.rows_again(_walk(bool(q), bool(kind), bool(before)), {k: v for k, v in asked.items() if v}).all()
    if not (rows := found[:PER_PAGE]):
        return Page([], None)
    parties = {p.id: p for p in session.rows_again(_own(), {"ids": sorted({m.party_id for m in rows})})}
    roots = {"roots": sorted({p.into_id or p.id for p in parties.values()})} | ({"q": q} if q else {})
    counts = {s.one: s for s in session.rows_again(_sums(bool(q)), roots)}
    matters = _matters(session, (m.number for m in rows))
    drawn = []
    for m in rows:
        party = parties[m.party_id]
        whole = counts.get(party.into_id) or counts[party.id]
        if whole.newest == m.id:  # else it is one with another, of whom something newer was said
            drawn.append(Row(party.number, m.kind, m.name, m.note, whole.many, m.number, matters[m.number]))
    return Page(drawn, rows[-1].id if len(found) > PER_PAGE else None)
