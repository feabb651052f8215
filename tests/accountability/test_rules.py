"""What the database insists on, which measure fits whom, and that one document about one target stands once."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.accountability.models import MEASURES
from portal.core.errors import Refused
from portal.core.sight import CORE
from portal.extensions import db
from tests.pages import Client
from tests.verbs.stage import PERSON, Stage

pytestmark = pytest.mark.database
# written by hand: 问责条例 第八条 (组织, 领导干部), 政务处分法, domain.md 4
FITS = {
    "党组织": "检查 通报 改组 通报表扬",
    "党的领导干部": "通报 诫勉 停职检查 调整职务 责令辞职 免职 降职 党内警告 党内严重警告 撤销党内职务 留党察看 开除党籍 "
    "政务警告 政务记过 政务记大过 政务降级 政务撤职 政务开除 通报表扬",
    "其他工作人员": "通报 诫勉 政务警告 政务记过 政务记大过 政务降级 政务撤职 政务开除 事业单位警告 事业单位记过 "
    "降低岗位等级 事业单位开除 解除劳动合同 通报表扬",
    "单位": "检查 通报 通报表扬",
}
TARGETS = {"党组织": "执法支队党支部", "党的领导干部": "周旁人", "其他工作人员": "周旁人", "单位": "市容管理科"}
SOFT = ("约谈提醒", "点对点通报", "限期整改", "取消评优", "谈话提醒")


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


@pytest.mark.parametrize("kind", list(FITS))
def test_only_what_fits_the_kind_is_taken(stage: Stage, kind: str) -> None:
    for measure in MEASURES:
        if measure in FITS[kind].split():
            assert stage.sanction(kind=kind, target=TARGETS[kind], measure=measure).startswith("WZ-")
        else:
            with pytest.raises(Refused, match=f"不适用于{kind}"):
                stage.sanction(kind=kind, target=TARGETS[kind], measure=measure)


@pytest.mark.parametrize("kind", list(FITS))
def test_the_database_refuses_what_does_not_fit(stage: Stage, kind: str) -> None:
    number = stage.sanction(kind=kind, target=TARGETS[kind], measure="通报")
    for measure in (*MEASURES, *SOFT):
        private = kind in ("党的领导干部", "其他工作人员") and measure != "通报表扬"
        done = changed(stage, number, f"measure = '{measure}', named_only = {str(private).lower()}")
        assert done == (measure in FITS[kind].split()), measure


def changed(stage: Stage, number: str, what: str) -> bool:
    """Whether raw SQL could do it; undone again."""
    with stage.app.app_context(), db.engine.connect() as connection:
        keyed = connection.execution_options(**CORE, write=True)
        try:
            keyed.execute(text(f"UPDATE accountability SET {what} WHERE number = :n"), {"n": number})
        except IntegrityError:
            return False
        else:
            return True
        finally:
            connection.rollback()


def test_soft_measures_are_not_offered(sign_in: type[Client]) -> None:
    page = sign_in("discipline").get("/accountability/do/record")
    offered = {str(f["value"]) for f in page.soup.select("[name=measure]")}
    assert offered == set(MEASURES) and not offered & set(SOFT)


REFUSED = {
    "a person's case that everybody sees": "named_only = false",
    "no second handler": "second_id = NULL",
    "his own second handler": "second_id = officer_id",
    "the target handles it": "second_id = target_id",
    "the target records it": "officer_id = target_id",
    "an effect before the decision": "effect_to = '2020-01-01'",
    "an effect that nobody counted": "effect_words = NULL",
    "an open effect without end": "effect_to = NULL, effect_words = NULL",
    "in force and done": "state = 'stands'",
    "lifted on no day": "state = 'lifted'",
    "withdrawn by nobody": "state = 'withdrawn'",
    "changed by nobody": "state = 'changed', withdrawn_by = 'x', withdrawn_on = '2026-01-01'",
    "an unknown state": "state = 'hidden'",
    "open without a duty": "duty_id = NULL, owed_at = NULL, owed_by = NULL, owed_kind = NULL, owed_state = NULL",
    "another due time than its duty's": "owed_at = '2030-01-01 00:00:00'",
    "neither recorded nor handled": "entry = '口头'",
    "follows nothing": "follows = 'WZ-2026-9999'",
    "a person that is not there": "target_id = 9999",
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_the_database_refuses(stage: Stage, name: str) -> None:
    number = stage.sanction()
    assert changed(stage, number, "cause = 'x'")
    assert not changed(stage, number, REFUSED[name])


def test_the_database_keeps_a_document_once(stage: Stage) -> None:
    first, second = stage.sanction(document_no="唯一〔2026〕1号"), stage.sanction(document_no="唯一〔2026〕2号")
    assert not changed(stage, second, "document_no = '唯一〔2026〕1号'")
    stage.do("discipline", "accountability.void", first)
    assert changed(stage, second, "document_no = '唯一〔2026〕1号'")


# ── twice ──
def test_twice_is_refused_with_the_number_that_one_sees(stage: Stage) -> None:
    first = stage.sanction(document_no="安城管党〔2026〕61号")
    for said in ("安城管党〔2026〕61号", " 安城管党[2026] 61号", "安城管党（2026）61号"):
        with pytest.raises(Refused) as refused:
            stage.sanction(document_no=said)
        assert refused.value.field == "document_no" and first in refused.value.sentence
    assert stage.sanction(document_no="安城管党〔2026〕61号", organ="安澜市纪委监委")
    assert stage.sanction(document_no="安城管党〔2026〕61号", target="陈经办")


def test_of_an_unseen_record_nothing_is_told(stage: Stage) -> None:
    first = stage.sanction(document_no="安城管党〔2026〕62号")
    with pytest.raises(Refused) as refused:
        stage.sanction("discipline2", document_no="安城管党〔2026〕62号", second_id=PERSON["discipline"])
    assert first not in refused.value.sentence and "登记，编号" not in refused.value.sentence
    assert not any(word in refused.value.sentence for word in ("已经", "WZ", "郑纪检", "周旁人", "诫勉"))


def test_nothing_is_told_while_one_types(stage: Stage, sign_in: type[Client]) -> None:
    """The row beside the form is asked by the viewer's sight: guesses cost nothing there."""
    seen = stage.sanction(document_no="安城管党〔2026〕63号")
    clerk, other = sign_in("discipline"), sign_in("discipline2")
    typed = {
        "organ": "安澜市城市管理局党组",
        "document_no": "安城管党〔2026〕63号",
        "target": "周旁人",
        "kind": "党的领导干部",
        "decided_on": "2026-10-01",
        "measure": "诫勉",
    }
    told = {}
    for client, mark in ((clerk, "63"), (other, "63"), (other, "64")):
        _action, data = client.form("/accountability/do/record")
        data |= typed | {"document_no": f"安城管党〔2026〕{mark}号"}
        told[client.login, mark] = client.post("/accountability/preview", data, 200).html
    assert seen in told["discipline", "63"] and seen not in told["discipline2", "63"]
    assert told["discipline2", "63"].replace("63号", "") == told["discipline2", "64"].replace("64号", "")


def test_a_void_record_may_be_recorded_anew(stage: Stage, sign_in: type[Client]) -> None:
    first = stage.sanction(document_no="安城管党〔2026〕65号")
    target = sign_in("officer2")
    assert target.get(f"/accountability/{first}").number == first
    stage.do("discipline", "accountability.void", first)
    assert stage.sanction(document_no="安城管党〔2026〕65号", target="陈经办")
    assert target.get(f"/accountability/{first}", 404)
    assert sign_in("personnel").get(f"/accountability/{first}").state == "void"


# ── who handles, whom it concerns ──
@pytest.mark.parametrize(
    ("login", "more", "field"),
    [
        ("discipline", {"target": "郑纪检"}, "target"),
        ("discipline", {"target": "罗人事"}, "second_id"),
        ("discipline", {"second_id": PERSON["discipline"]}, "second_id"),
        ("discipline", {"second_id": PERSON["office"]}, "second_id"),
        ("discipline", {"second_id": None}, "second_id"),
        ("discipline", {"target": "郑纪检", "measure": "通报表扬"}, "target"),
    ],
)
def test_two_handle_it_and_neither_is_the_person(stage: Stage, login: str, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        stage.sanction(login, **more)
    assert refused.value.field == field


def test_the_post_is_that_of_the_time(stage: Stage, sign_in: type[Client]) -> None:
    with stage.app.app_context(), db.engine.begin() as connection:
        post = "INSERT INTO posts (person_id, unit_id, title, from_on, to_on) VALUES (:p, 4, :t, :f, :u)"
        for title, begun, ended in (("副科长", "2022-01-01", "2023-12-31"), ("协管员", "2020-01-01", "2021-12-31")):
            connection.execution_options(**CORE, write=True).execute(
                text(post), {"p": PERSON["below"], "t": title, "f": begun, "u": ended}
            )
    page = sign_in("discipline").get("/accountability/do/record")
    offered = [str(o["value"]) for o in page.soup.select("#targets option") if str(o["value"]).startswith("小组员")]
    assert len(offered) == 3
    with pytest.raises(Refused, match="那一段任职"):
        stage.sanction(target="小组员")
    earlier = next(o for o in offered if "副科长" in o)
    page = sign_in("personnel").get(f"/accountability/{stage.sanction(target=earlier)}")
    assert "市容科副科长" in page.text
    with pytest.raises(Refused, match="姓名，时任职务"):
        stage.sanction(target="从无此人")
    page = sign_in("personnel").get(f"/accountability/{stage.sanction(target='从无此人，协管员')}")
    assert "从无此人" in page.text and "协管员" in page.text
    with pytest.raises(Refused, match="没有这个单位"):
        stage.sanction(kind="单位", target="没有的单位", measure="通报")
