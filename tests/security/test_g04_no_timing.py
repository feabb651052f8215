"""G4: nothing is told by the time an answer takes. What is unseen and what is absent send the same statements to the
database, an outsider's question reaches no table of umbrella, and how common a word is elsewhere is never felt.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import lists, search
from portal.core.files import Upload
from portal.core.register import REGISTERS
from portal.extensions import db
from portal.sample.seed import MEASURED, RAREST
from tests import cast, engines
from tests.core import seeded
from tests.core.seeded import seen_by, statements
from tests.engines import Engine, Place
from tests.pages import Client
from tests.security.attached import attach
from tests.security.crawl import same, whole
from tests.verbs.situations import make
from tests.verbs.stage import PNG, Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
OUTSIDERS = ("officer2", "operator", "office", "discipline2")
UNSEEN = 2  # records of each register that are asked for: each way of one of them, by turns
OF_A_KIND = 2  # files of each register: more hang there from more states, which nobody asks who asks for a file
EVERY = bool(os.environ.get("EVERY"))
TOUCHES = re.compile(r"\bumbrella_\w+")
NUMBER = re.compile(r"-\d{4}-(?<=\b[A-Z]{2}-\d{4}-)\d{4,6}\b")


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def numbers(stage: Stage) -> dict[str, list[str]]:
    """Records of every register in every state."""
    return {register: list(by_name.values()) for register, by_name in make(stage).items()}


def absent(register: str) -> str:
    r = REGISTERS[register]
    return f"{r.prefix}-2026-{'9' * r.digits}"


def addresses(app: Flask, register: str, number: str) -> Iterator[str]:
    """Every address that has the number of such a record in it, be it a page, a form, a print or a download; and its
    list as a file, searched for it.
    """
    root = REGISTERS[register].root
    for rule in app.url_map.iter_rules():
        if "number" not in rule.arguments or "GET" not in (rule.methods or ()):
            continue
        owners = [r for r in REGISTERS.values() if rule.rule.startswith(r.root)]
        if owners and max(owners, key=lambda r: len(r.root)).root == root:
            yield re.sub(r"<\w+:\w+>", "0", rule.rule).replace("<number>", number).replace("<file_id>", "0" * 32)
    for v in (v for r in REGISTERS.values() for v in r.verbs.values() if v.under is REGISTERS[register] and v.who):
        yield f"{v.register.root}do/{v.name}?under={number}"
    yield from (f"{root}{number}?format=xlsx", f"/search?q={number}")
    if REGISTERS[register].sorts:
        yield from (f"{root}?format=xlsx&tab=all&q={number}", f"{root}?q={number}")


def told(http: Any, app: Flask, url: str, *, hx: bool = False, method: str = "GET") -> tuple[Any, ...]:
    """Status, words, length, statements. Of a look that is refused the number is kept, which is a parameter."""
    headers = {"HX-Request": "true", "HX-Target": "next"} if hx else {}
    with app.app_context(), statements() as said:
        answer = http.open(url, method=method, headers=headers)
    size = 0 if "xlsx" in url else len(answer.data)  # a file is packed at its moment
    return answer.status_code, NUMBER.sub("□", same(whole(answer))), size, tuple(said)


@pytest.mark.parametrize("login", cast.cases(OUTSIDERS, "officer2", "discipline2"))
def test_what_is_unseen_sends_the_statements_of_what_is_absent(
    app: Flask, numbers: dict[str, list[str]], sign_in: Callable[[str], Client], login: str
) -> None:
    http, compared = sign_in(login).http, 0
    for register, there in numbers.items():
        nothing: dict[tuple[str, bool], Any] = {}
        unseen = [n for n in there if http.get(f"{REGISTERS[register].root}{n}").status_code == 404]
        for k, number in enumerate(unseen[:UNSEEN]):
            for i, url in enumerate(addresses(app, register, number)):
                if (i + k + OUTSIDERS.index(login)) % 2 and len(unseen) > 1 and not EVERY:
                    continue
                hx = bool(i // 2 % 2)
                none = url.replace(number, absent(register))
                if (none, hx) not in nothing:
                    told(http, app, none, hx=hx)  # what is built once and kept is built now
                    nothing[none, hx] = told(http, app, none, hx=hx)
                if _of_every_number(url):
                    continue
                if "q=" in url:
                    told(http, app, url, hx=hx)
                found = told(http, app, url, hx=hx)
                assert found == nothing[none, hx], f"{login} {url}"
                compared += 1
                if login != "discipline2":
                    assert not [s for s in found[3] if TOUCHES.search(s)], f"{login} {url}"
    assert compared > 25  # of half the addresses


def _of_every_number(url: str) -> bool:
    """The receipt is seen by who may open receipts, whatever became of the number: tip, matter, void (G22)."""
    return url.endswith("/receipt")


@pytest.mark.parametrize("login", cast.cases(OUTSIDERS, "officer2", "discipline2"))
def test_a_file_or_paper_of_what_is_unseen_is_like_one_that_is_not_there(
    app: Flask, stage: Stage, numbers: dict[str, list[str]], sign_in: Callable[[str], Client], login: str
) -> None:
    """By its id, which nobody can guess, and whichever register it hangs on."""
    tip = stage.tip("triage")
    with app.test_request_context():
        attach(stage, tip, Upload.of("a.png", "image/png", PNG))
    urls: dict[str, list[tuple[str, str]]] = defaultdict(list)  # by the register that they hang on
    with stage.session() as session:
        for prefix, root in (("", ""), ("umbrella_", "/umbrella")):
            f, p = (db.metadata.tables[f"{prefix}{t}"] for t in ("files", "papers"))
            for i, of in session.core(select(f.c.id, f.c.number)):
                for end in ("", "/view"):
                    urls[f"{of[:2]}{end}"].append((f"{root}/files/{i}{end}", f"{root}/files/{'0' * 32}{end}"))
            for i, of in session.core(select(p.c.id, p.c.subject)):
                for end in ("docx", "json"):
                    urls[f"{of[:2]}.{end}"].append((f"{root}/papers/{i}.{end}", f"{root}/papers/99999.{end}"))
    http, compared = sign_in(login).http, 0
    for kind in urls.values():
        left = len(kind) if EVERY else OF_A_KIND
        for url, none in kind:
            found = told(http, app, url) if left else (200,)
            if found[0] == 200:
                continue
            told(http, app, none)
            assert found == told(http, app, none), f"{login} {url}"
            compared, left = compared + 1, left - 1
            if login != "discipline2":
                assert not [s for s in found[3] if TOUCHES.search(s)], f"{login} {url}"
    assert compared > 5


# ── words ──
@pytest.fixture(scope="module")
def many(engine: Engine, empty: Place, worker_id: str) -> Iterator[Flask]:
    """A database with a thousand clues, of which one squad sees a hundred."""
    copies = seeded.fresh(engine, empty, f"g04-{worker_id}")
    with engines.started(next(copies)) as started:
        yield started
    next(copies, None)


def asked(word: str, login: str) -> tuple[list[str], int]:
    """(what went to the database, how many rows the list has)."""
    session = seen_by(login)
    everything = lists.read(REGISTERS["clues"], {})
    size = lists.count(session, everything)
    with statements() as said:
        lists.page(session, lists.read(REGISTERS["clues"], {"q": word}))
    return said, size


WORDS = [*MEASURED, RAREST, "鼐鬯", "鬯", "。"]


@pytest.mark.parametrize("word", WORDS)
def test_a_unit_never_asks_the_full_text(many: Flask, word: str) -> None:
    """Its rows are walked whole: from the time nobody feels how common a word is elsewhere."""
    with many.test_request_context():
        said, _size = asked(word, "bench_officer")
        assert said and not [s for s in said if "clues_words" in s]


@pytest.mark.parametrize("login", seeded.SCOPES)
def test_a_list_as_long_as_the_bound_is_walked_whole_and_a_longer_one_asks_the_full_text(
    many: Flask, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    assert search.WHOLE == 20_000
    with many.test_request_context():
        size = asked(RAREST, login)[1]
        assert size > 40
        monkeypatch.setattr(search, "WALK", 20)
        for bound, full_text in ((size, False), (size - 1, True)):
            monkeypatch.setattr(search, "WHOLE", bound)
            said = asked(RAREST, login)[0]
            assert bool([s for s in said if "clues_words" in s]) is full_text


def test_a_word_that_others_have_asks_what_a_word_of_nobody_asks(many: Flask) -> None:
    """In a squad's list: the same statements for one that stands in a hundred clues of other units as for none."""
    with many.test_request_context():
        own = [r.search_text for r in seeded.everything() if r.unit_id == seen_by("bench_officer").actor.unit_id]
        words = {w for r in seeded.everything() for w in search.windows(r.search_text) if len(w) == 2}
        elsewhere = sorted(w for w in words if not any(w in t for t in own))[:5]
        assert elsewhere
        nothing = asked("鼐鬯", "bench_officer")[0]
        assert all(asked(w, "bench_officer")[0] == nothing for w in elsewhere)
