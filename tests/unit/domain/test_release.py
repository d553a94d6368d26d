# SPDX-License-Identifier: Apache-2.0
"""What a release says of itself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from atr.domain.lifecycle import Phase, Stage
from atr.domain.names import ReleaseKey
from atr.domain.release import Release

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
RELEASE = Release(ReleaseKey.parse("demo/1.0"), Phase.COMPOSE, NOON, "rm", NOON)


@pytest.mark.parametrize(
    ("phase", "stage"),
    [(Phase.VOTE, Stage.CANDIDATE), (Phase.ANNOUNCE, Stage.CURRENT), (Phase.REVOKED, Stage.ARCHIVED)],
)
def test_the_stage_follows_from_the_phase(phase: Phase, stage: Stage) -> None:
    assert replace(RELEASE, phase=phase).stage is stage


def test_the_sealed_revision_counts_before_the_newest() -> None:
    assert RELEASE.shown_revision == 0
    assert replace(RELEASE, newest_revision=3).shown_revision == 3
    assert replace(RELEASE, newest_revision=3, sealed_revision=2).shown_revision == 2
