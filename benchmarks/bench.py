"""`make bench`: what the ledger, a search and a saved call cost, against the bars of the house.

ROWS=… is the number of clues (100,000). BENCH_INSTANCE=… keeps the seeded instance there for the next run.
BENCH_POSTGRESQL=1 measures search on PostgreSQL too when ROWS is above 200,000. Costs are CPU time, interleaved, and
medians: the machine is never alone. Figures without a size are of the last run; those with one stay from run to run.
"""

from __future__ import annotations

import gc
import gzip
import json
import logging
import os
import platform
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import flask_migrate
import psutil
from flask import Flask
from sqlalchemy import event, func, select

from benchmarks import bare
from benchmarks.browser import Browser
from benchmarks.serving import ROOT, served, start
from portal import create_app
from portal.clues.models import Clue
from portal.core import act, browse, lists, people
from portal.core.actor import Actor
from portal.core.register import REGISTERS
from portal.extensions import db
from portal.sample import seed
from tests import engines

SMALL, RESULTS = 10_000, ROOT / "benchmarks" / "results" / "latest.json"
FILTERS = "state=checking&field=" + quote("渣土运输")
LEDGER = f"/clues/?{FILTERS}"
WORDS = (*seed.MEASURED, seed.RAREST, "鼐鬯")  # common, rare, absent
SCOPES = ("bench_office", "bench_head", "bench_officer")  # everything; fifteen units; one
CALL = {
    "own_leaders": "否", "narrative": "南岭沙场夜里偷倒渣土，开车的人拦路收费，居民不敢说话。" * 8, "field": "渣土运输",
    "place": "南岭路 12 号", "parties-0-kind": "单位", "parties-0-name": "南岭沙场", "parties-0-note": "", "urgency": "一般",
    "names_official": "否", "occurred": "昨晚", "wanted": "电话", "proposal": "", "naming": "实名", "name": "李四",
    "phone": "13900001111", "address": "", "relation": "", "risk": "无", "risk_words": "",
}  # fmt: skip
BARS: dict[str, tuple[str, float]] = {
    "ledger_ratio": ("≥", 0.5), "ledger_growth": ("≤", 1.2), "ledger_queries": ("≤", 8), "ledger_scans": ("≤", 0),
    "search_p95_ms_sqlite": ("≤", 15), "search_p95_ms_postgresql": ("≤", 50), "save_call_cpu_ms": ("≤", 6),
    "page_kb": ("≤", 30), "first_visit_kb": ("≤", 110), "worker_rss_mb": ("≤", 120), "startup_s": ("≤", 1.5),
}  # fmt: skip
FRAMEWORKS = "flask, sqlalchemy.orm, flask_sqlalchemy, flask_wtf, flask_login, flask_babel"  # what every start pays
Figures = dict[str, Any]


def main() -> None:
    rows = int(os.environ.get("ROWS", "100000"))
    logging.disable(logging.INFO)
    with _folder() as folder:
        small, large = _seeded(folder / "small", SMALL), _seeded(folder / f"rows{rows}", rows)
        gc.collect()
        gc.freeze()
        found = _ledger(small, large, rows) | _plans(large) | _saving(small) | _sizes(large)
        found |= _searches(large, "sqlite", rows) | _serving(large)
        if rows <= 200_000 or os.environ.get("BENCH_POSTGRESQL"):
            found |= _postgresql(folder, rows)
    _report(_keep(found, rows))


# ── instances ─────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def _folder() -> Iterator[Path]:
    if kept := os.environ.get("BENCH_INSTANCE"):
        yield Path(kept).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="qingyuan-bench-") as made:
        yield Path(made)


def _seeded(instance: Path, rows: int, url: str = "") -> Flask:
    """An application over an instance with so many clues: the one that is there, or a new one."""
    instance.mkdir(parents=True, exist_ok=True)
    app = create_app(PORTAL_INSTANCE=str(instance), PORTAL_DATABASE_URL=url)
    with app.app_context():
        flask_migrate.upgrade(str(ROOT / "migrations"), revision="heads")
        session = db.session()
        session.actor = Actor.job("bench")
        there = session.core(select(func.max(Clue.__table__.c.id))).scalar()
        if there is None:
            begun = time.monotonic()
            seed.seed(rows, 1)
            print(f"{rows:,} clues in {time.monotonic() - begun:.0f} s")
        assert there in (None, rows), f"{instance} has {there} clues"
        db.session.remove()
    return app


# ── measuring ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _cpu_ms(cases: dict[str, Callable[[], Any]], rounds: int = 12, each: int = 20) -> dict[str, list[float]]:
    """Name → CPU milliseconds of one call, in each round; the cases take turns."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for once in cases.values():
        for _ in range(each):
            once()
    for _ in range(rounds):
        for name, once in cases.items():
            begun = time.process_time()
            for _ in range(each):
                once()
            taken[name].append((time.process_time() - begun) * 1000 / each)
    return taken


def _bare(app: Flask, page: str) -> Flask:
    row = (ROOT / "templates" / "components" / "clue_rows.html").read_text()
    with app.app_context():
        session = db.session()
        session.actor = Actor.job("bench")
        person = people.by_login(session, "bench_office")
        database = db.engine.url.database
        db.session.remove()
    assert person and person.id
    return bare.create(page, row, database, person.id)


def _same(html: str) -> str:
    """Without what each answer has of its own."""
    return re.sub(r'(nonce|name="csrf_token" value)="[^"]*"', "", html)


def _ledger(small: Flask, large: Flask, rows: int) -> Figures:
    office, before = Browser(large, "bench_office"), Browser(small, "bench_office")
    page = office.get(LEDGER)
    plain = Browser(_bare(large, page))
    assert page.count("<tr data-number") == 50, "fewer than fifty rows: more ROWS are needed"
    assert _same(plain.get(f"/?{FILTERS}")) == _same(page), "the bare page is another page"

    def first_seen() -> str:
        browse._drawn.cache_clear()  # noqa: SLF001 - as if nobody had seen these rows before
        return office.get(LEDGER)

    taken = _cpu_ms({
        "bare": lambda: plain.get(f"/?{FILTERS}"), "small": lambda: before.get(LEDGER), "large": lambda: office.get(LEDGER),
        "first": first_seen,
    })  # fmt: skip
    found = {name: statistics.median(times) for name, times in taken.items()}
    size = _size(rows)
    return {
        "bare_cpu_ms": found["bare"], f"ledger_cpu_ms_{_size(SMALL)}": found["small"], f"ledger_cpu_ms_{size}": found["large"],
        "ledger_first_seen_cpu_ms": found["first"], "ledger_ratio": found["bare"] / found["large"],
        f"ledger_ratio_{size}": found["bare"] / found["large"], "ledger_growth": found["large"] / found["small"],
        f"ledger_growth_{size}": found["large"] / found["small"],
    }  # fmt: skip


def _plans(app: Flask) -> Figures:
    """The page's own statements, and what SQLite would do for each."""
    office, said = Browser(app, "bench_office"), list[tuple[str, Any]]()
    office.get(LEDGER)  # the frame is kept from here on
    with app.app_context():
        engine = db.engine

    def heard(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        said.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", heard)
    office.get(LEDGER)
    event.remove(engine, "before_cursor_execute", heard)
    asked = [(s, p) for s, p in said if not s.startswith("BEGIN")]
    with engine.connect() as connection:
        cursor: Any = connection.connection.cursor()
        steps = [row[3] for s, p in asked for row in cursor.execute(f"EXPLAIN QUERY PLAN {s}", p).fetchall()]
    bad = [s for s in steps if "TEMP B-TREE" in s or re.fullmatch(r"SCAN (?!page\b|walk\b|some_\b)\w+", s)]
    for step in bad:
        print("plan:", step)
    return {"ledger_queries": len(asked), "ledger_scans": len(bad)}


def _searches(app: Flask, engine: str, rows: int) -> Figures:
    """The newest fifty with a word, for each scope and word: CPU time in this process, or the wait for a server."""
    clock = time.process_time if engine == "sqlite" else time.perf_counter
    taken: dict[tuple[str, str], list[float]] = {}
    with app.test_request_context():
        session = db.session()
        session.actor = Actor.job("bench")
        actors = {login: people.by_login(session, login) for login in SCOPES}
        for _ in range(9):
            for login in SCOPES:
                for word in WORDS:
                    db.session.remove()
                    session = db.session()
                    session.actor = actors[login]
                    begun = clock()
                    lists.page(session, lists.read(REGISTERS["clues"], {"q": word}))
                    taken.setdefault((login, word), []).append((clock() - begun) * 1000)
        db.session.remove()
    for (login, word), times in taken.items():
        print(f"  {engine} {login:14s} {word} {statistics.median(times):7.2f} ms, longest {max(times):.2f}")
    p95 = statistics.quantiles([t for times in taken.values() for t in times[1:]], n=20)[-1]
    return {f"search_p95_ms_{engine}": p95, f"search_p95_ms_{engine}_{_size(rows)}": p95}


def _saving(app: Flask) -> Figures:
    """The save of a call (verb, duty, trail, sealed texts, commit): perform(), and beside it the whole POST.

    The POST is that of a browser: sign-in, form, perform, 303.
    """
    operator = Browser(app, "bench_operator")
    token = operator.field("/intake/calls/new", "csrf_token")
    before = dict(operator.cookies)

    def save() -> None:
        operator.cookies = dict(before)  # as if the next page had been read, and its message with it
        operator.post("/intake/calls/new", CALL | {"csrf_token": token, "once": os.urandom(16).hex()})

    taken, begun = _cpu_ms({"save": save})["save"], time.perf_counter()
    for _ in range(100):
        save()
    per_second, perform = 100 / (time.perf_counter() - begun), act.perform
    inside: list[float] = []

    def timed(*given: Any, **more: Any) -> act.Done:
        begun = time.process_time()
        done = perform(*given, **more)
        inside.append((time.process_time() - begun) * 1000)
        return done

    act.perform = timed
    for _ in range(100):
        save()
    act.perform = perform
    return {
        "save_call_cpu_ms": statistics.median(inside), "save_call_whole_post_cpu_ms": statistics.median(taken),
        "save_call_per_s_sqlite": per_second,
    }  # fmt: skip


def _sizes(app: Flask) -> Figures:
    """The ledger as it travels, compressed as a web server in front does it, and all that its page asks for."""
    office = Browser(app, "bench_office")
    page = office.get(LEDGER)
    assets = sorted(set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)))
    sizes = [len(gzip.compress(content.encode(), 6)) / 1024 for content in (page, *map(office.get, assets))]
    return {"page_kb": sizes[0], "first_visit_kb": sum(sizes)}


def _serving(app: Flask) -> Figures:
    """Under gunicorn: start, memory, and requests a second beside the bare page's."""
    office, instance = Browser(app, "bench_office"), str(app.config["SETTINGS"].instance)
    page = office.get(LEDGER)
    rates = []
    with app.app_context():
        database = str(db.engine.url.database)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page").write_text(page)
        plain = {
            "BARE_PAGE": f"{folder}/page", "BARE_ROW": str(ROOT / "templates" / "components" / "clue_rows.html"),
            "BARE_DATABASE": database, "BARE_PERSON": "1",
        }  # fmt: skip
        for _ in range(3):
            with served("app:app", "/login", {"PORTAL_INSTANCE": instance}) as ours:
                rate, memory = ours.rate(LEDGER, office.cookie, 4), ours.worker_mb()
            with served("benchmarks.bare:from_environment()", f"/?{FILTERS}", plain) as other:
                rates.append(rate / other.rate(f"/?{FILTERS}", "", 4))
    (wall, cpu), (_, without) = start("app", {"PORTAL_INSTANCE": instance}), start(FRAMEWORKS, {})
    return {
        "startup_s": wall, "startup_cpu_s": cpu, "startup_frameworks_cpu_s": without, "worker_rss_mb": memory,
        "ledger_vs_bare": statistics.median(rates),
    }  # fmt: skip


def _postgresql(folder: Path, rows: int) -> Figures:
    with engines.postgresql(durable=True) as server, tempfile.TemporaryDirectory(dir=folder) as instances:
        place = engines.Postgresql(Path(instances), server).fresh("bench")
        app = _seeded(place.instance, rows, place.url)
        try:
            return _searches(app, "postgresql", rows)
        finally:
            engines.let_go(app)


# ── telling ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _size(rows: int) -> str:
    return f"{rows // 1_000_000}m" if rows % 1_000_000 == 0 else f"{rows // 1000}k"


def _keep(found: Figures, rows: int) -> Figures:
    """Into the committed file, beside the figures of other sizes."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    machine = {
        "date": datetime.now(UTC).date().isoformat(), "rows": rows, "python": platform.python_version(),
        "system": platform.platform(), "processors": os.cpu_count(), "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    kept |= machine | {k: round(v, 3) if isinstance(v, float) else v for k, v in found.items()}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    return kept


def _report(figures: Figures) -> None:
    for name, value in sorted(figures.items()):
        sign, bar = BARS.get(name, ("", 0))
        ok = "" if not sign else "ok" if (value >= bar if sign == "≥" else value <= bar) else "NOT REACHED"
        print(f"{name:32s} {f'{sign} {bar:g}' if sign else '':>8s} {value!s:>40.40s}  {ok}")


if __name__ == "__main__":
    main()
