# SPDX-License-Identifier: Apache-2.0
"""What every published tree promises."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from atr.domain.artifact import Digest, FileEntry
from atr.domain.coordinates import LATEST, METADATA_FILE, Coordinate, KeysCoordinate
from atr.domain.errors import Conflict, Invalid, NotFound, Refused
from atr.domain.lifecycle import Stage
from atr.domain.names import FilePath, ReleaseKey
from atr.ports.published import Published
from atr.storage.places import Storage

Files = tuple[FileEntry, ...]
CURRENT, ARCHIVED = Stage.CURRENT, Stage.ARCHIVED


@pytest.fixture
def tree(storage: Storage) -> Published:
    return storage.published


def read(tree: Published, stage: Stage, release: ReleaseKey, path: str) -> bytes:
    reader = tree.open(Coordinate.of(stage, release, FilePath(path)))
    return reader.read_range(0, reader.size)


def is_published(tree: Published, stage: Stage, release: ReleaseKey, files: Iterable[FileEntry]) -> bool:
    paths = [METADATA_FILE, *(entry.path for entry in files)]
    found = []
    for path in paths:
        try:
            found.append(tree.open(Coordinate.of(stage, release, path)).size)
        except NotFound:
            continue
    assert len(found) in {0, len(paths)}, "a folder is there completely or not at all"
    return bool(found)


def test_published_files_are_read_by_their_coordinates(
    tree: Published, release: ReleaseKey, files: Files
) -> None:
    tree.publish(CURRENT, release, files, b'{"version": "1.0"}')
    assert read(tree, CURRENT, release, files[0].path) == b"archive" * 1000
    assert read(tree, CURRENT, release, files[1].path) == b"read me"
    assert read(tree, CURRENT, release, METADATA_FILE) == b'{"version": "1.0"}'


def test_a_product_line_has_its_folder_below_the_project(
    tree: Published, release: ReleaseKey, files: Files
) -> None:
    other = ReleaseKey.parse(f"{release.project}/tools/1.0")
    tree.publish(CURRENT, release, files[:1], b"{}")
    tree.publish(CURRENT, other, files[1:], b"{}")
    assert is_published(tree, CURRENT, release, files[:1])
    assert is_published(tree, CURRENT, other, files[1:])
    assert not is_published(tree, ARCHIVED, other, files)


def test_publishing_again_only_brings_the_metadata_up_to_date(
    tree: Published, release: ReleaseKey, files: Files
) -> None:
    for metadata in (b"old", b"old", b"new"):
        tree.publish(CURRENT, release, files, metadata)
        assert read(tree, CURRENT, release, METADATA_FILE) == metadata
    assert is_published(tree, CURRENT, release, files)


def test_other_bytes_under_the_same_coordinates_are_refused(
    tree: Published, storage: Storage, release: ReleaseKey, files: Files
) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    same_size = replace(files[1], content=storage.blobs.put([b"READ ME"]))
    for others in (files[:1], (*files, replace(files[0], path=FilePath("more"))), (files[0], same_size)):
        with pytest.raises(Conflict, match="never change"):
            tree.publish(CURRENT, release, others, b"{}")
    assert read(tree, CURRENT, release, files[1].path) == b"read me"


def test_only_stored_bytes_can_be_published(tree: Published, release: ReleaseKey, files: Files) -> None:
    unknown = replace(files[0].content, sha512=Digest("sha512", "0" * 128))
    with pytest.raises(NotFound, match="no blob"):
        tree.publish(CURRENT, release, (files[1], replace(files[0], content=unknown)), b"{}")
    with pytest.raises(NotFound):
        tree.open(Coordinate.of(CURRENT, release, METADATA_FILE))


def test_candidates_are_never_in_the_tree(tree: Published, release: ReleaseKey, files: Files) -> None:
    with pytest.raises(Refused, match="Candidates are not published"):
        tree.publish(Stage.CANDIDATE, release, files, b"{}")


def test_no_file_takes_the_place_of_the_metadata(tree: Published, release: ReleaseKey, files: Files) -> None:
    for path in ("release.json", "release.json/x"):
        with pytest.raises(Invalid, match="kept for the release's metadata"):
            tree.publish(CURRENT, release, (replace(files[0], path=FilePath(path)),), b"{}")


def test_a_withdrawn_release_is_gone_and_can_be_published_again(
    tree: Published, release: ReleaseKey, files: Files
) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    tree.withdraw(CURRENT, release)
    tree.withdraw(CURRENT, release)
    assert not is_published(tree, CURRENT, release, files)
    tree.publish(CURRENT, release, files[:1], b"{}")
    assert is_published(tree, CURRENT, release, files[:1])


def test_a_release_moves_between_stages_as_a_whole(
    tree: Published, release: ReleaseKey, files: Files
) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    for _ in range(2):
        tree.move(release, CURRENT, ARCHIVED)
        assert is_published(tree, ARCHIVED, release, files)
        assert not is_published(tree, CURRENT, release, files)
    tree.move(release, ARCHIVED, CURRENT)
    assert is_published(tree, CURRENT, release, files)


def test_a_move_that_was_done_twice_over_leaves_one(
    tree: Published, release: ReleaseKey, files: Files
) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    tree.publish(ARCHIVED, release, files, b"{}")
    tree.move(release, CURRENT, ARCHIVED)
    assert is_published(tree, ARCHIVED, release, files)
    assert not is_published(tree, CURRENT, release, files)


def test_a_move_onto_other_files_is_refused(tree: Published, release: ReleaseKey, files: Files) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    tree.publish(ARCHIVED, release, files[:1], b"{}")
    with pytest.raises(Conflict):
        tree.move(release, CURRENT, ARCHIVED)
    assert is_published(tree, CURRENT, release, files)


def test_what_is_not_published_cannot_be_moved(tree: Published, release: ReleaseKey) -> None:
    with pytest.raises(NotFound, match="no published release"):
        tree.move(release, CURRENT, ARCHIVED)


def test_the_keys_of_a_project_stand_in_every_published_stage(
    tree: Published, release: ReleaseKey, files: Files
) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    for keys in (b"one", b"one and two"):
        tree.write_keys(release.project, keys)
        for stage in (CURRENT, ARCHIVED):
            reader = tree.open(KeysCoordinate(stage, release.project))
            assert reader.read_range(0, 100) == keys
    assert is_published(tree, CURRENT, release, files)


def test_only_a_file_can_be_opened(tree: Published, release: ReleaseKey, files: Files) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    latest = Coordinate(CURRENT, release.project, release.product, LATEST, files[0].path)
    folder, missing = FilePath("docs"), FilePath("missing")
    for place in (
        latest,
        Coordinate.of(CURRENT, release),
        Coordinate.of(CURRENT, release, folder),
        Coordinate.of(CURRENT, release, missing),
        KeysCoordinate(CURRENT, release.project),
    ):
        for ask in (tree.open, tree.local_path):
            with pytest.raises(NotFound, match=r"There is no file /current/"):
                ask(place)


def test_a_local_path_leads_to_the_bytes_where_there_is_one(
    tree: Published, release: ReleaseKey, files: Files
) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    path = tree.local_path(Coordinate.of(CURRENT, release, files[1].path))
    assert path is None or path.read_bytes() == b"read me"


def test_tidying_leaves_what_is_published(
    tree: Published, release: ReleaseKey, files: Files, tmp_path: Path
) -> None:
    tree.publish(CURRENT, release, files, b"{}")
    tree.tidy(datetime.now(UTC) + timedelta(days=1))
    assert is_published(tree, CURRENT, release, files)
