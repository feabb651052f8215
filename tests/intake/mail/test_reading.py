"""Whatever a mailer writes, its words are read or it is said why not. Every mail is built here, byte by byte."""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest
from flask import Flask

from portal.intake.mail import reading
from portal.intake.mail.reading import MOST_TEXT, Reading
from tests.intake.mail.letters import ADDRESS, NAME, PNG, SUBJECT, TEXT, nested, plain, raw, word

SAID = "镕喆€：北外环路口有人收保护费，请查处"
GB = SAID.encode("gb18030")
BIG5_SAID = "我們這裡有人收保護費，請查處違建"
FROM = "From: a@example.cn"


@pytest.fixture(autouse=True)
def _in_the_portal(app: Flask):
    with app.app_context():
        yield


def read(mail: bytes) -> Reading:
    return reading.read(mail)


def test_a_decent_mail_is_read_whole() -> None:
    found = read(plain(message_id="<1@example.cn>", files=(("照片.png", "image/png", PNG),)))
    assert (found.subject, found.name, found.address, found.text) == (SUBJECT, NAME, ADDRESS, TEXT)
    assert [(a.name, a.size) for a in found.attachments] == [("照片.png", len(PNG))]
    assert found.message_id == "<1@example.cn>" and found.sent is not None and not found.unreadable and not found.marks


def body(label: str, content: bytes) -> Reading:
    return read(raw(content, FROM, "Subject: x", f"Content-Type: text/plain{label}", "Content-Transfer-Encoding: 8bit"))


@pytest.mark.parametrize("label", ["gb2312", "GBK", "cp936", '"gb2312"', "GB_2312-80", "gb18030", "x-gbk", "euc-cn"])
def test_every_label_of_the_gb_family_is_gb18030(label: str) -> None:
    found = body(f"; charset={label}", GB)
    assert (found.text, found.charset, found.marks) == (SAID, "GB18030", ())


@pytest.mark.parametrize(
    "label",
    [
        "",
        "; charset=us-ascii",
        "; charset=iso-8859-1",
        "; charset=nonsense",
        "; charset=utf-8",
        "; charset=punycode",
        "; charset=rot13",
        "; charset=",
    ],
)
def test_a_charset_that_is_missing_or_lies_is_found_out(label: str) -> None:
    assert body(label, GB).text == SAID
    assert body(label, SAID.encode()).text == SAID
    assert body(label, BIG5_SAID.encode("big5")).text == BIG5_SAID


def test_utf8_under_a_gb_label_is_utf8() -> None:
    assert body("; charset=gb2312", SAID.encode()).text == SAID


@pytest.mark.parametrize("label", ["big5", "Big5-HKSCS", "cp950"])
def test_big5_is_read(label: str) -> None:
    found = body(f"; charset={label}", BIG5_SAID.encode("big5"))
    assert (found.text, found.charset) == (BIG5_SAID, "Big5")


def test_what_fits_nothing_is_shown_and_marked() -> None:
    found = body("", bytes(range(128, 256)) * 9)
    assert found.text and found.charset == "Latin-1" and "乱码" in found.marks[0] and not found.unreadable


def test_a_body_cut_inside_a_character_is_read() -> None:
    found = body("; charset=gb2312", GB * 20 + GB[:1])
    assert found.text.startswith(SAID) and found.marks


# ── headers ──
def subject(value: bytes) -> str:
    return read(raw(b"x", FROM, b"Subject: " + value)).subject


@pytest.mark.parametrize("at", range(1, len(GB)))
def test_encoded_words_cut_inside_a_character_are_joined(at: int) -> None:
    assert subject(word("gb2312", GB[:at]) + b"\r\n " + word("GB2312", GB[at:])) == SAID


def test_base64_cut_between_words_is_joined() -> None:
    whole = word("utf-8", SAID.encode())[10:-2]
    assert subject(b"=?utf-8?B?" + whole[:17] + b"?= =?utf-8?B?" + whole[17:] + b"?=") == SAID


def test_words_of_two_charsets_and_plain_text_stand_side_by_side() -> None:
    said = (
        b"Re: "
        + word("gb2312", "拦车".encode("gbk"))
        + b" "
        + word("utf-8", "收费".encode())
        + b" =?utf-8?Q?=E8=AF=B7_=E6=9F=A5?= end"
    )
    assert subject(said) == "Re: 拦车收费请 查 end"


def test_raw_bytes_in_a_header_are_read() -> None:
    assert subject(GB) == SAID
    assert subject(SAID.encode()) == SAID
    found = read(raw(b"x", b"From: " + "李四海".encode("gbk") + b" <a@example.cn>", "Subject: x"))
    assert (found.name, found.address) == ("李四海", "a@example.cn")


@pytest.mark.parametrize(("line", "name", "address"), [
    (b'"Li, Sihai" <a@b.cn>', "Li, Sihai", "a@b.cn"), (b"a@b.cn (\xc0\xee\xcb\xc4)", "李四", "a@b.cn"), (b"a@b.cn", "", "a@b.cn"),
    (b"nobody", "nobody", ""), (b"", "", ""), (word("gb2312", "李四海".encode("gbk")) + b"<a@b.cn>", "李四海", "a@b.cn"),
])  # fmt: skip
def test_the_sender_is_found(line: bytes, name: str, address: str) -> None:
    found = read(raw(b"x", b"From: " + line, "Subject: x"))
    assert (found.name, found.address) == (name, address)


def test_signs_that_are_not_seen_are_taken_out() -> None:
    assert subject(word("utf-8", "付款\u202egpj.exe\x00".encode())) == "付款gpj.exe"


# ── names of attachments ──
NAMES = {
    "encoded": b'filename="' + word("gb2312", "付款喆.xls".encode("gb18030")) + b'"',
    "raw": b'filename="' + "付款喆.xls".encode("gb18030") + b'"',
    "2231": b"filename*=gb2312''" + b"%B8%B6%BF%EE%86%B4.xls",
    "2231 in pieces": b"filename*0*=gb18030''%B8%B6;\r\n filename*1*=%BF%EE%86;\r\n filename*2*=%B4;\r\n filename*3=\".xls\"",
    "2231 under a wrong label": b"filename*=utf-8''%B8%B6%BF%EE%86%B4.xls",
    "2231 without a label": b"filename*=%B8%B6%BF%EE%86%B4.xls",
    "a path": b'filename="C:\\\\Users\\\\x\\\\' + "付款喆.xls".encode("gb18030") + b'"',
}  # fmt: skip


@pytest.mark.parametrize("how", list(NAMES))
def test_the_name_of_an_attachment_is_read(how: str) -> None:
    found = read(
        raw(
            b"xx",
            FROM,
            "Subject: x",
            "Content-Type: application/octet-stream",
            b"Content-Disposition: attachment; " + NAMES[how],
        )
    )
    assert [a.name for a in found.attachments] == ["付款喆.xls"]


# ── the parts ──
def html(markup: str) -> Reading:
    return read(raw(markup.encode(), FROM, "Subject: x", "Content-Type: text/html; charset=utf-8"))


def test_html_becomes_plain_text_and_nothing_of_it_acts() -> None:
    found = html(
        "<html><head><title>t</title><style>p{}</style></head><p>拦车<br>收费</p><script>alert(1)</script><img src='http://x/y' onerror='a()'>&lt;b&gt;<!-- x -->"
    )
    assert found.text == "拦车\n收费\n<b>"


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 200_000 + "hi",
        "<b><div>" * 20_000 + "hi",
        "<a " + "x=y " * 200_000 + ">hi",
        "<" * 500_000,
        "&amp;" * 100_000,
        "<p" * 300_000,
    ],
)
def test_html_that_was_built_to_stop_a_reader_does_not(markup: str) -> None:
    began = time.monotonic()
    html(markup)
    assert time.monotonic() - began < 10


def test_html_without_a_label_tells_its_own() -> None:
    said = b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>' + GB
    assert read(raw(said, FROM, "Subject: x", "Content-Type: text/html")).text == SAID


def test_of_two_forms_the_plain_one_is_read_unless_it_is_empty() -> None:
    def both(one: str, two: str) -> str:
        parts = f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{one}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{two}\r\n--b--"
        return read(raw(parts.encode(), FROM, "Subject: x", "Content-Type: multipart/alternative; boundary=b")).text

    assert both("白话", "<p>花哨</p>") == "白话"
    assert both(" ", "<p>花哨</p>") == "花哨"


def test_a_mail_within_a_mail_is_listed_and_read() -> None:
    inner = plain(subject="里面的", text="里面的话", files=(("a.png", "image/png", PNG),))
    found = read(raw(inner, FROM, "Subject: x", "Content-Type: message/rfc822"))
    assert [a.name for a in found.attachments] == ["里面的.eml", "a.png"] and "里面的话" in found.text
    content = reading.attachment(raw(inner, FROM, "Subject: x", "Content-Type: message/rfc822"), 1)
    assert content is not None and content[1] == PNG


@pytest.mark.parametrize("mail", [
    raw(b"hello", FROM, "Subject: x", "Content-Type: multipart/mixed"),
    raw(b"hello\r\n--other\r\nx", FROM, "Subject: x", "Content-Type: multipart/mixed; boundary=b"),
    raw(b"--b\r\n\r\nhello", FROM, "Subject: x", "Content-Type: multipart/mixed; boundary=b"),
    raw(b"aGVsbG8!!@@=\r\n", FROM, "Subject: x", "Content-Transfer-Encoding: base64"),
    raw(b"aGVsbG8", FROM, "Subject: x", "Content-Transfer-Encoding: base64"),
    raw(b"hello=\r\n=ZZ", FROM, "Subject: x", "Content-Transfer-Encoding: quoted-printable"),
    raw(b"hello", FROM, "Subject: x", "Content-Transfer-Encoding: nonsense"),
    raw(b"hello", FROM, "Subject: x", "Content-Type: no sense at all;;;=;charset"),
    raw(b"hello", FROM, "Subject: x", b"Content-Type: text/plain; charset=\xff\xfe"),
    raw(b"begin 644 x\r\nhello", FROM, "Subject: x", "Content-Transfer-Encoding: uuencode"),
    b"Subject: x\nFrom: a@b.cn\n\nhello",
])  # fmt: skip
def test_a_broken_structure_still_says_its_words(mail: bytes) -> None:
    found = read(mail)
    assert "hello" in found.text and not found.unreadable


@pytest.mark.parametrize(("mail", "why"), [
    (b"", "空的"), (b"\r\n\r\n", "空的"), (b"\r\njust words", "没有邮件头"), (bytes(range(256)) * 40, "没有邮件头"), (nested(1000), "嵌套"),
    (raw(b"\x78\x9f", FROM, "Subject: x", "Content-Type: application/ms-tnef; name=winmail.dat"), "winmail.dat"),
    (raw(b"x", FROM, "Subject: x", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data"), "加密"),
    (raw(b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b--", FROM, "Subject: x", "Content-Type: multipart/encrypted; boundary=b"), "加密"),
    (b"Subject: x\r\n" + b"".join(b"Content-Type: message/rfc822\r\n\r\nSubject: %d\r\n" % i for i in range(1000)), "嵌套"),
])  # fmt: skip
def test_what_cannot_be_read_says_why(mail: bytes, why: str) -> None:
    found = read(mail)
    assert why in found.unreadable
    assert len(found.unreadable) <= 60


def test_the_subject_of_what_cannot_be_taken_apart_is_read() -> None:
    assert read(nested(1000)).subject == "deep"


def test_an_empty_body_is_no_fault() -> None:
    found = read(plain(text=""))
    assert found.text == "" and not found.unreadable and found.subject == SUBJECT


def test_winmail_beside_words_is_an_attachment_that_cannot_be_opened() -> None:
    found = read(plain(files=(("winmail.dat", "application/ms-tnef", b"\x78\x9f"),)))
    assert found.text == TEXT and [a.name for a in found.attachments] == ["winmail.dat"] and not found.unreadable


@pytest.mark.parametrize("mail", [
    b"Subject: x\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(100_000)) + b"\r\nhello",
    raw(b"hello", FROM, "Subject: x", b"Content-Type: text/plain; " + b';a="b"' * 300_000),
    raw(b"hello", b"From: " + b"<" * 1_000_000, b"Subject: " + b"=?gb2312?B?" * 100_000),
    raw(b"hello", FROM, b"Subject: " + b"\r\n ".join([word("gb2312", GB)] * 20_000)),
    raw(b"hello", b"To: " + b"a@b.cn, " * 200_000, "Subject: x"),
])  # fmt: skip
def test_a_hundred_thousand_headers_or_one_of_a_megabyte_do_not_stop_it(mail: bytes) -> None:
    began = time.monotonic()
    assert read(mail).text == "hello"
    assert time.monotonic() - began < 10


def test_five_thousand_attachments_are_listed_up_to_a_limit() -> None:
    part = b"--b\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n"
    found = read(raw(part * 5000 + b"--b--", FROM, "Subject: x", "Content-Type: multipart/mixed; boundary=b"))
    assert len(found.attachments) == reading.MOST_FILES and found.marks


def test_a_long_text_is_cut_and_says_so() -> None:
    found = read(plain(text="话" * (MOST_TEXT + 10)))
    assert len(found.text) == MOST_TEXT and "原文" in found.marks[0]


def test_thirty_megabytes_are_read_within_three_times_their_size() -> None:
    mail = plain(files=(("a.png", "image/png", PNG + bytes(30 * 1024 * 1024)),))
    tracemalloc.start()
    try:
        found = read(mail)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.attachments[0].size == len(PNG) + 30 * 1024 * 1024
    assert peak < 3.5 * len(mail), f"{peak / 2**20:.0f} MB"


def test_no_bytes_at_all_raise() -> None:
    """Decent mails with bytes changed, cut and doubled, and bytes of chance."""
    chance = random.Random(7)
    seeds = [
        plain(files=(("照片.png", "image/png", PNG),)),
        nested(40),
        raw(GB, FROM, b"Subject: " + GB, "Content-Type: text/html"),
    ]
    for _ in range(400):
        mail = bytearray(chance.choice(seeds))
        for _change in range(chance.randrange(1, 30)):
            at = chance.randrange(len(mail))
            mail[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))
        cut = bytes(mail[: chance.randrange(len(mail))])
        for tried in (bytes(mail), cut, cut * 2, chance.randbytes(200)):
            found = read(tried)
            assert found.text or found.attachments or found.subject or found.unreadable or found.marks or tried
            found.text.encode(), found.subject.encode(), reading.source(tried).encode()
