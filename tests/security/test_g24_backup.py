"""G24: a backup taken while people write is of one moment and whole; a broken, cut or swapped one is refused; restored
into an empty place it is the same to the last row and byte, its trail holds, and people sign in. Nothing of the sealed
class, and nothing at all without the vault key, can be read in it (G6).
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import inspect, select, text

from portal.core import backup, chunked, files, rotation, snapshots, trail, walls
from portal.core.actor import Actor
from portal.core.sight import CORE
from portal.extensions import db
from tests import engines
from tests.engines import Engine, Place
from tests.pages import Client
from tests.security import attached
from tests.security.attached import attach, taken
from tests.verbs.stage import Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
CANARIES = ("金丝雀备份里的话", "金丝雀备份的文件名", "15477776666")
_serial = count(1)


@pytest.fixture(scope="module")
def tip(app: Flask) -> str:
    """A tip with canaries, a sealed file and its copy, a matter, a paper."""
    stage = Stage(app)
    number = stage.tip("triage", narrative=CANARIES[0], phone=CANARIES[2])
    stage.matter()
    stage.clue("assigned", summary="会被导出的摘要鬯鼐")
    with app.test_request_context():
        attach(stage, number, taken(attached.docx(CANARIES[0]), f"{CANARIES[1]}.docx"))
        attach(stage, number, taken(attached.photo(), f"{CANARIES[1]}.jpg"))
        attach(stage, number, taken(b"ID3\x03" + hashlib.shake_256(b"a voice").digest(3 * 1024 * 1024), "v.mp3"))
    return number


@pytest.fixture(scope="module")
def taken_backup(app: Flask, tip: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert tip
    path = tmp_path_factory.mktemp("backups") / "one.backup"
    assert run(app, "create", path).exit_code == 0
    return path


@pytest.fixture
def empty_place(engine: Engine, place: Place, worker_id: str) -> Iterator[Place]:
    """Another machine, on which nothing is but the vault key."""
    fresh = engine.fresh(f"{worker_id}-restored-{next(_serial)}")
    shutil.copy(place.instance / "vault.key", fresh.instance)
    yield fresh
    engine.drop(fresh)


def run(app: Flask, *words: Any) -> Result:
    with app.app_context():
        db.session.remove()
    return app.test_cli_runner().invoke(args=["backup", *map(str, words)])


def told(app: Flask) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Rows of every table and bytes of every file as digests, read without the backup's own code."""
    tables, kept = {}, {}
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL ROLE {walls.OWNER}")
        raw = connection.execution_options(**CORE)
        lite = db.engine.dialect.name == "sqlite"  # there the full-text tables are virtual, and their parts are tables
        for table in (t for t in inspect(db.engine).get_table_names() if not (lite and t.endswith("_words"))):
            rows = sorted(
                repr([bytes(v) if isinstance(v, memoryview) else v for v in r])
                for r in raw.execute(text(f'SELECT * FROM "{table}"'))
            )
            tables[table] = [len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()]
        t = files.Common.family.file.__table__
        for (file_id,) in raw.execute(select(t.c.id)):
            kept[file_id] = hashlib.sha256(b"".join(bytes(p) for p in files.read(file_id))).hexdigest()
    return tables, kept


def test_restored_it_is_the_same_and_people_go_on(app: Flask, taken_backup: Path, empty_place: Place) -> None:
    before = told(app)
    assert before[0]["tips"][0] and len(before[1]) >= 4
    with engines.started(empty_place) as there:
        done = run(there, "restore", taken_backup)
        assert done.exit_code == 0 and "0 differences" in done.output, done.output
        after = told(there)
        differing = {t for t in before[0] if before[0][t] != after[0].get(t)}
        assert differing == set() and after == before
    with engines.started(empty_place) as there:
        with there.app_context():
            checked = there.test_cli_runner().invoke(args=["trail", "verify"])
        assert checked.exit_code == 0 and "whole; last head 20" in checked.output, checked.output
        page = Client(there).sign_in("operator").get("/intake/")
        assert page.numbers
        stage = Stage(there)
        again = stage.tip("excerpt")  # sequences and numbers go on where they were
        assert again not in page.numbers


def test_taken_while_people_write_it_is_of_one_moment(app: Flask, tip: str, tmp_path: Path, empty_place: Place) -> None:
    stage, ended, faults, numbers = Stage(app), threading.Event(), [], []

    def writes() -> None:
        while not ended.is_set():
            try:
                with app.test_request_context():
                    number = stage.tip("excerpt")
                    attach(stage, number, taken(attached.photo((40, 40)), "x.jpg"))
                numbers.append(number)
            except BaseException as fault:  # noqa: BLE001 - any fault at all is one too many
                faults.append(fault)

    writer = threading.Thread(target=writes)
    writer.start()
    try:
        while not numbers and not faults:
            time.sleep(0.01)
        for i in range(3):
            assert run(app, "create", tmp_path / f"{i}.backup").exit_code == 0
    finally:
        ended.set()
        writer.join()
    assert faults == [] and len(numbers) >= 2
    for i in range(3):
        assert run(app, "check", tmp_path / f"{i}.backup").exit_code == 0
    with engines.started(empty_place) as there:
        done = run(there, "restore", tmp_path / "2.backup")
        assert done.exit_code == 0, done.output
        _tables, kept = told(there)
        assert kept


def test_what_is_written_after_its_moment_is_not_in_it(
    app: Flask, tip: str, tmp_path: Path, empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its first part and its last: neither rows nor, which would look like a cut trail, heads."""
    late: list[str] = []

    def acts() -> None:
        late.append(Stage(app).tip("excerpt"))
        trail.flush_anchor()

    add = backup._add

    def first_then(out: Any, members: Any, name: str, part: Any) -> None:
        if name == "begin.json":
            person = threading.Thread(target=acts)
            person.start()
            person.join()
        add(out, members, name, part)

    monkeypatch.setattr(backup, "_add", first_then)
    done = run(app, "create", tmp_path / "x.backup")
    assert done.exit_code == 0 and len(late) == 1, done.output
    with engines.started(empty_place) as there:
        done = run(there, "restore", tmp_path / "x.backup")
        assert done.exit_code == 0, done.output
        with there.app_context(), db.engine.connect() as connection:
            raw = connection.execution_options(**CORE)
            for table, column in (
                ("tips", "number"),
                ("receipts", "number"),
                ("trail", "subject"),
                ("duties", "subject"),
            ):
                found = raw.execute(text(f"SELECT count(*) FROM {table} WHERE {column} = :n"), {"n": late[0]}).scalar()
                assert found == 0, table
            assert raw.execute(text("SELECT count(*) FROM tips WHERE number = :n"), {"n": tip}).scalar() == 1


def test_an_end_that_holds_nothing_must_be_there_too(app: Flask, taken_backup: Path, tmp_path: Path) -> None:
    content, longer = taken_backup.read_bytes(), tmp_path / "longer.backup"
    first, sealed = content[: content.index(b"\n") + 1], content[content.index(b"\n") + 1 :]
    with app.app_context():
        key = app.config["VAULT_KEY"]
    plain = [*chunked.unseal(key, first, [sealed]), bytes(3 * chunked.CHUNK)]
    again = first + b"".join(chunked.seal(key, first, plain))
    longer.write_bytes(again)
    assert run(app, "check", longer).exit_code == 0
    longer.write_bytes(again[:-40])
    assert run(app, "check", longer).exit_code == 1


HARM = {
    "cut at its end": lambda b: b[:-1],
    "cut at a chunk": lambda b: b[: b.index(b"\n") + 1 + 19 + chunked.CHUNK + chunked.TAG],
    "cut to its head": lambda b: b[:200],
    "a bit in the middle": lambda b: b[: len(b) // 2] + bytes([b[len(b) // 2] ^ 1]) + b[len(b) // 2 + 1 :],
    "another day on its head": lambda b: b.replace(b'"at": "20', b'"at": "19', 1),
    "something hung on": lambda b: b + b"x",
    "nothing": lambda b: b"",
    "something else": lambda b: b"PK\x03\x04" + b[4:],
}


@pytest.mark.parametrize("harm", HARM)
def test_a_broken_backup_is_refused_and_nothing_is_restored(
    app: Flask, taken_backup: Path, tmp_path: Path, empty_place: Place, harm: str
) -> None:
    broken = tmp_path / "broken.backup"
    broken.write_bytes(HARM[harm](taken_backup.read_bytes()))
    done = run(app, "check", broken)
    assert done.exit_code == 1 and ("do not use it" in done.output or "is not a backup" in done.output), done.output
    with engines.started(empty_place) as there:
        assert run(there, "restore", broken).exit_code == 1
        with there.app_context():
            assert inspect(db.engine).get_table_names() == []
        assert not (empty_place.instance / "trail.heads").exists()


def test_chunks_of_two_backups_do_not_mix(app: Flask, taken_backup: Path, tmp_path: Path) -> None:
    other, mixed = tmp_path / "other.backup", tmp_path / "mixed.backup"
    assert run(app, "create", other).exit_code == 0
    one, two = taken_backup.read_bytes(), other.read_bytes()
    head = one.index(b"\n") + 1 + 19
    frame = chunked.CHUNK + chunked.TAG
    mixed.write_bytes(one[: head + frame] + two[two.index(b"\n") + 1 + 19 + frame :])
    assert run(app, "check", mixed).exit_code == 1
    mixed.write_bytes(one[: one.index(b"\n") + 1] + two[two.index(b"\n") + 1 :])
    assert run(app, "check", mixed).exit_code == 1


def test_without_its_key_it_is_noise_and_says_which_key_it_wants(
    app: Flask, taken_backup: Path, engine: Engine, worker_id: str
) -> None:
    content = taken_backup.read_bytes()
    for word in (*CANARIES, "鬯鼐", "operator"):
        assert all(form not in content for form in (word.encode(), word.encode("utf-16-le"), word.encode("gb18030")))
    stranger = engine.fresh(f"{worker_id}-stranger-{next(_serial)}")
    try:
        with engines.started(stranger, PORTAL_VAULT_KEY=base64.b64encode(b"w" * 32).decode()) as there:
            done = run(there, "restore", taken_backup)
            assert done.exit_code == 1 and "PORTAL_VAULT_KEY" in done.output
            with there.app_context():
                assert inspect(db.engine).get_table_names() == []
    finally:
        engine.drop(stranger)


def test_it_holds_no_key(app: Flask, place: Place, taken_backup: Path) -> None:
    keys = [(place.instance / name).read_text().encode() for name in ("vault.key", "secret.key")]
    raw = [base64.urlsafe_b64decode(k + b"=" * (-len(k) % 4)) for k in keys]
    with app.app_context():
        session = db.session()
        session.info["role"] = walls.OWNER
        session.actor = Actor.job("test")
        for _name, part in backup.parts(session, taken_backup):
            content = part.read()
            assert not any(secret in content for secret in (*keys, *raw))


def test_it_is_restored_into_nothing_but_an_empty_place(
    app: Flask, place: Place, taken_backup: Path, empty_place: Place
) -> None:
    before = told(app)
    assert "not empty" in run(app, "restore", taken_backup).output and told(app) == before
    with engines.started(empty_place) as there:
        (empty_place.instance / "files").mkdir(exist_ok=True)
        (empty_place.instance / "files" / "left").write_bytes(b"x")
        assert "file store is not empty" in run(there, "restore", taken_backup).output
        (empty_place.instance / "files" / "left").unlink()
        (empty_place.instance / "trail.heads").write_text("x")
        assert "another database" in run(there, "restore", taken_backup).output


def test_it_takes_no_others_place_and_leaves_no_half(
    app: Flask, tip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tip
    there = tmp_path / "there.backup"
    there.write_bytes(b"an earlier one")
    assert run(app, "create", there).exit_code == 1 and there.read_bytes() == b"an earlier one"

    def full(*_a: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_add_file", full)
    assert run(app, "create", tmp_path / "new.backup").exit_code == 1
    assert [p.name for p in tmp_path.iterdir()] == ["there.backup"]


def test_a_file_that_is_missing_is_told(app: Flask, tmp_path: Path) -> None:
    stage = Stage(app)
    with app.test_request_context():
        number = stage.tip("triage")
        gone = attach(stage, number, taken(attached.photo((9, 9)), "x.jpg"))
        files.forget([gone])
    done = run(app, "create", tmp_path / "x.backup")
    assert done.exit_code == 1 and gone in done.output
    with stage.session() as session:
        session.begin_write()
        t = files.Common.family.file.__table__
        session.core(t.delete().where(t.c.id == gone))
        session.commit()


def test_that_one_was_taken_is_on_the_trail_and_readable_by_the_owner_alone(app: Flask, taken_backup: Path) -> None:
    assert taken_backup.stat().st_mode & 0o777 == 0o600
    with Stage(app).session() as session:
        assert session.core(select(trail.T.c.seq).where(trail.T.c.verb == "backup.create")).first() is not None


def test_one_of_before_a_rotation_opens_with_the_key_of_its_time(
    engine: Engine, place: Place, worker_id: str, app: Flask, taken_backup: Path
) -> None:
    assert app
    own = engine.fresh(f"{worker_id}-old-{next(_serial)}")
    later = engine.fresh(f"{worker_id}-later-{next(_serial)}")
    try:
        shutil.copy(place.instance / "vault.key", own.instance)
        with engines.started(own) as there:
            assert run(there, "restore", taken_backup).exit_code == 0
            with there.app_context():
                session = db.session()
                session.info["role"] = walls.OWNER
                session.actor = Actor.job("rotate")
                list(rotation.rotate(session))
        with engines.started(own) as there:
            assert run(there, "check", taken_backup).exit_code == 1
        former = next(p for p in own.instance.glob("vault.key.*"))
        with engines.started(later, PORTAL_VAULT_KEY_FILE=former) as there:
            assert run(there, "restore", taken_backup).exit_code == 0
    finally:
        engine.drop(own)
        engine.drop(later)


def test_one_of_another_engine_says_so(
    app: Flask, taken_backup: Path, empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    with engines.started(empty_place) as there:
        monkeypatch.setattr(type(inspect(create_engine_of(there))), "get_table_names", lambda *_a, **_k: [])
        monkeypatch.setattr(backup, "check", lambda *_a, **_k: {"engine": "another"})
        assert "PORTAL_DATABASE_URL" in run(there, "restore", taken_backup).output


def create_engine_of(app: Flask) -> Any:
    with app.app_context():
        return db.engine


def test_the_scan_looks_into_backups_and_packed_files(app: Flask, place: Place, tip: str) -> None:
    inside = place.instance / "nightly.backup"
    assert run(app, "create", inside).exit_code == 0

    def scan(*words: str) -> Result:
        with app.app_context():
            return app.test_cli_runner().invoke(args=["vault", "scan", *words])

    try:
        done = scan(CANARIES[1], CANARIES[2])
        assert done.exit_code == 0, done.output
        found = scan("会被导出的摘要鬯鼐")
        assert found.exit_code == 1 and "nightly.backup: " in found.output, found.output
        packed = scan(CANARIES[0])  # the copy for handlers holds its words, and nothing else does
        assert packed.exit_code == 1
        with Stage(app).session() as session:
            t = files.Common.family.file.__table__
            copies = session.core(select(t.c.id).where(t.c.number == tip, ~t.c.sealed)).scalars().all()
        assert {
            line.split("\t")[1].rpartition("/")[2] for line in packed.output.splitlines() if "backup" not in line
        } <= set(copies)
    finally:
        inside.unlink()


def test_the_digest_of_rows_knows_no_order() -> None:
    one, other = snapshots.Rows(), snapshots.Rows()
    for row in (b"a", b"b", b"b"):
        one.add(row)
    for row in (b"b", b"a", b"b"):
        other.add(row)
    assert one.told() == other.told()
    other.add(b"")
    assert one.told() != other.told()
