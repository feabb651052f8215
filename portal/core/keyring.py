"""The vault keys that this process knows, and which of them wraps new data keys.

At rest there is one. While a rotation is under way there are two, each kept in the database sealed under the other: a
process that was started with either reads everything, and goes on with the new one.

Digests stand in the chain of the trail, in its heads outside the database and behind query codes; nobody could make
them anew. They have a key of their own, random, made with the database, kept in it under the vault key: a rotation
wraps it again and changes no digest.
"""

from __future__ import annotations

import hmac
import json
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import inspect, text

from .. import config
from ..extensions import db
from . import facts
from .sight import Session

NOW, BEFORE, BRIDGE, DIGEST = "vault", "vault before", "vault bridge", "digest key"  # names of facts
SHORT = 16  # characters of a key's name beside what it wraps
# on PostgreSQL: whoever wraps a new data key holds off the moment at which the key changes
SHARED, ALONE = (text(f"SELECT pg_advisory_xact_lock{how}(20260102)") for how in ("_shared", ""))


class WrongKey(RuntimeError):
    """A vault key is wanted that this process was not given."""

    def __init__(self, wanted: str) -> None:
        super().__init__(
            f"PORTAL_VAULT_KEY: this is not the key of this database, which wants {wanted[:8]}…; put that key into "
            "PORTAL_VAULT_KEY, PORTAL_VAULT_KEY_FILE or instance/vault.key and start again. After `flask vault rotate` "
            "it is the new one; a former key lies beside it as vault.key.<name> and opens the backups of its time. "
            "Without its key nothing sealed can be read"
        )


def name_of(key: bytes) -> str:
    """Tells keys apart and nothing about them."""
    return hmac.digest(key, b"vault check", "sha256").hex()


def short(key: bytes) -> str:
    """The name as it stands beside each data key."""
    return name_of(key)[:SHORT]


def given() -> bytes:
    """The key that this process was started with."""
    key: bytes = current_app.config["VAULT_KEY"]
    return key


def wrap(key: bytes, about: str, inner: bytes) -> bytes:
    """A key under a key."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, inner, about.encode())


def unwrap(key: bytes, about: str, wrapped: bytes) -> bytes:
    """The inner key; raises InvalidTag."""
    return AESGCM(key).decrypt(wrapped[:12], wrapped[12:], about.encode())


def _known() -> dict[str, bytes]:
    known: dict[str, bytes] = current_app.extensions.setdefault("keys", {})
    if not known:
        known |= {short(given()): given(), "": given()}  # "": wrapped before keys had names
    return known


def key(session: Session, wanted: str) -> bytes:
    """The key of this name. Raises WrongKey."""
    known = _known()
    if wanted not in known:
        _learn(session, known)
    if wanted not in known:
        raise WrongKey(wanted)
    return known[wanted]


def _learn(session: Session, known: dict[str, bytes]) -> None:
    """From the bridge of a rotation, then from the key file, which a finished rotation has exchanged."""
    begun = inspect(session.connection()).has_table("facts")  # a backup is opened before there are any tables
    for opener, wrapped in json.loads((begun and facts.read(session, BRIDGE)) or "{}").items():
        if opener in known:
            found = unwrap(known[opener], BRIDGE, bytes.fromhex(wrapped))
            known[short(found)] = found
    if again := config.vault_file_again(current_app.config["SETTINGS"]):
        known[short(again)] = again


def begin(session: Session) -> None:
    """A new database learns its id, the name of its vault key and its digest key; inside a write transaction."""
    if facts.read(session, NOW) is None:
        facts.keep(session, DIGEST, closed_digest_key(given(), os.urandom(32)))
    facts.keep(session, NOW, name_of(given()))
    facts.database_id(session)


def current(session: Session) -> tuple[str, bytes]:
    """Name and key under which a new data key is wrapped, inside a write transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.core(SHARED)
    wanted = (facts.read(session, NOW) or name_of(given()))[:SHORT]
    return wanted, key(session, wanted)


def fits(session: Session) -> str | None:
    """None, or the name of the key that this database wants and this process does not have."""
    wanted = facts.read(session, NOW)
    if wanted is None:  # not begun
        return None
    try:
        key(session, wanted[:SHORT])
    except WrongKey:
        return wanted
    return None


def digest_key() -> bytes:
    """Of a database that was begun before digests had a key: the vault key of then, until it is first rotated."""
    cached: dict[str, bytes] = current_app.extensions.setdefault("digest key", {})
    if "key" not in cached:
        session = db.session()
        kept = facts.read(session, DIGEST)
        if kept is None:
            return given()
        cached["key"] = open_digest_key(session, kept)
    return cached["key"]


def open_digest_key(session: Session, kept: str) -> bytes:
    """The digest key out of its fact."""
    under, _, wrapped = kept.partition(":")
    return unwrap(key(session, under), DIGEST, bytes.fromhex(wrapped))


def closed_digest_key(under: bytes, inner: bytes) -> str:
    """The fact that keeps it."""
    return f"{short(under)}:{wrap(under, DIGEST, inner).hex()}"
