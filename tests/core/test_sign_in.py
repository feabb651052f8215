"""Sign-ins are rows that end at once everywhere; what was typed is kept (G20)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from portal.core.actor import Role
from portal.organisation.models import Person, SignIn
from tests import engines
from tests.conftest import Clock
from tests.engines import Place
from tests.pages import PASSWORD, Client, Page
from tests.verbs.stage import PERSON, UNIT, Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
Open = Callable[[str], Client]
P = Person.__table__
COOKIE = "qingyuan"


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def second(place: Place, app: Flask) -> Iterator[Flask]:
    """Another worker: an application of its own over the same database and keys."""
    other = engines.build(place)
    yield other
    engines.let_go(other)


def elsewhere(second: Flask, client: Client) -> Client:
    """The same browser, whose next request another worker answers."""
    there = Client(second)
    cookie = client.http.get_cookie(COOKIE)
    assert cookie is not None
    there.http.set_cookie(COOKIE, cookie.value)
    there.login = client.login
    return there


def is_in(client: Client) -> bool:
    return client.http.get("/").status_code == 200


def write(stage: Stage, statement: object) -> None:
    with stage.session() as session:
        session.begin_write()
        session.core(statement)
        session.commit()


@pytest.fixture
def newcomer(stage: Stage) -> Iterator[str]:
    """A person of the office for one test, with the password of all."""
    with stage.session() as session:
        hashed = session.core(select(P.c.password).where(P.c.login == "office")).scalar_one()
        name = f"new{len(session.core(select(P.c.id)).all())}"
    values = {
        "id": 1000 + int(name[3:]),
        "login": name,
        "name": "新来",
        "roles": int(Role.OFFICE),
        "unit_id": UNIT["office"],
    }
    write(stage, insert(P).values(values | {"password": hashed, "is_active": True}))
    yield name
    write(stage, update(P).where(P.c.login == name).values(is_active=False))


# ── ended (G20) ──
def test_signed_out_is_dead_in_every_worker(sign_in: Open, second: Flask) -> None:
    client = sign_in("office")
    other, kept = elsewhere(second, client), elsewhere(second, client)
    assert is_in(other)
    client.sign_out()
    assert not is_in(other) and not is_in(kept) and not is_in(client)


def test_one_sign_out_ends_one_sign_in(sign_in: Open) -> None:
    here, there = sign_in("office"), sign_in("office")
    here.sign_out()
    assert is_in(there)


def test_a_disabled_account_is_dead_in_every_worker(sign_in: Open, second: Flask, stage: Stage, newcomer: str) -> None:
    other = elsewhere(second, sign_in(newcomer))
    assert is_in(other)
    write(stage, update(P).where(P.c.login == newcomer).values(is_active=False))
    assert not is_in(other)
    stranger = Client(second)
    assert "不符" in stranger.post(*stranger.form("/login", login=newcomer, password=PASSWORD), 422).alert


@pytest.mark.parametrize("roles", [Role.SYSADMIN, Role.OFFICE | Role.OFFICE_HEAD], ids=["others", "more"])
def test_a_change_of_roles_ends_the_sign_in_at_the_next_request(
    sign_in: Open, second: Flask, stage: Stage, newcomer: str, roles: Role
) -> None:
    other = elsewhere(second, sign_in(newcomer))
    other.get("/clues/")
    write(stage, update(P).where(P.c.login == newcomer).values(roles=int(roles)))
    assert "/login" in other.get("/clues/", 303).answer.headers["Location"]
    assert "/login" in other.get("/clues/do/register", 303).answer.headers["Location"]
    again = sign_in(newcomer)
    again.get("/clues/", 404 if roles == Role.SYSADMIN else 200)


def test_it_ends_after_a_working_day(sign_in: Open, clock: Clock) -> None:
    clock.to("2026-11-24 08:00")
    client = sign_in("office")
    clock.forward(hours=11, minutes=59)
    assert is_in(client)
    clock.forward(minutes=2)
    assert not is_in(client)


def test_a_cookie_of_another_key_or_one_that_was_changed_is_nobodys(sign_in: Open, app: Flask) -> None:
    client = sign_in("office")
    cookie = client.http.get_cookie(COOKIE)
    assert cookie is not None
    at = len(cookie.value) - 12  # within the signature; the very last character has bits that nobody reads
    other = cookie.value[:at] + ("A" if cookie.value[at] != "A" else "B") + cookie.value[at + 1 :]
    for value in (other, cookie.value[::-1], "", "x" * 4000):
        stranger = Client(app)
        stranger.http.set_cookie(COOKIE, value)
        assert not is_in(stranger)


def test_who_reads_the_table_cannot_sign_in_with_it(sign_in: Open, stage: Stage) -> None:
    client = sign_in("office")
    with client.http.session_transaction() as cookie:
        token = cookie["_user_id"]
    with stage.session() as session:
        kept = set(session.core(select(SignIn.__table__.c.id)).scalars())
    assert token not in kept and len(token) > 40
    thief = Client(stage.app)
    for row in list(kept)[:5]:
        with thief.http.session_transaction() as cookie:
            cookie.update(_user_id=row, active=2**31)
        assert not is_in(thief)


# ── nobody there ──
def idle(client: Client, seconds: int) -> None:
    client.login = None  # the page to come may be that of a stranger
    with client.http.session_transaction() as cookie:
        cookie["active"] -= seconds


def test_whoever_left_the_desk_is_signed_out(sign_in: Open) -> None:
    client = sign_in("office")
    idle(client, 14 * 60)
    assert is_in(client)
    idle(client, 16 * 60)
    assert not is_in(client)


def test_what_the_page_asks_by_itself_is_no_sign_of_life(sign_in: Open) -> None:
    client = sign_in("office")
    for _ in range(3):
        idle(client, 6 * 60)
        for url in ("/counts", "/clues/counts"):
            client.http.get(url, headers={"HX-Request": "true"})
    assert not is_in(client)


def test_whoever_works_stays(sign_in: Open) -> None:
    client = sign_in("office")
    for _ in range(3):
        idle(client, 10 * 60)
        assert is_in(client)


def asks_to_sign_in(page: Page) -> str:
    """Where one is led after the sign-in."""
    place = urlsplit(page.location)
    assert place.path == "/login"
    return parse_qs(place.query)["next"][0]


@pytest.mark.parametrize("how", ["plain", "hx"])
def test_a_form_that_was_typed_too_long_is_kept_and_offered_again(
    app: Flask, stage: Stage, sign_in: Open, how: str
) -> None:
    number = stage.clue("checking")
    client = sign_in("officer")
    url = f"/clues/{number}/do/conclude"
    action, data = client.form(url, conclusion="查否", finding="写了二十分钟的结论")
    idle(client, 16 * 60)
    answer = client.http.post(
        action, data=data, headers={"HX-Request": "true", "HX-Target": "next"} if how == "hx" else {}
    )
    if how == "hx":
        assert answer.status_code == 401
        back = parse_qs(urlsplit(answer.headers["HX-Redirect"]).query)["next"][0]
    else:
        assert answer.status_code == 303
        back = asks_to_sign_in(Page(action, answer))
    assert back == url
    action, data = client.form(f"/login?next={back}", login="officer", password=PASSWORD)
    assert client.post(action, data).location == url
    page = client.get(url)
    assert "写了二十分钟的结论" in page.html and "草稿" in page.text
    action, data = client.form(page)
    assert client.post(action, data).location == f"/clues/{number}", "and it can be sent as it stands"


def test_the_way_back_of_a_child_names_its_parent(stage: Stage, sign_in: Open) -> None:
    number = stage.clue("checking")
    client = sign_in("officer")
    url = f"/checks/do/record?under={number}"
    action, data = client.form(url, found="写了一半", method="走访", place="南岭")
    idle(client, 16 * 60)
    assert asks_to_sign_in(client.post(action, data)) == url
    client.sign_in("officer")
    assert "写了一半" in client.get(url).html


def test_the_way_back_of_a_fragment_is_the_page_around_it(sign_in: Open) -> None:
    """/counts is asked for every thirty seconds; nobody wants to arrive there."""
    client = sign_in("office")
    idle(client, 16 * 60)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/clues/?tab=open"}
    answer = client.http.get("/counts", headers=headers)
    assert answer.status_code == 401
    assert parse_qs(urlsplit(answer.headers["HX-Redirect"]).query)["next"] == ["/clues/?tab=open"]


def test_a_strangers_form_is_kept_for_nobody(app: Flask, stage: Stage, sign_in: Open) -> None:
    """After signing out, or under a cookie that never was: nothing is stored."""
    client = sign_in("office")
    action, data = client.form("/clues/do/register", title="退出以后发来的")
    token = client.http.get_cookie(COOKIE)
    assert token is not None
    client.sign_out()
    client.http.set_cookie(COOKIE, token.value)
    assert client.http.post(action, data=data).status_code == 303
    assert "退出以后发来的" not in sign_in("office").get("/clues/do/register").html


# ── the page itself ──
@pytest.mark.parametrize(
    "there",
    [
        "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/\n/evil.example", "\t//evil.example", "javascript:alert(1)", "data:text/html,x", "http:evil.example", "evil.example",
        "/%09/evil.example\n", "//evil.example@localhost/", "https:/evil.example", " //evil.example", "/ /evil.example",
    ],
)  # fmt: skip
def test_a_sign_in_leads_to_no_other_place(app: Flask, there: str) -> None:
    client = Client(app)
    action, data = client.form("/login", login="officer", password=PASSWORD)
    place = urlsplit(client.http.post(action, data=data | {"next": there}).headers["Location"])
    assert place.netloc in ("", "localhost") and place.scheme in ("", "http")
    assert place.path.startswith("/") and not place.path.startswith(("//", "/\\"))


def test_a_sign_in_leads_back_to_the_page_that_was_asked(app: Flask) -> None:
    client = Client(app)
    back = asks_to_sign_in(client.get("/clues/?tab=open&field=渣土运输", 303))
    action, data = client.form(f"/login?next={back.replace('&', '%26')}", login="officer", password=PASSWORD)
    assert client.post(action, data).location.startswith("/clues/?tab=open&field=")


def test_a_session_from_before_the_sign_in_is_worth_nothing_after_it(app: Flask, stage: Stage) -> None:
    """Fixation: whoever planted the cookie beforehand is not carried in with it."""
    victim = Client(app)
    victim.get("/login")
    planted = victim.http.get_cookie(COOKIE)
    assert planted is not None
    with victim.http.session_transaction() as cookie:
        cookie["left"] = "by the attacker"
    victim.sign_in("officer")
    with victim.http.session_transaction() as cookie:
        assert "left" not in cookie
    attacker = Client(app)
    attacker.http.set_cookie(COOKIE, planted.value)
    assert not is_in(attacker)


def test_each_sign_in_is_a_new_row(app: Flask, stage: Stage) -> None:
    with stage.session() as session:
        t = SignIn.__table__
        before = set(session.core(select(t.c.id).where(t.c.person_id == PERSON["leader"])).scalars())
    client = Client(app)
    client.sign_in("leader")
    client.sign_in("leader")
    with stage.session() as session:
        after = set(session.core(select(t.c.id).where(t.c.person_id == PERSON["leader"])).scalars())
    assert len(after - before) == 2


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    client = Client(app)
    action, data = client.form("/login", login="officer", password=PASSWORD)
    set_ = client.http.post(action, data=data).headers.getlist("Set-Cookie")
    assert {c.partition("=")[0] for c in set_} == {COOKIE, "device"}
    for cookie in set_:
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_a_password_is_kept_as_a_slow_hash_alone(stage: Stage) -> None:
    with stage.session() as session:
        assert all(h.startswith("$argon2id$") for h in session.core(select(P.c.password)).scalars())
