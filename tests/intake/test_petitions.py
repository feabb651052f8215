"""Petitions: once by their number, sealed, read for clues by somebody; their two clocks; old ones from a spreadsheet."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from sqlalchemy import update

from portal.core import clock, sealed_files
from portal.core.errors import Refused
from portal.core.files import Upload
from portal.intake.petitions import reading
from portal.intake.petitions.models import Petition
from tests.intake.test_call import stored
from tests.pages import Client
from tests.security.crawl import same, whole
from tests.verbs.stage import PERSON, PNG, UNIT, Stage, pairs
from tests.verbs.stage import given as filled

pytestmark = pytest.mark.database
SignIn = Callable[[str], Client]
ROOT = "/intake/petitions/"
HEAD = (*reading.NEEDED, *reading.FURTHER)
GOOD = ("来信", "2019-03-05", "检举控告", "砂石场强拉强倒")


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def kept(app: Flask, number: str) -> Any:
    (row,) = stored(app, "SELECT * FROM petitions WHERE number = :n", n=number)
    return row


def owed(app: Flask, number: str) -> dict[str, tuple[date, str]]:
    rows = stored(app, "SELECT what, due_at, kind FROM duties WHERE subject = :n AND state = 'open'", n=number)
    return {r.what: (str(r.due_at)[:10], r.kind) for r in rows}


# ── registered once, sealed, with its clocks ──────────────────────────────────────────────────────────────────────
def test_a_petition_is_registered_once_by_its_number(sign_in: SignIn, stage: Stage) -> None:
    number = stage.petition(ref="信访2026-88")
    operator = sign_in("operator")
    action, data = operator.form(f"{ROOT}do/register", **pairs(filled("petitions.register", ref=" 信访2026-88 ")))
    page = operator.post(action, data, 422)
    assert number in page.alert and page.soup.select_one("#ref-error") is not None


@pytest.mark.parametrize(("category", "days"), [("检举控告", None), ("申诉求决", 15), ("意见建议", 15)])
def test_its_class_decides_the_clock_of_acceptance(app: Flask, stage: Stage, category: str, days: int | None) -> None:
    number = stage.petition(category=category, petitioned_on=date(2026, 11, 2))
    told = owed(app, number).get("petitions.accept")
    assert told is None if days is None else told == ("2026-11-17", "remind")


def test_sixty_days_run_from_an_accepted_claim_until_its_conclusion(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    number, operator = stage.petition(petitioned_on=date(2026, 10, 8)), sign_in("operator")
    operator.do(f"{ROOT}{number}", "accept", acceptance="受理", told_on="2026-10-12")
    assert owed(app, number).keys() == {"petitions.found", "petitions.conclude"}
    assert owed(app, number)["petitions.conclude"] == ("2026-12-11", "remind")
    operator.do(f"{ROOT}{number}", "conclude", conclusion="支持诉求", concluded_on="2026-11-20")
    assert owed(app, number).keys() == {"petitions.found"}
    assert operator.get(f"{ROOT}{number}").main.find(string="支持诉求（2026-11-20）") is not None


def test_what_is_not_accepted_any_more_need_not_end_in_sixty_days(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    number, operator = stage.petition(petitioned_on=date(2026, 10, 8)), sign_in("operator")
    for acceptance, told_on in (("受理", "2026-10-12"), ("受理", "2026-10-13"), ("转送", "2026-10-14")):
        operator.do(f"{ROOT}{number}", "accept", acceptance=acceptance, told_on=told_on)
    assert owed(app, number).keys() == {"petitions.found"}


@pytest.mark.parametrize(
    ("verb", "more"),
    [("nothing", {"words": "李四海反映的是邻里纠纷"}), ("conclude", {"conclusion": "已电话13900001111答复", "concluded_on": "2026-11-20"})],
)  # fmt: skip
def test_what_lies_open_names_nobody(sign_in: SignIn, stage: Stage, verb: str, more: dict[str, str]) -> None:
    """A reason, a conclusion: the office reads them, and they go into the export."""
    number, operator = (
        stage.petition(petitioned_on=date(2026, 10, 8), name="李四海", phone="13900001111"),
        sign_in("operator"),
    )
    action, data = operator.form(f"{ROOT}{number}/do/{verb}", **more)
    assert "信访人的" in operator.post(action, data, 422).alert


def test_a_day_before_the_petition_is_refused(stage: Stage) -> None:
    number = stage.petition(petitioned_on=date(2026, 10, 8))
    with pytest.raises(Refused, match="2026-10-08"):
        stage.do("operator", "petitions.accept", number, told_on=date(2026, 10, 1))


def test_its_words_are_read_by_its_keeper_alone_and_until_it_is_judged(sign_in: SignIn, stage: Stage) -> None:
    number = stage.petition(contents="CANARYSAID 沙场")
    assert "CANARYSAID" in sign_in("operator").get(f"{ROOT}{number}/do/found").text
    assert "CANARYSAID" not in sign_in("operator").get(f"{ROOT}{number}").text
    for login in ("office", "office_head"):
        assert "CANARYSAID" not in sign_in(login).get(f"{ROOT}{number}").text
        sign_in(login).get(f"{ROOT}{number}/do/found", 403)
    stage.do("operator", "petitions.nothing", number)
    sign_in("operator").get(f"{ROOT}{number}/do/found", 409)


# ── read for clues ────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_holds_no_clue_says_who_found_that(app: Flask, stage: Stage) -> None:
    row = kept(app, stage.petition("nothing"))
    assert (row.state, row.judged_by, row.reason) == ("none", PERSON["operator"], "同意")


def test_a_clue_in_it_becomes_a_tip_with_the_person_sealed(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    operator = sign_in("operator")
    number = stage.petition(scans=())
    action, data = operator.form(f"{ROOT}{number}/do/found", **pairs(filled("petitions.found", naming="实名", name="")))
    tip = operator.post(action, data).location
    tip = operator.http.get(tip).location.split("/")[2]
    ((state, channel, source, reporter),) = stored(
        app, "SELECT state, channel, source, reporter_sealed FROM tips WHERE number = :n", n=tip
    )
    assert (state, channel, source) == ("triage", "信访", "信访转办") and reporter is not None
    assert "intake.tell" not in owed(app, tip)  # the 信访 system tells that it is accepted
    assert stored(app, "SELECT 1 FROM links WHERE from_number = :p AND to_number = :t", p=number, t=tip)


def test_an_excerpt_that_still_names_the_person_is_refused(stage: Stage) -> None:
    number = stage.petition()
    with pytest.raises(Refused, match="姓名"):
        stage.do("operator", "petitions.found", number, excerpt="李四海说沙场偷倒", naming="实名")


def test_of_a_nameless_one_nobody_is_named(app: Flask, stage: Stage) -> None:
    number = stage.petition("nothing")
    number = stage.petition(name="", phone="")
    stage.do("operator", "petitions.found", number, naming="匿名", name="")
    assert kept(app, number).judged_by is None
    step = stored(app, "SELECT person_id FROM notes WHERE subject = :n AND verb = 'petitions.found'", n=number)
    assert [s.person_id for s in step] == [None]


def test_one_that_names_an_official_leaves_nothing_readable(app: Flask, sign_in: SignIn, stage: Stage) -> None:
    scan = (sealed_files.alone(Upload.of("来信.png", "image/png", PNG)),)
    number = stage.petition(scans=scan)
    assert stored(app, "SELECT 1 FROM files WHERE number = :n", n=number)
    stage.do("operator", "petitions.found", number, names_official="是")
    assert stored(app, "SELECT 1 FROM files WHERE number = :n", n=number) == []
    ((destroyed,),) = stored(app, "SELECT destroyed_at FROM data_keys WHERE of = :n", n=number)
    assert destroyed is not None
    page = sign_in("discipline").get(f"/umbrella/{stage.newest('umbrella_matters')}")
    assert page.soup.select_one("a[href^='/umbrella/files/']") is not None
    assert sign_in("operator").get(f"{ROOT}{number}").status == 200


@pytest.mark.parametrize("login", ["operator", "office", "office_head"])
def test_its_page_says_the_same_whatever_its_number_holds_now_or_later(
    sign_in: SignIn, stage: Stage, login: str
) -> None:
    """An ordinary tip, an official's matter, a tip and a clue in which an official was found afterwards."""
    told, who = {}, sign_in(login)
    for way in ("ordinary", "at once", "the tip later", "the clue later"):
        number = stage.petition(ref=f"样{login}{way}")
        stage.do("operator", "petitions.found", number, names_official="是" if way == "at once" else "否")
        receipt = sign_in("operator").http.get(f"{ROOT}{number}/receipt").location.split("/")[2]
        if way == "the tip later":
            stage.do("office", "intake.mark", receipt)
        if way == "the clue later":
            stage.do("office", "intake.accept", receipt)
            stage.do("office", "clues.mark", stage.newest("clues"))
        page = whole(who.http.get(f"{ROOT}{number}"))
        assert receipt.encode() in page
        told[way] = same(page).replace(number, "").replace(receipt, "").replace(way, "")
        told[way] = re.sub(r"Content-Length: \d+", "", told[way])
    assert len(set(told.values())) == 1
    assert sign_in("operator").http.get(f"{ROOT}{number}/receipt").location == f"/intake/{receipt}/receipt"


def test_a_void_number_does_not_say_of_what_petition_it_was(sign_in: SignIn, stage: Stage) -> None:
    number = stage.petition("found")
    receipt = sign_in("operator").http.get(f"{ROOT}{number}/receipt").location.split("/")[2]
    assert number in sign_in("office").get(f"/intake/{receipt}").text
    stage.do("office", "intake.mark", receipt)
    assert number not in sign_in("office").get(f"/intake/{receipt}").text


# ── old ones from a spreadsheet ───────────────────────────────────────────────────────────────────────────────────
def sheet(*rows: tuple[Any, ...], head: tuple[str, ...] = HEAD, above: int = 0) -> tuple[io.BytesIO, str]:
    book, into = Workbook(), io.BytesIO()
    for _n in range(above):
        book.active.append(["历年信访件"])
    book.active.append([f"{h} *" if h in reading.NEEDED else h for h in head])
    for row in rows:
        book.active.append(row)
    book.save(into)
    return io.BytesIO(into.getvalue()), "旧信访件.xlsx"


def brought(operator: Client, file: tuple[io.BytesIO, str], status: int = 200) -> Any:
    action, data = operator.form(f"{ROOT}import", sheet=[file])
    return operator.post(action, data, status)


def test_each_row_is_kept_or_says_what_to_put_right(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    rows = (
        ("旧-1", *GOOD, 7, "王五", "13800002222", "北苑路", "受理", "2019年3月12日", "支持诉求", date(2019, 5, 1)),
        ("旧-2", "来信", "去年三月", "检举控告", "强占摊点"),
        ("旧-3", "电邮", "2019.3.5", "检举控告", "强占摊点"),
        ("旧-4", "来信", "20190305", "申诉求决类", ""),
        (),
        ("", *GOOD),
        ("旧-6", *GOOD, 0),
        ("旧-7", *GOOD, None, None, None, None, "受理"),
        (2019000123, *GOOD),
    )
    page = brought(operator, sheet(*rows, above=2))
    told = {
        tr.find_all("td")[0].get_text(): tr.find_all("td")[2].get_text(strip=True)
        for tr in page.main.select("tbody tr")
    }
    assert told["4"].startswith("XF-") and told["12"].startswith("XF-")
    said = {"5": "信访日期", "6": "信访形式", "7": "信访内容", "9": "信访件编号", "10": "人数", "11": "告知日期"}
    assert all(words in told[at] for at, words in said.items()), told
    row = kept(app, told["4"])
    assert (row.ref, row.headcount, row.acceptance, bool(row.is_old)) == ("旧-1", 7, "受理", True)
    assert kept(app, told["12"]).ref == "2019000123"
    due = clock.today() + timedelta(91)
    assert owed(app, told["4"]) == {"petitions.found": (str(due - timedelta(1)), "due")}


def test_the_same_sheet_again_adds_only_what_was_missing(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    first = brought(operator, sheet(("再-1", *GOOD), ("再-2", "来信", "?", "检举控告", "强占")))
    assert len(first.main.select("tr[data-number]")) == 1
    again = brought(operator, sheet(("再-1", *GOOD), ("再-2", *GOOD)))
    assert len(again.main.select("tr[data-number]")) == 1 and "已登记为 XF-" in again.text
    assert len(stored(app, "SELECT 1 FROM petitions WHERE ref LIKE '再-%'")) == 2


def test_a_sheet_sent_again_asks_to_put_nothing_right_that_is_right(sign_in: SignIn) -> None:
    operator, rows = sign_in("operator"), [("又-1", *GOOD), ("又-2", *GOOD)]
    brought(operator, sheet(*rows))
    page = brought(operator, sheet(*rows, ("又-3", *GOOD)))
    assert "没有导入。" not in page.text and "2 行此前已登记" in page.text


def test_rows_between_empty_ones_are_not_lost(app: Flask, sign_in: SignIn) -> None:
    """As a sheet is that somebody has spaced, or numbered beforehand."""
    head = ("序号", *HEAD)
    rows = [row for n in range(550) for row in ((n, f"隔-{n}", *GOOD), (n,))]
    page = brought(sign_in("operator"), sheet(*rows[:10], head=head))
    assert len(page.main.select("tbody tr")) == len(page.main.select("tr[data-number]")) == 5
    assert "1000" in brought(sign_in("operator"), sheet(*rows, head=head), 422).alert
    far = [row for n in range(3) for row in ((f"远-{n}", *GOOD), *[()] * 700)]
    brought(sign_in("operator"), sheet(*far))
    assert len(stored(app, "SELECT 1 FROM petitions WHERE ref LIKE '远-%'")) == 3


def test_an_old_one_keeps_the_rules_of_a_new_one(app: Flask, sign_in: SignIn) -> None:
    told = (1, "王五四", "13800002222", "", "受理", "2019-03-12")
    rows = (
        ("规-1", *GOOD, *told, "已答复王五四", "2019-05-01"), ("规-2", *GOOD, *told, "支持", "2019-01-01"),
        ("#N/A", *GOOD), ("规-4", *GOOD[:3], "砂石场_x000D_\n强拉强倒"),
    )  # fmt: skip
    page = brought(sign_in("operator"), sheet(*rows))
    said = {tr.td.get_text(): tr.find_all("td")[2].get_text() for tr in page.main.select("tbody tr")}
    assert "姓名" in said["2"] and "结论日期" in said["3"] and "信访件编号" in said["4"]
    number = kept(app, said["5"]).number
    assert "_x000D_" not in sign_in("operator").get(f"{ROOT}{number}/do/found").text


@pytest.mark.sqlite  # refused before anything is asked of the database
def test_a_sheet_that_is_none_says_why(sign_in: SignIn) -> None:
    operator = sign_in("operator")
    assert "表头" in brought(operator, sheet(head=("编号", "内容")), 422).alert
    assert "信访日期" in brought(operator, sheet(head=tuple(h for h in HEAD if h != "信访日期")), 422).alert
    assert "没有内容" in brought(operator, sheet(), 422).alert
    assert "xlsx" in brought(operator, (io.BytesIO(PNG), "表.png"), 422).alert
    many = sheet(*((f"多-{n}", *GOOD) for n in range(reading.ROWS + 1)))
    assert "1000" in brought(operator, many, 422).alert


def test_a_formula_is_no_word_and_a_bomb_is_no_sheet(app: Flask, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    page = brought(operator, sheet(("=1+1", *GOOD)))
    assert "信访件编号" in page.text and not page.main.select("tr[data-number]")


def test_the_sample_sheet_has_the_headings_that_are_read(sign_in: SignIn) -> None:
    answer = sign_in("operator").http.get(f"{ROOT}sample")
    head = [c.value for c in next(load_workbook(io.BytesIO(answer.get_data())).active.iter_rows())]
    assert [h.rstrip("*") for h in head] == list(HEAD)


def test_only_the_desk_brings_old_ones(sign_in: SignIn) -> None:
    for login in ("office", "office_head", "officer", "leader", "discipline"):
        sign_in(login).get(f"{ROOT}import", 404)
        assert sign_in(login).http.get(f"{ROOT}sample").status_code == 404


def test_what_is_sealed_is_no_first_value_of_the_form(sign_in: SignIn, stage: Stage) -> None:
    _action, data = sign_in("operator").form(f"{ROOT}{stage.petition()}/do/found")
    assert (data["phone"], data["name"]) == ("", "")
    assert data["title"] and data["excerpt"], "these are offered, as of a call and a mail"


def test_a_later_mark_ends_what_the_petition_sealed(app: Flask, stage: Stage) -> None:
    number = stage.petition("found")
    ((tip,),) = stored(app, "SELECT to_number FROM links WHERE from_number = :n", n=number)
    stage.do("office", "intake.mark", tip)
    ((destroyed,),) = stored(app, "SELECT destroyed_at FROM data_keys WHERE of = :n", n=number)
    assert destroyed is not None


def test_what_was_typed_of_a_petition_is_offered_again_and_gone_when_it_is_kept(sign_in: SignIn) -> None:
    operator, at = sign_in("operator"), f"{ROOT}do/register"
    action, data = operator.form(at, ref="草-1", way="来信", category="检举控告", contents="砂石场强拉强倒三年")
    operator.post(f"{action}?draft=1", data, 204)
    page = sign_in("operator").get(at)
    assert "砂石场强拉强倒三年" in page.text and page.soup.select_one("form[data-draft]") is not None
    operator.post(action, data)
    assert "砂石场强拉强倒三年" not in operator.get(at).text


def test_of_a_petition_of_another_unit_no_number_is_told(app: Flask, stage: Stage) -> None:
    first = stage.do("operator", "petitions.register", ref="他-1")
    with pytest.raises(Refused, match=f"已登记为 {first}"):
        stage.do("operator", "petitions.register", ref="他-1")
    with stage.session() as session:
        session.begin_write()
        session.core(update(Petition.__table__).where(Petition.number == first).values(unit_id=UNIT["b"]))
        session.commit()
    with pytest.raises(Refused) as refused:
        stage.do("operator", "petitions.register", ref="他-1")
    assert "其他单位" in refused.value.sentence and first not in refused.value.sentence
