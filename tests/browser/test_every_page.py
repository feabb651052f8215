"""Each kind of page that anybody can reach by links shuts nobody out, at a desk and on a phone.

Each is opened at one of the two widths, by turns, where axe looks at it, and then drawn at the other; axe looks there,
too, with EVERY=1 in the environment.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.core.actor import Role
from tests.browser.conftest import HEIGHTS
from tests.engines import Engine
from tests.pages import Client
from tests.security.crawl import crawl

Look = Callable[[Any], None]
LOGINS = [role.key for role in Role if role is not Role.JOB]
EVERY = bool(os.environ.get("EVERY"))
PLACES = ("/", "/messages", "/search?q=渣土", "/clues/XS-2020-999999", "/intake/sealed")


@pytest.fixture(scope="module")
def kinds(engine: Engine, app: Flask) -> dict[str, list[str]]:
    """Person → addresses whose kind nobody before him had reached; walked once a run, whichever worker asks first."""
    path = engine.folder / "kinds.json"
    with path.open("a+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        if not (told := kept.read()):
            told = json.dumps(_walked(app))
            kept.write(told)
    found: dict[str, list[str]] = json.loads(told)
    return found


def _walked(app: Flask) -> dict[str, list[str]]:
    """Lists differ by tab alone: one is enough."""
    reached: set[tuple[str, ...]] = set()
    found: dict[str, list[str]] = {}

    def look(url: str, answer: TestResponse, login: str) -> None:
        part = urlsplit(url)
        kind = (re.sub(r"\d+", "#", part.path), "paper" if "paper=" in part.query else "", str(answer.status_code))
        whole = answer.mimetype == "text/html" and b"<html" in answer.data
        if whole and kind not in reached:
            reached.add(kind)
            found.setdefault(login, []).append(url)

    for login in LOGINS:
        client = Client(app)
        client.sign_in(login)
        crawl(client.http, PLACES, most=80, look=lambda url, answer, login=login: look(url, answer, login))
    return found


@pytest.mark.parametrize("login", LOGINS)
def test_every_kind_of_page(
    kinds: dict[str, list[str]], page_as: Callable[..., Any], axe: Look, no_sideways: Look, login: str
) -> None:
    assert sum(map(len, kinds.values())) > 30
    page = page_as(login)
    for i, address in enumerate(kinds.get(login, ())):
        widths = [*HEIGHTS][:: -1 if i % 2 else 1]
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            if width == widths[0]:
                page.goto(address)
            no_sideways(page)
            if EVERY or width == widths[0]:
                axe(page)
