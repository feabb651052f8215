"""docx, xlsx, pptx: rewritten part by part, without authors, times, paths and whatever a program keeps for itself.

What is not known to be harmless (a program within, a picture of another kind, an embedded document) makes no copy.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
from datetime import date, datetime
from itertools import islice
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from . import Bomb, Unsafe, images

ENTRIES, WHOLE, PART, RATIO = 5_000, 300 * 1024 * 1024, 64 * 1024 * 1024, 200  # counts, bytes, unpacked to packed
SLACK = 1024 * 1024  # below it a ratio says nothing
PICTURES = ("jpg", "jpeg", "png")
# parts that go, with what points at them
GONE = re.compile(
    r"^(docProps/|customXml/|_xmlsignatures/)|(^|/)(printerSettings/|changesInfos/|tags/tag|persons/|threadedComments/|"
    r"revisions/|webextensions/|glossary/)|(^|/)(revisionInfo|userNames|docMetadata|LabelInfo)[^/]*\.xml$|"
    r"(^|/)printerSettings[^/]*\.bin$|^\[trash\]/"
)
# attributes, by their local name, that say who, when, on which machine; in whatever part
EMPTIED = {"author", "initials", "userId", "providerId", "displayName", "userName", "lastModifiedBy", "creator"}
DROPPED = re.compile(r"^(rsid\w*|date|dt|dateUtc|created|modified|lastEdited|uid)$")
NAMED_BY_NAME = {"cmAuthor", "author", "person"}  # elements whose attribute `name` is a person's
ELEMENTS_GONE = {
    "rsids",
    "rsid",
    "docVars",
    "attachedTemplate",
    "absPath",
    "fileSharing",
    "writeReservation",
    "smartTagType",
}
RELATIONS = (("schemas.openxmlformats.org", "2006/"), ("purl.oclc.org/ooxml", ""))
ONLY_REFER = {"tags", "custData", "webExtensionRef"}  # elements that are nothing but a reference
REFERS = [f"{{http://{where}/officeDocument/{year}relationships}}id" for where, year in RELATIONS]
OF_OTHERS = re.compile(r"/(embeddings|activeX|externalLinks|queryTables|ctrlProps)/|connections\.xml$|vbaProject")
FILE_NAME = re.compile(r"\.\w{3,4}$|[\\/]")
A_LINK = ("http://", "https://", "mailto:")
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
LINES, ROWS = 40, 3
TABLE_ROWS, TABLE_COLUMNS, CELL = 1_020, 40, 12_000
NO_VALUE = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}


def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, remove_comments=True
    )


def _tree(content: bytes) -> Any:
    """A part as a tree. The standard knows no DOCTYPE: where one is, somebody means harm."""
    from lxml import etree

    try:
        root = etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as broken:
        raise Unsafe(str(broken)) from None
    if root.getroottree().docinfo.doctype:
        raise Unsafe("a DOCTYPE")
    return root


def _archive(content: bytes) -> ZipFile:
    """Opened, and within bounds by its own word; what is read is measured again."""
    if content.count(b"PK\x01\x02") > ENTRIES:  # before the list of entries is built
        raise Bomb
    archive = ZipFile(io.BytesIO(content))
    infos = archive.infolist()
    if len(infos) > ENTRIES or sum(i.file_size for i in infos) > WHOLE:
        raise Bomb
    for info in infos:
        if info.file_size > SLACK and info.file_size > RATIO * max(1, info.compress_size):
            raise Bomb
        if info.flag_bits & 1:
            raise Unsafe("it has a password")
    names = [i.filename for i in infos]
    if len({n.lower() for n in names}) < len(names) or any(n.startswith("/") or ".." in n.split("/") for n in names):
        raise Unsafe("names that mean two things")
    return archive


def _read(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        content = part.read(PART + 1)
    if len(content) > PART:
        raise Bomb
    return content


# ── the copy ──────────────────────────────────────────────────────────────────────────────────────────────────────
def copy(content: bytes) -> bytes:
    """The same document, for handlers."""
    into, left = io.BytesIO(), WHOLE
    with _archive(content) as archive, ZipFile(into, "w") as out:
        kept = [n for n in archive.namelist() if not n.endswith("/") and not GONE.search(n)]
        relations = {n: _relations(n, _tree(_read(archive, n))) for n in kept if n.endswith(".rels")}
        for name in kept:
            if name in relations:
                part = _written(relations[name][0])
            else:
                part = _read(archive, name)
                left -= len(part)
                if left < 0:
                    raise Bomb
                ids = relations.get(
                    posixpath.join(posixpath.dirname(name), "_rels", f"{posixpath.basename(name)}.rels")
                )
                part = _clean(name, part, ids[1] if ids else set())
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # whose clock was where is nobody's business
            info.compress_type = ZIP_STORED if name.lower().endswith(PICTURES) else ZIP_DEFLATED
            out.writestr(info, part)
    return into.getvalue()


def _written(root: Any) -> bytes:
    from lxml import etree

    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def _clean(name: str, part: bytes, gone: set[str]) -> bytes:
    if name.lower().endswith(PICTURES):
        return images.inside(part)
    if not name.lower().endswith((".xml", ".vml")):
        raise Unsafe(f"a part of a kind that is not known: {name}")
    if OF_OTHERS.search(name):
        raise Unsafe("something that another program made")
    root = _tree(part)
    if name == "[Content_Types].xml":
        for entry in list(root):
            if GONE.search((entry.get("PartName") or "/").lstrip("/")):
                root.remove(entry)
    else:
        _nobody(root, gone)
    return _written(root)


def _relations(name: str, root: Any) -> tuple[Any, set[str]]:
    """Without those to what is gone, whose ids come back; of those that lead outside, links that a reader sees stay."""
    folder, gone = posixpath.dirname(posixpath.dirname(name)), set()
    for rel in list(root.iter(REL)):
        target, kind = rel.get("Target") or "", (rel.get("Type") or "").rpartition("/")[2]
        outside = rel.get("TargetMode") == "External"
        if outside and kind not in {"hyperlink", "attachedTemplate", "image"}:
            raise Unsafe("it leans on something elsewhere")
        if outside and (kind != "hyperlink" or not target.lower().startswith(A_LINK)):
            rel.set("Target", "about:blank")  # a path on somebody's machine, or an address that tells who looked
        elif not outside and GONE.search(posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")):
            gone.add(rel.get("Id") or "")
            root.remove(rel)
    return root, gone


def _nobody(root: Any, gone: set[str]) -> None:
    """Without persons, times, paths, and without what points at parts that are gone."""
    from lxml import etree

    for element in list(root.iter()):
        local = etree.QName(element).localname
        if local in ELEMENTS_GONE or any(element.get(a) in gone for a in REFERS if local in ONLY_REFER):
            if element.getparent() is not None:
                element.getparent().remove(element)
            continue
        if local == "author" and not len(element):  # of a sheet's remarks
            element.text = ""
        for key in list(element.attrib):
            if key in REFERS and element.get(key) in gone:
                del element.attrib[key]
            else:
                _nobodys(element, key, local, etree.QName(key).localname)


def _nobodys(element: Any, key: str, local: str, attribute: str) -> None:
    if attribute in EMPTIED or (attribute == "name" and local in NAMED_BY_NAME):
        element.set(key, "")
    elif DROPPED.match(attribute) and _is_who_and_when(key, local):
        del element.attrib[key]
    elif local in {"docPr", "cNvPr"} and attribute in {"descr", "title"}:
        del element.attrib[key]  # Word writes the path of an inserted picture here
    elif local in {"docPr", "cNvPr"} and attribute == "name" and FILE_NAME.search(element.get(key)):
        element.set(key, "")


def _is_who_and_when(key: str, local: str) -> bool:
    """`date` and the like are of remarks and revisions; elsewhere the same word may be content of a table."""
    return "}" in key or local in {
        "cm",
        "comment",
        "threadedComment",
        "person",
        "fileVersion",
        "author",
        "reply",
        "rPr",
    }


# ── the first lines ───────────────────────────────────────────────────────────────────────────────────────────────
def words(media_type: str, content: bytes) -> bytes:
    """The first lines, group by group, as JSON: of a text and its page heads, of the first slide, of the first rows."""
    with _archive(content) as archive:
        names = archive.namelist()
        if media_type.endswith("wordprocessingml.document"):
            heads = [n for n in names if re.fullmatch(r"word/header\d*\.xml", n)]
            found = [_paragraphs(archive, n) for n in ("word/document.xml", *heads)]
        elif media_type.endswith("presentationml.presentation"):
            found = [_paragraphs(archive, n) for n in names if n == "ppt/slides/slide1.xml"]
        else:
            found = _cells(archive, names)
    return json.dumps(found).encode()


def _paragraphs(archive: ZipFile, name: str) -> list[str]:
    """The lines of a part that are not empty, as many as matter."""
    found: list[str] = []
    for paragraph in _tree(_read(archive, name)).iter("{*}p"):
        line = "".join(t.text or "" for t in paragraph.iter("{*}t")).strip()
        if line:
            found.append(line)
        if len(found) >= LINES:
            break
    return found


def _cells(archive: ZipFile, names: list[str]) -> list[list[str]]:
    """The head of the printed page; the cells of the first rows that are not empty."""
    sheets = sorted((n for n in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)), key=lambda n: (len(n), n))
    if not sheets:
        return []
    shared: list[str] = []
    if "xl/sharedStrings.xml" in names:
        strings = _tree(_read(archive, "xl/sharedStrings.xml"))
        shared = ["".join(t.text or "" for t in one.iter("{*}t")) for one in strings.iter("{*}si")]
    sheet = _tree(_read(archive, sheets[0]))
    found = [re.split(r"&[LCR]|\n", head.text or "") for head in sheet.iter("{*}oddHeader", "{*}firstHeader")]
    rows = ([s for s in (_said(cell, shared) for cell in row.iter("{*}c")) if s] for row in sheet.iter("{*}row"))
    for said in islice(filter(None, rows), ROWS):  # a cell is a line: the words stand alone in it, or they do not
        found += [[one] for one in said]
    return found


def _said(cell: Any, shared: list[str]) -> str:
    value = cell.findtext("{*}v") or ""
    if cell.get("t") == "s":
        return shared[int(value)].strip() if value.isdigit() and int(value) < len(shared) else ""
    return ("".join(t.text or "" for t in cell.iter("{*}t")) or value).strip()


# ── a sheet as rows ───────────────────────────────────────────────────────────────────────────────────────────────
def table(content: bytes) -> bytes:
    """The first sheet as JSON: (number, texts) of each row that says anything, a day as 2026-11-24; at most TABLE_ROWS
    and one more, by which the caller knows that there are more.
    """
    with _archive(content):  # within bounds
        from openpyxl import load_workbook

        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()  # a sheet may lie about its size
        lines = enumerate(sheet.iter_rows(max_col=TABLE_COLUMNS, values_only=True), 1)
        rows = ((n, [_cell(v) for v in row]) for n, row in lines if any(v is not None for v in row))
        told = list(islice(((n, cells) for n, cells in rows if any(cells)), TABLE_ROWS + 1))
    return json.dumps(told, ensure_ascii=False).encode()


def _cell(value: Any) -> str:
    """As a person reads it. What could not be reckoned (#N/A) says nothing; _x000D_ is how a line's end is written."""
    if value is None or value in NO_VALUE:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:CELL].replace("_x000D_", "").strip()
