"""The sample bureau's minutes: of each meeting a paper, the newest waits for its signature, one is corrected."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from ..clues.forms import Words
from ..core import clock, duties
from ..core.hanging import Common
from ..extensions import db
from ..meetings.minutes.forms import Draft
from ..meetings.minutes.queries import filled
from ..meetings.models import Meeting

Do = Callable[..., str | None]
TO_SIGN, HALF_RECEIVED, CORRECTED = 0, 1, 3  # from the newest
COPIES = "市扫黑办"


def load(hand: Any, rng: random.Random, do: Do) -> None:
    """What stands at each desk is of the last weeks."""
    people = hand.by_login
    office, checker, leader = people["office"], people["luwenjin"], people["deputy_head"]
    meetings = _meetings(office)
    for left, (meeting, held, given) in zip(range(len(meetings) - 1, -1, -1), meetings, strict=True):
        at = _next_morning(held, rng)
        n = do(office, "minutes.draft", given, meeting, at)
        if n is None:
            continue
        if rng.random() < 0.3:
            do(checker, "minutes.return", Words("个别责任单位用了简称，请写全称。"), n, at + timedelta(hours=2))
            do(office, "minutes.revise", given, n, at + timedelta(hours=3))
        do(checker, "minutes.check", Words(""), n, at + timedelta(hours=5))
        at = _next_morning(at, rng)
        if left == TO_SIGN or do(leader, "minutes.sign", Words("同意印发。"), n, at) is None:
            continue
        do(office, "minutes.issue", None, n, at + timedelta(hours=2))
        _receive(hand, rng, do, n, at, all_of_them=left > HALF_RECEIVED)
        if left == CORRECTED:
            later = _next_morning(at + timedelta(days=2), rng)
            _corrected(hand, rng, do, n, given, later)


def _meetings(office: Any) -> list[tuple[str, datetime, Draft]]:
    """Number, moment and first draft of each, as the form would be filled."""
    db.session.remove()
    session = db.session()
    session.actor = office
    found = []
    for meeting in session.scalars(select(Meeting).order_by(Meeting.held_on, Meeting.id)):
        told = filled(meeting) | {"copies": COPIES}
        given = Draft(**told | {"unit_ids": tuple(told["unit_ids"])})
        found.append((meeting.number, datetime.combine(meeting.held_on, time(17), clock.LOCAL), given))
    return found


def _next_morning(at: datetime, rng: random.Random) -> datetime:
    day = clock.add_working_days(at.date(), 1)
    return datetime.combine(day, time(9, rng.randint(0, 59)), clock.LOCAL)


def _receive(hand: Any, rng: random.Random, do: Do, number: str, at: datetime, *, all_of_them: bool) -> None:
    """Each head when he gets to it; of the newest some have not."""
    db.session.remove()
    session = db.session()
    session.actor = hand.by_login["office"]
    owed = {d.person_id for d in duties.owed(session, Common.family, "minutes.receive", number)}
    heads = [a for a in hand.by_login.values() if a.id in owed]
    rng.shuffle(heads)
    morning = _next_morning(at, rng)
    for n, who in enumerate(heads):
        if all_of_them or n % 3:
            do(who, "minutes.receive", None, number, morning + timedelta(minutes=27 * n))


def _corrected(hand: Any, rng: random.Random, do: Do, number: str, given: Draft, at: datetime) -> None:
    people = hand.by_login
    given = replace(given, body=given.body.replace("前完成", "前完成并书面报告", 1))
    n = do(people["office"], "minutes.correct", given, number, at)
    do(people["luwenjin"], "minutes.check", Words(""), n, at + timedelta(hours=1))
    do(people["deputy_head"], "minutes.sign", Words("同意更正。"), n, at + timedelta(hours=3))
    do(people["office"], "minutes.issue", None, n, at + timedelta(hours=4))
    if n:
        _receive(hand, rng, do, n, at, all_of_them=True)
