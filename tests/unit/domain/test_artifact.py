# SPDX-License-Identifier: Apache-2.0
"""Digests, and the triples of file, signature and checksums."""

import pytest

from atr.domain.artifact import Artifact, Digest, group_artifacts, is_companion
from atr.domain.errors import Invalid
from atr.domain.names import FilePath


def paths(*texts: str) -> list[FilePath]:
    return [FilePath(text) for text in texts]


@pytest.mark.parametrize("text", [f"sha512:{'ab' * 64}", f"sha256:{'09' * 32}"])
def test_a_digest_reads_as_it_is_written(text: str) -> None:
    assert str(Digest.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha512",
        "sha512:",
        f"sha512:{'ab' * 63}",
        f"sha512:{'AB' * 64}",
        f"sha512:{'zz' * 64}",
        f"sha256:{'ab' * 64}",
        f"md5:{'ab' * 16}",
        "ab" * 64,
        f" sha256:{'ab' * 32}",
        f"sha256:{'ab' * 31}a\n",
    ],
)
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is not a digest"):
        Digest.parse(text)


def test_digests_are_in_order() -> None:
    assert min([Digest("sha512", "b" * 128), Digest("sha512", "a" * 128)]).hex == "a" * 128


def test_a_file_collects_what_belongs_to_it() -> None:
    found = group_artifacts(
        paths("a.tgz", "a.tgz.asc", "a.tgz.sha512", "a.tgz.sha256", "a.tgz.cdx.json", "b.zip", "c.tgz.asc")
    )
    assert found == (
        Artifact(
            FilePath("a.tgz"),
            FilePath("a.tgz.asc"),
            tuple(paths("a.tgz.sha512", "a.tgz.sha256")),
            tuple(paths("a.tgz.cdx.json")),
        ),
        Artifact(FilePath("b.zip"), None, (), ()),
    )
    assert found[0].paths == tuple(
        paths("a.tgz", "a.tgz.asc", "a.tgz.sha512", "a.tgz.sha256", "a.tgz.cdx.json")
    )
    assert found[1].paths == (FilePath("b.zip"),)


@pytest.mark.parametrize("path", ["a.asc", "a.sha512", "a.sha256", "a.spdx.json", "x/a.bom.xml", ".atr/note"])
def test_companions_are_no_artifacts(path: str) -> None:
    assert is_companion(FilePath(path))


@pytest.mark.parametrize("path", ["a.tgz", "asc", "sub/a.md5", "KEYS"])
def test_everything_else_is_an_artifact(path: str) -> None:
    assert not is_companion(FilePath(path))
