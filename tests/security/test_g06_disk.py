"""G6: the disk holds nothing of the sealed class in clear. A canary goes through every form, draft, mail and file that
takes sealed text; then database, journals, indexes, files, temporary files, logs and backups are searched for it.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, func, select, text, update

from portal.core import scan as scanning
from portal.core.register import REGISTERS
from portal.extensions import db
from portal.intake.mail import polling, reading
from tests.flow.test_walk import CALL
from tests.intake.mail import letters
from tests.intake.test_petitions import GOOD, sheet
from tests.pages import Client
from tests.security import attached
from tests.security.attached import DOCX
from tests.security.test_mail_goes_whole import VOICE, turn
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
SignIn = Callable[[str], Client]
BIRD, PHONE, MAILBOX = "鸊鷉", "15433337777", "canary.of.a.sender@example.cn"
WORDS = (BIRD, PHONE, MAILBOX)
SEALED = {"narrative": f"{BIRD}原话", "name": f"{BIRD}李", "phone": PHONE, "address": f"{BIRD}里3号",
          "relation": f"{BIRD}邻居", "risk": "有，说明", "risk_words": f"{BIRD}报复"}  # fmt: skip
# of a call that names an official all is sealed; of an ordinary one these are working text
WORKING = {"place": f"{BIRD}路", "parties-0-name": f"{BIRD}公司", "parties-0-note": f"{BIRD}科长",
           "occurred": f"{BIRD}时", "proposal": f"{BIRD}拟办"}  # fmt: skip
# (verb, who types it, the address); what is typed lies in a draft for seven days
DRAFTS: dict[str, tuple[str, str]] = {
    "intake.call": ("operator", "/intake/calls/new"),
    "intake.letter": ("operator", "/intake/letters/new"),
    "intake.accept": ("office", "/intake/{triage}/do/accept"),
    "clues.register": ("office", "/clues/do/register"),
    "clues.conclude": ("officer", "/clues/{checking}/do/conclude"),
    "clues.amend": ("office", "/clues/{checking}/do/amend"),
    "checks.record": ("officer", "/checks/do/record?under={checking}"),
    "meetings.log": ("office", "/meetings/do/log"),
    "minutes.draft": ("office", "/meetings/minutes/do/draft?under={meeting}"),
    "minutes.revise": ("office", "/meetings/minutes/{drafted}/do/revise"),
    "petitions.register": ("operator", "/intake/petitions/do/register"),
    "minutes.correct": ("office", "/meetings/minutes/do/correct?under={issued}"),
    "accountability.record": ("discipline", "/accountability/do/record"),
}
# not of the sealed class, or no words at all
OTHERS = {"trail.digest", "data_keys.wrapped", "umbrella_data_keys.wrapped"}
_serial = count(1)


@dataclass
class Said:
    """What was printed and logged while everything was typed, and what temporary files were left."""

    lines: str
    left: list[bytes]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def said(app: Flask, stage: Stage, sign_in: SignIn, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Everything is typed, once; the places that are no part of the instance are listened to."""
    lines, temporary = Heard(), tmp_path_factory.mktemp("temporary")
    root = logging.getLogger()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    before, tempfile.tempdir = tempfile.tempdir, str(temporary)
    try:
        for way in (calls, further_calls, letters_and_petitions, mails, openings, umbrella, drafts, refused):
            way(stage, sign_in)
    finally:
        root.removeHandler(lines)
        root.setLevel(level)
        tempfile.tempdir = before
    return Said("\n".join(lines.told), [p.read_bytes() for p in temporary.rglob("*") if p.is_file()])


class Heard(logging.Handler):
    """Every line of every logger."""

    def __init__(self) -> None:
        super().__init__(0)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with what hangs on it."""
        self.told.append(f"{record.getMessage()} {record.exc_info}")


# ── what is typed ──
def call(operator: Client, **typed: Any) -> str:
    action, data = operator.form("/intake/calls/new", **(CALL | SEALED | typed))
    operator.post(f"{action}?draft=1", data, 204)
    return operator.post(action, data).location.split("/")[2]


def calls(stage: Stage, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    number = call(operator)
    code = operator.get(f"/intake/{number}/receipt").soup.select("[data-code]")[0]["data-code"]
    action, data = operator.form("/intake/ask", number=number, code=code)
    at = operator.post(action, data, 200).soup.select_one("a[href^='/intake/calls/new?adds=']")
    assert at is not None
    operator.get(f"/intake/{number}/receipt", hx="next")
    operator.do(f"/intake/{number}", "excerpt", title="夜里倒渣土", excerpt="夜里有人倒渣土")
    call(operator)  # one of which the code still lies sealed
    action, data = operator.form(str(at["href"]), **(CALL | SEALED))
    operator.post(action, data)
    for official in ("否", "是"):
        action, data = operator.form("/intake/calls/new", **(CALL | SEALED))
        broken = operator.post("/intake/do/hang_up", data).location.removesuffix("/receipt")
        more = WORKING if official == "是" else {"place": "南岭沙场", "parties-0-name": "某公司"}
        named = {k: v for k, v in more.items() if k in ("place", "parties-0-name", "parties-0-note")}
        operator.do(broken, "complete", field="渣土运输", urgency="一般", names_official=official, **named)


def further_calls(stage: Stage, sign_in: SignIn) -> None:
    """That names an official, that tells of retaliation, that adds to one of these; a later mark of a tip and a clue."""
    operator = sign_in("operator")
    for more in ({"names_official": "是"}, {"retaliation": True}):
        number = call(operator, **(WORKING | more))
    code = operator.get(f"/intake/{number}/receipt").soup.select("[data-code]")[0]["data-code"]
    action, data = operator.form("/intake/ask", number=number, code=code)
    at = operator.post(action, data, 200).soup.select_one("a[href^='/intake/calls/new?adds=']")
    assert at is not None
    action, data = operator.form(str(at["href"]), **(CALL | SEALED | WORKING))
    operator.post(action, data)
    stage.do("office", "intake.mark", stage.tip("triage", narrative=f"{BIRD}原话"), found=f"{BIRD}副科长")
    told = {"narrative": f"{BIRD}原话", "name": f"{BIRD}李", "phone": PHONE}
    stage.tip("accepted", **told)
    stage.do("office", "clues.mark", stage.newest("clues"), found=f"{BIRD}副科长")
    found = {"umbrella": "有", "umbrella_words": f"{BIRD}副科长收钱"}
    stage.do("office_head", "clues.close", stage.clue("telling"), **found)


def letters_and_petitions(stage: Stage, sign_in: SignIn) -> None:
    """By post, from a box, handed down, with scan and photographs; what comes later; petitions one by one and many,
    one of them handed over sealed.
    """
    operator = sign_in("operator")
    scan = (io.BytesIO(attached.photo()), f"{BIRD}信.jpg")
    for more in ({}, {"names_official": "是"} | WORKING):
        action, data = operator.form("/intake/letters/new", **(CALL | SEALED | more), scans=[scan], files=[scan])
        data |= {name: [(io.BytesIO(attached.photo()), f"{BIRD}信.jpg")] for name in ("scans", "files")}
        number = operator.post(action, data).location.split("/")[2]
        voice = [(io.BytesIO(VOICE + BIRD.encode()), f"{BIRD}录音.mp3")]
        action, data = operator.form(f"/intake/do/material?to={number}", files=voice)
        operator.post(action, data)
    told = {"contents": f"{BIRD}说", "name": f"{BIRD}李", "phone": PHONE, "address": f"{BIRD}里3号"}
    for verb in (None, "nothing", "hand_sealed"):
        stage.petition(verb, **told)
    found = {"place": f"{BIRD}路", "title": f"{BIRD}", "excerpt": "收钱", "naming": "匿名", "name": ""}
    stage.do("operator", "petitions.found", stage.petition(**told), names_official="是", **found)
    action, data = operator.form("/intake/petitions/import", sheet=[sheet((f"旧{next(_serial)}", *GOOD[:3], f"{BIRD}说", 1,
                                 f"{BIRD}李", PHONE, f"{BIRD}里"))])  # fmt: skip
    operator.post(action, data, 200)


def letter() -> bytes:
    hung = ((f"{BIRD}家.jpg", "image/jpeg", attached.photo()), (f"{BIRD}录音.mp3", "audio/mpeg", VOICE + BIRD.encode()),
            (f"{BIRD}.docx", DOCX, attached.docx("看附件")))  # fmt: skip
    told = letters.plain(f"{BIRD}一事", f"{BIRD}说，我的电话{PHONE}，{next(_serial)}", f"{BIRD}李", MAILBOX, files=hung)
    return f"X-Mailer: {MAILBOX}\r\n".encode() + told


def arrive(stage: Stage, raw: bytes) -> str:
    with stage.app.app_context():
        assert polling.keep(("jubao@anlan.example/INBOX", 6, next(_serial)), raw, reading.read(raw))
    return stage.newest("mails")


def mails(stage: Stage, sign_in: SignIn) -> None:
    """Waiting, unreadable, spam, handed over sealed, handed on; a tip, a matter, a matter by a later mark."""
    operator = sign_in("operator")
    operator.get(f"/intake/mailbox/{arrive(stage, letter())}/source")
    arrive(stage, f"{BIRD}{MAILBOX}".encode())
    for verb in ("mails.spam", "mails.hand_sealed", "mails.not_ours"):
        stage.do("operator", verb, arrive(stage, letter()))
    turn(operator, arrive(stage, letter()), name=f"{BIRD}李", phone=PHONE)
    turn(operator, arrive(stage, letter()), names_official="是", place=f"{BIRD}路", title=f"{BIRD}", excerpt="收钱")
    stage.do("office", "intake.mark", turn(operator, arrive(stage, letter())), found=f"{BIRD}副科长")


def openings(stage: Stage, sign_in: SignIn) -> None:
    """What two have opened is read, and its files are saved."""
    tip = turn(sign_in("operator"), arrive(stage, letter()))
    stage.do("office", "openings.ask", tip)
    opening, office = stage.newest("openings"), sign_in("office")
    stage.do("office_head", "openings.second", opening)
    stage.do("deputy_head", "openings.consent", opening)
    page = office.get(f"/openings/{opening}/read")
    assert BIRD in page.text
    for a in page.soup.select("a[download]"):
        assert office.http.get(str(a["href"])).status_code == 200


def umbrella(stage: Stage, sign_in: SignIn) -> None:
    """Each form of a matter by its page, and what the clerk reads and searches; a slip and its receipt."""
    clerk = sign_in("discipline")
    action, data = clerk.form(
        "/umbrella/do/enter", title=f"{BIRD}的反映", original=f"{BIRD}收钱", reporter=f"{BIRD}李", phone=PHONE
    )
    matter = clerk.post(action, data).location
    clerk.do(matter, "note", note=f"{BIRD}记一笔")
    clerk.do(matter, "submit", remark=f"{BIRD}拟办")
    clerk.do(matter, "hand_over", remark=f"{BIRD}移交", way="机要")
    clerk.do(matter, "receipt_in", receipt_no=f"{BIRD}号", signed_by=f"{BIRD}签")
    clerk.do(matter, "report", disposition="予以了结", said=f"{BIRD}处置", is_final=True)
    clerk.do(matter, "close", result=f"{BIRD}结果")
    with stage.competence():
        stage.do("discipline", "umbrella.dispose", stage.matter(), said=f"{BIRD}集体研究")
    clerk.get(f"/umbrella/?tab=all&q={BIRD}")
    for a in clerk.get(matter).soup.select("a[href^='/umbrella/papers/']"):
        assert clerk.http.get(str(a["href"])).status_code == 200
    number = stage.do("operator", "sealed.send")
    stage.do("discipline", "sealed.answer", number)


def drafts(stage: Stage, sign_in: SignIn) -> None:
    """Of every verb that keeps one: each field holds the word, and nothing is sent."""
    here = {"triage": stage.tip("triage"), "checking": stage.clue("checking"), "meeting": stage.meeting(),
            "drafted": stage.minutes("drafted"), "issued": stage.minutes("issued", "a")}  # fmt: skip
    for login, address in DRAFTS.values():
        client = sign_in(login)
        action, data = client.form(address.format(**here))
        typed = {k: v if k in ("csrf_token", "once", "version") else f"{BIRD}草稿" for k, v in data.items()}
        client.post(f"{action}{'&' if '?' in action else '?'}draft=1", typed, 204)


def refused(stage: Stage, sign_in: SignIn) -> None:
    """What comes back with its fault, what is looked for, what breaks."""
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", narrative=f"{BIRD}", name=f"{BIRD}", phone=PHONE)
    operator.post(action, data, 422)
    operator.get(f"/intake/?q={BIRD}")
    operator.get(f"/intake/{BIRD}", 404)
    operator.http.post(action, data={"narrative": BIRD})


# ── what lies there ──
def scan(app: Flask, *words: str) -> tuple[int, str]:
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["vault", "scan", *words])
    return done.exit_code, done.output


def test_no_sealed_word_is_on_the_disk_in_clear(app: Flask, said: Said, tmp_path: Path) -> None:
    """On PostgreSQL its files are the server's: each row of each table is looked at, and the backup."""
    with app.app_context():
        made = app.test_cli_runner().invoke(args=["backup", "create", str(Path(app.instance_path) / "g06.backup")])
    assert made.exit_code == 0, made.output
    code, told = scan(app, *WORDS, attached.CANARY + "ARTIST", attached.CANARY + "A")
    (Path(app.instance_path) / "g06.backup").unlink()
    assert code == 0, told


def test_no_line_and_no_temporary_file_holds_one(said: Said) -> None:
    forms = [form for word in WORDS for form in scanning.encodings(word)]
    assert said.lines, "somebody says something"
    assert not [f for f in forms if f in said.lines.encode()]
    assert not [f for content in said.left for f in forms if f in content]


def test_every_sealed_column_was_written(stage: Stage, said: Said) -> None:
    """A column that no way above reaches would prove nothing; and each verb that keeps a draft was typed into."""
    kept = {v.full for r in REGISTERS.values() for v in r.verbs.values() if v.drafts}
    assert set(DRAFTS) == kept
    drafted = {f"{v.register.model.family.name}" for r in REGISTERS.values() for v in r.verbs.values() if v.drafts}
    empty = set() if "umbrella" in drafted else {"umbrella_drafts.body", "umbrella_revisions.sealed"}
    with stage.session() as session:
        for table in db.metadata.sorted_tables:
            for column in (c for c in table.c if isinstance(c.type, LargeBinary)):
                name = f"{table.name}.{column.name}"
                if name not in OTHERS | empty:
                    filled = select(func.count()).select_from(table).where(column.is_not(None))
                    assert session.core(filled).scalar_one(), name


# ── the scan itself ──
@pytest.mark.parametrize("encoded", [
    "南岭哨兵".encode(), "南岭哨兵".encode("gb18030"), "南岭哨兵".encode("utf-16-le"), "南岭哨兵".encode("utf-16-be"),
    base64.b64encode("前南岭哨兵后".encode()), "南岭哨兵".encode().hex().encode(), json.dumps("南岭哨兵").encode(),
])  # fmt: skip
def test_the_scan_finds_a_word_in_each_encoding(app: Flask, encoded: bytes) -> None:
    planted = Path(app.instance_path) / "planted.txt"
    planted.write_bytes(b"xx" + encoded + b"yy")
    try:
        code, told = scan(app, "南岭哨兵")
    finally:
        planted.unlink()
    assert code == 1 and "planted.txt" in told


@pytest.mark.parametrize("where", ["units", "umbrella_slips"])
def test_the_scan_finds_a_word_in_a_row_and_in_a_backup_of_it(app: Flask, stage: Stage, where: str) -> None:
    """A slip too, which a matter's clerk alone may read: the command runs as the owner."""
    stage.do("operator", "sealed.send")
    t = db.metadata.tables[where]
    column = {"units": t.c.get("name"), "umbrella_slips": t.c.get("envelope")}[where]
    assert column is not None
    backup = Path(app.instance_path) / "planted.backup"
    with stage.session() as session:
        before = dict(session.core(select(t.c.id, column).order_by(t.c.id).limit(1)).one()._mapping)
    try:
        written(stage, update(t).where(t.c.id == before["id"]).values({column.name: "南岭哨兵"}))
        assert scan(app, "南岭哨兵")[0] == 1, "in the row alone"
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["backup", "create", str(backup)]).exit_code == 0
    finally:
        written(stage, update(t).where(t.c.id == before["id"]).values({column.name: before[column.name]}))
    code, told = scan(app, "南岭哨兵")
    backup.unlink()
    assert code == 1 and "planted.backup" in told
    checkpointed(stage)
    assert scan(app, "南岭哨兵") == (0, "0 places\n")


def written(stage: Stage, statement: Any) -> None:
    with stage.session() as session:
        session.begin_write()
        session.core(statement)
        session.commit()


def checkpointed(stage: Stage) -> None:
    """What the journal of SQLite still holds of earlier pages goes with it."""
    with stage.session() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.core(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def test_working_text_is_on_the_disk_and_the_scan_says_where(app: Flask, said: Said) -> None:
    assert said
    assert scan(app, "夜里有人倒渣土")[0] == 1
