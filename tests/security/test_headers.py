"""What every answer carries, whoever asked and however it went; and that only a meant POST changes anything (G19, G28)."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal.core import files, pages
from portal.core.files import Upload
from portal.core.register import REGISTERS
from portal.extensions import db
from tests import cast
from tests.pages import PASSWORD, Client
from tests.security.crawl import crawl
from tests.verbs import stage as stages
from tests.verbs.stage import PNG, Stage

pytestmark = pytest.mark.security
Open = Callable[[str], Client]
EVERY = bool(os.environ.get("EVERY"))
ROLES = [
    p.login
    for p in cast.PEOPLE
    if p.login not in ("office2", "colleague", "below", "officer2", "unit_head2", "discipline2")
]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module", autouse=True)
def numbers(stage: Stage) -> dict[str, str]:
    """A record of each register, with a file and a paper."""
    stage.on_paper("office2", "clues.assign", stage.clue("proposed"), "office_head")
    clue = stage.clue("checking")
    stage.do("officer", "checks.record", clue, files=(Upload.of("照片.png", "image/png", PNG),))
    made = {
        "signings": stage.newest("signings"),
        "clues": clue,
        "checks": stage.newest("checks"),
        "intake": stage.tip("triage"),
        "mails": stage.mail(None),
    }
    stage.clue("referred")
    stage.do("office", "openings.ask", made["intake"])
    for state, register in (("forwarded", "transfers"), ("settling", "settlements")):
        stage.tip(state)
        made[register] = stage.newest(register)
    made |= {"meetings": stage.meeting(), "decisions": stage.decision("given")}
    made["minutes"] = stage.do("office", "minutes.draft", made["meetings"])
    stage.do("office", "clues.register", parties=(("人员", "马纪检", "纪检组"),))
    made["parties"] = stage.party(clue)
    other = stage.party(stage.clue("checking", parties=(("单位", "安澜另一家运输有限公司", ""),)))
    made["merges"] = stage.merge(made["parties"], other)
    return made | {
        "boxes": stage.box(1),
        "petitions": stage.petition(),
        "openings": stage.newest("openings"),
        "referrals": stage.newest("referrals"),
        "umbrella": stage.matter(),
        "accountability": stage.sanction(),
        "sealed": stage.do("operator", "sealed.send"),
        "recusals": stage.newest("umbrella_asides"),
    }


# ── headers (G28) ──
def faults(url: str, answer: TestResponse) -> list[str]:
    """What an answer lacks."""
    head, found = answer.headers, []
    wanted = {
        "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    }  # fmt: skip
    if not url.startswith(("/assets/", "/static/")):
        wanted["Cache-Control"] = "no-store"
    found += [f"{name} is {head.get(name)}" for name, value in wanted.items() if head.get(name) != value]
    found += [f"{name} is told" for name in ("X-Powered-By",) if name in head]
    policy = {
        words[0]: words[1:] for words in map(str.split, head.get("Content-Security-Policy", "").split(";")) if words
    }
    if policy.get("default-src") != ["'none'"]:
        found.append(f"default-src is {policy.get('default-src')}")
    if "unsafe" in str(policy) or "*" in str(policy) or "http" in str(policy):
        found.append(f"the policy is open: {policy}")
    if (
        "attachment" in head.get("Content-Disposition", "")
        and "sandbox" not in policy
        and url.startswith(("/files/", "/papers/"))
    ):
        found.append("a download without sandbox")
    if answer.mimetype == "text/html" and "sandbox" not in policy:
        found += [
            f"{rule} is {policy.get(rule)}"
            for rule in ("frame-ancestors", "base-uri")
            if policy.get(rule) != ["'none'"]
        ]
        found += [f"form-action is {policy['form-action']}"] if policy.get("form-action") != ["'self'"] else []
        found += _scripts(answer, policy.get("script-src", []))
        if not {"HX-Request", "HX-Target"} <= {v.strip() for v in ",".join(head.getlist("Vary")).split(",")}:
            found.append(f"Vary is {head.getlist('Vary')}")
    return [f"{url} {answer.status_code}: {fault}" for fault in found]


def _scripts(answer: TestResponse, sources: list[str]) -> list[str]:
    html = answer.get_data(as_text=True)
    nonces = re.findall(r'<script[^>]*nonce="([^"]*)"', html)
    found = [
        f"a script has the nonce {n}, the head {sources}"
        for n in nonces
        if f"'nonce-{n}'" not in sources or len(n) < 16
    ]
    return found + [f"outside: {u}" for u in re.findall(r'(?:src|href|action|hx-\w+)="((?:https?:)?//[^"]*)"', html)]


@pytest.mark.parametrize("login", ROLES)
def test_every_page_that_can_be_reached_carries_them(sign_in: Open, login: str) -> None:
    found: list[str] = []
    opened = crawl(sign_in(login).http, most=60, look=lambda url, answer: found.extend(faults(url, answer)))
    assert found == [] and len(opened) > 4


def answers(http: FlaskClient, numbers: dict[str, str], patch: pytest.MonkeyPatch) -> dict[str, TestResponse]:
    """One of each kind, also of those that nobody wants."""
    clue = f"/clues/{numbers['clues']}"
    told = {
        "not there": http.get("/nowhere"), "not there, HTMX": http.get("/nowhere", headers={"HX-Request": "true"}),
        "hidden": http.get("/clues/XS-2026-999999"), "not yours": http.get(f"{clue}/do/assign"),
        "too late": http.get(f"{clue}/do/acknowledge"), "no such method": http.delete(clue), "options": http.options(clue),
        "without token": http.post(f"{clue}/do/conclude"), "a slash too many": http.get(clue + "/"),
        "a file": http.get("/assets/app.css"), "no such file": http.get("/assets/../portal/config.py"), "static": http.get("/static/css/tokens.css", buffered=True),
        "to sign in": http.application.test_client().get("/clues/"), "alive": http.get("/healthz"),
        "fragment": http.get("/clues/", headers={"HX-Request": "true", "HX-Target": "list"}),
    }  # fmt: skip
    with patch.context() as broken:
        broken.setattr(pages, "render", _raise(OperationalError("x", {}, Exception("locked")), pages.render))
        told["the database is locked"] = http.get("/clues/")
    with patch.context() as broken:
        broken.setattr(files, "WHOLE_POST", 1)
        broken.setitem(http.application.config, "MAX_CONTENT_LENGTH", 10)
        told["too big"] = http.post(f"{clue}/do/conclude", data={"x": "y" * 1000})
    return told


def _raise(error: Exception, otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """The first call fails, the page that says so is drawn."""
    calls = iter([error])

    def render(*args: Any, **kwargs: Any) -> Any:
        for fault in calls:
            raise fault
        return otherwise(*args, **kwargs)

    return render


def test_every_kind_of_answer_carries_them(
    sign_in: Open, numbers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = answers(sign_in("officer").http, numbers, monkeypatch)
    assert {name: t.status_code for name, t in told.items()} == {
        "not there": 404, "not there, HTMX": 404, "hidden": 404, "not yours": 403, "too late": 409, "no such method": 405,
        "options": 200, "without token": 400, "a slash too many": 404, "a file": 200, "no such file": 404, "static": 200,
        "to sign in": 303, "alive": told["alive"].status_code, "fragment": 200, "the database is locked": 503, "too big": 413,
    }  # fmt: skip
    addresses = {"a file": "/assets/x", "static": "/static/x"}
    assert [fault for name, answer in told.items() for fault in faults(addresses.get(name, name), answer)] == []


def test_nothing_is_told_of_the_machinery(
    sign_in: Open, numbers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, answer in answers(sign_in("officer").http, numbers, monkeypatch).items():
        if name not in ("a file", "static", "options"):
            said = answer.get_data(as_text=True)
            assert not re.search(
                r"Traceback|[A-Z]\w+Error\b|[Ww]erkzeug|[Ss]qlalchemy|[Ff]lask|site-packages|SELECT |\.py\b", said
            ), name


def test_a_nonce_is_used_once(sign_in: Open) -> None:
    http = sign_in("office").http
    nonces = {
        re.findall(r"'nonce-([^']+)'", http.get("/clues/").headers["Content-Security-Policy"])[0] for _ in range(5)
    }
    assert len(nonces) == 5


def test_a_download_is_nothing_that_a_browser_runs(sign_in: Open, stage: Stage, numbers: dict[str, str]) -> None:
    http = sign_in("officer").http
    with stage.session() as session:
        f, p = db.metadata.tables["files"], db.metadata.tables["papers"]
        file_id = session.core(select(f.c.id).where(f.c.number == numbers["checks"])).scalars().first()
        paper = session.core(select(p.c.id).where(p.c.subject == numbers["clues"])).scalars().first()
    for url in (f"/files/{file_id}", f"/papers/{paper}.docx"):
        answer = http.get(url)
        assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer.headers["Content-Security-Policy"] and faults(url, answer) == []


# ── no POST without its token (G19) ──
def posts(app: Flask, numbers: dict[str, str]) -> list[str]:
    """Every address that takes a POST."""
    verbs = [v for r in REGISTERS.values() for v in r.verbs.values() if v.creates and v.under]
    under = {f"{v.register.root}do/{v.name}": f"?under={numbers[v.under.name]}" for v in verbs if v.under}
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            own = [r for r in REGISTERS.values() if rule.rule.startswith(r.root)]
            register = max(own, key=lambda r: len(r.root)).name if own else "clues"  # one stands below another
            verb = getattr(app.view_functions[rule.endpoint], "verb", None)
            under = f"?under={numbers[verb.under.name]}" if verb and verb.under else ""
            found.append(rule.rule.replace("<number>", numbers[register]) + under)
    return found


def digest(stage: Stage, *but: str) -> dict[str, str]:
    """Table → a digest of all its rows."""
    with stage.session() as session:
        told = {}
        for table in db.metadata.sorted_tables:
            if table.name not in but:
                rows = session.core(select(table).order_by(*table.primary_key.columns)).all()
                told[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        return told


def whole(app: Flask, url: str) -> dict[str, Any]:
    """A filled form, if the address is a verb's: only the token is missing."""
    for r in REGISTERS.values():
        for v in r.verbs.values():
            if url.startswith(r.root) and url.partition("?")[0].endswith(f"/do/{v.name}"):
                return stages.pairs(stages.given(v.full)) | {"version": "1", "once": ""}
    return {"login": "office", "password": PASSWORD, "narrative": "x"}


@pytest.mark.parametrize("login", ["office", "office_head", "officer", "operator", "discipline"])
def test_no_post_is_taken_without_a_token_of_ones_own(
    app: Flask, sign_in: Open, stage: Stage, numbers: dict[str, str], login: str
) -> None:
    mine, theirs = sign_in(login), sign_in("leader")
    _action, other = (
        theirs.form("/messages") if theirs.get("/messages").soup.select("main form[method=post]") else ("", {})
    )
    foreign = other.get("csrf_token") or str(theirs.get("/").soup.select("[name=csrf_token]")[0]["value"])
    before = digest(stage, "access")
    for i, url in enumerate(posts(app, numbers)):
        for token, headers in _forged(foreign, i, every=EVERY or login == "office"):
            answer = mine.http.post(url, data=stages.streams(whole(app, url) | token), headers=headers)
            assert answer.status_code == 400, f"{url} {token} {headers}: {answer.status_code}"
    assert digest(stage, "access") == before


def _forged(foreign: str, turn: int, *, every: bool) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Wrong tokens and headers: each with each, or each token with one of the headers, by turns."""
    heads = ({}, {"HX-Request": "true"}, {"Origin": "https://evil.example", "Referer": "https://evil.example/"})
    for i, token in enumerate(({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": foreign})):
        yield from ((token, head) for head in (heads if every else (heads[(turn + i) % 3],)))


def test_the_token_is_asked_of_every_address(app: Flask) -> None:
    assert app.config.get("WTF_CSRF_ENABLED", True) and app.config.get("WTF_CSRF_CHECK_DEFAULT", True)
    protect = app.extensions["csrf"]
    assert not protect._exempt_views and not protect._exempt_blueprints


def test_a_token_from_before_the_sign_in_is_worth_nothing_after_it(app: Flask, numbers: dict[str, str]) -> None:
    client = Client(app)
    _action, before = client.form("/login")
    client.sign_in("officer")
    data = whole(app, f"/clues/{numbers['clues']}/do/conclude") | {"csrf_token": before["csrf_token"]}
    assert client.http.post(f"/clues/{numbers['clues']}/do/conclude", data=data).status_code == 400


# ── GET changes nothing but `access` ──
def test_no_get_changes_anything_but_the_record_of_looks(sign_in: Open, stage: Stage, numbers: dict[str, str]) -> None:
    """Every page that the roles can reach, every form of every verb, by GET and by HEAD.

    Who is refused a form, which is before anything is asked of it, asks in one of the four ways by turns, so that each
    way to each verb is refused to some; in all with EVERY=1 in the environment. Not a rule of the database: what a GET
    may write is refused by core/sight.py, to which tests/security/test_leaks.py goes on both engines.
    """
    people = {
        login: sign_in(login)
        for login in (
            "operator",
            "officer",
            "unit_head",
            "office",
            "office_head",
            "deputy_head",
            "leader",
            "discipline",
            "auditor",
        )
    }
    stage.do("office", "clues.urge", stage.clue("checking"))  # something new for everybody, not yet looked at
    stage.tip("triage"), stage.tip("excerpt"), stage.matter()
    before, looks = digest(stage, "access"), _looks(stage)
    for i, who in enumerate(people.values()):
        crawl(who.http, most=50)
        for j, v in enumerate(v for r in REGISTERS.values() for v in r.verbs.values()):
            root = v.register.root
            url = (
                f"{root}do/{v.name}?under={numbers['clues']}"
                if v.creates
                else f"{root}{numbers[v.register.name]}/do/{v.name}"
            )
            more = f"{url}{'&' if '?' in url else '?'}"
            ways = (("GET", url), ("GET", f"{more}paper=1"), ("GET", f"{more}draft=1"), ("HEAD", url))
            method, address = ways[(i + j) % 4]
            if who.http.open(address, method=method).status_code not in (403, 404) or EVERY:
                for way, other in ways:
                    who.http.open(other, method=way)
    after = digest(stage, "access")
    assert [table for table in after if after[table] != before[table]] == []
    assert _looks(stage) > looks, "and what was seen is on record"


def _looks(stage: Stage) -> int:
    with stage.session() as session:
        return int(session.core(text("SELECT count(*) FROM access")).scalar_one())


# ── headers of a request open no other door ──
def _said(answer: TestResponse) -> set[str]:
    """What can be read in it, without figures: a print counts itself."""
    html = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", answer.get_data(as_text=True), flags=re.DOTALL)
    return {re.sub(r"\d+", "#", words.strip()) for words in re.split(r"<[^>]*>", html) if words.strip()}


@pytest.mark.parametrize("login", ["operator", "officer", "office", "discipline"])
def test_htmx_hears_nothing_that_the_page_does_not_say(sign_in: Open, login: str) -> None:
    """A fragment is a part of its page; boosted or out of the history it is the page; HEAD is its head alone."""
    http, opened = sign_in(login).http, {}
    crawl(http, most=30, look=lambda url, answer: opened.setdefault(url, answer))
    whole_pages = {url: page for url, page in opened.items() if b"<!doctype" in page.data[:99].lower()}
    assert len(whole_pages) > 5
    parts = 0
    for url, page in whole_pages.items():
        for target in ("next", "list", "nothing-of-ours"):
            part = http.get(url, headers={"HX-Request": "true", "HX-Target": target})
            assert part.status_code == page.status_code, f"{url} {target}"
            parts += b"<!doctype" not in part.data[:99].lower()
            if not url.endswith("/receipt"):  # what stands under a receipt is asked for after the page
                assert _said(part) <= _said(page), f"{url} {target}: {_said(part) - _said(page)}"
        for kind in ("HX-Boosted", "HX-History-Restore-Request"):
            again = http.get(url, headers={"HX-Request": "true", "HX-Target": "list", kind: "true"})
            assert _said(again) == _said(page), f"{url} {kind}"
        head = http.head(url)
        assert head.data == b"" and head.status_code == page.status_code, url
    assert parts > 2, "and there are fragments"


# ── behind the bureau's own web server ──
@pytest.mark.parametrize(
    ("near", "told", "secure"),
    [
        ("127.0.0.1", "https", True),
        ("127.0.0.1", "http", False),
        ("127.0.0.1", None, False),
        ("10.1.2.3", "https", False),
    ],
)
def test_over_tls_the_cookie_stays_on_tls(app: Flask, near: str, told: str | None, secure: bool) -> None:
    headers = {"X-Forwarded-Proto": told} if told else {}
    answer = app.test_client().get("/login", headers=headers, environ_overrides={"REMOTE_ADDR": near})
    assert ("Secure" in answer.headers["Set-Cookie"]) == secure


@pytest.mark.parametrize(("near", "seen"), [("127.0.0.1", "10.9.9.9"), ("10.1.2.3", "10.1.2.3")])
def test_the_address_of_a_caller_is_what_our_own_web_server_says(app: Flask, near: str, seen: str) -> None:
    heard: list[str | None] = []
    remember = app.before_request_funcs.setdefault(None, [])
    remember.append(lambda: heard.append(request.remote_addr))
    try:
        headers = {"X-Forwarded-For": "10.8.8.8, 10.9.9.9"}
        app.test_client().get("/login", headers=headers, environ_overrides={"REMOTE_ADDR": near})
    finally:
        remember.pop()
    assert heard == [seen]
