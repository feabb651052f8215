"""The sample bureau: real verbs performed as its people with the clock moved, so steps, trail and duties are true."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import click
from flask import current_app
from sqlalchemy import select, text

from ..clues.forms import Assign, Check, Close, Conclude, File, Hold, Receive, Send, Take, Words
from ..clues.models import Clue
from ..core import clock, facts, files, jobs, people, trail, walls
from ..core.actor import Actor, Role
from ..extensions import db
from ..intake.forms import Accept, Tell
from ..organisation.models import Person, Unit
from . import bureau, calls, cases, decisions, elsewhere, letters, mails, matters, meetings, merges, minutes
from .people import load as load_people
from .performing import PIXEL, Hand, Time, do, in_a_hurry

SEED = 20261124
SPAN, RECENT = 420, 26  # days back; two in five began in the last weeks and most of those are open
HANDLING = [u.key for u in bureau.UNITS if u.handles]
STAGES = ("propose", "assign", "acknowledge", "check", "conclude", "sign", "pass", "tell", "close", "archive")


def load(*, if_empty: bool, fresh: bool, count: int) -> None:
    """Load it into an empty database; `fresh` empties it first."""
    session = db.session()
    session.actor = Actor.job("demo")
    filled = session.core(select(Person.__table__.c.id).limit(1)).first() is not None
    if filled and not fresh:
        if if_empty:
            return
        raise click.ClickException("the database is not empty; demo load --fresh begins anew")
    if filled:
        if facts.read(session, "demo") is None:
            raise click.ClickException("this is not a sample bureau: nothing was touched")
        _empty()
    db.session.remove()
    hand = _people()
    rng = random.Random(SEED)
    click.echo("正在装入示例单位和线索，约一分钟…")
    with in_a_hurry():
        calls.short(hand, rng)
        _matters(hand, rng)
        decisions.load(hand.by_login, do)
        told = list(cases.cases(SEED, count))
        starts = sorted(rng.uniform(0.1, RECENT) if rng.random() < 0.4 else rng.uniform(RECENT, SPAN) for _case in told)
        for case, ago in zip(told, reversed(starts), strict=True):
            _one(hand, rng, case, ago)
        meetings.load(hand, random.Random(SEED), do, PIXEL)  # its own series: the clues stay what they were
        minutes.load(hand, random.Random(SEED), do)
        letters.load(hand)
        elsewhere.load(hand)  # behind the clues, which stay what they were
        calls.waiting(hand, SEED + 1)
        merges.load(do, hand.by_login["office"])
        mails.fill(do, hand.by_login["operator"])
    _finish()


def _empty() -> None:
    with db.engine.begin() as connection:
        keyed = connection.execution_options(**sight_key())
        if keyed.dialect.name == "sqlite":
            keyed.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        else:
            keyed.exec_driver_sql(f"SET LOCAL ROLE {walls.OWNER}")
        for table in reversed(db.metadata.sorted_tables):
            keyed.execute(table.delete())
    trail.heads_path().unlink(missing_ok=True)
    for cached in ("facts", "frames"):
        current_app.extensions[cached].clear()


def sight_key() -> dict[str, Any]:
    """Emptying a sample bureau reads and writes every table."""
    from ..core.sight import CORE

    return CORE


def _people() -> Hand:
    load_people(bureau.UNITS, bureau.PEOPLE, bureau.DESKS, bureau.HEADS)
    session = db.session()
    session.actor = Actor.job("demo")
    actors = {p.login: people.by_login(session, p.login) for p in bureau.PEOPLE}
    names = {u.name: u.key for u in bureau.UNITS}
    ids = {names[name]: i for i, name in session.rows(select(Unit.id, Unit.name))}
    db.session.remove()
    known = {login: a for login, a in actors.items() if a is not None}
    officers = {u: [known[p.login] for p in bureau.PEOPLE if p.unit == u and "officer" in p.roles] for u in HANDLING}
    heads = {u: known[bureau.HEADS[u]] for u in HANDLING}
    return Hand(known, officers, heads, ids)


def _one(hand: Hand, rng: random.Random, case: cases.Case, ago: float) -> None:
    """One matter from its first word to where it stands today."""
    when = Time(rng, ago)
    unit = case.unit if hand.officers.get(case.unit) else "haulage"
    officer, other = (
        rng.sample(hand.officers[unit], 2) if len(hand.officers[unit]) > 1 else (hand.officers[unit][0],) * 2
    )
    tip = None
    if case.source == "来电":
        tip = calls.taken(hand, case, when)
        waits = ago < 4 and rng.random() < 0.6  # triage has something to do
        number = tip and not waits and _accepted(hand, rng, case, unit, officer, tip, when)
    else:
        source, ref = (
            (case.source, "") if case.source not in ("来信", "邮箱", "来访", "举报箱") else ("群众举报", case.source)
        )
        take = Take(
            case.title, case.excerpt, source, ref, case.field, case.kind, case.level, case.urgency, case.place, "",
            case.parties, hand.units[unit], officer.id or 0,
        )  # fmt: skip
        number = do(hand.by_login["office"], "clues.register", take, at=when.on(0.2))
    if number:
        _handled(hand, rng, case, number, unit, officer, other, tip, when, ago)


def _accepted(
    hand: Hand, rng: random.Random, case: cases.Case, unit: str, officer: Actor, tip: str, when: Time
) -> str | None:
    given = Accept("检举控告", case.kind, case.level, hand.units[unit], officer.id or 0, None)
    if do(hand.by_login["office"], "intake.accept", given, tip, when.on(0.8)) is None:
        return None
    db.session.remove()
    session = db.session()
    session.actor = hand.by_login["office"]
    number: str | None = session.scalar(select(Clue.number).order_by(Clue.id.desc()).limit(1))
    return number


def _handled(
    hand: Hand, rng: random.Random, case: cases.Case, number: str, unit: str, officer: Actor, other: Actor,
    tip: str | None, when: Time, ago: float,
) -> None:  # fmt: skip
    """Assign, check, conclude, tell, close: as far as the days allow, and sometimes not as fast as they should."""
    head, chief = hand.by_login["office_head"], hand.heads[unit]
    words = {k: rng.choice(v) for k, v in cases.PHRASES.items()}
    slow = rng.random() < 0.12
    if (
        do(
            head,
            "clues.assign",
            Assign(hand.units[unit], officer.id or 0, case.level, words["assign"]),
            number,
            when.on(0.7),
        )
        is None
    ):
        return
    if do(officer, "clues.acknowledge", None, number, when.on(0.8 if not slow else 6)) is None:
        return
    if (
        case.disposition == "暂存"
        and ago < 90
        and do(
            head,
            "clues.hold",
            Hold(clock.today() + timedelta(days=rng.randint(20, 90)), words["hold"]),
            number,
            when.on(3),
        )
    ):
        return
    for check in case.checks:
        given = Check(
            other.id or 0,
            (when.on(2.2 if not slow else 9) - timedelta(hours=2)).replace(tzinfo=None),
            check.method,
            check.place or case.place,
            check.found,
            _photo(rng, case),
        )
        if other is not officer and do(officer, "checks.record", given, number, when.soon(120)) is None:
            return
    if case.disposition == "移送公安" and not _referred(hand, rng, number, when):
        return
    finding = Conclude(
        case.conclusion, case.conclusion_text, case.disposition if case.disposition != "暂存" else "了结(查否)", ()
    )
    if do(officer, "clues.conclude", finding, number, when.on(1.5)) is None:
        return
    if do(chief, "clues.sign", Words(case.head_opinion), number, when.on(0.6)) is None:
        return
    if do(hand.by_login["office"], "clues.pass", Words(case.office_opinion), number, when.on(0.9)) is None:
        return
    if tip and case.reporter:
        told = Tell("电话", when.on(1.2).date(), "", "认可", case.told)
        if do(hand.by_login["operator"], "intake.tell", told, tip, when.soon(20)) is None:
            return
    closer = hand.by_login["deputy_head" if case.level == "重大" else "office_head"]
    closing = Close("无", "", "无", rng.choice(("有", "无", "无")), words["close"])
    if do(closer, "clues.close", closing, number, when.on(1.3)) is None:
        return
    do(hand.by_login["office"], "clues.archive", File(f"{when.at.year}-扫黑-{number[-4:]}"), number, when.on(4))


def _photo(rng: random.Random, case: cases.Case) -> tuple[files.Upload, ...]:
    """Every sixth record has a photograph: the smallest that is one."""
    if rng.random() > 1 / 6:
        return ()
    return (files.Upload.of("现场照片.png", "image/png", PIXEL),)


def _referred(hand: Hand, rng: random.Random, number: str, when: Time) -> bool:
    """Sent to the police; whether their answer has come."""
    office = hand.by_login["office"]
    sent = Send(
        "公安机关",
        "安澜市公安局刑侦支队",
        f"安城管扫黑办函〔{when.at.year}〕{rng.randint(2, 60)}号",
        when.on(1).date(),
        "经营秩序方面的问题不属本局核查权限，移送公安机关审查。",
        (),
    )
    child = do(office, "referrals.send", sent, number, when.soon(30))
    if child is None:
        return False
    kind = rng.choice(list(cases.REPLIES))
    back = when.on(9)
    reply = Receive(kind, back.date(), rng.choice(cases.REPLIES[kind]), ())
    return do(office, "referrals.answer", reply, child, when.soon(60)) is not None


def _matters(hand: Hand, rng: random.Random) -> None:
    """Calls that name an official: their content is where only the named clerk reads it."""
    for matter in (m for m in cases.UMBRELLA if m.source == "来电"):
        when = Time(rng, rng.uniform(0.3, 120))
        given = calls.call(matter, names_official="是", unknown_party=True)
        do(hand.by_login["operator"], "intake.call", given, at=when.on(0.1))
    clerk, office = hand.by_login["discipline"], hand.by_login["office"]
    two, unit = hand.officers["haulage"], hand.units["haulage"]
    second = next((a for a in hand.by_login.values() if Role.DISCIPLINE in a.roles and a.id != clerk.id), None)
    matters.written(do, clerk, rng, lambda ago: Time(rng, ago).at)
    matters.go_their_way(do, clerk, second, rng)
    matters.split_one(do, clerk, unit, two[0])
    matters.slips(do, hand.by_login["operator"], clerk)
    matters.one_recused(do, office, unit, two[-1], two[0])
    matters.one_goes_up(do, office, unit, two[0])


def _finish() -> None:
    db.session.remove()
    session = db.session()
    session.actor = Actor.job("demo")
    session.begin_write()
    facts.keep(session, "demo", clock.now().isoformat())
    session.core(text("UPDATE messages SET seen_at = at WHERE at < :then"), {"then": clock.now() - timedelta(days=1)})
    if session.get_bind().dialect.name == "sqlite":
        session.core(text("ANALYZE"))
    session.commit()
    trail.flush_anchor()
    jobs.digest_looks()
    current_app.extensions["facts"].pop("demo", None)
