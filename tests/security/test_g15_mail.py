"""G15: of mail nothing is lost, nothing is kept twice, nothing is executed. G6: nothing of it lies on the disk in clear.

A real Dovecot; a line that breaks at each command, before and after it is sent, and inside an answer; two pollers at
once; a poller killed between keeping and flagging.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal import create_app
from portal.core import trail
from portal.intake.mail import polling
from portal.intake.mail.models import Mail
from portal.intake.mail.polling import Polled
from tests.engines import Place
from tests.intake.mail import letters
from tests.intake.mail.dovecot import Dovecot, Line
from tests.pages import Client
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.security, pytest.mark.database]
Ask = Callable[..., Polled]
BIRD = "鸊鷉"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def states(stage: Stage, user: str) -> list[str]:
    with stage.session() as session:
        m = Mail.__table__
        return list(
            session.core(select(m.c.state).where(m.c.mailbox.startswith(f"{user}@")).order_by(m.c.id)).scalars()
        )


def two(user: str, n: Any) -> tuple[bytes, bytes]:
    """One that can be read and one that can't."""
    readable = letters.plain(
        text=f"{user} {n} 北外环路口有人拦车收过磅费", files=(("a.png", "image/png", letters.PNG * 50),)
    )
    return readable, letters.raw(f"{user} {n}".encode(), "From: a@example.cn", "Content-Type: application/pkcs7-mime")


def whole(stage: Stage, server: Dovecot, user: str) -> bool:
    """Both are here, once, and neither waits in the mailbox any more."""
    return states(stage, user) == ["waiting", "unreadable"] and server.lying(user) == 0


@pytest.mark.parametrize("after", [False, True], ids=["before it is sent", "after it"])
def test_a_line_that_breaks_at_any_command_loses_and_doubles_nothing(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str, after: bool
) -> None:
    line = Line(mail_server.port)
    mail_server.deliver(user, *two(user, "whole"))
    assert ask(line.port) == Polled(new=2)
    line.close()
    commands, broken = len(line.commands), 0
    assert commands > 12 and whole(stage, mail_server, user)
    for n in range(1, commands + 1):
        own = f"{user}x{n}"
        mail_server.deliver(own, *two(own, n))
        line = Line(mail_server.port, n, after=after)
        broken += bool(ask(line.port, own).error)
        line.close()
        ask(None, own)
        assert whole(stage, mail_server, own), (
            f"after {line.commands[-1]}: {states(stage, own)}, {mail_server.lying(own)} left"
        )
    assert broken >= commands - 2  # the last is the farewell


@pytest.mark.parametrize("lets", [0, 60, 400, 1200, 2000, 4000, 6000])
def test_a_line_that_breaks_inside_an_answer_loses_nothing(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str, lets: int
) -> None:
    mail_server.deliver(user, *two(user, lets))
    line = Line(mail_server.port, lets=lets)
    ask(line.port)
    line.close()
    ask()
    assert whole(stage, mail_server, user)


def test_two_pollers_at_once_keep_each_mail_once(
    app: Flask, stage: Stage, mail_server: Dovecot, ask: Ask, user: str
) -> None:
    ask()
    mails = [letters.plain(text=f"{user} 第 {n} 封，说的是不同的事情") for n in range(15)]
    mail_server.deliver(user, *mails)
    found: list[Polled] = []
    begin = threading.Barrier(3)

    def poll() -> None:
        begin.wait()
        with app.app_context():
            found.append(polling.poll())

    pollers = [threading.Thread(target=poll) for _ in range(3)]
    for poller in pollers:
        poller.start()
    for poller in pollers:
        poller.join()
    assert [p.error for p in found] == [""] * 3 and sum(p.new for p in found) == 15
    assert (
        len(states(stage, user)) == 15 and mail_server.lying(user) == 0 and mail_server.lying(user, "已收") >= 15
    )  # the server may copy twice


def _killed(settings: dict[str, Any], url: str, where: str) -> None:
    """A poller in a process of its own that is killed before it flags, or before it commits."""
    app = create_app(**settings, PORTAL_MAILBOX_URL=url)

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if where == "before it flags":
        polling._move = die
    else:
        trail.append = die
    with app.app_context():
        polling.poll()


@pytest.mark.parametrize("where", ["before it flags", "before it commits"])
def test_a_poller_that_is_killed_loses_and_doubles_nothing(
    place: Place, stage: Stage, mail_server: Dovecot, ask: Ask, user: str, where: str
) -> None:
    mail_server.deliver(user, *two(user, where))
    process = multiprocessing.get_context("spawn").Process(
        target=_killed, args=(place.settings, mail_server.url(user), where)
    )
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert len(states(stage, user)) == (1 if where == "before it flags" else 0) and mail_server.lying(user) == 2
    ask()
    assert whole(stage, mail_server, user)


def test_a_database_that_takes_nothing_leaves_the_mail_where_it_is(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be recorded is neither flagged nor moved (G13)."""
    mail_server.deliver(user, *two(user, "full"))

    def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(trail, "append", full)
        assert "没有收下" in ask().error
    assert states(stage, user) == [] and mail_server.lying(user) == 2
    with mail_server.box(user) as box:
        assert all("\\Seen" not in m.flags for m in box.fetch(mark_seen=False))
    ask()
    assert whole(stage, mail_server, user)


def test_nothing_of_a_mail_lies_on_the_disk_in_clear(
    app: Flask, stage: Stage, mail_server: Dovecot, ask: Ask, user: str, sign_in: Callable[[str], Client]
) -> None:
    """Subject, body, sender, name and content of an attachment: read, refused, turned, handed on, set aside (G6)."""
    said = [f"{BIRD}{part}" for part in ("主题", "正文", "发件人", "附件", "内容")]
    canaries = [*said, "youniao@example.cn", "CANARY IN THE FILE"]
    file = (f"{said[3]}.png", "image/png", letters.PNG + said[4].encode() + b"CANARY IN THE FILE" * 300)
    mails = [
        letters.plain(
            f"{said[0]}{n}",
            f"{said[1]}{n}。夜里拦车收费，请你们来查一查。",
            said[2],
            "youniao@example.cn",
            files=(file,),
        )
        for n in range(5)
    ]
    mails.append(
        letters.raw(
            f"{said[1]}".encode(),
            f"Subject: {said[0]}",
            "From: youniao@example.cn",
            "Content-Type: application/pkcs7-mime",
        )
    )
    mail_server.deliver(user, *mails)
    assert ask().new == 6
    with stage.session() as session:
        m = Mail.__table__
        numbers = list(
            session.core(select(m.c.number).where(m.c.mailbox.startswith(f"{user}@")).order_by(m.c.id)).scalars()
        )
    operator = sign_in("operator")
    for url in (
        "",
        "?tab=unreadable",
        "?format=xlsx",
        numbers[0],
        f"{numbers[0]}/source",
        f"{numbers[0]}/attachments/0",
    ):
        answer = operator.http.get(f"/intake/mailbox/{url}")
        assert answer.status_code == 200
        if url.endswith("source"):
            assert said[1] in answer.get_data(as_text=True), "the canary is in the mail"
    filled = {
        "title": "北外环收费",
        "excerpt": "夜里拦车收费。",
        "field": "渣土运输",
        "place": "北外环",
        "unknown_party": True,
    }
    for number, official in ((numbers[0], "否"), (numbers[1], "是")):
        action, data = operator.form(
            f"/intake/mailbox/{number}/do/to_tip", names_official=official, naming="实名", **filled
        )
        operator.post(action, data | {"place": ""}, 422)
        operator.post(action, data)
    operator.do(f"/intake/mailbox/{numbers[2]}", "spam", reason="误发")
    operator.do(f"/intake/mailbox/{numbers[3]}", "not_ours", receiver="市住建局", way="机要", words="房屋质量")
    operator.do(f"/intake/mailbox/{numbers[4]}", "hand_sealed", enclosed=True)
    done = app.test_cli_runner().invoke(args=["vault", "scan", *canaries])
    assert (done.exit_code, done.output.strip()) == (0, "0 places")


def test_hostile_mail_stops_nobody_elses(stage: Stage, mail_server: Dovecot, ask: Ask, user: str) -> None:
    """MIME torture between two decent mails: all are kept."""
    hard = [
        letters.nested(1000),
        letters.nested(40),
        b"Subject: x\r\n" + b"X: y\r\n" * 100_000 + b"\r\nhi",
        b"\x00\xff" * 500,
        b"x",
    ]
    mail_server.deliver(
        user, letters.plain(text=f"{user} 前面的一封信"), *hard, letters.plain(text=f"{user} 后面的一封信")
    )
    assert ask() == Polled(new=len(hard) + 2)
    with stage.session() as session:
        m = Mail.__table__
        assert session.core(select(func.count()).where(m.c.mailbox.startswith(f"{user}@"))).scalar() == len(hard) + 2
