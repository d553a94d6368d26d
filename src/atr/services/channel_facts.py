# SPDX-License-Identifier: Apache-2.0
"""What the guards of a release's life have to know of its channels, for many releases in four queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from atr.domain.artifact import Digest
from atr.domain.distribution import Channel, Distribution, DistributionState
from atr.domain.distribution_steps import PUBLIC_STATES, find_route
from atr.domain.names import ChannelKey, ProjectKey, ReleaseKey
from atr.domain.project import ProductLine
from atr.domain.release import Release
from atr.ports.repositories.releases import RevisionSummary
from atr.services.door import Work

_STAGED = PUBLIC_STATES | {DistributionState.VERIFIED}


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """On how many channels testers can get the release, and which required ones it has not reached.

    `begun` are those it is on its way to. Of them, `waiting` need somebody to do something, on `failed`
    something went wrong, and on `public` it may stand under its final name.
    """

    staging: int = 0
    unverified: tuple[ChannelKey, ...] = ()
    unconfirmed: tuple[ChannelKey, ...] = ()
    begun: tuple[ChannelKey, ...] = ()
    waiting: tuple[ChannelKey, ...] = ()
    failed: tuple[ChannelKey, ...] = ()
    public: tuple[ChannelKey, ...] = ()


NO_CHANNELS = ChannelFacts()


def gather_channel_facts(
    work: Work, releases: Mapping[Release, RevisionSummary | None]
) -> dict[ReleaseKey, ChannelFacts]:
    """Return the facts of each release, given with its shown revision, in a fixed number of queries."""
    projects = {release.key.project for release in releases}
    lines = {line.ref: line.channels for some in _list_lines(work, projects) for line in some}
    required = {key for release in releases for key in release.package_managers}
    keys = required.union(*(lines.get(release.key.line, ()) for release in releases))
    if not keys:
        return {release.key: NO_CHANNELS for release in releases}
    channels = work.unit.channels.find_many(keys)
    distributions = work.unit.distributions.list_many(release.key for release in releases)
    return {
        release.key: _judge_channels(
            release,
            tuple(channels[key] for key in lines.get(release.key.line, ()) if key in channels),
            _Reached(distributions.get(release.key, ()), channels, shown.manifest_digest if shown else None),
        )
        for release, shown in releases.items()
    }


def _list_lines(work: Work, projects: Iterable[ProjectKey]) -> Iterable[tuple[ProductLine, ...]]:
    return work.unit.products.list_many(projects).values()


@dataclass(frozen=True, slots=True)
class _Reached:
    """How far one release is, and which files count."""

    distributions: tuple[Distribution, ...]
    channels: Mapping[ChannelKey, Channel]
    sealed: Digest | None

    def is_verified(self, key: ChannelKey) -> bool:
        """Tell whether testers have the sealed files there, or cannot have any."""
        channel = self.channels.get(key)
        if channel is None or find_route(channel).to_testers is None:
            return True
        one = self._find(key)
        return one is not None and one.state in _STAGED and one.staging_revision_key == self.sealed

    def is_confirmed(self, key: ChannelKey) -> bool:
        """Tell whether the release has arrived there; one without a channel has not."""
        channel, one = self.channels.get(key), self._find(key)
        if channel is None or one is None:
            return False
        if find_route(channel).to_public is None:
            return self.is_verified(key)
        return one.state is DistributionState.CONFIRMED

    def _find(self, key: ChannelKey) -> Distribution | None:
        return next((one for one in self.distributions if one.channel == key), None)


def _judge_channels(release: Release, used: Iterable[Channel], reached: _Reached) -> ChannelFacts:
    required = release.package_managers
    return ChannelFacts(
        staging=sum(find_route(channel).to_testers is not None for channel in used),
        unverified=tuple(key for key in required if not reached.is_verified(key)),
        unconfirmed=tuple(key for key in required if not reached.is_confirmed(key)),
        begun=tuple(one.channel for one in reached.distributions),
        waiting=tuple(one.channel for one in reached.distributions if one.waits_for_person),
        failed=tuple(one.channel for one in reached.distributions if one.state is DistributionState.FAILED),
        public=tuple(one.channel for one in reached.distributions if one.stood_at in PUBLIC_STATES),
    )
