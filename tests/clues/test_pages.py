"""What the pages of a clue show and to whom: the print, the time line, today. Names of those mentioned stay inside."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.access import Look
from portal.extensions import db
from tests.pages import Client

pytestmark = pytest.mark.database
FIRM, MAN = "安澜恒畅运输有限公司", "外号老三"
UNIT_A, UNIT_B, CHEN, ZHOU, SUN = 2, 4, 5, 9, 4  # ids of the cast, in its order
SignIn = Callable[[str], Client]


def register(office: Client, title: str, unit: int = UNIT_A, officer: int = CHEN) -> str:
    """A clue that waits for the office_head; gives its address."""
    action, data = office.form(
        "/clues/do/register", title=title, summary="夜间倾倒渣土，不用指定车队就堵门。", field="渣土运输",
        place="南岭沙场东门", urgency="一般", names_official="否", source="移动直报", kind="涉恶", level="重要",
        proposed_unit_id=unit, proposed_officer_id=officer,
        **{"parties-0-kind": "单位", "parties-0-name": FIRM, "parties-0-note": MAN},
    )  # fmt: skip
    return office.post(action, data).location


@pytest.fixture(scope="module")
def clue(sign_in: SignIn) -> str:
    """A clue of unit A, assigned and taken up."""
    address = register(sign_in("office"), "沙场门口堵车收费")
    sign_in("office_head").do(address, "assign", words="请速核查")
    sign_in("officer").do(address, "acknowledge")
    return address


def prints(app: Flask, number: str) -> int:
    with app.app_context():
        t = Look.__table__
        found = db.session().core(select(t.c.id).where(t.c.what == "print", t.c.subject == number)).all()
        return len(found)


def test_each_print_is_on_access_and_says_who_when_and_which(app: Flask, sign_in: SignIn, clue: str) -> None:
    number, officer = clue.removeprefix("/clues/"), sign_in("officer")
    first, second = officer.get(f"{clue}/print"), officer.get(f"{clue}/print")
    assert f"打印编号 {number}/1" in first.text
    assert f"打印编号 {number}/2" in second.text
    assert prints(app, number) == 2
    assert "打印：陈经办（渣土科）" in second.text
    marks = second.soup.select(".sheet__mark")
    assert len(marks) > 20
    assert all(str(m["data-words"]).startswith("陈经办 渣土科 20") for m in marks)


def test_an_unseen_clue_has_no_print(app: Flask, sign_in: SignIn, clue: str) -> None:
    before = prints(app, clue.removeprefix("/clues/"))
    sign_in("officer2").get(f"{clue}/print", 404)
    sign_in("operator").get(f"{clue}/print", 404)
    assert prints(app, clue.removeprefix("/clues/")) == before


def test_the_print_is_the_form_of_the_office(sign_in: SignIn, clue: str) -> None:
    text = sign_in("office").get(f"{clue}/print").text
    for words in ("线索登记表", "研判意见", "审批意见", "请速核查", "领导批示", FIRM, "未经认定", "不含举报人信息"):
        assert words in text


def test_no_mentioned_name_in_title_address_breadcrumb_or_toast(sign_in: SignIn, clue: str) -> None:
    office = sign_in("office")
    action, data = office.form(f"{clue}/do/urge", words="请抓紧")
    done = office.post(action, data)
    addresses = (done.location, f"{clue}/print", f"{clue}/do/amend", "/clues/")
    pages = [office.get(address) for address in addresses]
    assert any(FIRM in page.text for page in pages), "else the test looks at nothing"
    for page in pages:
        outside = page.soup.select("title, .crumbs, .toasts, h1")
        said = " ".join([page.url, *(part.get_text() for part in outside)])
        assert FIRM not in said
        assert MAN not in said


def test_the_time_line_is_in_the_order_of_the_office_file(sign_in: SignIn, clue: str) -> None:
    page = sign_in("officer").get(clue)
    steps = page.soup.select(".story__step")
    said = [step.get_text(" ", strip=True) for step in steps]
    assert "登记线索" in said[0]
    assert "批准交办" in said[1]
    assert "安城管扫黑办交〔" in said[1]
    assert "签收" in said[1], "a receipt hangs under its letter"
    assert steps[1].select_one("a[href^='/papers/']")
    now = page.soup.select(".story__step--now")
    assert [n.get("aria-current") for n in now] == ["step"]
    assert "待提出结论" in now[0].get_text()
    assert "陈经办" in now[0].get_text()
    coming = [step.b.get_text() for step in page.soup.select(".story__step--todo") if step.b]
    assert coming == ["审签结论", "审核通过", "一案三查", "批准办结", "归档"]


def test_the_strip_has_a_cell_a_working_day(sign_in: SignIn, clue: str) -> None:
    page = sign_in("officer").get(clue)
    assert len(page.soup.select(".weeks__day")) == 15, "重要: fifteen working days"
    days = [li.get_text(" ", strip=True) for li in page.soup.select(".counting__days li")]
    assert "起始日，不计" in days[0]
    assert "第 15 个工作日" in days[-1]


def test_a_form_comes_alone_into_the_page_and_whole_at_its_own_address(sign_in: SignIn, clue: str) -> None:
    officer = sign_in("officer")
    whole, part = officer.get(f"{clue}/do/conclude"), officer.get(f"{clue}/do/conclude", hx="next")
    assert whole.soup.find("header")
    assert not part.soup.find("header")
    assert part.soup.select_one("form[hx-post]")
    other = register(sign_in("office"), "另一件")
    assert sign_in("office_head").get(f"{other}/do/assign", hx="next").soup.select_one("form[hx-post]")


def test_people_of_another_unit_carry_their_unit(sign_in: SignIn, clue: str) -> None:
    """By which the script narrows the list; the name of the unit stands there without it."""
    options = sign_in("office_head").get(f"{clue}/do/reassign").soup.select("select[name=officer_id] option")
    units = {str(o["value"]): o.get("data-unit") for o in options}
    assert units[str(CHEN)] == str(UNIT_A)
    assert units[str(ZHOU)] == str(UNIT_B)


def test_changes_are_only_of_clues_that_the_viewer_sees(sign_in: SignIn, clue: str) -> None:
    """Many steps on what is hidden take no place of what is seen."""
    office, head = sign_in("office"), sign_in("office_head")
    other = register(office, "市容科的一件", UNIT_B, ZHOU)
    head.do(other, "assign", words="请核查")
    for _ in range(14):
        office.do(clue, "urge", words="请抓紧")
    changes = sign_in("officer2").get("/").soup.select(".change")
    numbers = {link.get_text() for change in changes for link in change.select("a")}
    assert numbers == {other.removeprefix("/clues/")}


def test_the_counts_of_the_sentence_are_links_to_the_rows_they_count(sign_in: SignIn) -> None:
    page = sign_in("office_head").get("/")
    links = page.soup.select(".today__sentence a")
    assert links
    for link in links:
        part = page.soup.select_one(str(link["href"]))
        assert part is not None
        assert str(len(part.select("tr[data-number]"))) in link.get_text()


def test_a_signing_to_confirm_says_what_it_is_about(sign_in: SignIn) -> None:
    address = register(sign_in("office"), "线下签批的一件")
    recorder, head = sign_in("office2"), sign_in("office_head")
    scan = (BytesIO(b"%PDF-1.4\n%%EOF"), "呈批件.pdf")
    action, data = recorder.form(f"{address}/do/assign?paper=1", approver_id=SUN, signed_on="2026-11-02", scan=scan)
    recorder.post(action, data)
    decide = head.get("/").soup.select_one("#decide")
    assert decide is not None
    row = next(r for r in decide.select("tr[data-number]") if "线下签批的一件" in r.get_text())
    assert "批准交办" in row.get_text()
    assert str(row["data-number"]).startswith("QP-")


def test_a_list_of_a_unit_says_how_far_one_sees(sign_in: SignIn) -> None:
    assert "本人查阅范围：全局" in sign_in("leader").get("/clues/").text
    assert "本人查阅范围：本单位" in sign_in("officer").get("/clues/").text


def test_a_check_stands_under_its_clue(sign_in: SignIn, clue: str) -> None:
    officer = sign_in("officer")
    made = {"second_officer_id": 6, "checked_at": "2026-11-01T20:15", "method": "现场查看", "place": "南岭"}
    officer.do(clue, "record", found="见倾倒痕迹", **made)
    page = officer.get(clue)
    step = next(s for s in page.soup.select(".story__step") if "现场查看" in s.get_text())
    assert "2 人" in step.get_text()
    assert "见倾倒痕迹" in step.get_text()
    card = step.select_one("a[href^='/checks/']")
    assert card is not None
    crumbs = officer.get(str(card["href"])).soup.select(".crumbs a")
    assert [str(a["href"]) for a in crumbs] == ["/clues/", clue]
