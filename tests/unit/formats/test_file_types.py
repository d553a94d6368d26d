# SPDX-License-Identifier: Apache-2.0
"""Types of text files: every one of the table, with a header in its own comments and without."""

import pytest

from atr.formats.comments import STYLES
from atr.formats.file_types import FILE_TYPES, FileType, find_file_type
from atr.formats.header_text import ASF_HEADER, HeaderReader, HeaderState

NEEDING = [each for each in FILE_TYPES if each.needs_header]
OTHERS = [each for each in FILE_TYPES if not each.needs_header]
CODE = "first line\nsecond line\nthird line\nfourth line\n"
READER = HeaderReader()


def name_example(file_type: FileType) -> str:
    """Return the name of a file of the type."""
    return file_type.name.replace("*", "Example")


def test_the_table_is_as_large_as_promised() -> None:
    assert len(NEEDING) >= 120
    assert len({each.name for each in FILE_TYPES}) == len(FILE_TYPES)


@pytest.mark.parametrize("file_type", NEEDING, ids=lambda each: each.name)
def test_a_header_is_found_in_the_comments_of_every_type(file_type: FileType) -> None:
    assert find_file_type(name_example(file_type)) == file_type
    assert file_type.style is not None
    with_header = f"{file_type.style.wrap(ASF_HEADER)}{CODE}".encode()
    assert READER.examine(with_header).state is HeaderState.COMPLETE
    assert (
        HeaderReader().examine(b"\xef\xbb\xbf" + with_header.replace(b"\n", b"\r\n")).state
        is HeaderState.COMPLETE
    )
    assert (
        READER.examine(f"{file_type.style.wrap('What this is.')}{CODE}".encode()).state is HeaderState.MISSING
    )


@pytest.mark.parametrize("style", STYLES)
def test_a_short_form_is_found_in_every_kind_of_comment(style: str) -> None:
    line = STYLES[style].wrap("SPDX-License-Identifier: Apache-2.0")
    assert HeaderReader().examine(f"{line}{CODE}".encode()).state is HeaderState.SPDX


@pytest.mark.parametrize("style", STYLES)
def test_a_difference_is_found_in_every_kind_of_comment(style: str) -> None:
    text = STYLES[style].wrap(ASF_HEADER.replace("contributor", "committer"))
    assert HeaderReader().examine(f"{text}{CODE}".encode()).state is not HeaderState.COMPLETE


@pytest.mark.parametrize("file_type", OTHERS, ids=lambda each: each.name)
def test_data_and_lists_need_no_header(file_type: FileType) -> None:
    found = find_file_type(name_example(file_type))
    assert found is not None
    assert not found.needs_header


@pytest.mark.parametrize(
    "name",
    [
        *(
            "LICENSE",
            "LICENSE-MIT",
            "LICENSE.bsd.txt",
            "NOTICE",
            "NOTICE.md",
            "DISCLAIMER-WIP",
            "README",
            "README.md",
        ),
        *(
            "README.rst",
            "readme.html",
            "README.cmake",
            "CHANGES.txt",
            "CHANGELOG.md",
            "AUTHORS",
            "INSTALL.md",
        ),
        *(".gitignore", ".dockerignore", ".gitattributes", "requirements.txt", "dev-requirements.txt"),
        *("RELEASE_NOTES.md", "py.typed", "MANIFEST.in", "package-lock.json", "go.sum", ".rat-excludes"),
    ],
)
def test_information_needs_no_header(name: str) -> None:
    found = find_file_type(name)
    assert found is not None
    assert not found.needs_header


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("License.java", "a.java"),
        ("version.py", "a.py"),
        ("NoticeBoard.tsx", "a.tsx"),
        ("Dockerfile", "dockerfile"),
        ("GNUmakefile", "Makefile"),
        ("CMakeLists.txt", "Makefile"),
        ("site.conf.in", "site.conf"),
        ("pod.yaml.tmpl", "pod.yaml"),
        ("EXAMPLE.R", "a.r"),
        ("a.PROPERTIES", "a.properties"),
        ("guide.md", "a.md"),
    ],
)
def test_names_decide_whatever_their_case_and_ending(name: str, like: str) -> None:
    found, other = find_file_type(name), find_file_type(like)
    assert found is not None
    assert other is not None
    assert found.style == other.style
    assert found.needs_header


def test_a_script_is_known_by_its_first_line() -> None:
    script = find_file_type("gradlew", b"#!/bin/sh\n")
    assert script is not None
    assert script.needs_header
    assert find_file_type("gradlew", b"echo\n") is None
    assert find_file_type("a.unheard-of") is None
    assert find_file_type(".unheard-of") is None
    assert find_file_type("some.in") is None
