"""举报邮箱 at a glance: each mail is a draft with its duty until it is a tip, spam, or with whom it belongs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from ...core import jobs
from ...core.actor import Role
from ...core.clock import working_days
from ...core.duties import Owes, holds
from ...core.register import Panel, Register
from ...core.sight import everywhere, own_unit
from ..forms import Tell, TellForm
from ..keeping.forms import HandSealed, HandSealedForm, handed_today
from ..register import INTAKE
from . import actions, forms, lists, polling, queries
from .models import Mail
from .models import MailState as S

OPERATOR, OPEN = Role.OPERATOR, (S.WAITING, S.UNREADABLE)
told = holds("mails.tell")

MAILS = Register(
    "mails", Mail, "/intake/mailbox/", "YJ", _l("举报邮箱"), row="mail_row", states=S, start=S.WAITING,
    sees={OPERATOR: own_unit, Role.OFFICE: everywhere, Role.OFFICE_HEAD: everywhere, Role.JOB: everywhere},
    columns=lists.COLUMNS, tabs=lists.TABS, sorts=lists.SORTS, shown=lists.shown, listing="intake/mail/list.html",
    record="intake/mail/record.html", shows=queries.record_page, heads=queries.heads,
    duties={
        S.WAITING: Owes("mailbox", "mails.to_tip", working_days(2)),
        S.UNREADABLE: Owes("mailbox", "mails.retry", working_days(2)),
    },
)  # fmt: skip

# fmt: off
MAILS.creates("receive", _l("收取"), to=OPEN, who={}, does=actions.receive)
MAILS.verb("retry", _l("重新解析"), who={OPERATOR: own_unit}, when=S.UNREADABLE, to=S.WAITING, does=actions.retry)
MAILS.verb("to_tip", _l("转为举报"), who={OPERATOR: own_unit}, when=OPEN, to=S.TURNED, kind="main",
    form=forms.TurnForm, given=forms.Turn, does=actions.to_tip, carries=("intake.mailed", "umbrella.receive"),
    template="intake/mail/turn.html", shows=queries.turn_page, answer="receipt")
MAILS.verb("not_ours", _l("不属受理范围"), who={OPERATOR: own_unit}, when=OPEN, to=S.HANDED, form=forms.HandOnForm,
    given=forms.HandOn, does=actions.not_ours, fill=handed_today, shape="arrow")
MAILS.verb("spam", _l("垃圾邮件"), who={OPERATOR: own_unit}, when=OPEN, to=S.SPAM, form=forms.SpamForm,
    given=forms.Spam, does=actions.spam, kind="quiet")
MAILS.verb("hand_sealed", _l("登记密封移交"), who={OPERATOR: own_unit}, when=OPEN, to=S.HANDED, kind="quiet",
    form=HandSealedForm, given=HandSealed, does=actions.hand_sealed, fill=handed_today)
MAILS.verb("forget", _l("到期销毁"), who={Role.JOB: everywhere}, when=S.SPAM, does=actions.forget)

# 告知: whoever owes it
MAILS.verb("contact", _l("联系发件人"), who={OPERATOR: told}, when=S.HANDED, does=actions.contact, answer="contact")
MAILS.verb("tell", _l("登记已告知"), who={OPERATOR: told}, when=S.HANDED, form=TellForm, given=Tell,
    does=actions.tell, does_duty=True, shape="arrow", kind="main", template="intake/tell.html")
# fmt: on

INTAKE.panel(Panel(_l("邮件来源"), queries.mails_of, "intake/mail/sources.html"))
jobs.runs("mailbox", polling.every_two_minutes, minute="*/2")
jobs.runs("old_spam", polling.forget_spam, minute="40", hour="3")
