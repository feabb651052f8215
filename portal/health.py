"""Is everything there: database, key, storage, worker. Asked by /healthz."""

from __future__ import annotations

from datetime import datetime, timedelta

import obstore
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from .core import clock, facts, keyring
from .core.actor import Actor
from .extensions import db

STALE = timedelta(minutes=2)  # the worker says every minute that it is alive


def report() -> list[str]:
    """What is wrong, one line each; empty: all is well."""
    try:
        session = db.session()
        session.actor = Actor.job("health")
        bad = [] if keyring.fits(session) is None else ["key"]
        beat = facts.read(session, "heartbeat")
    except SQLAlchemyError:
        return ["database"]
    try:
        obstore.put(current_app.extensions["files"], "incoming/health", b"ok")
        obstore.delete(current_app.extensions["files"], "incoming/health")
    except OSError:
        bad.append("storage")
    if beat is None or clock.now() - datetime.fromisoformat(beat) > STALE:
        bad.append("worker")
    return bad
