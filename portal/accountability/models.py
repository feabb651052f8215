"""问责台账: a decision and who is named on it. What a measure is, whom it fits, and what the database insists on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ..core.hanging import Common, Numbered, Owed, owed
from ..core.search import Searched
from ..core.sight import nowhere, sees
from ..core.types import BACK, DONE, FILED, WORKS, Ended, Open, State
from ..organisation.models import Person, Post, Unit

PARTY_BODY, CADRE, STAFF, UNIT = "党组织", "党的领导干部", "其他工作人员", "单位"
KINDS = (PARTY_BODY, CADRE, STAFF, UNIT)
PERSONS = (CADRE, STAFF)
PRAISE = "通报表扬"
RECORDED, HANDLED = "补录", "本局办理"  # 录入方式: a decision made elsewhere, or carried here from its proposal on
ORGANS = (
    "安澜市城市管理局党组", "安澜市城市管理局", "派驻城市管理局纪检监察组", "安澜市纪委监委", "安澜市委组织部",
)  # fmt: skip
RESPONSIBILITIES = ("直接责任", "主要领导责任", "重要领导责任", "全面领导责任")  # 问责条例 第六条


@dataclass(frozen=True)
class Measure:
    """问责方式: the group it is told and counted under, whom it fits, and for how many months it has effect."""

    name: str
    group: str
    kinds: tuple[str, ...]
    months: int = 0

    @property
    def is_praise(self) -> bool:
        """Praise stands in the same register; it is nobody's case."""
        return self.name == PRAISE


def _measures(group: str, kinds: tuple[str, ...], **months: int) -> list[Measure]:
    return [Measure(name, group, kinds, n) for name, n in months.items()]


# 中国共产党问责条例 (2019) 第八条 binds 党组织 (检查, 通报, 改组) and 党的领导干部 (通报, 诫勉, 组织调整或者组织处理,
# 纪律处分). 政务处分 binds every public official (政务处分法 第二条, 第七条); its periods stand in 第八条. Others who
# work here are dealt with under 政务处分法, 事业单位工作人员处分规定 (警告 6, 记过 12, 降低岗位等级 24) and contract.
# Custom of the trade, not in a text that was read: 诫勉 6 months; 组织处理 1 to 2 years by kind; 党纪 警告 1 year,
# 严重警告 1½, 撤职 and 留党察看 2, 开除 5. Not 问责 at all, and not here: 约谈提醒, 点对点通报, 限期整改, 取消评优.
MEASURES = {
    m.name: m
    for m in (
        *_measures("通报", KINDS, 通报=0),
        *_measures("检查", (PARTY_BODY, UNIT), 检查=0),
        *_measures("改组", (PARTY_BODY,), 改组=0),
        *_measures("诫勉", PERSONS, 诫勉=6),
        *_measures("组织处理", (CADRE,), 停职检查=12, 调整职务=12, 责令辞职=24, 免职=24, 降职=24),
        *_measures(
            "党纪处分", (CADRE,), 党内警告=12, 党内严重警告=18, 撤销党内职务=24, 留党察看=24, 开除党籍=60
        ),
        *_measures(
            "政务处分", PERSONS, 政务警告=6, 政务记过=12, 政务记大过=18, 政务降级=24, 政务撤职=24, 政务开除=0
        ),
        *_measures(
            "事业单位处分", (STAFF,), 事业单位警告=6, 事业单位记过=12, 降低岗位等级=24, 事业单位开除=0
        ),
        *_measures("合同处理", (STAFF,), 解除劳动合同=0),
        *_measures("表扬", KINDS, 通报表扬=0),
    )
}  # fmt: skip
GROUPS = tuple(dict.fromkeys(m.group for m in MEASURES.values()))
CELLS = tuple(dict.fromkeys((m.group, k) for m in MEASURES.values() if not m.is_praise for k in m.kinds))  # of figures


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class AccountabilityState(State):
    """A measure without effect is in force and done at once; one with effect is open until a person lifts it."""

    #           stored       label             tone   what it needs
    IN_EFFECT = "in_effect", _l("影响期内"), WORKS, Open("unit_id", "officer_id", "effect_to")
    STANDS = "stands", _l("已生效"), DONE, Ended("unit_id", "officer_id")
    LIFTED = "lifted", _l("影响期满"), FILED, Ended("unit_id", "officer_id", "effect_to", "lifted_on")
    WITHDRAWN = "withdrawn", _l("已撤销"), BACK, Ended("withdrawn_by", "withdrawn_no", "withdrawn_on")
    CHANGED = "changed", _l("已变更"), BACK, Ended("withdrawn_by", "withdrawn_no", "withdrawn_on")
    VOID = "void", _l("已作废"), BACK, Ended("unit_id", "officer_id")


class Accountability(Numbered, Owed, Searched, Common):
    """One decision about one target. `title` names the measure and no person: it may stand anywhere.

    officer_id, second_id: who handles it. `named_only`: a case of a person, seen by those who are named on it.
    """

    __tablename__ = "accountability"
    revised = (
        "organ", "document_no", "decided_on", "measure", "effect_to", "cause", "ground", "responsibility",
        "delivered_on", "executed_on",
    )  # fmt: skip
    title: Mapped[str] = mapped_column(String(120))
    entry: Mapped[str] = mapped_column(String(4))
    organ: Mapped[str] = mapped_column(String(60))
    document_no: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(6))
    measure: Mapped[str] = mapped_column(String(10))
    measure_group: Mapped[str] = mapped_column(String(10))
    named_only: Mapped[bool]
    target: Mapped[str] = mapped_column(String(60))
    target_key: Mapped[str] = mapped_column(String(64))  # the target as one word, so that twice is twice
    post_then: Mapped[str | None] = mapped_column(String(100))
    post_id: Mapped[int | None] = mapped_column(ForeignKey(Post.id))
    target_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    target_unit_id: Mapped[int | None] = mapped_column(ForeignKey(Unit.id))
    second_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    effect_to: Mapped[date | None]  # computed once and kept: a rule that changes later changes no row
    effect_words: Mapped[str | None] = mapped_column(String(60))
    cause: Mapped[str | None] = mapped_column(Text)
    ground: Mapped[str | None] = mapped_column(String(200))
    responsibility: Mapped[str | None] = mapped_column(String(10))
    delivered_on: Mapped[date | None]
    executed_on: Mapped[date | None]
    lifted_on: Mapped[date | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(60))
    withdrawn_no: Mapped[str | None] = mapped_column(String(60))
    withdrawn_on: Mapped[date | None]
    follows: Mapped[str | None] = mapped_column(ForeignKey("accountability.number"), index=True)  # the changed decision
    __table_args__ = (
        *owed("accountability", AccountabilityState, Common.family),
        CheckConstraint(_among("entry", (RECORDED, HANDLED)), name="entry_known"),
        CheckConstraint(
            " OR ".join(
                f"(kind = '{k}' AND {_among('measure', (m.name for m in MEASURES.values() if k in m.kinds))})"
                for k in KINDS
            ),
            name="measure_fits_kind",
        ),
        CheckConstraint(
            f"named_only = ({_among('kind', PERSONS)} AND measure <> '{PRAISE}')", name="person_is_named_only"
        ),
        CheckConstraint("NOT named_only OR second_id IS NOT NULL", name="person_has_second_handler"),
        CheckConstraint("second_id IS NULL OR second_id <> officer_id", name="second_is_another"),
        CheckConstraint(
            "target_id IS NULL OR (target_id <> officer_id AND (second_id IS NULL OR target_id <> second_id))",
            name="target_handles_nothing",
        ),
        CheckConstraint("effect_to IS NULL OR effect_to >= decided_on", name="effect_follows_decision"),
        CheckConstraint("(effect_to IS NULL) = (effect_words IS NULL)", name="effect_is_counted"),
        CheckConstraint("state <> 'stands' OR effect_to IS NULL", name="effect_is_open"),
        Index(
            "uq_accountability_document", "organ", "document_no", "target_key", unique=True,
            sqlite_where=text("state <> 'void'"), postgresql_where=text("state <> 'void'"),
        ),
        Index(None, "created_at", "id"),
    )  # fmt: skip


class Decider(Common):
    """A person of the bureau who took part in the decision: he is named on it."""

    __tablename__ = "accountability_deciders"
    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)


sees(Decider, nowhere)
