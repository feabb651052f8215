"""The form of the sign-in, by hand: all other tests come with the cookie that it gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.pages import PASSWORD


@pytest.mark.parametrize("script", [True, False])
def test_name_password_enter(app: Flask, page_as: Callable[..., Any], script: bool) -> None:
    page = page_as(None, script=script)
    page.goto("/")
    page.fill("[name=login]", "officer")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("header[data-person]")
    name = app.config["SESSION_COOKIE_NAME"]
    (held,) = (cookie for cookie in page.context.cookies() if cookie["name"] == name)
    assert held["httpOnly"] and held["sameSite"] in ("Lax", "Strict")
