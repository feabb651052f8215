"""The client of all page tests: it signs in as one person and checks every page that it opens.

A page that is not valid HTML, has two h1, an id twice, a script in the markup, an outside address, a word of Python or
a missing header fails the test that opened it, whatever that test was about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from html5lib.constants import E as MESSAGES
from werkzeug.test import TestResponse

PASSWORD = "Qingyuan-2026!"  # of every account of the standing cast and of the sample bureau

Given = dict[str, Any]

# Words that reach a page only by mistake: Python's and JavaScript's nothings, faults, untranslated messages of WTForms
LEFTOVERS = re.compile(
    r"\b(?:None|True|False|undefined|Undefined|NaN|null|Traceback|[A-Z]\w*(?:Error|Exception)|lazy_string|CSRF|"
    r"This field is required|Not a valid|Field must be|Invalid|datetime\.|[A-Z]\w+State\.)|"
    r"<\w+ object at|%\(\w+\)s|\{\{|\}\}"
)
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "srcset",
    "hx-get",
    "hx-post",
    "hx-push-url",
    "hx-replace-url",
}
REFERENCES = {
    "for",
    "form",
    "list",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-errormessage",
}
SPOKEN = {"title", "alt", "placeholder", "aria-label", "aria-description", "label"}
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Vary": "HX-Target",
}
# What differs between two openings of one page and says nothing about its shape: a shape is checked once a run
PASSING, FIGURES = re.compile(r'="(?:(?<=nonce=")|(?<=value=")|(?<=content="))[^"]*"'), re.compile(r"\d+")
_sound: set[int] = set()


class Client:
    """One person's browser without script. `login` is None until somebody signed in."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()
        self.login: str | None = None

    def sign_in(self, login: str, password: str = PASSWORD) -> Client:
        """Sign in through the page; AssertionError if it refuses."""
        action, data = self.form("/login", login=login, password=password)
        self.post(action, data, status=303)
        self.login = login
        return self

    def sign_out(self) -> None:
        """Press the button of the header."""
        button = self.get("/").soup.select_one("form[action='/logout']")
        assert button is not None, "no way out"
        self.post("/logout", _sent(button))
        self.login = None

    def get(self, url: str, status: int = 200, hx: str | None = None) -> Page:
        """Open a page. `hx` is the id of the fragment that HTMX would ask for."""
        return self._page(url, self.http.get(url, headers=_hx(hx)), status)

    def post(self, url: str, data: Mapping[str, Any], status: int = 303, hx: str | None = None) -> Page:
        """Send a form. A list is a field that is sent many times, a (stream, name) pair is a file."""
        return self._page(url, self.http.post(url, data=data, headers=_hx(hx)), status)

    def form(self, page: Page | str, n: int = 0, **given: Any) -> tuple[str, Given]:
        """Where the n-th form of the page's main part goes, and what a browser would send with `given` filled in.

        AssertionError for a field that the form does not have or a choice that it does not offer: to send what no
        browser could send, change the pairs that come back.
        """
        page = self.get(page) if isinstance(page, str) else page
        forms = page.main.find_all("form", method=re.compile("^post$", re.IGNORECASE))
        assert len(forms) > n, f"{page.url}: no form {n} of {len(forms)}"
        data = _sent(forms[n])
        for name, value in given.items():
            _fill(forms[n], data, name, value)
        return urljoin(page.url, str(forms[n].get("action") or "")), data

    def do(self, record: str, verb: str, **given: Any) -> Page:
        """Follow the verb's link on the record page (or list), fill its form, send it and open what it answers.

        The page may be a 404: who does a verb need not see the record afterwards.
        """
        offered = self.get(record).verbs
        assert verb in offered, f"{self.login} {record}: no {verb} among {sorted(offered)}"
        action, data = self.form(offered[verb], **given)
        done = self.post(action, data)
        answer = self.http.get(done.location)
        return self._page(done.location, answer, answer.status_code)

    def _page(self, url: str, answer: TestResponse, status: int) -> Page:
        page = Page(url, answer, self.login)
        assert answer.status_code == status, f"{self.login} {url}: {answer.status}, not {status}. {page.text[:400]}"
        page.check()
        return page


@dataclass(frozen=True)
class Page:
    """An answer. What is asked most often has a name; the rest is in `soup`."""

    url: str
    answer: TestResponse
    login: str | None = None

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def location(self) -> str:
        """Where a done form leads: an address of ours, without the host."""
        return urlsplit(self.answer.headers["Location"])._replace(scheme="", netloc="").geturl()

    @property
    def html(self) -> str:
        return self.answer.get_data(as_text=True)

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "lxml")

    @property
    def main(self) -> Tag:
        main = self.soup.find("main")
        return main if isinstance(main, Tag) else self.soup

    @property
    def text(self) -> str:
        """What is read in the main part, a space for every gap."""
        return self.main.get_text(" ", strip=True)

    @property
    def number(self) -> str | None:
        return _attribute(self.main, "data-number")

    @property
    def state(self) -> str | None:
        return _attribute(self.main, "data-state")

    @property
    def verbs(self) -> dict[str, str]:
        """The verbs that are offered here, and the addresses of their forms."""
        return {
            str(link["data-verb"]): urljoin(self.url, str(link["href"])) for link in self.soup.select("a[data-verb]")
        }

    @property
    def numbers(self) -> list[str]:
        """The numbers of the rows, in their order."""
        return [str(row["data-number"]) for row in self.soup.select("tr[data-number], article[data-number]")]

    @property
    def alert(self) -> str:
        """What a refused form says; empty if it says nothing."""
        return " ".join(alert.get_text(" ", strip=True) for alert in self.soup.select("[role=alert]"))

    @property
    def refused(self) -> set[str]:
        """The names of the fields that were refused."""
        return {str(field.get("name")) for field in self.soup.select("[aria-invalid=true]")}

    def check(self) -> None:
        """AssertionError with every fault of the page; what is not HTML is checked by its headers."""
        headers = {} if self.url.startswith("/assets/") else HEADERS
        faults = [
            f"{name} lacks {value}" for name, value in headers.items() if value not in self.answer.headers.get(name, "")
        ]
        if self.answer.mimetype == "text/html" and self.html and not self.answer.location:
            faults += _policy(self.answer.headers.get("Content-Security-Policy", ""))
            shape = hash((FIGURES.sub("", PASSING.sub("", self.html)), bool(self.login)))
            if shape not in _sound:
                faults += _faults(self.html, signed_in=bool(self.login))
            if not faults:
                _sound.add(shape)
        assert not faults, f"{self.login} {self.url}:\n  " + "\n  ".join(dict.fromkeys(faults))


def _attribute(tag: Tag, name: str) -> str | None:
    value = tag.get(name)
    return None if value is None else str(value)


def _hx(target: str | None) -> dict[str, str]:
    return {} if target is None else {"HX-Request": "true", "HX-Target": target}


def _policy(policy: str) -> Iterator[str]:
    """Faults of a Content-Security-Policy: what it leaves open, and sources beyond ourselves."""
    rules = {words[0]: words[1:] for words in map(str.split, policy.split(";")) if words}
    for name in ("default-src", "base-uri", "form-action", "frame-ancestors"):
        if name not in rules:
            yield f"Content-Security-Policy lacks {name}"
    for name, sources in rules.items():
        for source in sources:
            if not re.fullmatch(r"'self'|'none'|'nonce-[\w+/=-]+'|data:|blob:|/\S*", source):
                yield f"Content-Security-Policy {name} allows {source}"
            if source in ("data:", "blob:") and name != "img-src":
                yield f"Content-Security-Policy {name} allows {source}"


def _faults(html: str, *, signed_in: bool) -> list[str]:
    """What is wrong with the markup: a whole page, or a fragment if it has no doctype."""
    whole = html.lstrip()[:9].lower() == "<!doctype"
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html) if whole else parser.parseFragment(html, container=_container(html))
    faults = [f"line {at[0]}: {MESSAGES[code] % details}" for at, code, details in parser.errors]
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    faults += [fault for element in elements for fault in _element(element)]
    faults += [f"left over: {found}" for found in LEFTOVERS.findall(" ".join(_words(elements)))]
    ids = [element.get("id") for element in elements if element.get("id")]
    faults += [f"id {name} stands twice" for name in set(ids) if ids.count(name) > 1]
    if whole:
        faults += [*_dangling(elements, set(ids)), *_head(tree, elements), *(_chrome(tree) if signed_in else ())]
    return faults


def _container(html: str) -> str:
    first = re.match(r"\s*<(\w+)", html)
    return {"tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "thead": "table", "option": "select"}.get(
        first[1].lower() if first else "", "div"
    )


def _element(element: Element) -> Iterator[str]:
    """Faults of one element: markup that acts by itself or leads outside."""
    tag = element.tag
    if tag == "style" or (tag == "script" and not element.get("src") and element.get("type") != "application/json"):
        yield f"inline <{tag}>"
    for name, value in element.attrib.items():
        if name == "style" or name.startswith(("on", "hx-on")):
            yield f"<{tag} {name}> is inline"
        if name in ADDRESSES and re.match(r"\s*(?!tel:)(?:[a-z][a-z0-9+.-]*:|//)", value, re.IGNORECASE):
            yield f"<{tag} {name}> leads outside: {value}"
        if name in ADDRESSES and re.search(r"\b(?:None|undefined)\b", value):
            yield f"<{tag} {name}> has no address: {value}"
        if name.startswith("hx-") and ("js:" in value or (name == "hx-trigger" and "[" in value)):
            yield f"<{tag} {name}> needs eval: {value}"
    if (
        tag == "form"
        and (element.get("method") or "").lower() == "post"
        and element.find(".//input[@name='csrf_token']") is None
    ):
        yield f"form {element.get('action')} has no token"


def _words(elements: list[Element]) -> Iterator[str]:
    """What people read or hear."""
    for element in elements:
        if element.tag not in ("script", "textarea"):
            yield element.text or ""
        yield element.tail or ""
        yield from (value for name, value in element.attrib.items() if name in SPOKEN and element.tag != "meta")


def _dangling(elements: list[Element], ids: set[str | None]) -> Iterator[str]:
    for element in elements:
        for name in REFERENCES & element.attrib.keys():
            yield from (
                f"<{element.tag} {name}> names no id: {one}" for one in element.attrib[name].split() if one not in ids
            )
        href = element.get("href") or ""
        if href.startswith("#") and href != "#" and href[1:] not in ids:
            yield f"<a href> names no id: {href}"


def _head(tree: Element, elements: list[Element]) -> Iterator[str]:
    if tree.get("lang") not in ("zh-CN", "zh-Hans"):
        yield f"lang is {tree.get('lang')}"
    headings = [_read(element) for element in elements if element.tag == "h1"]
    if len(headings) != 1:
        yield f"{len(headings)} h1"
    title, main = _read(tree.find("head/title")), tree.find(".//main")
    if main is None:
        yield "no main"
    number = main.get("data-number") if main is not None else None
    if headings and not title.startswith(headings[0]) and not (number and number in title):
        yield f"the title {title} neither begins with {headings[0]} nor holds the number"
    if "本系统为非涉密系统" not in _read(tree.find("body")):
        yield "本系统为非涉密系统 is missing"


def _chrome(tree: Element) -> Iterator[str]:
    header = tree.find(".//header[@data-person][@data-unit]")
    if header is None:
        yield "no <header data-person data-unit>"


def _read(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _sent(form: Tag) -> Given:
    """What a browser sends of a form, without its buttons and files; a name that stands often has a list."""
    data: Given = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.has_attr("disabled"):
            continue
        name, values = str(field["name"]), list(_values(field))
        if name in data or len(values) > 1:
            before = data.get(name, [])
            data[name] = [*(before if isinstance(before, list) else [before]), *values]
        elif values:
            data[name] = values[0]
    return data


def _values(field: Tag) -> Iterator[str]:
    kind = field.get("type", "text")
    if field.name == "textarea":
        yield field.get_text().removeprefix("\n")  # the first line break belongs to the markup
    elif field.name == "select":
        chosen = field.select("option[selected]") or ([] if field.has_attr("multiple") else field.select("option")[:1])
        yield from map(_value, chosen)
    elif kind in ("checkbox", "radio"):
        yield from [str(field.get("value", "on"))] if field.has_attr("checked") else []
    elif kind not in ("submit", "button", "image", "file", "reset"):
        yield str(field.get("value", ""))


def _value(option: Tag) -> str:
    return str(option.get("value", option.get_text(strip=True)))


def _fill(form: Tag, data: Given, name: str, value: object) -> None:
    """As a hand would: True ticks, None and False leave out, a choice must be offered."""
    fields = form.select(f'[name="{name}"]')
    assert fields, (
        f"no field {name} in {form.get('action')}, but {sorted({str(f['name']) for f in form.select('[name]')})}"
    )
    ticks = [str(field.get("value", "on")) for field in fields if field.get("type") in ("checkbox", "radio")]
    offered = ticks or [_value(option) for option in fields[0].select("option")]
    if value is None or value is False:
        data.pop(name, None)
        return
    if value is True:
        value = ticks[0]
    data[name] = [_typed(one) for one in value] if isinstance(value, list) else _typed(value)
    if offered:
        chosen = data[name] if isinstance(data[name], list) else [data[name]]
        assert set(chosen) <= set(offered), f"{name} does not offer {chosen}, but {offered}"


def _typed(value: object) -> object:
    if isinstance(value, tuple):
        return value
    return f"{value:%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else str(value)
