"""Proof that a caller gave the code of a number: only then something may be added to it."""

from __future__ import annotations

from flask import current_app
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer

SHIFT = 12 * 60 * 60  # seconds for which a checked query code allows an addition


def _tickets() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="a number whose query code was checked")


def ticket(number: str) -> str:
    """Proof that the caller of this operator has just given the code of this number: only then it may be added to."""
    return _tickets().dumps([number, current_user.id])


def ticketed(proof: str | None) -> str:
    """The number of a ticket; empty if it is absent, of another person, or older than a shift."""
    try:
        number, person_id = _tickets().loads(proof or "", max_age=SHIFT)
    except (BadData, ValueError):
        return ""
    return str(number) if person_id == current_user.id else ""
