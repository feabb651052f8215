"""A person's case is seen by those who are named on it, and by nobody through a role: not by a word, a count, a duty."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accountability.models import Accountability, Decider
from portal.core.hanging import Duty
from portal.core.sight import Unguarded
from portal.extensions import db
from tests import cast
from tests.engines import Engine
from tests.pages import Client
from tests.security.crawl import crawl, same, whole
from tests.verbs.stage import PERSON, Stage, scan

pytestmark = [pytest.mark.database, pytest.mark.security]
SignIn = Callable[[str], Client]
BIRD = "鸊鷉"  # in no other word of the portal
ON_IT = {"discipline", "personnel", "officer2", "bureau_head"}
EVERYBODY = [p.login for p in cast.PEOPLE]
READERS = (
    "office",
    "office2",
    "office_head",
    "deputy_head",
    "bureau_head",
    "leader",
    "discipline",
    "discipline2",
    "personnel",
)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def case(stage: Stage) -> str:
    """Of officer2 (周旁人), with a bird in each text; amended once, so that an earlier text is there too."""
    number = stage.sanction(
        document_no=f"{BIRD}〔2026〕1号", cause=f"{BIRD}旧事由", ground=f"{BIRD}条", decided_on=date(2026, 10, 1),
        scan=scan(f"{BIRD}.png"), organ=f"{BIRD}党组",
    )  # fmt: skip
    more = {
        "organ": f"{BIRD}党组",
        "ground": f"{BIRD}条",
        "decided_on": date(2026, 10, 1),
        "effect_to": date(2027, 3, 31),
    }
    stage.do(
        "discipline",
        "accountability.amend",
        number,
        document_no=f"{BIRD}〔2026〕1号",
        measure="诫勉",
        cause=f"{BIRD}事由",
        **more,
    )
    return number


@pytest.fixture(scope="module")
def file_id(stage: Stage, case: str) -> str:
    with stage.session() as session:
        f = db.metadata.tables["files"]
        found: str = session.core(select(f.c.id).where(f.c.number == case)).scalar()
        return found


@pytest.mark.parametrize("login", EVERYBODY)
def test_those_who_are_named_open_it_and_nobody_else(sign_in: SignIn, case: str, file_id: str, login: str) -> None:
    client, status = sign_in(login), 200 if login in ON_IT else 404
    page = client.get(f"/accountability/{case}", status)
    assert (BIRD in page.text) == (login in ON_IT)
    client.get(f"/accountability/{case}/print", status)
    client.get(f"/files/{file_id}", status)
    assert (case in client.get("/accountability/").numbers) == (login in ON_IT)
    assert (case in client.get(f"/accountability/?q={BIRD}").numbers) == (login in ON_IT)
    assert (case in client.get(f"/accountability/?q={case}").numbers) == (login in ON_IT)
    assert (BIRD.encode() in whole(client.http.get("/accountability/?format=xlsx"))) == (login in ON_IT)
    assert client.http.get(f"/search?q={case}").status_code == (303 if login in ON_IT else 200)


@pytest.mark.parametrize(
    "login", cast.cases([p for p in EVERYBODY if p not in ON_IT], "office", "officer", "discipline2", "auditor")
)
def test_no_page_of_all_others_holds_a_word_of_it(sign_in: SignIn, case: str, file_id: str, login: str) -> None:
    pages = crawl(sign_in(login).http, ("/", "/accountability/", "/accountability/figures"), most=60)
    for word in (BIRD, case, file_id):
        assert [url for url, page in pages.items() if word.encode() in page] == [], word


def doors(case: str, file_id: str) -> list[str]:
    verbs = ("lift", "execute", "amend", "withdraw", "void")
    return [
        *(f"/accountability/{case}{tail}" for tail in ("", "/print", "?format=xlsx", *(f"/do/{v}" for v in verbs))),
        f"/files/{file_id}", f"/search?q={case}", f"/accountability/?q={case}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "login", cast.cases(("discipline2", "office", "leader", "officer", "auditor"), "discipline2", "office")
)
def test_every_door_answers_as_if_it_were_not_there(sign_in: SignIn, case: str, file_id: str, login: str) -> None:
    http, other = sign_in(login).http, f"{case[:8]}{'9' * 4}"
    for url in doors(case, file_id):
        for method in ("GET", "POST", "HEAD"):
            seen, none = (
                http.open(u, method=method) for u in (url, url.replace(case, other).replace(file_id, "0" * 32))
            )
            assert seen.status_code == none.status_code, url
            assert same(whole(seen)).replace(case, "") == same(whole(none)).replace(other, ""), f"{method} {url}"


@pytest.mark.parametrize("login", ["office", "deputy_head", "discipline2", "officer", "unit_head2", "leader"])
def test_no_statement_finds_it_for_whoever_is_not_named(stage: Stage, case: str, login: str) -> None:
    with stage.session(login) as session:
        one = Accountability.number == case
        assert session.scalar(select(Accountability).where(one)) is None
        assert session.scalar(select(func.count()).select_from(Accountability).where(one)) == 0
        assert session.execute(select(Accountability.target).where(one)).all() == []
        assert session.scalars(select(Duty).where(Duty.subject == case)).all() == [], "the office sees all other duties"
        assert session.scalars(select(Decider)).all() == []
        with pytest.raises(Unguarded):
            session.execute(select(Accountability.__table__)).all()
        with pytest.raises(Unguarded):
            session.connection().exec_driver_sql("select * from accountability_words").all()


def test_the_one_who_owes_it_has_its_duty_and_the_office_all_others(stage: Stage, case: str) -> None:
    unit = stage.sanction(kind="单位", target="市容管理科", measure="通报", effect_to=date(2027, 1, 1))
    with stage.session("discipline") as session:
        assert session.scalar(select(Duty.what).where(Duty.subject == case)) == "accountability.lift"
    with stage.session("office") as session:
        assert session.scalar(select(Duty.what).where(Duty.subject == unit)) == "accountability.lift"


@pytest.mark.parametrize("login", READERS)
def test_units_and_praise_are_seen_by_role(stage: Stage, sign_in: SignIn, login: str) -> None:
    unit = stage.sanction(kind="单位", target="市容管理科", measure="通报")
    praise = stage.sanction(kind="其他工作人员", target="何同办", measure="通报表扬")
    client = sign_in(login)
    for number in (unit, praise):
        assert client.get(f"/accountability/{number}").number == number
    assert "何同办" in client.get("/accountability/?tab=praise").text
    assert sign_in("colleague").get(f"/accountability/{praise}").number == praise
    for outsider in ("officer", "operator", "unit_head2", "sysadmin", "auditor"):
        sign_in(outsider).get(f"/accountability/{praise}", 404)


def test_whoever_is_only_the_target_finds_one_row(stage: Stage, sign_in: SignIn) -> None:
    number = stage.sanction(target="小组员")
    below = sign_in("below")
    assert below.get("/accountability/").numbers == [number]
    assert number in below.get("/messages").text and "与您有关的事项" in below.get("/messages").text
    assert below.get(f"/accountability/{number}").verbs == {}
    assert not below.get("/").soup.select("nav a[href='/accountability/']")


def test_no_title_address_crumb_toast_message_or_file_name_holds_the_name(stage: Stage, sign_in: SignIn) -> None:
    """G7: only the main part of the page of those who see it does."""
    clerk = sign_in("discipline")
    action, data = clerk.form(
        "/accountability/do/record", organ="安澜市城市管理局党组", document_no="安城管党〔2026〕71号", decided_on=date(2026, 10, 1),
        kind="其他工作人员", target="陈经办", measure="政务记过", second_id=PERSON["personnel"],
    )  # fmt: skip
    done = clerk.http.post(action, data=data | {"scan": (BytesIO(scan()[0].stream.getvalue()), "x.png")})
    assert done.status_code == 303
    number = done.headers["Location"].rpartition("/")[2]
    assert re.fullmatch(r"WZ-2026-\d{4}", number)
    page = clerk.get(f"/accountability/{number}")
    title = page.soup.title.get_text() if page.soup.title else ""
    assert number in title
    parts = [
        title,
        str(page.soup.select("nav")),
        str(page.soup.select(".toasts")),
        page.soup.h1.get_text() if page.soup.h1 else "",
    ]
    parts += [clerk.get(f"/accountability/{number}/do/{v}").html for v in ("execute", "withdraw", "void")]
    assert "已办理：登记决定" in page.html
    excel = clerk.http.get("/accountability/?format=xlsx").headers["Content-Disposition"]
    for part in (*parts, excel):
        assert "陈经办" not in part
    with stage.session() as session:
        trail = db.metadata.tables["trail"]
        kept = session.core(select(trail.c.verb, trail.c.subject, trail.c.fields, trail.c.plain)).all()
        messages = session.core(select(db.metadata.tables["messages"])).all()
    assert "陈经办" not in f"{kept}{messages}"


def test_a_condition_offers_no_word_of_a_row(sign_in: SignIn, case: str) -> None:
    """Conditions are drawn once for all people of a role."""
    clerk = sign_in("discipline")
    assert clerk.get("/accountability/").numbers
    for page in (clerk.get("/accountability/"), sign_in("discipline2").get("/accountability/")):
        assert BIRD not in " ".join(str(m) for m in page.soup.select(".chips"))


def test_a_filter_finds_what_it_says(stage: Stage, sign_in: SignIn) -> None:
    office = sign_in("office")
    unit = stage.sanction(kind="单位", target="渣土管理科", measure="检查", decided_on=date(2026, 9, 1))
    other = stage.sanction(kind="党组织", target="机关党支部", measure="通报", decided_on=date(2026, 9, 20))
    kinds: dict[str, bool] = {
        "kind=单位": True, "kind=党组织": False, "measure=检查": True, "measure=通报": False, "state=stands": True,
        "organ=安澜市城市管理局党组": True, "decided_from=2026-09-02": False, "decided_to=2026-09-02": True, "entry=补录": True,
        "q=渣土管理": True, "tab=effect": False, "tab=praise": False, "kind=别的&measure=检查": True,
    }  # fmt: skip
    for asked, found in kinds.items():
        assert (unit in office.get(f"/accountability/?{asked}").numbers) == found, asked
    assert other in office.get("/accountability/?kind=党组织").numbers
    assert "补录" in office.get("/accountability/").text
    assert "补录".encode() in whole(office.http.get("/accountability/?format=xlsx"))
    assert (
        "补录" in office.get(f"/accountability/{unit}").text
        and "补录" in office.get(f"/accountability/{unit}/print").text
    )


def everything(http: Any) -> dict[str, str]:
    """All that a person can open."""
    pages = crawl(
        http,
        ("/", "/accountability/", "/accountability/figures", "/messages", "/counts", "/accountability/counts"),
        most=60,
    )
    return {url: same(page) for url, page in pages.items()}


def test_new_cases_change_no_page_of_all_others(engine: Engine, stage: Stage, sign_in: SignIn, clock: Any) -> None:
    """What is counted for several is blurred by SQL, so both engines are asked; the other roles have the same pages."""
    clock.forward(hours=1)
    roles = ("office", "discipline2", "officer", "deputy_head", "leader", "unit_head", "operator")
    people = {n: sign_in(n).http for n in (roles if engine.name == "sqlite" else roles[:3])}
    before = {login: everything(http) for login, http in people.items()}
    for n in range(2):
        stage.sanction(kind="其他工作人员", measure="政务记大过", decided_on=date(2025, 10, n + 1))
    over = stage.sanction(
        kind="其他工作人员", target="陈经办一，协管员", measure="政务降级", decided_on=date(2024, 1, 5)
    )
    stage.do("discipline", "accountability.lift", over)
    for login, pages in before.items():
        now = everything(people[login])
        assert {url for url in pages if pages[url] != now.get(url)} == set(), login
