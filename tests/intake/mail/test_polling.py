"""The portal asks a real IMAP server: each mail is kept once, then flagged and moved, and what can't be read is listed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal import health
from portal.config import load
from portal.extensions import db
from portal.intake.mail import polling, source
from portal.intake.mail.models import Mail
from portal.intake.mail.polling import Polled
from tests.conftest import Clock
from tests.intake.mail import letters
from tests.intake.mail.dovecot import Dovecot, Line
from tests.pages import Client
from tests.verbs.stage import Stage

Ask = Callable[..., Polled]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def kept(stage: Stage, user: str) -> list[Any]:
    """The drafts of a mailbox, read past every rule."""
    with stage.session() as session:
        m = Mail.__table__
        return list(session.core(select(m).where(m.c.mailbox.startswith(f"{user}@")).order_by(m.c.id)))


def raw_of(stage: Stage, number: str) -> bytes:
    with stage.session() as session:
        return source.load_raw(session, number)


@pytest.mark.database
def test_a_mail_becomes_a_draft_with_its_duty_and_leaves_the_inbox(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str
) -> None:
    mail = letters.plain()
    mail_server.deliver(user, mail)
    assert ask() == Polled(new=1)
    (row,) = kept(stage, user)
    assert (row.state, row.owed_state, row.attachments) == ("waiting", "open", 0)
    assert raw_of(stage, row.number) == mail
    assert mail_server.lying(user) == 0 and mail_server.lying(user, "已收") == 1
    with mail_server.box(user, "已收") as box:
        (flags,) = [m.flags for m in box.fetch(mark_seen=False)]
    assert "\\Seen" in flags


@pytest.mark.database
def test_asked_twice_nothing_is_kept_twice(stage: Stage, mail_server: Dovecot, ask: Ask, user: str) -> None:
    mail_server.deliver(user, letters.plain(text=user), letters.plain(text=user * 2))
    assert ask().new == 2 and ask() == Polled()
    with mail_server.box(user, "已收") as box:  # somebody puts them back
        box.copy(box.uids(), "INBOX")
    assert ask() == Polled(known=2)
    assert len(kept(stage, user)) == 2 and mail_server.lying(user) == 0


def test_a_mail_that_somebody_marked_as_deleted_is_kept(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str
) -> None:
    mail_server.deliver(user, *(letters.plain(text=f"{user} 第 {n} 封，随后被人打上删除标记") for n in range(3)))
    with mail_server.box(user) as box:
        box.client.uid("store", "2:3", "+FLAGS", "(\\Deleted)")
        assert ask().new == 3
    assert len(kept(stage, user)) == 3


def test_where_the_server_moves_nothing_a_mail_stays_flagged_and_is_left_alone(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_can_move", lambda box: False)
    mail_server.deliver(user, letters.plain(text=f"{user} 这一封留在原来的地方"))
    assert ask() == Polled(new=1)
    line = Line(mail_server.port)
    assert ask(line.port) == Polled(known=1)
    line.close()
    assert mail_server.lying(user) == 1 and not [
        c for c in line.commands if "STORE" in c.upper() or "FETCH" in c.upper()
    ]


@pytest.mark.database
def test_the_same_bytes_are_the_same_draft_in_any_mailbox(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str
) -> None:
    mail = letters.plain(text=f"同一封 {user}")
    mail_server.deliver(user, mail, mail, mail)
    found = ask()
    assert (found.new, found.known) == (1, 2)
    assert len(kept(stage, user)) == 1


@pytest.mark.database
def test_what_is_alike_is_grouped_and_none_is_dropped(stage: Stage, mail_server: Dovecot, ask: Ask, user: str) -> None:
    """Forty residents send one letter, each under his own name; and one Message-ID is sent twice with other words."""
    said = f"{user}小区门口夜里偷倒渣土，灰尘很大，请尽快查处。\n\n"
    names = [f"{s}建国" for s in "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"]
    letter = [letters.plain(text=said + name, name=name, address=f"n{i}@example.cn") for i, name in enumerate(names)]
    forged = [
        letters.plain(text=f"{user}另一件事情，{n}。说的完全不是一回事。", message_id=f"<{user}@x>")
        for n in ("甲乙丙丁", "戊己庚辛")
    ]
    mail_server.deliver(user, *letter, *forged)
    assert ask().new == 42
    rows = kept(stage, user)
    assert [r.alike_to for r in rows[:40]] == [None] + [rows[0].number] * 39
    assert [r.alike_to for r in rows[40:]] == [None, rows[40].number]


@pytest.mark.database
def test_what_cannot_be_read_is_listed_with_its_source(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str, sign_in: Callable[[str], Client]
) -> None:
    broken = letters.nested(1000)
    mail_server.deliver(
        user, broken, letters.raw(user.encode(), "From: a@example.cn", "Content-Type: application/pkcs7-mime")
    )
    assert ask().new == 2
    rows = kept(stage, user)
    assert [r.state for r in rows] == ["unreadable"] * 2 and "嵌套" in rows[0].reason and rows[0].owed_state == "open"
    operator = sign_in("operator")
    page = operator.get("/intake/mailbox/?tab=unreadable")
    assert page.soup.select("a[data-tab=unreadable]")
    assert {r.number for r in rows} <= {tr["data-number"] for tr in page.soup.select("tr[data-number]")}
    assert (
        operator.get(f"/intake/mailbox/{rows[0].number}").main["data-source-sha256"]
        == hashlib.sha256(broken).hexdigest()
    )
    assert "boundary=b999" in operator.get(f"/intake/mailbox/{rows[0].number}/source").text


def test_a_mail_beyond_the_limit_is_visible_and_stays_on_the_server(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LARGEST", 10_000)
    mail_server.deliver(user, letters.plain(text=f"{user}长" * 5000))
    assert ask().new == 1 and ask() == Polled()
    (row,) = kept(stage, user)
    assert row.state == "unreadable" and "没有收取" in row.reason
    assert mail_server.lying(user, "已收") == 1


@pytest.mark.database
def test_the_same_uid_after_a_new_uidvalidity_is_another_mail(
    app: Flask, stage: Stage, mail_server: Dovecot, ask: Ask, user: str
) -> None:
    """The mailbox was set up anew: its first mail has the UID of an earlier one."""
    for n in (1, 2):
        mail_server.deliver(user, letters.plain(text=f"{user} 第 {n} 次搭起来的邮箱里的第一封"))
        assert ask().new == 1
        mail_server.forget(user)
    first, second = kept(stage, user)
    assert (first.uid, second.uid) == (1, 1) and first.uidvalidity != second.uidvalidity


# ── over TLS, and what goes wrong ──
def over_tls(app: Flask, server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch, **changed: Any) -> Polled:
    settings = {
        "mailbox_url": f"imaps://{user}:x@127.0.0.1:{server.tls}/INBOX",
        "mailbox_ca_file": server.authority,
    } | changed
    for name, value in settings.items():
        monkeypatch.setattr(app.config["SETTINGS"], name, value)
    with app.app_context():
        return polling.poll()


def test_over_tls_by_the_intranets_own_authority(
    app: Flask, mail_server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server.deliver(user, letters.plain(text=f"{user} 走加密线路来的一封"))
    assert over_tls(app, mail_server, user, monkeypatch) == Polled(new=1)
    refused = over_tls(app, mail_server, user, monkeypatch, mailbox_ca_file=None)
    assert "证书" in refused.error
    wrong = f"imaps://{user}:wrong@127.0.0.1:{mail_server.tls}/INBOX"
    assert "口令" in over_tls(app, mail_server, user, monkeypatch, mailbox_url=wrong).error


def test_no_server_is_no_fault_of_the_portal_and_health_says_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "mailbox_url", "imap://u:p@127.0.0.1:9/INBOX")
    with app.app_context():
        assert "断了" in polling.poll().error
        assert "mailbox" in health.report()
        monkeypatch.setattr(app.config["SETTINGS"], "mailbox_url", "")
        db.session.remove()
        assert "mailbox" not in health.report()


def test_health_is_well_as_long_as_the_mailbox_answers(
    app: Flask, mail_server: Dovecot, ask: Ask, clock: Clock
) -> None:
    ask()
    with app.app_context():
        assert "mailbox" not in health.report()
        clock.forward(minutes=16)
        db.session.remove()
        assert "mailbox" in health.report()


@pytest.mark.parametrize(("given", "word"), [
    ({"PORTAL_MAILBOX_URL": "imap://u:p@mail.example.cn/INBOX"}, "this machine"), ({"PORTAL_MAILBOX_URL": "http://u@h/"}, "wanted"),
    ({"PORTAL_MAILBOX_URL": "imaps://mail.example.cn/INBOX"}, "wanted"), ({"PORTAL_MAILBOX_URL": "imaps://u:p@h:x/INBOX"}, "wanted"),
    ({"PORTAL_MAILBOX_URL": "imaps://u:p@h/", "PORTAL_MAILBOX_CA_FILE": "/nowhere"}, "no such file"),
])  # fmt: skip
def test_a_wrong_setting_stops_the_start_without_telling_the_password(
    given: dict[str, str], word: str, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as stopped:
        load({**given, "PORTAL_INSTANCE": str(tmp_path)})
    assert word in str(stopped.value) and "u:p" not in str(stopped.value)


def test_the_command_asks_once(app: Flask, mail_server: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.config["SETTINGS"], "mailbox_url", mail_server.url(user))
    mail_server.deliver(user, letters.plain(text=f"{user} 由命令收取的一封"))
    runner = app.test_cli_runner()
    done = runner.invoke(args=["mailbox", "poll", "--once"])
    assert (done.exit_code, done.output) == (0, "new 1, known 0\n")
    monkeypatch.setattr(app.config["SETTINGS"], "mailbox_url", "imap://u:p@127.0.0.1:9/INBOX")
    assert runner.invoke(args=["mailbox", "poll", "--once"]).exit_code == 1


def test_the_keeper_asks_by_a_button(
    stage: Stage, mail_server: Dovecot, ask: Ask, user: str, sign_in: Callable[[str], Client]
) -> None:
    mail_server.deliver(user, letters.plain(text=f"{user} 由按钮收取的一封"))
    ask()
    mail_server.deliver(user, letters.plain(text=f"{user} 由按钮收取的又一封"))
    operator = sign_in("operator")
    action, data = operator.form("/intake/mailbox/")
    operator.post(action, data, 303)
    assert len(kept(stage, user)) == 2
    assert "新到 1 封" in operator.get("/intake/mailbox/").text
    office = sign_in("office")
    token = office.get("/").soup.select("[name=csrf_token]")[0]["value"]
    office.post("/intake/mailbox/poll", {"csrf_token": token}, 404)


def test_a_silent_server_is_given_up(
    mail_server: Dovecot, ask: Ask, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "PATIENCE", 1)
    line = Line(mail_server.port, 2, hangs=True)
    assert "断了" in ask(line.port).error
    line.close()
