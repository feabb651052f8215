"""Sign-ins are rows; the cookie holds a random id. One constant query a request makes the actor.

Guessing is slowed per account and device: a device that signed in before has a counter of its own, so nobody locks
the head out from another desk (G21). An account that does not exist is treated alike.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import current_app
from sqlalchemy import bindparam, func, insert, select, update

from ..core import clock, people, vault
from ..core.actor import Actor
from ..core.sight import Session
from ..extensions import db
from .models import Attempt, Person, SignIn

TRIES, PAUSE = 5, timedelta(minutes=20)  # GB/T 22239-2019 8.1.4.1: failures before the pause, and its length
SOURCE_TRIES = 30  # from one address, over all accounts, in the same time
LONGEST = timedelta(hours=12)  # a working day
S, A, P = SignIn.__table__, Attempt.__table__, Person.__table__
ACTOR = (
    people.FACTS.join(S, (S.c.person_id == people.P.c.id) & (S.c.roles == people.P.c.roles))
    .where(S.c.id == bindparam("sign_in"), S.c.ended_at.is_(None), S.c.at > bindparam("oldest"))
)  # fmt: skip
FAILED = select(A.c.at).where(A.c.counter == bindparam("counter"), A.c.at > bindparam("since"), ~A.c.succeeded)


@dataclass(frozen=True)
class Paused:
    """Too many tries: until when."""

    until: datetime


def _row_id(token: str) -> str:
    """The row holds a digest: who reads the table can't sign in with it."""
    return sha256(token.encode()).hexdigest()


def actor_of(token: str) -> Actor | None:
    """The person behind a cookie, unless the sign-in was ended or is too old."""
    session = db.session()
    asked = {"sign_in": _row_id(token), "oldest": clock.now() - LONGEST} | people.today()
    found = session.core(ACTOR, asked).first()
    if found is None:
        return None
    actor = people.actor(found, _row_id(token))  # the trail names the row; the token is in the cookie alone
    session.actor = actor
    return actor


def whose(token: str) -> int | None:
    """The person of a sign-in that lapsed today by itself: what was typed under it is kept for him."""
    mine = (S.c.id == _row_id(token), S.c.ended_at.is_(None), S.c.at > clock.now() - 2 * LONGEST)
    person: int | None = db.session().core(select(S.c.person_id).where(*mine)).scalar()
    return person


def begin(session: Session, person_id: int) -> str:
    """A new sign-in inside a write transaction; gives the cookie's token."""
    token = token_urlsafe(32)
    roles = select(P.c.roles).where(P.c.id == person_id).scalar_subquery()
    session.core(insert(S).values(id=_row_id(token), person_id=person_id, roles=roles, at=clock.now()))
    return token


def end(token: str) -> None:
    """Sign out: dead at the next request in every worker."""
    session = db.session()
    session.begin_write()
    session.core(update(S).where(S.c.id == _row_id(token)).values(ended_at=clock.now()))
    session.commit()


def attempt(login: str, password: str, device: str, source: str) -> str | Paused | None:
    """The cookie's token; or Paused; or None: account and password do not fit."""
    session = db.session()
    known = _has_signed_in(session, login, device)
    counter = vault.digest(f"try {login} {device if known else 'elsewhere'}")
    by_source = vault.digest(f"try from {source}")
    # behind one address sits the whole bureau: its counter holds up strangers, not a device that is known
    until = _paused(session, counter, TRIES) or (None if known else _paused(session, by_source, SOURCE_TRIES))
    if until is not None:
        return Paused(until)
    person = session.core(select(P.c.id, P.c.password, P.c.is_active).where(P.c.login == login)).first()
    fits = _fits(person.password if person else _nobody(), password)
    succeeded = bool(fits and person and person.is_active)
    session.rollback()
    session.connection(execution_options={"write": True})
    counters = [counter, by_source] if not succeeded else [counter]
    for c in counters:
        session.core(insert(A), {"counter": c, "at": clock.now(), "succeeded": succeeded})
    if succeeded:
        session.core(insert(A), {"counter": _device(login, device), "at": clock.now(), "succeeded": True})
    token = begin(session, person.id) if succeeded else None
    session.commit()
    if token is None and (until := _paused(session, counter, TRIES)) is not None:
        return Paused(until)
    return token


def _nobody() -> str:
    """The hash of whom there is not, made at the first such try: it takes as long as all else at the start."""
    config = current_app.config
    if "NOBODY" not in config:
        config["NOBODY"] = config["HASHER"].hash(token_urlsafe(16))
    return str(config["NOBODY"])


def _fits(hashed: str, password: str) -> bool:
    hasher: PasswordHasher = current_app.config["HASHER"]
    try:
        return hasher.verify(hashed, password)
    except VerificationError:
        return False


def _device(login: str, device: str) -> str:
    return vault.digest(f"device {login} {device}")


def _has_signed_in(session: Session, login: str, device: str) -> bool:
    mine = select(A.c.id).where(A.c.counter == _device(login, device), A.c.succeeded).limit(1)
    return session.core(mine).first() is not None


def _paused(session: Session, counter: str, tries: int) -> datetime | None:
    """Until when, if so many tries failed within the pause and none succeeded since."""
    since = clock.now() - PAUSE
    last_good = select(func.max(A.c.at)).where(A.c.counter == counter, A.c.succeeded)
    good = session.core(last_good).scalar()
    failed = FAILED.order_by(A.c.at.desc()).limit(tries)
    times = session.core(failed, {"counter": counter, "since": max(since, good) if good else since}).scalars().all()
    return times[0] + PAUSE if len(times) >= tries else None


def idle_since(marked: Any) -> float:
    """Seconds since the person last did something: the signed cookie says so, no row is written by a GET."""
    return time.time() - float(marked or 0)
