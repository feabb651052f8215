"""How the sample bureau acts: real verbs as its people, with the clock moved, in working hours of working days."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from secrets import token_hex
from typing import Any

from flask import current_app
from sqlalchemy import event

from ..core import act, clock
from ..core.actor import Actor
from ..core.errors import Conflict, Forbidden, Hidden, Refused
from ..core.register import named
from ..extensions import db

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763b8bb7a3500046c0221df2c"
    "30e80000000049454e44ae426082"
)  # the smallest photograph


@dataclass
class Hand:
    """Who performs: the accounts of the bureau by login, and officers and heads by unit key."""

    by_login: dict[str, Actor]
    officers: dict[str, list[Actor]]
    heads: dict[str, Actor]
    units: dict[str, int]


def do(who: Actor, verb: str, given: Any = None, number: str | None = None, at: datetime | None = None) -> str | None:
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
