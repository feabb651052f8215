"""What we send runs in Chromium 86, the oldest on the desks: 360, 奇安信, Kylin, UOS. One file a component."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parent.parent.parent / "static"
STYLES, SCRIPTS = sorted((STATIC / "css").glob("*.css")), sorted((STATIC / "js").glob("*.js"))

# first Chromium with it, beside each
TOO_NEW_STYLES = re.compile(
    r"@(?:layer|container|scope|starting-style)\b"  # 99, 105, 118, 117
    r"|:(?:is|where|has|user-invalid|user-valid|modal)\b|:not\([^()]*,"  # 88, 88, 105, 119, 119, 105, 88
    r"|\b(?:color-mix|light-dark|oklch|hwb)\(|\b\d+(?:dvh|svh|lvh|lh|rlh|cq\w+)\b"  # 111, 123, 111, 101; 108, 109, 105
    r"|[;{\s](?:inset|aspect-ratio|translate|rotate|scale)\s*:"  # 87, 88, 104
    r"|[;{\s](?:margin|padding|inset)-(?:inline|block)\s*:"  # 87
)
TOO_NEW_SCRIPTS = re.compile(
    r"\b(?:structuredClone|randomUUID|findLast(?:Index)?|toSorted|toReversed|hasOwn|replaceChildren\b(?!\())"
    r"|\.at\(|\bstatic\s*\{|AbortSignal\.(?:timeout|any)|Intl\.Segmenter|\.showPopover|\.requestSubmit\?|\binert\b"
)
UNSAFE = re.compile(r"\beval\(|new Function\b|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write|https?://")


def bare(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


def preludes(style: str) -> list[tuple[str, int]]:
    """What stands before each brace, and in how many rules (not media queries) it stands."""
    found: list[tuple[str, int]] = []
    open_: list[bool] = []
    for text, brace in re.findall(r"([^{};]*)([{};])", style):
        if brace == "{":
            found.append((text.strip(), sum(open_)))
            open_.append(not text.strip().startswith("@"))
        elif brace == "}":
            open_.pop()
    return found


@pytest.mark.parametrize("path", STYLES, ids=lambda p: p.name)
def test_a_style_is_small_and_old_enough(path: Path) -> None:
    style = bare(path)
    assert TOO_NEW_STYLES.findall(style) == []
    assert [prelude for prelude, depth in preludes(style) if depth] == [], "nested"
    assert [p for p, _ in preludes(style) if re.search(r"#[A-Za-z]", p)] == [], "an id has no looks"
    assert "http" not in style
    assert "@import" not in style
    assert len(path.read_text().splitlines()) <= 120


def test_all_styles_together_are_less_than_15_kb() -> None:
    assert len(gzip.compress("".join(bare(path) for path in STYLES).encode())) < 15 * 1024


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_a_script_is_old_enough_and_makes_no_markup_of_text(path: Path) -> None:
    script = re.sub(r"^\s*//.*$", "", bare(path), flags=re.MULTILINE)
    assert TOO_NEW_SCRIPTS.findall(script) == []
    assert UNSAFE.findall(script) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_the_words_of_a_script_come_from_the_page(path: Path) -> None:
    """Where they went through the catalogue."""
    assert re.findall("[\u4e00-\u9fff]+", re.sub(r"//.*$", "", bare(path), flags=re.MULTILINE)) == []


@pytest.mark.parametrize("path", sorted((STATIC / "vendor").glob("*.js")), ids=lambda p: p.name)
def test_what_is_not_ours_says_its_version_and_licence(path: Path) -> None:
    assert re.search(
        rf"^{re.escape(path.name)}\t[^\t]+\t\d[^\t]*\t\S", (STATIC / "vendor/VERSIONS.txt").read_text(), re.MULTILINE
    )
    assert (STATIC / "vendor" / path.name.replace(".min.js", ".LICENSE")).is_file()
