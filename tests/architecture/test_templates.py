"""What every template obeys, read from the templates themselves: a page that no test opens is held to it, too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent.parent / "templates"
TEMPLATES = sorted(ROOT.rglob("*.html"))
HAN = re.compile("[\u4e00-\u9fff]")
TRANSLATES = {"_", "gettext", "ngettext", "pgettext"}
READ_ALOUD = re.compile(r'\s(?:title|alt|placeholder|aria-label|aria-description)="[^"\0]*[\w][^"]*"')
INLINE = re.compile(
    r"<style\b|\s(?:style|on\w+|hx-on\S*)\s*=|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)"
    r'|\bhx-[\w-]+="[^"]*\bjs:|\bhx-trigger="[^"]*\['
)

pytestmark = pytest.mark.parametrize("path", TEMPLATES, ids=[p.relative_to(ROOT).as_posix() for p in TEMPLATES])


def tree(path: Path) -> nodes.Template:
    return Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text())


def markup(path: Path) -> str:
    """The literal part of a template, with a NUL for every value."""
    parts = [part for output in tree(path).find_all(nodes.Output) for part in output.nodes]
    return "".join(part.data if isinstance(part, nodes.TemplateData) else "\0" for part in parts)


def untranslated(node: nodes.Node) -> Iterator[str]:
    """Chinese that is shown without going through _(); what is compared is not shown."""
    if isinstance(node, nodes.Compare):
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATES:
        return
    if isinstance(node, nodes.TemplateData) and HAN.search(node.data):
        yield node.data.strip()
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and HAN.search(node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from untranslated(child)


def test_all_words_go_through_the_catalogue(path: Path) -> None:
    assert list(untranslated(tree(path))) == []


def test_no_word_of_another_language_stands_in_the_markup(path: Path) -> None:
    text = re.sub(r"<kbd>[^<>]*</kbd>|<[^<>]*>", " ", markup(path))  # a key is called what is printed on it
    assert re.findall(r"(?<![-\w])[A-Za-z]{2,}", text) == []
    assert READ_ALOUD.findall(markup(path)) == []


def test_nothing_is_inline(path: Path) -> None:
    assert INLINE.findall(markup(path)) == []


def test_nothing_leads_outside(path: Path) -> None:
    assert re.findall(r'(?:https?:|="//)[^"\s]*', path.read_text()) == []


def test_nothing_is_called_safe(path: Path) -> None:
    """What is markup says so where it is made (Markup, a macro), not where it is shown."""
    found = tree(path)
    assert [f.lineno for f in found.find_all(nodes.Filter) if f.name == "safe"] == []
    assert list(found.find_all(nodes.ScopedEvalContextModifier)) == []


def test_no_block_stands_in_a_loop(path: Path) -> None:
    """A block is a fragment that can be asked for alone, outside of any loop; a row is a macro."""
    assert [b.name for loop in tree(path).find_all(nodes.For) for b in loop.find_all(nodes.Block)] == []


def test_a_template_that_extends_holds_blocks_alone(path: Path) -> None:
    """Anything else at its top is not there when a block is drawn alone."""
    body = tree(path).body
    if not any(isinstance(node, nodes.Extends) for node in body):
        return
    strays = [node for node in body if not isinstance(node, nodes.Extends | nodes.Block) and not _is_blank(node)]
    assert [(type(node).__name__, node.lineno) for node in strays] == []


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )
