# SPDX-License-Identifier: Apache-2.0
"""Changing files, comparing releases, and what an upload may announce, behind every way in."""

import pytest

from atr.domain.artifact import Digest
from atr.domain.errors import Invalid, NotFound
from atr.domain.names import FilePath, ReleaseKey, Version
from atr.domain.people import ANONYMOUS
from atr.domain.previous import find_version_before
from atr.domain.versions import VersionOrder
from atr.services.door import Door
from atr.services.releases import CreateRelease
from atr.services.revision_diffs import DiffReleases, DiffRevisions
from atr.services.revisions import AddRevision, FindFile, ListRevisions, ShowRevision
from atr.services.surroundings import Surroundings
from atr.services.uploads import BeginUpload
from tests.support.door import RecordedQueue
from tests.support.playground import act_as, make_project
from tests.support.publishing import finish_release
from tests.support.voting import FILES, KEY, Bench, StoreFiles, make_bench, seal_release


@pytest.fixture
def bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    make_project(door)
    return make_bench(door, surroundings, queue)


def test_a_description_has_an_end(door: Door, bench: Bench) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    files = door.keep(StoreFiles(FILES))
    with pytest.raises(Invalid, match="10000"):
        door.perform(rm, AddRevision(KEY, 0, files, description="x" * 10_001))
    assert door.perform(rm, AddRevision(KEY, 0, files, description=" why ")).description == "why"


@pytest.mark.parametrize(
    ("size", "digest"), [(-1, Digest("sha512", "a" * 128)), (1, Digest("sha256", "a" * 64))]
)
def test_an_upload_is_announced_by_size_and_sha512(
    door: Door, bench: Bench, size: int, digest: Digest
) -> None:
    rm = act_as(door, "rm")
    door.perform(rm, CreateRelease(KEY.line, KEY.version))
    with pytest.raises(Invalid, match="by its sha512"):
        door.perform(rm, BeginUpload(KEY, FilePath("a"), size, digest))


def test_a_release_is_compared_with_the_one_before_it(door: Door, bench: Bench) -> None:
    finish_release(bench, KEY, {"demo-1.0.tgz": b"1", "old-1.0": b"2"})
    finish_release(bench, ReleaseKey.parse("demo/3.0"), {"demo-3.0.tgz": b"3"})
    seal_release(door, ReleaseKey.parse("demo/2.0"), {"demo-2.0.tgz": b"changed"})
    diff = door.ask(ANONYMOUS, DiffReleases(ReleaseKey.parse("demo/2.0")))
    assert (diff.old, diff.new) == ("demo/1.0", "demo/2.0")
    assert [(each.path, each.kind) for each in diff.changes] == [
        ("demo-2.0.tgz", "changed"),
        ("old-2.0", "removed"),
    ]


def test_the_version_before_is_the_highest_lower_one() -> None:
    versions = [Version(text) for text in ("1.0", "1.10", "1.9", "2.0", "1.10-rc1", "2026-x.y")]
    assert find_version_before(Version("2.0"), versions, VersionOrder.SEMVER) == "1.10"
    assert find_version_before(Version("1.10"), versions, VersionOrder.SEMVER) == "1.10-rc1"
    assert find_version_before(Version("1.0"), versions, VersionOrder.SEMVER) is None


def test_the_shown_revision_is_shown_unless_another_is_asked_for(door: Door, bench: Bench) -> None:
    seal_release(door)
    assert door.ask(ANONYMOUS, ShowRevision(KEY)).number == 1
    assert [each.number for each in door.ask(ANONYMOUS, ListRevisions(KEY))] == [1]
    reader = door.ask(ANONYMOUS, FindFile(KEY, 1, FilePath("demo-1.0.tar.gz"))).reader
    assert reader.read_range(0, 99) == FILES["demo-1.0.tar.gz"]
    with pytest.raises(NotFound, match=r"revision 2 of demo/1\.0"):
        door.ask(ANONYMOUS, ShowRevision(KEY, 2))
    with pytest.raises(NotFound, match=r"demo/1\.0"):
        door.ask(ANONYMOUS, DiffRevisions(KEY, 1, 5))
