"""会议纪要 from draft to receipt, over HTTP without script: filled once, checked by another, signed, issued, corrected."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from portal.core import act, trail
from portal.core.errors import Forbidden, Refused
from portal.core.register import named
from portal.extensions import db
from portal.meetings.forms import Make
from portal.papers.measures import measure
from tests.pages import Client
from tests.verbs.stage import PERSON, PNG, UNIT, Stage

pytestmark = pytest.mark.database
ROOT = "/meetings/minutes/"
_sequence = count(500)


def meeting(stage: Stage, decisions: int = 2, **typed: Any) -> str:
    """Chaired by the deputy head; the first decision is unit A's, the second unit B's."""
    owners = (("a", "officer"), ("b", "officer2"))
    rows = tuple(
        Make(f"第 {n} 件事限期核查", UNIT[unit], PERSON[who], date(2027, 3, 5), None)
        for n, (unit, who) in enumerate((owners[n % 2] for n in range(decisions)), 1)
    )
    told = {"sequence": next(_sequence), "rows": rows}
    return stage.do("office", "meetings.log", **(told | typed))


def minutes(stage: Stage, state: str = "drafted", of: str | None = None, **typed: Any) -> str:
    return stage.minutes(state, of=of or meeting(stage), **typed)


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def row(stage: Stage, number: str) -> Any:
    with stage.session() as session:
        t = db.metadata.tables["minutes"]
        return session.core(select(t).where(t.c.number == number)).one()


def paper_of(stage: Stage, number: str) -> Any:
    with stage.session() as session:
        t = db.metadata.tables["papers"]
        return session.core(select(t).where(t.c.subject == number)).one()


def duties(stage: Stage, number: str) -> list[tuple[str, str, str]]:
    """(what, whose, state) of every duty on the number."""
    with stage.session() as session:
        t = db.metadata.tables["duties"]
        logins = {i: login for login, i in PERSON.items()}
        found = session.core(select(t).where(t.c.subject == number).order_by(t.c.id))
        return [(d.what, logins[d.person_id], d.state) for d in found]


def owing(stage: Stage, number: str) -> dict[str, list[str]]:
    """Who owes a receipt, and how each stands."""
    found: dict[str, list[str]] = {}
    for what, login, state in duties(stage, number):
        if what == "minutes.receive":
            found.setdefault(login, []).append(state)
    return found


def receipts(stage: Stage, number: str) -> dict[str, str | None]:
    with stage.session() as session:
        t = db.metadata.tables["addressees"]
        units = {i: key for key, i in UNIT.items()}
        paper = paper_of(stage, number)
    with stage.session() as session:
        sent = session.core(select(t).where(t.c.paper_id == paper.id))
        return {units[a.unit_id]: a.receipt_by for a in sent}


# ── filled once ──
def test_a_draft_is_filled_from_the_meeting_and_its_decisions(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    of = meeting(stage, decisions=12)
    office = sign_in("office")
    page = office.get(f"/meetings/{of}")
    _action, data = office.form(page.verbs["draft"])
    lines = data["body"].split("\r\n") if "\r\n" in data["body"] else data["body"].split("\n")
    assert lines[0].startswith("2026年1月5日，许分管在三楼会议室主持召开扫黑除恶专项斗争2026年第")
    assert lines[1] == "一、第 1 件事限期核查。责任单位：渣土管理科；责任人：陈经办；时限：2027年3月5日前完成。"
    assert lines[12].startswith("十二、第 12 件事限期核查。责任单位：市容管理科；责任人：周旁人；")
    assert (data["present"], data["on_leave"], data["listening"]) == ("许分管、孙主任", "郭科长", "市公安局 冯立")
    assert sorted(data["unit_ids"]) == sorted([str(UNIT["a"]), str(UNIT["b"])])


def test_a_lasting_decision_is_told_with_its_review(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    of = meeting(stage, rows=(Make("长期巡查", UNIT["a"], PERSON["officer"], None, date(2027, 3, 31)),))
    _action, data = sign_in("office").form(f"{ROOT}do/draft?under={of}")
    assert "时限：长期坚持，2027年3月31日前复核。" in data["body"]


# ── the whole way, without script ──
def test_from_draft_to_receipts(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    of = meeting(stage)
    office, checker, deputy = sign_in("office"), sign_in("office2"), sign_in("deputy_head")
    meeting_page = office.do(
        f"/meetings/{of}", "draft", copies="市扫黑办", unit_ids=[str(UNIT[u]) for u in ("a", "b", "office")]
    )
    n = next(a["href"].rpartition("/")[2] for a in meeting_page.soup.select(f"a[href^='{ROOT}JY-']"))
    assert "draft" not in meeting_page.verbs  # one a meeting
    url = f"{ROOT}{n}"
    assert "check" not in office.get(url).verbs and "revise" in office.get(url).verbs
    checker.do(url, "return", words="第一段写清楚地点")
    assert office.get(url).state == "returned"
    office.do(url, "revise", title="扫黑除恶专项斗争例会纪要")
    checker.do(url, "check")
    assert office.get(url).state == "checked"
    deputy.do(url, "sign")
    page = office.do(url, "issue")
    assert page.state == "issued"
    paper = paper_of(stage, n)
    assert paper.mark == "安城管扫黑办纪" and paper.serial >= 1
    assert f"安城管扫黑办纪〔{paper.year}〕{paper.serial}号" in page.text
    assert owing(stage, n) == {"unit_head": ["open"], "unit_head2": ["open"], "office_head": ["open"]}
    file = office.http.get(f"/papers/{paper.id}.docx")
    assert [f for f in measure(file.data) if not f.good] == []
    fields = office.http.get(f"/papers/{paper.id}.json").json
    assert (fields["kind"], fields["subject"], fields["signed_how"], fields["digest"]) == (
        "minutes",
        n,
        "screen",
        paper.digest,
    )
    assert fields["fields"]["meeting"] == of
    text = "\n".join(p.text for p in Document(io.BytesIO(file.data)).paragraphs)
    assert "扫黑除恶专项斗争例会纪要" in text and "一、第 1 件事限期核查。" in text


def test_each_head_signs_for_his_own_unit(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    n = minutes(stage, "issued")
    url = f"{ROOT}{n}"
    assert receipts(stage, n) == {"a": None, "b": None, "office": None}
    page = sign_in("unit_head2").do(url, "receive")
    assert "receive" not in page.verbs
    assert "1 / 3 个单位已签收" in page.text
    assert receipts(stage, n) == {"a": None, "b": "郭科长（科长）", "office": None}
    assert owing(stage, n) == {"unit_head": ["open"], "unit_head2": ["done"], "office_head": ["open"]}
    assert "receive" in sign_in("unit_head").get(url).verbs
    sign_in("unit_head").do(url, "receive")
    sign_in("office_head").do(url, "receive")
    assert owing(stage, n) == {"unit_head": ["done"], "unit_head2": ["done"], "office_head": ["done"]}
    assert "3 / 3 个单位已签收" in sign_in("leader").get(url).text
    assert "receive" not in sign_in("deputy_head").get(url).verbs


def test_one_head_of_two_units_signs_for_both(stage: Stage) -> None:
    n = minutes(stage, "issued", unit_ids=(UNIT["a"], UNIT["a1"], UNIT["b"]))
    stage.do("unit_head", "minutes.receive", n)
    assert receipts(stage, n) == {"a": "吴主任（科长）", "a1": "吴主任（科长）", "b": None}
    assert owing(stage, n) == {"unit_head": ["done", "done"], "unit_head2": ["open"]}


def test_nobody_signs_twice(stage: Stage) -> None:
    n = minutes(stage, "issued")
    stage.do("unit_head", "minutes.receive", n)
    with pytest.raises(Forbidden):
        stage.do("unit_head", "minutes.receive", n)


# ── who sees it ──
def test_units_read_it_once_it_is_issued(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    n = minutes(stage, "signed", unit_ids=(UNIT["a"],))
    for login in ("officer", "unit_head", "officer2", "operator", "discipline", "personnel"):
        sign_in(login).get(f"{ROOT}{n}", 404)
        sign_in(login).get(f"{ROOT}{n}/sheet.docx", 404)
    stage.do("office", "minutes.issue", n)
    for login in ("officer", "unit_head", "leader", "bureau_head"):
        assert n in sign_in(login).get(ROOT).numbers
        sign_in(login).get(f"{ROOT}{n}")
    paper = paper_of(stage, n)
    assert sign_in("officer").http.get(f"/papers/{paper.id}.docx").status_code == 200
    for login in ("officer2", "unit_head2", "operator", "discipline"):
        sign_in(login).get(f"{ROOT}{n}", 404)
        assert sign_in(login).http.get(f"/papers/{paper.id}.docx").status_code == 404
        assert sign_in(login).http.get(f"/papers/{paper.id}.json").status_code == 404


def test_a_reader_is_not_told_what_was_said_of_drafts(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    n = stage.do("office", "minutes.draft", meeting(stage))
    stage.do("office2", "minutes.return", n, words="措辞不妥，重写")
    stage.do("office", "minutes.revise", n)
    for login, verb in (("office2", "minutes.check"), ("deputy_head", "minutes.sign"), ("office", "minutes.issue")):
        stage.do(login, verb, n)
    assert "措辞不妥" not in sign_in("officer").get(f"{ROOT}{n}").text
    assert "措辞不妥" in sign_in("leader").get(f"{ROOT}{n}").text


def test_the_sheet_to_be_signed_with_a_pen_says_that_it_is_a_draft(
    stage: Stage, sign_in: Callable[[str], Client]
) -> None:
    n = minutes(stage, "checked")
    answer = sign_in("office").http.get(f"{ROOT}{n}/sheet.docx")
    assert answer.status_code == 200
    assert "（草稿，尚未编号）" in [p.text for p in Document(io.BytesIO(answer.data)).paragraphs]


# ── four eyes ──
def test_the_drafter_neither_checks_nor_records_the_signature(stage: Stage) -> None:
    n = minutes(stage, "drafted")
    with pytest.raises(Forbidden):
        stage.do("office", "minutes.check", n)
    stage.do("office2", "minutes.check", n)
    with pytest.raises(Forbidden):
        stage.on_paper("office", "minutes.sign", n, "deputy_head")


def test_whoever_has_revised_it_is_the_drafter(stage: Stage) -> None:
    n = minutes(stage, "drafted")
    assert duties(stage, n)[-1] == ("minutes.check", "office_head", "open")  # the clerk has written it himself
    stage.do("office2", "minutes.revise", n)
    assert duties(stage, n)[-1] == ("minutes.check", "office", "open")
    with pytest.raises(Forbidden):
        stage.do("office2", "minutes.check", n)
    stage.do("office", "minutes.check", n)


def test_what_is_returned_is_checked_and_signed_again(stage: Stage) -> None:
    n = minutes(stage, "signed")
    stage.do("deputy_head", "minutes.return", n, words="第二项时限有误")
    told = row(stage, n)
    assert (told.state, told.checked_by, told.signed_by, told.signed_on, told.signed_how) == (
        "returned",
        None,
        None,
        None,
        None,
    )
    assert duties(stage, n)[-1] == ("minutes.revise", "office", "open")


# ── on paper ──
def test_signed_on_paper_and_confirmed(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    n = minutes(stage, "checked")
    checker = sign_in("office2")
    action, data = checker.form(
        f"{ROOT}{n}/do/sign?paper=1", approver_id=PERSON["deputy_head"], signed_on=date(2026, 1, 5)
    )
    checker.post(action, data | {"scan": (io.BytesIO(PNG), "呈批件.png")})
    told = row(stage, n)
    assert (told.state, told.signed_by, told.signed_on, told.signed_how) == (
        "signed",
        PERSON["deputy_head"],
        date(2026, 1, 5),
        "paper",
    )
    stage.do("office", "minutes.issue", n)
    paper = paper_of(stage, n)
    assert (paper.signed_by, paper.signed_on, paper.signed_how) == (PERSON["deputy_head"], date(2026, 1, 5), "paper")
    assert "线下签批" in checker.get(f"{ROOT}{n}").text


def test_signed_on_paper_and_denied(stage: Stage) -> None:
    n = minutes(stage, "checked")
    stage.on_paper("office2", "minutes.sign", n, "deputy_head")
    stage.do("deputy_head", "signings.deny", newest_signing(stage))
    told = row(stage, n)
    assert (told.state, told.signed_by, told.signed_how) == ("checked", None, None)
    assert duties(stage, n)[-1] == ("minutes.sign", "deputy_head", "open")


def test_what_has_been_issued_since_is_not_undone_by_a_denial(stage: Stage) -> None:
    n = minutes(stage, "checked")
    stage.on_paper("office2", "minutes.sign", n, "deputy_head")
    signing = newest_signing(stage)
    stage.do("office", "minutes.issue", n)
    with pytest.raises(Refused, match="已经继续办理"):
        stage.do("deputy_head", "signings.deny", signing)


def newest_signing(stage: Stage) -> str:
    return stage.newest("signings")


# ── issued is frozen ──
def test_numbers_have_no_gap(stage: Stage) -> None:
    serials = [paper_of(stage, minutes(stage, "issued")).serial for _ in range(3)]
    assert serials == list(range(serials[0], serials[0] + 3))
    broken = minutes(stage, "signed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trail, "append", lambda *_: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            stage.do("office", "minutes.issue", broken)
    assert row(stage, broken).state == "signed"
    assert paper_of(stage, minutes(stage, "issued")).serial == serials[-1] + 1


def test_no_verb_changes_an_issued_paper(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    n = minutes(stage, "issued")
    assert set(sign_in("office").get(f"{ROOT}{n}").verbs) == {"correct"}
    for verb in ("revise", "check", "return", "sign", "issue"):
        login = {"sign": "deputy_head", "check": "office2", "return": "office2"}.get(verb, "office")
        assert sign_in(login).get(f"{ROOT}{n}/do/{verb}", 409).status == 409


def verify(stage: Stage) -> list[str]:
    done = stage.app.test_cli_runner().invoke(args=["trail", "verify", "--json"])
    return json.loads(done.stdout)["papers"]


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "0" * 64},
        {"title": "另一个标题"},
        {"fields": {"paragraphs": []}},
        {"signed_by": None},
        {"signed_on": date(2020, 1, 1)},
        {"serial": 900},
        {"corrects_id": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_row_of_an_issued_paper_is_named(stage: Stage, change: dict[str, Any]) -> None:
    n = minutes(stage, "issued")
    paper = paper_of(stage, n)
    assert verify(stage) == []
    t = db.metadata.tables["papers"]

    def write(values: dict[str, Any]) -> None:
        with stage.session() as session:
            session.begin_write()
            session.core(update(t).where(t.c.id == paper.id).values(values))
            session.commit()

    write(change)
    try:
        assert verify(stage) == [f"{n}/{paper.id}"]
    finally:
        write({key: getattr(paper, key) for key in change})
    assert verify(stage) == []


def test_a_changed_file_is_named_even_with_its_digest(stage: Stage) -> None:
    import hashlib

    n = minutes(stage, "issued")
    paper = paper_of(stage, n)
    path = Path(stage.app.instance_path) / "files" / paper.file_id[:2] / paper.file_id
    content, t = path.read_bytes(), db.metadata.tables["papers"]
    forged = content + b"x"

    def digest(said: str) -> None:
        with stage.session() as session:
            session.begin_write()
            session.core(update(t).where(t.c.id == paper.id).values(digest=said))
            session.commit()

    path.write_bytes(forged)
    digest(hashlib.sha256(forged).hexdigest())
    try:
        assert verify(stage) == [f"{n}/{paper.id}"]
    finally:
        path.write_bytes(content)
        digest(paper.digest)
    assert verify(stage) == []


def test_the_page_shows_what_was_issued_whatever_the_row_says(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    n = minutes(stage, "issued")
    t = db.metadata.tables["minutes"]
    with stage.session() as session:
        session.begin_write()
        session.core(update(t).where(t.c.number == n).values(body="另一种说法"))
        session.commit()
    page = sign_in("officer").get(f"{ROOT}{n}")
    assert "另一种说法" not in page.text and "一、限期核查。" in page.text


# ── correction ──
def test_a_new_paper_corrects_the_old_one(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    old = minutes(stage, "issued", unit_ids=(UNIT["a"],))
    office = sign_in("office")
    office.do(f"{ROOT}{old}", "correct", title="更正后的纪要")
    new = stage.newest("minutes")
    assert row(stage, new).corrects_id == row(stage, old).id
    assert "correct" not in office.get(f"{ROOT}{old}").verbs  # once
    assert "更正件正在办理" in office.get(f"{ROOT}{old}").text
    officer = sign_in("officer")
    assert "更正件" not in officer.get(f"{ROOT}{old}").text  # not issued: not there for him
    for login, verb in (("office2", "minutes.check"), ("deputy_head", "minutes.sign"), ("office", "minutes.issue")):
        stage.do(login, verb, new)
    before, after = paper_of(stage, old), paper_of(stage, new)
    assert (after.corrects_id, after.serial) == (before.id, before.serial + 1)
    number = f"安城管扫黑办纪〔{before.year}〕{before.serial}号"
    assert after.fields["paragraphs"][-1] == f"本纪要更正{number}，以本纪要为准。"
    page = officer.get(f"{ROOT}{old}")
    assert f"本纪要已由安城管扫黑办纪〔{after.year}〕{after.serial}号更正" in page.text and new in page.text
    assert old in officer.get(f"{ROOT}{new}").text
    assert officer.http.get(f"/papers/{before.id}.docx").status_code == 200
    assert office.get(f"/meetings/{row_meeting(stage, old)}").text.count("更正件") == 1
    assert verify(stage) == []


def row_meeting(stage: Stage, number: str) -> str:
    with stage.session() as session:
        t = db.metadata.tables["meetings"]
        return session.core(select(t.c.number).where(t.c.id == row(stage, number).meeting_id)).scalar() or ""


# ── forms ──
def test_what_is_missing_is_asked_for(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    of = meeting(stage)
    office = sign_in("office")
    action, data = office.form(f"{ROOT}do/draft?under={of}", title="", present="", unit_ids=[])
    page = office.post(action, data, 422)
    assert {"title", "present", "unit_ids"} <= page.refused
    assert "请至少选择一个印发单位" in page.text


def test_numbers_that_the_writer_does_not_see_are_not_written(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    clue = stage.clue("checking")
    of = meeting(stage)
    office = sign_in("office")
    action, data = office.form(f"{ROOT}do/draft?under={of}", body=f"一、{clue} 和 XS-2026-999999 一并核查。")
    page = office.post(action, data, 422)
    assert "查无此编号：XS-2026-999999" in page.text
    office.post(*office.form(f"{ROOT}do/draft?under={of}", body=f"一、{clue} 抓紧核查。"))


def test_only_units_whose_head_can_read_it_are_offered(sign_in: Callable[[str], Client], stage: Stage) -> None:
    page = sign_in("office").get(f"{ROOT}do/draft?under={meeting(stage)}")
    offered = {int(box["value"]) for box in page.soup.select("[name=unit_ids]")}
    assert offered == {UNIT[u] for u in ("office", "a", "a1", "b", "leaders")}  # not 纪检组


def test_two_who_revise_meet_as_a_conflict(stage: Stage, sign_in: Callable[[str], Client]) -> None:
    n = minutes(stage, "drafted")
    office = sign_in("office")
    action, data = office.form(f"{ROOT}{n}/do/revise", title="我的标题")
    stage.do("office2", "minutes.revise", n, title="别人的标题")
    page = office.post(action, data, 409)
    assert "别人的标题" in page.text and "我的标题" in page.text


# ── the database ──
def refused(stage: Stage, number: str, name: str, **values: Any) -> None:
    t = db.metadata.tables["minutes"]
    with stage.session() as session:
        session.begin_write()
        with pytest.raises(DBAPIError) as wrong:
            session.core(update(t).where(t.c.number == number).values(**values))
        session.rollback()
    assert name in str(wrong.value.orig)


def test_the_database_holds_the_rules(stage: Stage) -> None:
    issued, draft = minutes(stage, "issued"), minutes(stage, "drafted")
    office, deputy = PERSON["office"], PERSON["deputy_head"]
    refused(stage, issued, "state_has_signed_by", signed_by=None, signed_on=None, signed_how=None)
    refused(stage, issued, "signature_is_whole", signed_on=None)
    refused(stage, issued, "signed_how_known", signed_how="phone")
    refused(stage, issued, "state_has_issued_on", issued_on=None)
    refused(stage, issued, "checked_by_another", checked_by=office)
    refused(stage, issued, "signed_by_another", signed_by=office)
    refused(stage, issued, "corrects_another", corrects_id=row(stage, issued).id)
    refused(stage, draft, "state_has_checked_by", state="checked")
    refused(
        stage, draft, "state_has_duty_id", **dict.fromkeys(("duty_id", "owed_at", "owed_by", "owed_kind", "owed_state"))
    )
    refused(stage, draft, "state_known", state="lost")
    assert deputy != office


def test_a_meeting_has_one_paper_beside_its_corrections(stage: Stage) -> None:
    of = meeting(stage)
    minutes(stage, "drafted", of=of)
    with pytest.raises(Forbidden):
        stage.do("office", "minutes.draft", of)
    other = minutes(stage, "drafted")
    t = db.metadata.tables["minutes"]
    with stage.session() as session:
        session.begin_write()
        first = select(t.c.meeting_id).where(t.c.number != other).order_by(t.c.id.desc()).limit(1).scalar_subquery()
        with pytest.raises(DBAPIError):
            session.core(update(t).where(t.c.number == other).values(meeting_id=first))
        session.rollback()


def test_a_paper_is_corrected_once(stage: Stage) -> None:
    old = minutes(stage, "issued")
    stage.do("office", "minutes.correct", old)
    with pytest.raises(Forbidden):
        stage.do("office", "minutes.correct", old)
    with stage.session() as session:
        t = db.metadata.tables["minutes"]
        assert (
            session.core(select(func.count()).select_from(t).where(t.c.corrects_id == row(stage, old).id)).scalar() == 1
        )


def test_no_statement_changes_the_register(stage: Stage) -> None:
    from portal.core.sight import Unguarded
    from portal.meetings.minutes.models import Minutes

    with stage.session("office") as session, pytest.raises(Unguarded):
        session.execute(update(Minutes).values(title="x"))
    assert named("minutes.sign").approves and act is not None
