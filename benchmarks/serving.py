"""An application under gunicorn, as it is served: its start, its memory, its requests a second."""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import psutil

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60  # seconds for a start on a busy machine


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    pid: int

    def worker_mb(self) -> float:
        """Resident memory of the largest worker."""
        workers = psutil.Process(self.pid).children()
        return float(max(w.memory_info().rss for w in workers)) / 2**20

    def rate(self, url: str, cookie: str, seconds: float, clients: int = 4) -> float:
        """Requests a second that so many clients get answered, each on one connection."""
        counts = [0] * clients
        end = time.monotonic() + seconds

        def ask(i: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            while time.monotonic() < end:
                connection.request("GET", url, headers={"Cookie": cookie})
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200, answer.status
                counts[i] += 1
            connection.close()

        threads = [Thread(target=ask, args=(i,)) for i in range(clients)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        return sum(counts) / seconds


@contextmanager
def served(what: str, first: str, environment: dict[str, str]) -> Iterator[Served]:
    """`what`, such as "app:app", on a free port of this machine until the block ends; `first` is asked at the start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "--log-level", "error", what]
    begun = time.monotonic()
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment | {"PORT": str(port)})
    try:
        while not _answers(port, first):
            running = server.poll() is None and time.monotonic() - begun < PATIENCE
            assert running, f"{what} did not start"
            time.sleep(0.01)
        yield Served(port, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def start(module: str, environment: dict[str, str], times: int = 7) -> tuple[float, float]:
    """Seconds in which a worker has its application: of the clock, and of the processor. The best of some starts."""
    taken = []
    for _ in range(times):
        begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", f"import {module}"], cwd=ROOT, env=os.environ | environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        taken.append((time.monotonic() - begun, cpu))
    return min(wall for wall, _ in taken), min(cpu for _, cpu in taken)


def _answers(port: int, first: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", first)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
