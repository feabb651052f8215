"""The chain: what is changed, dropped, put in, moved or cut off is found, and the first broken entry is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.core import act, trail
from portal.core.actor import Actor
from portal.core.register import named
from portal.core.sight import CORE
from portal.extensions import db
from tests.flow.test_walk import CALL
from tests.pages import Client

pytestmark = pytest.mark.database
LENGTH = 300


def verdict(app: Flask) -> trail.Verdict:
    with app.app_context():
        session = db.session()
        session.actor = Actor.job("verify")
        trail.flush_anchor()
        return trail.verify(session)


def raw(app: Flask, *statements: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.execution_options(**CORE).execute(text(statement))


@pytest.fixture(scope="module")
def chain(app: Flask) -> Flask:
    """A chain of some length, by real acts and by entries that no verb made."""
    from portal.core import clock

    with app.app_context():
        session = db.session()
        session.actor = Actor.job("test")
        for n in range(LENGTH):
            session.begin_write()
            entry = {"verb": "test", "subject": f"T-{n}", "fields": {"x": "0"}, "plain": {}}
            trail.append(session, trail.Plain(session.actor, clock.now()), [entry])
            session.commit()
            trail.anchor(session)
    assert verdict(app).broken is None
    return app


@pytest.fixture
def kept(chain: Flask) -> Any:
    """The chain as it was, put back after the test."""
    with chain.app_context(), db.engine.connect() as connection:
        rows = [dict(r._mapping) for r in connection.execution_options(**CORE).execute(trail.T.select())]
    yield chain
    with chain.app_context(), db.engine.begin() as connection:
        connection = connection.execution_options(**CORE)
        connection.execute(trail.T.delete())
        connection.execute(trail.T.insert(), rows)
    assert verdict(chain).broken is None


def test_a_whole_chain_counts(chain: Flask) -> None:
    found = verdict(chain)
    assert found.count >= LENGTH and found.broken is None and found.anchored_at is not None


@pytest.mark.parametrize(
    ("name", "statements", "seq"),
    [
        ("an edit", ["UPDATE trail SET subject = 'T-x' WHERE seq = 120"], 120),
        ("another person", ["UPDATE trail SET actor_id = 3 WHERE seq = 77"], 77),
        ("another time", ["UPDATE trail SET at = '2026-01-01 00:00:00' WHERE seq = 44"], 44),
        ("a deletion", ["DELETE FROM trail WHERE seq = 150"], 150),
        ("a deletion closed up", ["DELETE FROM trail WHERE seq = 150", "UPDATE trail SET seq = -seq WHERE seq > 150",
                                  "UPDATE trail SET seq = -seq - 1 WHERE seq < 0"], 150),
        ("a swap", ["UPDATE trail SET seq = -1 WHERE seq = 90", "UPDATE trail SET seq = 90 WHERE seq = 91",
                    "UPDATE trail SET seq = 91 WHERE seq = -1"], 90),
        ("a cut tail", [f"DELETE FROM trail WHERE seq > {LENGTH - 20}"], LENGTH - 19),
    ],
)  # fmt: skip
def test_it_is_found_and_named(kept: Flask, name: str, statements: list[str], seq: int) -> None:
    raw(kept, *statements)
    assert verdict(kept).broken == seq, name


def test_a_forger_who_recomputes_the_chain_fails_against_the_anchored_head(kept: Flask) -> None:
    with kept.app_context(), db.engine.begin() as connection:
        connection = connection.execution_options(**CORE)
        rows = [dict(r._mapping) for r in connection.execute(trail.T.select().order_by(trail.T.c.seq))]
        rows[199]["subject"] = "forged"
        previous = rows[198]["digest"]
        for row in rows[199:]:
            row["digest"] = previous = trail._digest(previous, row)
            values = {"digest": row["digest"], "subject": row["subject"]}
            connection.execute(trail.T.update().where(trail.T.c.seq == row["seq"]).values(values))
    assert verdict(kept).broken is not None


def test_a_head_without_the_key_proves_nothing(chain: Flask) -> None:
    with chain.app_context():
        heads = trail.heads_path()
        before = heads.read_text()
        parts = before.splitlines()[-1].split()
        heads.write_text(before + " ".join([parts[0], parts[1], "999999", parts[3], "0" * 64]) + "\n")
        try:
            assert verdict(chain).broken is None
        finally:
            heads.write_text(before)


def test_the_command_exits_with_the_first_broken_entry(kept: Flask) -> None:
    whole = kept.test_cli_runner().invoke(args=["trail", "verify"])
    assert whole.exit_code == 0 and "whole" in whole.output
    raw(kept, "UPDATE trail SET subject = 'T-x' WHERE seq = 60")
    broken = kept.test_cli_runner().invoke(args=["trail", "verify"])
    assert broken.exit_code == 1 and "60" in broken.output


def test_a_changed_issued_paper_is_named(app: Flask, sign_in: Callable[[str], Client]) -> None:
    from tests.flow.test_side_ways import registered

    clue = registered(sign_in("office"))
    sign_in("office_head").do(clue, "assign")
    number = clue.rpartition("/")[2]
    with app.app_context():
        found = next(p for p in Path(app.config["SETTINGS"].instance, "files").rglob("*") if p.is_file())
        before = found.read_bytes()
        found.write_bytes(before[:-1] + b"x")
        told = app.test_cli_runner().invoke(args=["trail", "verify"])
        found.write_bytes(before)
    assert told.exit_code == 1 and number in told.output


def test_an_anonymous_tip_has_neither_actor_nor_minute_on_the_trail(app: Flask, sign_in: Callable[[str], Client]) -> None:
    operator = sign_in("operator")
    action, data = operator.form("/intake/calls/new", **(CALL | {"naming": "匿名", "name": "", "phone": ""}))
    number = operator.post(action, data).location.split("/")[2]
    operator.do(f"/intake/{number}", "excerpt", excerpt="夜里偷倒渣土", title="南岭沙场偷倒渣土")
    with app.app_context():
        session = db.session()
        session.actor = Actor.job("test")
        entries = session.core(trail.T.select().where(trail.T.c.subject == number)).all()
        notes = session.core(text("SELECT person_id, at FROM notes WHERE subject = :n"), {"n": number}).all()
        tip = session.core(text("SELECT created_by, created_at FROM tips WHERE number = :n"), {"n": number}).one()
    from portal.core import clock

    assert [(e.actor_id, e.sign_in_id) for e in entries] == [(None, None)] * 2
    assert {clock.local(e.at).strftime("%H:%M:%S.%f") for e in entries} == {"00:00:00.000000"}
    assert {n.person_id for n in notes} == {None} and tip.created_by is None
    if isinstance(tip.created_at, str):  # raw SQLite hands back text
        assert tip.created_at.endswith("16:00:00.000000"), "midnight in Shanghai"


def test_two_acts_in_two_sessions_keep_one_chain(app: Flask) -> None:
    import threading

    from tests.flow.test_side_ways import TAKE

    verb = named("clues.register")
    given = verb.given(
        title="甲", summary="乙", source="舆情", source_ref="", field=TAKE["field"], kind="涉乱", level="一般", urgency="一般",
        place="丙", occurred="", parties=(), proposed_unit_id=2, proposed_officer_id=5,
    )  # fmt: skip

    def write() -> None:
        with app.app_context():
            from portal.core import people

            for _n in range(10):
                db.session.remove()
                session = db.session()
                session.actor = Actor.job("who")
                office = people.by_login(session, "office")
                db.session.remove()
                assert office is not None
                act.perform(office, verb, given)

    threads = [threading.Thread(target=write) for _n in range(4)]
    before = verdict(app).count
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = verdict(app)
    assert after.broken is None and after.count == before + 40


