"""What strangers made is parsed in a process of its own: no key, no settings, little memory, little time.

What falls there falls alone. Also run as a program (`program.py`), so nothing here may lean on the portal.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

SECONDS = 30  # of wall clock; the process itself has fewer of the processor
NOT_SAFE, BOMB = 3, 4  # how the program ends when it refuses
_two = BoundedSemaphore(2)  # of a web worker at a time: hostile files may cost so much memory and no more
_START = "import sys; sys.path.append(sys.argv[1]); from apart.program import main; main(*sys.argv[2:])"


class Unsafe(Exception):
    """Nothing that may be handed on: not understood, or too much for the process."""


class Bomb(Unsafe):
    """An archive that unpacks to too much."""


def run(what: str, media_type: str, content: bytes) -> bytes:
    """`what`: copy (stripped), small (a picture for the page), words (the first lines, as JSON),
    table (the first sheet's rows with their numbers, as JSON).

    Raises Unsafe, of an archive that goes beyond its bounds Bomb.
    """
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(Path(__file__).parent.parent), what, media_type]
    with _two:
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter and words of ours
                command, input=content, capture_output=True, timeout=SECONDS, env={}, cwd="/", check=False
            )
        except subprocess.TimeoutExpired:
            raise Unsafe("took too long") from None
    if done.returncode == BOMB:
        raise Bomb
    if done.returncode != 0:
        raise Unsafe(f"ended with {done.returncode}")
    return done.stdout
