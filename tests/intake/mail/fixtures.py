"""The mail server of a run, and a mailbox that the portal is told to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask

from portal.intake.mail import polling
from portal.intake.mail.polling import Polled
from tests.intake.mail import dovecot
from tests.intake.mail.dovecot import Dovecot

_serial = count(1)


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Dovecot]:
    """A Dovecot of its own; a skip where none is installed."""
    if dovecot.program() is None:
        pytest.skip("no Dovecot is installed")
    with dovecot.running() as server:
        yield server


@pytest.fixture
def user() -> str:
    """A mailbox that nobody has written to yet."""
    return f"jubao{next(_serial)}"


@pytest.fixture
def ask(app: Flask, mail_server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Polled]:
    """`ask()`: the portal looks into the mailbox once; `ask(port)`: through a line; `ask(None, "other")`: another's."""

    def asked(port: int | None = None, whose: str = user) -> Polled:
        monkeypatch.setattr(app.config["SETTINGS"], "mailbox_url", mail_server.url(whose, port))
        with app.app_context():
            return polling.poll()

    return asked
