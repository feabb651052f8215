"""Sealed text: AES-256-GCM under a data key of the record, wrapped by the vault key, bound to table, number and column.

There is no type that is sometimes plain: a sealed column is always sealed, and reading it gives a mask.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, event, insert, or_, select, update

from . import access, clock, keyring
from .hanging import Family, is_sealed
from .sight import Session, Unguarded, session_of

FIRST = b"\x01"  # the format; a CHECK compares it, so plain text cannot lie in the column
MANY = 500  # keys asked for in one statement
PADS = (256, 1024, 4096, 16384, 65536)  # bytes: a length would tell as much as a word (G30)


def digest(text: str) -> str:
    """A keyed digest: equal texts are equal, and nobody without the key can try words against it."""
    return hmac.digest(keyring.digest_key(), text.encode(), "sha256").hex()


def seal_bytes(key: bytes, about: str, text: str) -> bytes:
    """Padded and sealed; `about` is authenticated, so a value does not open in another place."""
    raw = text.encode()
    size = next((p for p in PADS if p >= len(raw) + 4), -(-(len(raw) + 4) // PADS[-1]) * PADS[-1])
    nonce = os.urandom(12)
    padded = len(raw).to_bytes(4, "big") + raw.ljust(size - 4, b"\0")
    return FIRST + nonce + AESGCM(key).encrypt(nonce, padded, about.encode())


def unseal_bytes(key: bytes, about: str, stored: bytes) -> str:
    """The text; raises InvalidTag if it was sealed elsewhere or changed."""
    raw = AESGCM(key).decrypt(stored[1:13], stored[13:], about.encode())
    return raw[4 : 4 + int.from_bytes(raw[:4], "big")].decode()


def data_key(session: Session, family: Family, of: str, *, make: bool = False) -> bytes:
    """The record's own key, unwrapped; remembered for the session's life."""
    keys, table = session.info.setdefault("keys", {}), family.data_key.__table__
    if found := keys.get((family.name, of)):
        return found  # type: ignore[no-any-return]
    # a number of this very act has no key yet: insert and read nothing (umbrella: the ordinary role may not look)
    unheard = make and of in session.info.get("taken", ())
    found = None if unheard else session.core(select(table.c.wrapped, table.c.under).where(table.c.of == of)).first()
    if found is not None and found.wrapped is not None:
        key = keyring.unwrap(keyring.key(session, found.under), f"data key of {of}", found.wrapped)
    elif found is not None or not make:
        raise LookupError(f"{of} has no data key: destroyed, or never sealed")
    else:
        key = os.urandom(32)
        under, master = keyring.current(session)
        wrapped = keyring.wrap(master, f"data key of {of}", key)
        session.core(insert(table), {"of": of, "wrapped": wrapped, "under": under})
    keys[family.name, of] = key
    return key


def seal(session: Session, family: Family, of: str, about: str, text: str) -> bytes:
    """Sealed under the key of `of` (a number or a draft)."""
    return seal_bytes(data_key(session, family, of, make=True), f"{about} of {of}", text)


def unseal(session: Session, family: Family, of: str, about: str, stored: bytes) -> str:
    """The text that `seal` was given."""
    return unseal_bytes(data_key(session, family, of), f"{about} of {of}", stored)


DERIVED: list[tuple[Any, ...]] = []  # columns of the common family that hold numbers: what was concluded about records


def goes_with(*columns: Any) -> None:
    """Declare rows that are gone as soon as the key of one of these numbers is."""
    DERIVED.append(columns)


def destroy(session: Session, family: Family, of: str) -> None:
    """End all that this key sealed, and what was concluded from it; the tombstone stays."""
    table = family.data_key.__table__
    for columns in DERIVED if family.name == "common" else ():
        derived = columns[0].class_.__table__
        session.core(delete(derived).where(or_(*(derived.c[c.key] == of for c in columns))))
    session.info.get("keys", {}).pop((family.name, of), None)
    session.info.setdefault("destroyed", set()).add(of)
    session.core(update(table).where(table.c.of == of).values(wrapped=None, destroyed_at=clock.now()))


def compared(session: Session, model: Any, name: str, sealed: Mapping[str, bytes]) -> dict[str, str]:
    """Number → text of many rows, for a rule of the clock that shows nobody what it reads: one look for all of them.

    A row whose key is destroyed meanwhile is left out. Raises Unguarded for a person.
    """
    if session.actor.id is not None:
        raise Unguarded("only the clock reads sealed words without a look at each")
    if not sealed:
        return {}
    table, numbers = model.__table__.name, sorted(sealed)
    access.record(session, "compared", f"{table}.{name} {numbers[0]}–{numbers[-1]}")
    _learn_keys(session, model.family, numbers)
    known = [n for n in numbers if (model.family.name, n) in session.info["keys"]]
    return {n: unseal(session, model.family, n, f"{table}.{name}", sealed[n]) for n in known}


def _learn_keys(session: Session, family: Family, numbers: list[str]) -> None:
    """One statement for many keys, where data_key asks for one."""
    keys, t = session.info.setdefault("keys", {}), family.data_key.__table__
    for at in range(0, len(numbers), MANY):
        asked = select(t.c.of, t.c.wrapped, t.c.under).where(
            t.c.of.in_(numbers[at : at + MANY]), t.c.wrapped.is_not(None)
        )
        for r in session.core(asked):
            keys[family.name, r.of] = keyring.unwrap(keyring.key(session, r.under), f"data key of {r.of}", r.wrapped)


class Locked:
    """What an attribute read gives: a template that prints it prints six dots, whatever the length."""

    __slots__ = ()

    def __str__(self) -> str:
        return "●●●●●●"


LOCKED = Locked()
sealed_check = is_sealed  # for a model's __table_args__


class Sealed:
    """`original = Sealed()` over `original_sealed: LargeBinary`.

    Set before the number is known (a creation), the text waits in the instance and is sealed at flush: a seal is bound
    to its number.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        return LOCKED if getattr(row, f"{self.name}_sealed") is not None else None

    def __set__(self, row: Any, text: str | None) -> None:
        row.__dict__.setdefault("_unsealed", {})[self.name] = text
        setattr(row, f"{self.name}_sealed", None if text is None else b"")  # the CHECK refuses it if no flush sealed it


@event.listens_for(Session, "before_flush")
def _seal_what_waits(session: Session, context: Any, instances: Any) -> None:
    for row in (*session.new, *session.dirty):
        for name, text in row.__dict__.pop("_unsealed", {}).items():
            if text is not None:
                about = f"{row.__tablename__}.{name}"
                setattr(row, f"{name}_sealed", seal(session, row.family, row.number, about, text))


def look(row: Any, name: str) -> str:
    """The text itself. The caller has asked whether it may; each look leaves a trace, and without it none is given."""
    session = session_of(row)
    access.record(session, "sealed", f"{row.number}.{name}", row)
    return unseal(session, row.family, row.number, f"{row.__tablename__}.{name}", getattr(row, f"{name}_sealed"))
