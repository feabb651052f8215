"""G22: query codes and tokens are drawn from `secrets`, kept as keyed digests, tried five times a number and day; an
absent number and a wrong code are answered alike; neither stands in an address or a log.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import keyring, vault
from portal.extensions import db
from portal.intake import actions
from portal.intake.models import Receipt
from tests.architecture.test_frozen import PORTAL, imports, name
from tests.conftest import Clock
from tests.core.seeded import statements
from tests.flow.test_walk import CALL
from tests.pages import Client, Page
from tests.security.crawl import same
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
SignIn = Callable[[str], Client]
R = Receipt.__table__
WRONG, ABSENT = "22223333", "JB-2026-999999"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def operator(app: Flask, stage: Stage, sign_in: SignIn) -> Client:
    return sign_in("operator")


def call(operator: Client, **more: Any) -> tuple[str, str]:
    """(number, code) of a new call."""
    action, data = operator.form("/intake/calls/new", **(CALL | more))
    there = operator.post(action, data).location
    return there.split("/")[2], str(operator.get(there).soup.select("[data-code]")[0]["data-code"])


def ask(operator: Client, number: str, code: str) -> Page:
    action, data = operator.form("/intake/ask", number=number, code=code)
    return Page("/intake/ask", operator.http.post(action, data=data), "operator")


def test_chance_is_drawn_by_the_sample_bureau_alone() -> None:
    drawn = {name(path) for path in PORTAL for module, _ in imports(path) if module.split(".")[0] == "random"}
    assert {path.split("/")[1] for path in drawn} <= {"sample"}
    assert all("random" not in {n for m, n in imports(path) if m in ("numpy", "os")} for path in PORTAL)


def test_codes_and_tokens_come_from_secrets() -> None:
    drawers = ("choice", "token_hex", "token_urlsafe", "token_bytes", "randbelow", "uuid4", "uuid1")
    found = {(m, n) for path in PORTAL if "sample" not in path.parts for m, n in imports(path) if n in drawers}
    assert {m for m, _n in found} == {"secrets"}
    assert actions.choice is secrets.choice


def test_a_code_has_forty_bits_and_no_sign_that_sounds_like_another() -> None:
    assert len(set(actions.LETTERS)) ** 8 > 2**38
    assert not set("01OIL") & set(actions.LETTERS)


def test_a_code_is_kept_as_a_digest_under_the_vaults_key(stage: Stage, operator: Client) -> None:
    """Bound to its number; nobody without the key can try all codes against it."""
    number, code = call(operator)
    operator.do(f"/intake/{number}", "excerpt")
    with stage.session() as session:
        kept = session.core(select(R).where(R.c.number == number)).one()
        with stage.app.app_context():
            assert kept.code_digest == vault.digest(f"code {number} {code}") != vault.digest(f"code {ABSENT} {code}")
            bare = (code, f"{number} {code}", f"code {number} {code}")
            assert kept.code_digest not in {hashlib.sha256(t.encode()).hexdigest() for t in bare}
            assert len(keyring.digest_key()) == 32
        assert kept.code_sealed is None, "read out, it is sealed nowhere either"
    done = stage.app.test_cli_runner().invoke(args=["vault", "scan", code])
    assert done.exit_code == 0, done.output


def test_two_numbers_have_two_codes(operator: Client) -> None:
    assert len({call(operator)[1] for _ in range(4)}) == 4


def test_the_sixth_try_of_a_day_is_refused_though_it_is_right(operator: Client, clock: Clock, sign_in: SignIn) -> None:
    clock.to("2026-11-24 10:00")
    number, code = call(operator)
    spelt = (number, number.lower(), f" {number} ", "".join(chr(ord(c) + 0xFEE0) for c in number), number)
    for way in spelt:  # the same number, however it is written
        assert "不符" in ask(operator, way, WRONG).text
    for client in (operator, sign_in("operator")):
        page = ask(client, number, code)
        assert page.status == 422 and "试错五次" in page.text and "已受理" not in page.text
    clock.to("2026-11-24 23:59")
    assert "试错五次" in ask(operator, number, code).text
    clock.to("2026-11-25 00:01")
    assert "已受理" in ask(sign_in("operator"), number, code).text


def test_a_right_code_costs_no_try_and_others_are_not_blocked(operator: Client) -> None:
    (one, code), (other, its) = call(operator), call(operator)
    for _ in range(7):
        assert "已受理" in ask(operator, one, code).text
    for _ in range(6):
        ask(operator, other, WRONG)
    assert "试错五次" in ask(operator, other, its).text
    assert "已受理" in ask(operator, one, code).text


def test_an_absent_number_and_a_wrong_code_are_answered_alike(operator: Client) -> None:
    """By words, length, status and statements, from the first try to the last; a matter's number too."""
    number, sealed = call(operator)[0], call(operator, names_official="是")[0]
    told: dict[str, list[Any]] = {}
    for asked in (number, ABSENT, sealed):
        for _ in range(7):
            action, data = operator.form("/intake/ask", number=asked, code=WRONG)
            with operator.http.application.app_context(), statements() as said:
                answer = operator.http.post(action, data=data)
            text = re.sub(r"JB-2026-\d{6}", "□", same(answer.data))
            told.setdefault(asked, []).append((answer.status_code, text, len(answer.data), tuple(said)))
    assert told[number] == told[ABSENT] == told[sealed]
    assert len({len(t[3]) for t in told[number]}) == 2, "while tries are left, and when they are used up"


def test_a_right_code_is_answered_alike_whatever_the_number_holds(operator: Client) -> None:
    told = []
    for official in ("否", "是"):
        number, code = call(operator, names_official=official)
        action, data = operator.form("/intake/ask", number=number, code=code)
        with operator.http.application.app_context(), statements() as said:
            answer = operator.http.post(action, data=data)
        text = re.sub(r"adds=[^\"]*", "", re.sub(r"JB-2026-\d{6}", "□", same(answer.data)))
        told.append((answer.status_code, text, tuple(said)))
    assert told[0] == told[1]
    assert not [s for s in told[1][2] if "umbrella" in s or "tips" in s]


def test_a_code_stands_in_no_address_log_or_look(
    stage: Stage, operator: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number, code = call(operator)
    page = ask(operator, number, code)
    assert page.status == 200 and "Location" not in page.answer.headers
    assert not [a for a in re.findall(r'(?:href|action|hx-\w+)="([^"]*)"', page.html) if code in a or number in a]
    nothing = operator.get(f"/intake/ask?number={number}&code={code}")
    assert "已受理" not in nothing.text, "an address asks nothing"
    for shown in (code, f"{code[:4]} {code[4:]}"):
        assert shown not in caplog.text
        with stage.session() as session:
            for t in db.metadata.sorted_tables:
                assert shown not in str(session.core(select(t)).all()), t.name
    folder: Path = stage.app.config["SETTINGS"].instance
    assert not [p for p in folder.rglob("*.log") if code in p.read_text(errors="replace")]


def test_the_code_is_shown_for_half_an_hour_and_never_after_the_excerpt(operator: Client, clock: Clock) -> None:
    clock.to("2026-11-24 11:00")
    number, code = call(operator)
    assert code in operator.get(f"/intake/{number}/receipt").html
    clock.forward(minutes=31)
    assert code not in operator.get(f"/intake/{number}/receipt").html
