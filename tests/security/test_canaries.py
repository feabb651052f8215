"""Words planted in a matter of another are in no byte that one can fetch: page, list, file, search, fragment (G2)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.core import clock
from portal.core.files import Upload
from portal.core.register import REGISTERS
from portal.extensions import db
from portal.meetings.forms import Make
from tests import cast
from tests.pages import Client
from tests.security.crawl import crawl, same, whole
from tests.verbs.stage import PERSON, PNG, UNIT, Stage

pytestmark = pytest.mark.security
BIRD = "鸊鷉"  # in no other word of the portal
PLATE, PHONE, IN_FILE = "安Q77V31", "13977700077", b"A CANARY IN THE FILE"
ALL = [p.login for p in cast.PEOPLE]
EVERY = bool(os.environ.get("EVERY"))


@dataclass(frozen=True)
class Planted:
    """The numbers and ids of what was planted."""

    clue: str
    check: str
    referral: str
    meeting: str
    decision: str
    files: tuple[str, ...]
    papers: tuple[int, ...]

    @property
    def words(self) -> list[bytes]:
        said = (BIRD, PLATE, PHONE, self.clue, self.check, self.referral, self.meeting, self.decision, *self.files)
        return [*(w.encode() for w in said), IN_FILE]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.fixture(scope="module")
def planted(stage: Stage) -> Planted:
    """A closed clue of unit A with everything on it; 周旁人 of unit B has a clue of his own."""
    stage.clue("checking", "b", "officer2", "unit_head2")
    photo = (Upload.of(f"{BIRD}.png", "image/png", PNG + IN_FILE),)
    words = {"words": f"{BIRD}意见"}
    n = stage.clue(
        "proposed", title=f"{BIRD}一案", summary=f"{BIRD}夜里 {PHONE}", place=f"{BIRD}路", occurred=f"{BIRD}时", level="重大",
        source_ref=f"{BIRD}文号", parties=(("单位", f"{BIRD}公司", f"{BIRD}特征"), ("车牌", PLATE, ""), ("电话", PHONE, "")),
    )  # fmt: skip
    do = stage.do
    do("office_head", "clues.assign", n, unit_id=UNIT["a"], officer_id=PERSON["officer"], level="重大", **words)
    do("officer", "clues.acknowledge", n)
    do("officer", "checks.record", n, place=f"{BIRD}场", found=f"{BIRD}所见", files=photo)
    do("office", "referrals.send", n, receiver_name=f"{BIRD}局", document_no=f"{BIRD}号", scan=photo, **words)
    referral = stage.newest("referrals")
    do("office", "referrals.answer", referral, answer_text=f"{BIRD}答复")
    do("officer", "clues.conclude", n, finding=f"{BIRD}结论", files=photo)
    do("unit_head", "clues.sign", n, **words)
    do("office", "clues.pass", n, **words)
    do("deputy_head", "clues.close", n, **words)
    made = Make(f"{BIRD}一事，核对{n}", UNIT["a"], PERSON["officer"], clock.today() + timedelta(9), None)
    meeting = stage.meeting(made, place=f"{BIRD}楼", present_others=f"{BIRD}局", scan=photo)
    decision = stage.newest("decisions")
    do("officer", "decisions.accept", decision)
    do("officer", "decisions.report", decision, files=photo, **words)
    do("officer", "decisions.finish", decision, files=photo, **words)
    do("office", "decisions.verify", decision, **words)
    with stage.session() as session:
        f, p, c = (db.metadata.tables[t] for t in ("files", "papers", "checks"))
        check = session.core(select(c.c.number).order_by(c.c.id.desc())).scalars().first()
        files = (
            session.core(select(f.c.id).where(f.c.number.in_([n, check, referral, meeting, decision]))).scalars().all()
        )
        papers = session.core(select(p.c.id).where(p.c.subject == n)).scalars().all()
    assert len(files) == 7 and len(papers) == 1
    return Planted(n, check, referral, meeting, decision, tuple(files), tuple(papers))


def leaks(pages: dict[str, bytes], words: list[bytes]) -> list[str]:
    """The addresses whose answer holds one of the words."""
    return [f"{url}: {word.decode()}" for url, page in pages.items() for word in words if word in page]


OUTSIDERS = [
    "officer2", "unit_head2", "below", "operator", "discipline", "personnel", "sysadmin", "secadmin", "auditor",
]  # fmt: skip


@pytest.mark.database
@pytest.mark.parametrize("login", OUTSIDERS)
def test_nothing_that_can_be_reached_by_links_holds_a_word(
    sign_in: Callable[[str], Client], planted: Planted, login: str
) -> None:
    pages = crawl(sign_in(login).http, most=100)
    assert len(pages) > 4, "this person can open hardly a page"
    assert leaks(pages, planted.words) == []


def doors(planted: Planted) -> Iterator[str]:
    """Every address of the planted records, whoever would know or guess them."""
    for register, number in (
        ("clues", planted.clue),
        ("checks", planted.check),
        ("referrals", planted.referral),
        ("meetings", planted.meeting),
        ("decisions", planted.decision),
    ):
        r = REGISTERS[register]
        yield from (
            f"{r.root}{number}",
            f"{r.root}{number}?format=xlsx",
            f"{r.root}{number.lower()}",
            f"{r.root}{wide(number)}",
        )
        yield from (f"{r.root}%20{number}", f"{r.root}{number}%00", f"{r.root}{number}/", f"{r.root}./{number}")
        for v in r.verbs.values():
            yield f"{r.root}{number}/do/{v.name}" + ("?paper=1" if v.approves else "")
        for child in REGISTERS.values():
            yield from (f"{child.root}do/{v.name}?under={number}" for v in child.verbs.values() if v.under)
    yield from (f"/files/{f}" for f in planted.files)
    yield from (f"/papers/{i}.{kind}" for i in planted.papers for kind in ("docx", "json"))
    yield from (f"/intake/{planted.clue}/receipt", f"/intake/{planted.clue}/contact", f"/umbrella/{planted.clue}")


def wide(number: str) -> str:
    """Full-width letters and digits."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in number)


def absent(address: str, planted: Planted) -> str:
    """The same address of a record, file or paper that is not there."""
    for there in (planted.clue, planted.check, planted.referral, planted.meeting, planted.decision):
        for write in (str, str.lower, wide):
            digits = re.sub(r"\d{4,6}$", lambda m: "9" * len(m[0]), there)
            address = address.replace(write(there), write(digits))
    for f in planted.files:
        address = address.replace(f, "0" * 32)
    return re.sub(r"/papers/\d+", "/papers/99999", address)


@pytest.mark.parametrize("login", ["officer2", "operator"])
def test_every_door_of_a_hidden_record_answers_like_one_of_none(
    sign_in: Callable[[str], Client], planted: Planted, login: str
) -> None:
    """Each door is opened, and tried in one of the five other ways by turns; in all with EVERY=1 in the environment."""
    http, others = (
        sign_in(login).http,
        (("POST", None), ("GET", "next"), ("HEAD", None), ("GET", "list"), ("OPTIONS", None)),
    )
    for i, url in enumerate(doors(planted)):
        turn = i + (login == "operator")
        for method, target in (("GET", None), *(others if EVERY else others[turn % 5 :][:1])):
            headers = {"HX-Request": "true", "HX-Target": target} if target else {}
            seen, none = (http.open(u, method=method, headers=headers) for u in (url, absent(url, planted)))
            assert _told(seen) == _told(none), f"{method} {url} {target}"
            assert leaks({url: whole(seen).replace(url.encode(), b"")}, [*planted.words[:3], IN_FILE]) == []
            assert seen.status_code in (200, 308, 400, 404, 405), f"{method} {url}: {seen.status_code}"


def _told(answer: TestResponse) -> tuple[int, str, str, int]:
    """Status, what the page says, its headers, its length; the address that was asked is echoed by redirects alone."""
    text = re.sub(r"-\d{4}-(?<=[A-Za-z]{2}-\d{4}-)\d{4,6}", "", same(whole(answer)))
    return answer.status_code, text, answer.headers.get("Allow", ""), len(answer.data)


NOT_THERE = {2: "龘靐", 4: "龘靐齉爩", 6: "龘靐齉爩鱻麤"}


@pytest.mark.database
def test_no_search_answers_for_a_hidden_record(sign_in: Callable[[str], Client], planted: Planted) -> None:
    """Word, its first two characters, number, plate, telephone, file name: as if asked for what nobody wrote."""
    http = sign_in("officer2").http
    nothing = f"{planted.clue[:8]}{'9' * 6}"
    asked = [(BIRD, NOT_THERE[2]), (f"{BIRD}一案", NOT_THERE[4]), (f"{BIRD}公司", NOT_THERE[4]), (PLATE, "安Q77V99")]
    asked += [
        (planted.clue, nothing),
        (wide(planted.clue), wide(nothing)),
        (planted.clue.lower(), nothing.lower()),
        (planted.meeting, f"{planted.meeting[:8]}9999"),
        (planted.decision, f"{planted.decision[:8]}9999"),
        (PHONE, "13977700099"),
    ]
    for address in (
        "/search?q=",
        "/clues/?q=",
        "/clues/?tab=all&q=",
        "/referrals/?q=",
        "/clues/?sort=due&q=",
        "/clues/?format=xlsx&q=",
        "/parties/?q=",
        "/parties/?kind=车牌&q=",
        "/meetings/?q=",
        "/meetings/?format=xlsx&q=",
        "/meetings/decisions/?q=",
        "/meetings/decisions/?format=xlsx&q=",
    ):
        for there, none in asked:
            found, empty = (http.get(address + q) for q in (there, none))
            assert found.status_code == empty.status_code
            if "xlsx" in address:
                assert BIRD.encode() not in whole(found)
                continue
            pages = [same(whole(a)).replace(q, "□") for a, q in ((found, there), (empty, none))]
            encoded = [re.sub(r"%[0-9A-F]{2}|[Q-Z]77V\d\d|q=[^\"&]*", "", p) for p in pages]
            assert encoded[0] == encoded[1], f"{address}{there}"


@pytest.mark.database
def test_no_condition_order_or_cursor_reaches_a_hidden_row(
    sign_in: Callable[[str], Client], planted: Planted, stage: Stage
) -> None:
    http = sign_in("officer2").http
    with stage.session() as session:
        t = db.metadata.tables["clues"]
        row = session.core(select(t).where(t.c.number == planted.clue)).one()
    at = row.received_at.isoformat().replace("+", "%2B")
    asked = [f"{turn}={at},{row.id + d}" for turn in ("before", "after") for d in (-1, 0, 1)]
    asked += [
        f"unit={UNIT['a']}",
        "level=重大",
        "conclusion=部分属实",
        "state=closed",
        f"closed_from={row.closed_on}",
        "tab=closed",
    ]
    asked += [f"sort={key}" for key in ("summary", "officer_id", "owed_by", "id")] + [f"{c.key}={BIRD}" for c in t.c]
    asked += [
        "after=x",
        "before=,",
        "after=2026-01-01,1",
        "before=2026-01-01T00:00:00,1",
        f"after={at},{10**30}",
        f"unit={10**30}",
        "unit=２",
    ]
    for part in asked:
        for more in ("", "&format=xlsx") if part.startswith(("unit", "level", "before", "tab")) else ("",):
            answer = http.get(f"/clues/?{part}{more}")
            assert answer.status_code == 200, f"{part}: {answer.status_code}"
            assert leaks({part: whole(answer)}, [word for word in planted.words if word.decode() not in part]) == []
    default = same(whole(http.get("/clues/")))
    for hidden in ("summary", "conclusion", "officer_id", "number", "owed_by"):
        assert same(whole(http.get(f"/clues/?sort={hidden}"))) == default


@pytest.mark.database
def test_many_at_once_tell_a_hidden_row_from_none_in_no_word(
    sign_in: Callable[[str], Client], stage: Stage, planted: Planted
) -> None:
    """The office_head is recused: he may do the verb, but not on this row."""
    number = stage.clue("checking")
    stage.do("office_head", "clues.recuse", number)
    head = sign_in("office_head")
    pages = []
    for n in (number, f"{number[:8]}{'9' * 6}"):
        form = head.get(f"/clues/do/urge?row={n}:1")
        action, data = head.form(form, words="请办")
        data["row"] = f"{n}:1"
        pages.append(same(whole(head.http.post(action, data=data))).replace(n, "□"))
    assert pages[0] == pages[1] and "不在您的办理范围" in pages[0]


def test_a_draft_is_offered_to_its_writer_alone(sign_in: Callable[[str], Client], stage: Stage) -> None:
    number = stage.clue("checking")
    officer, colleague = sign_in("officer"), sign_in("colleague")
    action, data = officer.form(f"/clues/{number}/do/conclude", finding=f"{BIRD}草稿", conclusion="查否")
    officer.post(action + "?draft=1", data, status=204)
    assert BIRD in officer.get(f"/clues/{number}/do/conclude").html
    assert BIRD not in colleague.get(f"/clues/{number}/do/conclude").html
    office, office2 = sign_in("office"), sign_in("office2")
    action, data = office.form("/clues/do/register", title=f"{BIRD}草稿")
    office.post(action + "?draft=1", data, status=204)
    assert BIRD in office.get("/clues/do/register").html
    assert BIRD not in office2.get("/clues/do/register").html


# ── umbrella ──
SAID = f"{BIRD}副科长收钱。我是鸊鷉李，住鸊鷉路，电话{PHONE}。"


@pytest.fixture(scope="module")
def matters(stage: Stage) -> list[str]:
    """Two matters as calls name officials, and one found when a clue is closed. Every word of them is a canary."""
    call = {
        "narrative": SAID, "place": f"{BIRD}路", "name": f"{BIRD}李", "phone": PHONE, "names_official": "是", "address": f"{BIRD}路",
        "parties": (("人员", f"{BIRD}副科长", f"{BIRD}人"), ("车牌", PLATE, "")), "occurred": f"{BIRD}时", "relation": f"{BIRD}邻",
    }  # fmt: skip
    numbers = []
    for _ in range(2):
        stage.do("operator", "intake.call", **call)
        numbers.append(stage.newest("umbrella_matters"))
    stage.do("discipline", "umbrella.hand_over", numbers[0], remark=f"{BIRD}说明")
    clue = stage.clue("telling", officer="colleague")
    stage.do("office_head", "clues.close", clue, umbrella="有", umbrella_words=SAID)
    return [*numbers, stage.newest("umbrella_matters")]


@pytest.mark.database
@pytest.mark.parametrize(
    "login",
    cast.cases(
        [p for p in ALL if p != "discipline"], "discipline2", "office", "officer", "leader", "auditor", "operator"
    ),
)
def test_no_word_of_an_umbrella_matter_is_anywhere(
    sign_in: Callable[[str], Client], matters: list[str], stage: Stage, login: str
) -> None:
    client, other = sign_in(login), f"BS-2026-{'9' * 4}"
    owners = (
        "officer",
        "colleague",
        "unit_head",
        "office",
        "office2",
        "office_head",
        "deputy_head",
        "bureau_head",
        "leader",
    )
    planted = [BIRD.encode(), PLATE.encode(), PHONE.encode(), b"BS-2026-"]
    pages = crawl(client.http, most=40)
    found = leaks(pages, planted)
    if login in owners:  # whoever sees the planted clue of unit A reads its own birds; a matter's number nobody
        found = leaks(pages, planted[3:])
    assert found == []
    for number in matters:
        for url in (
            f"/umbrella/{number}",
            f"/umbrella/{number}/do/hand_over",
            f"/search?q={number}",
            f"/intake/{number}",
            f"/clues/{number}",
        ):
            seen, none = (client.http.get(u) for u in (url, url.replace(number, other)))
            assert seen.status_code == none.status_code
            assert same(whole(seen)).replace(number, "") == same(whole(none)).replace(other, "")


def test_the_named_clerk_reads_them(sign_in: Callable[[str], Client], matters: list[str]) -> None:
    page = sign_in("discipline").get(f"/umbrella/{matters[1]}")
    assert BIRD in page.text and PHONE in page.text
