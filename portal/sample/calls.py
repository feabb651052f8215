"""Calls of the sample bureau: those that become clues, those that end at triage, those that wait."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from ..core import clock
from ..core.notes import HANDLERS, REPORTER, Jotted
from ..intake.forms import Accept, Call, Decline, Excerpt, Tell
from ..intake.pairs import sources
from ..intake.traces import strike, title_of
from . import cases
from .performing import Hand, Time, do

EARLIER = "前几天夜里就有车来，人多，没看清车牌，先来反映一下，看清了再打来。"
BROKEN_OFF = 3  # calls that wait to be completed


def call(case: Any, **more: Any) -> Call:
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


def taken(hand: Hand, case: cases.Case, when: Time) -> str | None:
    operator = hand.by_login["operator"]
    tip = do(operator, "intake.call", call(case), at=when.on(0.1))
    if tip is None:
        return None
    when.soon(9)
    for words in (case.excerpt, strike(case.narrative, {}).text, "来电反映的情况见原话。"):
        if do(operator, "intake.excerpt", Excerpt(case.title, words), tip, when.at):
            return tip
    return None


def short(hand: Hand, rng: random.Random) -> None:
    """Calls that end at triage, or that broke off."""
    operator, office = hand.by_login["operator"], hand.by_login["office"]
    heard = [t for t in cases.TIPS_ONLY if t.source == "来电"]
    for broken in [t for t in heard if not t.reason][:BROKEN_OFF]:
        do(operator, "intake.hang_up", call(broken), at=Time(rng, rng.uniform(0.2, 1.5)).on(0.1))
    for told in (t for t in heard if t.reason):
        when = Time(rng, rng.uniform(0.5, 200))
        given = call(told, unknown_party=True, place=told.place or "不详")
        tip = do(operator, "intake.call", given, at=when.on(0.1))
        if tip is None:
            continue
        known = told.reporter._asdict() if told.reporter else {}
        clean = strike(
            told.narrative,
            {"姓名": known.get("name", ""), "电话": known.get("phone", ""), "住址": known.get("address", "")},
        ).text
        do(
            operator,
            "intake.excerpt",
            Excerpt(told.title or title_of(clean, told.place, "其他"), clean),
            tip,
            when.soon(8),
        )
        done = do(
            office,
            "intake.decline",
            Decline("意见建议", told.reason, told.reply or "已向来电人说明。"),
            tip,
            when.on(0.9),
        )
        if done and told.reporter:
            do(
                operator,
                "intake.tell",
                Tell("电话", when.at.date(), "", "未表态", told.reply or "已说明不予受理的理由。"),
                tip,
                when.on(1.5),
            )


def waiting(hand: Hand, seed: int) -> None:
    """At whatever hour the sample is loaded, each desk finds work: calls without excerpt, tips and clues to decide."""
    late = [c for c in cases.cases(seed, 60) if c.source == "来电"][:7]
    operator, office = hand.by_login["operator"], hand.by_login["office"]
    for i, case in enumerate(late):
        at = clock.local(clock.now()) - timedelta(minutes=40 - 5 * i)
        tip = do(operator, "intake.call", call(case), at=at)
        if tip and i >= 2:
            clean = strike(case.narrative, {}).text
            done = do(operator, "intake.excerpt", Excerpt(case.title, case.excerpt), tip, at + timedelta(minutes=2))
            done = done or do(operator, "intake.excerpt", Excerpt(case.title, clean), tip, at + timedelta(minutes=2))
            if done and i >= 5:
                officer = hand.officers[case.unit][0]
                given = Accept("检举控告", case.kind, case.level, hand.units[case.unit], officer.id or 0, None)
                do(office, "intake.accept", given, tip, at + timedelta(minutes=4))
    _twice(hand, next(c for c in late[2:5] if c.reporter))


def _twice(hand: Hand, case: cases.Case) -> None:
    """Who waits at triage has called before, from the same number; both desks have noted something."""
    operator, office = hand.by_login["operator"], hand.by_login["office"]
    at = Time(random.Random(7), 4).at
    earlier = do(operator, "intake.call", call(case, narrative=EARLIER, wanted="短信"), at=at)
    if earlier is None:
        return
    do(operator, "intake.excerpt", Excerpt(f"{case.place}，{case.field}问题第一次反映", EARLIER), earlier, at)
    do(operator, "intake.note", Jotted(HANDLERS, "来电人说晚上方便接电话。"), earlier, at + timedelta(minutes=3))
    do(
        office,
        "intake.note",
        Jotted(REPORTER, "您反映的情况正在研判，三个工作日内答复。"),
        earlier,
        at + timedelta(hours=3),
    )
    sources.compare()
