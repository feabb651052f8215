"""Until when a measure has effect: counted once, from the day of the decision, and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accountability import models
from portal.accountability.clock import last_day
from portal.accountability.models import MEASURES, Accountability
from portal.core.errors import Refused
from portal.core.hanging import Duty
from tests.pages import Client
from tests.verbs.stage import Stage, scan

pytestmark = pytest.mark.database
# written by hand from domain.md 4 and the laws it names
MONTHS = {
    "诫勉": 6, "政务警告": 6, "政务记过": 12, "政务记大过": 18, "政务降级": 24, "政务撤职": 24, "政务开除": 0,
    "党内警告": 12, "党内严重警告": 18, "撤销党内职务": 24, "留党察看": 24, "开除党籍": 60,
    "停职检查": 12, "调整职务": 12, "责令辞职": 24, "免职": 24, "降职": 24,
    "事业单位警告": 6, "事业单位记过": 12, "降低岗位等级": 24, "事业单位开除": 0, "解除劳动合同": 0,
    "通报": 0, "检查": 0, "改组": 0, "通报表扬": 0,
}  # fmt: skip
DAYS = [
    ("2026-11-16", 6, "2027-05-15"),  # of the picture
    ("2026-01-01", 12, "2026-12-31"),
    ("2026-08-31", 6, "2027-02-28"),  # February has no 31st: its last day
    ("2026-08-30", 6, "2027-02-28"),
    ("2026-08-29", 6, "2027-02-28"),
    ("2026-08-28", 6, "2027-02-27"),
    ("2027-08-29", 6, "2028-02-28"),  # the leap year has a 29th, the day before it ends the period
    ("2027-08-31", 6, "2028-02-29"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2023-03-01", 12, "2024-02-29"),
    ("2025-02-28", 12, "2026-02-27"),
    ("2026-03-31", 18, "2027-09-30"),
    ("2026-12-15", 24, "2028-12-14"),
    ("2026-06-01", 60, "2031-05-31"),
]


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def row_of(stage: Stage, number: str) -> Accountability:
    with stage.session() as session:
        found: Accountability = session.scalar(select(Accountability).where(Accountability.number == number))
        session.expunge(found)
        return found


def test_every_measure_has_its_months() -> None:
    assert {m.name: m.months for m in MEASURES.values()} == MONTHS


@pytest.mark.parametrize(("first", "months", "last"), DAYS)
def test_the_last_day(first: str, months: int, last: str) -> None:
    assert last_day(date.fromisoformat(first), months) == date.fromisoformat(last)


def test_the_end_is_computed_and_owed_to_the_recorder(stage: Stage) -> None:
    d = row_of(stage, stage.sanction(decided_on=date(2026, 5, 31)))
    assert (d.effect_to, d.effect_words) == (date(2026, 11, 30), "诫勉 6 个月，自决定之日起")
    with stage.session() as session:
        duty = session.core(select(Duty.__table__).where(Duty.__table__.c.id == d.duty_id)).one()
    assert (duty.kind, duty.person_id, duty.what) == ("remind", d.officer_id, "accountability.lift")
    assert d.owed_at is not None and d.owed_at.isoformat() == "2026-11-30T16:00:00+00:00"  # 24:00 in Shanghai


def test_what_the_paper_says_otherwise_holds(stage: Stage) -> None:
    d = row_of(stage, stage.sanction(decided_on=date(2026, 5, 31), effect_to=date(2027, 5, 30)))
    assert (d.effect_to, d.effect_words) == (date(2027, 5, 30), "按决定书")
    with pytest.raises(Refused, match="以前结束"):
        stage.sanction(decided_on=date(2026, 5, 31), effect_to=date(2026, 5, 30))


def test_a_measure_without_effect_is_done_at_once(stage: Stage) -> None:
    d = row_of(stage, stage.sanction(measure="通报"))
    assert (d.state, d.effect_to, d.duty_id) == ("stands", None, None)


def test_a_rule_that_changes_changes_no_row(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    number = stage.sanction(decided_on=date(2026, 5, 31))
    monkeypatch.setitem(models.MEASURES, "诫勉", replace(MEASURES["诫勉"], months=12))
    assert row_of(stage, number).effect_to == date(2026, 11, 30)
    amended = {"decided_on": date(2026, 5, 31), "measure": "诫勉", "effect_to": date(2026, 11, 30), "cause": "补写"}
    stage.do("discipline", "accountability.amend", number, document_no="安城管党〔2026〕7号", **amended)
    d = row_of(stage, number)
    assert (d.effect_to, d.effect_words, d.cause) == (date(2026, 11, 30), "诫勉 6 个月，自决定之日起", "补写")


def test_it_is_not_lifted_before_its_last_day(stage: Stage) -> None:
    number = stage.sanction(decided_on=date(2026, 10, 1))
    with pytest.raises(Refused, match="提前解除的"):
        stage.do("discipline", "accountability.lift", number)
    over = stage.sanction(decided_on=date(2026, 1, 5))
    stage.do("personnel", "accountability.lift", over)  # the second handler, while the recorder is away
    d = row_of(stage, over)
    assert d.state == "lifted" and d.lifted_on is not None and d.duty_id is None


def test_a_correction_counts_anew_and_moves_the_duty(stage: Stage) -> None:
    number = stage.sanction(decided_on=date(2026, 10, 1))
    before = row_of(stage, number)
    same = {"document_no": before.document_no, "effect_to": before.effect_to}
    stage.do("discipline", "accountability.amend", number, decided_on=date(2026, 10, 11), measure="诫勉", **same)
    d = row_of(stage, number)
    assert d.effect_to == date(2027, 4, 10) and d.duty_id == before.duty_id
    assert d.owed_at is not None and d.owed_at.isoformat() == "2027-04-10T16:00:00+00:00"
    stage.do(
        "discipline",
        "accountability.amend",
        number,
        decided_on=date(2026, 10, 11),
        measure="通报",
        document_no=d.document_no,
        effect_to=d.effect_to,
    )
    d = row_of(stage, number)
    assert (d.state, d.effect_to, d.duty_id, d.title) == ("stands", None, None, "通报：党的领导干部")
    stage.do(
        "discipline",
        "accountability.amend",
        number,
        decided_on=date(2026, 10, 11),
        measure="政务记过",
        document_no=d.document_no,
    )
    d = row_of(stage, number)
    assert d.state == "in_effect" and d.effect_to == date(2027, 10, 10) and d.duty_id is not None


def test_the_earlier_values_are_kept_and_shown_to_those_who_see_it(stage: Stage, sign_in: type[Client]) -> None:
    number = stage.sanction(decided_on=date(2026, 10, 1), cause="第一次写的事由")
    d = row_of(stage, number)
    stage.do(
        "discipline",
        "accountability.amend",
        number,
        decided_on=date(2026, 10, 2),
        measure="诫勉",
        effect_to=d.effect_to,
        document_no="安城管党〔2026〕8号",
        cause="改过的事由",
    )
    page = sign_in("officer2").get(f"/accountability/{number}")
    for said in ("2026-10-01", "2027-03-31", d.document_no, "第一次写的事由", "改过的事由", "2027-04-01"):
        assert said in page.text


def test_withdrawal_leaves_the_first_decision_to_be_read_and_a_change_is_followed(
    stage: Stage, sign_in: type[Client]
) -> None:
    first = stage.sanction(decided_on=date(2026, 10, 1), cause="原来的事由")
    stage.do(
        "discipline",
        "accountability.withdraw",
        first,
        result="变更",
        withdrawn_on=date(2026, 10, 20),
        scan=scan("变更决定.png"),
    )
    second = stage.sanction(decided_on=date(2026, 10, 20), measure="通报", follows=first)
    page = sign_in("personnel").get(f"/accountability/{first}")
    assert page.state == "changed"
    for said in ("诫勉", "原来的事由", "安城管党〔2026〕99号", "变更决定.png", second):
        assert said in page.text
    assert first in sign_in("personnel").get(f"/accountability/{second}").text
    for wrong in (second, "WZ-2026-9999"):
        with pytest.raises(Refused, match="查无此编号"):
            stage.sanction(measure="通报", follows=wrong)


def test_execution_is_recorded_with_its_proof(stage: Stage, sign_in: type[Client]) -> None:
    number = stage.sanction(measure="通报", decided_on=date(2026, 10, 1))
    stage.do("discipline", "accountability.execute", number, executed_on=date(2026, 10, 9), proof=scan("归档回执.png"))
    page = sign_in("personnel").get(f"/accountability/{number}")
    assert "2026-10-09" in page.text and "归档回执.png" in page.text
    with pytest.raises(Refused, match="早于"):
        stage.do("discipline", "accountability.execute", number, executed_on=date(2026, 9, 30))


def test_the_list_tells_what_is_left(stage: Stage, sign_in: type[Client]) -> None:
    over = stage.sanction(decided_on=date(2026, 1, 5))
    clerk = sign_in("discipline")
    assert over in clerk.get("/accountability/?tab=mine").numbers
    assert "期满待解除" in clerk.get("/accountability/?tab=mine").text
