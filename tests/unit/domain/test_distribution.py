# SPDX-License-Identifier: Apache-2.0
"""Distributions and the secrets of channels."""

from atr.domain.distribution import Channel, Distribution, DistributionState, SealedSecret
from atr.domain.names import ChannelKey
from atr.domain.platform import PlatformKey
from tests.unit.domain.vote_samples import RELEASE


def test_a_sealed_secret_is_not_shown_by_any_way_of_writing_it() -> None:
    secret = SealedSecret("hunter2")
    for text in (f"{secret}", f"{secret!r}", f"{secret:>20}", str(secret), repr([secret]), "%s" % secret):  # noqa: UP031
        assert "hunter2" not in text


def test_a_distribution_begins_as_planned_and_not_promoted() -> None:
    distribution = Distribution(RELEASE, ChannelKey("npm"), None, "tika", "3.1.0")
    assert distribution.state is DistributionState.PLANNED
    assert not distribution.staging
    assert not distribution.promoted
    assert distribution.staging_revision_key is None


def test_a_channel_is_for_real_unless_it_says_so() -> None:
    channel = Channel(ChannelKey("npm"), "npm", PlatformKey.NPM, "https://example.org")
    assert not channel.is_test
    assert not channel.has_credentials
