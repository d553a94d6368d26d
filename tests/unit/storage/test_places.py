# SPDX-License-Identifier: Apache-2.0
"""Addresses of stores."""

from pathlib import Path

import pytest

from atr.domain.errors import Invalid
from atr.domain.lifecycle import Stage
from atr.domain.names import ProjectKey
from atr.storage.places import open_storage


@pytest.mark.parametrize("url", ["", "file:///", "file://host/x", "s3://", "ftp://x", "/folder", "gs://x"])
def test_an_address_nothing_stands_behind_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is not a store"):
        open_storage(url, {}, tmp_path / "incoming")


def test_every_unknown_option_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        open_storage("s3://bucket", {"colour": "red", "regoin": "x"}, tmp_path / "incoming")
    assert [problem.field for problem in caught.value.problems] == ["colour", "regoin"]


def test_the_address_of_a_folder_may_be_encoded(tmp_path: Path) -> None:
    storage = open_storage(f"file://{tmp_path}/a%20b", {}, tmp_path / "incoming")
    storage.blobs.put([b"x"])
    assert (tmp_path / "a b" / "blobs").is_dir()


def test_the_tree_can_stand_in_a_folder_apart_from_any_store(tmp_path: Path) -> None:
    for url in ("memory://", f"file://{tmp_path}/store"):
        storage = open_storage(url, {}, tmp_path / "incoming", tmp_path / "tree")
        storage.published.write_keys(ProjectKey("commons"), b"keys")
        assert (tmp_path / "tree" / Stage.CURRENT / "commons" / "KEYS").read_bytes() == b"keys"


def test_a_bucket_needs_no_endpoint(tmp_path: Path) -> None:
    open_storage("s3://bucket/prefix", {"region": "eu-central-1"}, tmp_path / "incoming")
