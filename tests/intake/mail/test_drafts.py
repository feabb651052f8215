"""What becomes of a draft: a tip, a matter, an envelope, somebody else's, spam. Its words go where they belong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from portal.core import vault
from portal.extensions import db
from portal.intake.mail import polling, source
from portal.intake.mail.models import Mail, MailSource
from portal.intake.mail.reading import read
from portal.intake.models import Receipt, Tip
from portal.umbrella.models import Matter
from tests.conftest import Clock
from tests.intake.mail import letters
from tests.intake.mail.letters import ADDRESS, NAME
from tests.pages import Client
from tests.security.crawl import same, whole
from tests.verbs.stage import Stage

pytestmark = pytest.mark.database
_serial = count(1)
BOX = "jubao@example.cn/INBOX"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def arrive(stage: Stage) -> Callable[[bytes], str]:
    """A mail comes in; its number."""

    def arrived(raw: bytes) -> str:
        with stage.app.app_context():
            assert polling.keep((BOX, 1, next(_serial)), raw, read(raw))
        return stage.newest("mails")

    return arrived


def letter(**more: Any) -> bytes:
    return letters.plain(**({"text": f"{letters.TEXT}\n第 {next(_serial)} 封"} | more))


def row(stage: Stage, table: Any, number: str) -> Any:
    with stage.session() as session:
        t = table.__table__
        return session.core(select(t).where(t.c.number == number)).first()


def look(stage: Stage, table: Any, number: str, name: str) -> str:
    with stage.session() as session:
        found = row_of(session, table, number)
        return vault.unseal(
            session, table.family, number, f"{table.__tablename__}.{name}", getattr(found, f"{name}_sealed")
        )


def row_of(session: Any, table: Any, number: str) -> Any:
    t = table.__table__
    return session.core(select(t).where(t.c.number == number)).one()


def owed(stage: Stage, subject: str) -> set[str]:
    with stage.session() as session:
        d = db.metadata.tables["duties"]
        return set(session.core(select(d.c.what).where(d.c.subject == subject, d.c.state == "open")).scalars())


def turn(client: Client, number: str, **given: Any) -> str:
    """By the form, as the keeper would; gives the number of what came of it."""
    filled = {"field": "渣土运输", "place": "北外环路口", "names_official": "否", "unknown_party": True} | given
    action, data = client.form(f"/intake/mailbox/{number}/do/to_tip", **filled)
    there = client.post(action, data).location
    return client.get(there, 303).location.split("/")[2]


# ── a tip ──
def test_a_mail_becomes_a_tip_with_its_words_sealed_anew(
    stage: Stage, arrive: Any, sign_in: Callable[[str], Client]
) -> None:
    number, operator = arrive(letter(files=(("照片.png", "image/png", letters.PNG),))), sign_in("operator")
    tip = turn(operator, number)
    found = row(stage, Tip, tip)
    assert (found.state, found.channel, found.desk, found.naming) == ("triage", "邮件", "mailbox", "实名")
    assert "▇▇▇▇〔电话〕" in found.excerpt and "13900001111" not in found.excerpt and NAME not in found.excerpt
    original = look(stage, Tip, tip, "original")
    assert "13900001111" in original and "附件：照片.png" in original
    assert NAME in look(stage, Tip, tip, "reporter") and look(stage, Tip, tip, "phone") == ADDRESS
    assert owed(stage, tip) == {"intake.accept", "intake.tell"} and owed(stage, number) == set()
    mail = row(stage, Mail, number)
    assert mail.state == "turned" and mail.owed_at is None
    page = operator.get(f"/intake/{tip}/receipt")
    assert page.soup.select("[data-code]"), "number and code can be printed"
    assert row(stage, Receipt, tip).desk == "mailbox"
    assert number in operator.get(f"/intake/{tip}").text


def test_the_excerpt_is_checked_against_the_sender_once_more(
    stage: Stage, arrive: Any, sign_in: Callable[[str], Client]
) -> None:
    number, operator = arrive(letter()), sign_in("operator")
    for said, kind in ((f"{NAME}说有人收费", "姓名"), (f"请回 {ADDRESS}", "邮箱")):
        action, data = operator.form(
            f"/intake/mailbox/{number}/do/to_tip",
            excerpt=said,
            field="渣土运输",
            place="x",
            names_official="否",
            unknown_party=True,
        )
        page = operator.post(action, data, 422)
        assert f"发件人的{kind}" in page.text and said in page.html and page.soup.select("[role=alert]")
    assert row(stage, Mail, number).state == "waiting"


def test_a_tick_gives_a_trace_back_and_takes_it_again(arrive: Any, sign_in: Callable[[str], Client]) -> None:
    number, operator = arrive(letter()), sign_in("operator")
    action, data = operator.form(f"/intake/mailbox/{number}/do/to_tip")
    assert "▇▇▇▇〔身份〕" in data["excerpt"]
    page = operator.post(action, data | {"restore": "身份"}, 200)
    again = page.soup.select("#excerpt")[0].get_text()
    assert "跑这条线的司机" in again and "▇▇▇▇〔电话〕" in again
    page = operator.post(action, data | {"excerpt": again.lstrip("\n"), "strike": "身份"}, 200)
    assert "▇▇▇▇〔身份〕" in page.soup.select("#excerpt")[0].get_text()


def test_real_name_needs_a_name(arrive: Any, sign_in: Callable[[str], Client]) -> None:
    number, operator = arrive(letter(name="")), sign_in("operator")
    action, data = operator.form(
        f"/intake/mailbox/{number}/do/to_tip",
        naming="实名",
        field="渣土运输",
        place="x",
        names_official="否",
        unknown_party=True,
    )
    assert "没有发件人姓名" in operator.post(action, data, 422).text
    assert operator.post(action, data | {"name": "王小雨"}).status == 303


# ── an official, the bureau's own leaders ──
def test_a_mail_that_names_an_official_leaves_nothing_readable_here(
    stage: Stage, arrive: Any, sign_in: Callable[[str], Client]
) -> None:
    number, operator = arrive(letter(subject="副科长收钱")), sign_in("operator")
    receipt = turn(operator, number, names_official="是")
    assert row(stage, Tip, receipt) is None and row(stage, Receipt, receipt) is not None
    matter = row(stage, Matter, stage.newest("umbrella_matters"))
    assert matter.receipt == receipt and matter.source == "邮件"
    assert "副科长收钱" in look(stage, Matter, matter.number, "original") and NAME in look(
        stage, Matter, matter.number, "reporter"
    )
    with stage.session() as session, pytest.raises(LookupError):
        vault.data_key(session, Mail.family, number)
    mail, ordinary = row(stage, Mail, number), arrive(letter())
    turn(operator, ordinary)
    other = row(stage, Mail, ordinary)
    assert (mail.state, mail.reason, mail.receiver) == (other.state, other.reason, other.receiver), (
        "no column tells which"
    )
    for url in (f"/intake/mailbox/{number}/source", f"/intake/mailbox/{number}/attachments/0"):
        operator.get(url, 404)


def test_no_page_tells_a_mail_that_became_a_matter_from_one_that_became_a_tip(
    arrive: Any, sign_in: Callable[[str], Client], clock: Clock
) -> None:
    clock.to("2026-11-24 10:00")
    operator, told = sign_in("operator"), []
    for official in ("否", "是"):
        number = arrive(letter(files=(("照片.png", "image/png", letters.PNG),)))
        receipt = turn(operator, number, names_official=official)
        pages = []
        for more in ("source", "attachments/0"):
            operator.get(f"/intake/mailbox/{number}/{more}", 404)
        for login in ("office", "office_head", "operator"):
            html = same(whole(sign_in(login).http.get(f"/intake/mailbox/{number}")))
            main = html[html.index('<div class="mailbox__open') :]
            pages.append(main.replace(number, "").replace(receipt, ""))
        told.append(pages)
    assert told[0] == told[1]


def test_about_the_bureaus_own_leaders_nothing_is_excerpted_and_the_words_end_with_the_envelope(
    stage: Stage, arrive: Any, sign_in: Callable[[str], Client]
) -> None:
    number, operator = arrive(letter(subject="局领导")), sign_in("operator")
    action, data = operator.form(f"/intake/mailbox/{number}/do/to_tip", own_leaders="是")
    page = operator.post(action, data, 200)
    assert "密封移交" in page.text and "局领导" not in page.text.replace("本局领导", "")
    assert row(stage, Mail, number).state == "waiting", "until the envelope is out of the house it is somebody's duty"
    action, data = operator.form(f"/intake/mailbox/{number}/do/hand_sealed")
    operator.post(action, data, 422)
    operator.do(f"/intake/mailbox/{number}", "hand_sealed", enclosed=True)
    mail = row(stage, Mail, number)
    assert (mail.state, mail.receiver) == ("handed", "派驻纪检监察组") and row(stage, MailSource, number) is None
    with stage.session() as session:
        for key in (number, f"{number} source"):
            with pytest.raises(LookupError):
                vault.data_key(session, Mail.family, key)


# ── other ways out ──
def test_what_is_not_ours_is_handed_on_and_its_sender_told(
    stage: Stage, arrive: Any, sign_in: Callable[[str], Client], clock: Clock
) -> None:
    number, operator = arrive(letter()), sign_in("operator")
    operator.do(
        f"/intake/mailbox/{number}", "not_ours", receiver="市住房和城乡建设局", way="政务内网", words="房屋质量问题"
    )
    mail = row(stage, Mail, number)
    assert (mail.state, mail.receiver, mail.owed_at) == ("handed", "市住房和城乡建设局", None) and owed(
        stage, number
    ) == {"mails.tell"}
    assert ADDRESS not in operator.get(f"/intake/mailbox/{number}").html
    page = operator.do(f"/intake/mailbox/{number}", "contact")
    assert ADDRESS in page.text and NAME not in page.text
    clock.forward(minutes=11)
    assert ADDRESS not in operator.get(f"/intake/mailbox/{number}/contact").html
    operator.do(f"/intake/mailbox/{number}", "tell", way="邮件", said="已转住建部门")
    assert owed(stage, number) == set()


def test_spam_is_kept_half_a_year_and_then_destroyed(
    stage: Stage, arrive: Any, sign_in: Callable[[str], Client], clock: Clock
) -> None:
    number, operator = arrive(letter()), sign_in("operator")
    action, data = operator.form(f"/intake/mailbox/{number}/do/spam", reason="其他")
    operator.post(action, data, 422)
    operator.do(f"/intake/mailbox/{number}", "spam", reason="广告推销")
    with stage.app.app_context():
        assert polling.forget_spam() == 0
        clock.forward(days=181)
        assert polling.forget_spam() == 1 and polling.forget_spam() == 0
    with stage.session() as session, pytest.raises(LookupError):
        source.load_raw(session, number)
    assert row(stage, Mail, number).state == "spam"


def test_an_unreadable_mail_is_tried_again_or_written_out_by_hand(
    stage: Stage, arrive: Any, sign_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    number, operator = arrive(letters.nested(900) + str(next(_serial)).encode()), sign_in("operator")
    action, data = operator.form(f"/intake/mailbox/{number}/do/retry")
    assert "仍然无法解析" in operator.post(action, data, 422).text
    assert "嵌套" in operator.get(f"/intake/mailbox/{number}").text
    better = read(letter())
    monkeypatch.setattr("portal.intake.mail.actions.read", lambda raw: better)
    operator.do(f"/intake/mailbox/{number}", "retry")
    assert row(stage, Mail, number).state == "waiting" and row(stage, Mail, number).reason is None
    other = arrive(letters.nested(901) + str(next(_serial)).encode())
    tip = turn(operator, other, excerpt="按原文写出的摘录", naming="匿名", title="北外环收费")
    assert other in look(stage, Tip, tip, "original") and row(stage, Tip, tip).excerpt == "按原文写出的摘录"


# ── the source ──
def test_the_source_is_kept_whole_and_opens_nowhere_else(stage: Stage, arrive: Any) -> None:
    raw = letter(files=(("a.png", "image/png", letters.PNG + bytes(range(256)) * 12_000),))
    number = arrive(raw)
    with stage.session() as session:
        assert hashlib.sha256(source.load_raw(session, number)).digest() == hashlib.sha256(raw).digest()
    other = arrive(letter(files=(("a.png", "image/png", letters.PNG + bytes(3_000_000)),)))
    s = MailSource.__table__

    def tampered(change: Any) -> None:
        with stage.session() as session:
            session.connection(execution_options={"write": True})
            session.core(change)
            with pytest.raises((InvalidTag, LookupError)):
                source.load_raw(session, number)
            session.rollback()

    piece = select(s.c.piece_sealed).where(s.c.number == number, s.c.at == 0).scalar_subquery()
    foreign = select(s.c.piece_sealed).where(s.c.number == other, s.c.at == 1).scalar_subquery()
    here = (s.c.number == number, s.c.at == 1)
    tampered(update(s).where(*here).values(piece_sealed=piece))  # swapped
    tampered(update(s).where(*here).values(piece_sealed=foreign))  # spliced
    tampered(delete(s).where(s.c.number == number, s.c.at >= 2))  # cut off
    tampered(delete(s).where(s.c.number == number))
    with stage.session() as session:
        assert source.load_raw(session, number) == raw


def test_an_attachment_is_saved_and_never_shown(arrive: Any, sign_in: Callable[[str], Client]) -> None:
    files = (("付款 记录.png", "image/png", letters.PNG), ("a.html", "text/html", b"<script>alert(1)</script>"))
    number, operator = arrive(letter(files=files)), sign_in("operator")
    answer = operator.http.get(f"/intake/mailbox/{number}/attachments/0")
    assert answer.data == letters.PNG and answer.mimetype == "application/octet-stream"
    assert (
        answer.headers["Content-Disposition"].startswith("attachment;")
        and "sandbox" in answer.headers["Content-Security-Policy"]
    )
    for index in (1, 2, 99):
        operator.get(f"/intake/mailbox/{number}/attachments/{index}", 404)


def test_each_look_is_on_the_trail(stage: Stage, arrive: Any, sign_in: Callable[[str], Client]) -> None:
    number, operator = arrive(letter(files=(("a.png", "image/png", letters.PNG),))), sign_in("operator")
    for url in ("", "/source", "/attachments/0"):
        operator.http.get(f"/intake/mailbox/{number}{url}")
    operator.get("/intake/mailbox/")
    with stage.session() as session:
        a = db.metadata.tables["access"]
        looks = set(session.core(select(a.c.subject).where(a.c.what == "sealed")).scalars())
    assert {f"{number}.contents", f"{number}.subject", f"{number}.source", f"{number}.attachment 0"} <= looks
    assert any("–" in subject and subject.endswith(".subject") for subject in looks)


def test_whoever_does_not_keep_the_mailbox_reads_number_and_state(
    arrive: Any, sign_in: Callable[[str], Client]
) -> None:
    number = arrive(letter(subject="鸊鷉", files=(("鸊鷉.png", "image/png", letters.PNG),)))
    for login in ("office", "office_head"):
        client = sign_in(login)
        for url in ("", number, "?format=xlsx"):
            assert "鸊鷉" not in whole(client.http.get(f"/intake/mailbox/{url}")).decode()
        client.get(f"/intake/mailbox/{number}/source", 404)
        client.get(f"/intake/mailbox/{number}/attachments/0", 404)
        client.get(f"/intake/mailbox/{number}/contact", 200)
    for login in ("officer", "deputy_head", "leader", "discipline", "sysadmin"):
        for url in ("", number, f"{number}/source", f"{number}/receipt", f"{number}/contact"):
            sign_in(login).get(f"/intake/mailbox/{url}", 404)


# ── what the database itself refuses ──
@pytest.mark.parametrize("change", [
    "state = 'nowhere'", "duty_id = NULL", "unit_id = NULL", "officer_id = NULL", "state = 'unreadable'", "state = 'handed'", "state = 'spam'",
    "owed_state = 'done'", "subject_sealed = :plain", "contents_sealed = :plain", "uid = (SELECT min(uid) FROM mails WHERE number <> :n)",
    "source_digest = (SELECT min(source_digest) FROM mails WHERE number <> :n)", "duty_id = (SELECT max(id) FROM duties)",
])  # fmt: skip
def test_the_database_refuses(stage: Stage, arrive: Any, change: str) -> None:
    arrive(letter())
    number = arrive(letter())
    if "duty_id = (" in change:
        arrive(letter())
    with stage.session() as session:
        session.connection(execution_options={"write": True})
        with pytest.raises(IntegrityError):
            session.core(
                text(f"UPDATE mails SET {change} WHERE number = :n"),
                {"n": number} | ({"plain": b"plain"} if ":plain" in change else {}),
            )
        session.rollback()


def test_a_place_is_kept_once_whatever_lies_there(stage: Stage, arrive: Any) -> None:
    arrive(letter())
    with stage.app.app_context():
        mail = letter()
        assert polling.keep((BOX, 7, 1), mail, read(mail)) and not polling.keep((BOX, 7, 1), letter(), read(mail))
