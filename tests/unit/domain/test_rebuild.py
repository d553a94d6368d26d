# SPDX-License-Identifier: Apache-2.0
"""Where rebuilt files are kept, and what they stand for."""

import pytest

from atr.domain.errors import Invalid
from atr.domain.names import FilePath
from atr.domain.rebuild import list_rebuilds, place_rebuilt


def test_what_is_placed_is_found_again() -> None:
    place = place_rebuilt("debian", FilePath("sub/x-1.0.tar.gz"))
    (found,) = list_rebuilds([place])
    assert (found.path, found.rebuilder, found.artifact) == (place, "debian", "sub/x-1.0.tar.gz")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-x", "a b", "x" * 65])
def test_a_rebuilder_has_a_plain_name(name: str) -> None:
    with pytest.raises(Invalid):
        place_rebuilt(name, FilePath("x"))


@pytest.mark.parametrize(
    "path",
    [
        "x",
        ".atr/x",
        ".atr/rebuilds/x",
        ".atr/rebuilds/me/rebuild.json",
        ".atr/rebuilds/me/x.asc",
        ".atr/rebuilds/me/x.sha512",
    ],
)
def test_other_files_are_no_rebuilds(path: str) -> None:
    assert list(list_rebuilds([FilePath(path)])) == []
