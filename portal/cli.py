"""Commands of `flask --app app …`. With --json one object a line and nothing else on stdout."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from .core import backup, clock, figures, jobs, keyring, people, rotation, scan, trail, walls
from .core.actor import Actor
from .core.forms import HIDDEN
from .core.register import REGISTERS, Register, Verb
from .core.sight import SEES, allowed
from .extensions import db


def add(app: Flask) -> None:
    """Put the commands on the application."""
    for command in (
        rules, verbs, why, work, trail_group, vault_group, backup_group, mailbox, papers_group, figures_command, demo,
        seed,
    ):  # fmt: skip
        app.cli.add_command(command)


def on_the_database(command: Callable[..., Any]) -> Callable[..., Any]:
    """In the application's context; what the database refuses is one sentence, not a traceback."""

    @with_appcontext
    @wraps(command)
    def run(*given: Any, **named: Any) -> Any:
        try:
            return command(*given, **named)
        except (OperationalError, ProgrammingError) as refused:
            why = str(refused.orig).partition("\n")[0]
            raise click.ClickException(f"the database says: {why}. Was it prepared? flask db upgrade heads") from None

    return run


@click.command("rules")
@on_the_database
def rules() -> None:
    """Each address with its rule."""
    for rule in sorted(current_app.url_map.iter_rules(), key=lambda r: r.rule):
        view = current_app.view_functions[rule.endpoint]
        click.echo(f"{rule.rule}\t{'anybody' if rule.endpoint == 'static' else getattr(view, 'rule', '')}")


@click.command("verbs")
@click.argument("register", required=False)
@click.option("--json", "as_json", is_flag=True)
@on_the_database
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
@on_the_database
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
@on_the_database
def work() -> None:
    """Run the worker: the clock's jobs, until it is told to stop."""
    jobs.work(current_app._get_current_object())  # type: ignore[attr-defined]


@click.group("trail")
def trail_group() -> None:
    """The chained trail."""


@trail_group.command("verify")
@click.option("--json", "as_json", is_flag=True)
@on_the_database
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
@on_the_database
def vault_scan(words: tuple[str, ...], source: Path | None) -> None:
    """Is this text anywhere on disk in clear, in any of six encodings, backups included: exit 1 and where."""
    canaries = [*words, *(source.read_text().split("\n") if source else [])]
    canaries = [c for c in canaries if c.strip()]
    session = db.session()
    session.info["role"] = walls.OWNER
    session.actor = Actor.job("scan")
    try:
        places = scan.places(session, canaries)
    except backup.Unusable as unusable:
        raise click.ClickException(str(unusable)) from None
    if source:
        click.echo(f"{len(canaries)} canaries, {len(places)} places")
    for canary, place in places:
        click.echo(f"{canary}\t{place}")
    if not places and not source:
        click.echo("0 places")
    sys.exit(1 if places else 0)


@vault_group.command("rotate")
@on_the_database
def vault_rotate() -> None:
    """A new vault key for all data keys, while people work; killed, it goes on when it is run again."""
    session = db.session()
    session.info["role"] = walls.OWNER
    session.actor = Actor.job("rotate")
    try:
        for line in rotation.rotate(session):
            click.echo(line)
    except keyring.WrongKey as wrong:
        raise click.ClickException(str(wrong)) from None


@click.group("backup")
def backup_group() -> None:
    """Database, files and heads of the trail in one sealed file; never the keys."""


FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@backup_group.command("create")
@FILE
@on_the_database
def backup_create(file: Path) -> None:
    """Take one while people work."""
    manifest = _with_backup(backup.create, file)
    click.echo(f"{_told(manifest)}. It is sealed: without the vault key of today nobody can use it. Keep both, apart")
    for missing in manifest["missing"]:
        click.echo(f"a file of which only the row is there: {missing}", err=True)
    sys.exit(1 if manifest["missing"] else 0)


@backup_group.command("check")
@FILE
@on_the_database
def backup_check(file: Path) -> None:
    """Read it whole and change nothing: exit 0, or 1 and what is wrong."""
    click.echo(f"{_told(_with_backup(backup.check, file))}, whole")


@backup_group.command("restore")
@FILE
@on_the_database
def backup_restore(file: Path) -> None:
    """Into an empty database and file store; ends with a walk along the trail."""
    manifest = _with_backup(backup.restore, file)
    session = db.session()
    session.info["role"] = walls.OWNER
    session.actor = Actor.job("verify")
    verdict, changed = trail.verify(session), trail.changed_papers(session)
    click.echo(f"{_told(manifest)}, restored, 0 differences; {verdict.count} entries of the trail")
    if verdict.broken or changed:
        raise click.ClickException(f"the trail was broken when the backup was taken: {verdict.broken or changed}")


def _with_backup(does: Callable[[Any, Path], dict[str, Any]], file: Path) -> dict[str, Any]:
    session = db.session()
    session.info["role"] = walls.OWNER
    session.actor = Actor.job("backup")
    try:
        return does(session, file)
    except (backup.Unusable, keyring.WrongKey, OSError) as unusable:
        raise click.ClickException(str(unusable)) from None


def _told(manifest: dict[str, Any]) -> str:
    rows = sum(count for count, _ in manifest["tables"].values())
    attached = sum(name.startswith("file/") for name in manifest["members"])
    return f"{rows} rows in {len(manifest['tables'])} tables, {attached} files"


@click.group("papers")
def papers_group() -> None:
    """Official documents."""


@papers_group.command("check")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@on_the_database
def papers_check(path: Path, as_json: bool) -> None:
    """Measure a .docx against GB/T 9704-2012, a line a check. Exit 1 if one fails, 2 if it is no such file."""
    from .papers.measures import measure

    try:
        found = measure(path)
    except ValueError as wrong:
        click.echo(f"{path}：{wrong}", err=True)
        sys.exit(2)
    for f in found:
        verdict = _("合格") if f.good else _("不合格")
        told = _(
            "%(verdict)s　%(what)s：%(found)s；要求：%(wanted)s（GB/T 9704-2012 第 %(clause)s 条）",
            verdict=verdict,
            **vars(f),
        )
        click.echo(json.dumps(vars(f), ensure_ascii=False) if as_json else told)
    sys.exit(0 if all(f.good for f in found) else 1)


@click.group("mailbox")
def mailbox() -> None:
    """The mailbox for reports."""


@mailbox.command("poll")
@click.option("--once", is_flag=True, help="look once; exit 1 if that fails")
@on_the_database
def mailbox_poll(*, once: bool) -> None:
    """Ask the mailbox every two minutes, as the worker does."""
    from .intake.mail import polling  # IMAP is spoken by this command and by the worker

    if not polling.is_set():
        raise click.ClickException("PORTAL_MAILBOX_URL is not set")
    while True:
        found = polling.poll()
        click.echo(f"new {found.new}, known {found.known}" + (f", {found.error}" if found.error else ""))
        if once:
            sys.exit(1 if found.error else 0)
        time.sleep(120)


@click.command("figures")
@click.option("--period", required=True, help="2026-11, or the year 2026")
@click.option("--unit")
@click.option("--json", "as_json", is_flag=True)
@click.option("--as", "login", default="office", help="whose sight")
@on_the_database
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
        plain = f"{figure.key}\t{'—' if value is None else value}\t{href}"
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else plain)


@click.group("demo")
def demo() -> None:
    """The sample bureau."""


@demo.command("load")
@click.option("--if-empty", is_flag=True)
@click.option("--fresh", is_flag=True)
@click.option("--cases", default=400)
@on_the_database
def demo_load(if_empty: bool, fresh: bool, cases: int) -> None:
    """Load the sample bureau by performing real verbs with the clock moved."""
    from .sample import load

    load.load(if_empty=if_empty, fresh=fresh, count=cases)


@click.command("seed")
@click.option("--clues", default=10_000)
@click.option("--seed", "seed_number", default=1)
@on_the_database
def seed(clues: int, seed_number: int) -> None:
    """Repeatable data of the real shape, inserted by Core, with one entry on the trail."""
    from .sample import seed as sample_seed

    sample_seed.seed(clues, seed_number)
