"""What the clock does: the heartbeat, waking what rests, digests of looks, expired drafts, what a crash left behind.

huey runs it in one worker. Every job acts as Actor.job(name) and is safe to run twice.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import bindparam, select, update

from ..extensions import db
from . import access, act, clock, drafts, facts, files, messages, trail
from .actor import Actor, Role
from .errors import Conflict, Forbidden, Hidden, Refused
from .hanging import OPEN, Common
from .register import Verb, named
from .sight import Session

F = facts.Fact.__table__
WAKES: list[str] = []  # verbs that the clock performs on the day of their duty: "clues.wake"


def wakes(verb: Verb) -> Verb:
    """Declare that the clock performs this verb when its duty is due."""
    WAKES.append(verb.full)
    return verb


def session_of(name: str) -> Session:
    """A new session of the job of this name."""
    db.session.remove()
    session: Session = db.session()
    session.actor = Actor.job(name)
    return session


def runs(name: str, job: Callable[[], Any], **when: str) -> None:
    """Declare a job of a part; `when` as crontab says it."""
    TIMETABLE.append((name, job, when))


def put_fact(session: Session, name: str, value: str) -> None:
    """A fact that changes: the heartbeat, how far the digests are."""
    facts.keep(session, name, value)
    session.core(update(F).where(F.c.name == name).values(value=value))


def heartbeat() -> None:
    """Once a minute: /healthz is red when it stops."""
    session = session_of("heartbeat")
    session.begin_write()
    put_fact(session, "heartbeat", clock.now().isoformat())
    session.commit()


def wake() -> int:
    """Perform what its day has come for; gives how many."""
    session, d = session_of("wake"), Common.family.duty.__table__
    asked = select(d.c.subject, d.c.what).where(d.c.state == OPEN, d.c.what.in_(WAKES), d.c.due_at <= bindparam("now"))
    woken = 0
    for subject, what in session.core(asked, {"now": clock.now()}).all():
        session = session_of("wake")
        try:
            act.perform(session.actor, named(what), number=subject)
            woken += 1
        except (Refused, Conflict, Hidden, Forbidden):  # somebody was faster: nothing is owed any more
            continue
    return woken


def digest_looks() -> int:
    """The looks since the last time enter the trail as one digest, a storm of refusals as an entry and an alarm."""
    session = session_of("looks")
    session.begin_write()
    last = int(facts.read(session, "looks") or 0)
    rows = access.since(session, last)
    if not rows:
        session.rollback()
        return 0
    told = "\n".join(f"{r.id} {r.at.isoformat()} {r.person_id} {r.sign_in_id} {r.what} {r.subject}" for r in rows)
    digest = hashlib.sha256(told.encode()).hexdigest()
    entry = {
        "verb": "access.digest",
        "subject": f"{rows[0].id}-{rows[-1].id}",
        "fields": {"looks": digest},
        "plain": {},
    }
    storms = [
        {"verb": "access.storm", "subject": f"people/{person_id}", "fields": {}, "plain": {}}
        for person_id in access.storms(session, rows)
    ]
    for _storm in storms:
        messages.alarm(session, Role.SECADMIN | Role.AUDITOR)
    trail.append(session, trail.Plain(session.actor, clock.now()), [entry, *storms])
    put_fact(session, "looks", str(rows[-1].id))
    session.commit()
    trail.anchor(session)
    return len(rows)


def tidy() -> None:
    """Nightly: drafts older than seven days, files that no row names, and the head of the trail for the safe."""
    session = session_of("tidy")
    session.begin_write()
    drafts.expire(session, Common.family)
    files.sweep(session)
    session.commit()
    seq, digest = session.core(trail.HEAD).first() or (0, b"")
    sys.stdout.write(f"{clock.today().isoformat()} {seq} {digest.hex()}\n")
    sys.stdout.flush()


TIMETABLE: list[tuple[str, Callable[[], Any], dict[str, str]]] = [  # as crontab says it; {} is every minute
    ("heartbeat", heartbeat, {}),
    ("digest_looks", digest_looks, {}),
    ("wake", wake, {"minute": "*/10"}),
    ("tidy", tidy, {"minute": "30", "hour": "3"}),
]


def work(app: Flask) -> None:
    """Run the worker until it is told to stop. Its queue is a file of its own beside the data."""
    from huey import SqliteHuey, crontab  # only the worker needs it; it brings the driver of every database
    from huey.consumer import Consumer

    huey = SqliteHuey("portal", filename=str(app.config["SETTINGS"].instance / "queue.db"), utc=False)

    def inside(job: Callable[[], Any]) -> None:
        with app.app_context():
            job()

    for name, job, when in TIMETABLE:
        huey.periodic_task(crontab(**when), name=name)(partial(inside, job))
    inside(heartbeat)
    inside(wake)
    Consumer(huey, workers=1, periodic=True, check_worker_health=True).run()
