"""What came in at the sample bureau, and what was found: invented matters of the right shape, the same for one seed.

The words are in `material/`, the way they are drawn in telling.py. Values of the columns (来源, 线索类型, 表现形式,
处置方式) are written as in domain.md 1.1. No case carries a date: times in its texts are relative to the day on which
it came in.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .telling import Situation, Source, Stock, Teller, read, sources

FIELDS = {"渣土运输": 35, "违法建设": 25, "市容管理": 22, "户外广告": 9, "执法受阻": 6, "其他": 3}
"""业务领域, with its share in percent."""
LEVELS = {
    "其他违法": {"一般": 88, "重要": 11, "重大": 1},
    "涉乱": {"一般": 78, "重要": 19, "重大": 3},
    "涉恶": {"一般": 57, "重要": 33, "重大": 10},
    "涉黑": {"重要": 50, "重大": 50},
}
FINDINGS = {"查实": 40, "部分属实": 29, "查否": 22, "无法核实": 9}
POLICE = "移送公安"
SAID = {
    POLICE: POLICE,
    "移交": "移交其他部门",
    "立案": "行政处罚/处理",
    "处罚": "行政处罚/处理",
    "拆除": "行政处罚/处理",
}
"""A word in the text of a finding, and the 处置方式 that it already tells; the first that is found decides."""
WAYS_OUT = {
    "涉黑": {POLICE: 1},
    "涉恶": {POLICE: 5, "行政处罚/处理": 4, "行业整治(行政建议)": 1},
    "涉乱": {"行政处罚/处理": 7, "行业整治(行政建议)": 3},
    "其他违法": {"行政处罚/处理": 9, "行业整治(行政建议)": 1},
}
"""处置方式 of a founded matter by its kind, with weights, where the finding does not tell it."""


class Party(NamedTuple):
    """被反映的对象. `kind`: 人员, 单位, 车牌, 电话, 地点."""

    kind: str
    name: str
    note: str


class Reporter(NamedTuple):
    """Who reported: sealed, never in an excerpt."""

    name: str
    phone: str
    address: str


class Check(NamedTuple):
    """What two officers found: 方式, 地点, 情况."""

    method: str
    place: str
    found: str


@dataclass(frozen=True, slots=True)
class Case:
    """A matter from its first word to what the reporter is told."""

    title: str
    narrative: str
    excerpt: str
    field: str
    place: str
    parties: tuple[Party, ...]
    source: str
    kind: str
    level: str
    urgency: str
    signs: tuple[str, ...]
    named: bool
    reporter: Reporter | None
    risk: bool
    unit: str
    checks: tuple[Check, ...]
    conclusion: str
    conclusion_text: str
    head_opinion: str
    office_opinion: str
    disposition: str
    told: str


@dataclass(frozen=True, slots=True)
class ShortTip:
    """A tip that ends at triage: declined for `reason` with `reply` to the person, or broken off (`reason` empty).

    Its words hold no trace of the person, so they are the excerpt as well.
    """

    title: str
    narrative: str
    place: str
    reason: str
    field: str = "其他"
    source: str = "来电"
    reply: str = ""
    reporter: Reporter | None = None


@dataclass(frozen=True, slots=True)
class OfficialMatter:
    """A report that names an official by post only. `ordinary`: the half that may become a clue, else empty."""

    title: str
    narrative: str
    ordinary: str
    field: str
    place: str
    source: str


def _weighted(rng: random.Random, shares: Mapping[str, int]) -> str:
    return rng.choices(list(shares), list(shares.values()))[0]


def _reporter(stock: Stock) -> Reporter:
    rng, names = stock.rng, read("names")
    name = rng.choice(names["reporter_surnames"]) + rng.choice(names["reporter_given"])
    if rng.random() < 0.75:
        address = f"{rng.choice(names['estate'])}{rng.randint(1, 24)}号楼{rng.randint(1, 4)}单元"
    else:
        address = f"{rng.choice(names['village'])}{rng.randint(2, 11)}组{rng.randint(3, 68)}号"
    return Reporter(name, stock.once("phone"), address)


def _narrative(teller: Teller, source: Source, evidence: str, reporter: Reporter | None, risk: bool) -> str:
    """The original words: as an operator writes them down, as the person wrote them, or as a paper passes them on."""
    rng, person, situation = teller.rng, read("words")["person"], teller.situation
    voice = "staff" if situation.own else rng.choice(source.voices)
    openings = {"staff": source.staff, "own": source.own_openings}.get(voice) or source.openings
    shown = {"speaker": source.speaker, "evidence": evidence}
    if reporter:
        surname = reporter.name[:-2]
        shown |= {"name": reporter.name, "surname": surname, "phone": reporter.phone, "address": reporter.address}
    if voice != "passed" and rng.random() < 0.75:
        shown["mine"] = teller.pick(situation.mine)

    def say(key: str) -> str:
        return str(rng.choice(person[key])).format(**shown) if key in person else ""

    front = say("own_named_front") if reporter and voice == "own" else ""
    mine = say(f"{voice}_mine") if shown.get("mine") else ""
    proof = say(f"{voice}_evidence" if evidence else f"{voice}_none")
    fear = say(f"{voice}_risk") if risk else ""
    who = say(f"{voice}_named" if reporter else f"{voice}_anonymous")
    told = (front, mine, teller.story) if voice == "own" else (teller.story, mine)
    return rng.choice(openings) + "".join((*told, proof, fear, who))


def _excerpt(teller: Teller, source: Source, evidence: str) -> str:
    if teller.situation.own:
        return teller.rng.choice(source.staff_excerpts) + teller.story
    proofs = read("words")["person"]["excerpt_evidence" if evidence else "excerpt_none"]
    proof = str(teller.rng.choice(proofs)).format(evidence=evidence)
    return teller.rng.choice(source.excerpts) + teller.story + proof


def _parties(teller: Teller) -> tuple[Party, ...]:
    """Those of the situation. A person or firm is left out where the story, as told, does not speak of it."""

    def heard(name: str) -> bool:
        slot = {"{man_name}": "man"}.get(name, name.strip("{}"))
        in_story = f"{{{slot}}}" in teller.situation.story
        return teller.told(slot) if in_story else teller.rng.random() < 0.7

    written = [party.split("|") for party in teller.situation.parties]
    return tuple(
        Party(kind, teller.tell(name), note)
        for kind, name, note in written
        if kind not in ("人员", "单位") or heard(name)
    )


def _checks(teller: Teller, of_field: str, conclusion: str) -> tuple[Check, ...]:
    rng, situation, words = teller.rng, teller.situation, read("words")
    if conclusion == "无法核实":
        seen = words["nothing_seen"]
        texts = [rng.choice(seen.get(of_field, seen[""]))]
    elif conclusion == "查否":
        texts = situation.no[: rng.choice((1, 2, 2, 2))]
    else:
        texts = situation.yes[: 2 if conclusion == "查实" else rng.choice((1, 2))]
    if rng.random() < 0.35:
        texts = [*texts, rng.choice(words["further"][of_field])]
    return tuple(Check(*teller.tell(text).split("@", 2)) for text in texts)


def _finding(rng: random.Random, situation: Situation) -> str:
    return _weighted(rng, {**FINDINGS, "无法核实": 0} if situation.visible else FINDINGS)


def _disposition(rng: random.Random, situation: Situation, kind: str, conclusion: str, text: str) -> str:
    if conclusion in ("查否", "无法核实"):
        return "了结(查否)" if conclusion == "查否" else "暂存"
    if said := next((way for word, way in SAID.items() if word in text), None):
        return said
    ways: Mapping[str, int] = dict.fromkeys(situation.dispositions, 1) or WAYS_OUT[kind]
    if conclusion == "部分属实":  # what remains unproved is seldom a matter for the police
        ways = {way: weight for way, weight in ways.items() if way != POLICE} or ways
    return _weighted(rng, ways)


def _told(rng: random.Random, matter: str, conclusion: str, disposition: str) -> str:
    words = read("words")
    done = rng.choice(words["done"].get(disposition, [""])) + words["ending"].get(conclusion, "")
    return str(rng.choice(words["told"][conclusion])).format(matter=matter, done=done)


def _case(stock: Stock) -> Case:
    rng, words = stock.rng, read("words")
    of_field = _weighted(rng, FIELDS)
    situation = stock.deal(of_field)
    teller = Teller(stock, situation)
    channels = sources(situation.own)
    source = rng.choices(channels, [each.weight for each in channels])[0]
    kind, conclusion = rng.choice(situation.kinds), _finding(rng, situation)
    risk = rng.random() < (0.6 if situation.danger else 0.03)
    reporter = _reporter(stock) if rng.randrange(100) < source.named and not situation.own else None
    evidence = teller.pick(situation.evidence) if rng.random() < 0.65 else ""
    findings = {"查实": situation.founded, "部分属实": situation.partly, "查否": situation.unfounded}
    finding = teller.tell(findings.get(conclusion) or rng.choice(words["unverified"][of_field]))
    disposition = _disposition(rng, situation, kind, conclusion, finding)
    opinion = POLICE if disposition == POLICE else conclusion
    return Case(
        title=teller.pick(situation.titles),
        narrative=_narrative(teller, source, evidence, reporter, risk),
        excerpt=_excerpt(teller, source, evidence),
        field=of_field,
        place=teller.said["place"],
        parties=_parties(teller),
        source=source.name,
        kind=kind,
        level=_weighted(rng, LEVELS[kind]),
        urgency=rng.choice(("紧急", "紧急", "特急")) if risk else rng.choices(("一般", "紧急", "特急"), (86, 12, 2))[0],
        signs=tuple(situation.signs[: rng.randint(1, len(situation.signs))]),
        named=reporter is not None,
        reporter=reporter,
        risk=risk,
        unit=rng.choice(situation.units),
        conclusion=conclusion,
        checks=_checks(teller, of_field, conclusion),
        conclusion_text=finding,
        head_opinion=rng.choice(words["head"][opinion]),
        office_opinion=rng.choice(words["office"][opinion]),
        disposition=disposition,
        told=_told(rng, teller.tell(situation.matter), conclusion, disposition),
    )


def cases(seed: int, count: int) -> Iterator[Case]:
    """`count` matters. One seed gives one series, and a longer series begins with the shorter one."""
    stock = Stock(random.Random(seed))
    for _ in range(count):
        yield _case(stock)


TIPS_ONLY: tuple[ShortTip, ...] = tuple(
    ShortTip(**{**each, "reporter": Reporter(*each["reporter"]) if "reporter" in each else None})
    for each in read("calls")["call"]
)
UMBRELLA: tuple[OfficialMatter, ...] = tuple(OfficialMatter(**each) for each in read("calls")["umbrella"])
PHRASES: dict[str, tuple[str, ...]] = {verb: tuple(words) for verb, words in read("words")["phrases"].items()}
"""Words at the verbs: assign 交办意见, return 退回理由, sign 审签意见, review 审核意见, close 办结意见, hold 暂存理由,
extend 延期事由, urge 催办, instruct 批示, supervise 督办要求, triage 研判意见, merge 并入, amend 修改说明."""
REPLIES: dict[str, tuple[str, ...]] = {kind: tuple(words) for kind, words in read("words")["replies"].items()}
"""移送回复 by the answer's kind (domain.md 1.4): 已立案, 不予立案, 转其他机关, 补充材料, 研判不属."""
