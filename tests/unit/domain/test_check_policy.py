# SPDX-License-Identifier: Apache-2.0
"""What a project tells the checks, and which level set it."""

import pytest

from atr.domain.check_policy import ArtifactKind, CheckPolicy


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("example-1.0-src.tar.gz", ArtifactKind.SOURCE),
        ("example-1.0.zip", ArtifactKind.SOURCE),
        ("example-1.0-bin.tar.gz", ArtifactKind.BINARY),
        ("java/example-1.0.jar", ArtifactKind.BINARY),
        ("example-1.0.pdf", ArtifactKind.OTHER),
    ],
)
def test_the_policy_tells_sources_from_binaries(name: str, kind: ArtifactKind) -> None:
    assert CheckPolicy().classify(name) is kind


def test_globs_may_name_whole_paths() -> None:
    policy = CheckPolicy(source_globs=("source/*",), binary_globs=())
    assert policy.classify("source/x.bin") is ArtifactKind.SOURCE
    assert policy.classify("x.tar.gz") is ArtifactKind.OTHER
