"""A mail that names an official goes whole, source and attachments, to the clerk who is named, and nothing of it is left
in the mailbox (G3, G6). One that does not becomes a tip with what hung on it: sealed, with stripped copies.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from itertools import count
from typing import Any

import psutil
import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import access, files, vault
from portal.intake.mail import polling
from portal.intake.mail.models import Mail, MailSource
from portal.intake.mail.reading import read
from portal.umbrella.models import Matter
from tests.intake.mail import letters
from tests.pages import Client
from tests.security import attached, crawl
from tests.security.attached import CANARY, DOCX, rows
from tests.security.crawl import same
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
SignIn = Callable[[str], Client]
VOICE = b"ID3\x03" + hashlib.shake_256(b"a voice").digest(100_000)
SAID = "鸊鷉副科长收钱"
_serial = count(1)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def letter() -> bytes:
    """A photograph and a document with what gives away their author, a voice, and what the portal does not keep."""
    hung = (("家门口.jpg", "image/jpeg", attached.photo()), ("说明.docx", DOCX, attached.docx(SAID)),
            ("录音.mp3", "audio/mpeg", VOICE), ("名单.txt", "text/plain", SAID.encode()))  # fmt: skip
    return letters.plain(text=f"{SAID}，第 {next(_serial)} 封", files=hung)


def arrive(stage: Stage, raw: bytes) -> str:
    with stage.app.app_context():
        assert polling.keep(("jubao@example.cn/INBOX", 7, next(_serial)), raw, read(raw))
    return stage.newest("mails")


def turn(client: Client, number: str, **typed: Any) -> str:
    """By the form, as the keeper would; gives the number that the sender is told."""
    filled = {"excerpt": "有人收钱。", "title": "收钱", "field": "渣土运输", "place": "不详", "unknown_party": True}
    action, data = client.form(f"/intake/mailbox/{number}/do/to_tip", **({"names_official": "否"} | filled | typed))
    there = client.post(action, data).location
    return client.get(there, 303).location.split("/")[2]


def nothing_is_left(stage: Stage, mail: str) -> None:
    with stage.session() as session:
        s, m = MailSource.__table__, Mail.__table__
        assert session.core(select(s.c.at).where(s.c.number == mail)).all() == []
        row = session.core(select(m).where(m.c.number == mail)).one()
        for of, column in ((mail, "subject"), (mail, "contents"), (f"{mail} source", "")):
            with pytest.raises(LookupError):
                vault.data_key(session, Mail.family, of)
            assert not column or getattr(row, f"{column}_sealed")
    with stage.session() as session:
        f = files.Common.family.file.__table__
        assert session.core(select(f.c.id).where(f.c.number == mail)).all() == []


def opened(clerk: Client, matter: str) -> dict[str, bytes]:
    """Name → bytes of all that the clerk finds on the page of the matter."""
    found = {}
    for a in clerk.get(f"/umbrella/{matter}").soup.select("a[href^='/umbrella/files/']"):
        answer = clerk.http.get(str(a["href"]))
        assert answer.status_code == 200
        found[a.get_text()] = answer.data
    return found


NAMES = {"家门口.jpg", "说明.docx", "录音.mp3"}
WAYS: dict[str, dict[str, Any]] = {"an official": {"names_official": "是"}, "retaliation": {"retaliation": "y"}}


@pytest.mark.parametrize("way", WAYS)
def test_it_goes_with_source_and_attachments_and_leaves_nothing(stage: Stage, sign_in: SignIn, way: str) -> None:
    raw = letter()
    mail = arrive(stage, raw)
    turn(sign_in("operator"), mail, **WAYS[way])
    matter, clerk = stage.newest("umbrella_matters"), sign_in("discipline")
    found = opened(clerk, matter)
    assert found[f"{mail}.eml"] == raw and found["录音.mp3"] == VOICE and found["家门口.jpg"] == attached.photo()
    assert set(found) == NAMES | {f"{mail}.eml"}
    nothing_is_left(stage, mail)
    assert "封存在" not in clerk.get(f"/umbrella/{matter}").text
    for other in ("discipline2", "operator", "office", "auditor", "bureau_head"):
        for a in clerk.get(f"/umbrella/{matter}").soup.select("a[href^='/umbrella/files/']"):
            assert sign_in(other).http.get(str(a["href"])).status_code == 404


@pytest.mark.parametrize("made", ["triage", "accepted"])
def test_a_later_mark_takes_it_along(stage: Stage, sign_in: SignIn, made: str) -> None:
    raw = letter()
    mail = arrive(stage, raw)
    tip = turn(sign_in("operator"), mail)

    def pages() -> list[str]:
        return [same(crawl.whole(sign_in(n).http.get(f"/intake/mailbox/{mail}"))) for n in ("operator", "office")]

    before = pages()
    if made == "accepted":
        stage.do("office", "intake.accept", tip)
        stage.do("office", "clues.mark", stage.newest("clues"))
    else:
        stage.do("office", "intake.mark", tip)
    found = opened(sign_in("discipline"), stage.newest("umbrella_matters"))
    assert found[f"{mail}.eml"] == raw and found["录音.mp3"] == VOICE
    assert set(found) == NAMES | {f"{mail}.eml"}, "each once"
    nothing_is_left(stage, mail)
    assert rows(stage, tip) == []
    assert pages() == before, "nothing that was marked since shows here, not by a number that is gone either"
    assert mail not in sign_in("office").get(f"/intake/{tip}").text


def test_the_mail_is_saved_and_shown_by_no_browser_and_each_look_leaves_a_trace(stage: Stage, sign_in: SignIn) -> None:
    mail = arrive(stage, letter())
    turn(sign_in("operator"), mail, names_official="是")
    clerk, matter = sign_in("discipline"), stage.newest("umbrella_matters")
    page = clerk.get(f"/umbrella/{matter}")
    (href,) = [str(a["href"]) for a in page.soup.select("a[href^='/umbrella/files/']") if a.get_text().endswith(".eml")]
    t = access.Look.__table__

    def looks() -> int:
        with stage.session() as session:
            subject = f"{matter} {href.rpartition('/')[2]}"
            return len(session.core(select(t.c.id).where(t.c.what == "sealed", t.c.subject == subject)).all())

    before, answer = looks(), clerk.http.get(href)
    assert looks() == before + 1
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_can_upload_a_mail_as_a_file(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(files.Refused):
        attached.taken(letters.plain(), "来信.eml")


# ── an ordinary tip ──
def test_what_hung_on_it_is_sealed_with_stripped_copies_for_triage_and_officer(stage: Stage, sign_in: SignIn) -> None:
    mail = arrive(stage, letter())
    tip = turn(sign_in("operator"), mail)
    kept = rows(stage, tip)
    assert [(f.media_type.rpartition("/")[2][:5], f.sealed) for f in kept] == [
        ("jpeg", True), ("vnd.o", True), ("mpeg", True), ("jpeg", False), ("vnd.o", False),
    ]  # fmt: skip
    assert all(f.name.startswith("举报人材料") for f in kept)
    office = sign_in("office")
    page = office.get(f"/intake/{tip}/do/accept")
    copies = [str(a["href"]) for a in page.soup.select("a[href^='/files/']")]
    assert len(copies) == 2 and "启封" in page.text
    stage.do("office", "intake.accept", tip)
    clue = stage.newest("clues")
    stage.do("office_head", "clues.assign", clue)
    officer = sign_in("officer")
    shown = officer.get(f"/clues/{clue}")
    for href in copies:
        assert shown.soup.select(f"a[href='{href}']")
        got = officer.http.get(href)
        assert got.status_code == 200 and CANARY.encode() not in attached.unpacked(got.data)


def test_an_opened_tip_gives_its_originals_for_as_long(stage: Stage, sign_in: SignIn, clock: Any) -> None:
    tip = turn(sign_in("operator"), arrive(stage, letter()))
    voice = next(f for f in rows(stage, tip) if f.media_type == "audio/mpeg")
    stage.do("office", "openings.ask", tip)
    opening = stage.newest("openings")
    href, office = f"/openings/{opening}/originals/{voice.id}", sign_in("office")
    office.get(href, 404)
    stage.do("office_head", "openings.second", opening)
    stage.do("deputy_head", "openings.consent", opening)
    assert href in [str(a["href"]) for a in office.get(f"/openings/{opening}/read").soup.select("a[download]")]
    answer = office.http.get(href)
    assert answer.data == VOICE and "attachment" in answer.headers["Content-Disposition"]
    other = rows(stage, turn(sign_in("operator"), arrive(stage, letter())))[0]
    office.get(f"/openings/{opening}/originals/{other.id}", 404)
    sign_in("office2").get(href, 403)
    clock.forward(minutes=31)
    office.get(href, 404)


def test_what_bears_a_marking_is_handed_to_nobody(stage: Stage, sign_in: SignIn) -> None:
    marked = (("函.docx", DOCX, attached.docx("秘密★10年\n关于")),)
    tip = turn(sign_in("operator"), arrive(stage, letters.plain(text=f"第 {next(_serial)} 封，见附件", files=marked)))
    assert [f.sealed for f in rows(stage, tip)] == [True]


def test_what_is_posted_in_its_place_counts_for_nothing(stage: Stage, sign_in: SignIn) -> None:
    operator, mail = sign_in("operator"), arrive(stage, letter())
    action, data = operator.form(
        f"/intake/mailbox/{mail}/do/to_tip", field="渣土运输", place="不详", unknown_party=True, names_official="否",
        title="收钱", excerpt="有人收钱。",
    )  # fmt: skip
    hung = {"hung": (io.BytesIO(letters.PNG), "x.png")}
    assert operator.http.post(action, data=data | hung, content_type="multipart/form-data").status_code == 303
    assert len(rows(stage, stage.newest("tips"))) == 5


@pytest.mark.parametrize("official", ["是", pytest.param("否", marks=pytest.mark.sqlite)])
def test_thirty_megabytes_pass(stage: Stage, sign_in: SignIn, official: str) -> None:
    """22 MB of recording, as base64 in a mail of 30."""
    voice = b"ID3\x03" + hashlib.shake_256(official.encode()).digest(22_000_000)
    head = (
        f"From: {letters.ADDRESS}\r\nSubject: big\r\nContent-Type: multipart/mixed; boundary=zz\r\n\r\n--zz\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n有人收钱，录音见附件\r\n--zz\r\nContent-Type: audio/mpeg; name=v.mp3\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    raw = head.encode() + base64.encodebytes(voice).replace(b"\n", b"\r\n") + b"\r\n--zz--\r\n"
    mail, before = arrive(stage, raw), psutil.Process().memory_info().rss
    tip = turn(sign_in("operator"), mail, names_official=official)
    assert psutil.Process().memory_info().rss - before < 256 * 1024 * 1024
    if official == "否":
        assert rows(stage, tip)[0].size > len(voice)
        return
    found = opened(sign_in("discipline"), stage.newest("umbrella_matters"))
    assert found == {f"{mail}.eml": raw, "v.mp3": voice}
    with stage.session() as session:
        t = Matter.__table__
        assert "录音见附件" not in str(session.core(select(t)).all())
