"""Repeatable data of the real shape for figures and load: rows inserted by Core, not performed, with one trail entry.

What the database insists on holds: each open clue points at its duty, closed ones have done theirs. The same numbers
on the same day give the same rows. An interrupted seed leaves a database to be thrown away.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate, islice
from typing import Any

import click
from flask import current_app
from sqlalchemy import insert, select, text

from ..clues.models import CONCLUSIONS, DISPOSITIONS, FIELDS, KINDS, LEVELS, SOURCES, Clue, ClueState
from ..core import act, clock, search, trail, walls
from ..core.actor import Actor
from ..core.hanging import Duty
from ..core.sight import Session
from ..extensions import db
from ..organisation.models import Unit
from .people import NewPerson, NewUnit
from .people import load as load_people
from .performing import in_a_hurry

CHUNK, SPAN = 10_000, 730  # rows a transaction; days over which the clues came in
DEPARTMENTS, SQUADS = 8, 14
UNFILED = 12  # days after the end in which a closed clue waits for the archive
OPEN = 0.05  # of all clues; in which state:
STATES = {"proposed": 8, "assigned": 12, "checking": 60, "review": 8, "referred": 5, "held": 2, "telling": 5}
MEASURED = {"渣土": 0.36, "码头": 0.33, "砂石": 0.018}  # words to measure search by, and in how many rows they are
RAREST, RAREST_ROWS = "鬯鼐", 10
MEDIAN_UNIT = "d6s14"  # the sixtieth of 120 by its number of clues: what one officer sees (_rank)
COMMON = (
    "夜间", "居民", "车辆", "占道", "反映", "施工", "扰民", "路口", "工地", "收费", "多次",
    "现场", "噪音", "扬尘", "附近", "商户", "摊位", "围挡", "人员", "管理", "阻拦", "威胁",
    "强行", "驱赶", "承包", "村民", "小区", "市场", "广告", "招牌", "违建", "拆除", "清运",
    "倾倒", "垃圾", "经营", "秩序", "负责人", "自称", "老板", "殴打", "辱骂", "堵门", "断路",
    "保护费", "垄断", "运输", "执法", "妨碍", "拒绝", "投诉", "处理", "无人", "至今", "依旧",
    "严重", "影响", "出行", "安全", "希望", "尽快", "查处",
)  # fmt: skip
MATTERS = (
    "占道经营强收管理费", "夜间偷倒建筑垃圾", "违建拆除遭人阻拦", "围挡外强占停车位", "强揽工地清运", "户外广告位被垄断", "市场摊位强收费用",
    "执法车辆被堵", "运输车辆冒名收费", "驱赶商户强占门面", "堵门断路索要费用", "殴打清运人员",
)  # fmt: skip
ROADS = ("南岭", "滨江", "建设", "文昌", "青云", "长乐", "东环", "迎宾", "和平", "新华", "朝阳", "西湖")


@dataclass(frozen=True)
class Cast:
    """Who handles what: unit → its people; the four whom the rest falls to."""

    units: list[int]
    members: dict[int, list[int]]
    office: int
    at: dict[str, int]  # login → person


def seed(clues: int, seed_number: int) -> None:
    """Fill an empty migrated database with that many clues. click.ClickException if anything is in it."""
    session = _empty_session()
    if (
        session.core(select(Unit.__table__.c.id).limit(1)).first()
        or session.core(select(Clue.__table__.c.id).limit(1)).first()
    ):
        raise click.ClickException("the database is not empty: nothing was touched")
    db.session.remove()
    rng = random.Random(seed_number)
    cast = _people(rng)
    with in_a_hurry():
        writer = _Writer(_empty_session())
        made = _Matters(rng, cast, clues).rows()
        while chunk := list(islice(made, CHUNK)):
            writer.write(chunk)
        writer.finish(clues, seed_number)
    db.session.remove()
    trail.flush_anchor()
    current_app.extensions["frames"].clear()


def _empty_session() -> Session:
    db.session.remove()
    session: Session = db.session()
    session.actor = Actor.job("seed")
    return session


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────────────
def _people(rng: random.Random) -> Cast:
    """120 units that handle clues, one to three people in each, and the accounts that figures are taken with."""
    units = [NewUnit("office", "扫黑除恶专项斗争领导小组办公室", "扫黑办", None, handles=False)]
    posts = (
        ("office", "科员"),
        ("office_head", "主任"),
        ("deputy_head", "副局长"),
        ("operator", "受理员"),
        ("discipline", "监督专员"),
    )
    people = [NewPerson(f"bench_{role}", f"测{post}", "office", post, (role,)) for role, post in posts]
    heads = {"office": "bench_office_head"}
    for d in range(1, DEPARTMENTS + 1):
        squads = [
            NewUnit(f"d{d}s{s}", f"第{d}大队{s}中队", f"{d}队{s}组", f"d{d}", handles=True)
            for s in range(1, SQUADS + 1)
        ]
        for u in (NewUnit(f"d{d}", f"执法第{d}大队", f"{d}大队", None, handles=True), *squads):
            units.append(u)
            names = [f"{u.key}p{i}" for i in range(1, rng.randint(1, 3) + 1)]
            people += [
                NewPerson(n, f"队员{n[1:].replace('s', '之').replace('p', '号')}", u.key, "队员", ("officer",))
                for n in names
            ]
            heads[u.key] = names[0]
    people.append(NewPerson("bench_head", "测大队长", "d1", "大队长", ("unit_head",)))
    people.append(NewPerson("bench_officer", "测队员", MEDIAN_UNIT, "队员", ("officer",)))
    heads["d1"] = "bench_head"
    desks = {"hotline": "operator", "mailbox": "operator", "triage": "office"} | {
        k: k for k in ("office_head", "deputy_head", "discipline")
    }
    ids = load_people(units, people, {k: f"bench_{v}" for k, v in desks.items()}, heads)
    number = {u.key: i for i, u in enumerate(units, 1)}
    members: dict[int, list[int]] = {}
    for p in people:
        if "officer" in p.roles:
            members.setdefault(number[p.unit], []).append(ids[p.login])
    return Cast([number[u.key] for u in units if u.handles], members, number["office"], ids)


# ── matters ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _weighted(values: Any, weights: list[float]) -> tuple[list[Any], list[float]]:
    return list(values), list(accumulate(weights))


def _rank(i: int, units: int) -> int:
    """Which unit is the how-maniest by its number of clues: the first has one in twenty, the last one in four hundred."""
    return (i * 37 + 7) % units  # 37 and 120 have no divisor in common, so each rank is there once


def _vocabulary(rng: random.Random) -> tuple[list[str], list[float]]:
    """4,000 words after Zipf and Mandelbrot: the office's own first, then made-up ones of everyday characters."""
    avoided = set("".join((*MEASURED, RAREST)))
    everyday = [
        bytes((a, b)).decode("gb2312") for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF)
    ]  # GB 2312, level 1
    everyday = [c for c in everyday if c not in avoided]
    words = list(COMMON)
    while len(words) < 4_000:
        words.append("".join(rng.choices(everyday, k=rng.choice((2, 2, 2, 3, 4)))))
    return _weighted(words, [1 / (rank + 2.7) for rank in range(len(words))])


@dataclass
class _Matters:
    """Draws clue after clue, each with its duties, the oldest first."""

    rng: random.Random
    cast: Cast
    count: int
    now: datetime = field(default_factory=lambda: datetime.combine(clock.today(), time(8), clock.LOCAL))
    duties: int = 0
    serials: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.vocabulary = _vocabulary(self.rng)
        units = self.cast.units
        self.unit_weights = _weighted(units, [1 / (_rank(i, len(units)) + 6) for i in range(len(units))])
        self.states = _weighted(map(ClueState.of, STATES), list(map(float, STATES.values())))
        self.fields = _weighted(FIELDS, [20, 20, 10, 35, 10, 5])
        self.levels = _weighted(LEVELS, [80, 15, 5])
        self.sources = _weighted(SOURCES, [40, *[4] * (len(SOURCES) - 1)])
        self.rarest = {(i * self.count) // RAREST_ROWS for i in range(RAREST_ROWS)}

    def rows(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        step = timedelta(days=SPAN) / self.count
        for i in range(self.count):
            made = (self.now - step * (self.count - i)).replace(second=0, microsecond=0)
            yield self._one(i, made)

    def _of(self, table: tuple[list[Any], list[float]]) -> Any:
        return self.rng.choices(table[0], cum_weights=table[1])[0]

    def _one(self, i: int, made: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        rng = self.rng
        closed_on = None
        if rng.random() > OPEN:
            closed_on = min(made.date() + timedelta(days=rng.randint(8, 40)), self.now.date())
        just_now = closed_on is not None and self.now.date() - closed_on < timedelta(days=UNFILED)
        state = self._of(self.states) if closed_on is None else ClueState.CLOSED if just_now else ClueState.FILED
        serial = self.serials[made.year] = self.serials.get(made.year, 0) + 1
        number, unit = f"XS-{made.year}-{serial:06d}", self._of(self.unit_weights)
        officer = rng.choice(self.cast.members[unit])
        backdated = timedelta(days=rng.randint(1, 60)) if rng.random() < 0.03 else timedelta()
        place = f"{rng.choice(ROADS)}路{rng.randint(1, 399)}号"
        title, summary = f"{place}{rng.choice(MATTERS)}", self._text(i)
        clue: dict[str, Any] = {
            "id": i + 1, "number": number, "version": 1, "created_at": made, "state": state.value, "state_since": made,
            "title": title, "summary": summary, "source": self._of(self.sources), "received_at": made - backdated,
            "field": self._of(self.fields), "kind": rng.choice(KINDS), "level": self._of(self.levels), "urgency": "一般",
            "place": place, "search_text": search.plain(f"{title}\n{summary}\n{place}\n"),
        }  # fmt: skip
        clue |= self._standing(state, number, unit, officer, made, closed_on)
        duties = self._duties(clue, made)
        return clue, duties

    def _standing(
        self, state: ClueState, number: str, unit: int, officer: int, made: datetime, closed_on: date | None
    ) -> dict[str, Any]:
        """Who handles it, by when, and what came of it: what the state needs."""
        rng, at_office, ended = self.rng, state is ClueState.PROPOSED, closed_on is not None
        concluded = ended or state in (ClueState.REVIEW, ClueState.TELLING)
        due = clock.end_of(closed_on or self.now.date() + timedelta(days=rng.randint(-15, 30)))
        return {
            "unit_id": self.cast.office if at_office else unit, "officer_id": self.cast.at["bench_office"] if at_office else officer,
            "proposed_unit_id": unit, "proposed_officer_id": officer, "proposed_by": self.cast.at["bench_office"],
            "assigned_at": None if at_office else made, "due_at": None if at_office else due,
            "conclusion": rng.choice(CONCLUSIONS) if concluded else None, "finding": "已到现场核查，情况如上。" if concluded else None,
            "disposition": rng.choice(DISPOSITIONS[1:5]) if concluded else None, "signed_off_on": closed_on,
            "oversight": "无" if ended else None, "loophole": "无" if ended else None, "answered_on": closed_on,
            "wake_on": self.now.date() + timedelta(days=rng.randint(5, 60)) if state is ClueState.HELD else None,
            "closed_on": closed_on, "archive_no": f"扫黑-{number[3:]}" if state is ClueState.FILED else None,
        }  # fmt: skip

    def _text(self, i: int) -> str:
        """About 230 characters of Zipf's words, the measured ones strewn in."""
        rng = self.rng
        words = rng.choices(self.vocabulary[0], cum_weights=self.vocabulary[1], k=int(rng.triangular(40, 195, 45)))
        for word, share in MEASURED.items():
            if rng.random() < share:
                words[rng.randrange(len(words))] = word
        if i in self.rarest:
            words[rng.randrange(len(words))] = RAREST
        return "，".join("".join(words[at : at + 6]) for at in range(0, len(words), 6)) + "。"

    def _duties(self, clue: dict[str, Any], made: datetime) -> list[dict[str, Any]]:
        """What was owed and done before, and what is owed now; the row copies the latter."""
        state, unit, officer = ClueState.of(clue["state"]), clue["unit_id"], clue["officer_id"]
        begun = {
            "register": "clues",
            "subject": clue["number"],
            "since": made,
            "kind": "due",
            "blocks": None,
            "rung": 0,
        }
        done = [("clues.acknowledge", made + timedelta(hours=5)), ("clues.conclude", made + timedelta(days=7))]
        rows = [
            begun | {"what": what, "unit_id": unit, "person_id": officer, "due_at": at, "state": "done", "done_at": at}
            for what, at in done
            if not state.is_open
        ]
        copied: dict[str, Any] = dict.fromkeys(("duty_id", "owed_at", "owed_by", "owed_kind", "owed_state"))
        if state is not ClueState.FILED:
            rows.append(begun | self._owed(state, clue))
            last = rows[-1]
            copied = {
                "duty_id": self.duties + len(rows),
                "owed_at": last["due_at"],
                "owed_by": last["person_id"],
                "owed_kind": last["kind"],
                "owed_state": "open",
            }
        clue |= copied
        for row in rows:
            self.duties += 1
            row["id"] = self.duties
        return rows

    def _owed(self, state: ClueState, clue: dict[str, Any]) -> dict[str, Any]:
        """The duty of the state, as register.py has it."""
        desk, what = {
            ClueState.PROPOSED: ("bench_office_head", "clues.assign"), ClueState.REVIEW: ("bench_office", "clues.pass"),
            ClueState.REFERRED: ("bench_office", "referrals.answer"), ClueState.HELD: ("bench_office", "clues.wake"),
            ClueState.TELLING: ("bench_office_head", "clues.close"), ClueState.CLOSED: ("bench_office", "clues.archive"),
            ClueState.ASSIGNED: ("", "clues.acknowledge"), ClueState.CHECKING: ("", "clues.conclude"),
        }[state]  # fmt: skip
        due = clue["due_at"] or clock.end_of(self.now.date() + timedelta(days=self.rng.randint(-1, 2)))
        if state is ClueState.CLOSED:
            due = clock.end_of(clock.add_working_days(clue["closed_on"], 10))
        whom = (self.cast.office, self.cast.at[desk]) if desk else (clue["unit_id"], clue["officer_id"])
        kind = "remind" if state in (ClueState.REFERRED, ClueState.HELD) else "due"
        return {
            "what": what,
            "unit_id": whom[0],
            "person_id": whom[1],
            "due_at": due,
            "kind": kind,
            "state": "open",
            "done_at": None,
        }


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────
class _Writer:
    """Chunks into an empty database. Indexes are built at the end: kept up row by row they cost most of the time."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.postgresql = session.get_bind().dialect.name == "postgresql"
        session.info["role"] = walls.OWNER  # indexes are dropped and made anew
        session.begin_write()
        for table in (Clue.__table__, Duty.__table__):
            for index in table.indexes:
                index.drop(session.connection())
        if self.postgresql:
            session.core(text("DROP INDEX ix_clues_words"))
        session.commit()

    def write(self, chunk: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> None:
        clues, words = [clue for clue, _ in chunk], []
        for c in clues:
            found = search.windows(c["search_text"])
            c["signs"] = search.signs(found)
            words.append((c["id"], sorted(found)))
        self.session.begin_write()
        self._into(Duty.__table__, [duty for _, duties in chunk for duty in duties])
        self._into(Clue.__table__, clues)
        if self.postgresql:
            self._copy("clues_words", ["id", "words"], ((i, " ".join(f"'{w}'" for w in ws)) for i, ws in words))
        else:
            remember = text("INSERT INTO clues_words (rowid, x) VALUES (:id, :words)")
            self.session.core(remember, [{"id": i, "words": " ".join(ws)} for i, ws in words])
        self.session.commit()

    def _into(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if self.postgresql:
            self._copy(table.name, list(rows[0]), (tuple(row.values()) for row in rows))
        else:
            self.session.core(insert(table), rows)

    def _copy(self, table: str, columns: list[str], rows: Any) -> None:
        """Psycopg's COPY: ten times as fast as inserts. Every row has the same columns in the same order."""
        cursor: Any = self.session.connection().connection.cursor()
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as into:
            for row in rows:
                into.write_row(row)

    def finish(self, clues: int, seed_number: int) -> None:
        """Indexes, counters, statistics and the one line of the trail."""
        session = self.session
        session.begin_write()
        if self.postgresql:
            session.core(text("SET LOCAL maintenance_work_mem = '512MB'"))
        for table in (Clue.__table__, Duty.__table__):
            for index in table.indexes:
                index.create(session.connection())
            if self.postgresql:
                session.core(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
                    )
                )
        if self.postgresql:
            session.core(text("CREATE INDEX ix_clues_words ON clues_words USING gin (words)"))
        last = text(
            "INSERT INTO numbers (prefix, year, last) SELECT 'XS', CAST(substr(number, 4, 4) AS integer), count(*) FROM clues GROUP BY 2"
        )
        session.core(last)
        entry = {"verb": "seed", "subject": f"{clues} clues, seed {seed_number}", "fields": {}, "plain": {}}
        running = act.Act(session, session.actor, None, clock.now())  # type: ignore[arg-type]
        trail.append(session, running, [entry])
        session.core(text("ANALYZE"))
        session.commit()
        trail.anchor(session)
        if self.postgresql:  # else no scan is content with an index, until the server gets round to it by itself
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.detach()  # it stays the owner's, and goes back to no pool
                connection.exec_driver_sql(f"SET ROLE {walls.OWNER}")
                connection.exec_driver_sql("VACUUM ANALYZE")
