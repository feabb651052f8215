"""The program that parses: bytes in, bytes out, within limits that it sets before it reads anything."""

from __future__ import annotations

import resource
import sys
from zipfile import BadZipFile

from . import BOMB, NOT_SAFE, Bomb, Unsafe

MEMORY, CPU = 400 * 1024 * 1024, 20  # bytes it may ask for, seconds
OFFICE = "application/vnd.openxmlformats-officedocument."


def main(what: str, media_type: str) -> None:
    """Exit 0 with the result on stdout, NOT_SAFE or BOMB; any other end is a fall."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold what was read
    try:
        made = _made(what, media_type, sys.stdin.buffer.read())
    except Bomb:
        sys.exit(BOMB)
    except (Unsafe, BadZipFile, ValueError, KeyError, TypeError, OSError, RecursionError, MemoryError):
        sys.exit(NOT_SAFE)
    sys.stdout.buffer.write(made)


def _made(what: str, media_type: str, content: bytes) -> bytes:
    from . import images, office, pdf  # each loads its own library alone

    if what == "words":
        return office.words(media_type, content) if media_type.startswith(OFFICE) else pdf.words(content)
    if what == "table":
        return office.table(content)
    if what == "small":
        return images.small(content)
    if media_type.startswith("image/"):
        return images.copy(content)
    return office.copy(content) if media_type.startswith(OFFICE) else pdf.copy(content)
