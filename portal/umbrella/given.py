"""What other parts may hand in. This module imports nothing: it is all that they may import from here."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """What one reporter said, who it was, and the number that was told. None: anonymous, or not left."""

    words: str
    reporter: str | None
    phone: str | None
    receipt: str | None


@dataclass(frozen=True)
class Piece:
    """A file that moves along, to be sealed under the matter's key: where it lay nothing of it stays."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Received:
    """A matter that names an official. `reporter`, `phone`: None if anonymous; `receipt`: the number told, if any.

    `tips`: what reporters said of it, where a clue moves with its sources; `retaliation`: 打击报复举报人. `up`: it
    concerns the own leaders or the discipline head, and is handed up sealed; `off`: who is kept off it already.
    """

    original: str
    field: str
    source: str
    reporter: str | None
    phone: str | None
    receipt: str | None
    retaliation: bool = False
    tips: tuple[Told, ...] = ()
    files: tuple[Piece, ...] = ()
    up: bool = False
    off: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Matched:
    """A person of the bureau who is kept off a matter for the time being: whose name and second mark were given."""

    number: str
    person_id: int
