"""Somebody signed in to an application in this process: no server, no network, no cost of a client."""

from __future__ import annotations

import re
import sys
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Flask

from portal.sample.people import PASSWORD


class Browser:
    """Asks by plain WSGI and keeps cookies. AssertionError for an answer of another status."""

    def __init__(self, app: Flask, login: str | None = None) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}
        if login:
            token = self.field("/login", "csrf_token")
            self.post("/login", {"csrf_token": token, "login": login, "password": PASSWORD})

    def get(self, url: str) -> str:
        return self._ask("GET", url, b"", "200")

    def field(self, url: str, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', self.get(url))
        assert found, f"{url}: no field {name}"
        return found[1]

    def post(self, url: str, fields: dict[str, str]) -> None:
        body = "&".join(f"{quote(name)}={quote(value)}" for name, value in fields.items())
        self._ask("POST", url, body.encode(), "303")

    def _ask(self, method: str, url: str, body: bytes, status: str) -> str:
        path, _, query = url.partition("?")
        environ = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": self.cookie, "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        told: list[Any] = []
        answer: Any = self.app(environ, lambda *given: told.append(given))
        content: str = b"".join(answer).decode()
        answer.close()
        said, headers = told[0][:2]
        assert said.startswith(status), f"{url}: {said}\n{content[:2000]}"
        for name, value in headers:
            if name == "Set-Cookie":
                kept, _, value = value.partition(";")[0].partition("=")
                self.cookies[kept] = value
        return content

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())
