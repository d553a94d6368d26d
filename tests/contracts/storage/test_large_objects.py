# SPDX-License-Identifier: Apache-2.0
"""Objects too large for one copy on the server."""

from pathlib import Path

import obstore
import pytest

from atr.domain.artifact import FileEntry
from atr.domain.coordinates import Coordinate
from atr.domain.errors import Conflict
from atr.domain.lifecycle import Stage
from atr.domain.names import FilePath, ReleaseKey
from atr.storage.blobs import BlobStore
from atr.storage.object_tree import ObjectTree
from tests.contracts.storage.conftest import open_kind

RELEASE = ReleaseKey.parse("commons/1.0")


@pytest.fixture(params=["memory", pytest.param("s3", marks=pytest.mark.xdist_group("store-s3"))])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return open_kind(request.param, request, tmp_path).blobs


def test_they_are_published_and_moved_by_sending_them_again(blobs: BlobStore) -> None:
    tree = ObjectTree(blobs, largest_copy_bytes=10)
    files = [FileEntry(FilePath("a"), blobs.put([b"0123456789" * 1_000_000]))]
    for _ in range(2):
        tree.publish(Stage.CURRENT, RELEASE, files, b"{}")
    tree.move(RELEASE, Stage.CURRENT, Stage.ARCHIVED)
    tree.publish(Stage.ARCHIVED, RELEASE, files, b"{}")
    reader = tree.open(Coordinate.of(Stage.ARCHIVED, RELEASE, FilePath("a")))
    assert reader.read_range(9_999_990, 100) == b"0123456789"


def test_objects_without_a_noted_digest_are_compared_by_reading_them(blobs: BlobStore) -> None:
    tree = ObjectTree(blobs, largest_copy_bytes=10)
    wanted = blobs.put([b"0123456789ab"])
    files = [FileEntry(FilePath("a"), wanted)]
    tree.publish(Stage.CURRENT, RELEASE, files, b"{}")
    key = "published/current/commons/1.0/a"
    obstore.put(blobs.store, key, b"0123456789ab")
    tree.publish(Stage.CURRENT, RELEASE, files, b"{}")
    tree.move(RELEASE, Stage.CURRENT, Stage.ARCHIVED)
    obstore.put(blobs.store, key.replace("current", "archived"), b"ba9876543210")
    with pytest.raises(Conflict):
        tree.publish(Stage.ARCHIVED, RELEASE, files, b"{}")
