"""Units with dates and successors, people, posts with dates, sign-ins and attempts to sign in."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..core.hanging import Common
from ..core.sight import everywhere, nowhere, sees
from ..core.types import UtcDateTime


class Unit(Common):
    """A unit. `path` is its place in the tree ("/1/7/"): what lies below begins with it."""

    __tablename__ = "units"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    short_name: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(60), index=True)
    handles: Mapped[bool]  # clues may be assigned to it
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))


class Person(Common):
    """A person with an account. `roles` is the union of core.actor.Role."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(30))
    phone: Mapped[str | None] = mapped_column(String(20))
    plate: Mapped[str | None] = mapped_column(String(20))  # of the own car, and the number of the staff card:
    staff_no: Mapped[str | None] = mapped_column(String(20))  # second marks by which a recusal is matched
    roles: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    password: Mapped[str] = mapped_column(String(120))
    is_active: Mapped[bool]


class Post(Common):
    """职务, with dates: what a person was when something was done."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    title: Mapped[str] = mapped_column(String(40))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    __table_args__ = (Index(None, "person_id", "from_on"),)


class SignIn(Common):
    """A sign-in is a row; the cookie holds its random id, the row only the digest of it.

    It ends when the person's roles are no longer those under which it began (G20).
    """

    __tablename__ = "sign_ins"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    roles: Mapped[int] = mapped_column(server_default="0")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attempt(Common):
    """A try to sign in. `counter`: keyed digest of account and device (or of the source), never either in clear."""

    __tablename__ = "attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    counter: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    succeeded: Mapped[bool]
    __table_args__ = (Index(None, "counter", "at"),)


class WorkingDay(Common):
    """A day on which 国办通知 departs from the week: a holiday, or a weekend that is worked."""

    __tablename__ = "working_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]


sees(Unit, everywhere)
sees(Person, everywhere)
sees(Post, everywhere)
sees(WorkingDay, everywhere)
sees(SignIn, nowhere)
sees(Attempt, nowhere)
