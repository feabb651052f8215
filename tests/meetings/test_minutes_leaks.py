"""What minutes say is in no byte that another unit can fetch, before they are issued in none that a unit can fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.register import REGISTERS
from portal.extensions import db
from tests import cast
from tests.conftest import Clock
from tests.pages import Client
from tests.security.crawl import crawl, same, whole
from tests.verbs.stage import UNIT, Stage

pytestmark = pytest.mark.security
ISSUED, DRAFT = "鸊鷉", "鸂鶒"  # in no other word of the portal
OUTSIDERS = [
    "officer2",
    "unit_head2",
    "below",
    "operator",
    "discipline",
    "personnel",
    "sysadmin",
    "secadmin",
    "auditor",
]


@dataclass(frozen=True)
class Planted:
    """An issued paper of unit A, what was said of its draft, and one that is not issued yet."""

    issued: str
    draft: str
    paper: int
    scans: tuple[str, ...]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def planted(stage: Stage) -> Planted:
    def words(bird: str) -> dict[str, str]:
        return {name: f"{bird}{name}" for name in ("title", "body", "present", "on_leave", "listening", "copies")}

    n = stage.minutes("drafted", "a", **words(ISSUED))
    stage.do("office2", "minutes.return", n, words=f"{DRAFT}不妥")
    stage.do("office", "minutes.revise", n, unit_ids=(UNIT["a"],), **words(ISSUED))
    stage.do("office2", "minutes.check", n, words=f"{DRAFT}可")
    stage.on_paper("office2", "minutes.sign", n, "deputy_head")
    stage.do("office", "minutes.issue", n)
    draft = stage.minutes("checked", "a", **words(DRAFT))
    with stage.session() as session:
        p, f = db.metadata.tables["papers"], db.metadata.tables["files"]
        paper = session.core(select(p).where(p.c.subject == n)).one()
        scans = session.core(select(f.c.id).where(f.c.number == n, f.c.id != paper.file_id)).scalars().all()
    return Planted(n, draft, paper.id, (*scans, paper.file_id))


def leaks(pages: dict[str, bytes], words: list[str]) -> list[str]:
    return [f"{url}: {word}" for url, page in pages.items() for word in words if word.encode() in page]


START = (
    "/",
    "/meetings/minutes/",
    "/meetings/minutes/?format=xlsx",
    "/meetings/minutes/counts",
    "/meetings/",
    "/messages",
)


@pytest.mark.database
@pytest.mark.parametrize("login", cast.cases(OUTSIDERS, "officer2", "operator", "discipline", "auditor"))
def test_no_link_leads_an_outsider_to_a_word(sign_in: Callable[[str], Client], planted: Planted, login: str) -> None:
    pages = crawl(sign_in(login).http, START, most=80)
    assert leaks(pages, [ISSUED, DRAFT, planted.issued, planted.draft]) == []


@pytest.mark.database
@pytest.mark.parametrize("login", ["officer", "unit_head"])
def test_a_reader_finds_what_was_issued_and_nothing_of_drafts(
    sign_in: Callable[[str], Client], planted: Planted, login: str
) -> None:
    pages = crawl(sign_in(login).http, START, most=80)
    assert leaks(pages, [DRAFT, planted.draft]) == []
    assert leaks(pages, [ISSUED])


def doors(planted: Planted) -> Iterator[str]:
    """Every address of both, whoever would know or guess them."""
    r = REGISTERS["minutes"]
    for number in (planted.issued, planted.draft):
        yield from (f"{r.root}{number}", f"{r.root}{number}/sheet.docx", f"{r.root}?q={number}", f"/search?q={number}")
        for v in r.verbs.values():
            yield f"{r.root}{number}/do/{v.name}" + ("?paper=1" if v.approves else "")
            yield f"{r.root}do/{v.name}?under={number}"
    yield from (
        f"{r.root}?q={ISSUED}",
        f"{r.root}?q={DRAFT}",
        f"/search?q={ISSUED}",
        f"{r.root}?format=xlsx&q={ISSUED}",
    )
    yield from (f"/papers/{planted.paper}.{kind}" for kind in ("docx", "json"))
    yield from (f"/files/{f}" for f in planted.scans)


@pytest.mark.parametrize("login", OUTSIDERS)
def test_no_address_tells_an_outsider_a_word(sign_in: Callable[[str], Client], planted: Planted, login: str) -> None:
    http = sign_in(login).http
    said = {url: whole(http.get(url)).replace(url.rpartition("=")[2].encode(), b"") for url in doors(planted)}
    assert leaks(said, [ISSUED + "body", ISSUED + "title", DRAFT + "body", DRAFT + "title", f"{DRAFT}不妥"]) == []


@pytest.mark.parametrize("login", ["officer2", "unit_head2", "operator", "personnel", "officer"])
def test_minutes_that_one_does_not_see_change_no_page(
    sign_in: Callable[[str], Client], stage: Stage, planted: Planted, clock: Clock, login: str
) -> None:
    clock.forward(hours=1)
    http = sign_in(login).http

    def everything() -> dict[str, str]:
        return {url: same(page) for url, page in crawl(http, START, most=40).items()}

    of, other = (stage.meeting(present=(), on_leave=()) for _ in range(2))
    before = everything()
    n = stage.minutes("signed", of=of)
    stage.do("deputy_head", "minutes.return", n)
    stage.minutes("issued", "office", of=other)
    after = everything()
    assert [url for url in before.keys() | after.keys() if before.get(url) != after.get(url)] == []
