"""The actor's one constant query, and who holds a role. Core knows people and units by their table names alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, bindparam, column, exists, or_, select, table

from . import clock
from .actor import Actor, Role
from .sight import UNITS, Session

P = table(
    "people",
    column("id"),
    column("login"),
    column("name"),
    column("roles", Integer),
    column("unit_id"),
    column("is_active"),
)
U = table("units", column("id"), column("name"), column("short_name"), column("path"))
POSTS = table("posts", column("person_id"), column("title"), column("from_on", Date), column("to_on", Date))
TODAY = bindparam("today", None, Date)
_below = UNITS.alias("below")
_post = (
    select(POSTS.c.title)
    .where(POSTS.c.person_id == P.c.id, POSTS.c.from_on <= TODAY, or_(POSTS.c.to_on.is_(None), POSTS.c.to_on >= TODAY))
    .order_by(POSTS.c.from_on.desc())
    .limit(1)
    .scalar_subquery()
)
FACTS = select(
    P.c.id, P.c.name, P.c.roles, P.c.unit_id, U.c.path,
    ~exists().where(_below.c.path > U.c.path, _below.c.path < U.c.path + "~"), _post,
    U.c.name.label("unit_name"), U.c.short_name,
).join(U, U.c.id == P.c.unit_id).where(P.c.is_active)  # fmt: skip
BY_ID = FACTS.where(P.c.id == bindparam("person"))
BY_LOGIN = FACTS.where(P.c.login == bindparam("login"))


def actor(found: Any, sign_in: str | None = None) -> Actor:
    """A row of FACTS as an actor."""
    person, name, roles, unit, path, alone, post, unit_name, short = tuple(found)[:9]
    return Actor(person, name, Role(roles), unit, path, bool(alone), post or "", unit_name, short, sign_in)


def today() -> dict[str, date]:
    """The parameter by which the post of today is found."""
    return {"today": clock.today()}


def by_id(session: Session, person_id: int) -> Actor | None:
    """The person as an actor (without a sign-in), or None if absent or off."""
    found = session.core(BY_ID, {"person": person_id} | today()).first()
    return actor(found) if found else None


def by_login(session: Session, login: str) -> Actor | None:
    """The same by account name."""
    found = session.core(BY_LOGIN, {"login": login} | today()).first()
    return actor(found) if found else None


def holding(session: Session, roles: Role) -> list[tuple[int, str]]:
    """(id, name and post) of those who hold one of these roles: choices of an approver."""
    some = FACTS.where(P.c.roles.op("&")(int(roles)) != 0).order_by(P.c.id)
    return [(a.id or 0, a.signature) for a in map(actor, session.core(some, today()))]
