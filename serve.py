"""Web and worker side by side, for one machine: when one ends, for whatever reason, so does the other."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

PROGRAMS = (["gunicorn", "app:app"], ["flask", "--app", "app", "work"])
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 10  # seconds for a request or a job to come to its end


def main() -> int:
    """Run until one of the two ends (1) or a signal asks for it (0)."""
    for number in STOPS:
        signal.signal(number, lambda *_: sys.exit(0))
    children: list[subprocess.Popen[bytes]] = []
    try:
        children.extend(subprocess.Popen([sys.executable, "-m", *program]) for program in PROGRAMS)
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        return 1
    finally:
        for number in STOPS:  # asked twice is not asked harder
            signal.signal(number, signal.SIG_IGN)
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()


if __name__ == "__main__":
    sys.exit(main())
