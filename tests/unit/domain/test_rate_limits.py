# SPDX-License-Identifier: Apache-2.0
"""Windows slide: what is older than their length makes room again."""

from datetime import timedelta

import pytest

from atr.domain.errors import TooMany
from atr.domain.rate_limits import Counted, VisitorLimits, Window, require_room
from tests.unit.domain.vote_samples import OPENED_AT

WINDOW = Window(2, timedelta(minutes=10))


def test_there_is_room_until_the_window_is_full() -> None:
    require_room(WINDOW, [], OPENED_AT)
    require_room(WINDOW, [OPENED_AT], OPENED_AT)


def test_a_full_window_says_when_it_opens() -> None:
    attempts = [OPENED_AT - timedelta(minutes=each) for each in (1, 9, 4)]
    with pytest.raises(TooMany, match="in 6 minutes") as refusal:
        require_room(WINDOW, attempts, OPENED_AT)
    assert refusal.value.retry_after == 6 * 60


def test_what_is_older_than_the_window_does_not_count() -> None:
    attempts = [OPENED_AT - timedelta(minutes=each) for each in (10, 11, 5)]
    require_room(WINDOW, attempts, OPENED_AT)


def test_everything_that_is_counted_has_a_window() -> None:
    limits = VisitorLimits()
    assert {limits.find_window(each) for each in Counted} == {limits.network, limits.contact, limits.round}
