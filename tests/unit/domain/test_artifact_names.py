# SPDX-License-Identifier: Apache-2.0
"""What the names of files mean."""

import pytest

from atr.domain.artifact_names import find_subject, is_artifact, is_document
from atr.domain.names import FilePath
from atr.formats.archive import FORMATS


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_archive_is_no_document_whatever_its_name(suffix: str) -> None:
    assert not is_document(FilePath(f"release-notes-1.0{suffix}"))


@pytest.mark.parametrize(
    ("name", "artifact"),
    [
        ("example-1.0.tar.gz", True),
        ("below/odd.data", True),
        ("example-1.0.tar.gz.asc", False),
        ("example-1.0.tar.gz.SHA512", False),
        (".asc", False),
        ("README.md", False),
        ("KEYS", False),
        ("example-1.0.cdx.json", False),
    ],
)
def test_what_is_not_known_is_an_artifact(name: str, artifact: bool) -> None:
    assert is_artifact(FilePath(name)) is artifact


def test_a_companion_is_of_the_file_without_its_suffix() -> None:
    assert find_subject(FilePath("a/b.zip.sha1")) == "a/b.zip"
    assert find_subject(FilePath("a/b.zip")) is None
