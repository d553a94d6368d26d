# SPDX-License-Identifier: Apache-2.0
"""The state machine of a distribution: every state, every goal, every kind of channel."""

from itertools import product

import pytest

from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.distribution_steps import (
    MOVES,
    Action,
    check_move,
    find_action,
    find_route,
    is_by_hand,
    write_instruction,
)
from atr.domain.errors import Refused
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.platform import ABILITIES, PlatformKey

S = DistributionState
A = Action
KEY = ReleaseKey.parse("demo/1.0")
# What follows each state on the way to the public: where staging is promoted, and where it is not.
PROMOTED = {
    S.PLANNED: A.STAGE,
    S.STAGING: A.STAGE,
    S.STAGED: A.VERIFY,
    S.VERIFIED: A.PROMOTE,
    S.PROMOTING: A.PROMOTE,
    S.PROMOTED: A.CONFIRM,
    S.UPLOADING: A.PUBLISH,
    S.UPLOADED: A.CONFIRM,
    S.CONFIRMED: None,
    S.WITHDRAWN: None,
    S.FAILED: None,
}
PUBLISHED = {**PROMOTED, S.PLANNED: A.PUBLISH, S.VERIFIED: A.PUBLISH}


def make(state: S = S.PLANNED, goal: Goal = Goal.PUBLIC, **fields: object) -> Distribution:
    """Return a distribution in a state."""
    return Distribution(KEY, ChannelKey("npm"), None, "demo", "1.0", state, goal=goal, **fields)  # type: ignore[arg-type]


def make_channel(platform: PlatformKey = PlatformKey.NPM, **fields: object) -> Channel:
    """Return a channel of a platform, with credentials unless told otherwise."""
    given = {"has_credentials": True, **fields}
    return Channel(ChannelKey("npm"), "The npm", platform, "https://npm.example.org", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", S)
def test_each_state_has_one_next_action_where_staging_is_promoted(state: S) -> None:
    assert find_action(make(state), find_route(make_channel())) is PROMOTED[state]


@pytest.mark.parametrize("state", S)
def test_each_state_has_one_next_action_where_files_are_published(state: S) -> None:
    assert find_action(make(state), find_route(make_channel(PlatformKey.PYPI))) is PUBLISHED[state]


@pytest.mark.parametrize("state", S)
def test_tests_end_with_the_testers(state: S) -> None:
    expected = None if state is S.VERIFIED else PROMOTED[state]
    assert find_action(make(state, Goal.TEST), find_route(make_channel())) is expected
    assert find_action(make(state, Goal.PUBLIC), find_route(make_channel(is_test=True))) is expected


@pytest.mark.parametrize(("state", "goal"), [*product(S, (Goal.WITHDRAWN, Goal.COMPENSATED))])
def test_whatever_was_done_can_be_taken_back(state: S, goal: Goal) -> None:
    expected = None if state in {S.WITHDRAWN, S.FAILED} else A.TAKE_BACK
    assert find_action(make(state, goal), find_route(make_channel())) is expected


@pytest.mark.parametrize("state", S)
def test_nothing_goes_on_while_it_waits_for_a_person(state: S) -> None:
    route = find_route(make_channel())
    assert find_action(make(state, instruction="Do it."), route) is None
    assert find_action(make(state, instruction="Do it.", told_done=True), route) is PROMOTED[state]


def test_a_channel_without_a_staging_side_is_tested_only_if_it_is_for_tests() -> None:
    assert find_route(make_channel(PlatformKey.PYPI)).to_testers is None
    route = find_route(make_channel(PlatformKey.PYPI, is_test=True))
    assert (route.to_testers, route.to_public, route.rests_at) == (A.STAGE, None, S.VERIFIED)
    assert find_action(make(goal=Goal.TEST), find_route(make_channel(PlatformKey.HEX))) is None


@pytest.mark.parametrize("platform", PlatformKey)
def test_every_platform_has_a_way_to_the_public(platform: PlatformKey) -> None:
    route = find_route(make_channel(platform))
    assert route.to_public is (A.PROMOTE if ABILITIES[platform].stages else A.PUBLISH)
    assert route.rests_at is S.CONFIRMED


@pytest.mark.parametrize(("source", "target"), [*product(S, S)])
def test_a_move_is_in_the_table_or_refused(source: S, target: S) -> None:
    if target in MOVES[source]:
        check_move(source, target)
    else:
        with pytest.raises(Refused, match=f"that is {source} does not become {target}"):
            check_move(source, target)


@pytest.mark.parametrize("state", [state for state in S if state not in {S.WITHDRAWN, S.FAILED}])
def test_everything_may_fail_and_be_withdrawn(state: S) -> None:
    assert {S.FAILED, S.WITHDRAWN} <= MOVES[state]


def test_a_failed_one_may_go_back_to_wherever_it_stood() -> None:
    assert MOVES[S.FAILED] == set(S) - {S.FAILED}
    assert make(S.FAILED, failed_in=S.PROMOTING).stood_at is S.PROMOTING
    assert make(S.STAGED).stood_at is S.STAGED


@pytest.mark.parametrize("action", [A.STAGE, A.PROMOTE, A.PUBLISH, A.TAKE_BACK])
def test_without_credentials_everything_is_done_by_hand_except_by_an_automation(action: Action) -> None:
    assert not is_by_hand(make_channel(), action)
    assert is_by_hand(make_channel(has_credentials=False), action)
    automated = make_channel(has_credentials=False, automation_endpoint="https://ci.example.org/")
    assert is_by_hand(automated, action) is (action is A.TAKE_BACK)


def test_a_channel_may_leave_going_public_to_people() -> None:
    channel = make_channel(promotes=False)
    assert [action for action in A if is_by_hand(channel, action)] == [A.PROMOTE, A.PUBLISH]


def test_what_needs_no_credentials_is_not_done_by_hand_for_want_of_them() -> None:
    assert not is_by_hand(make_channel(PlatformKey.ARTIFACT_HUB, has_credentials=False), A.PUBLISH)


@pytest.mark.parametrize("action", [A.STAGE, A.PROMOTE, A.PUBLISH, A.TAKE_BACK])
def test_an_instruction_says_what_to_do_and_how_to_say_that_it_is_done(action: Action) -> None:
    text = write_instruction(make(), make_channel(), action)
    assert "demo 1.0" in text
    assert text.endswith("atr distribute verify demo/1.0 npm")
    owned = Distribution(KEY, ChannelKey("npm"), "sample", "demo", "1.0")
    assert "sample/demo 1.0" in write_instruction(owned, make_channel(), action)
