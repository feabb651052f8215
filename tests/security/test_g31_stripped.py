"""G31: what a reporter gave reaches the handlers without EXIF, place, author, producer; the original lies sealed, opens
to nobody by the ordinary address, and each look at it is recorded. Officers' evidence keeps its bytes and its hash.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from portal.core import access, chunked, files, sealed_files, vault
from portal.core.errors import Refused
from portal.umbrella.models import Matter, UmbrellaFile
from tests.pages import Client
from tests.security import attached
from tests.security.attached import CANARY, FakeAct, attach, in_hand, rows, taken
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
SignIn = Callable[[str], Client]
VOICE = b"ID3\x03" + hashlib.shake_256(b"a voice").digest(3 * 1024 * 1024)
GIVEN = {
    "photo.jpg": attached.photo(), "photo.png": attached.photo(kind="PNG"), "photo.webp": attached.photo(kind="WEBP"),
    "said.docx": attached.docx(), "list.xlsx": attached.xlsx(), "scan.pdf": attached.pdf(),
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def tip(stage: Stage) -> str:
    return stage.tip("triage")


def bytes_of(app: Flask, file_id: str) -> bytes:
    with app.app_context():
        return b"".join(bytes(piece) for piece in files.read(file_id))


def original(stage: Stage, number: str, file_id: str, kind: Any = None, login: str = "office") -> tuple[str, bytes]:
    with in_hand(stage, number, login, *([kind] if kind else [])) as (_session, row):
        opened = sealed_files.look(row, file_id)
        return opened.name, b"".join(opened.pieces)


@pytest.mark.parametrize("name", GIVEN)
def test_the_copy_holds_no_trace_and_the_original_opens_whole(
    app: Flask, stage: Stage, name: str, sign_in: SignIn
) -> None:
    number, given = stage.tip("triage"), GIVEN[name]
    assert CANARY.encode() in attached.unpacked(given), "the material itself"
    with app.test_request_context():
        copy_id = attach(stage, number, taken(given, f"李四海家门口{name}"))
    sealed, copy = rows(stage, number)
    assert copy.id == copy_id and copy.copy_of == sealed.id and sealed.sealed and not copy.sealed
    got = bytes_of(app, copy.id)
    assert CANARY.encode() not in attached.unpacked(got) and CANARY.encode("utf-16-le") not in attached.unpacked(got)
    assert "李四海" not in sealed.name + copy.name and sealed.name.startswith("举报人材料 1.")
    assert original(stage, number, sealed.id) == (f"李四海家门口{name}", given)
    page = sign_in("office").http.get(f"/files/{copy.id}")
    assert page.status_code == 200 and page.data == got
    for address in (f"/files/{sealed.id}", f"/files/{sealed.id}/view"):
        sign_in("office").get(address, 404)


def test_a_copied_photo_stands_upright_and_documents_still_open(app: Flask, stage: Stage) -> None:
    from docx import Document
    from openpyxl import load_workbook
    from PIL import Image
    from pypdf import PdfReader

    def copied(name: str) -> io.BytesIO:
        with app.test_request_context():
            upload = sealed_files.prepared(taken(GIVEN[name], name))
        assert upload.copy is not None
        return io.BytesIO(upload.copy.stream.read())

    assert Image.open(copied("photo.jpg")).size == (480, 640)
    assert not Image.open(copied("photo.jpg")).getexif()
    document = Document(copied("said.docx"))
    assert document.paragraphs[0].text == "他们夜里倒渣土" and [c.text for c in document.comments] == ["看这里"]
    assert load_workbook(copied("list.xlsx")).active["A1"].value == "车牌"
    assert len(PdfReader(copied("scan.pdf")).pages) == 1


@pytest.mark.parametrize(("name", "content"), [
    ("voice.mp3", VOICE), ("face.mp4", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 400), ("broken.pdf", b"%PDF-1.4\n" + b"x" * 300),
    ("broken.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 300),
],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_what_cannot_be_stripped_has_no_copy_and_its_page_says_so(
    app: Flask, stage: Stage, sign_in: SignIn, name: str, content: bytes
) -> None:
    number = stage.tip("triage")
    with app.test_request_context():
        attach(stage, number, taken(content, name))
        (sealed,) = rows(stage, number)
        told = app.jinja_env.globals["ui"].files([sealed])
    assert sealed.sealed and "启封" in told and f"/files/{sealed.id}" not in told
    assert original(stage, number, sealed.id)[1] == content
    sign_in("office").get(f"/files/{sealed.id}", 404)


def test_the_disk_holds_neither_name_nor_content_and_the_size_is_rounded(app: Flask, stage: Stage) -> None:
    number, said = stage.tip("triage"), "金丝雀材料里的话"
    with app.test_request_context():
        for name, content in (("金丝雀文件名.mp3", VOICE + said.encode() * 3), ("金丝雀文件名.docx", attached.docx())):
            attach(stage, number, taken(content, name))
    sealed = [f for f in rows(stage, number) if f.sealed]
    assert all(f.size % sealed_files.ROUNDED == 0 for f in sealed)
    assert hashlib.sha256(VOICE + said.encode() * 3).hexdigest() not in {f.sha256 for f in sealed}
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["vault", "scan", "金丝雀文件名", said, f"{CANARY}A", f"{CANARY}D"])
    assert done.exit_code == 0, done.output


def test_each_look_is_recorded_and_without_a_record_none_is_given(
    app: Flask, stage: Stage, tip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context():
        attach(stage, tip, taken(VOICE, "v.mp3"))
    sealed = next(f for f in rows(stage, tip) if f.media_type == "audio/mpeg")
    t = access.Look.__table__

    def looks() -> int:
        with stage.session() as session:
            asked = select(func.count()).where(t.c.what == "sealed", t.c.subject == f"{tip} {sealed.id}")
            return int(session.core(asked).scalar_one())

    before = looks()
    original(stage, tip, sealed.id)
    assert looks() == before + 1

    other = stage.tip("triage")
    with pytest.raises(LookupError):
        original(stage, other, sealed.id)

    def refuses(*_a: Any) -> None:
        raise OSError

    monkeypatch.setattr(sealed_files.access, "record", refuses)
    with pytest.raises(OSError):
        original(stage, tip, sealed.id)


def test_an_officers_photo_is_kept_to_the_byte_and_shown_small_without_tags(
    app: Flask, stage: Stage, sign_in: SignIn
) -> None:
    from PIL import Image

    clue, given = stage.clue("checking"), attached.photo((3000, 2000))
    officer = sign_in("officer")
    typed = {
        "second_officer_id": "6",
        "checked_at": "2026-11-01T20:15",
        "method": "现场查看",
        "place": "南岭",
        "found": "见痕迹",
    }
    action, data = officer.form(f"/checks/do/record?under={clue}", **typed)
    officer.post(action, data | {"files": [(io.BytesIO(given), "现场.jpg")]})
    (f,) = rows(stage, stage.newest("checks"))
    assert f.sha256 == hashlib.sha256(given).hexdigest() and bytes_of(app, f.id) == given and f.name == "现场.jpg"
    page = officer.get(f"/clues/{clue}")
    (shown,) = page.soup.select(f"img[src='/files/{f.id}/view']")
    assert shown["loading"] == "lazy"
    answer = officer.http.get(f"/files/{f.id}/view")
    drawn = Image.open(io.BytesIO(answer.data))
    assert drawn.size == (853, 1280) and not drawn.getexif() and CANARY.encode() not in answer.data
    assert (
        answer.headers["Content-Disposition"].startswith("attachment")
        and "sandbox" in answer.headers["Content-Security-Policy"]
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    sign_in("officer2").get(f"/files/{f.id}/view", 404)
    with stage.session() as session:
        t = access.Look.__table__
        assert session.core(select(func.count()).where(t.c.what == "view", t.c.subject.like(f"%{f.id}"))).scalar() == 1


def test_copies_go_with_the_matter_and_originals_stay(app: Flask, stage: Stage, sign_in: SignIn) -> None:
    from portal.clues.models import Clue

    number, clue = stage.tip("triage"), stage.clue("checking")
    with app.test_request_context():
        copy_id = attach(stage, number, taken(GIVEN["photo.jpg"], "x.jpg"))
    officer = sign_in("officer")
    officer.get(f"/files/{copy_id}", 404)
    with stage.session("office") as session:
        session.begin_write()
        row = session.scalars(select(attached.Tip).where(attached.Tip.number == number)).one()
        sealed_files.pass_on(session, row, session.scalars(select(Clue).where(Clue.number == clue)).one())
        session.commit()
    assert officer.http.get(f"/files/{copy_id}").status_code == 200
    assert [f.sealed for f in rows(stage, number)] == [True]
    assert f"/files/{copy_id}" in officer.get(f"/clues/{clue}").html


def test_what_moves_to_the_umbrella_leaves_nothing_behind(app: Flask, stage: Stage, sign_in: SignIn) -> None:
    number, matter = stage.tip("triage"), stage.matter()
    with app.test_request_context():
        attach(stage, number, taken(GIVEN["photo.jpg"], "金丝雀官员的照片.jpg"))
    left = [f.id for f in rows(stage, number)]
    with stage.session("discipline") as session, app.test_request_context():
        session.begin_write()
        to = session.scalars(select(Matter).where(Matter.number == matter)).one()
        tip = attached.Tip(number=number)
        act = FakeAct(session.actor)
        session.info["act"] = act
        sealed_files.move(session, tip, to, act)
        session.info.pop("act")
        session.commit()
        for call in act.after:
            call()
    assert rows(stage, number) == []
    (moved,) = rows(stage, matter, UmbrellaFile.__table__)
    assert moved.sealed
    assert original(stage, matter, moved.id, Matter, "discipline") == ("金丝雀官员的照片.jpg", GIVEN["photo.jpg"])
    for gone in left:
        with pytest.raises(FileNotFoundError):
            bytes_of(app, gone)
    sign_in("discipline").get(f"/files/{moved.id}", 404)


def test_files_of_the_umbrella_are_sealed_whoever_gave_them(app: Flask, stage: Stage) -> None:
    matter = stage.matter()
    with app.test_request_context():
        attach(stage, matter, taken(GIVEN["photo.jpg"], "x.jpg"), sealed=False, kind=Matter, login="discipline")
    (f,) = rows(stage, matter, UmbrellaFile.__table__)
    assert f.sealed


def test_what_a_crash_left_of_the_umbrella_is_put_in_its_place_and_not_swept(
    app: Flask, stage: Stage, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = stage.matter()
    with monkeypatch.context() as crashed, app.test_request_context():
        crashed.setattr(files, "_to_its_place", lambda *_a: None)
        attach(stage, matter, taken(GIVEN["photo.jpg"], "x.jpg"), kind=Matter, login="discipline")
    (f,) = rows(stage, matter, UmbrellaFile.__table__)
    clock.forward(hours=2)
    with stage.session() as session:
        assert files.sweep(session) == 0
    assert original(stage, matter, f.id, Matter, "discipline")[1] == GIVEN["photo.jpg"]


def test_a_destroyed_key_ends_the_files_too(app: Flask, stage: Stage) -> None:
    number = stage.tip("triage")
    with app.test_request_context():
        attach(stage, number, taken(VOICE, "v.mp3"))
    (sealed,) = rows(stage, number)
    with stage.session() as session:
        session.begin_write()
        vault.destroy(session, attached.Tip.family, number)
        session.commit()
    with pytest.raises(LookupError):
        original(stage, number, sealed.id)


def test_the_file_of_an_anonymous_tip_bears_the_day_on_the_disk(app: Flask, stage: Stage) -> None:
    number = stage.tip("triage")
    with app.test_request_context():
        attach(stage, number, taken(VOICE, "v.mp3"), nameless=True)
    (f,) = rows(stage, number)
    path = Path(app.config["SETTINGS"].files_url.removeprefix("file://")) / files.place(f.id)
    assert f.person_id is None and abs(path.stat().st_mtime - f.at.timestamp()) < 1


@pytest.mark.parametrize("how", ["cut", "cut at a chunk", "swapped", "another's"])
def test_a_changed_original_does_not_open(app: Flask, stage: Stage, how: str) -> None:
    number = stage.tip("triage")
    with app.test_request_context():
        attach(stage, number, taken(VOICE, "v.mp3"))
        attach(stage, number, taken(VOICE + b"x", "w.mp3"))
    one, other = (
        Path(app.config["SETTINGS"].files_url.removeprefix("file://")) / files.place(f.id) for f in rows(stage, number)
    )
    whole, head, frame = one.read_bytes(), 19, chunked.CHUNK + chunked.TAG
    one.write_bytes({
        "cut": whole[:-1000], "cut at a chunk": whole[: head + frame], "another's": other.read_bytes(),
        "swapped": whole[:head] + whole[head + frame : head + 2 * frame] + whole[head : head + frame] + whole[head + 2 * frame :],
    }[how])  # fmt: skip
    with pytest.raises(chunked.Broken):
        original(stage, number, rows(stage, number)[0].id)


@pytest.mark.parametrize(("values", "why"), [
    ("sealed = true, name_sealed = NULL", "a sealed one has its name sealed"),
    ("name_sealed = :plain", "the name is sealed, not plain"),
    ("copy_of = id", "a sealed one is nobody's copy"),
    ("copy_of = '0'", "a copy is of something"),
], ids=lambda v: v)  # fmt: skip
def test_the_database_holds_the_rules_of_sealed_files(
    app: Flask, stage: Stage, tip: str, values: str, why: str
) -> None:
    with app.test_request_context():
        attach(stage, tip, taken(VOICE, "v.mp3"))
    assert why
    bound = {"plain": b"plain"} if ":plain" in values else {}
    with stage.session() as session:
        session.begin_write()
        with pytest.raises(IntegrityError):
            session.core(text(f"UPDATE files SET {values} WHERE number = '{tip}' AND sealed"), bound)


def test_a_field_for_what_a_reporter_gave_prepares_it_before_the_act(app: Flask) -> None:
    from portal.core.forms import Form, SealedFilesField

    class Given(Form):
        files = SealedFilesField("x")

    with app.test_request_context(method="POST", data={"files": (io.BytesIO(GIVEN["photo.jpg"]), "a.jpg")}):
        form = Given(meta={"csrf": False})
        assert form.validate()
        (upload,) = form.typed()["files"]
    assert upload.sealed and upload.copy is not None and upload.copy.media_type == "image/jpeg"


def test_a_marked_document_is_refused_where_a_reporter_gives_it_too(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(Refused, match="机要"):
        taken(attached.docx("000001\n机密★10年\n关于"), "x.docx")
