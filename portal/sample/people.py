"""Units, people, posts, desks and heads into an empty database: the sample bureau's or the tests' cast."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import insert

from ..core import keyring
from ..core.actor import Actor, Role
from ..core.desks import Desk
from ..core.sight import Session
from ..extensions import db
from ..organisation.models import Person, Post, Unit

PASSWORD = "Qingyuan-2026!"  # noqa: S105 - of the sample bureau, told in the README
BEGAN = date(2025, 1, 1)


@dataclass(frozen=True)
class NewUnit:
    """`key` names it among the others; `handles`: clues may be given to it."""

    key: str
    name: str
    short_name: str
    parent: str | None
    handles: bool


@dataclass(frozen=True)
class NewPerson:
    """A person with one post and an account."""

    login: str
    name: str
    unit: str
    post: str
    roles: tuple[str, ...]
    phone: str | None = None


def load(
    units: Iterable[NewUnit], people: Iterable[NewPerson], desks: dict[str, str], heads: dict[str, str]
) -> dict[str, int]:
    """Insert all of it in one transaction; gives login → id of the person."""
    session: Session = db.session()
    session.actor = Actor.job("load")
    session.begin_write()
    unit_ids: dict[str, int] = {}
    paths: dict[str, str] = {}
    for i, u in enumerate(units, 1):
        unit_ids[u.key], paths[u.key] = i, f"{paths[u.parent] if u.parent else '/'}{i}/"
        values = {
            "id": i,
            "name": u.name,
            "short_name": u.short_name,
            "path": paths[u.key],
            "handles": u.handles,
            "valid_from": BEGAN,
        }
        session.core(insert(Unit.__table__), values)
    hashed = current_app.config["HASHER"].hash(PASSWORD)
    ids, seats = {}, {}
    for i, p in enumerate(people, 1):
        ids[p.login], seats[p.login] = i, unit_ids[p.unit]
        roles = sum(Role[r.upper()] for r in set(p.roles))
        values = {
            "id": i,
            "login": p.login,
            "name": p.name,
            "phone": p.phone,
            "roles": roles,
            "unit_id": unit_ids[p.unit],
            "password": hashed,
            "is_active": True,
        }
        session.core(insert(Person.__table__), values)
        session.core(
            insert(Post.__table__), {"person_id": i, "unit_id": unit_ids[p.unit], "title": p.post, "from_on": BEGAN}
        )
    for key, login in desks.items():
        session.core(insert(Desk.__table__), {"key": key, "unit_id": seats[login], "person_id": ids[login]})
    for unit, login in heads.items():
        session.core(insert(Desk.__table__), {"key": "head", "unit_id": unit_ids[unit], "person_id": ids[login]})
    _sequences(session)
    keyring.begin(session)
    session.commit()
    db.session.remove()
    return ids


def _sequences(session: Session) -> None:
    """PostgreSQL counts ids by itself and has not seen ours."""
    from sqlalchemy import text

    if session.get_bind().dialect.name == "postgresql":
        for table in ("units", "people"):
            session.core(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"))
