"""G16: files are what they are by content, not more than they seem, and are parsed apart: bombs, floods and what hangs
cost no worker anything. A document with a marking does not belong into this system (product.md, rule 11).
"""

from __future__ import annotations

import io
import time
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import psutil
import pytest
from flask import Flask

from portal.core import apart, files, markings, sealed_files
from portal.core.apart import pdf as pdf_part
from portal.core.errors import Refused
from tests.security import attached
from tests.security.attached import DOCX, PPTX, XLSX, taken

pytestmark = pytest.mark.security
MB = 1024 * 1024
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DOCUMENT = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:document>'.encode()


def archive(parts: dict[str, bytes], kind: int = ZIP_DEFLATED) -> bytes:
    into = io.BytesIO()
    with ZipFile(into, "w", kind) as out:
        for name, part in ({"[Content_Types].xml": TYPES, "word/document.xml": DOCUMENT} | parts).items():
            out.writestr(ZipInfo(name) if kind == ZIP_STORED else name, part)
    return into.getvalue()


def lying(name: str) -> bytes:
    """Says that its part is small."""
    whole = bytearray(archive({name: bytes(90 * MB)}))
    at = whole.rfind(b"PK\x01\x02", 0, whole.rfind(name.encode()))
    whole[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(whole)


BOMBS = {
    "one part of 90 MB of nothing": lambda: archive({"word/media/x.xml": bytes(90 * MB)}),
    "many entries": lambda: archive({f"word/{n}.xml": b"" for n in range(6_000)}, ZIP_STORED),
    "50,000 entries": lambda: archive({f"w/{n}": b"" for n in range(50_000)}, ZIP_STORED),
    "together too much": lambda: archive({f"word/{n}.xml": bytes(900_000) for n in range(360)}),
}


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    packed = zlib.compress(bytes(3 * width + 1)) * 1
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize("bomb", BOMBS)
def test_an_archive_that_unpacks_to_too_much_is_refused_and_named(app: Flask, bomb: str) -> None:
    content, before = BOMBS[bomb](), psutil.Process().memory_info().rss
    with app.test_request_context(), pytest.raises(Refused, match=r"“线索\.docx”解开后过大"):
        _taken_as(DOCX, content, "线索.docx")
    assert psutil.Process().memory_info().rss - before < 256 * MB


def _taken_as(media_type: str, content: bytes, name: str) -> None:
    """Past the look at the first bytes: what follows must hold by itself."""
    markings.refuse(name, media_type, content)


@pytest.mark.parametrize("what", ["copy", "words"])
def test_an_archive_that_lies_about_its_size_is_measured(what: str) -> None:
    with pytest.raises(apart.Unsafe):
        apart.run(what, DOCX, lying("word/header1.xml"))


@pytest.mark.parametrize("part", [
    {"word/embeddings/a.docx": b"PK"}, {"word/embeddings/oleObject1.bin": b"\xd0\xcf"}, {"word/vbaProject.bin": b"x"},
    {"word/media/a.emf": b"x"}, {"word/media/a.svg": b"<svg/>"}, {"../../evil.xml": b"<x/>"}, {"/etc/x.xml": b"<x/>"},
    {"WORD/document.xml": b"<x/>"}, {"word/a.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'},
    {"word/b.xml": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'},
    {"word/_rels/document.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="1" Type="x/oleObject" TargetMode="External" Target="file:///c:/x"/></Relationships>'},
], ids=lambda p: next(iter(p)).replace("/", " "))  # fmt: skip
def test_what_is_not_known_to_be_harmless_has_no_copy(part: dict[str, bytes]) -> None:
    with pytest.raises(apart.Unsafe):
        apart.run("copy", DOCX, archive(part))
    assert apart.run("copy", DOCX, archive({}))


@pytest.mark.parametrize("size", [(60_000, 60_000), (30_000, 1_500)])
def test_a_flood_of_pixels_is_not_decoded(size: tuple[int, int]) -> None:
    started = time.monotonic()
    for what in ("copy", "small"):
        with pytest.raises(apart.Unsafe):
            apart.run(what, "image/png", png(*size))
    assert time.monotonic() - started < apart.SECONDS


def test_a_big_photo_of_a_camera_is_decoded_smaller() -> None:
    from PIL import Image

    into = io.BytesIO()
    Image.new("RGB", (9000, 6000)).save(into, "JPEG")
    assert Image.open(io.BytesIO(apart.run("copy", "image/jpeg", into.getvalue()))).size == (4096, 2731)


def test_a_moving_picture_has_no_copy() -> None:
    from PIL import Image

    into, frames = io.BytesIO(), [Image.new("RGB", (8, 8), c) for c in ("red", "blue")]
    frames[0].save(into, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(apart.Unsafe):
        apart.run("copy", "image/gif", into.getvalue())


def test_what_hangs_is_ended_and_what_eats_memory_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 1)
    for body in ("import time; time.sleep(20)", "import sys; x = bytes(10**10); sys.stdout.write('made')"):
        start = f"import sys; sys.path.append(sys.argv[1]); import apart.program as p; p._made = lambda *_: exec({body!r}) or b'made'; p.main(*sys.argv[2:])"
        monkeypatch.setattr(apart, "_START", start)
        with pytest.raises(apart.Unsafe):
            apart.run("copy", "image/png", b"")


def test_the_process_apart_is_given_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_VAULT_KEY", "canary")
    monkeypatch.setattr(apart, "_START", "import os, sys; sys.stdout.write(repr(dict(os.environ)))")
    assert b"canary" not in apart.run("copy", "image/png", b"")


@pytest.mark.parametrize("taking", ["encrypted", "attachment", "objects"])
def test_a_pdf_that_holds_more_than_pages_has_no_copy(taking: str) -> None:
    from pypdf import PdfWriter

    writer, into = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if taking == "encrypted":
        writer.encrypt("x", algorithm="AES-256")
    elif taking == "attachment":
        writer.add_attachment("名单.txt", b"secret")
    writer.write(into)
    content = into.getvalue()
    if taking == "objects":
        content = content.replace(b"/Type /Page\n", b"/Type /Page /EF << >>\n")
    with pytest.raises(apart.Unsafe):
        apart.run("copy", "application/pdf", content)


def test_a_pdfs_photo_loses_its_segments_and_keeps_its_pixels() -> None:
    from PIL import Image

    given = attached.photo(turned=1) + attached.photo()  # as some cameras hang a second one behind
    clean = pdf_part.jpeg_without_words(given)
    assert attached.CANARY.encode() in given and attached.CANARY.encode() not in clean
    assert Image.open(io.BytesIO(clean)).tobytes() == Image.open(io.BytesIO(given)).tobytes()
    for cut in (2, 50, len(clean) - 1):
        with pytest.raises(apart.Unsafe):
            pdf_part.jpeg_without_words(clean[:cut])


# ── 密级标志 ──
def _xlsx(*cells: str) -> bytes:
    from openpyxl import Workbook

    book, into = Workbook(), io.BytesIO()
    for cell in cells:
        book.active.append([cell])
    book.save(into)
    return into.getvalue()


def _pptx(line: str) -> bytes:
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    return archive({"ppt/slides/slide1.xml": f'<x xmlns:a="{a}"><a:p><a:r><a:t>{line}</a:t></a:r></a:p></x>'.encode()})


def _pdf(line: str) -> bytes:
    """Text that a reader finds: a font with a map of its own to Unicode, as Chinese programs write it."""
    codes = "".join(f"<{i:04X}> <{ord(c):04X}>\n" for i, c in enumerate(line))
    shown = "".join(f"{i:04X}" for i in range(len(line)))
    cmap = f"begincmap\n1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(line)} beginbfchar\n{codes}endbfchar\nendcmap"
    page = f"BT /F 12 Tf 20 20 Td <{shown}> Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 5 0 R /Resources << /Font << /F 4 0 R >> >> >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [7 0 R] /ToUnicode 6 0 R >>",
        f"<< /Length {len(page)} >>\nstream\n{page}\nendstream", f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
    ]  # fmt: skip
    out, at = "%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        at.append(len(out))
        out += f"{n} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{a:010d} 00000 n \n" for a in at)
    return f"{out}xref\n0 {len(at) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(at) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()


def _headed(line: str) -> bytes:
    from docx import Document

    document, into = Document(), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = line
    document.add_paragraph("关于南岭沙场的情况")
    document.save(into)
    return into.getvalue()


MARKED = {
    "docx": attached.docx("000001\n机密★10年\n特急\n关于报送情况的函"), "docx alone": attached.docx("秘　密\n某局\n通知"),
    "docx 密级": attached.docx("某局文件\n密级：机密\n关于"), "docx star later": attached.docx("一\n二\n三\n四\n（绝密★启用前）\n五"),
    "docx head": _headed("机密 ★ 长期"), "xlsx": _xlsx("秘密★1年", "姓名"), "xlsx alone": _xlsx("名单", "机密"),
    "pptx": _pptx("绝密★"), "pdf": _pdf("机密★一年"), "pdf alone": _pdf("绝密"),
}  # fmt: skip
PLAIN = {
    "docx": attached.docx("关于保守国家秘密的通知\n要严守工作秘密，绝密不外传\n第三行\n第四行\n秘密"),
    "docx of 涉密": attached.docx("机密设备检修记录\n绝密通道\n商业秘密保护协议"), "xlsx": _xlsx("是否涉及国家秘密", "否"),
    "pptx": _pptx("保密教育：什么是秘密"), "pdf": _pdf("严守党的秘密"), "pdf scan": attached.pdf(),
}  # fmt: skip
ENDING = {"docx": DOCX, "xlsx": XLSX, "pptx": PPTX, "pdf": "application/pdf"}


@pytest.mark.parametrize("name", MARKED)
def test_a_document_with_a_marking_is_refused_with_where_it_belongs(app: Flask, name: str) -> None:
    ending = name.split(maxsplit=1)[0]
    with app.test_request_context(), pytest.raises(Refused, match=rf"“名单\.{ending}”标有密级.*机要室"):
        markings.refuse(f"名单.{ending}", ENDING[ending], MARKED[name])


@pytest.mark.parametrize("name", PLAIN)
def test_the_words_in_a_sentence_are_no_marking(app: Flask, name: str) -> None:
    ending = name.split(maxsplit=1)[0]
    with app.test_request_context():
        markings.refuse(f"名单.{ending}", ENDING[ending], PLAIN[name])


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pdf"])
def test_whatever_is_uploaded_is_asked_for_its_marking(app: Flask, ending: str) -> None:
    with app.test_request_context():
        with pytest.raises(Refused, match="密级"):
            taken(MARKED[ending], f"x.{ending}")
        assert taken(PLAIN[ending], f"x.{ending}").media_type in files.KINDS


def test_a_broken_document_is_kept_as_evidence_and_never_parsed_for_a_copy(app: Flask) -> None:
    broken = archive({})[:-200]
    with app.test_request_context():
        markings.refuse("x.docx", DOCX, broken)
        upload = files.Upload.of("x.docx", DOCX, broken)
        assert sealed_files.prepared(upload).copy is None
