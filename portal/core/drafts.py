"""What was typed and not yet sent: sealed under a key of its own, one a person, verb and number, gone with the act."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from . import clock, vault
from .hanging import Family
from .sight import Session

KEPT = timedelta(days=7)


def _of(person_id: int, verb: str, number: str) -> str:
    return f"draft:{person_id}:{verb}:{number}"


def save(
    session: Session, family: Family, person_id: int, verb: str, number: str, pairs: list[tuple[str, str]]
) -> None:
    """The pairs hold `once` and `version`: a draft continued in a second tab is still the same form, kept once."""
    t, of = family.draft.__table__, _of(person_id, verb, number)
    body = vault.seal(session, family, of, "draft", json.dumps(pairs, ensure_ascii=False))
    same = (t.c.person_id == person_id) & (t.c.verb == verb) & (t.c.number == number)
    if not session.core(update(t).where(same).values(body=body, at=clock.now())).rowcount:
        new = {"person_id": person_id, "verb": verb, "number": number, "body": body, "at": clock.now()}
        session.core(insert(t), new)


def load(session: Session, family: Family, person_id: int, verb: str, number: str) -> list[tuple[str, str]] | None:
    """The pairs as they were typed, for seven days."""
    t = family.draft.__table__
    mine = (t.c.person_id == person_id, t.c.verb == verb, t.c.number == number, t.c.at > clock.now() - KEPT)
    body = session.core(select(t.c.body).where(*mine)).scalar()
    if body is None:
        return None
    text = vault.unseal(session, family, _of(person_id, verb, number), "draft", body)
    return [(name, value) for name, value in json.loads(text)]


def drop(session: Session, family: Family, person_id: int, verb: str, number: str) -> None:
    """Draft and key: nothing of it can be read again."""
    t, k = family.draft.__table__, family.data_key.__table__
    gone = delete(t).where(t.c.person_id == person_id, t.c.verb == verb, t.c.number == number)
    if session.core(gone).rowcount:
        session.core(delete(k).where(k.c.of == _of(person_id, verb, number)))


def drop_all(session: Session, family: Family, number: str) -> None:
    """Everybody's drafts on a matter that goes elsewhere."""
    t = family.draft.__table__
    for person_id, verb in session.core(select(t.c.person_id, t.c.verb).where(t.c.number == number)).all():
        drop(session, family, person_id, verb, number)


def expire(session: Session, family: Family) -> int:
    """Drop what is older than seven days; gives how many."""
    t = family.draft.__table__
    old = session.core(select(t.c.person_id, t.c.verb, t.c.number).where(t.c.at <= clock.now() - KEPT)).all()
    for person_id, verb, number in old:
        drop(session, family, person_id, verb, number)
    return len(old)
