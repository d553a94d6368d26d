# SPDX-License-Identifier: Apache-2.0
"""One plan over all channels: what can be undone comes first, and the rest waits for it."""

from dataclasses import replace

import pytest

from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.distribution_steps import Action
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.platform import PlatformKey
from atr.domain.promotion_plan import PromotionPlan, list_compensation, list_released, make_plan

S = DistributionState
A = Action
KEY = ReleaseKey.parse("demo/1.0")
PLATFORMS = {
    "docker": PlatformKey.DOCKER_HUB,
    "hex": PlatformKey.HEX,
    "maven": PlatformKey.MAVEN_CENTRAL,
    "npm": PlatformKey.NPM,
    "pypi": PlatformKey.PYPI,
    "test-pypi": PlatformKey.PYPI,
}


def make_channel(key: str, **fields: object) -> Channel:
    """Return a channel by its key."""
    url, platform = f"https://{key}.example.org", PLATFORMS[key]
    given = {"is_test": key.startswith("test"), "has_credentials": True, **fields}
    return Channel(ChannelKey(key), key, platform, url, **given)  # type: ignore[arg-type]


CHANNELS = {ChannelKey(key): make_channel(key) for key in PLATFORMS}


def make(key: str, state: S = S.PLANNED, goal: Goal = Goal.PUBLIC, **fields: object) -> Distribution:
    """Return a distribution on a channel."""
    return Distribution(KEY, ChannelKey(key), None, "demo", "1.0", state, goal=goal, **fields)  # type: ignore[arg-type]


def plan(*distributions: Distribution, required: tuple[str, ...] = ()) -> PromotionPlan:
    """Return the plan over the distributions."""
    return make_plan(distributions, CHANNELS, map(ChannelKey, required))


def test_what_cannot_be_undone_comes_last_and_required_ones_first() -> None:
    made = plan(*map(make, PLATFORMS), required=("npm", "pypi"))
    order = [leg.channel.key for leg in made.legs]
    assert order == ["test-pypi", "npm", "docker", "hex", "pypi", "maven"]
    assert made.point_of_no_return == 4
    assert [leg.required for leg in made.legs] == [False, True, False, False, True, False]


def test_where_everything_can_be_undone_there_is_no_point_of_no_return() -> None:
    assert plan(make("npm"), make("test-pypi")).point_of_no_return is None
    assert plan().legs == ()


def test_a_deleted_channel_has_no_leg() -> None:
    gone = replace(make("npm"), channel=ChannelKey("gone"))
    made = plan(gone)
    assert made.legs == ()
    assert made.find(gone.channel) is None


@pytest.mark.parametrize("state", S)
def test_the_irreversible_waits_until_all_else_is_confirmed(state: S) -> None:
    made = plan(make("npm", state, failed_in=S.STAGING if state is S.FAILED else None), make("pypi"))
    leg = made.find(ChannelKey("pypi"))
    assert leg is not None
    if state is S.CONFIRMED:
        assert (leg.waits_for, leg.next_action) == ((), A.PUBLISH)
    else:
        assert (leg.waits_for, leg.next_action) == (("npm",), None)


def test_what_is_not_to_become_public_holds_up_nobody() -> None:
    for other in (
        make("npm", S.VERIFIED, Goal.TEST),
        make("npm", S.CONFIRMED, Goal.WITHDRAWN),
        make("test-pypi"),
    ):
        leg = plan(other, make("pypi")).find(ChannelKey("pypi"))
        assert leg is not None
        assert leg.waits_for == ()


def test_what_has_begun_goes_on_and_staging_waits_for_nobody() -> None:
    made = plan(make("npm"), make("pypi", S.UPLOADING), make("maven", S.STAGED))
    assert {leg.channel.key: leg.waits_for for leg in made.legs} == {"npm": (), "pypi": (), "maven": ()}
    held = plan(make("npm"), make("maven", S.VERIFIED)).find(ChannelKey("maven"))
    assert held is not None
    assert held.waits_for == ("npm",)


def test_compensation_goes_backwards_and_passes_by_what_is_stuck() -> None:
    made = plan(*(make(key, S.CONFIRMED, Goal.COMPENSATED) for key in ("docker", "npm", "hex")))
    waits = {leg.channel.key: leg.waits_for for leg in made.legs}
    assert waits == {"docker": ("hex", "npm"), "hex": ("npm",), "npm": ()}
    stuck = plan(
        make("docker", S.CONFIRMED, Goal.COMPENSATED),
        make("hex", S.FAILED, Goal.COMPENSATED, failed_in=S.CONFIRMED),
        make("npm", S.CONFIRMED, Goal.COMPENSATED, instruction="Do it."),
    )
    assert {leg.waits_for for leg in stuck.legs} == {()}


def test_compensation_is_for_what_may_be_public_and_can_be_undone() -> None:
    made = plan(
        make("docker", S.CONFIRMED),
        make("hex", S.FAILED, failed_in=S.UPLOADING),
        make("npm", S.VERIFIED),
        make("pypi", S.CONFIRMED),
        make("test-pypi", S.VERIFIED),
    )
    assert list_compensation(made) == ("hex", "docker")


@pytest.mark.parametrize(
    ("one", "actions"),
    [
        (make("npm"), (A.STAGE, A.VERIFY, A.PROMOTE, A.CONFIRM)),
        (make("npm", S.STAGED), (A.VERIFY, A.PROMOTE, A.CONFIRM)),
        (make("npm", S.FAILED, failed_in=S.PROMOTING), (A.PROMOTE, A.CONFIRM)),
        (make("npm", S.CONFIRMED), ()),
        (make("npm", goal=Goal.TEST), (A.STAGE, A.VERIFY)),
        (make("pypi"), (A.PUBLISH, A.CONFIRM)),
        (make("pypi", goal=Goal.TEST), ()),
        (make("test-pypi"), (A.STAGE, A.VERIFY)),
        (make("npm", S.CONFIRMED, Goal.WITHDRAWN), (A.TAKE_BACK,)),
        (make("npm", S.WITHDRAWN, Goal.WITHDRAWN), ()),
    ],
)
def test_what_is_still_to_be_done_is_listed(one: Distribution, actions: tuple[Action, ...]) -> None:
    (leg,) = plan(one).legs
    assert leg.actions == actions


def test_what_a_person_does_is_marked_and_arrival_is_told() -> None:
    channels = {ChannelKey("maven"): make_channel("maven", promotes=False)}
    (leg,) = make_plan([make("maven")], channels, ()).legs
    assert leg.by_hand == (A.PROMOTE,)
    assert not leg.has_arrived
    (arrived,) = plan(make("test-pypi", S.VERIFIED)).legs
    assert arrived.has_arrived


def test_an_arrival_sets_free_what_waited_and_not_what_is_tried_again_later() -> None:
    made = plan(make("npm", S.CONFIRMED), make("docker", S.CONFIRMED), make("pypi"))
    assert [one.channel for one in list_released(made)] == ["pypi"]
    assert list_released(plan(make("npm", S.CONFIRMED), make("pypi", problem="It is down."))) == ()
    assert list_released(plan(make("npm"), make("pypi"))) == ()
    back = plan(make("npm", S.WITHDRAWN, Goal.COMPENSATED), make("docker", S.CONFIRMED, Goal.COMPENSATED))
    assert [one.channel for one in list_released(back)] == ["docker"]
