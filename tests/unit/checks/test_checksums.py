# SPDX-License-Identifier: Apache-2.0
"""Checksum files against the files they stand beside."""

import hashlib

import pytest

from tests.unit.checks.examination import NAME, Release

OTHER = hashlib.sha512(b"other").hexdigest()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (f"{OTHER}  {NAME}\n".encode(), "checksum.mismatch"),
        (OTHER.encode(), "checksum.mismatch"),
        (f"{OTHER}  other.zip\n".encode(), "checksum.other-file"),
        (OTHER[:64].encode(), "checksum.wrong-length"),
        (b"nonsense", "checksum.unreadable"),
        (b"x" * 300_000, "checksum.unreadable"),
    ],
)
def test_a_checksum_that_does_not_fit_blocks(release: Release, content: bytes, rule: str) -> None:
    release.write(f"{NAME}.sha512", content)
    (finding,) = [each for each in release.examine() if each.rule.startswith("checksum")]
    assert (finding.rule, finding.severity, finding.artifact) == (rule, "blocker", NAME)
    assert f"{NAME}.sha512" in finding.message


def test_a_shorter_checksum_is_compared_too(release: Release) -> None:
    digest = hashlib.sha256(release.folder.joinpath(NAME).read_bytes()).hexdigest()
    release.write(f"{NAME}.sha256", digest.encode())
    assert release.rules == []
    release.write(f"{NAME}.sha256", digest[::-1].encode())
    assert release.rules == ["checksum.mismatch"]
