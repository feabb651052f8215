"""What stands at the left of the page, by role. A part that is not there yet is not named."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from .core.actor import Role

_OFFICES = Role.OFFICE | Role.OFFICE_HEAD | Role.DEPUTY_HEAD | Role.BUREAU_HEAD
_UNITS = Role.OFFICER | Role.UNIT_HEAD
_ACCOUNTABLE = _OFFICES | Role.LEADER | Role.DISCIPLINE | Role.PERSONNEL
_EVERYBODY = Role(0)
for _role in Role:
    _EVERYBODY |= _role


@dataclass(frozen=True)
class Item:
    """A place. `phone`: also in the bar at the foot of a telephone."""

    key: str
    label: str | LazyString
    href: str
    roles: Role
    icon: str = "list"
    phone: bool = False


@dataclass(frozen=True)
class Group:
    """Places under a common word."""

    label: str | LazyString
    items: tuple[Item, ...]


GROUPS = (
    Group("", (Item("today", _l("今日工作"), "/", _EVERYBODY, "home", True),)),
    Group(
        _l("受理"),
        (
            Item("intake.call", _l("来电登记"), "/intake/calls/new", Role.OPERATOR, "phone", True),
            Item("intake.ask", _l("来电查询"), "/intake/ask", Role.OPERATOR, "search", True),
            Item("mails", _l("举报邮箱"), "/intake/mailbox/?tab=waiting", Role.OPERATOR, "inbox"),
            Item("mails", _l("举报邮箱"), "/intake/mailbox/", Role.OFFICE | Role.OFFICE_HEAD, "inbox"),
            Item("letters", _l("来信来访"), "/intake/letters/new", Role.OPERATOR, "paper"),
            Item("boxes", _l("举报箱开箱"), "/intake/boxes/?tab=open", Role.OPERATOR | Role.OFFICE, "list"),
            Item("petitions", _l("信访台账"), "/intake/petitions/?tab=reading", Role.OPERATOR | _OFFICES, "list"),
            Item("intake", _l("我受理的举报"), "/intake/", Role.OPERATOR, "list", True),
            Item("intake", _l("举报受理"), "/intake/", _OFFICES, "inbox"),
            Item("transfers", _l("转送回执"), "/transfers/", _OFFICES, "send"),
            Item("settlements", _l("化解台账"), "/settlements/?tab=open", _OFFICES | _UNITS, "people"),
        ),
    ),
    Group(
        _l("线索"),
        (
            Item("clues", _l("线索台账"), "/clues/?tab=open", _OFFICES | _UNITS | Role.LEADER, "list", True),
            Item("parties", _l("当事方"), "/parties/", _OFFICES | _UNITS | Role.LEADER, "people"),
            Item("referrals", _l("移送反馈"), "/referrals/?tab=open", _OFFICES | _UNITS | Role.LEADER, "send", True),
        ),
    ),
    Group(
        _l("会议"),
        (
            Item("meetings", _l("例会与纪要"), "/meetings/", _OFFICES | Role.LEADER | Role.UNIT_HEAD, "people"),
            Item(
                "minutes",
                _l("会议纪要"),
                "/meetings/minutes/",
                _OFFICES | _UNITS | Role.LEADER | Role.PERSONNEL,
                "paper",
            ),
            Item(
                "decisions",
                _l("议定事项"),
                "/meetings/decisions/?tab=open",
                _OFFICES | _UNITS | Role.LEADER | Role.PERSONNEL,
                "tick",
                True,
            ),
        ),
    ),
    Group(
        _l("督导问责"),
        (Item("accountability", _l("问责台账"), "/accountability/", _ACCOUNTABLE, "paper", True),),
    ),
    Group(
        _l("问题线索"),
        (
            Item("umbrella", _l("问题线索台账"), "/umbrella/", Role.DISCIPLINE, "lock", True),
            Item("sealed", _l("密封移交"), "/umbrella/sealed/", Role.DISCIPLINE, "send"),
            Item("recusals", _l("回避认定"), "/umbrella/recusals/", Role.DISCIPLINE, "list"),
        ),
    ),
)


@lru_cache
def places(roles: Role) -> tuple[Group, ...]:
    """The groups of a set of roles, without what is not theirs."""
    mine = (Group(g.label, tuple(i for i in g.items if i.roles & roles)) for g in GROUPS)
    return tuple(g for g in mine if g.items)


@lru_cache
def told(roles: Role, language: str) -> tuple[Group, ...]:
    """The same in the words of one language, which a page of it has asked for already."""
    return tuple(Group(str(g.label), tuple(replace(i, label=str(i.label)) for i in g.items)) for g in places(roles))
