# SPDX-License-Identifier: Apache-2.0
"""Rebuilds: what somebody else built is told apart by bytes first and by members then."""

import gzip
import json

import pytest

from atr.domain.check import Finding
from tests.support.archives import TarMember
from tests.unit.checks.comparing import find, pack
from tests.unit.checks.examination import NAME, Release

PLACE = f".atr/rebuilds/debian/{NAME}"
CODE = TarMember("code.py", b"pass\n")


def see(release: Release) -> Finding:
    """Return the only finding about rebuilds."""
    (found,) = [each for each in release.examine() if each.rule.startswith("rebuild.")]
    return found


def test_the_same_bytes_prove_the_build(release: Release) -> None:
    recipe = {"recipe": "make dist", "environment": "Debian 12", "seconds": 12, "other": "x"}
    release.write(PLACE, release.folder.joinpath(NAME).read_bytes())
    release.write(".atr/rebuilds/debian/rebuild.json", json.dumps(recipe).encode())
    found = see(release)
    assert (found.rule, found.artifact) == ("rebuild.identical", PLACE)
    assert found.data == {"rebuilder": "debian", "recipe": "make dist", "environment": "Debian 12"}


def test_other_bytes_are_told_by_member(release: Release) -> None:
    release.add(NAME, pack(CODE, TarMember("same", b"s"), TarMember("lost", b"l")))
    changed = (TarMember("code.py", b"other"), TarMember("same", b"s"), TarMember("extra", b"e"))
    release.write(PLACE, pack(*changed))
    found = see(release)
    assert found.rule == "rebuild.differs"
    lists = {name: found.data[name] for name in ("different", "only_rebuilt", "only_original")}
    assert lists == {"different": ("code.py",), "only_rebuilt": ("extra",), "only_original": ("lost",)}
    assert "1 file with other content (code.py), 1 file more (extra) and 1 file fewer (lost)" in found.message


def test_what_differs_in_packing_alone_is_told_so(release: Release) -> None:
    content = gzip.decompress(release.folder.joinpath(NAME).read_bytes())
    release.write(PLACE, gzip.compress(content, 9, mtime=1))
    assert "it is how they are packed" in see(release).message


def test_what_cannot_be_read_is_told_by_size(release: Release) -> None:
    again = pack(CODE)[:-20]
    release.write(PLACE, again)
    assert f"{len(again)} instead of" in see(release).message


def test_files_that_are_no_archives_are_compared_too(release: Release) -> None:
    release.add("example-1.0.pdf", b"original")
    release.write(".atr/rebuilds/debian/example-1.0.pdf", b"other")
    assert "5 instead of 8 bytes" in see(release).message


def test_each_rebuilder_is_compared(release: Release) -> None:
    content = release.folder.joinpath(NAME).read_bytes()
    for name in ("debian", "nix"):
        release.write(f".atr/rebuilds/{name}/{NAME}", content)
    assert [each.data["rebuilder"] for each in find(release, "rebuild.identical")] == ["debian", "nix"]


def test_recipes_and_signatures_of_rebuilders_are_no_orphans(release: Release) -> None:
    release.write(PLACE, release.folder.joinpath(NAME).read_bytes())
    release.write(f"{PLACE}.asc", b"x")
    release.write(".atr/rebuilds/debian/rebuild.json", b"no JSON")
    assert see(release).data == {"rebuilder": "debian"}


def test_nothing_in_the_internal_folder_is_examined_as_an_artifact(release: Release) -> None:
    before = {finding.rule for finding in release.examine()}
    release.write(PLACE, release.folder.joinpath(NAME).read_bytes())
    release.write(".atr/rebuilds/debian/other.zip", b"no zip")
    after = {finding.rule for finding in release.examine()}
    assert after - before == {"rebuild.identical", "rebuild.orphan"}


@pytest.mark.parametrize("recipe", [b"[]", b"[" * 10_000, b" " * 70_000])
def test_a_recipe_that_cannot_be_read_is_left_out(release: Release, recipe: bytes) -> None:
    release.write(PLACE, release.folder.joinpath(NAME).read_bytes())
    release.write(".atr/rebuilds/debian/rebuild.json", recipe)
    assert see(release).data == {"rebuilder": "debian"}
