"""Units and people as a meeting calls them: 渣土科, 二中队, 各分局, 老高, 高科长; and which of them is to do the work.

All names and their short forms lie in one lexicon by first character, so that a line is gone through once, with the
longest name that fits at each place: a regular expression of 3,000 names would try them all at each character.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from .dates import Said

Kind = Literal["unit", "person"]


@dataclass(frozen=True)
class UnitName:
    id: int
    name: str
    short: str


@dataclass(frozen=True)
class PersonName:
    id: int
    name: str
    unit_id: int


@dataclass(frozen=True)
class Mention:
    """A name at [`start`, `end`) of a line. Several `ids`: each may be meant. `short`: 老高 for 高远."""

    line: str
    start: int
    end: int
    kind: Kind
    ids: tuple[int, ...]
    short: bool

    @cached_property
    def words(self) -> str:
        return self.line[self.start : self.end]

    @cached_property
    def before(self) -> str:
        return self.line[max(0, self.start - 10) : self.start]

    @property
    def leads(self) -> bool:
        return bool(_LEADS.match(self.line, self.end) or _LABEL.search(self.before))

    @property
    def charged(self) -> bool:
        return self.leads or bool(_CHARGED.match(self.line, self.end))

    @property
    def span(self) -> tuple[int, int]:
        """From where to where it goes when who is taken out of the work: with 由, 请, 牵头, 科长, 同志."""
        left, right = _LEFT.search(self.before), _RIGHT.match(self.line, self.end)
        return self.start - len(left[0] if left else ""), right.end() if right else self.end


_STAFF = r"(?:法制|执法队|队|科|管理|协管|联络)员|内勤|同志|负责人|(?<=[科队所组站局处])长(?!期)"
_TITLE = rf"副?(?:[科所局站处]长|主任(?!务)|[中支大]?队长|组长(?!安)|书记)|{_STAFF}"
_CALL = r"交由|由|(?<![提报申邀])请(?!示)|责成"
_MEETING = r"(?:会议)?(?:经?研究)?(?:要求|议定|明确|决定|强调)[，,：:]?"
_POST = r"(?:责任|牵头|承办|主办|落实)(?:单位|科室|部门|人)\s?[:：]?"
_HOME = r"我局|本局|市局|局属|全局"
_MARK = re.compile(rf"(?:{_CALL})\s?$")
_NOT_BY = re.compile(r"[理事缘自]由\s?$")
_LABEL = re.compile(rf"{_POST}\s?$")
_LEADS = re.compile(r"\s?[（(]?(?:牵头|主办)")
_CHARGED = re.compile(r"\s?(?:同志)?负责(?!人)")
_HELPS = re.compile(r"\s?[（(]?(?:配合|协助|协同|协办|参与|支持)")
_TOWARDS = re.compile(r"[向对给报送交函抄请经]\s?$")
_CLAUSE = re.compile(r"[，,。；;]")
_RIMS = re.compile(r"[\s，,。；;、:：（）()]")
_LEFT = re.compile(rf"(?:(?:{_CALL}|{_HOME}|{_MEETING}|{_TITLE}|{_POST})\s?)+$")
_RIGHT = re.compile(rf"\s?(?:{_TITLE})?(?:\s?[（(]牵头[）)]|\s?(?:负责(?!人)|牵头|承办|主办)(?:落实|完成|办理)?)?")
_HEAD = re.compile(rf"(?:[\s，,、:：（）()和与及的]|{_CALL}|{_HOME}|{_MEETING}|{_TITLE}|{_POST}|务必)*")

_GENERIC = re.compile(r"(?:综合|行政)?(?:管理|查处|执法|监察|监督|服务|工作)+(?=(?:科|处|室|站|队|股|组)$)")
_TAIL = re.compile(r"[一二三四五六七八九十]+[中大支分]队$")
_OF_BUREAU = re.compile(r"^(?:.+局(?=.{3,}$)|城市管理(?=.{5,}$))")  # 城市管理局东城分局 is 东城分局 at home
_STEM = re.compile(r"^(.{2,}(?:场|站|厂|馆|园))(?:管理|服务)[所处站中心]+$")
_SEVERAL = {f"各{kind}": (kind,) for kind in ("分局", "科", "中队", "大队", "支队", "所", "站")} | {
    "各科室": ("科", "室"),
    **dict.fromkeys(("各单位", "各部门", "各科室队所", "各科室单位"), ("",)),
}
_ARABIC = str.maketrans("一二三四五六七八九", "123456789")

_FORMS = re.compile(r"[\uff0d-\uff0f\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u2e80-\u2fd5\uf900-\ufaff]")

# a name of an outside body before it makes it that body's
_OUTSIDE = re.compile(
    r"(?:公安|交警|交管|巡警|特警|刑侦|治安|消防|住建|规划|环保|环境|水务|水利|交通|市场监管|税务|财政|检察|法院|纪委|监委|政法|公路|国土)"
    r"(?:局|厅|委|院|分局|支队|大队|部门)*$"
)
_NO_OFFICE = re.compile(r"(?<=办)[理事结成证案法好妥完]")  # 市局办理 is no 局办
_NO_STEM = re.compile(r"(?<=[场站厂馆园])[所地内的里外周出入门]")  # 消纳场内, 消纳场所
_NO_PERSON = re.compile(r"[路巷桥村镇乡湖弄]|街(?![面头])|小区|社区|大道|广场|大厦|公园|公司|工地|市场")  # 向阳路
_NO_ALL = re.compile(r"[点地属有目]")  # 各站点
_NO_CALL = re.compile(r"[层架峰度速温原考中伍有在以谓属部面势里]")  # 小高层, 高局部

_COMPOUND = re.compile("欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|夏侯|端木|轩辕|长孙|宇文|南宫|西门|呼延")
_POSTS = ("科长", "队长", "中队长", "支队长", "大队长", "主任", "局长", "所长", "组长", "站长", "处长")
_RANKS = (*_POSTS, *(f"副{post}" for post in _POSTS), "队", "局", "所", "处", "书记")


_MENTIONED, _NOT = 5, 9
"""The ranks of a unit that is just mentioned, and of a name that is not responsible at all."""


class Names:
    """The units and people of a bureau, findable in lines."""

    def __init__(self, units: Sequence[UnitName], people: Sequence[PersonName]) -> None:
        self.units = {unit.id: unit for unit in units}
        self.people = {person.id: person for person in people}
        self._lexicon: dict[str, list[tuple[str, Kind, tuple[int, ...], bool]]] = defaultdict(list)
        units = [UnitName(unit.id, folded(unit.name), folded(unit.short)) for unit in units]
        people = [PersonName(one.id, folded(one.name), one.unit_id) for one in people]
        named = _collected((each, unit.id) for unit in units for each in (unit.name, unit.short))
        self._enter("unit", named, short=False)
        self._enter("person", _collected((each, one.id) for one in people for each in _spelt(one.name)), short=False)
        self._enter("unit", _collected((each, unit.id) for unit in units for each in _shortened(unit)), short=True)
        self._enter("unit", _several(units), short=True)
        self._enter("person", _collected((each, one.id) for one in people for each in _called(one.name)), short=True)
        for entries in self._lexicon.values():
            entries.sort(key=lambda entry: -len(entry[0]))  # stable: a full name goes before a short form alike

    def _enter(self, kind: Kind, words: dict[str, tuple[int, ...]], *, short: bool) -> None:
        for word, ids in words.items():
            self._lexicon[word[0]].append((word, kind, ids, short))

    def with_unit(self, person: PersonName) -> str:
        unit = self.units.get(person.unit_id)
        return f"{person.name}（{unit.short}）" if unit else person.name

    def mentions(self, line: str) -> list[Mention]:
        """Every unit and person named in a line, in order, the longest where two fit."""
        found: list[Mention] = []
        at = 0
        while at < len(line):
            for word, kind, ids, short in self._lexicon.get(line[at], ()):
                if line.startswith(word, at) and not _other(line, at, word, kind, short=short):
                    found.append(Mention(line, at, at + len(word), kind, ids, short))
                    at += len(word)
                    break
            else:
                at += 1
        return found

    def responsible(
        self, line: str, mentions: list[Mention], days: Sequence[Said]
    ) -> tuple[list[Mention], list[Mention]]:
        """The unit and the person whom the line gives the work to; several mentions where they stand alike."""
        head = _at_head(line, mentions, days)
        comma = _CLAUSE.search(line)
        first = comma.start() if comma else len(line)
        spans = [(each.start, each.end) for each in mentions] + [(each.start, each.end) for each in days]
        starts, ends = {start for start, _end in spans}, {end for _start, end in spans}
        ranked = []
        for mention in mentions:
            opens = mention.start in ends or mention.start == 0 or _RIMS.match(line, mention.start - 1)
            closes = mention.end in starts or mention.end == len(line) or _RIMS.match(line, mention.end)
            alone = bool(opens and closes)
            rank = _rank(mention, head=mention.start in head, first=mention.start < first, alone=alone)
            ranked.append((rank, mention))
        people = _best(ranked, "person")
        # whoever is named to do the work brings his own unit, not one that the work is about (陈立核查广告科台账)
        return _best([each for each in ranked if not people or each[0] != _MENTIONED], "unit"), people


def _best(ranked: list[tuple[int, Mention]], kind: Kind) -> list[Mention]:
    best = min((rank for rank, mention in ranked if mention.kind == kind), default=_NOT)
    return [mention for rank, mention in ranked if mention.kind == kind and rank == best != _NOT]


def _rank(mention: Mention, *, head: bool, first: bool, alone: bool) -> int:
    """How a name stands to be the responsible one: 1 best, `_NOT` not at all."""
    line, called = mention.line, _MARK.search(mention.before) and not _NOT_BY.search(mention.before)
    if _HELPS.match(line, mention.end):
        return 6
    if mention.leads:
        return 1
    if head or (called and first):
        return 2
    if called or mention.charged:
        return 3
    if alone:
        return 4
    return _MENTIONED if mention.kind == "unit" and not _TOWARDS.search(mention.before) else _NOT


def _at_head(line: str, mentions: list[Mention], days: Sequence[Said]) -> set[int]:
    """The places of the names at the head of a line, where only names, a day and little words go before the work."""
    named = {each.start: each for each in mentions}
    head: list[Mention] = []
    at = 0
    while True:
        glue = _HEAD.match(line, at)
        after = glue.end() if glue else at
        day = next((each for each in days if at <= each.start <= after < each.end), None)
        if after in named:
            head.append(named[after])
            at = head[-1].end
        elif day:
            at = day.end
        else:
            break
    if head and head[-1].kind == "unit" and line.startswith("的", head[-1].end):
        head.pop()  # 渣土科的台账 is somebody's work, but not theirs by these words
    return {each.start for each in head}


def _other(line: str, at: int, word: str, kind: Kind, *, short: bool) -> bool:
    """Whether the characters of a name are something else here: another body's unit, a road, a common word."""
    end = at + len(word)
    if kind == "person":
        return bool(_NO_PERSON.match(line, end) or (short and _NO_CALL.match(line, end)))
    others = (_NO_ALL if word[0] == "各" else _NO_OFFICE, _NO_STEM) if short else ()
    return bool(_OUTSIDE.search(line[max(0, at - 12) : at])) or any(each.match(line, end) for each in others)


def folded(text: str) -> str:
    """Full-width letters and digits, and radicals that stand for characters in a PDF, as their plain forms."""
    return _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)


def _collected(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for word, each in pairs:
        found[word][each] = None
    return {word: tuple(ids) for word, ids in found.items() if word}


def _spelt(name: str) -> tuple[str, ...]:
    """Word sets a name of two characters apart, to the width of three."""
    return (name, f"{name[0]} {name[1]}") if len(name) == 2 else (name,) if len(name) > 2 else ()


def _called(name: str) -> list[str]:
    if len(name) < 2 or "·" in name:
        return []
    surname = name[:2] if len(name) > 2 and _COMPOUND.match(name) else name[0]
    return [f"老{surname}", f"小{surname}", *(surname + rank for rank in _RANKS)]


def _shortened(unit: UnitName) -> set[str]:
    """渣土科 of 渣土管理科, 消纳场 of 消纳场管理所, 二中队 of 执法二中队, 局办 of 局办公室."""
    forms: set[str] = set()
    for word in (unit.name, unit.short):
        base = _OF_BUREAU.sub("", word)
        tail, stem = _TAIL.search(base), _STEM.match(base)
        forms |= {base, _GENERIC.sub("", base), base.replace("办公室", "办")} | ({stem[1]} if stem else set())
        if tail:
            tails = {tail[0], f"第{tail[0]}", tail[0].translate(_ARABIC)}
            forms |= tails | ({f"执法{each}" for each in tails} if "执法" in base else set())
    return {form for form in forms - {unit.name, unit.short} if len(form) > 2 or form.endswith("办")}


def _several(units: Sequence[UnitName]) -> dict[str, tuple[int, ...]]:
    return {
        word: ids
        for word, endings in _SEVERAL.items()
        if (ids := tuple(unit.id for unit in units if unit.name.endswith(endings) or unit.short.endswith(endings)))
    }
