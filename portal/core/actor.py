"""Who acts: a person or a job. Frozen: rights don't change inside a request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


class Role(IntFlag):
    """A set of roles is their union; people keep it as one number. The order is storage: only append."""

    OPERATOR = 1
    OFFICER = 2
    UNIT_HEAD = 4
    OFFICE = 8
    OFFICE_HEAD = 16
    DEPUTY_HEAD = 32
    BUREAU_HEAD = 64
    LEADER = 128
    DISCIPLINE = 256
    PERSONNEL = 512
    SYSADMIN = 1024
    SECADMIN = 2048
    AUDITOR = 4096
    JOB = 8192

    @property
    def label(self) -> LazyString:
        """The role in words, as the office says it."""
        return _LABELS[self]

    @property
    def key(self) -> str:
        """The lower-case name that commands and documents use."""
        return (self.name or "").lower()


_LABELS = {
    Role.OPERATOR: _l("受理员"),
    Role.OFFICER: _l("单位经办人"),
    Role.UNIT_HEAD: _l("单位负责人"),
    Role.OFFICE: _l("扫黑办工作人员"),
    Role.OFFICE_HEAD: _l("扫黑办主任"),
    Role.DEPUTY_HEAD: _l("分管领导"),
    Role.BUREAU_HEAD: _l("局长"),
    Role.LEADER: _l("局领导"),
    Role.DISCIPLINE: _l("监督执纪人员"),
    Role.PERSONNEL: _l("人事督查人员"),
    Role.SYSADMIN: _l("系统管理员"),
    Role.SECADMIN: _l("安全管理员"),
    Role.AUDITOR: _l("审计管理员"),
    Role.JOB: _l("系统"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """`path` is the own unit in the tree ("/1/7/"); `alone`: it has no sub-units, so scopes may say `=`."""

    id: int | None
    name: str
    roles: Role
    unit_id: int | None = None
    path: str = "-"
    alone: bool = True
    post: str = ""
    unit_name: str = ""
    unit_short: str = ""
    sign_in: str | None = None
    is_authenticated = True  # the four names Flask-Login asks for
    is_active = True
    is_anonymous = False

    def get_id(self) -> str | None:
        """The sign-in, not the person: ending the row ends the cookie."""
        return self.sign_in

    def has(self, roles: object) -> bool:
        """Whether one of these roles is the actor's."""
        return any(role & self.roles for role in roles)  # type: ignore[attr-defined]

    @property
    def role_label(self) -> str:
        """The first role in words, for the head of the page."""
        return "、".join(str(role.label) for role in Role if role & self.roles)

    @property
    def choice(self) -> str:
        """Name and unit, as forms show a person among others."""
        return f"{self.name}（{self.unit_short}）"

    @property
    def signature(self) -> str:
        """Name and post as a step keeps them: they stay true after the person has moved on."""
        return f"{self.name}（{self.post}）" if self.post else self.name

    @classmethod
    def job(cls, name: str) -> Actor:
        """The clock itself. It has scopes of its own: the role JOB."""
        return cls(None, name, Role.JOB)
