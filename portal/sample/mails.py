"""What lies in the mailbox of the sample bureau: thirteen mails as mailers write them, put through the poller's own door."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from ..core import clock
from ..core.actor import Actor
from ..extensions import db
from ..intake.mail import polling, reading
from ..intake.mail.forms import HandOn, Spam, Turn
from ..intake.mail.models import Mail
from .performing import PIXEL

Do = Callable[..., str | None]
PLACE = "jubao@anlan.example/INBOX"
TEMPLATE = (
    "安澜市城市管理局：\n我们是柳林新村的住户。小区北门外的夜市摊位，每月除了摊位费以外，还要另交一百元“卫生费”，由几个穿迷彩服的人上门来收，"
    "不交就不让摆，没有收据。已经收了半年多，大家都不敢说。请你们派人来看一看。\n\n"
)
HTML = (
    "<html><body><div style='font:14px 宋体'><p>城管局：</p><p>西郊路工地旁边的空地，<b>夜里十一点以后</b>有五六辆渣土车来倒土，"
    "车上没有公司名字，有人在路口放风。<br>我上前问，被人推了一把，说再管闲事就收拾我。</p>"
    "<script>alert('x')</script><img src='http://example.cn/1.gif'><p>一位住户</p></div></body></html>"
)
WEIGHED = (
    "从今年 8 月开始，北外环路口一处私人磅点把渣土车拦下，要先过他们的磅，每车收 30 元，不开票，不交就把路堵上。我跑这条线，手里有 46 次付款"
    "记录，时间、车次都写在附件的表里。收钱的是一个穿蓝马甲的人，不知道姓名，别人叫他“六哥”。请你们查一查，不要找我们老板。\n"
    "\n贾文镕　15400001234"
)
PLAIN = (  # (days ago, charset of its bytes, the label it bears, subject, sender, text)
    (3.2, "gbk", "gb2312", "广告牌招标前被人上门劝退", "陶瑄", "我们公司准备投城东的户外广告牌，招标前三天有两个人到店里来，让我们不要投，说这块牌子早有主了，投了也挂不上去。电话 15400002345。\n陶瑄"),
    (2.1, "gb18030", "gb2312", "关于小区门口占道停放运渣车的建议", "喆", "翠屏苑东门每天早上停着三四辆空渣土车，占掉一条车道，接送孩子很不安全。建议在门口设禁停标志。"),
    (1.9, "utf-8", "utf-8", "柳林村加层没人管", "吴小满", "柳林村二组沿河第三排有一户在二楼上面又加了两层，白天不动工，夜里十点以后浇混凝土。村里有人去说，被骂了回来。"),
    (1.2, "big5", "big5", "反映攤販被收保護費", "", "我們在東市場擺攤，每個月有人來收保護費，不給就掀攤子。請查處。"),
    (0.4, "gbk", "iso-8859-1", "砖厂门口路被挖断", "", "砖厂门口的路被人挖断，要从他们的便道走，每车收二十元。"),
)  # fmt: skip


def _by_hand(subject: str, name: str, text: str, charset: str, label: str, kind: str = "plain") -> bytes:
    """As an old mailer writes: the label may lie, the body has eight bits."""

    def word(said: str) -> str:
        return f"=?{label}?B?{base64.b64encode(said.encode(charset)).decode()}?="

    head = (
        f"From: {word(name) if name else ''} <mail@example.cn>", "To: jubao@anlan.example", f"Subject: {word(subject)}",
        "MIME-Version: 1.0", f"Content-Type: text/{kind}; charset={label}", "Content-Transfer-Encoding: 8bit", "", "",
    )  # fmt: skip
    return "\r\n".join(head).encode() + text.encode(charset)


def _with_files() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "贾文镕 <jwr@example.cn>",
        "jubao@anlan.example",
        "过路口被拦下收过磅费，司机都不敢说",
    )
    mail.set_content(WEIGHED)
    for name in ("磅点.png", "路口.png"):
        mail.add_attachment(PIXEL, maintype="image", subtype="png", filename=name)
    mail.add_attachment(b"\xd0\xcf\x11\xe0", maintype="application", subtype="vnd.ms-excel", filename="付款记录.xls")
    mail.set_boundary("anlan")
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def _all() -> list[tuple[float, bytes]]:
    """(days ago, bytes)."""
    found = [(ago, _by_hand(s, n, t, charset, label)) for ago, charset, label, s, n, t in PLAIN]
    names = ("王桂兰", "李建设", "张秀英")
    found += [
        (4.3 - i, _by_hand("摊位费之外每月另收“卫生费”", n, TEMPLATE + n, "gbk", "gb2312")) for i, n in enumerate(names)
    ]
    found.append((4.2, _by_hand("工地旁空地夜里被人倾倒渣土", "", HTML, "gb18030", "gb2312", "html")))
    found.append((1.6, _with_files()))
    closed = b"From: mail2@example.cn\r\nSubject: =?gb2312?B?0MXP4g==?=\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nMIAG"
    found.append((1.1, closed))
    found.append((0.9, _by_hand("低价代开各类发票", "财务部", "本公司长期低价代开各类发票，欢迎来电。", "gbk", "gbk")))
    found.append(
        (
            2.6,
            _by_hand(
                "新房墙面开裂谁来管", "赵立", "去年交的新房，客厅墙面裂了一条缝，开发商一直推。", "utf-8", "utf-8"
            ),
        )
    )
    return sorted(found, reverse=True)


def fill(do: Do, operator: Actor) -> None:
    """All of them arrive; three have been dealt with."""
    for uid, (ago, raw) in enumerate(_all(), 1):
        at = clock.local(clock.now()) - timedelta(days=ago)
        with clock.moved(at):
            polling.keep((PLACE, 1, uid), raw, reading.read(raw))
    numbers = _numbers()
    later = clock.local(clock.now()) - timedelta(minutes=30)
    for uid, verb, given in _ends(later):
        do(operator, verb, given, numbers[uid], later)


def _numbers() -> dict[int, str]:
    db.session.remove()
    session: Any = db.session()
    session.actor = Actor.job("demo")
    found = {m.uid: m.number for m in session.scalars(select(Mail))}
    db.session.remove()
    return found


def _ends(at: datetime) -> list[tuple[int, str, Any]]:
    order = [raw for _ago, raw in _all()]

    def uid(word: str) -> int:
        return next(i for i, raw in enumerate(order, 1) if word in reading.read(raw).subject)

    turned = Turn(
        "否", "广告牌招标前被人上门劝退", "一家公司准备投城东的户外广告牌，招标前三天有两个人上门让其不要投，称牌子早有主了。", "户外广告",
        "城东", (), True, "一般", "否", "匿名", "", "",
    )  # fmt: skip
    handed = HandOn("市住房和城乡建设局", "政务内网", at.date(), "房屋质量问题，属住建部门受理。")
    return [
        (uid("广告牌"), "mails.to_tip", turned), (uid("新房"), "mails.not_ours", handed),
        (uid("发票"), "mails.spam", Spam("广告推销", "")),
    ]  # fmt: skip
