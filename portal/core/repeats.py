"""`once`: the same form sent twice is kept once and answered alike."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, String, bindparam, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from . import vault
from .errors import Refused
from .hanging import Common
from .sight import Session, nowhere, sees


class Performed(Common):
    """A token that was used, and what it made. `content`: keyed digest of what was given; NULL: anonymous."""

    __tablename__ = "performed"
    once: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    verb: Mapped[str] = mapped_column(String(50))
    content: Mapped[str | None] = mapped_column(String(64))
    number: Mapped[str | None] = mapped_column(String(24))


sees(Performed, nowhere)
T = Performed.__table__
CLAIM = text(
    "INSERT INTO performed (once, person_id, verb, content) VALUES (:once, :person_id, :verb, :content) "
    "ON CONFLICT (once) DO NOTHING"
)
EARLIER = select(T.c.number, T.c.person_id, T.c.verb, T.c.content).where(T.c.once == bindparam("once"))


def claim(session: Session, once: str, person_id: int | None, verb: str, given: Any) -> str | None:
    """The number of the earlier answer, or None: then this act holds the token.

    The insert, not a read, decides: on PostgreSQL the second of two simultaneous posts waits here for the first to end.
    Back, a correction, and sent again is no repetition: answering it with the old record would lose the correction
    without a word. Raises Refused then.
    """
    content = vault.digest(repr(given))
    new = {"once": once, "person_id": person_id, "verb": verb, "content": content}
    if session.core(CLAIM, new).rowcount:
        return None
    earlier = session.core(EARLIER, {"once": once}).one()
    strangers = earlier.verb != verb or earlier.person_id not in (person_id, None)
    if strangers or earlier.number is None:  # without a number: a call that was dropped
        raise Refused(None, _("这张表已经用过，请重新打开一张表再填"))
    if earlier.content not in (content, None):
        sentence = _("这张表已经办理，编号 %(number)s；这次的内容不同，请到该记录更正，或重新打开一张表")
        raise Refused(None, sentence % {"number": earlier.number})
    return str(earlier.number)


def performed(session: Session, once: str) -> bool:
    """Whether this token was used: a late autosave must not revive its draft."""
    return session.core(EARLIER, {"once": once}).first() is not None


def keep(session: Session, once: str, number: str, *, nameless: bool) -> None:
    """What the token made. Of an anonymous tip neither person nor content is kept."""
    wiped: dict[str, Any] = {"person_id": None, "content": None} if nameless else {}
    session.core(update(T).where(T.c.once == once).values(number=number, **wiped))
