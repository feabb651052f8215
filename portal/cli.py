"""Commands of `flask --app app …`. With --json one object a line and nothing else on stdout."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import bindparam, select

from .core import clock, figures, jobs, people, trail, walls
from .core.actor import Actor
from .core.forms import HIDDEN
from .core.register import REGISTERS, Register, Verb
from .core.sight import SEES, allowed
from .extensions import db


def add(app: Flask) -> None:
    """Put the commands on the application."""
    for command in (rules, verbs, why, work, trail_group, vault_group, figures_command, demo, seed):
        app.cli.add_command(command)


@click.command("rules")
@with_appcontext
def rules() -> None:
    """Each address with its rule."""
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: r.rule):
        view = current_app.view_functions[rule.endpoint]
        click.echo(f"{rule.rule}\t{'anybody' if rule.endpoint == 'static' else getattr(view, 'rule', '')}")


@click.command("verbs")
@click.argument("register", required=False)
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def verbs(register: str | None, as_json: bool) -> None:
    """Each verb: name, label, who, from, to, form fields."""
    with current_app.test_request_context():
        for r in REGISTERS.values():
            for v in r.verbs.values():
                if register in (None, r.name):
                    told = _verb(r, v)
                    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _line(told))


def _line(told: dict[str, Any]) -> str:
    who = ", ".join(f"{w['role']}: {w['scope']}" for w in told["who"]) or "nobody (carried)"
    return (
        f"{told['register']}.{told['name']}\t{told['label']}\t{who}\t{'|'.join(told['from'])} → {'|'.join(told['to'])}"
    )


def _verb(r: Register, v: Verb) -> dict[str, Any]:
    path = v.page or (f"{r.root}do/{v.name}" if v.creates else f"{r.root}<number>/do/{v.name}")
    return {
        "register": r.name, "root": r.root, "path": path, "name": v.name, "label": str(v.label), "creates": v.creates,
        "under": v.under.name if v.under else None, "bulk": v.bulk, "approves": v.approves,
        "who": [{"role": role.key, "scope": scope.name} for role, scope in v.who.items()],
        "from": [s.value for s in v.when], "to": [s.value for s in v.states_after],
        "fields": _fields(v), "states": {s.value: str(s.label) for s in r.states or ()},
    }  # fmt: skip


def _fields(v: Verb) -> list[dict[str, Any]]:
    if v.form is None:
        return []
    db.session().actor = Actor.job("verbs")
    form = v.form(formdata=None)
    return [
        {
            "name": f.name, "label": str(f.label.text), "type": f.type,
            "required": bool(f.flags.required or getattr(f, "required", "")),
            "choices": [[str(c[0]), str(c[1])] for c in f.iter_choices()] if hasattr(f, "iter_choices") else [],
        }
        for f in form
        if f.name not in HIDDEN
    ]  # fmt: skip


@click.command("why")
@click.argument("person")
@click.argument("number")
@with_appcontext
def why(person: str, number: str) -> None:
    """The rule that shows a record to a person or hides it. The question itself is on the trail."""
    session = db.session()
    session.info["role"] = walls.OWNER
    session.actor = Actor.job("why")
    r = next((r for r in REGISTERS.values() if r.prefix == number.partition("-")[0]), None)
    who = people.by_login(session, person)
    if r is None or who is None:
        raise click.ClickException("no such person or series")
    for line in _reasons(r, who, number):
        click.echo(line)
    session.begin_write()
    entry = {"verb": "why", "subject": f"{person} {number}", "fields": {}, "plain": {}}
    trail.append(session, trail.Plain(session.actor, clock.now()), [entry])
    session.commit()
    trail.anchor(session)


def _reasons(r: Register, who: Actor, number: str) -> Iterator[str]:
    session, model = db.session(), r.model
    values = {"me_id": who.id, "me_unit": who.unit_id, "me_path": who.path, "number": number}
    rule = SEES[model]
    seen = False
    for role, scope in rule.items():
        if role & who.roles:
            asked = select(allowed(model, {role: scope}, role, who.alone)).where(model.number == bindparam("number"))
            yes = bool(session.core(asked, values).scalar())
            seen |= yes
            yield f"{role.key}: {scope.name}: {'shows' if yes else 'does not show'}"
    from .core.recusals import R

    off = session.core(select(R.c.why).where(R.c.number == number, R.c.person_id == who.id)).scalar()
    yield f"recused ({off}): hides" if off else f"not recused: {'seen' if seen else 'not seen'}"


@click.command("work")
@with_appcontext
def work() -> None:
    """Run the worker: the clock's jobs, until it is told to stop."""
    jobs.work(current_app._get_current_object())  # type: ignore[attr-defined]


@click.group("trail")
def trail_group() -> None:
    """The chained trail."""


@trail_group.command("verify")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def verify(as_json: bool) -> None:
    """Walk chain, anchored heads and issued papers. Exit 0 and the count, or 1 and the first broken entry."""
    session = db.session()
    session.info["role"] = walls.OWNER
    session.actor = Actor.job("verify")
    trail.flush_anchor()
    verdict, changed = trail.verify(session), trail.changed_papers(session)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "count": verdict.count,
                    "broken": verdict.broken,
                    "papers": changed,
                    "anchored_at": str(verdict.anchored_at),
                }
            )
        )
    elif verdict.broken:
        click.echo(f"broken at entry {verdict.broken}")
    else:
        click.echo(f"{verdict.count} entries, whole; last head {verdict.anchored_at or 'none'}")
    for paper in changed if not as_json else ():
        click.echo(f"issued paper changed: {paper}")
    sys.exit(1 if verdict.broken or changed else 0)


@click.group("vault")
def vault_group() -> None:
    """Sealed texts."""


@vault_group.command("scan")
@click.argument("words", nargs=-1)
@click.option("--from", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def scan(words: tuple[str, ...], source: Path | None) -> None:
    """Is this text anywhere on disk in clear, in any of six encodings: exit 1 and where."""
    canaries = [*words, *(source.read_text().split("\n") if source else [])]
    canaries = [c for c in canaries if c.strip()]
    places = sorted({(c, place) for c in canaries for place in _places(c)})
    if source:
        click.echo(f"{len(canaries)} canaries, {len(places)} places")
    for canary, place in places:
        click.echo(f"{canary}\t{place}")
    if not places and not source:
        click.echo("0 places")
    sys.exit(1 if places else 0)


def _encodings(word: str) -> list[bytes]:
    raw = [word.encode(e, "ignore") for e in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")]
    raw.append(json.dumps(word)[1:-1].encode())  # \uXXXX: how a JSON column keeps it
    utf8 = word.encode()
    # base64 of a text in the middle of another: three alignments, the ragged ends cut off
    base = [base64.b64encode(utf8[i : i + (len(utf8) - i) // 3 * 3]) for i in range(3)]
    return [b for b in (*raw, utf8.hex().encode(), *base) if len(b) > 3]


def _places(word: str) -> Iterator[str]:
    """Every file under the instance folder, and the database wherever it lies."""
    needles = _encodings(word)
    for path in _files():
        if path.is_file():
            content = path.read_bytes()
            if any(needle in content for needle in needles):
                yield path.name
    if db.engine.dialect.name == "postgresql":
        session = db.session()
        session.info["role"] = walls.OWNER
        session.actor = Actor.job("scan")
        yield from _tables(session, needles)


def _files() -> list[Path]:
    """The instance folder; an SQLite file with its journals and a file store that lie elsewhere."""
    settings, database = current_app.config["SETTINGS"], db.engine.url.database
    found = set(settings.instance.rglob("*"))
    if db.engine.dialect.name == "sqlite" and database:
        found |= set(Path(database).parent.glob(f"{Path(database).name}*"))
    if settings.files_url.startswith("file://"):
        found |= set(Path(settings.files_url.removeprefix("file://")).rglob("*"))
    return sorted(found)


def _tables(session: Any, needles: list[bytes]) -> Iterator[str]:
    for table in db.metadata.sorted_tables:
        for row in session.core(select(table)):
            told = b"\x00".join(v if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row)
            if any(needle in told for needle in needles):
                yield table.name
                break


@click.command("figures")
@click.option("--period", required=True, help="2026-11")
@click.option("--unit")
@click.option("--json", "as_json", is_flag=True)
@click.option("--as", "login", default="office", help="whose sight")
@with_appcontext
def figures_command(period: str, unit: str | None, as_json: bool, login: str) -> None:
    """Each named figure: its value and the address of its list."""
    session = db.session()
    session.actor = Actor.job("figures")
    who = people.by_login(session, login)
    if who is None:
        raise click.ClickException(f"no account is called {login}")
    db.session.remove()
    session = db.session()
    session.actor = who
    for figure in figures.FIGURES.values():
        value, href = figures.value(session, figure, figures.month(period), unit)
        told = {"figure": figure.key, "label": str(figure.label), "value": value, "list": href}
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{figure.key}\t{value}\t{href}")


@click.group("demo")
def demo() -> None:
    """The sample bureau."""


@demo.command("load")
@click.option("--if-empty", is_flag=True)
@click.option("--fresh", is_flag=True)
@click.option("--cases", default=400)
@with_appcontext
def demo_load(if_empty: bool, fresh: bool, cases: int) -> None:
    """Load the sample bureau by performing real verbs with the clock moved."""
    from .sample import load

    load.load(if_empty=if_empty, fresh=fresh, count=cases)


@click.command("seed")
@click.option("--clues", default=10_000)
@click.option("--seed", "seed_number", default=1)
@with_appcontext
def seed(clues: int, seed_number: int) -> None:
    """Repeatable data of the real shape, inserted by Core, with one entry on the trail."""
    from .sample import seed as sample_seed

    sample_seed.seed(clues, seed_number)
