"""The name of a party is on its pages and nowhere else: no title, address, path, toast, log, trail (G7); a look is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.extensions import db
from tests.pages import Client
from tests.verbs.stage import PERSON, Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
Open = Callable[[str], Client]
NAME = "鸬鹚三郎"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def named(stage: Stage) -> tuple[str, str, str]:
    """A clue that names him, his record, and that of another of his name."""
    rows = (("人员", NAME, "电话13912349999"),)
    clue = stage.clue("assigned", parties=rows)
    return clue, stage.party(clue), stage.party(stage.clue("assigned", parties=(("人员", NAME, ""),)))


def test_title_path_and_addresses_hold_no_name(sign_in: Open, named: tuple[str, str, str]) -> None:
    clue, party, _ = named
    office = sign_in("office")
    for url in (f"/parties/{party}?from={clue}", "/parties/", f"/parties/merges/do/make?under={party}"):
        page = office.get(url)
        assert NAME not in page.soup.title.text and NAME not in str(page.soup.select(".crumbs"))
        links = [
            str(v)
            for tag in page.soup.find_all(True)
            for k, v in tag.attrs.items()
            if k in ("href", "action", "hx-get", "hx-post")
        ]
        assert not [a for a in links if NAME in a or "%E9%B8%AC" in a]
    assert party in office.get(f"/parties/{party}").soup.title.text


def test_what_is_looked_for_is_posted(sign_in: Open, named: tuple[str, str, str]) -> None:
    office = sign_in("office")
    action, data = office.form("/parties/", q=NAME[:2])
    page = office.post(action, data, status=200)
    assert action == "/parties/" and named[1] in page.text and NAME in page.text
    fragment = office.post(action, data, status=200, hx="list")
    assert fragment.html.lstrip().startswith("<form") and named[1] in fragment.text
    assert named[1] not in office.post(action, data | {"only": "车牌"}, status=200).text


def test_the_page_says_that_it_is_said_and_not_found(sign_in: Open, named: tuple[str, str, str]) -> None:
    page = sign_in("office").get(f"/parties/{named[1]}").text
    assert "未经认定" in page and "同名，未并" in page and named[2] in page and "涉案" not in page


def test_a_look_is_kept_with_the_matter_it_was_opened_from(
    sign_in: Open, stage: Stage, named: tuple[str, str, str]
) -> None:
    clue, party, _ = named
    officer = sign_in("officer")
    href = officer.get(f"/clues/{clue}").soup.select(".party a")[0]["href"]
    officer.get(str(href))
    officer.get(f"/parties/{party}?from=XS-2026-999999")
    officer.get(f"/parties/{party}?from={NAME}")
    with stage.session() as session:
        a = db.metadata.tables["access"]
        own = select(a.c.subject).where(a.c.person_id == PERSON["officer"], a.c.subject.like("DS-%")).order_by(a.c.id)
        looks = session.core(own).scalars().all()
    assert looks == [f"{party} {clue}", party, party]


def test_no_log_no_toast_and_no_entry_of_the_trail_has_the_name(
    sign_in: Open, stage: Stage, named: tuple[str, str, str], caplog: pytest.LogCaptureFixture
) -> None:
    office = sign_in("office")
    with caplog.at_level(logging.DEBUG):
        done = office.do(f"/parties/{named[1]}", "make", other=named[2], words=f"{NAME}的笔录")
        office.http.get(f"/parties/{NAME}"), office.http.get(f"/parties/merges/do/make?under={NAME}")
    assert NAME not in caplog.text and NAME not in str(done.soup.select(".toast"))
    with stage.session() as session:
        for name in ("trail", "access"):
            assert NAME not in str(session.core(select(db.metadata.tables[name])).all())


def test_there_is_no_file_of_parties(sign_in: Open) -> None:
    answer = sign_in("office").http.get("/parties/?format=xlsx")
    assert answer.mimetype == "text/html" and "Content-Disposition" not in answer.headers
