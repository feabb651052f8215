"""Attachments: told by content, capped while they arrive, given out as downloads, swept after a crash (G12, G16)."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import act, files
from portal.extensions import db
from tests.flow.test_side_ways import SCAN
from tests.flow.test_walk import JPEG
from tests.pages import Client, Page
from tests.verbs.stage import PNG, Stage

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
MB = 1024 * 1024
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TYPED = {
    "second_officer_id": "6", "checked_at": "2026-11-01T20:15", "method": "现场查看", "place": "南岭沙场东门外三百米",
    "found": "见倾倒痕迹，\r\n车辙两道，未见人。",
}  # fmt: skip


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def clue(stage: Stage) -> str:
    """A clue of unit A that is being checked."""
    return stage.clue("checking")


@pytest.fixture(scope="module")
def officer(sign_in: SignIn) -> Client:
    return sign_in("officer")


def checked(officer: Client, clue: str, *sent: tuple[bytes, str]) -> tuple[str, dict[str, Any]]:
    """The filled form of a check record with these files."""
    action, data = officer.form(f"/checks/do/record?under={clue}", **TYPED)
    return action, data | {"files": [(BytesIO(content), name) for content, name in sent]}


def kept(stage: Stage) -> list[Any]:
    """All rows of files, oldest first."""
    with stage.session() as session:
        t = db.metadata.tables["files"]
        return list(session.core(select(t).order_by(t.c.at, t.c.id)))


def stored(app: Flask) -> set[Path]:
    """What lies in the store, named or not."""
    root = Path(app.config["SETTINGS"].files_url.removeprefix("file://"))
    return {p.relative_to(root) for p in root.rglob("*") if p.is_file()}


def nothing_is_lost(page: Page) -> None:
    """Whoever sends the answered form again sends what he had typed."""
    _action, again = Client.form(None, page)
    still = {name: "".join(again[name]) for name in TYPED}  # a ticked choice is a list of one
    assert still == {name: value.replace("\r\n", "\n") for name, value in TYPED.items()}


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("content", "name", "because"),
    [
        pytest.param(b"MZ\x90\x00" + b"\x00" * 400, "现场照片.jpg", "不是可以收的文件", id="a program called a photo"),
        pytest.param(b"\x7fELF" + b"\x00" * 400, "清单.docx", "不是可以收的文件", id="another system's program"),
        pytest.param(SVG, "平面图.png", "不是可以收的文件", id="a drawing that runs"),
        pytest.param(b"<!doctype html><script>1</script>", "网页.pdf", "不是可以收的文件", id="a page"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 400, "打包.zip", "不是可以收的文件", id="an archive"),
        pytest.param(b"", "空.pdf", "0 字节", id="nothing at all"),
        pytest.param(PNG, "截图.jpg", ".png", id="another ending"),
        pytest.param(JPEG, "现场", ".jpg", id="no ending"),
        pytest.param(JPEG, "现场.jpg.exe", ".jpg", id="a second ending"),
    ],
)
def test_a_refused_file_is_named_and_nothing_typed_is_lost(
    app: Flask, stage: Stage, officer: Client, clue: str, content: bytes, name: str, because: str
) -> None:
    before = kept(stage), stored(app)
    action, data = checked(officer, clue, (JPEG, "好.jpg"), (content, name))
    page = officer.post(action, data, 422)
    assert f"“{name}”" in page.alert and because in page.alert and "“好.jpg”" not in page.alert
    assert "files" in page.refused
    nothing_is_lost(page)
    assert (kept(stage), stored(app)) == before, "one refused is none kept"


def test_the_limit_is_50_mb_to_the_byte(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, officer: Client, clue: str
) -> None:
    assert files.LIMIT == 50 * MB
    small = MB // 4  # the client of the tests leaves larger bodies lying open
    monkeypatch.setattr(files, "LIMIT", small)
    action, data = checked(officer, clue, (JPEG.ljust(small + 1, b"x"), "大一点.jpg"))
    page = officer.post(action, data, 422)
    assert "“大一点.jpg”超过 50 MB" in page.alert
    nothing_is_lost(page)
    action, data = checked(officer, clue, (JPEG.ljust(small, b"x"), "正好.jpg"))
    officer.post(action, data)
    assert kept(stage)[-1].size == small


class Sent(RawIOBase):
    """The body of a post that exists only while it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.rest = parts, b""

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        self.rest = self.rest or next(self.parts, b"")
        n = min(len(into), len(self.rest))
        into[:n], self.rest = self.rest[:n], self.rest[n:]
        return n


class Watched(files._Capped):
    """Tells how much of an upload was ever put down."""

    most = 0

    def write(self, data: Any) -> int:
        n = super().write(data)
        Watched.most = max(Watched.most, self.tell())
        return n


def test_200_mb_pass_by_and_leave_the_form_as_it_was(
    monkeypatch: pytest.MonkeyPatch, officer: Client, clue: str
) -> None:
    action, data = officer.form(f"/checks/do/record?under={clue}", **TYPED)
    edge = b"--edge-of-a-part"
    head = edge + '\r\nContent-Disposition: form-data; name="files"; filename="录像.jpg"\r\n\r\n'.encode()
    typed = [
        edge + f'\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in data.items()
    ]  # behind the file, the token as well: only who reads on finds them
    megabyte = bytes(range(256)) * 4096

    def body() -> Iterator[bytes]:
        yield head + JPEG
        for _n in range(200):
            yield megabyte
        yield b"\r\n" + b"".join(typed) + edge + b"--\r\n"

    length = len(head + JPEG) + 200 * MB + 2 + sum(map(len, typed)) + len(edge) + 4
    monkeypatch.setattr(files, "_Capped", Watched)
    Watched.most = 0
    tracemalloc.start()
    try:
        answer = officer.http.post(
            action,
            environ_overrides={
                "wsgi.input": Sent(body()), "CONTENT_LENGTH": str(length),
                "CONTENT_TYPE": f"multipart/form-data; boundary={edge[2:].decode()}",
            },
        )  # fmt: skip
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    page = Page(action, answer, officer.login)
    assert page.status == 422 and "“录像.jpg”超过 50 MB" in page.alert
    page.check()
    nothing_is_lost(page)
    assert peak < 24 * MB, f"{peak / MB:.0f} MB were held"
    assert 0 < Watched.most <= files.LIMIT, f"{Watched.most / MB:.0f} MB were put down"


# ── what is taken ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_photo_is_listed_and_comes_back_as_a_download(
    stage: Stage, officer: Client, sign_in: SignIn, clue: str
) -> None:
    name = "现场“东门”，一;二 100%.JPG"
    action, data = checked(officer, clue, (JPEG, name), (SCAN, "..\\..\\CON/记录.pdf"))
    assert officer.post(action, data).location == f"/clues/{clue}"
    check, newest = stage.newest("checks"), kept(stage)[-2:]
    assert {f.number for f in newest} == {check}
    for page in (officer.get(f"/clues/{clue}"), officer.get(f"/checks/{check}")):
        links = {str(a["href"]): a.get_text(" ", strip=True) for a in page.soup.select("a[href^='/files/']")}
        assert {f"/files/{f.id}" for f in newest} <= links.keys()
        assert name in " ".join(links.values()) and "记录.pdf" in " ".join(links.values())
    photo = next(f for f in newest if f.name == name)
    assert (photo.media_type, photo.size, photo.sha256) == ("image/jpeg", len(JPEG), hashlib.sha256(JPEG).hexdigest())
    assert {f.name for f in newest} == {name, "记录.pdf"}, "no folder of the sender's machine"

    answer = officer.http.get(f"/files/{photo.id}")
    assert answer.status_code == 200 and answer.data == JPEG and answer.headers["Content-Length"] == str(len(JPEG))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = [rule.strip() for rule in answer.headers["Content-Security-Policy"].split(";")]
    assert "sandbox" in policy and "default-src 'none'" in policy
    assert "no-store" in answer.headers["Cache-Control"]

    for login in ("officer2", "unit_head2", "operator", "discipline", "sysadmin", "auditor"):
        stranger = sign_in(login)
        unseen, absent = stranger.get(f"/files/{photo.id}", 404), stranger.get(f"/files/{'0' * 32}", 404)
        assert unseen.text == absent.text and len(unseen.html) == len(absent.html)
    assert Client(stage.app).get(f"/files/{photo.id}", 303).location.startswith("/login")


def _docx() -> bytes:
    from docx import Document

    into, document = BytesIO(), Document()
    document.add_paragraph("核查报告")
    document.save(into)
    return into.getvalue()


def _xlsx() -> bytes:
    from xlsxwriter import Workbook

    into = BytesIO()
    with Workbook(into) as book:
        book.add_worksheet("清单").write(0, 0, "一")
    return into.getvalue()


def test_the_usual_kinds_are_taken(stage: Stage, officer: Client, clue: str) -> None:
    usual = [
        (JPEG, "a.jpeg"), (PNG, "b.PNG"), (SCAN, "c.pdf"), (_docx(), "d.docx"), (_xlsx(), "e.xlsx"),
        (b"ID3\x03" + b"\x00" * 300, "f.mp3"), (b"#!AMR\n" + b"\x00" * 300, "g.amr"),
    ]  # fmt: skip
    action, data = checked(officer, clue, *usual)
    officer.post(action, data)
    check = stage.newest("checks")
    assert {f.name: f.size for f in kept(stage) if f.number == check} == {name: len(c) for c, name in usual}


# ── crashes ──────────────────────────────────────────────────────────────────────────────────────────────────────
class Crash(BaseException):
    """Nobody catches it, as nobody catches the end of a process."""


def crash(*_a: Any, **_k: Any) -> None:
    raise Crash


def test_a_crash_between_store_and_commit_leaves_nothing_that_is_named(
    monkeypatch: pytest.MonkeyPatch, app: Flask, stage: Stage, officer: Client, clue: str, clock: Any
) -> None:
    action, data = checked(officer, clue, (JPEG, "没有提交.jpg"))
    before, rows = stored(app), kept(stage)
    with monkeypatch.context() as broken:
        broken.setattr(act.trail, "append", crash)
        with pytest.raises(Crash):
            officer.post(action, data)
    assert kept(stage) == rows
    (left,) = stored(app) - before
    assert left.parts[0] == "incoming"
    officer.get(f"/files/{left.name}", 404)
    with stage.session() as session:
        assert files.sweep(session) == 0, "an upload that is still under way is not swept"
    assert left in stored(app)
    clock.forward(hours=2)
    with stage.session() as session:
        assert files.sweep(session) == 1
    assert stored(app) == before


def test_a_file_is_on_the_disk_before_its_row_is(
    stage: Stage, officer: Client, clue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[str] = []
    before, fsync = len(kept(stage)), os.fsync

    def told(opened: int) -> None:
        assert len(kept(stage)) == before or len(settled) >= 2  # afterwards a head of the trail may follow
        settled.append(Path(f"/proc/self/fd/{opened}").readlink().name)
        fsync(opened)

    monkeypatch.setattr(files.os, "fsync", told)
    officer.post(*checked(officer, clue, (JPEG, "现场.jpg")), 303)
    assert settled[:2] == [kept(stage)[-1].id, "incoming"]


def test_a_crash_between_commit_and_move_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, app: Flask, stage: Stage, officer: Client, clue: str, clock: Any
) -> None:
    action, data = checked(officer, clue, (JPEG, "已经提交.jpg"))
    with monkeypatch.context() as broken:
        broken.setattr(files.obstore, "rename", crash)
        with pytest.raises(Crash):
            officer.post(action, data)
    row = next(f for f in kept(stage) if f.name == "已经提交.jpg")
    assert Path("incoming", row.id) in stored(app)
    assert officer.http.get(f"/files/{row.id}").data == JPEG
    clock.forward(hours=2)
    with stage.session() as session:
        assert files.sweep(session) == 0
    assert Path("incoming", row.id) not in stored(app) and Path(files.place(row.id)) in stored(app)
    assert officer.http.get(f"/files/{row.id}").data == JPEG


def test_more_files_than_a_form_takes_are_refused_before_any_is_read(officer: Client, clue: str, stage: Stage) -> None:
    before = len(kept(stage))
    page = officer.post(*checked(officer, clue, *((PNG, f"{n}.png") for n in range(51))), 422)
    assert "一次最多 50 个文件，这次选了 51 个" in page.alert and len(kept(stage)) == before
    officer.post(*checked(officer, clue, *((PNG, f"{n}.png") for n in range(50))), 303)
