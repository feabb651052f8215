"""PDF: written anew from its pages, without what says who made it, with what and when."""

from __future__ import annotations

import io
import json
import zlib
from typing import Any

from . import Unsafe

# of the catalogue: who, what runs, what is attached. Of any object: who, when, private words of a program
OF_THE_WHOLE = ("/Metadata", "/AF", "/OpenAction", "/AA", "/Collection", "/SpiderInfo", "/Perms", "/DSS", "/Legal")
OF_ANYTHING = (
    "/Metadata", "/PieceInfo", "/LastModified", "/AA", "/AF", "/Thumb", "/CreatorInfo", "/CreationDate", "/M",
    "/SourceInfo", "/SpiderInfo",
)  # fmt: skip
RUNS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE")
PAGES, OBJECTS, LINES, READ = 2000, 200_000, 40, 4000  # lines and characters of the first page


def _reader(content: bytes) -> Any:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Unsafe("it has a password")
    return reader


def words(content: bytes) -> bytes:
    """The first lines of the first page as JSON; of a scan there are none."""
    from pypdf.errors import PyPdfError

    try:
        said = _reader(content).pages[0].extract_text()
    except (PyPdfError, IndexError, AttributeError):
        raise Unsafe("not to be read") from None
    return json.dumps([[line for line in said[:READ].splitlines() if line.strip()][:LINES]]).encode()


def copy(content: bytes) -> bytes:
    """Raises Unsafe if it has a password, an attachment or a picture whose own words cannot be taken off."""
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError

    into = io.BytesIO()
    try:
        reader = _reader(content)
        if len(reader.pages) > PAGES:
            raise Unsafe("too many pages")
        writer = PdfWriter(clone_from=reader)
        _strip(writer)
        writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)  # what was taken off goes
        writer.write(into)
    except (PyPdfError, AttributeError, IndexError, zlib.error, AssertionError) as broken:
        raise Unsafe(str(broken)) from None
    return into.getvalue()


def _strip(writer: Any) -> None:
    root: Any = writer.root_object
    for key in OF_THE_WHOLE:
        root.pop(key, None)
    form = root.get("/AcroForm")
    if form is not None:
        form.get_object().pop("/XFA", None)
    names = root.get("/Names")
    if names is not None:
        names = names.get_object()
        if "/EmbeddedFiles" in names:
            raise Unsafe("it has attachments")
        names.pop("/JavaScript", None)
    writer.metadata = None
    writer._ID = None  # noqa: SLF001 - made from the path and the moment, by some programs
    if len(writer._objects) > OBJECTS:  # noqa: SLF001
        raise Unsafe("too many objects")
    for thing in writer._objects:  # noqa: SLF001 - the one place where all objects are: the pages do not reach all
        _strip_deep(thing, 0)


def _strip_deep(thing: Any, depth: int) -> None:
    """An object and what lies in it directly; what it points at comes by itself."""
    from pypdf.generic import ArrayObject, DictionaryObject

    if depth > 50:
        raise Unsafe("too deep")
    if isinstance(thing, DictionaryObject):
        _strip_one(thing)
        for value in list(thing.values()):
            _strip_deep(value, depth + 1)
    elif isinstance(thing, ArrayObject):
        for value in thing:
            _strip_deep(value, depth + 1)


def _strip_one(thing: Any) -> None:
    for key in OF_ANYTHING:
        thing.pop(key, None)
    if thing.get("/Subtype") in {"/FileAttachment", "/Sound", "/Movie", "/RichMedia", "/Screen"}:
        raise Unsafe("it has an attachment")
    if thing.get("/Type") == "/Filespec" or "/EF" in thing:
        raise Unsafe("it names a file")
    if thing.get("/S") in RUNS:
        thing.clear()
        return
    if thing.get("/Type") == "/Sig" or thing.get("/FT") == "/Sig":
        thing.pop("/V", None)
        for key in ("/Name", "/Reason", "/Location", "/ContactInfo", "/Contents", "/Cert"):
            thing.pop(key, None)
    if thing.get("/Subtype") and "/Rect" in thing and thing.get("/Subtype") != "/Widget":
        for key in ("/T", "/NM", "/RC"):  # a remark: its words stay, its author goes
            thing.pop(key, None)
    if thing.get("/Subtype") == "/Image":
        _strip_picture(thing)


def _strip_picture(thing: Any) -> None:
    """A photo keeps its tags when it is put on a page."""
    filters = thing.get("/Filter")
    last = filters if isinstance(filters, str) or filters is None else filters[-1] if len(filters) else None
    if last == "/DCTDecode":
        if not isinstance(filters, str) and len(filters) > 1:
            raise Unsafe("a photo within another coding")
        thing._data = jpeg_without_words(bytes(thing._data))  # noqa: SLF001
    elif last == "/JPXDecode" and any(box in thing._data for box in (b"uuid", b"xml ", b"asoc")):  # noqa: SLF001
        raise Unsafe("a photo with words of its own")


def jpeg_without_words(content: bytes) -> bytes:
    """Without APP1–APP13, APP15 and comments; APP0 and Adobe's APP14 say how colours are meant. The pixels stay.

    What some cameras hang behind the end, a second picture with tags of its own, goes too.
    """
    if content[:2] != b"\xff\xd8":
        raise Unsafe("not a JPEG")
    kept, at = [content[:2]], 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise Unsafe("a JPEG out of step")
        marker = content[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xDA:
            end = _end_of_scan(content, end)
        if not (0xE1 <= marker <= 0xED or marker in {0xEF, 0xFE}):
            kept.append(content[at:end])
        at = end
        if content[at : at + 2] == b"\xff\xd9":
            return b"".join([*kept, content[at : at + 2]])
    raise Unsafe("a JPEG without an end")


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the next marker stands: within a scan FF is followed by 00 or a restart."""
    while (at := content.find(b"\xff", at)) >= 0:
        follows = content[at + 1 : at + 2]
        if follows not in {b"\x00", b"\xff"} and not b"\xd0" <= follows <= b"\xd7":
            return at
        at += 1 if follows == b"\xff" else 2
    raise Unsafe("a JPEG without an end")
