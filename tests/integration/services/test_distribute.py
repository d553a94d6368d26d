# SPDX-License-Identifier: Apache-2.0
"""Releases reach their channels with the voted bytes, or stop and say why."""

import pytest

from atr.domain.distribution import DistributionState
from atr.domain.lifecycle import Phase
from atr.ports.unit_of_work import OpenUnit
from atr.services.door import Door
from atr.services.surroundings import Surroundings
from tests.support.distributing import (
    DOCKER,
    FIVE,
    GITHUB,
    HEX,
    NPM,
    PYPI,
    TEST_PYPI,
    Yard,
    count_effects,
    enter_test,
    list_events,
    make_yard,
    pass_vote,
    seal,
)
from tests.support.door import RecordedQueue, SettableClock

S = DistributionState


@pytest.fixture
def yard(door: Door, surroundings: Surroundings, queue: RecordedQueue, clock: SettableClock) -> Yard:
    return make_yard(door, surroundings, queue, clock)


def test_a_release_is_staged_in_phase_test_and_public_after_its_vote(yard: Yard, open_unit: OpenUnit) -> None:
    yard.add_channels(*FIVE, TEST_PYPI)
    seal(yard)
    assert enter_test(yard).phase is Phase.TEST
    yard.work_off()
    assert yard.list_states() == {
        "test-pypi": S.VERIFIED,
        "docker": S.VERIFIED,
        "github": S.VERIFIED,
        "npm": S.VERIFIED,
    }
    assert pass_vote(yard).phase is Phase.DISTRIBUTE
    yard.work_off()
    assert set(yard.list_states().values()) == {S.CONFIRMED, S.VERIFIED}
    assert yard.read().phase is Phase.ANNOUNCE
    assert set(count_effects(yard, FIVE).values()) == {1}
