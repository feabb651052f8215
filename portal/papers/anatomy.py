"""What any Word file is made of, seen as an official document: its lines with what their properties come to, and which
of them is the mark, the number, the title, the text, 版记.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .styles import CHARACTER, LINE, MM, TEXT_WIDTH

if TYPE_CHECKING:
    from docx.document import Document as Word

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NS, _W = {"w": _WORD}, f"{{{_WORD}}}"
REDDISH = re.compile("[C-Fc-f][0-9A-Fa-f](?:[0-3][0-9A-Fa-f]){2}$")
_NUMBER = re.compile(r"20\d\d\D{0,3}\d+\s*[号期]|第\s*\d+\s*[号期]")
_DAY = re.compile(
    r"[\d〇一二三四五六七八九十\s\u3000.-]*年[\d一二三四五六七八九十\s\u3000]*月[\d一二三四五六七八九十\s\u3000]*日\s*$"
)
PRESENT = re.compile(r"\s*(出席|请假|列席)\s*[：:]")
_ABOVE = re.compile(r"\d{6}$|.*★|(特急|加急|平急|特提|绝密|机密|秘密|工作秘密|内部)$")  # what may stand over the mark
_COPIES = re.compile(r"(主送|抄送|分送|发)\s*[：:]")
SIDES = {"left": ("left", "start"), "right": ("right", "end")}


@dataclass(frozen=True)
class Run:
    """Some signs of a line in one face."""

    text: str
    face: str
    points: float
    colour: str


@dataclass(frozen=True, eq=False)
class Line:
    """A paragraph. `cell`: that of the table in which it stands; `over`: the paragraphs without text above it."""

    element: Any
    styles: Any
    cell: Any = None
    over: tuple[Line, ...] = ()

    @classmethod
    def of(cls, document: Word, paragraph: Any) -> Line:
        """A paragraph of the document's head or foot."""
        return cls(paragraph._p, Styles(document))  # noqa: SLF001 - its element is all that it is

    @cached_property
    def text(self) -> str:
        """All that is read, tabs and breaks included."""
        return "".join(run.text for run in self.runs)

    @cached_property
    def runs(self) -> list[Run]:
        """Its runs with what their properties come to; of what was struck out nothing."""
        found = []
        for r in self.element.iter(_W + "r"):
            text = "".join(_SIGNS.get(e.tag, e.text or "") for e in r if e.tag in _SIGNS or e.tag == _W + "t")
            if text:
                colour = self._run(r, "color", "val")
                size = float(self._run(r, "sz", "val") or 20) / 2
                found.append(Run(text, self._run(r, "rFonts", "eastAsia"), size, "" if colour == "auto" else colour))
        return found

    def _run(self, r: Any, name: str, attribute: str) -> str:
        own = r.find("w:rPr/w:rStyle", _NS)
        places = (r, *self.styles.chain(own.get(_W + "val") if own is not None else ""), *self._style)
        return self.styles.first(places, f"w:rPr/w:{name}", attribute)  # type: ignore[no-any-return]

    @cached_property
    def _style(self) -> tuple[Any, ...]:
        named = self.element.find("w:pPr/w:pStyle", _NS)
        return tuple(self.styles.chain(named.get(_W + "val") if named is not None else self.styles.default))

    def layout(self, name: str, attribute: str = "val") -> str:
        """A property of the paragraph: its own, else its style's, else the document's."""
        return self.styles.first((self.element, *self._style), f"w:pPr/w:{name}", attribute)  # type: ignore[no-any-return]

    @property
    def points(self) -> float:
        """The size of its signs."""
        return self.runs[0].points if self.runs else 16

    def indent(self, *names: str) -> float:
        """In characters of its own size: by `…Chars`, which Word prefers, else by twips."""
        for element in (self.element, *self._style, *self.styles.defaults):
            for name in names:
                found = element.find("w:pPr/w:ind", _NS)
                if found is not None:
                    in_hundredths, twips = found.get(f"{_W}{name}Chars"), found.get(_W + name)
                    if in_hundredths not in (None, "0"):
                        return int(in_hundredths) / 100
                    if twips is not None:
                        return int(twips) / (CHARACTER if self.points == 16 else self.points * 20)
        return 0.0

    @property
    def first(self) -> float:
        """左空: how far the first line begins from the edge, in characters, those typed as wide spaces included."""
        back, typed = self.indent("hanging"), len(self.text) - len(self.text.lstrip("\u3000"))
        return self.indent(*SIDES["left"]) + (-back if back else self.indent("firstLine")) + typed

    @property
    def pitch(self) -> float | None:
        """The height of a line in twips; None where the signs decide it."""
        rule, line = self.layout("spacing", "lineRule") or "auto", float(self.layout("spacing", "line") or 240)
        if rule == "exact":
            return line
        if rule == "auto" and self.styles.grid and self.layout("snapToGrid") not in ("0", "false"):
            return float(self.styles.grid * line / 240)
        return None

    @property
    def before(self) -> float:
        """The space over it in twips, lines without text included."""
        empty: list[float] = [(line.pitch or LINE) + line.before for line in self.over]
        return float(self.layout("spacing", "before") or 0) + sum(empty)

    @property
    def after(self) -> float:
        """The space under it in twips."""
        return float(self.layout("spacing", "after") or 0)

    def border(self, side: str) -> tuple[int, str, float] | None:
        """Weight in eighths of a point, colour, distance in points."""
        name = f"pBdr/w:{side}"
        if self.layout(name) in ("", "nil", "none"):
            return None
        size, space = (int(self.layout(name, key) or 0) for key in ("sz", "space"))
        return size, self.layout(name, "color"), space

    @property
    def width(self) -> float:
        """How wide its borders are, in mm."""
        inner = sum(self.indent(*SIDES[side]) * self.points * 20 for side in ("left", "right"))
        return float(self.styles.width - inner) / MM


_SIGNS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n"}


class Styles:
    """What the file says of styles, defaults and the grid."""

    def __init__(self, document: Word) -> None:
        sheet: Any = document.styles.element
        self._by_id = {s.get(_W + "styleId"): s for s in sheet.iterfind("w:style", _NS)}
        default = (
            s for s in self._by_id.values() if s.get(_W + "default") == "1" and s.get(_W + "type") == "paragraph"
        )
        self.default = next((s.get(_W + "styleId") for s in default), "")
        self.defaults = sheet.findall("w:docDefaults/*", _NS)
        section = document.sections[0]
        grid = section._sectPr.find("w:docGrid", _NS)  # noqa: SLF001 - the grid has no property in python-docx
        kept = grid is not None and grid.get(_W + "type") in ("lines", "linesAndChars", "snapToChars")
        self.grid = int(grid.get(_W + "linePitch", 0)) if kept else 0
        sides = (section.page_width, section.left_margin, section.right_margin)
        wide, left, right = ((side or 0) / 635 for side in sides)
        self.width = wide - left - right or TEXT_WIDTH

    def chain(self, style_id: str) -> Iterator[Any]:
        """A style and those on which it is based."""
        seen = set()
        while style_id in self._by_id and style_id not in seen:
            seen.add(style_id)
            style = self._by_id[style_id]
            yield style
            based = style.find("w:basedOn", _NS)
            style_id = based.get(_W + "val") if based is not None else ""

    def first(self, places: tuple[Any, ...], path: str, attribute: str) -> str:
        """The nearest place that says it."""
        for element in (*places, *self.defaults):
            found = element.find(path, _NS)
            if found is not None and found.get(_W + attribute) is not None:
                return str(found.get(_W + attribute))
        return ""


@dataclass
class Anatomy:
    """The parts of a document. What is not there is None or empty."""

    document: Word
    mark: Line | None = None
    number: Line | None = None
    dated: Line | None = None  # of minutes: organ and date
    rule: Line | None = None
    title: Line | None = None
    addressee: Line | None = None
    body: list[Line] = field(default_factory=list)
    enclosed: list[Line] = field(default_factory=list)
    present: list[Line] = field(default_factory=list)
    day: Line | None = None
    copies: list[Line] = field(default_factory=list)
    printed: Line | None = None
    lines: list[Line] = field(default_factory=list)  # all that have text
    under: tuple[Line, ...] = ()  # those without text behind the last

    @property
    def minutes(self) -> bool:
        """纪要, by its mark."""
        return self.mark is not None and self.mark.text.strip().endswith("纪要")


def dissect(document: Word) -> Anatomy:
    """Each line is known by its words and its place, whatever it looks like."""
    found = Anatomy(document)
    lines = list(_lines(document))
    found.under, found.lines = lines.pop().over, lines
    foot = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].text.rstrip().endswith("印发")), len(lines))
    found.printed = lines[foot] if foot < len(lines) else None
    main = lines[:foot]
    while main and _COPIES.match(main[-1].text.strip()) and len(main) > 1:
        found.copies.insert(0, main.pop())
    head = [line for line in main if not _ABOVE.match(line.text.strip())]
    found.mark = head[0] if head else None
    found.number = next((line for line in head[1:4] if _NUMBER.search(line.text)), None)
    if found.number is None and len(head) > 2 and head[1].points < 20:  # a draft's place for it
        found.number = head[1]
    at = head.index(found.number) + 1 if found.number else 1
    if found.minutes and at < len(head) and _DAY.search(head[at].text):
        found.dated, at = head[at], at + 1
    found.title, rest = (head[at], head[at + 1 :]) if at < len(head) else (None, [])
    found.rule = _rule(found)
    if not found.minutes and rest and rest[0].text.strip().endswith(("：", ":")):
        found.addressee, rest = rest[0], rest[1:]
    _divide(found, rest)
    return found


def _lines(document: Word) -> Iterator[Line]:
    """All paragraphs with text from top to bottom, those in tables too; at last the end, below what has none."""
    styles: Any = Styles(document)
    over: list[Line] = []
    for element in document.element.body.iter(_W + "p"):
        cell = next(element.iterancestors(_W + "tc"), None)
        line = Line(element, styles, cell, tuple(over) if cell is None else ())
        if line.text.strip():
            yield line
            over = []
        elif cell is None:
            over.append(line)
    yield Line(document.element.body, styles, over=tuple(over))


def _rule(found: Anatomy) -> Line | None:
    """The line of which a border is the red line: from the number to the title, lines without text included."""
    begun = [line for line in (found.number, found.dated) if line is not None]
    between = [*(e for line in (found.dated, found.title) if line for e in line.over), found.title]
    for line in (*reversed(begun), *(e for e in between if e is not None)):
        if line.border("bottom" if line in begun else "top") or (line is not found.title and line.border("bottom")):
            return line
    return None


def _divide(found: Anatomy, rest: list[Line]) -> None:
    """Text, attachments, who was present or under which date."""
    if not found.minutes:
        days = [n for n, line in enumerate(rest) if _DAY.fullmatch(line.text.strip())]
        if days:
            found.day, rest = rest[days[-1]], rest[: max(0, days[-1] - 1)]  # above it stands the organ
    n = next((n for n, line in enumerate(rest) if PRESENT.match(line.text)), len(rest))
    if found.minutes:
        found.present, rest = rest[n:], rest[:n]
    n = next((n for n, line in enumerate(rest) if re.match("附件[：:]", line.text.strip())), len(rest))
    found.body, found.enclosed = [line for line in rest[:n] if line.cell is None], rest[n:]
