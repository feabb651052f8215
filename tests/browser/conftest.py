"""A real browser over a real server with the sample bureau in it.

Each page that is opened is watched: an error in the console, a breach of the Content-Security-Policy, a dialog or a
request that leaves the server fails the test, whatever it was about. Who is signed in comes with a cookie that the
test client was given at the same door: the form of the sign-in is tried once, and not before each test.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.engines import Engine, Place, once
from tests.pages import Client

HEIGHTS = {1440: 900, 390: 844}  # an office desk and a phone
# Chromium's own services, which nobody asked for; a closed network has none of them
QUIET = [f"--disable-{it}" for it in ("gpu", "background-networking", "component-update", "sync", "quic")] + [
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # what leaves the server gets nowhere
    "--no-first-run",
    "--font-render-hinting=none",
]
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # all that passed is thousands of elements
    "preload": False,  # styles are read from the page, as they are
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The installed Chromium; a skip where there is none."""
    names = (os.environ.get("PORTAL_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, filter(None, names))), None)
    if program is None:
        pytest.skip("no Chromium is installed")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET + sandbox)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def template(engine: Engine, empty: Place) -> Place:
    """A database with the sample bureau. Only to be copied."""
    return once(engine, "sample", _load_the_bureau, empty)


def _load_the_bureau(app: Flask) -> None:
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["demo", "load", "--cases", "60"], catch_exceptions=False)
    assert done.exit_code == 0, done.output


class Silent(WSGIRequestHandler):
    """A server that writes no line for each request, and keeps a connection for the next one."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Not a word."""


@pytest.fixture(scope="module")
def server(app: Flask) -> Iterator[str]:
    """The application behind a real port of this machine; its address without a slash at the end."""
    running = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture(scope="module")
def cookie(app: Flask) -> Callable[[str], str]:
    """`cookie("officer")`: what the browser of this person holds since he signed in."""

    @cache
    def given(login: str) -> str:
        held = Client(app).sign_in(login).http.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert held is not None
        return held.value

    return given


@pytest.fixture
def page_as(app: Flask, chromium: Browser, server: str, cookie: Callable[[str], str]) -> Iterator[Callable[..., Page]]:
    """`page_as("officer", width=390)`: a watched page of this person, signed in; `page_as(None)` of a stranger."""
    seen: list[str] = []
    contexts = []

    def opened(login: str | None, *, width: int = 1440, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=server,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        _watch(page, server, seen)
        if login is not None:
            name = app.config["SESSION_COOKIE_NAME"]
            context.add_cookies([{"name": name, "value": cookie(login), "url": server, "httpOnly": True}])
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not seen, "\n".join(dict.fromkeys(seen))


def _watch(page: Page, server: str, seen: list[str]) -> None:
    """Write down what a page must not do. A breach of the policy is told in the console, too."""
    page.on(
        "console", lambda said: seen.append(f"{said.type}: {said.text}") if _is_wrong(said.type, said.text) else None
    )
    page.on("pageerror", lambda error: seen.append(f"script: {error}"))

    def ask(dialog: Any) -> None:
        seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", ask)

    def leave(request: Any) -> None:
        if not request.url.startswith((f"{server}/", "data:", "blob:")):
            seen.append(f"outside: {request.url}")

    page.context.on("request", leave)  # not a route, which would take the browser's cache away


def _is_wrong(kind: str, text: str) -> bool:
    """A refused form answers 422 and 409, an unseen record 404: Chromium calls each of them an error."""
    return kind in ("error", "warning") and "the server responded with a status of 4" not in text


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)`: nothing on the page shuts anybody out, by the rules of axe-core."""
    rules = Axe()

    def look(page: Page) -> None:
        found = rules.run(page, options=RULES).response["violations"]
        told = [f"{one['id']} ({one['help']}): {node['html'][:200]}" for one in found for node in one["nodes"]]
        assert not told, f"{page.url}\n" + "\n".join(told)

    return look


@pytest.fixture(scope="session")
def no_sideways() -> Callable[[Page], None]:
    """`no_sideways(page)`: nobody has to scroll to the side."""

    def look(page: Page) -> None:
        wide, here = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= here, f"{page.url}: {wide} px wide in a window of {here} px"

    return look
