"""Every page of the docs is in the navigation, and every link and anchor in them leads somewhere."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)


@cache
def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as GitHub and the site make them."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose(page)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).strip().replace(" ", "-")
        number = 0
        while (name := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(name)
    return frozenset(found)


def links(page: Path) -> Iterator[str]:
    """Yield the relative links of a page."""
    for link in _LINK.findall(_CODE.sub("", prose(page))):
        if not re.match(r"[a-z]+:", link):
            yield link


def wrong(page: Path) -> Iterator[str]:
    """Yield each link of a page that leads nowhere, with why."""
    for link in links(page):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            yield f"{link}: there is no {path}"
        elif page.is_relative_to(DOCS) and not target.is_relative_to(DOCS):
            yield f"{link}: the site has nothing outside docs/; name the file without a link"
        elif anchor and anchor not in anchors(target):
            yield f"{link}: {target.name} has no heading for #{anchor}"


def named(navigation: Any) -> Iterator[str]:
    """Yield the pages that a navigation names, however deep."""
    match navigation:
        case str():
            yield navigation
        case list():
            for member in navigation:
                yield from named(member)
        case dict():
            for member in navigation.values():
                yield from named(member)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_its_links_lead_somewhere(page: Path) -> None:
    assert list(wrong(page)) == []


def test_a_link_to_nowhere_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One `two`\n[a](#one-two) [b](#three) [c](gone.md) [d](https://example.com)\n```\n[e](no.md)\n```\n"
    )
    assert list(wrong(page)) == ["#three: page.md has no heading for #three", "gone.md: there is no gone.md"]


def test_every_page_is_in_the_navigation() -> None:
    with (ROOT / "zensical.toml").open("rb") as file:
        pages = list(named(tomllib.load(file)["project"]["nav"]))
    assert len(pages) == len(set(pages))
    assert [page for page in pages if not (DOCS / page).is_file()] == []
    reached = {DOCS / page for page in pages}
    # A folder with a page for each thing has a list of them, and that is in the navigation.
    for index in [page for page in reached if page.name == "README.md"]:
        reached |= {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    assert [page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md") if page not in reached] == []
