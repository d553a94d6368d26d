# SPDX-License-Identifier: Apache-2.0
"""Which steps need a fresh sign-in, and that nothing is done without one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from atr.domain.lifecycle import Phase
from atr.domain.people import Actor
from atr.domain.step_up import StaleSignIn
from atr.services.channels import ChangeChannel, CreateChannel, DeleteChannel
from atr.services.credentials import ResolveSession, ResolveToken, resolve_credential
from atr.services.distribution_orders import PromoteRelease
from atr.services.door import Door
from atr.services.keys import AddKeys, AttachKey, DeleteKey, DetachKey, ImportKeys, RevokeKey
from atr.services.phase_steps import TakeStep
from atr.services.release_views import then_show_release
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ConfirmRound, RecordManualResult, ResolveRound
from atr.services.votes import StartVote
from tests.support.door import SettableClock
from tests.support.playground import act_as, log_in, make_project, sign_in
from tests.support.voting import KEY, seal_release, set_policy

GRAVE: tuple[type, ...] = (
    AddKeys,
    AttachKey,
    ChangeChannel,
    ConfirmRound,
    CreateChannel,
    DeleteChannel,
    DeleteKey,
    DetachKey,
    ImportKeys,
    PromoteRelease,
    RecordManualResult,
    ResolveRound,
    RevokeKey,
)


@pytest.fixture
def strict(door: Door, surroundings: Surroundings) -> Door:
    """Return a door that wants a sign-in of the last quarter of an hour."""
    make_project(door)
    foundation = replace(surroundings.foundation, step_up=timedelta(minutes=15))
    return Door(door._open_unit, door._clock, replace(surroundings, foundation=foundation))


def enter(door: Door, user: str) -> Actor:
    return resolve_credential(door, ResolveSession(sign_in(door, user).secret))


@pytest.mark.parametrize("command", GRAVE, ids=lambda each: each.__name__)
def test_votes_channels_keys_and_what_goes_public_are_grave(command: type) -> None:
    assert vars(command)["is_grave"] is True


def test_a_step_to_another_phase_is_grave_when_it_closes_a_vote() -> None:
    grave = {phase for phase in Phase if TakeStep(KEY, phase).is_grave}
    assert grave == {Phase.DISTRIBUTE, Phase.FAILED}
    assert then_show_release(TakeStep(KEY, Phase.FAILED)).is_grave
    assert not then_show_release(TakeStep(KEY, Phase.COMPOSE)).is_grave


def test_a_vote_is_closed_only_by_who_signed_in_a_short_while_ago(strict: Door, clock: SettableClock) -> None:
    seal_release(strict)
    set_policy(strict, min_hours=0)
    strict.perform(act_as(strict, "rm"), StartVote(KEY))
    session = sign_in(strict, "rm").secret
    clock.advance(hours=2)
    stale = resolve_credential(strict, ResolveSession(session))
    with pytest.raises(StaleSignIn):
        strict.perform(stale, ResolveRound(KEY, 1, failed=True))
    closed = strict.perform(enter(strict, "rm"), ResolveRound(KEY, 1, failed=True))
    assert closed.state.is_over


def test_a_token_closes_a_vote_however_old_it_is(strict: Door, clock: SettableClock) -> None:
    seal_release(strict)
    set_policy(strict, min_hours=0)
    strict.perform(act_as(strict, "rm"), StartVote(KEY))
    token = log_in(strict, "rm")
    clock.advance(hours=2)
    actor = resolve_credential(strict, ResolveToken(token))
    assert strict.perform(actor, ResolveRound(KEY, 1, failed=True)).state.is_over
