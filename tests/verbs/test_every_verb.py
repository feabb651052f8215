"""docs/verbs.md is held: every verb × role × state × own and other unit, by GET and POST, with HTMX and without.

A POST that is allowed is performed to its last step and then undone, so that one row serves all its cases. Each case
asks once with HTMX's headers and once without. Where no state can change the answer (404, or never this role's work) two
rows are asked, one by GET and one by POST, and an outsider, for whom no row is even looked for, once a verb; all rows
with EVERY=1 in the environment. A test is a person and a verb, and tells of all rows that were answered otherwise: to
begin a test for each row took as long as to ask.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from portal.core import trail
from portal.core.register import REGISTERS, Verb
from portal.extensions import db
from tests import cast
from tests.pages import Client, Page
from tests.verbs import stage, table
from tests.verbs.situations import CLOSED, SITUATIONS, make
from tests.verbs.stage import Stage
from tests.verbs.table import Rule, Situation, Someone

PEOPLE = {p.login: Someone(p.login, p.roles[0], p.unit) for p in cast.PEOPLE}
ASKED = [p for p in PEOPLE.values() if p.login not in ("below", "office2", "discipline3")]
SIGNERS = [PEOPLE[n] for n in ("office", "office2", "office_head", "deputy_head", "officer", "officer2", "auditor")]
EVERY = bool(os.environ.get("EVERY"))
BOTH_ENGINES = {"officer2", "unit_head", "office"}
MADE = re.compile(r'="(?:(?<=nonce=")|(?<=value="))[^"]*"')  # anew for each answer


# ── asking ──
class Undone(Exception):
    """The act was allowed and performed, all but the commit."""


class Asker:
    """Asks as everybody at once; keeps what an absent record answers, to be compared."""

    def __init__(self, app: Flask) -> None:
        self.app, self.stage = app, Stage(app)
        self.numbers = make(self.stage)
        self.statements: list[str] = []
        self.browsers: dict[str, FlaskClient] = {}
        self.absent: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self.versions = {n: self._version(r, n) for r, by_name in self.numbers.items() for n in by_name.values()}
        app.config["WTF_CSRF_ENABLED"] = False  # the token has a test of its own
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        self.statements.append(statement)

    def _version(self, register: str, number: str) -> int:
        with self.stage.session() as session:
            t = REGISTERS[register].model.__table__
            version: int = session.core(select(t.c.version).where(t.c.number == number)).scalar()
            return version

    def browser(self, login: str) -> FlaskClient:
        if login not in self.browsers:
            self.browsers[login] = Client(self.app).sign_in(login).http
        return self.browsers[login]

    def ask(self, login: str, method: str, url: str, data: Any = None, *, hx: bool = False) -> TestResponse | None:
        """The answer; None if an act was performed (and undone)."""
        browser = self.browser(login)
        self.statements.clear()
        headers = {"HX-Request": "true", "HX-Target": "next"} if hx else {}
        try:
            return browser.open(url, method=method, data=stage.streams(data), headers=headers)
        except Undone:
            return None

    def told(self, answer: TestResponse) -> tuple[Any, ...]:
        """What of a 404 anybody could compare: status, headers, page without its nonce and token, length, statements."""
        kept = {k: v for k, v in answer.headers.items() if k not in ("Set-Cookie", "Content-Security-Policy", "Date")}
        body = MADE.sub("", answer.get_data(as_text=True))
        return answer.status_code, kept, body, len(answer.data), tuple(self.statements)

    def nothing(self, key: tuple[Any, ...], *asked: Any, **how: Any) -> tuple[Any, ...]:
        """What an absent number answers to the same question."""
        if key not in self.absent:
            answer = self.ask(*asked, **how)
            assert answer is not None
            self.absent[key] = self.told(answer)
        return self.absent[key]


@pytest.fixture(scope="module")
def asker(app: Flask) -> Iterator[Asker]:
    made = Asker(app)
    with pytest.MonkeyPatch.context() as patch:

        def stop(*_: Any) -> None:
            raise Undone

        patch.setattr(trail, "append", stop)
        yield made


def absent(register: str) -> str:
    """A number of the series that nobody was given."""
    r = REGISTERS[register]
    return f"{r.prefix}-2026-{'9' * r.digits}"


def verb_of(full: str) -> Verb:
    register, _, name = full.partition(".")
    return REGISTERS[register].verbs[name]


def url_of(verb: Verb, number: str) -> str:
    root = verb.register.root
    return f"{root}do/{verb.name}?under={number}" if verb.under else f"{root}{number}/do/{verb.name}"


def sent(asker: Asker, rule: Rule, row: Situation) -> dict[str, Any]:
    """The whole form, as the person who may would send it."""
    clue, tip = asker.numbers["clues"]["核查中"], asker.numbers["intake"]["已立线索"]
    others = {"intake.join": {"into": clue}, "intake.set_apart": {"other": clue}, "intake.put_back": {"other": clue}}
    more: dict[str, str] = (
        others | {"intake.supplement": {"other": tip}, "merges.make": {"other": asker.numbers["parties"]["另一方"]}}
    ).get(rule.verb, {})
    if rule.verb == "accountability.amend" and row.name == "表扬纪检":
        more = {"measure": "通报表扬"}  # praise stays praise
    number = asker.numbers[row.register][row.name]
    return stage.pairs(stage.given(rule.verb)) | more | {"version": str(asker.versions[number]), "once": ""}


Asked = tuple[Situation, int, str, bool]  # a row, the answer to expect, the method, whether HTMX asks


def cases() -> Iterator[Any]:
    for rule in table.rules():
        for j, who in enumerate(ASKED):
            marks = [pytest.mark.database] if who.login in BOTH_ENGINES else []
            yield pytest.param(who, rule, list(_asked(who, rule, j)), id=f"{who.login} {rule.verb}", marks=marks)


def _asked(who: Someone, rule: Rule, j: int) -> Iterator[Asked]:
    rows = [row for row in SITUATIONS if row.register == rule.register]
    start = (j + len(rule.verb)) % len(rows)
    for i, row in enumerate(_some_of([*rows[start:], *rows[:start]], who, rule)):
        answer = table.expected(who, rule, row, CLOSED)
        ways = (("GET", (i + j) % 2 == 0), ("POST", (i + j) % 2 == 1))
        for method, hx in ways[i % 2 :][:1] if _never(who, rule, answer) else ways:
            yield row, answer, method, hx


def _never(who: Someone, rule: Rule, answer: int) -> bool:
    """Whether no state of the row could change the answer: it is not seen, or the verb is never this role's work."""
    return answer == 404 or not rule.cells.get(who.role)


def _some_of(rows: list[Situation], who: Someone, rule: Rule) -> list[Situation]:
    """All rows on which the answer hangs; of those on which it doesn't two (one of a register that is not there)."""
    if EVERY:
        return rows
    enough = 2 if who.role in table.sight()[rule.register] else 1
    chosen, alike = [], 0
    for row in rows:
        never = _never(who, rule, table.expected(who, rule, row, CLOSED))
        if not never or alike < enough:
            chosen.append(row)
        alike += never
    return chosen


@pytest.mark.parametrize(("who", "rule", "asked"), list(cases()))
def test_the_table_is_held(asker: Asker, who: Someone, rule: Rule, asked: list[Asked]) -> None:
    assert not (told := [*filter(None, (_otherwise(_answered, asker, who, rule, *one) for one in asked))]), "\n".join(
        told
    )


def _otherwise(proof: Callable[..., None], asker: Asker, who: Someone, *asked: Any) -> str:
    """What the proof says of this case; empty if it holds."""
    try:
        proof(asker, who, *asked)
    except AssertionError as fault:
        return f"{[one.name if isinstance(one, Situation) else one for one in asked[1:]]}: {fault}"
    return ""


def _answered(asker: Asker, who: Someone, rule: Rule, row: Situation, answer: int, method: str, hx: bool) -> None:
    verb, number = verb_of(rule.verb), asker.numbers[row.register][row.name]

    def ask(number: str) -> tuple[Any, ...]:  # a file is read once
        return who.login, method, url_of(verb, number), sent(asker, rule, row) if method == "POST" else None

    got = asker.ask(*ask(number), hx=hx)
    if answer == 200:
        assert (got is None) if method == "POST" else (got is not None and got.status_code == 200), _why(got)
        return
    assert got is not None, "it was performed"
    assert got.status_code == answer, _why(got)
    if answer == 404:
        found = asker.told(got)
        assert found == asker.nothing((who.login, rule.verb, method, hx), *ask(absent(row.register)), hx=hx)
        if who.role not in table.sight()[row.register]:
            assert not re.search(rf"\b{verb.register.model.__tablename__}\b", " ".join(found[-1]))
    elif answer == 403:
        assert "本步由" in _main(got) and rule.label not in _heading(got)
    else:
        assert row.state in _main(got) and "<button" not in _main(got)


def _why(got: TestResponse | None) -> str:
    return "performed" if got is None else f"{got.status_code}: {_main(got)[:600]}"


def _main(got: TestResponse) -> str:
    """The main part; of a fragment all of it."""
    html = got.get_data(as_text=True)
    found = re.search(r"<main.*?</main>", html, re.DOTALL)
    return found[0] if found else html


def _heading(got: TestResponse) -> str:
    found = re.search(r"<h1.*?</h1>", got.get_data(as_text=True), re.DOTALL)
    return found[0] if found else ""


# ── the record page ──
def pages() -> Iterator[Any]:
    for register in dict.fromkeys(row.register for row in SITUATIONS):
        rows = [row for row in SITUATIONS if row.register == register]
        for who in ASKED:
            marks = [pytest.mark.database] if who.login in BOTH_ENGINES else []
            yield pytest.param(who, register, rows, id=f"{who.login} opens {register}", marks=marks)


@pytest.mark.parametrize(("who", "register", "rows"), list(pages()))
def test_the_record_offers_exactly_what_can_be_done(
    asker: Asker, who: Someone, register: str, rows: list[Situation]
) -> None:
    assert not (told := [*filter(None, (_otherwise(_offers, asker, who, register, row) for row in rows))]), "\n".join(
        told
    )


def _offers(asker: Asker, who: Someone, register: str, row: Situation) -> None:
    root = REGISTERS[register].root
    url = f"{root}{asker.numbers[register][row.name]}"
    got = asker.ask(who.login, "GET", url)
    assert got is not None
    if not table.sees(who, row):
        found = asker.told(got)
        assert found == asker.nothing((who.login, register, "record"), who.login, "GET", f"{root}{absent(register)}")
        return
    page = Page(url, got, who.login)
    page.check()
    assert got.status_code == 200
    rules = (r for r in table.rules() if r.register == register)
    offered = {r.verb.partition(".")[2] for r in rules if table.expected(who, r, row, CLOSED) == 200}
    assert set(page.verbs) == offered
    for name, address in page.verbs.items():
        assert address.endswith((f"/do/{name}", f"/do/{name}?under={page.number}"))


# ── what has no row ──
def starts() -> Iterator[Any]:
    for verb, _label, roles in table.sections()["What begins a matter"][1:]:
        for who in ASKED:
            register = verb.partition(".")[0]
            may = who.role in roles.split(", ")
            answer = 200 if may else 403 if who.role in table.sight()[register] else 404
            yield pytest.param(who, verb, answer, id=f"{who.login} {verb} → {answer}")


@pytest.mark.database
@pytest.mark.parametrize(("who", "verb", "answer"), list(starts()))
def test_a_matter_is_begun_by_its_role(asker: Asker, who: Someone, verb: str, answer: int) -> None:
    v = verb_of(verb)
    url, data = v.page or f"{v.register.root}do/{v.name}", stage.pairs(stage.given(verb)) | {"version": "", "once": ""}
    if who.login == "personnel" and "second_id" in data:
        data["second_id"] = str(stage.PERSON["discipline"])  # nobody is his own second handler
    if "to" in v.given.__dataclass_fields__:
        data["to"] = asker.numbers["intake"]["待研判"]  # 补存: to a number that is there
    for hx in (False, True):
        got = asker.ask(who.login, "GET", url, hx=hx)
        assert got is not None and got.status_code == answer, _why(got)
        got = asker.ask(who.login, "POST", url, data, hx=hx)
        assert (got is None) if answer == 200 else (got is not None and got.status_code == answer), _why(got)


def papers() -> Iterator[Any]:
    for verb, recorders, _signers, _undone in table.sections()["What a leader signed on paper"][1:]:
        role, _, words = recorders.partition(": ")
        rule = next(r for r in table.rules() if r.verb == verb)
        on_paper = Rule(rule.register, verb, rule.label, rule.states, {role: (words,)})
        for row in SITUATIONS:
            for who in SIGNERS:
                if row.register == rule.register:
                    answer = table.expected(who, on_paper, row, CLOSED)
                    yield pytest.param(
                        who, on_paper, row, answer, id=f"{who.login} records {verb} in {row.name} → {answer}"
                    )


@pytest.mark.parametrize(("who", "rule", "row", "answer"), list(papers()))
def test_what_was_signed_on_paper_is_recorded_by_its_people(
    asker: Asker, who: Someone, rule: Rule, row: Situation, answer: int
) -> None:
    url = url_of(verb_of(rule.verb), asker.numbers[row.register][row.name]) + "?paper=1"
    got = asker.ask(who.login, "GET", url)
    assert got is not None and got.status_code == answer, _why(got)
    got = asker.ask(who.login, "POST", url, sent(asker, rule, row))
    assert got is not None and got.status_code == (422 if answer == 200 else answer), _why(got)


def many() -> Iterator[Any]:
    for verb, roles in table.sections()["Many at once"][1:]:
        for who in ASKED:
            seen = table.sight()[verb.partition(".")[0]]
            answer = 200 if who.role in roles.split(", ") else 403 if who.role in seen else 404
            yield pytest.param(who, verb, answer, id=f"{who.login} {verb} on many → {answer}")


@pytest.mark.parametrize(("who", "verb", "answer"), list(many()))
def test_many_at_once_are_for_the_same_people(asker: Asker, who: Someone, verb: str, answer: int) -> None:
    v = verb_of(verb)
    url = f"{v.register.root}do/{v.name}"
    number = asker.numbers[v.register.name][{"clues": "待签收"}.get(v.register.name, "待接受")]
    for row in (number, absent(v.register.name)):
        got = asker.ask(who.login, "GET", f"{url}?row={row}:1")
        assert got is not None and got.status_code == answer, _why(got)
    data = stage.pairs(stage.given(verb)) | {"once": "", "version": "", "row": f"{number}:{asker.versions[number]}"}
    got = asker.ask(who.login, "POST", url, data)
    assert (got is None) if answer == 200 else (got is not None and got.status_code == answer), _why(got)


@pytest.mark.parametrize("verb", [row[0] for row in table.sections()["What nobody does by himself"][1:]])
def test_what_nobody_does_by_himself_has_no_address(asker: Asker, verb: str) -> None:
    v = verb_of(verb)
    number = next(iter(asker.numbers.get(v.register.name, asker.numbers["clues"]).values()))
    for login in ("office", "office_head", "discipline", "sysadmin"):
        for url in (f"{v.register.root}{number}/do/{v.name}", f"{v.register.root}do/{v.name}"):
            for method in ("GET", "POST"):
                got = asker.ask(login, method, url, {"version": "1"} if method == "POST" else None)
                assert got is not None and got.status_code == 404, f"{login} {method} {url}"


@pytest.mark.parametrize(
    "register",
    ["clues", "referrals", "intake", "mails", "umbrella", "sealed", "recusals", "meetings", "decisions", "minutes"],
)
def test_a_register_is_not_there_for_whoever_sees_none_of_it(asker: Asker, register: str) -> None:
    r = REGISTERS[register]
    for who in ASKED:
        for url in (r.root, f"{r.root}?format=xlsx", f"{r.root}?q=南岭", f"{r.root}counts"):
            got = asker.ask(who.login, "GET", url)
            assert got is not None
            inside = who.role in table.sight()[register]
            assert got.status_code == (200 if inside else 404), f"{who.login} {url}: {got.status_code}"
            if not inside:
                assert not re.search(rf"\b{r.model.__tablename__}\b", " ".join(asker.statements))


@pytest.mark.parametrize(
    ("login", "answer"), [("officer", 204), ("unit_head", 403), ("office", 403), ("officer2", 404), ("auditor", 404)]
)
def test_a_draft_is_kept_for_whoever_may_do_it(asker: Asker, login: str, answer: int) -> None:
    row = next(row for row in SITUATIONS if row.name == "核查中")
    url = url_of(verb_of("clues.conclude"), asker.numbers["clues"][row.name])
    got = asker.ask(login, "POST", f"{url}?draft=1", {"finding": "x", "once": "", "version": "1"})
    assert got is not None and got.status_code == answer, _why(got)


# ── the table and the code name the same things ──
def test_the_table_knows_every_verb_and_no_other(asker: Asker) -> None:
    told = {r.verb for r in table.rules()}
    for heading in ("What begins a matter", "What nobody does by himself"):
        told |= {row[0] for row in table.sections()[heading][1:]}
    assert told == {v.full for r in REGISTERS.values() for v in r.verbs.values()}
    assert {row[0] for row in table.sections()["Many at once"][1:]} == {
        v.full for r in REGISTERS.values() for v in r.verbs.values() if v.bulk
    }
    undone = {row[0]: row[3] for row in table.sections()["What a leader signed on paper"][1:]}
    assert undone == {v.full: v.undone_by for r in REGISTERS.values() for v in r.verbs.values() if v.approves}


def test_every_state_is_asked(asker: Asker) -> None:
    with asker.app.test_request_context():
        for name, r in REGISTERS.items():
            if r.states:
                assert {str(s.label) for s in r.states} == {row.state for row in SITUATIONS if row.register == name}


def test_the_stage_is_as_told(asker: Asker, sign_in: Callable[[str], Client]) -> None:
    """What the situations say of the rows is what the rows are: state, unit, level."""
    with asker.stage.session() as session:
        for row in SITUATIONS:
            r = REGISTERS[row.register]
            t = r.model.__table__
            found = session.core(select(t).where(t.c.number == asker.numbers[row.register][row.name])).one()
            assert r.states is None or str(r.states.of(found.state).label) == row.state
            if row.register == "clues":
                assert (found.unit_id, found.level) == (stage.UNIT[row.unit], row.level)
