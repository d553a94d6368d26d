# SPDX-License-Identifier: Apache-2.0
"""Coordinates in Maven's own files."""

import pytest

from atr.formats.pom import Pom, read_pom, read_released_version
from tests.support.maven_files import make_child_pom, make_pom


def test_a_project_names_its_coordinates() -> None:
    assert read_pom(make_pom()) == Pom("org.example", "ledger", "1.2.3")


def test_group_and_version_are_inherited() -> None:
    assert read_pom(make_child_pom("ledger-core")) == Pom("org.example", "ledger-core", "1.2.3")


def test_dependencies_do_not_count() -> None:
    data = b"""<project><groupId>org.example</groupId><artifactId>a</artifactId><version>1</version>
    <packaging>war</packaging><dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId>
    <version>2</version></dependency></dependencies></project>"""

    assert read_pom(data) == Pom("org.example", "a", "1", "war")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"<metadata/>", "outermost element"),
        (b"<project/>", "outermost element"),
        (b"<project><artifactId>a</artifactId><version>1</version></project>", "names <groupId>"),
        (b"<project><groupId>g</groupId><artifactId>a</artifactId></project>", "names <version>"),
        (b"<project><groupId>g</groupId><version>1</version></project>", "names <artifactId>"),
        (
            b"<project><groupId>g</groupId><artifactId>a</artifactId><version>${revision}</version></project>",
            "no plain value",
        ),
        (
            b"<project><groupId>g</groupId><artifactId>../a</artifactId><version>1</version></project>",
            "no plain value",
        ),
        (
            b"<project><groupId>g</groupId><artifactId>..</artifactId><version>1</version></project>",
            "no plain value",
        ),
        (
            b"<project><groupId>g</groupId><artifactId>a</artifactId><artifactId>b</artifactId></project>",
            "more than once",
        ),
    ],
)
def test_what_names_no_coordinates_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_pom(data)


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (b"<metadata><versioning><release>2.0</release></versioning></metadata>", "2.0"),
        (
            b"<metadata><versioning><versions><version>2</version></versions></versioning></metadata>",
            "2",
        ),
        (b"<metadata/>", None),
    ],
)
def test_the_newest_release_is_read_from_the_metadata(data: bytes, version: str | None) -> None:
    assert read_released_version(data) == version
