"""A list shows what its address says: each row once, on both engines, there and back, and the same rows in a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import update

from portal.core import browse, clock, lists
from portal.core.register import REGISTERS
from portal.extensions import db
from portal.umbrella.lists import Row
from tests.core import seeded
from tests.core.seeded import C, everything, numbers, parts, seen_by, statements, through, within
from tests.engines import ROOT, Engine, Place
from tests.pages import Client

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def place(engine: Engine, empty: Place, worker_id: str) -> Iterator[Place]:
    yield from seeded.fresh(engine, empty, worker_id)


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield
        db.session.remove()


@pytest.fixture(scope="module")
def office(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("bench_office")


def write(**values: Any) -> None:
    """Change the newest rows past every rule: 130 of them."""
    session = seen_by("bench_office")
    newest = [r.id for r in everything()[:130]]
    session.rollback()
    session.connection(execution_options={"write": True})
    session.core(update(C).where(C.c.id.in_(newest)).values(**values))
    session.commit()


def retitle(titles: dict[int, str]) -> None:
    session = seen_by("bench_office")
    session.connection(execution_options={"write": True})
    for row_id, title in titles.items():
        session.core(update(C).where(C.c.id == row_id).values(title=title))
    session.commit()


FILTERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "field": ("渣土运输", lambda r: r.field == "渣土运输"),
    "level": ("一般", lambda r: r.level == "一般"),
    "source": ("群众举报", lambda r: r.source == "群众举报"),
    "kind": ("涉恶", lambda r: r.kind == "涉恶"),
    "state": ("filed", lambda r: r.state == "filed"),
    "conclusion": ("查实", lambda r: r.conclusion == "查实"),
    "unit": ("2", lambda r: r.unit_id == 2),
    "received_from": ("2025-06-01", lambda r: clock.local(r.received_at).date().isoformat() >= "2025-06-01"),
    "received_to": ("2026-06-01", lambda r: clock.local(r.received_at).date().isoformat() <= "2026-06-01"),
    "closed_from": ("2025-09-01", lambda r: r.closed_on and r.closed_on.isoformat() >= "2025-09-01"),
    "closed_to": ("2026-09-01", lambda r: r.closed_on and r.closed_on.isoformat() <= "2026-09-01"),
}
TOGETHER = [(), *((f,) for f in FILTERS), ("field", "level"), ("field", "level", "source", "kind"), ("state", "field"), ("unit", "received_from", "received_to"), ("closed_from", "closed_to", "conclusion")]  # fmt: skip


@pytest.mark.parametrize("keys", TOGETHER, ids=lambda keys: "+".join(keys) or "none")
@pytest.mark.parametrize("login", seeded.SCOPES)
def test_filters_combine(inside: None, login: str, keys: tuple[str, ...]) -> None:
    session = seen_by(login)
    units = within(session)
    wanted = [r.number for r in everything() if r.unit_id in units and all(FILTERS[k][1](r) for k in keys)]
    assert numbers(session, **{k: FILTERS[k][0] for k in keys}) == wanted


def test_filters_live_in_the_address(office: Client) -> None:
    page = office.get("/clues/?source=" + quote("群众举报") + "&tab=closed&sort=received&q=" + quote("路"))
    older = page.soup.select_one("#older")
    kept = {"source": "群众举报", "tab": "closed", "sort": "received", "q": "路"}
    assert older is not None and parts(str(older["href"])).items() >= kept.items()
    by_level = next(a for a in page.soup.select(".menu__list a") if "重大" in a.get_text())
    assert parts(str(by_level["href"])) == kept | {"level": "重大"}, "a new condition begins on the first page"
    chosen = next(a for a in page.soup.select("a.chip--chosen") if "群众举报" in a.get_text())
    assert parts(str(chosen["href"])) == {k: v for k, v in kept.items() if k != "source"}
    tab = page.soup.select_one("a[data-tab=open]")
    assert tab is not None and parts(str(tab["href"])) == kept | {"tab": "open"}


def test_a_state_and_a_tab_exclude_each_other(inside: None) -> None:
    session = seen_by("bench_office")
    wanted = [r.number for r in everything() if r.state == "filed"]
    assert numbers(session, state="filed", tab="open") == wanted


def test_sorted_by_due_time(inside: None) -> None:
    session = seen_by("bench_office")
    owed = sorted((r for r in everything() if r.owed_at), key=lambda r: (r.owed_at, r.id))
    assert numbers(session, sort="due") == [r.number for r in owed]


def test_the_due_order_is_offered_where_an_index_serves_it(office: Client) -> None:
    for query, offered in {"": True, "tab=mine&": True, "tab=open&": False, "state=checking&": False}.items():
        page = office.get(f"/clues/?{query}sort=due")
        assert bool(page.soup.select("a[href*='sort=due']")) is offered, query
    assert office.get("/clues/?tab=open&sort=due").numbers == office.get("/clues/?tab=open").numbers


@pytest.mark.parametrize("sort", ["received", "due"])
def test_each_row_once_there_and_back_though_times_are_equal(inside: None, sort: str) -> None:
    if sort == "received":
        write(received_at=datetime(2026, 11, 20, 1, tzinfo=UTC))
    session = seen_by("bench_office")
    older = list(through(session, "older", {"sort": sort}))
    there = [r.number for page in older for r in page.rows]
    wanted = {r.number for r in everything() if sort == "received" or r.owed_at}
    assert len(there) == len(wanted) and set(there) == wanted
    if len(older) > 1:
        newer = list(through(session, "newer", parts(older[-1].newer)))
        assert [r.number for page in (*reversed(newer), older[-1]) for r in page.rows] == there
    assert older[0].newer is None and older[-1].older is None


def test_tabs_are_what_they_say(inside: None, app: Flask) -> None:
    session, now, rows = seen_by("bench_office"), clock.now(), everything()
    soon = clock.end_of(clock.add_working_days(clock.today(), lists.SOON_DAYS))
    due = [r for r in rows if r.owed_kind == "due" and r.closed_on is None]
    wanted = {
        "open": [r for r in rows if r.closed_on is None],
        "mine": [r for r in rows if r.owed_by == session.actor.id],
        "soon": [r for r in due if now <= r.owed_at < soon],
        "overdue": [r for r in due if r.owed_at < now],
        "closed": [r for r in rows if r.closed_on is not None],
        "all": rows,
    }
    wanted |= {state: [r for r in rows if r.state == state] for state in ("proposed", "referred", "held")}
    assert set(wanted) == {t.key for t in REGISTERS["clues"].tabs}
    for tab, expected in wanted.items():
        assert sorted(numbers(session, tab=tab)) == sorted(r.number for r in expected), tab
    counted = {t.key for t in REGISTERS["clues"].tabs if t.counted}
    assert lists.counts(session, REGISTERS["clues"]) == {t: str(len(wanted[t])) for t in counted}


def test_counts_stop_at_99(inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "CAP", 3)
    lists._counting.cache_clear()
    assert lists.counts(seen_by("bench_office"), REGISTERS["clues"])["mine"] == "99+"
    lists._counting.cache_clear()


STRANGE = {
    "nothing we know": "colour=red&page=7&limit=1000000&order=id;drop",
    "no such tab, order, state": "tab=x&sort=title&state=open&state_=1",
    "no numbers": "unit=abc&unit_id=1",
    "numbers beyond any": "unit=99999999999999999999999&before=2026-01-01T00:00:00%2B00:00,99999999999999999999",
    "days beyond any": "received_from=0001-01-01x&received_to=9999-12-31&closed_from=2026-02-30",
    "the first day of all": "received_from=0001-01-01",
    "places that no list has written": "before=2026-01-01,5&after=x",
    "a place without a zone": "before=2026-01-01T00:00:00,5",
    "a place at the end of time": "after=9999-12-31T23:59:59-23:59,1",
    "a negative id": "before=2026-01-01T00:00:00%2B00:00,-1",
    "emptiness": "q=&field=&unit=&before=&tab=",
}


@pytest.mark.parametrize("query", STRANGE.values(), ids=STRANGE)
def test_what_is_not_understood_is_ignored(office: Client, query: str) -> None:
    assert office.get(f"/clues/?{query}").numbers == office.get("/clues/").numbers


@pytest.mark.parametrize(
    "q", ["'", '"', "%", "\\", "*", '"渣土" OR 1', "渣土*", "a:b", "(", "-", "NEAR(", "🙂", "x" * 500]
)
def test_any_words_may_be_asked(office: Client, q: str) -> None:
    office.get("/clues/?q=" + quote(q))


def test_a_full_number_alone_counts(office: Client) -> None:
    some = office.get("/clues/").numbers[7]
    wide = some.lower().translate({ord(c): ord(c) + 0xFEE0 for c in some.lower() if c not in "-"})
    assert office.get("/clues/?q=" + some).numbers == office.get("/clues/?q=" + quote(wide)).numbers == [some]


def test_a_file_has_the_same_rows_and_nothing_but_text(office: Client, inside: None) -> None:
    dangerous = [
        "=1+1",
        "+2",
        "-3",
        "@SUM(A1)",
        '=HYPERLINK("http://x")',
        "http://example.org",
        "12345",
        "\x07bell",
        "{=1}",
    ]
    seen_by("bench_office")
    titles = {r.id: r.title for r in everything() if r.state == "filed" and r.field == "渣土运输"}
    retitle(dict(zip(titles, dangerous, strict=False)))
    wanted = numbers(seen_by("bench_office"), field="渣土运输", state="filed")
    db.session.remove()
    answer = office.http.get("/clues/?format=xlsx&state=filed&field=" + quote("渣土运输"))
    retitle(titles)
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert b"<f>" not in answer.data
    head = [cell.value for cell in sheet[1]]
    assert head[:2] == ["编号", "线索"] and "" not in head
    rows = [[cell.value for cell in row[:2]] for row in sheet.iter_rows(min_row=2, max_row=len(wanted) + 1)]
    assert [number for number, _ in rows] == wanted
    assert {title for _, title in rows} >= {"=1+1", "+2", "-3", "@SUM(A1)", "bell", "12345"}
    assert sheet.cell(len(wanted) + 2, 1).value is None
    assert "导出" in str(sheet.cell(len(wanted) + 3, 1).value)


def test_the_page_asks_little(office: Client, app: Flask) -> None:
    """At most eight statements, and none for counts: they come as a fragment of their own."""
    url = "/clues/?field=" + quote("渣土运输") + "&state=filed"
    with app.app_context(), statements() as said:
        office.get(url)
    asked = [s for s in said if s.startswith(("SELECT", "WITH"))]
    assert len(asked) <= 8 and not [s for s in asked if "count(" in s]


def test_what_is_kept_is_nobodys(sign_in: Callable[[str], Client]) -> None:
    """People of the same roles share a frame: what stands in it is of nobody, and so are the rows that are remembered."""
    one, other = (sign_in(login).get("/clues/?tab=all") for login in ("bench_head", "bench_officer"))
    assert "测大队长" in one.html and "测大队长" not in other.html
    personal = re.compile(r"csrf_token|csp_nonce|person\b|flashes|page\.|rows\b")
    for template in sorted(Path(ROOT / "templates").rglob("*.html")):
        for kept in re.findall(r"\{% call kept\(.*?\{% endcall %\}", template.read_text(), re.DOTALL):
            assert not personal.search(kept), f"{template.name}: {kept[:200]}"


def test_a_frame_is_kept_for_minutes(inside: None, clock: Any) -> None:
    """Units and days to choose from change."""
    clock.to("2026-11-24 10:00")
    session, clues = seen_by("bench_office"), REGISTERS["clues"]

    def frame() -> Any:
        return browse._frame(clues, lists.read(clues, {}), session.actor.roles, "zh")

    first = frame()
    assert frame() is first
    clock.forward(days=1)
    week_ago = frame()["chips"][0].options[0]
    assert "2026-11-18" in week_ago[0] and "2026-11-17" in first["chips"][0].options[0][0]


def test_sealed_rows_are_not_remembered(inside: None) -> None:
    """A drawn row lies in memory for long: only what the search index holds in clear anyway is kept."""
    before = browse._drawn.cache_info()
    row = Row(**dict.fromkeys(Row._fields, "沙场") | {"due": clock.Due("", "", "")})
    assert "沙场" in browse._draw(REGISTERS["umbrella"], row, "zh")
    assert browse._drawn.cache_info() == before
