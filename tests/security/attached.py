"""Files as a reporter gives them: with what gives him away, hung on a record outside of any form."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal.core import clock, files, sealed_files
from portal.core.files import Upload
from portal.intake.models import Tip
from tests.verbs.stage import Stage

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
CANARY = "CANARYOFTHEREPORTER"


@dataclass
class FakeAct:
    """What files take of an act."""

    actor: Any
    stamp: Any = field(default_factory=clock.now)
    nameless: bool = False
    after: list[Any] = field(default_factory=list)


def taken(content: bytes, name: str) -> Upload:
    """As a form would look at it."""
    return files.take(FileStorage(io.BytesIO(content), name))


@contextmanager
def in_hand(stage: Stage, number: str, login: str = "office", kind: Any = Tip) -> Any:
    """(session, row through sight) of this person."""
    with stage.session(login) as session, stage.app.test_request_context():
        row = session.scalars(select(kind).where(kind.number == number)).one()
        yield session, row


def attach(
    stage: Stage,
    number: str,
    upload: Upload,
    *,
    sealed: bool = True,
    nameless: bool = False,
    kind: Any = Tip,
    login: str = "office",
) -> str:
    """Hang the file on the record, in a transaction of its own; gives the id that handlers get."""
    prepared = sealed_files.prepared(upload) if sealed else upload
    with stage.session(login) as session:
        session.begin_write()
        row = session.scalars(select(kind).where(kind.number == number)).one()
        act = FakeAct(session.actor, nameless=nameless)
        session.info["act"] = SimpleNamespace(nameless=nameless, stamp=act.stamp)
        file_id = files.put(session, row, prepared, act)
        session.info.pop("act")
        session.commit()
        for call in act.after:
            call()
    return file_id


def rows(stage: Stage, number: str, table: Any = Tip.family.file.__table__) -> list[Any]:
    """All rows of files of a record: originals before their copies."""
    with stage.session() as session:
        found = session.core(select(table).where(table.c.number == number)).all()
        return sorted(found, key=lambda f: (not f.sealed, f.name))


# ── what a reporter gives ──
def photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG", turned: int = 6) -> bytes:
    """With a camera, a place and a remark, lying on its side."""
    from PIL import Image, PngImagePlugin

    picture, into = Image.linear_gradient("L").resize(size).convert("RGB"), io.BytesIO()
    tags = picture.getexif()
    tags[0x010F], tags[0x013B], tags[0x0112] = f"{CANARY}MAKE", f"{CANARY}ARTIST", turned
    tags.get_ifd(0x8825)[29] = f"{CANARY}GPS"
    if kind == "PNG":
        said = PngImagePlugin.PngInfo()
        said.add_text("Author", f"{CANARY}TEXT")
        picture.save(into, kind, pnginfo=said, exif=tags)
    elif kind == "WEBP":
        picture.save(into, kind, exif=tags, xmp=f"<x>{CANARY}XMP</x>".encode())
    else:
        picture.save(into, kind, exif=tags, comment=f"{CANARY}COMMENT".encode())
    return into.getvalue()


def docx(text: str = "他们夜里倒渣土") -> bytes:
    from docx import Document

    document, into = Document(), io.BytesIO()
    told = document.core_properties
    told.author, told.last_modified_by, told.comments = f"{CANARY}A", f"{CANARY}B", f"{CANARY}C"
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.add_comment(document.paragraphs[0].runs, text="看这里", author=f"{CANARY}D", initials="李")
    document.add_picture(io.BytesIO(photo()))
    document.save(into)
    return _with(into.getvalue(), {
        "docProps/custom.xml": f"<Properties><p>{CANARY}E</p></Properties>",
        "word/people.xml": '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
                           f'<w15:person w15:author="{CANARY}F"><w15:presenceInfo w15:providerId="AD" w15:userId="{CANARY}G"/></w15:person></w15:people>',
    })  # fmt: skip


def xlsx() -> bytes:
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    book, into = Workbook(), io.BytesIO()
    book.properties.creator = book.properties.lastModifiedBy = f"{CANARY}A"
    book.active["A1"] = "车牌"
    book.active["A1"].comment = Comment("看这里", f"{CANARY}B")
    book.save(into)
    return into.getvalue()


def pdf() -> bytes:
    from PIL import Image
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, NameObject

    page = io.BytesIO()
    Image.open(io.BytesIO(photo(turned=1))).save(page, "PDF")
    writer, into = PdfWriter(clone_from=page), io.BytesIO()
    writer.add_metadata({"/Producer": f"{CANARY}A", "/Author": f"{CANARY}B", "/Creator": f"{CANARY}C"})
    xmp = DecodedStreamObject()
    xmp.set_data(f"<x:xmpmeta>{CANARY}D</x:xmpmeta>".encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    for thing in writer._objects:  # a photo as a scanner's program puts it there, tags and all
        if getattr(thing, "get", lambda _: None)("/Subtype") == "/Image" and thing.get("/Filter") is not None:
            thing._data = photo(turned=1)
    writer.write(into)
    return into.getvalue()


def _with(archive: bytes, parts: dict[str, str | bytes]) -> bytes:
    into = io.BytesIO(archive)
    with ZipFile(into, "a") as more:
        for name, part in parts.items():
            more.writestr(name, part)
    return into.getvalue()


def unpacked(content: bytes) -> bytes:
    """All that is in it, as a reader would find it."""
    import re
    import zlib

    if content.startswith(b"PK"):
        with ZipFile(io.BytesIO(content)) as archive:
            return b"".join(n.encode() + archive.read(n) for n in archive.namelist()) + content
    if content.startswith(b"%PDF"):
        streams = [
            zlib.decompressobj().decompress(s)
            for s in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
            if s[:1] == b"x"
        ]
        return b"".join(streams) + content
    return content
