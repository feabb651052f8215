"""Acknowledged is durable: what a server promised before kill -9 is there once and whole after its restart (G12).

Real servers over one SQLite database, killed at moments that nobody chose. `make proof` has the full counts.
"""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from secrets import randbelow, token_hex
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import PARTS, create_app
from portal.core import files, trail
from portal.extensions import db
from tests.conftest import Clock
from tests.engines import Place
from tests.pages import PASSWORD
from tests.verbs import stage as stages
from tests.verbs.stage import PNG, Stage

pytestmark = pytest.mark.security
ROUNDS, POSTS, WRITERS = 3, 40, 4


class Silent(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, kind: str, message: str, *args: Any) -> None: ...


def serve(settings: dict[str, Any], listening: socket.socket) -> None:
    """The portal in a process of its own, until it is killed."""
    app, (host, port) = create_app(**settings), listening.getsockname()
    make_server(host, port, app, threaded=True, request_handler=Silent, fd=listening.fileno()).serve_forever()


class Server:
    """Two processes of many threads behind one port, as gunicorn would run them over one place.

    They are forked from a process that has imported the portal already: a start takes no more than its database does.
    """

    def __init__(self, place: Place) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.settings, self.processes = place.settings, []
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload([*(f"portal.{part}.views" for part in PARTS), "portal.cli", __name__])

    def start(self) -> None:
        with socket.create_server(("127.0.0.1", self.port)) as listening:
            of = {"target": serve, "args": (self.settings, listening)}
            self.processes = [self.context.Process(**of) for _ in range(2)]
            for process in self.processes:
                process.start()
            until = time.monotonic() + 90
            while time.monotonic() < until:
                assert all(process.is_alive() for process in self.processes), "it did not start"
                try:
                    if Browser(self.port).ask("GET", "/login")[0] == 200:
                        return
                except (OSError, HTTPException):
                    time.sleep(0.1)
        raise AssertionError("it does not answer")

    def kill(self) -> None:
        """kill -9 of all its processes at once."""
        assert all(process.is_alive() for process in self.processes), "it ended by itself"
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.join()
            process.close()


class Browser:
    """A browser without script that remembers its cookies."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {}

    def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/x-www-form-urlencoded"
    ) -> tuple[int, str, str]:
        """(status, where it leads, page). Raises OSError or HTTPException if the server goes away."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} | (
            {"Content-Type": kind} if body else {}
        )
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page

    def token(self, path: str) -> str:
        """The token of the form there."""
        page = BeautifulSoup(self.ask("GET", path)[2], "lxml")
        return str(page.select("main [name=csrf_token], form [name=csrf_token]")[0]["value"])

    def sign_in(self, login: str) -> Browser:
        data = {"csrf_token": self.token("/login"), "login": login, "password": PASSWORD, "next": ""}
        assert self.ask("POST", "/login", urlencode(data).encode())[0] == 303
        return self


@dataclass
class Writer:
    """One person who sends forms, each until it is acknowledged, and remembers what he was told."""

    browser: Browser
    address: str
    typed: dict[str, str]
    photo: bool = False
    sent: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)  # once → where he was led

    def write(self, many: int, alive: threading.Event) -> None:
        """So many new forms, and those of before that nobody answered."""
        waiting = [once for once in self.sent if once not in self.told] + [token_hex(16) for _ in range(many)]
        self.sent += [once for once in waiting if once not in self.sent]
        for once in waiting:
            if not alive.is_set():
                return
            try:
                status, there, page = self.browser.ask("POST", self.address, *self._body(once))
            except (OSError, HTTPException):
                return
            assert status == 303, f"{status}: {page[-2000:]}"
            assert self.told.setdefault(once, there) == there

    def _body(self, once: str) -> tuple[bytes, str]:
        typed = self.typed | {"once": once}
        if not self.photo:
            return urlencode(typed).encode(), "application/x-www-form-urlencoded"
        edge = "--edge"
        parts = "".join(
            f'{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in typed.items()
        )
        head = f'{edge}\r\nContent-Disposition: form-data; name="files"; filename="{once}.png"\r\n\r\n'
        body = parts.encode() + head.encode() + PNG + once.encode() + f"\r\n{edge}--\r\n".encode()
        return body, "multipart/form-data; boundary=edge"


@pytest.fixture
def server(place: Place, app: Flask) -> Iterator[Server]:
    running = Server(place)
    running.start()
    yield running
    running.kill()


def test_what_was_acknowledged_is_there_once_and_whole(server: Server, app: Flask, clock: Clock) -> None:
    stage = Stage(app)
    clue = stage.clue("checking")
    before = _counts(stage)
    writers = []
    for i in range(WRITERS):
        browser, calls = Browser(server.port).sign_in("operator" if i % 2 else "officer"), i % 2 == 1
        address = "/intake/calls/new" if calls else f"/checks/do/record?under={clue}"
        typed = stages.pairs(stages.given("intake.call" if calls else "checks.record"))
        writers.append(
            Writer(browser, address, typed | {"csrf_token": browser.token(address), "version": ""}, photo=not calls)
        )
    for _ in range(ROUNDS):
        alive = threading.Event()
        alive.set()
        threads = [threading.Thread(target=w.write, args=(POSTS // WRITERS, alive)) for w in writers]
        acknowledged, end = sum(len(w.told) for w in writers), randbelow(POSTS - 8) + 4
        for thread in threads:
            thread.start()
        while sum(len(w.told) for w in writers) < acknowledged + end and any(t.is_alive() for t in threads):
            time.sleep(0.002)
        server.kill()
        alive.clear()
        for thread in threads:
            thread.join()
        server.start()
    alive.set()
    for writer in writers:
        writer.write(0, alive)  # what was never answered is sent once more
    assert sum(len(w.told) for w in writers) == ROUNDS * POSTS
    _all_is_there(stage, writers, before)
    _files_and_rows_agree(stage, clock)


def _counts(stage: Stage) -> dict[str, int]:
    tables = ("tips", "receipts", "checks", "notes", "performed", "trail", "files")
    with stage.session() as session:
        return {t: session.core(select(func.count()).select_from(db.metadata.tables[t])).scalar_one() for t in tables}


def _all_is_there(stage: Stage, writers: list[Writer], before: dict[str, int]) -> None:
    """Lost 0, twice 0, half 0."""
    calls = sum(len(w.told) for w in writers if not w.photo)
    checks = sum(len(w.told) for w in writers if w.photo)
    made = {t: n - before[t] for t, n in _counts(stage).items()}
    both = calls + checks
    assert made == {
        "tips": calls, "receipts": calls, "checks": checks, "notes": both, "performed": both, "trail": both, "files": checks,
    }  # fmt: skip
    tables = db.metadata.tables
    p, t, r, d, f = (tables[name] for name in ("performed", "tips", "receipts", "duties", "files"))
    with stage.session() as session:
        once = dict(tuple(row) for row in session.core(select(p.c.once, p.c.number)))
        owed = dict(tuple(row) for row in session.core(select(t.c.number, d.c.state).join(d, d.c.id == t.c.duty_id)))
        codes = set(session.core(select(r.c.number)).scalars())
        named = {row.name: row.number for row in session.core(select(f.c.name, f.c.number))}
        verdict = trail.verify(session)
    for writer in writers:
        for token, there in writer.told.items():
            number = once[token]
            if writer.photo:
                assert named[f"{token}.png"] == number
            else:
                assert f"/{number}/receipt" in there and owed[number] == "open" and number in codes
    assert verdict.broken is None


def _files_and_rows_agree(stage: Stage, clock: Clock) -> None:
    """After the nightly sweep no file is without a row, and no row without its bytes."""
    clock.forward(hours=2)
    with stage.session() as session:
        files.sweep(session)
        t = db.metadata.tables["files"]
        rows: dict[str, Any] = {row.id: row for row in session.core(select(t))}
        for row in rows.values():
            assert sum(len(bytes(chunk)) for chunk in files.read(row.id)) == row.size
    root = Path(stage.app.instance_path) / "files"
    assert {p.name for p in root.rglob("*") if p.is_file()} == set(rows)


def test_the_database_waits_for_the_disk(app: Flask) -> None:
    """Read from a live connection: what is acknowledged has been written down."""
    wanted = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
    with app.app_context(), db.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert found == wanted
