"""G23: the vault key is changed while people work and can be killed at any moment of it: nothing is unreadable, digests
hold as they were, the old key opens nothing any more, and a wrong key refuses the start and names the remedy.
"""

from __future__ import annotations

import base64
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from sqlalchemy import func, insert, select, text

from portal import create_app
from portal.core import keyring, rotation, trail, vault, walls
from portal.core.actor import Actor
from portal.core.hanging import FAMILIES, DataKey
from portal.core.sight import CORE
from portal.extensions import db
from portal.intake.models import Receipt, Tip
from portal.umbrella.models import Matter
from tests import engines
from tests.engines import Engine, Place
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
K = DataKey.__table__
MANY = 40


class Crash(BaseException):
    """Nobody catches it, as nobody catches the end of a process."""


@pytest.fixture
def own(engine: Engine, template: Place, worker_id: str, request: pytest.FixtureRequest) -> Iterator[Place]:
    """A place of the test's own: a rotation is of the whole database."""
    copy = engine.copy(template, f"{worker_id}-keys-{abs(hash(request.node.name)) % 10**9}")
    yield copy
    engine.drop(copy)


def filled(app: Flask) -> dict[str, str]:
    """Sealed texts of both families, a query code, and some keys more; gives what must stay readable."""
    stage = Stage(app)
    number, matter = stage.tip("triage"), stage.matter()
    with stage.session() as session:
        session.begin_write()
        for i in range(MANY):
            vault.data_key(session, Tip.family, f"XX-{i:04d}", make=True)
        vault.data_key(session, Tip.family, "XX-GONE", make=True)
        vault.destroy(session, Tip.family, "XX-GONE")
        session.commit()
    return {"tip": number, "matter": matter}


def readable(app: Flask, made: dict[str, str]) -> dict[str, Any]:
    """What is sealed, what is digested, and each key, as they are found."""
    with app.app_context():
        db.session.remove()
        session = db.session()
        session.info["role"] = walls.OWNER
        session.actor = Actor.job("test")
        sealed = {}
        for kind, number in ((Tip, made["tip"]), (Matter, made["matter"])):
            t = kind.__table__
            stored = session.core(select(t.c.original_sealed).where(t.c.number == number)).scalar_one()
            sealed[number] = vault.unseal(session, kind.family, number, f"{t.name}.original", bytes(stored))
        keys = {
            (family.name, of): vault.data_key(session, family, of)
            for family in FAMILIES
            for (of,) in session.core(
                select(family.data_key.__table__.c.of).where(family.data_key.__table__.c.wrapped.is_not(None))
            )
        }
        trail.flush_anchor()
        digest, verdict = vault.digest("一样的话"), trail.verify(session)
        db.session.remove()
        return {
            "sealed": sealed,
            "keys": keys,
            "digest": digest,
            "broken": verdict.broken,
            "heads": verdict.anchored_at is not None,
        }


def rotate(app: Flask) -> list[str]:
    with app.app_context():
        db.session.remove()
        session = db.session()
        session.info["role"] = walls.OWNER
        session.actor = Actor.job("rotate")
        try:
            return list(rotation.rotate(session))
        finally:
            db.session.remove()


def under(app: Flask) -> dict[str, int]:
    """How many data keys are wrapped by which vault key."""
    with app.app_context():
        session = db.session()
        session.info["role"] = walls.OWNER
        session.actor = Actor.job("test")
        return dict(
            session.core(select(K.c.under, func.count()).where(K.c.wrapped.is_not(None)).group_by(K.c.under)).all()
        )


def test_a_rotation_wraps_every_key_again_and_changes_nothing_that_is_read(own: Place) -> None:
    with engines.started(own) as app:
        made = filled(app)
        before, old = readable(app, made), keyring_name(app)
        told = rotate(app)
        assert told[-1].startswith("done") and readable(app, made) == before
        (name,) = under(app)
        assert name != old
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["trail", "verify"])
        assert done.exit_code == 0, done.output
    with engines.started(own) as again:
        assert readable(again, made) == before
        assert (own.instance / "vault.key").stat().st_mode & 0o777 == 0o600
        assert not (own.instance / "vault.key.new").exists()


def keyring_name(app: Flask) -> str:
    with app.app_context():
        return keyring.short(keyring.given())


def test_the_old_key_opens_nothing_afterwards_and_the_start_names_the_remedy(own: Place) -> None:
    old = (own.instance / "vault.key").read_text()
    with engines.started(own) as app:
        filled(app)
        rotate(app)
    with pytest.raises(SystemExit, match=r"PORTAL_VAULT_KEY: .*vault\.key.*vault rotate"):
        create_app(**own.settings, PORTAL_VAULT_KEY=old)
    kept = next(own.instance.glob("vault.key.*"))
    assert kept.read_text() == old, "backups of its time want it"
    with engines.started(own) as app, app.app_context():
        session = db.session()
        session.info["role"] = walls.OWNER
        session.actor = Actor.job("test")
        raw = base64.urlsafe_b64decode(old + "=")
        for of, wrapped in session.core(select(K.c.of, K.c.wrapped).where(K.c.wrapped.is_not(None))):
            with pytest.raises(InvalidTag):
                keyring.unwrap(raw, f"data key of {of}", wrapped)
        assert (
            session.core(text("SELECT count(*) FROM facts WHERE name IN ('vault before', 'vault bridge')")).scalar()
            == 0
        )


POINTS = ("before", "after")


@pytest.mark.parametrize("point", range(10))
def test_killed_at_ten_points_it_goes_on_and_loses_nothing(
    own: Place, point: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each write of a key and each commit is a moment: the fall comes just before or just after it."""
    monkeypatch.setattr(rotation, "BATCH", 10)
    with engines.started(own) as app:
        made = filled(app)
        before = readable(app, made)
        with monkeypatch.context() as falling:
            steps, when = [0], POINTS[point % 2]

            def falls(real: Callable[..., Any]) -> Callable[..., Any]:
                def step(*given: Any, **named: Any) -> Any:
                    steps[0] += 1
                    mine = steps[0] == 1 + point  # the key's file, its begin, batches, the exchange, the end
                    if mine and when == "before":
                        raise Crash
                    done = real(*given, **named)
                    if mine:
                        raise Crash
                    return done

                return step

            falling.setattr(rotation, "_write", falls(rotation._write))
            with app.app_context():
                falling.setattr(type(db.session()), "commit", falls(type(db.session()).commit))
            with pytest.raises(Crash):
                rotate(app)
        assert readable(app, made) == before, "the process that was at work"
    with engines.started(own) as again:  # with whatever key lies there now
        assert readable(again, made) == before
        with engines.started(own) as web:
            assert rotate(again)[-1].startswith("done")
            assert readable(web, made) == before, "a web worker that was started before"
        assert len(under(again)) == 1
    with engines.started(own) as last:
        assert readable(last, made) == before


def test_the_ten_points_reach_from_the_first_write_to_the_last_commit(
    own: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "BATCH", 10)
    counted: list[str] = []
    with engines.started(own) as app:
        filled(app)
        write, commit = rotation._write, None
        with app.app_context():
            commit = type(db.session()).commit
            monkeypatch.setattr(rotation, "_write", lambda *a: (counted.append("write"), write(*a)))
            monkeypatch.setattr(type(db.session()), "commit", lambda s: (counted.append("commit"), commit(s)))
        rotate(app)
    assert (
        counted[:2] == ["write", "commit"] and counted[-3:] == ["write", "write", "commit"] and 9 <= len(counted) <= 12
    )


def test_people_read_and_write_while_it_goes_on(own: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 20)
    with engines.started(own) as app, engines.started(own) as web:  # two processes would not know more of each other
        made = filled(app)
        more(app, 400)
        before, ended, faults, written = readable(app, made), threading.Event(), [], []

        def reads() -> None:
            while not ended.is_set():
                try:
                    found = readable_texts(web, made)
                    assert found == before["sealed"]
                except BaseException as fault:  # noqa: BLE001 - any fault at all is one too many
                    faults.append(fault)

        def writes() -> None:
            stage = Stage(web)
            while not ended.is_set():
                try:
                    written.append(stage.tip("excerpt"))
                except BaseException as fault:  # noqa: BLE001
                    faults.append(fault)

        people = [threading.Thread(target=job) for job in (reads, reads, writes)]
        for one in people:
            one.start()
        try:
            assert rotate(app)[-1].startswith("done")
            time.sleep(0.3)
        finally:
            ended.set()
            for one in people:
                one.join()
        assert faults == [] and len(written) >= 2
        assert len(under(app)) == 1
    with engines.started(own) as last:
        for number in written:
            readable_texts(last, made | {"tip": number})


def test_who_is_wrapping_a_key_holds_off_the_change(own: Place) -> None:
    """Else his key would come under the old one after all others had left it."""
    with engines.started(own) as app, engines.started(own) as web:
        made, told = filled(app), []
        changing = threading.Thread(target=lambda: told.extend(rotate(app)))
        with Stage(web).session() as session:
            session.begin_write()
            keyring.current(session)
            changing.start()
            time.sleep(0.5)
            assert told == []
            vault.data_key(session, Tip.family, "ZZ-LATE", make=True)
            session.commit()
        changing.join()
        assert told[-1].startswith("done") and len(under(app)) == 1
    with engines.started(own) as last:
        assert ("common", "ZZ-LATE") in readable(last, made)["keys"]


def more(app: Flask, many: int) -> None:
    with Stage(app).session() as session:
        session.begin_write()
        under, key = keyring.current(session)
        rows = [
            {"of": f"YY-{i:05d}", "under": under, "wrapped": keyring.wrap(key, f"data key of YY-{i:05d}", bytes(32))}
            for i in range(many)
        ]
        session.core(insert(K), rows)
        session.commit()


def readable_texts(app: Flask, made: dict[str, str]) -> dict[str, str]:
    with Stage(app).session() as session:
        t, number = Tip.__table__, made["tip"]
        stored = session.core(select(t.c.original_sealed).where(t.c.number == number)).scalar_one()
        found = {number: vault.unseal(session, Tip.family, number, "tips.original", bytes(stored))}
        t, number = Matter.__table__, made["matter"]
        stored = session.core(select(t.c.original_sealed).where(t.c.number == number)).scalar_one()
        return found | {
            number: vault.unseal(session, Matter.family, number, "umbrella_matters.original", bytes(stored))
        }


def test_a_key_from_the_environment_is_exchanged_by_the_operator(own: Place) -> None:
    old = (own.instance / "vault.key").read_text()
    (own.instance / "vault.key").unlink()
    with engines.started(own, PORTAL_VAULT_KEY=old) as web:
        made = filled(web)
        before = readable(web, made)
        with engines.started(own, PORTAL_VAULT_KEY=old) as app:
            assert "PORTAL_VAULT_KEY" in rotate(app)[-1]
        new = (own.instance / "vault.key.new").read_text()
        assert readable(web, made) == before, "who was started with the old one reads on"
        with engines.started(own, PORTAL_VAULT_KEY=old) as late:
            assert readable(late, made) == before, "until the end the old one starts too"
        with engines.started(own, PORTAL_VAULT_KEY=new) as app:
            assert readable(app, made) == before
            assert rotate(app)[-1].startswith("done") and not (own.instance / "vault.key.new").exists()
        assert not (own.instance / "vault.key").exists()
    with pytest.raises(SystemExit, match="PORTAL_VAULT_KEY"):
        create_app(**own.settings, PORTAL_VAULT_KEY=old)
    with engines.started(own, PORTAL_VAULT_KEY=new) as app:
        assert readable(app, made) == before


def test_a_key_file_of_the_operators_own_is_exchanged_in_its_place(own: Place, tmp_path: Path) -> None:
    theirs = tmp_path / "keys" / "portal"
    theirs.parent.mkdir()
    shutil.move(own.instance / "vault.key", theirs)
    old = theirs.read_text()
    with engines.started(own, PORTAL_VAULT_KEY_FILE=theirs) as app:
        made = filled(app)
        before = readable(app, made)
        assert rotate(app)[-1].startswith("done")
        assert theirs.read_text() != old and not (own.instance / "vault.key").exists()
    with engines.started(own, PORTAL_VAULT_KEY_FILE=theirs) as app:
        assert readable(app, made) == before


def test_a_key_file_that_is_the_waiting_one_is_never_written_over(own: Place) -> None:
    """Whoever points the setting at vault.key.new in the middle of a rotation keeps a key that is in use."""
    shutil.move(own.instance / "vault.key", own.instance / "vault.key.new")
    with engines.started(own, PORTAL_VAULT_KEY_FILE=own.instance / "vault.key.new") as app:
        made = filled(app)
        before = readable(app, made)
        assert rotate(app)[-1].startswith("done")
    with engines.started(own, PORTAL_VAULT_KEY_FILE=own.instance / "vault.key.new") as app:
        assert readable(app, made) == before


def test_a_database_from_before_digests_had_a_key_keeps_its_digests(own: Place) -> None:
    with engines.started(own) as app, app.app_context(), db.engine.connect() as connection:
        raw = connection.execution_options(**CORE)
        raw.execute(text("DELETE FROM facts WHERE name = 'digest key'"))
        raw.commit()
    with engines.started(own) as app:
        made = filled(app)
        before = readable(app, made)
        rotate(app)
    with engines.started(own) as app:
        after = readable(app, made)
    assert after == before and after["heads"]


def test_a_query_code_still_fits_after_a_rotation(own: Place) -> None:
    with engines.started(own) as app:
        number = Stage(app).tip("excerpt")
        with Stage(app).session("operator") as session:
            code = vault.look(session.get(Receipt, number), "code")
        rotate(app)
    with engines.started(own) as app, app.app_context():
        session = db.session()
        session.info["role"] = walls.OWNER
        session.actor = Actor.job("test")
        r = Receipt.__table__
        stored = session.core(select(r.c.code_digest).where(r.c.number == number)).scalar()
        assert stored == vault.digest(f"code {number} {code}")


@pytest.mark.parametrize("how", ["variable", "file"])
def test_a_wrong_key_refuses_the_start(own: Place, how: str, tmp_path: Path) -> None:
    wrong = base64.urlsafe_b64encode(b"w" * 32).decode()
    (tmp_path / "key").write_text(wrong)
    given = {"PORTAL_VAULT_KEY": wrong} if how == "variable" else {"PORTAL_VAULT_KEY_FILE": tmp_path / "key"}
    with pytest.raises(SystemExit, match=r"not the key of this database.*PORTAL_VAULT_KEY_FILE or instance/vault\.key"):
        create_app(**own.settings, **given)


def test_a_key_that_is_none_says_what_is_wanted(own: Place) -> None:
    with pytest.raises(SystemExit, match="32 bytes in base64"):
        create_app(**own.settings, PORTAL_VAULT_KEY="short")
