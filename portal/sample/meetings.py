"""The sample bureau's meetings of the last months, and what became of what they decided."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from ..clues.forms import Words
from ..clues.models import Clue
from ..core import clock, files
from ..core.actor import Actor
from ..extensions import db
from ..meetings.forms import Answer, Log, Make, Postpone, Report, Review
from ..meetings.models import Decision
from .telling import read

Do = Callable[..., str | None]
Said = dict[str, list[str]]
HELD = (  # kind, days ago, how many lines, chair
    ("领导小组会议", 118, 6, "bureau_head"), ("例会", 101, 9, "deputy_head"), ("例会", 87, 10, "deputy_head"),
    ("专题会", 80, 5, "office_head"), ("例会", 73, 8, "deputy_head"), ("联席会议", 60, 6, "deputy_head"),
    ("例会", 45, 11, "deputy_head"), ("例会", 31, 9, "office_head"), ("专题会", 20, 5, "deputy_head"),
    ("例会", 17, 12, "deputy_head"), ("例会", 3, 12, "deputy_head"),
)  # fmt: skip
ATTEND = (
    "office_head",
    "luwenjin",
    "yinchongshan",
    "weidonglai",
    "peishixun",
    "unit_head",
    "leizhendong",
    "zhanglimin",
)
TAKES_ON = 0.85  # of a decision whose meeting is a few days old; older ones are all taken on


def load(hand: Any, rng: random.Random, do: Do, pixel: bytes) -> None:
    """Each meeting is logged as the secretary would, then each line goes as far as its days allow."""
    told, clues = read("meetings"), _open_clues(hand)
    lines, at = told["line"], 0
    for kind, ago, many, chair in HELD:
        held = _workday(clock.today() - timedelta(days=ago))
        chosen = [lines[(at + i) % len(lines)] for i in range(many)]
        at += many
        rows = tuple(_make(hand, line, held, clues) for line in chosen)
        there = tuple(hand.by_login[who].id for who in ATTEND if who != chair)
        away = (hand.by_login["yaoruilin"].id,) if rng.random() < 0.5 else ()
        guests = "市公安局扫黑办、市公安局交管支队" if kind == "联席会议" else ""
        scan = (files.Upload.of(f"{kind}纪要（签字）.png", "image/png", pixel),) if ago > 5 else ()
        sequence = 1 + sum(k == kind and a > ago for k, a, _many, _chair in HELD) + (14 if kind == "例会" else 0)
        given = Log(
            kind,
            sequence,
            held,
            hand.by_login[chair].id or 0,
            "局三楼会议室",
            there,
            away,
            (),
            guests,
            "",
            scan,
            "",
            rows,
        )
        moment = datetime.combine(held, time(17, 20), clock.LOCAL)
        meeting = do(hand.by_login["office"], "meetings.log", given, at=moment)
        if meeting is not None:
            _worked_on(hand, rng, do, told["words"], meeting, moment, pixel)


def _workday(day: Any) -> Any:
    return day if clock.is_working(day) else clock.add_working_days(day, -1)


def _open_clues(hand: Any) -> dict[int, list[str]]:
    """Unit → its open clues, newest first: what a line about a clue names."""
    db.session.remove()
    session = db.session()
    session.actor = hand.by_login["office"]
    found: dict[int, list[str]] = {}
    rows = select(Clue.unit_id, Clue.number).where(Clue.closed_on.is_(None)).order_by(Clue.id.desc())
    for unit, number in session.rows(rows):
        found.setdefault(unit, []).append(number)
    return found


def _make(hand: Any, line: dict[str, Any], held: Any, clues: dict[int, list[str]]) -> Make:
    unit = hand.units[line["unit"]]
    named = next(iter(clues.get(unit, ())), "")
    what = line["what"].replace("{clue} ", f"{named} " if named else "").replace("{clue}", named)
    owner = hand.by_login[line["who"]].id if line["who"] else None
    if line["days"]:
        return Make(what, unit, owner, _workday(held + timedelta(days=line["days"])), None)
    return Make(what, unit, owner, None, _workday(held + timedelta(days=30)))


def _worked_on(hand: Any, rng: random.Random, do: Do, words: Said, meeting: str, held: datetime, pixel: bytes) -> None:
    db.session.remove()
    session = db.session()
    session.actor = hand.by_login["office"]
    columns = (Decision.number, Decision.officer_id, Decision.unit_id, Decision.due_at, Decision.review_on)
    rows = select(*columns).where(Decision.meeting.has(number=meeting)).order_by(Decision.id)
    by_id = {a.id: a for a in hand.by_login.values()}
    for row in list(session.rows(rows)):
        way = Way(hand, rng, do, words, row, by_id[row.officer_id], held)
        way.go(fresh=clock.now() - held < timedelta(days=10), pixel=pixel)


@dataclass
class Way:
    """One decision on its way, as far as the days allow."""

    hand: Any
    rng: random.Random
    do: Do
    words: Said
    decision: Any
    owner: Actor
    at: datetime

    def say(self, verb: str, who: Actor, given: Any, days: float) -> bool:
        """About so many days later, on a working day."""
        self.at += timedelta(days=days * self.rng.uniform(0.7, 1.3))
        if not clock.is_working(self.at.date()) or not 8 <= self.at.hour < 18:
            day = self.at.date() if clock.is_working(self.at.date()) else clock.add_working_days(self.at.date(), 1)
            self.at = datetime.combine(day, time(self.rng.randint(9, 16), self.rng.randint(5, 55)), clock.LOCAL)
        return self.do(who, f"decisions.{verb}", given, self.decision.number, self.at) is not None

    def pick(self, of: str) -> str:
        """Words for a verb."""
        return self.rng.choice(self.words[of])

    def go(self, *, fresh: bool, pixel: bytes) -> None:
        """Taken on or argued about; worked on or looked at each month; finished, verified."""
        if (fresh and self.rng.random() > TAKES_ON) or not self._taken_on(fresh=fresh):
            return
        if self.decision.review_on:
            self._lasting()
            return
        if self.rng.random() < 0.4:
            self.say("report", self.owner, Report(self.pick("report"), ()), 2)
        forgotten = 0.12 if clock.now() - self.at < timedelta(days=50) else 0.02
        if self.rng.random() < (0.7 if fresh else forgotten):  # still under way, or forgotten
            return
        if self.rng.random() < 0.08:
            later = clock.local(self.decision.due_at).date() + timedelta(days=10)
            self.say("postpone", self.hand.by_login["office"], Postpone(later, self.pick("postpone")), 1)
        self._finished((files.Upload.of("办理情况.png", "image/png", pixel),))

    def _taken_on(self, *, fresh: bool) -> bool:
        office, d = self.hand.by_login["office"], self.decision
        if self.rng.random() < 0.12 and self.owner is not office:
            if not self.say("dispute", self.owner, Words(self.pick("object")), 0.8):
                return False
            day = (clock.local(d.due_at) - clock.DAY).date() if d.due_at else None
            given = Answer(d.unit_id, self.owner.id or 0, day, d.review_on, self.pick("answer"))
            if (fresh and self.rng.random() < 0.7) or not self.say("answer", office, given, 1):
                return False
        return self.say("accept", self.owner, None, 0.7)

    def _lasting(self) -> None:
        on = self.decision.review_on
        while on <= clock.today() + timedelta(days=4):
            on += timedelta(days=30)
            if not self.say("review", self.owner, Review(on, self.pick("review")), 27):
                return

    def _finished(self, proof: tuple[files.Upload, ...]) -> None:
        office = self.hand.by_login["office"]
        checker = office if self.owner is not office else self.hand.by_login["luwenjin"]
        if not self.say("finish", self.owner, Report(self.pick("finish"), proof), self.rng.choice((2, 3, 4, 11))):
            return
        if self.rng.random() < 0.12 and self.say("return", checker, Words(self.pick("back")), 1):
            self.say("finish", self.owner, Report(self.pick("finish"), proof), 2)
        self.say("verify", checker, Words(self.pick("verify")), 1.2)
