"""G30: of an anonymous tip the day and the desk are kept, not the minute and not the operator; nothing of its sender."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, select, update

from portal.core import clock as office_clock
from portal.core import jobs, trail, vault
from portal.extensions import db
from portal.intake.mail import polling, reading
from portal.intake.models import Tip
from tests.conftest import Clock
from tests.flow.test_walk import CALL
from tests.intake.mail import letters
from tests.pages import Client
from tests.security.attached import photo
from tests.security.test_mail_goes_whole import turn
from tests.verbs.stage import NAME, PERSON, PNG, Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
NEW, LETTERS = "/intake/calls/new", "/intake/letters/new"
ANONYMOUS: dict[str, Any] = {"naming": "匿名", "name": "", "phone": "", "address": "", "urgency": "特急"}
MINUTE = "2026-11-23 14:37:21"
WHO = "office2"  # who takes the call; the desk is another's
AGENT, ADDRESS = "CANARY-OF-A-BROWSER", "203.0.113.77"
Rows = dict[str, set[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    made = Stage(app)
    with made.session() as session:
        session.begin_write()
        people = db.metadata.tables["people"]
        session.core(update(people).where(people.c.login == WHO).values(roles=1))
        session.commit()
    return made


@pytest.fixture
def operator(sign_in: Callable[[str], Client], stage: Stage, clock: Clock) -> Client:
    """Signed in an hour ago, at the telephone when it rings."""
    clock.to("2026-11-23 13:30")
    client = sign_in(WHO)
    clock.to(MINUTE)
    client.http.environ_base |= {"HTTP_USER_AGENT": AGENT, "REMOTE_ADDR": ADDRESS, "HTTP_X_CANARY": AGENT}
    return client


def everything(stage: Stage) -> Rows:
    with stage.session() as session:
        return {
            t.name: {
                tuple(str(v) if isinstance(v, (dict, list)) else v for v in row) for row in session.core(select(t))
            }
            for t in db.metadata.sorted_tables
        }


def traces(before: Rows, after: Rows) -> list[str]:
    """Columns of rows that are new or changed and tell the minute, the operator or his browser."""
    found = []
    for table in db.metadata.sorted_tables:
        names_people = {c.name for c in table.c if any(k.column.table.name == "people" for k in c.foreign_keys)}
        for row in after[table.name] - before[table.name]:
            for column, value in zip(table.c, row, strict=True):
                if _tells(column, value, of_a_person=column.name in names_people):
                    found.append(f"{table.name}.{column.name}: {value!r}")
    return sorted(set(found))


def _tells(column: Any, value: Any, *, of_a_person: bool) -> bool:
    if value is None or isinstance(column.type, LargeBinary):
        return False
    if isinstance(value, datetime):
        return f"{office_clock.local(value):%M:%S}" in ("37:21", "37:22")
    if of_a_person or column.name in ("actor_id", "person_id", "owed_by"):
        return bool(value == PERSON[WHO])
    said = str(value)
    return any(w in said for w in (NAME[WHO], WHO, AGENT, ADDRESS, "14:37", "06:37"))


def files_of_the_minute(stage: Stage) -> list[str]:
    """Under the store a file's own time would tell it; beside the database the anchored heads would."""
    trail.flush_anchor()
    folder = stage.app.config["SETTINGS"].instance
    at = office_clock.now().timestamp()
    found = [p.name for p in (folder / "files").rglob("*") if p.is_file() and abs(p.stat().st_mtime - at) < 3600]
    heads = folder / "trail.heads"
    return found + [line for line in heads.read_text().splitlines() if "T06:37" in line or "T14:37" in line]


def call(client: Client) -> str:
    action, data = client.form(NEW, **(CALL | ANONYMOUS))
    client.post(f"{action}?draft=1", data, 204)
    return client.post(action, data).location.split("/")[2]


def a_call(client: Client, stage: Stage) -> None:
    """As an operator does it: read the code out, accept the excerpt, look at the record once more."""
    number = call(client)
    client.get(f"/intake/{number}/receipt")
    client.get(f"/intake/{number}/receipt", hx="next")
    client.do(f"/intake/{number}", "excerpt")
    client.get(f"/intake/{number}")


def a_call_broken_off(client: Client, stage: Stage) -> None:
    action, data = client.form(NEW, **(CALL | ANONYMOUS))
    client.post(f"{action}?draft=1", data, 204)
    number = client.post("/intake/do/hang_up", data).location.split("/")[2]
    client.do(
        f"/intake/{number}", "complete", field="渣土运输", place="南岭沙场", names_official="否", urgency="紧急",
        unknown_party=True,
    )  # fmt: skip


def one_that_names_an_official(client: Client, stage: Stage) -> None:
    action, data = client.form(NEW, **(CALL | ANONYMOUS | {"names_official": "是"}))
    number = client.post(action, data).location.split("/")[2]
    client.get(f"/intake/{number}/receipt")
    client.get(f"/intake/{number}/receipt", hx="next")


def one_who_asks(client: Client, stage: Stage) -> None:
    number = call(client)
    code = client.get(f"/intake/{number}/receipt").soup.select("[data-code]")[0]["data-code"]
    action, data = client.form("/intake/ask", number=number, code=code)
    assert "已受理" in client.post(action, data, 200).text


def a_letter_from_a_box(client: Client, stage: Stage, **more: Any) -> str:
    """With its scan, which is read for the excerpt. The box was opened earlier, by others."""
    with office_clock.moved(office_clock.now() - timedelta(minutes=50)):
        box = stage.box(1)
    scan = [(io.BytesIO(PNG), "来信.png")]
    action, data = client.form(f"{LETTERS}?from={box}", **(CALL | ANONYMOUS | {"scans": scan} | more))
    number = client.post(action, data).location.split("/")[2]
    client.get(f"/intake/{number}/receipt")
    page = client.get(f"/intake/{number}/receipt", hx="next")
    for at in page.soup.select("a[href*='/originals/']"):
        client.http.get(str(at["href"]))
    return number


def what_a_visitor_brings_later(client: Client, stage: Stage) -> None:
    there = {"channel": "来访", "headcount": "6", "received_by": NAME[WHO]}
    action, data = client.form(LETTERS, **(CALL | ANONYMOUS | there))
    later(client, client.post(action, data).location.split("/")[2])


def what_comes_later_of_an_official(client: Client, stage: Stage) -> None:
    later(client, a_letter_from_a_box(client, stage, names_official="是"))


def later(client: Client, number: str) -> None:
    files = [(io.BytesIO(PNG), "照片.png")]
    action, data = client.form(f"/intake/do/material?to={number}", files=files, whole=False)
    client.post(action, data)


WAYS = (
    a_call, a_call_broken_off, one_that_names_an_official, one_who_asks, a_letter_from_a_box,
    what_a_visitor_brings_later, what_comes_later_of_an_official,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_row_file_or_line_tells_the_minute_or_the_operator(
    stage: Stage, operator: Client, way: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = everything(stage)
    way(operator, stage)
    after = everything(stage)
    assert before != after
    assert traces(before, after) == []
    assert files_of_the_minute(stage) == []
    assert not [r.getMessage() for r in caplog.records if "JB-2026" in r.getMessage() or AGENT in r.getMessage()]


def test_the_walk_finds_both_where_a_name_was_given(stage: Stage, operator: Client) -> None:
    """What the test above would see: the same call by somebody who said who he is."""
    before = everything(stage)
    action, data = operator.form(NEW, **(CALL | {"naming": "实名"}))
    operator.post(action, data)
    found = {t.partition(":")[0] for t in traces(before, everything(stage))}
    assert {"tips.created_by", "tips.created_at", "notes.person_id", "notes.at", "trail.at", "trail.actor_id"} <= found


def test_of_a_mail_the_headers_lie_in_its_sealed_source_alone(stage: Stage, operator: Client) -> None:
    """Whoever turned it, and when, is not kept; a file that hung on it has the day on the disk as well."""
    head = f"X-Originating-IP: {ADDRESS}\r\nX-Mailer: {AGENT}\r\nMessage-ID: <{AGENT}@example.cn>\r\n".encode()
    raw = head + letters.plain(name="", address="xiaoyu99@example.cn", files=(("a.jpg", "image/jpeg", photo()),))
    before = everything(stage)
    with stage.app.app_context():
        assert polling.keep(("jubao@anlan.example/INBOX", 3, 1), raw, reading.read(raw))
    mail = stage.newest("mails")
    assert traces(before, everything(stage)) == []
    operator.get(f"/intake/mailbox/{mail}")
    opened = everything(stage)  # who keeps the mailbox reads it, which is on the trail
    turn(operator, mail)
    told = [t for t in traces(opened, everything(stage)) if not t.startswith("access.")]
    assert told == [] and files_of_the_minute(stage) == []
    scanned = stage.app.test_cli_runner().invoke(args=["vault", "scan", AGENT, ADDRESS, "xiaoyu99"])
    assert scanned.exit_code == 0, scanned.output


def test_looks_of_a_desk_are_told_by_day_and_those_of_others_by_name(
    stage: Stage, operator: Client, sign_in: Callable[[str], Client]
) -> None:
    """Each look is there all the same: so many as were taken."""
    number = call(operator)
    with stage.session() as session:
        a = db.metadata.tables["access"]
        mine = a.c.subject.startswith(number)
        before = len(session.core(select(a.c.id).where(mine)).all())
    operator.get(f"/intake/{number}")
    sign_in("office").get(f"/intake/{number}")
    with stage.session() as session:
        looks = session.core(select(a.c.person_id, a.c.at, a.c.what).where(mine).order_by(a.c.id)).all()[before:]
    assert [(x.person_id, x.what, f"{office_clock.local(x.at):%H:%M}") for x in looks] == [
        (None, "record", "00:00"), (PERSON["office"], "record", "14:37"),
    ]  # fmt: skip


def test_the_day_and_the_desk_stand(stage: Stage, operator: Client) -> None:
    number = call(operator)
    operator.do(f"/intake/{number}", "excerpt")
    with stage.session() as session:
        n, d = (db.metadata.tables[t] for t in ("notes", "duties"))
        steps = session.core(select(n.c.person_id, n.c.who, n.c.at).where(n.c.subject == number)).all()
        owed = set(session.core(select(d.c.what).where(d.c.subject == number)).scalars())
    assert {(s.person_id, s.who, f"{office_clock.local(s.at):%Y-%m-%d %H:%M}") for s in steps} == {
        (None, "受理台", "2026-11-23 00:00")
    }
    assert owed == {"intake.excerpt", "intake.accept"}, "nobody can be told"


def test_the_time_line_of_an_anonymous_tip_shows_days_alone(stage: Stage, operator: Client) -> None:
    whens = operator.get(f"/intake/{call(operator)}").main.select(".story__when")
    assert "11-23" in [w.get_text() for w in whens] and "00:00" not in str(whens)


def test_of_an_anonymous_caller_nothing_that_was_typed_is_kept(stage: Stage, operator: Client) -> None:
    typed = ANONYMOUS | {"name": "李四海", "phone": "13900001111", "address": "北苑三路3号", "risk": "有，说明"}
    action, data = operator.form(NEW, **(CALL | typed))
    number = operator.post(action, data).location.split("/")[2]
    with stage.session() as session:
        row = session.core(select(Tip.__table__).where(Tip.__table__.c.number == number)).one()
    assert (row.created_by, row.at_risk, row.reporter_sealed, row.phone_sealed) == (None, True, None, None)
    assert {"contact", "tell"}.isdisjoint(operator.get(f"/intake/{number}").verbs)


def test_the_chain_holds_over_entries_without_person_and_minute(stage: Stage, operator: Client) -> None:
    call(operator)
    with stage.app.app_context():
        jobs.digest_looks()
        db.session.remove()
    with stage.session() as session:
        trail.flush_anchor()
        assert trail.verify(session).broken is None


def test_a_length_tells_nothing(stage: Stage) -> None:
    """Sealed texts are padded: two words and two sentences take the same room; a file's size is rounded (G31)."""
    sizes = set()
    for said in ("金丝雀", "金丝雀" * 20):
        number = stage.tip("excerpt", narrative=said, naming="匿名", name="", phone="")
        with stage.session() as session:
            t = Tip.__table__
            sizes.add(len(session.core(select(t.c.original_sealed).where(t.c.number == number)).scalar_one()))
    assert len(sizes) == 1
    assert vault.PADS == (256, 1024, 4096, 16384, 65536)


def test_the_clock_of_a_file_is_the_day(stage: Stage, clock: Clock) -> None:
    """On the disk too: the store's own time of a file that an anonymous reporter gave."""
    clock.to(MINUTE)
    folder = stage.app.config["SETTINGS"].instance / "files"
    before = {p for p in folder.rglob("*") if p.is_file()}
    raw = letters.plain(
        name="", address="a@example.cn", text="收钱的人每天来", files=(("a.jpg", "image/jpeg", photo()),)
    )
    with stage.app.app_context():
        assert polling.keep(("jubao@anlan.example/INBOX", 3, 2), raw, reading.read(raw))
    stage.do("operator", "mails.to_tip", stage.newest("mails"), naming="匿名", name="")
    new = [p for p in folder.rglob("*") if p.is_file() and p not in before]
    assert len(new) == 2
    assert {p.stat().st_mtime for p in new} == {datetime.fromisoformat("2026-11-23T00:00:00+08:00").timestamp()}
