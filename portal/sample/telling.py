"""How the sample's words are written down, and how one telling of a matter is drawn from them.

The words stand in `material/*.toml`, so that somebody who knows the office's work can correct them without reading
Python. A *situation* there is one kind of matter. In its texts

- `[one|two]` is a choice; in checks and findings, choices of equal length go together, so that 走访[8|11]户，[6|9]户称
  never counts more than were asked;
- `{road}` is a slot: a list of names.toml or of the situation's own `say`, drawn once for a case and then kept;
- `<word:text>` is said only if the story told `word`, `<!word:text>` only if it did not.

A party is written 类型|名称|说明, a check 方式@地点@情况. Of the checks `yes` and `no` those are taken that fit the
finding; `yes` holds only what the finding 部分属实 leaves standing. Allegations are reported speech; nothing in here
decides who is guilty. Telephone numbers begin with 154 or 163, which are assigned to nobody.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

MATERIAL = Path(__file__).with_name("material")
FILES = {
    "渣土运输": "haulage",
    "违法建设": "construction",
    "市容管理": "streets",
    "户外广告": "adverts",
    "执法受阻": "obstruction",
    "其他": "other",
}
"""业务领域 to the file with its situations."""
SHARED_FIRMS = 0.27
"""How many of the matters in which a firm or a plate can stand are about one of the firms that come up again."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One kind of matter. `own`: told by the bureau's own people; `danger`: whoever reports it is often at risk;
    `visible`: whoever goes there sees whether it is so, hence never 无法核实.
    """

    titles: list[str]
    matter: str
    place: str
    story: str
    evidence: list[str]
    parties: list[str]
    signs: list[str]
    kinds: list[str]
    yes: list[str]
    no: list[str]
    founded: str
    partly: str
    unfounded: str
    units: list[str]
    mine: list[str] = field(default_factory=list)
    dispositions: list[str] = field(default_factory=list)
    say: dict[str, list[str]] = field(default_factory=dict)
    own: bool = False
    danger: bool = False
    visible: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """How a channel speaks. `named`: of a hundred, those with a name; `staff`: openings of the bureau's own people."""

    name: str
    weight: int
    named: int
    voices: list[str]
    speaker: str
    openings: list[str]
    excerpts: list[str]
    own: bool = False
    own_openings: list[str] = field(default_factory=list)
    staff: list[str] = field(default_factory=list)
    staff_excerpts: list[str] = field(default_factory=list)


@cache
def read(name: str) -> Mapping[str, Any]:
    """A file of `material`, by its name without the ending."""
    return tomllib.loads((MATERIAL / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def situations(of_field: str) -> tuple[Situation, ...]:
    """All situations of a 业务领域; what the file says at its top holds for those that say nothing else."""
    of_file = read(FILES[of_field])
    top = {key: of_file[key] for key in ("units", "dispositions") if key in of_file}
    return tuple(Situation(**{**top, **each}) for each in of_file["situation"])


@cache
def sources(own: bool) -> tuple[Source, ...]:
    """The channels, or only those by which the bureau's own people report."""
    return tuple(source for each in read("words")["source"] if (source := Source(**each)).own or not own)


class Stock:
    """What is given out once in a run: firms, plates, numbers; and situations, dealt like cards: none is soon back."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.given: set[str] = {word for firm in read("names")["shared"] for word in (firm["firm"], *firm["plates"])}
        self.decks: dict[str, list[Situation]] = {}

    def deal(self, of_field: str) -> Situation:
        deck = self.decks.setdefault(of_field, [])
        if len(deck) < 2:  # shuffled anew below the last card, which therefore never comes twice in a row
            fresh = [each for each in situations(of_field) if each not in deck]
            self.rng.shuffle(fresh)
            deck[:0] = fresh
        return deck.pop()

    def once(self, what: str) -> str:
        """A word that was not given out before; `what` is "plate", "phone" or a trade of names.toml."""
        while (word := self._draw(what)) in self.given:
            pass
        self.given.add(word)
        return word

    def _draw(self, what: str) -> str:
        choice, names = self.rng.choice, read("names")
        if what == "plate":
            return "安A·" + choice("123456789") + choice("ABCDEFGHJKLMNPQRSTUVWXYZ") + f"{self.rng.randrange(1000):03}"
        if what == "phone":
            return choice(("154", "163")) + f"{self.rng.randrange(10**8):08}"
        return f"安澜{choice(names['firm_first'])}{choice(names['firm_second'])}{choice(names['trade'][what])}"


class Teller:
    """Fills the texts of one case. What was drawn for a slot stays for the whole case, so that all its texts agree."""

    def __init__(self, stock: Stock, situation: Situation) -> None:
        self.rng, self.stock, self.situation = stock.rng, stock, situation
        self.said: dict[str, str] = {}
        self.plates: Sequence[str] = ()
        self._share()
        self.story = self._fill(situation.story, together=False)
        self.said["place"] = self._fill(situation.place, together=False)

    def tell(self, text: str) -> str:
        """The text with its conditions decided, its choices made and its slots filled."""
        return self._fill(self._decide(text), together=True)

    def pick(self, texts: Sequence[str]) -> str:
        """One of the texts that this story allows, told; "" if it allows none."""
        allowed = [decided for text in texts if (decided := self._decide(text))]
        return self._fill(self.rng.choice(allowed), together=True) if allowed else ""

    def told(self, slot: str) -> bool:
        """Whether the story, as it was told, speaks of the slot's word."""
        return slot in self.said and self.said[slot] in self.story

    def _decide(self, text: str) -> str:
        return re.sub(
            r"<(!?)([^<>:]+):([^<>]*)>",
            lambda match: match[3] if (match[2] in self.story) != bool(match[1]) else "",
            text,
        )

    def _fill(self, text: str, *, together: bool) -> str:
        chosen: dict[int, int] = {}

        def choose(match: re.Match[str]) -> str:
            options = match[1].split("|")
            index = self.rng.randrange(len(options))
            return options[chosen.setdefault(len(options), index) if together else index]

        return re.sub(r"\{(\w+)\}", lambda match: self._slot(match[1]), re.sub(r"\[([^\[\]]*)\]", choose, text))

    def _slot(self, name: str) -> str:
        if name not in self.said:
            self.said |= self._draw(name)
        return self.said[name]

    def _share(self) -> None:
        """Sometimes the matter is about a firm, or a vehicle of a firm, that comes up in other matters."""
        spoken = self.situation.story + "".join(self.situation.parties)
        shared = [firm for firm in read("names")["shared"] if f"{{{firm['trade']}}}" in spoken]
        if not shared and "{plate}" in spoken:
            shared = [firm for firm in read("names")["shared"] if firm["trade"] == "hauler"]
        if shared and self.rng.random() < SHARED_FIRMS:
            firm = self.rng.choice(shared)
            self.said |= {firm["trade"]: firm["firm"], "area": firm["area"]}
            self.plates = firm["plates"]

    def _draw(self, name: str) -> dict[str, str]:
        names, choice = read("names"), self.rng.choice
        if name in ("man", "man_name"):
            return self._man()
        if name in self.situation.say:
            word = choice(self.situation.say[name])
        elif name == "plate" and self.plates:
            word = choice(self.plates)
        elif name in ("plate", "phone") or name in names["trade"]:
            word = self.stock.once(name)
        elif name == "site":
            word = f"{choice(names['road'])}{choice(names['works'])}工地"
        elif name == "cross":
            other = choice([road for road in names["road"] if road != self._slot("road")])
            word = f"{self._slot('road')}与{other}交叉口"
        else:
            word = choice(names[name])
        return {name: word}

    def _man(self) -> dict[str, str]:
        """Most people are known by a nickname or by their looks; one in six by a name that nobody has verified."""
        names, choice, roll = read("names"), self.rng.choice, self.rng.random()
        surname, nickname = choice(names["surnames"]), choice(names["nicknames"])
        if roll < 0.45:
            man = choice((f"一个外号“{nickname}”的人", f"一个人称“{nickname}”的男子", f"一个绰号“{nickname}”的人"))
            return {"man": man, "man_name": f"外号{nickname}，姓名不详"}
        if roll < 0.68:
            looks = choice(names["looks"])
            return {"man": f"一个{looks}", "man_name": f"{looks}，姓名不详"}
        if roll < 0.84:
            return {"man": f"一个自称姓{surname}的男子", "man_name": f"自称姓{surname}的男子，姓名不详"}
        name = surname + choice(names["given"])
        return {"man": f"一个叫{name}的人", "man_name": name}
