# SPDX-License-Identifier: Apache-2.0
"""Public coordinates of releases, files and KEYS."""

from collections.abc import Callable
from itertools import product
from typing import TypeVar
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis.strategies import (
    SearchStrategy,
    builds,
    just,
    lists,
    one_of,
    sampled_from,
    text,
)

from atr.domain.coordinates import LATEST, Coordinate, KeysCoordinate, Latest, parse_coordinate
from atr.domain.errors import Invalid
from atr.domain.lifecycle import Stage
from atr.domain.names import MAIN, FilePath, ProductKey, ProjectKey, ReleaseKey, Version

T = TypeVar("T")
TRICKY = ["latest", "KEYS", "keys", "main", "1.0", "v1", "current", "1..2", "v", "tools", "release.json"]


def valid(kind: Callable[[str], T], raw: str) -> list[T]:
    """Return the parsed name, or nothing."""
    try:
        return [kind(raw)]
    except Invalid:
        return []


def names_of(kind: Callable[[str], T]) -> SearchStrategy[T]:
    raws = one_of(sampled_from(TRICKY), text("av19-._+~K", min_size=1, max_size=6))
    return raws.map(lambda raw: valid(kind, raw)).filter(bool).map(lambda found: found[0])


SEGMENTS = one_of(sampled_from(TRICKY), text("ab1 #%+&é~", min_size=1, max_size=6))
FILES = lists(SEGMENTS, min_size=1, max_size=3).map("/".join).map(lambda raw: valid(FilePath, raw))
COORDINATES = one_of(
    builds(
        Coordinate,
        sampled_from(Stage),
        names_of(ProjectKey),
        names_of(ProductKey),
        one_of(just(LATEST), names_of(Version)),
        FILES.map(lambda found: found[0] if found else None),
    ),
    builds(KeysCoordinate, sampled_from(Stage), names_of(ProjectKey)),
)


@given(COORDINATES)
def test_a_path_reads_as_the_coordinate_it_was_built_from(coordinate: Coordinate | KeysCoordinate) -> None:
    assert parse_coordinate(coordinate.path) == coordinate


def test_no_two_coordinates_share_a_path() -> None:
    projects = [name for raw in TRICKY for name in valid(ProjectKey, raw)]
    lines = [name for raw in TRICKY for name in valid(ProductKey, raw)]
    versions: list[Version | Latest] = [LATEST, *(name for raw in TRICKY for name in valid(Version, raw))]
    files = [None, *(FilePath(path) for path in (*TRICKY, "1.0/a", "latest/a", "tools/1.0/a"))]
    paths = [
        *(Coordinate(*parts).path for parts in product(Stage, projects, lines, versions, files)),
        *(KeysCoordinate(*parts).path for parts in product(Stage, projects)),
    ]
    assert len(set(paths)) == len(paths) > 1000


@given(lists(one_of(sampled_from([*TRICKY, "", ".", "..", *Stage]), text(max_size=5)), max_size=6))
def test_whatever_can_be_read_is_written_the_same_way(segments: list[str]) -> None:
    path = "/" + "/".join(segments)
    try:
        coordinate = parse_coordinate(path)
    except Invalid:
        return
    assert coordinate.path == path


@pytest.mark.parametrize(
    ("path", "line", "version", "file"),
    [
        ("/current/commons/latest", MAIN, "latest", None),
        ("/current/commons/latest/a.zip", MAIN, "latest", "a.zip"),
        ("/current/commons/1.2.3/docs/a.zip", MAIN, "1.2.3", "docs/a.zip"),
        ("/archived/commons/io/latest/a.zip", "io", "latest", "a.zip"),
        ("/candidate/commons/io/v2.0-rc1", "io", "v2.0-rc1", None),
    ],
)
def test_every_form_of_the_specification_is_read(
    path: str, line: str, version: str, file: str | None
) -> None:
    coordinate = parse_coordinate(path)
    assert isinstance(coordinate, Coordinate)
    assert coordinate.stage == path.split("/")[1]
    assert (coordinate.project, coordinate.product, coordinate.file) == ("commons", line, file)
    assert (coordinate.version.value if coordinate.version is LATEST else coordinate.version) == version


def test_the_keys_of_a_project_have_a_path_of_their_own() -> None:
    assert parse_coordinate("/current/commons/KEYS") == KeysCoordinate(Stage.CURRENT, ProjectKey("commons"))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "current/commons/1.0",
        "/current",
        "/current/commons",
        "/current/commons/",
        "/current/commons/io",
        "/current/commons/main/1.0",
        "/current/commons/main/latest",
        "/current/commons/1.0/",
        "/current/commons/1.0/a//b",
        "/current/commons/1.0/../2.0/a",
        "/current/commons/1.0/./a",
        "/current/commons/1.0/a\0",
        "/current/commons/1.0/a\\b",
        "/current/commons/KEYS/a",
        "/current/../1.0",
        "/current/Commons/1.0",
        "/newest/commons/1.0",
        "/current/commons/io/KEYS",
        "//commons/1.0",
    ],
)
def test_what_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(Invalid):
        parse_coordinate(path)


def test_an_unknown_stage_is_answered_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="candidate, current, archived"):
        parse_coordinate("/newest/commons/1.0")


def test_a_url_carries_the_same_path_encoded() -> None:
    coordinate = Coordinate.of(
        Stage.CURRENT, ReleaseKey.parse("commons/io/1.0+b~1"), FilePath("read me #1 (50%).txt")
    )
    assert coordinate.url_path == "/current/commons/io/1.0%2Bb~1/read%20me%20%231%20%2850%25%29.txt"
    assert unquote(coordinate.url_path) == coordinate.path


def test_a_coordinate_names_a_release_unless_it_says_latest() -> None:
    release = ReleaseKey.parse("commons/io/1.0")
    assert Coordinate.of(Stage.CURRENT, release).release == release
    assert Coordinate(Stage.CURRENT, release.project, release.product, LATEST).release is None
