"""Mails as bytes, each built here: what a decent mailer writes, and every fault that others make."""

from __future__ import annotations

import base64
from email.message import EmailMessage

SUBJECT, NAME, ADDRESS = "北外环路口拦车收取过磅费", "李四海", "lisihai@example.cn"
TEXT = (
    "从今年 8 月开始，北外环路口一处私人磅点把渣土车拦下，要先过他们的磅，每车收 30 元，不开票，不交就把路堵上。"
    "收钱的人别人叫他“六哥”。我是跑这条线的司机，手机 13900001111。\n\n李四海"
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def plain(
    subject: str = SUBJECT, text: str = TEXT, name: str = NAME, address: str = ADDRESS, message_id: str = "",
    files: tuple[tuple[str, str, bytes], ...] = (),
) -> bytes:  # fmt: skip
    """A decent mail in UTF-8."""
    mail = EmailMessage()
    mail["From"] = f"{name} <{address}>" if name else address
    mail["To"], mail["Subject"], mail["Date"] = "jubao@example.cn", subject, "Mon, 23 Nov 2026 09:30:00 +0800"
    if message_id:
        mail["Message-ID"] = message_id
    mail.set_content(text)
    for filename, kind, content in files:
        main, _, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=filename)
    if files:
        mail.set_boundary("letter")  # the same mail twice is the same bytes
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def raw(body: bytes, *lines: str | bytes) -> bytes:
    """A mail by hand: these header lines, an empty one, the body."""
    head = [line.encode() if isinstance(line, str) else line for line in lines]
    return b"\r\n".join([*head, b"", body])


def word(charset: str, said: bytes) -> bytes:
    """An encoded word in base64."""
    return b"=?" + charset.encode() + b"?B?" + base64.b64encode(said) + b"?="


def nested(levels: int) -> bytes:
    """Multiparts within multiparts, none of which ends."""
    parts = [f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(levels)]
    return ("Subject: deep\r\nFrom: a@example.cn\r\n" + "".join(parts) + "\r\nhello").encode()
