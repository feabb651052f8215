"""What every test may ask for: an application over a database of its own, people who sign in, a clock that moves.

`--engine` chooses the database; tests marked `database` run on both. Databases and browsers are real; the network
beyond this machine is refused; a part that is not installed skips its tests, and fails them where CI=true.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests import engines
from tests.engines import Engine, Place, Postgresql, Sqlite
from tests.pages import Client

RUN, SERVER = "QINGYUAN_TESTS_RUN", "QINGYUAN_TESTS_SERVER"  # told by the first process to its xdist workers
_until_the_end = ExitStack()
_serial = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database under test")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_refuse_the_network)
    if not hasattr(config, "workerinput"):
        _begin(config)
    # templates are compiled once a run and not once for each module's application
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ[RUN])}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What one engine has no means for, or what it need not say again, is not skipped on it: it is not there."""
    elsewhere = "postgresql" if config.option.engine == "sqlite" else "sqlite"
    items[:] = [item for item in items if not item.get_closest_marker(elsewhere)]


def pytest_collection_finish() -> None:
    """What was collected lives to the end: the collector of garbage need not walk it again for each thousand rows."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def _begin(config: pytest.Config) -> None:
    """In the first process alone: a folder and, if wanted, a server for the whole run."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # else a killed run leaves its server behind
    os.environ[RUN] = str(engines.folder_of_this_run())
    _until_the_end.callback(shutil.rmtree, os.environ[RUN], ignore_errors=True)
    if config.option.engine == "postgresql" and not config.option.collectonly:
        os.environ[SERVER] = _until_the_end.enter_context(engines.postgresql())


def pytest_unconfigure() -> None:
    _until_the_end.close()


def _refuse_the_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook, so that no library can go round it. Sockets of this machine are addresses without a host."""
    if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
    elif event == "socket.getaddrinfo":
        host = str(arguments[0] or "localhost")
    else:
        return
    if host not in ("localhost", "::1") and not host.startswith("127."):
        raise RuntimeError(f"a test asked the network for {host}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip is a promise that somebody else ran the test; on the build machine nobody did."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"where CI=true nothing may be skipped: {reason}"
    return report


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """The database under test, shared by the workers of this run."""
    folder = Path(os.environ[RUN]) / str(request.config.option.engine)
    return Postgresql(folder, os.environ[SERVER]) if request.config.option.engine == "postgresql" else Sqlite(folder)


@pytest.fixture(scope="session")
def empty(engine: Engine) -> Place:
    """A migrated database. Only to be copied."""
    return engines.once(engine, "empty", engines.migrate)


@pytest.fixture(scope="session")
def template(engine: Engine, empty: Place) -> Place:
    """A database with the standing cast: people, units and desks. Only to be copied."""
    from tests.cast import load_cast

    return engines.once(engine, "template", load_cast, empty)


@pytest.fixture(scope="module")
def place(engine: Engine, template: Place, worker_id: str) -> Iterator[Place]:
    """This module's own copy of the template."""
    copy = engine.copy(template, f"{worker_id}-{next(_serial)}")
    yield copy
    engine.drop(copy)


@pytest.fixture(scope="module")
def app(place: Place) -> Iterator[Flask]:
    """The application over the module's copy. Tests make their own rows in it and never count others'."""
    app = engines.build(place)
    yield app
    engines.let_go(app)


@pytest.fixture(scope="module")
def sign_in(app: Flask) -> Callable[[str], Client]:
    """`sign_in("officer")`: a new browser in which this person of the cast has signed in."""
    return lambda login: Client(app).sign_in(login)


class Clock:
    """The portal's clock, standing still from the first move to the end of the test."""

    def __init__(self, until_then: ExitStack) -> None:
        self._until_then = until_then

    def to(self, moment: datetime | str) -> None:
        """Move to an aware moment, or to an ISO time in the office's zone."""
        from portal.core import clock

        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        self._until_then.enter_context(clock.moved(at if at.tzinfo else at.replace(tzinfo=clock.LOCAL)))

    def forward(self, **amount: float) -> None:
        """Move on by hours, days …, named as for timedelta."""
        from portal.core import clock

        self.to(clock.now() + timedelta(**amount))


@pytest.fixture
def clock() -> Iterator[Clock]:
    """`clock.to("2026-12-31 23:59")`, `clock.forward(days=3)`."""
    with ExitStack() as until_then:
        yield Clock(until_then)
