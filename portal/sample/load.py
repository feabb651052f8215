"""The sample bureau: real verbs performed as its people with the clock moved, so steps, trail and duties are true."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from secrets import token_hex
from typing import Any

import click
from flask import current_app
from sqlalchemy import event, select, text

from ..clues.forms import Assign, Check, Close, Conclude, File, Hold, Receive, Send, Take, Words
from ..clues.models import Clue
from ..core import act, clock, facts, files, jobs, people, trail, walls
from ..core.actor import Actor, Role
from ..core.errors import Conflict, Forbidden, Hidden, Refused
from ..core.register import named
from ..extensions import db
from ..intake.forms import Accept, Call, Decline, Excerpt, Tell
from ..intake.traces import strike, title_of
from ..organisation.models import Person, Unit
from . import bureau, cases, decisions, mails, matters, meetings, merges, minutes
from .people import load as load_people

SEED = 20261124
SPAN, RECENT = 420, 26  # days back; two in five began in the last weeks and most of those are open
HANDLING = [u.key for u in bureau.UNITS if u.handles]
BROKEN_OFF = 3  # calls that wait to be completed
STAGES = ("propose", "assign", "acknowledge", "check", "conclude", "sign", "pass", "tell", "close", "archive")


@dataclass
class Hand:
    """Who performs: the accounts of the bureau by login, and officers and heads by unit key."""

    by_login: dict[str, Actor]
    officers: dict[str, list[Actor]]
    heads: dict[str, Actor]
    units: dict[str, int]


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
        _short_tips(hand, rng)
        _matters(hand, rng)
        decisions.load(hand.by_login, _do)
        told = list(cases.cases(SEED, count))
        starts = sorted(rng.uniform(0.1, RECENT) if rng.random() < 0.4 else rng.uniform(RECENT, SPAN) for _case in told)
        for case, ago in zip(told, reversed(starts), strict=True):
            _one(hand, rng, case, ago)
        meetings.load(hand, random.Random(SEED), _do, PIXEL)  # its own series: the clues stay what they were
        minutes.load(hand, random.Random(SEED), _do)
        _waiting(hand)
        merges.load(_do, hand.by_login["office"])
        mails.fill(_do, hand.by_login["operator"])
    _finish()


def _waiting(hand: Hand) -> None:
    """At whatever hour the sample is loaded, each desk finds work: calls without excerpt, tips and clues to decide."""
    calls = [c for c in cases.cases(SEED + 1, 60) if c.source == "来电"][:7]
    operator, office = hand.by_login["operator"], hand.by_login["office"]
    for i, case in enumerate(calls):
        at = clock.local(clock.now()) - timedelta(minutes=40 - 5 * i)
        tip = _do(operator, "intake.call", _call(case), at=at)
        if tip and i >= 2:
            clean = strike(case.narrative, {}).text
            done = _do(operator, "intake.excerpt", Excerpt(case.title, case.excerpt), tip, at + timedelta(minutes=2))
            done = done or _do(operator, "intake.excerpt", Excerpt(case.title, clean), tip, at + timedelta(minutes=2))
            if done and i >= 5:
                officer = hand.officers[case.unit][0]
                given = Accept("检举控告", case.kind, case.level, hand.units[case.unit], officer.id or 0, None)
                _do(office, "intake.accept", given, tip, at + timedelta(minutes=4))


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


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Nothing of the sample is lost that a second run would not bring back: no waiting for the disk."""
    if db.engine.dialect.name != "sqlite":
        yield
        return
    event.listen(db.engine, "connect", _without_waiting)
    db.session.remove()
    db.engine.dispose()
    try:
        yield
    finally:
        event.remove(db.engine, "connect", _without_waiting)
        db.session.remove()
        db.engine.dispose()


def _without_waiting(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _do(who: Actor, verb: str, given: Any = None, number: str | None = None, at: datetime | None = None) -> str | None:
    """Perform at that moment; None if its time has not come, or if it is not possible."""
    if at is not None and at > datetime.now(tz=clock.LOCAL):
        return None
    db.session.remove()
    with clock.moved(at or clock.now()):
        try:
            return act.perform(who, named(verb), given, number=number, once=token_hex(16)).number
        except (Refused, Conflict, Forbidden, Hidden) as refusal:
            current_app.logger.debug("%s %s: %r", verb, number, refusal)
            return None


class Time:
    """Working hours of working days, going on from a day so many days ago."""

    def __init__(self, rng: random.Random, ago: float) -> None:
        self.rng, self.at = rng, clock.local(clock.now()) - timedelta(days=ago)
        self._settle()

    def on(self, days: float) -> datetime:
        """About so many days later, in working hours."""
        self.at += timedelta(days=days * self.rng.uniform(0.6, 1.5), minutes=self.rng.randint(5, 70))
        self._settle()
        return self.at

    def soon(self, minutes: int) -> datetime:
        """So many minutes later."""
        self.at += timedelta(minutes=minutes)
        return self.at

    def _settle(self) -> None:
        day = self.at.date() + timedelta(days=self.at.hour >= 18)
        while not clock.is_working(day):
            day += timedelta(days=1)
        if day != self.at.date() or self.at.hour < 8:
            self.at = datetime.combine(day, time(8, self.rng.randint(31, 59)), clock.LOCAL)


def _call(case: Any, **more: Any) -> Call:
    reporter = getattr(case, "reporter", None)
    given: dict[str, Any] = {
        "own_leaders": "否", "narrative": case.narrative, "field": getattr(case, "field", "其他"), "place": case.place,
        "parties": tuple(tuple(p) for p in getattr(case, "parties", ())), "unknown_party": False,
        "urgency": getattr(case, "urgency", "一般"), "names_official": "否", "evidence": (), "occurred": "",
        "wanted": "电话" if reporter else "不需要", "proposal": "", "naming": "实名" if reporter else "匿名",
        "name": reporter.name if reporter else "", "phone": reporter.phone if reporter else "",
        "address": reporter.address if reporter else "", "relation": "",
        "risk": "有，说明" if getattr(case, "risk", False) else "无",
        "risk_words": "担心被报复" if getattr(case, "risk", False) else "",
        "adds": "", "related": (),
    }  # fmt: skip
    return Call(**(given | more))


def _one(hand: Hand, rng: random.Random, case: cases.Case, ago: float) -> None:
    """One matter from its first word to where it stands today."""
    when = Time(rng, ago)
    unit = case.unit if hand.officers.get(case.unit) else "haulage"
    officer, other = (
        rng.sample(hand.officers[unit], 2) if len(hand.officers[unit]) > 1 else (hand.officers[unit][0],) * 2
    )
    tip = None
    if case.source == "来电":
        tip = _tip(hand, case, when)
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
        number = _do(hand.by_login["office"], "clues.register", take, at=when.on(0.2))
    if number:
        _handled(hand, rng, case, number, unit, officer, other, tip, when, ago)


def _tip(hand: Hand, case: cases.Case, when: Time) -> str | None:
    operator = hand.by_login["operator"]
    tip = _do(operator, "intake.call", _call(case), at=when.on(0.1))
    if tip is None:
        return None
    when.soon(9)
    for words in (case.excerpt, strike(case.narrative, {}).text, "来电反映的情况见原话。"):
        if _do(operator, "intake.excerpt", Excerpt(case.title, words), tip, when.at):
            return tip
    return None


def _accepted(
    hand: Hand, rng: random.Random, case: cases.Case, unit: str, officer: Actor, tip: str, when: Time
) -> str | None:
    given = Accept("检举控告", case.kind, case.level, hand.units[unit], officer.id or 0, None)
    if _do(hand.by_login["office"], "intake.accept", given, tip, when.on(0.8)) is None:
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
        _do(
            head,
            "clues.assign",
            Assign(hand.units[unit], officer.id or 0, case.level, words["assign"]),
            number,
            when.on(0.7),
        )
        is None
    ):
        return
    if _do(officer, "clues.acknowledge", None, number, when.on(0.8 if not slow else 6)) is None:
        return
    if (
        case.disposition == "暂存"
        and ago < 90
        and _do(
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
        if other is not officer and _do(officer, "checks.record", given, number, when.soon(120)) is None:
            return
    if case.disposition == "移送公安" and not _referred(hand, rng, number, when):
        return
    finding = Conclude(
        case.conclusion, case.conclusion_text, case.disposition if case.disposition != "暂存" else "了结(查否)", ()
    )
    if _do(officer, "clues.conclude", finding, number, when.on(1.5)) is None:
        return
    if _do(chief, "clues.sign", Words(case.head_opinion), number, when.on(0.6)) is None:
        return
    if _do(hand.by_login["office"], "clues.pass", Words(case.office_opinion), number, when.on(0.9)) is None:
        return
    if tip and case.reporter:
        told = Tell("电话", when.on(1.2).date(), "认可", case.told)
        if _do(hand.by_login["operator"], "intake.tell", told, tip, when.soon(20)) is None:
            return
    closer = hand.by_login["deputy_head" if case.level == "重大" else "office_head"]
    closing = Close("无", "", "无", rng.choice(("有", "无", "无")), words["close"])
    if _do(closer, "clues.close", closing, number, when.on(1.3)) is None:
        return
    _do(hand.by_login["office"], "clues.archive", File(f"{when.at.year}-扫黑-{number[-4:]}"), number, when.on(4))


def _photo(rng: random.Random, case: cases.Case) -> tuple[files.Upload, ...]:
    """Every sixth record has a photograph: the smallest that is one."""
    if rng.random() > 1 / 6:
        return ()
    return (files.Upload.of("现场照片.png", "image/png", PIXEL),)


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763b8bb7a3500046c0221df2c"
    "30e80000000049454e44ae426082"
)


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
    child = _do(office, "referrals.send", sent, number, when.soon(30))
    if child is None:
        return False
    kind = rng.choice(list(cases.REPLIES))
    back = when.on(9)
    reply = Receive(kind, back.date(), rng.choice(cases.REPLIES[kind]), ())
    return _do(office, "referrals.answer", reply, child, when.soon(60)) is not None


def _short_tips(hand: Hand, rng: random.Random) -> None:
    """Calls that end at triage, or that broke off."""
    operator, office = hand.by_login["operator"], hand.by_login["office"]
    calls = [t for t in cases.TIPS_ONLY if t.source == "来电"]
    for broken in [t for t in calls if not t.reason][:BROKEN_OFF]:
        _do(operator, "intake.hang_up", _call(broken), at=Time(rng, rng.uniform(0.2, 1.5)).on(0.1))
    for short in (t for t in calls if t.reason):
        when = Time(rng, rng.uniform(0.5, 200))
        given = _call(short, unknown_party=True, place=short.place or "不详")
        tip = _do(operator, "intake.call", given, at=when.on(0.1))
        if tip is None:
            continue
        known = short.reporter._asdict() if short.reporter else {}
        clean = strike(
            short.narrative,
            {"姓名": known.get("name", ""), "电话": known.get("phone", ""), "住址": known.get("address", "")},
        ).text
        _do(
            operator,
            "intake.excerpt",
            Excerpt(short.title or title_of(clean, short.place, "其他"), clean),
            tip,
            when.soon(8),
        )
        done = _do(
            office,
            "intake.decline",
            Decline("意见建议", short.reason, short.reply or "已向来电人说明。"),
            tip,
            when.on(0.9),
        )
        if done and short.reporter:
            _do(
                operator,
                "intake.tell",
                Tell("电话", when.at.date(), "未表态", short.reply or "已说明不予受理的理由。"),
                tip,
                when.on(1.5),
            )


def _matters(hand: Hand, rng: random.Random) -> None:
    """Calls that name an official: their content is where only the named clerk reads it."""
    for matter in (m for m in cases.UMBRELLA if m.source == "来电"):
        when = Time(rng, rng.uniform(0.3, 120))
        given = _call(matter, names_official="是", unknown_party=True)
        _do(hand.by_login["operator"], "intake.call", given, at=when.on(0.1))
    clerk, office = hand.by_login["discipline"], hand.by_login["office"]
    two, unit = hand.officers["haulage"], hand.units["haulage"]
    second = next((a for a in hand.by_login.values() if Role.DISCIPLINE in a.roles and a.id != clerk.id), None)
    matters.written(_do, clerk, rng, lambda ago: Time(rng, ago).at)
    matters.go_their_way(_do, clerk, second, rng)
    matters.split_one(_do, clerk, unit, two[0])
    matters.slips(_do, hand.by_login["operator"], clerk)
    matters.one_recused(_do, office, unit, two[-1], two[0])


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
