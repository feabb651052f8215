"""Guessing is slowed per account and source; nobody is locked out from another desk (G21)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from portal.organisation import sign_in as rows
from portal.organisation.models import Attempt
from tests.conftest import Clock
from tests.pages import PASSWORD, Client, Page
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
COOKIE = "qingyuan"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


class Guesser:
    """Tries passwords; counts how many of them were compared at all."""

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch) -> None:
        self.app, self.compared = app, 0
        fits = rows._fits

        def counted(hashed: str, password: str) -> bool:
            self.compared += 1
            return fits(hashed, password)

        patch.setattr(rows, "_fits", counted)

    def guess(
        self, login: str, password: str = "wrong", client: Client | None = None, source: str = "127.0.0.1"
    ) -> Page:
        client = client or Client(self.app)
        action, data = client.form("/login", login=login, password=password)
        answer = client.http.post(action, data=data, environ_base={"REMOTE_ADDR": source})
        return Page("/login", answer)


@pytest.fixture
def guesser(app: Flask, stage: Stage, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Guesser:
    with stage.session() as session:
        session.begin_write()
        session.core(Attempt.__table__.delete())
        session.commit()
    clock.to("2026-11-24 10:00")
    return Guesser(app, monkeypatch)


def test_five_wrong_ones_and_then_a_pause(guesser: Guesser, clock: Clock) -> None:
    for _ in range(4):
        page = guesser.guess("officer")
        assert (page.status, "账号或密码不符" in page.alert) == (422, True)
    page = guesser.guess("officer")
    assert "10:20" in page.text, "it says until when"
    assert "10:20" in guesser.guess("officer", PASSWORD).text, "the right one is not even looked at"
    assert guesser.compared == 5
    clock.forward(minutes=21)
    assert guesser.guess("officer", PASSWORD).status == 303


def test_twenty_guesses_in_an_hour_are_hardly_compared(guesser: Guesser, clock: Clock) -> None:
    for _ in range(20):
        guesser.guess("officer")
        clock.forward(minutes=3)
    assert guesser.compared <= 15


def test_the_head_is_not_locked_out_from_another_desk(guesser: Guesser, app: Flask, clock: Clock) -> None:
    """A device that signed in once has a counter of its own, whatever the whole bureau's address has done."""
    desk = Client(app)
    assert guesser.guess("office_head", PASSWORD, desk).status == 303
    desk.http.delete_cookie(COOKIE)
    for i in range(40):
        guesser.guess("office_head" if i % 2 else f"nobody{i}")
    assert guesser.guess("office_head", PASSWORD).status == 422, "elsewhere it is paused"
    assert guesser.guess("office_head", PASSWORD, desk).status == 303


def test_a_known_device_may_not_guess_for_ever_either(guesser: Guesser, app: Flask) -> None:
    desk = Client(app)
    guesser.guess("officer", PASSWORD, desk)
    desk.http.delete_cookie(COOKIE)
    before = guesser.compared
    for _ in range(20):
        guesser.guess("officer", client=desk)
    assert guesser.compared - before == 5


def test_a_device_of_one_account_is_a_strange_one_for_another(guesser: Guesser, app: Flask) -> None:
    desk = Client(app)
    guesser.guess("officer", PASSWORD, desk)
    desk.http.delete_cookie(COOKIE)
    for _ in range(6):
        guesser.guess("office_head", client=desk)
    assert "暂时不能登录" in guesser.guess("office_head").text, "its guesses count with those from anywhere"


def test_one_source_is_slowed_over_all_accounts(guesser: Guesser) -> None:
    for i in range(60):
        guesser.guess(f"guess{i}", source="10.1.1.1")
    assert guesser.compared <= 30
    assert guesser.guess("officer2", PASSWORD, source="10.1.1.2").status == 303, "another address is another matter"


def test_an_account_that_is_not_there_is_answered_alike(guesser: Guesser) -> None:
    told = []
    for login in ("unit_head", "nobody"):
        before = guesser.compared
        pages = [guesser.guess(login) for _ in range(7)]
        assert guesser.compared - before == 5, "a password is compared, against nothing as well"
        told.append([(p.status, p.text.replace(login, "")) for p in pages])
    assert told[0] == told[1]


def test_neither_account_nor_address_is_kept_of_a_try(guesser: Guesser, stage: Stage) -> None:
    guesser.guess("officer", source="10.9.8.7")
    with stage.session() as session:
        kept = str(session.core(select(Attempt.__table__)).all())
    assert "officer" not in kept and "10.9.8.7" not in kept
