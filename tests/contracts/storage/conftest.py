# SPDX-License-Identifier: Apache-2.0
"""Every kind of place that bytes can be kept in."""

from pathlib import Path
from uuid import uuid4

import pytest

from atr.domain.artifact import Content, FileEntry
from atr.domain.names import FilePath, ReleaseKey
from atr.storage.places import Storage, open_storage
from tests.support.object_store import object_store_options, s3_url

__all__ = ["object_store_options", "s3_url"]

KINDS = ("disk", "memory", "s3")


def open_kind(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if kind == "disk":
        return open_storage(f"file://{tmp_path}/store", {}, tmp_path / "store" / "incoming")
    if kind == "memory":
        return open_storage("memory://", {}, tmp_path / "incoming")
    url: str = request.getfixturevalue("s3_url")
    return open_storage(url, request.getfixturevalue("object_store_options"), tmp_path / "incoming")


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.xdist_group(f"store-{kind}")) for kind in KINDS])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return open_kind(request.param, request, tmp_path)


@pytest.fixture
def release() -> ReleaseKey:
    return ReleaseKey.parse(f"p{uuid4().hex[:8]}/1.0")


@pytest.fixture
def files(storage: Storage) -> tuple[FileEntry, ...]:
    def store(path: str, data: bytes) -> FileEntry:
        content: Content = storage.blobs.put([data])
        return FileEntry(FilePath(path), content)

    return (
        store("apache-example-1.0.tar.gz", b"archive" * 1000),
        store("docs/read me #1 (50%).txt", b"read me"),
    )
