# SPDX-License-Identifier: Apache-2.0
"""The documentation says what the code says, and its links lead somewhere."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.architecture.source_tree import ROOT, Source, list_sources
from tools.reference import PAGES
from tools.reference.page import Page

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
CODE = re.compile(r"```.*?```|`([^`\n]+)`", re.DOTALL)


def list_pages() -> list[Source]:
    """Return every Markdown file of ours."""
    return [source for source in list_sources() if source.path.endswith(".md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_generated_page_is_current(page: Page) -> None:
    assert page.is_current(), "run `make docs`"


def test_every_link_leads_to_a_file() -> None:
    broken = [
        f"{page.path}: {target}"
        for page in list_pages()
        for target in LINK.findall(page.text)
        if not (ROOT / page.path).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_every_page_can_be_reached() -> None:
    reached = {
        (ROOT / page.path).parent.joinpath(target).resolve()
        for page in list_pages()
        for target in LINK.findall(page.text)
    }
    lost = [
        page.path
        for page in list_pages()
        if page.path.startswith("docs/") and page.path != "docs/index.md" and ROOT / page.path not in reached
    ]
    assert lost == []


def test_every_make_command_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        (page.path, target)
        for page in list_pages()
        for code in CODE.finditer(page.text)
        for target in re.findall(r"(?:^|\s|`)make ([a-z]+)", code.group())
    }
    assert {(path, target) for path, target in named if target not in targets} == set()


def test_every_dependency_is_explained() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *settings["project"]["dependencies"],
        *settings["project"]["optional-dependencies"]["server"],
        *settings["dependency-groups"]["dev"],
    ]
    text = (ROOT / "docs/reference/dependencies.md").read_text(encoding="utf-8")
    missing = [name for name in (Requirement(each).name for each in wanted) if f"`{name}`" not in text]
    assert missing == []
