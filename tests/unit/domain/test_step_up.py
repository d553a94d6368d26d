# SPDX-License-Identifier: Apache-2.0
"""Grave steps need a fresh sign-in of browsers, and of nobody else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from atr.domain.names import UserId
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor, ActorKind, TokenScope
from atr.domain.step_up import StaleSignIn, is_fresh, require_fresh

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VALID = timedelta(minutes=15)
BROWSER = Actor(ActorKind.PERSON, UserId("alice"), signed_in_at=NOW - VALID)


def test_a_browser_that_signed_in_too_long_ago_is_asked_again() -> None:
    with pytest.raises(StaleSignIn, match="not longer ago than 15 minutes: sign in again"):
        require_fresh(BROWSER, NOW, VALID)
    require_fresh(BROWSER, NOW - timedelta(seconds=1), VALID)


def test_no_time_asks_nobody() -> None:
    assert is_fresh(BROWSER, NOW, timedelta())


@pytest.mark.parametrize(
    "actor",
    [
        ANONYMOUS,
        SERVICE,
        OPERATOR,
        replace(BROWSER, scope=TokenScope(frozenset())),
        replace(BROWSER, kind=ActorKind.AUTOMATION),
        replace(BROWSER, signed_in_at=None),
    ],
    ids=str,
)
def test_what_does_not_sign_in_is_not_asked_to(actor: Actor) -> None:
    assert is_fresh(actor, NOW, VALID)
