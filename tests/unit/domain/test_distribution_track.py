# SPDX-License-Identifier: Apache-2.0
"""The stations of a channel: what a release has passed, where it stands, and what it never comes to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.distribution_track import FORWARDS, Standing, Station, Stop, foresee_stops, trace_stops
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.platform import PlatformKey
from atr.domain.promotion_plan import make_plan

S = DistributionState
T = Standing
NOW = datetime(2026, 3, 1, tzinfo=UTC)
NPM = Channel(ChannelKey("npm"), "npm", PlatformKey.NPM, "https://npm.example.org", has_credentials=True)
PYPI = Channel(ChannelKey("pypi"), "PyPI", PlatformKey.PYPI, "https://pypi.example.org", has_credentials=True)
NOTHING: Mapping[DistributionState, datetime] = MappingProxyType({})


def make_one(channel: Channel = NPM, state: S = S.PLANNED, **fields: object) -> Distribution:
    one = Distribution(
        ReleaseKey.parse("demo/1.0"), channel.key, None, "demo", "1.0", state, goal=Goal.PUBLIC
    )
    return replace(one, **fields)  # type: ignore[arg-type]


def trace(
    one: Distribution,
    channel: Channel = NPM,
    moments: Mapping[S, datetime] = NOTHING,
    others: Mapping[Channel, Distribution] = MappingProxyType({}),
) -> tuple[Stop, ...]:
    channels = {each.key: each for each in (channel, *others)}
    leg = make_plan((one, *others.values()), channels, ()).find(channel.key)
    assert leg is not None
    return trace_stops(leg, moments)


def stand(stops: tuple[Stop, ...]) -> list[Standing]:
    return [stop.standing for stop in stops]


@pytest.mark.parametrize(
    ("state", "here"),
    [
        (S.PLANNED, Station.STAGE),
        (S.STAGING, Station.STAGE),
        (S.STAGED, Station.COMPARE),
        (S.VERIFIED, Station.CHECK),
        (S.PROMOTING, Station.PUBLISH),
        (S.PROMOTED, Station.CONFIRM),
    ],
)
def test_what_was_passed_is_done_and_the_rest_lies_ahead(state: S, here: Station) -> None:
    stops = trace(make_one(state=state))
    number = FORWARDS.index(here)
    assert stand(stops) == [*[T.DONE] * number, T.RUNNING, *[T.AHEAD] * (4 - number)]


def test_a_confirmed_release_has_passed_everything_with_its_moments() -> None:
    order = (S.STAGED, S.VERIFIED, S.PROMOTING, S.PROMOTED, S.CONFIRMED)
    moments = {state: NOW + timedelta(hours=number) for number, state in enumerate(order)}
    stops = trace(make_one(state=S.CONFIRMED), moments=moments)
    assert stand(stops) == [T.DONE] * 5
    assert [stop.at for stop in stops] == list(moments.values())


def test_what_is_published_at_once_is_never_staged() -> None:
    assert stand(trace(make_one(PYPI), PYPI)) == [T.ABSENT, T.ABSENT, T.RUNNING, T.AHEAD, T.AHEAD]
    going = make_one(PYPI, S.UPLOADING)
    assert stand(trace(going, PYPI))[2:4] == [T.DONE, T.RUNNING]


def test_a_test_rests_with_its_testers_until_the_vote() -> None:
    tested = make_one(state=S.VERIFIED, goal=Goal.TEST)
    assert stand(trace(tested)) == [T.DONE, T.DONE, T.AHEAD, T.AHEAD, T.AHEAD]


def test_a_channel_for_tests_ends_with_its_testers() -> None:
    channel = replace(PYPI, is_test=True)
    tested = make_one(channel, S.VERIFIED, goal=Goal.TEST, staging=True)
    assert stand(trace(tested, channel)) == [T.DONE, T.DONE, T.ABSENT, T.ABSENT, T.ABSENT]


def test_where_it_stopped_waits_or_tries_again_is_told() -> None:
    failed = make_one(state=S.FAILED, failed_in=S.VERIFIED, failed_step="guards")
    assert trace(failed, moments={S.FAILED: NOW})[2] == Stop(Station.CHECK, T.FAILED, NOW)
    assert trace(make_one(state=S.STAGING, instruction="Do it."))[0].standing is T.PERSON
    assert trace(make_one(state=S.STAGING, instruction="Do it.", told_done=True))[0].standing is T.RUNNING
    assert trace(make_one(state=S.STAGING, problem="It is slow."))[0].standing is T.RETRYING


def test_what_cannot_be_undone_waits_for_what_can() -> None:
    stops = trace(make_one(PYPI), PYPI, others={NPM: make_one()})
    assert stops[2].standing is T.WAITING


def test_drift_is_told_where_it_was_confirmed() -> None:
    drifted = make_one(state=S.CONFIRMED, drift="Other bytes.", compared_at=NOW)
    assert trace(drifted)[4] == Stop(Station.CONFIRM, T.DIFFERS, NOW)


def test_taking_back_is_a_station_of_its_own() -> None:
    going = make_one(state=S.PROMOTED, goal=Goal.WITHDRAWN)
    assert stand(trace(going)) == [T.DONE, T.DONE, T.DONE, T.DONE, T.ABSENT, T.RUNNING]
    moments = {S.STAGED: NOW, S.VERIFIED: NOW, S.WITHDRAWN: NOW + timedelta(hours=1)}
    gone = trace(make_one(state=S.WITHDRAWN, goal=Goal.WITHDRAWN), moments=moments)
    assert stand(gone) == [T.UNDONE, T.UNDONE, T.ABSENT, T.ABSENT, T.ABSENT, T.DONE]
    assert gone[5].at == NOW + timedelta(hours=1)


def test_what_people_do_is_marked() -> None:
    stranger = replace(NPM, has_credentials=False)
    marked = [stop.station for stop in foresee_stops(stranger) if stop.by_hand]
    assert marked == [Station.STAGE, Station.PUBLISH]
    assert not any(stop.by_hand for stop in trace(make_one()))


def test_a_channel_that_was_not_begun_lies_all_ahead() -> None:
    assert stand(foresee_stops(NPM)) == [T.AHEAD] * 5
    assert stand(foresee_stops(PYPI)) == [T.ABSENT, T.ABSENT, T.AHEAD, T.AHEAD, T.AHEAD]
    assert stand(foresee_stops(replace(PYPI, is_test=True)))[:3] == [T.AHEAD, T.AHEAD, T.ABSENT]
