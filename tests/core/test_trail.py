"""The trail: whatever is changed in it afterwards is found, and named by its number (G10)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import OperationalError

from portal.core import clock, trail
from portal.core.actor import Actor
from portal.core.errors import Refused
from portal.core.trail import Entry, Plain, Verdict
from portal.extensions import db
from tests import engines
from tests.core.seeded import statements
from tests.engines import Engine, Place
from tests.verbs.stage import PERSON, Stage

pytestmark = [pytest.mark.database, pytest.mark.security]
T = Entry.__table__
LONG = 300


@pytest.fixture(scope="module")
def stage(app: Flask) -> Stage:
    return Stage(app)


def grow(stage: Stage, many: int) -> None:
    """So many entries in a transaction, as a run of verbs would leave them, and their head outside the database."""
    with stage.session() as session:
        session.begin_write()
        entries = [
            {"verb": "test.act", "subject": f"XX-{i}", "fields": {"title": "ab" * 32}, "plain": {"state": ["a", "b"]}}
            for i in range(many)
        ]
        trail.append(session, Plain(Actor.job("test"), clock.now()), entries)
        session.commit()
        trail.anchor(session)
        trail.flush_anchor()


@pytest.fixture(scope="module")
def chain(stage: Stage) -> Stage:
    """A chain of more than 300, real acts first, with heads at 100, 200 and its end and some between."""
    stage.clue("filed")
    stage.tip("accepted")
    stage.matter()
    for end in (100, 200, LONG + 20):
        grow(stage, end - count(stage))
    return stage


def count(stage: Stage) -> int:
    with stage.session() as session:
        found: int = session.core(select(func.count()).select_from(T)).scalar()
        return found


def verify(stage: Stage) -> Verdict:
    with stage.session() as session:
        return trail.verify(session)


def test_a_whole_chain_is_whole(chain: Stage) -> None:
    verdict = verify(chain)
    assert verdict.broken is None and verdict.count == count(chain) >= LONG
    assert verdict.anchored_at is not None and clock.now() - verdict.anchored_at < timedelta(minutes=5)


# ── one entry is touched: (session) → the number that must be named ──
def edit(column: str, value: Any) -> Callable[[Any], int]:
    def tamper(session: Any) -> int:
        assert session.core(update(T).where(T.c.seq == 150).values({column: value})).rowcount == 1
        return 150

    return tamper


def drop(session: Any) -> int:
    session.core(delete(T).where(T.c.seq == 150))
    return 150


def drop_the_first(session: Any) -> int:
    session.core(delete(T).where(T.c.seq == 1))
    return 1


def drop_and_close_the_gap(session: Any) -> int:
    session.core(delete(T).where(T.c.seq == 150))
    _move(session, 151, -1)
    return 150


def put_in(session: Any) -> int:
    """A forged entry that fits the one before it; what follows does not fit any more."""
    _move(session, 150, 1)
    before = session.core(select(T).where(T.c.seq == 149)).one()
    forged = dict(before._mapping) | {"seq": 150, "verb": "clues.forged"}
    forged["digest"] = trail._digest(before.digest, forged)
    session.core(insert(T), forged)
    return 151


def swap(session: Any) -> int:
    one, two = (dict(session.core(select(T).where(T.c.seq == s)).one()._mapping) for s in (150, 151))
    for seq, row in ((150, two), (151, one)):
        session.core(update(T).where(T.c.seq == seq).values({k: v for k, v in row.items() if k != "seq"}))
    return 150


def swap_numbers(session: Any) -> int:
    for old, new in ((150, -1), (151, 150), (-1, 151)):
        session.core(update(T).where(T.c.seq == old).values(seq=new))
    return 150


def cut(session: Any) -> int:
    session.core(delete(T).where(T.c.seq > 250))
    return 251


def cut_one(session: Any) -> int:
    last = session.core(select(func.max(T.c.seq))).scalar()
    session.core(delete(T).where(T.c.seq == last))
    return int(last)


def empty(session: Any) -> int:
    session.core(delete(T))
    return 1


def forge_to_the_end(session: Any) -> int:
    """Whoever can write can also count: each digest is made anew. The heads outside the database do not agree."""
    session.core(update(T).where(T.c.seq == 150).values(verb="clues.forged"))
    previous = session.core(select(T.c.digest).where(T.c.seq == 149)).scalar()
    for row in session.core(select(T).where(T.c.seq >= 150).order_by(T.c.seq)).all():
        previous = trail._digest(previous, dict(row._mapping))
        session.core(update(T).where(T.c.seq == row.seq).values(digest=previous))
    return 200


def _move(session: Any, start: int, by: int) -> None:
    """Renumber all from here on; in two steps, for a number is unique."""
    session.core(update(T).where(T.c.seq >= start).values(seq=-T.c.seq - by))
    session.core(update(T).where(T.c.seq < 0).values(seq=-T.c.seq))


TAMPERED: dict[str, Callable[[Any], int]] = {
    "actor": edit("actor_id", PERSON["officer2"]),
    "sign-in": edit("sign_in_id", "x"),
    "verb": edit("verb", "clues.forged"),
    "subject": edit("subject", "XS-2026-000001"),
    "field": edit("fields", {"title": "cd" * 32}),
    "field removed": edit("fields", {}),
    "state": edit("plain", {"state": ["a", "c"]}),
    "time": edit("at", clock.now() - timedelta(days=1)),
    "digest": edit("digest", b"\0" * 32),
    "dropped": drop,
    "the first dropped": drop_the_first,
    "dropped, gap closed": drop_and_close_the_gap,
    "put in": put_in,
    "swapped": swap,
    "numbers swapped": swap_numbers,
    "tail cut": cut,
    "last one cut": cut_one,
    "emptied": empty,
    "forged to the end": forge_to_the_end,
}


@pytest.mark.parametrize("name", list(TAMPERED))
def test_what_was_touched_is_named(chain: Stage, name: str) -> None:
    with chain.session() as session:
        session.begin_write()
        seq = TAMPERED[name](session)
        verdict = trail.verify(session)
        session.rollback()
    assert verdict.broken == seq
    assert verify(chain).broken is None, "the test put it right again"


def test_a_copy_that_is_older_than_the_heads_is_found(
    chain: Stage, engine: Engine, place: Place, worker_id: str
) -> None:
    """Yesterday's database beside today's heads: named is the first entry that is missing."""
    old = count(chain)
    engines.let_go(chain.app)
    copy = engine.copy(place, f"{worker_id}-older")
    stage = Stage(engines.build(copy))
    try:
        assert verify(stage).broken is None
        chain.clue("proposed")
        with chain.session():
            trail.flush_anchor()
            heads = trail.heads_path().read_text()
        (copy.instance / "trail.heads").write_text(heads)
        assert verify(stage) == Verdict(old, old + 1, verify(stage).anchored_at)
    finally:
        engines.let_go(stage.app)
        engine.drop(copy)


# ── the heads ──
@pytest.fixture
def heads(chain: Stage) -> Iterator[Path]:
    """The file of the heads, as it was again afterwards."""
    with chain.session():
        trail.flush_anchor()
        path = trail.heads_path()
    before = path.read_text()
    yield path
    path.write_text(before)


def test_a_head_without_the_keys_signature_counts_nothing(chain: Stage, heads: Path) -> None:
    line = heads.read_text().splitlines()[-1].split()
    forged = [
        " ".join([line[0], line[1], "150", "ab" * 32, line[4]]),
        " ".join([line[0], line[1], "99999", line[3], line[4]]),
        " ".join([*line[:4], "0" * 64]),
        "rubbish", "", "a b c", " ".join(["x"] * 5), "\u200b",
    ]  # fmt: skip
    heads.write_text(heads.read_text() + "\n".join(forged) + "\n")
    assert verify(chain).broken is None


def test_a_forger_who_appends_a_head_of_his_own_is_found_all_the_same(chain: Stage, heads: Path) -> None:
    with chain.session() as session:
        session.begin_write()
        forge_to_the_end(session)
        last = session.core(trail.HEAD).one()
        told = heads.read_text().splitlines()[-1].split()
        heads.write_text(
            heads.read_text() + " ".join([told[0], told[1], str(last.seq), last.digest.hex(), "0" * 64]) + "\n"
        )
        verdict = trail.verify(session)
        session.rollback()
    assert verdict.broken == 200


def test_the_heads_of_another_database_prove_nothing_about_this(chain: Stage, heads: Path) -> None:
    line = heads.read_text().splitlines()[-1].split()
    with chain.session():
        other = f"{'0' * 16} 99999 {line[3]}"
        heads.write_text(f"{heads.read_text()}{line[0]} {other} {trail.vault.digest(other)}\n")
    assert verify(chain).broken is None


def test_without_heads_it_says_so(chain: Stage, heads: Path) -> None:
    heads.unlink()
    verdict = verify(chain)
    assert (verdict.broken, verdict.anchored_at) == (None, None)


# ── writers ──
def test_two_writers_leave_one_chain(stage: Stage) -> None:
    before, faults = count(stage), []

    def write(login: str) -> None:
        try:
            for _ in range(10):
                stage.do(login, "clues.register")
        except Exception as fault:  # noqa: BLE001 - told below
            faults.append(fault)

    writers = [threading.Thread(target=write, args=(login,)) for login in ("office", "office2")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert faults == []
    assert count(stage) == before + 20
    assert verify(stage).broken is None


def test_a_refused_act_leaves_no_entry(stage: Stage) -> None:
    number = stage.clue("proposed")
    before = count(stage)
    with pytest.raises(Refused):
        stage.do("office_head", "clues.assign", number, officer_id=PERSON["officer2"])
    assert count(stage) == before


# ── what an entry holds ──
def entries(stage: Stage, subject: str) -> list[Any]:
    with stage.session() as session:
        return list(session.core(select(T).where(T.c.subject.startswith(subject)).order_by(T.c.seq)))


def test_an_entry_holds_no_text(stage: Stage) -> None:
    number = stage.clue("proposed", title="鸊鷉", summary="鸊鷉")
    stage.do("office", "clues.amend", number, title="鸊鷉二", words="鸊鷉三")
    told = json.dumps([[r.fields, r.plain, r.verb, r.subject] for r in entries(stage, number)], ensure_ascii=False)
    assert "鸊鷉" not in told
    first, second = entries(stage, number)
    assert first.fields["title"] != second.fields["title"] and len(second.fields["title"]) == 64
    assert first.plain["state"] == [None, "proposed"]


# ── issued papers, by the command ──
def run(stage: Stage, *more: str) -> tuple[int, str]:
    done = stage.app.test_cli_runner().invoke(args=["trail", "verify", *more])
    return done.exit_code, done.output


def test_a_changed_paper_is_named_by_the_command(stage: Stage) -> None:
    number = stage.clue("assigned")
    with stage.session() as session:
        p = db.metadata.tables["papers"]
        paper = session.core(select(p).where(p.c.subject == number)).one()
    path = Path(stage.app.instance_path) / "files" / paper.file_id[:2] / paper.file_id
    content = path.read_bytes()
    assert run(stage)[0] == 0
    try:
        path.write_bytes(content[:-1] + b"x")
        assert run(stage) == (1, run(stage)[1]) and f"{number}/{paper.id}" in run(stage)[1]
        assert json.loads(run(stage, "--json")[1])["papers"] == [f"{number}/{paper.id}"]
        path.unlink()
        assert f"{number}/{paper.id}" in run(stage)[1]
    finally:
        path.write_bytes(content)
    assert run(stage)[0] == 0


@pytest.mark.parametrize("how", ["bytes", "gone", "words", "key", "row"])
def test_a_changed_paper_of_a_matter_is_named_as_well(stage: Stage, how: str) -> None:
    """Its file lies sealed: what is compared is what it opens to."""
    number = stage.matter()
    stage.do("discipline", "umbrella.submit", number)
    assert run(stage)[0] == 0
    with stage.session() as session:
        p, k, f = (db.metadata.tables[f"umbrella_{t}"] for t in ("papers", "data_keys", "files"))
        paper = session.core(select(p).where(p.c.subject == number)).one()
        path = Path(stage.app.instance_path) / "files" / paper.file_id[:2] / paper.file_id
        content = path.read_bytes()
        changes = {
            "words": p.update().where(p.c.id == paper.id).values(title="关于别的事项的呈批件"),
            "key": k.update().where(k.c.of == number).values(wrapped=None),
            "row": f.delete().where(f.c.id == paper.file_id),
        }
        backs = {
            "words": p.update().where(p.c.id == paper.id).values(title=paper.title),
            "key": k.update().where(k.c.of == number).values(
                wrapped=session.core(select(k.c.wrapped).where(k.c.of == number)).scalar_one()),
            "row": f.insert().values(**session.core(select(f).where(f.c.id == paper.file_id)).one()._mapping),
        }  # fmt: skip
    if how == "bytes":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif how == "gone":
        path.unlink()
    else:
        written(stage, changes[how])
    try:
        assert run(stage)[0] == 1
        assert json.loads(run(stage, "--json")[1])["papers"] == [f"{number}/{paper.id}"]
    finally:
        path.write_bytes(content)
        if how in backs:
            written(stage, backs[how])
    assert run(stage)[0] == 0


def written(stage: Stage, statement: Any) -> None:
    with stage.session() as session:
        session.begin_write()
        session.core(statement)
        session.commit()


def test_no_session_but_the_commands_own_reads_papers_of_matters(stage: Stage) -> None:
    stage.do("discipline", "umbrella.submit", stage.matter())
    for login in ("office", "auditor", "discipline"):
        with stage.session(login) as session, statements() as said:
            assert trail.changed_papers(session) == []
        assert said and not [s for s in said if "umbrella_" in s]


def test_the_command_names_the_broken_entry(stage: Stage) -> None:
    stage.clue("proposed")
    with stage.session() as session:
        session.begin_write()
        was = session.core(select(T.c.verb).where(T.c.seq == 2)).scalar()
        session.core(update(T).where(T.c.seq == 2).values(verb="clues.forged"))
        session.commit()
    try:
        code, told = run(stage)
        assert code == 1 and "entry 2" in told
        assert json.loads(run(stage, "--json")[1])["broken"] == 2
    finally:
        with stage.session() as session:
            session.begin_write()
            session.core(update(T).where(T.c.seq == 2).values(verb=was))
            session.commit()
    code, told = run(stage)
    assert code == 0 and str(count(stage)) in told


def test_before_the_tables_are_made_a_command_says_what_to_do(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_session: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("no such table: facts"))

    monkeypatch.setattr(trail, "verify", missing)
    done = app.test_cli_runner().invoke(args=["trail", "verify"])
    assert done.exit_code == 1 and "flask db upgrade heads" in done.output and "Traceback" not in done.output
