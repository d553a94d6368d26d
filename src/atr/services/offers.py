# SPDX-License-Identifier: Apache-2.0
"""What whoever downloads a release is told besides its files: what they are for, and where else it is."""

from dataclasses import dataclass

from atr.domain.check_policy import CheckPolicy
from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.names import ReleaseKey, Version
from atr.domain.platform import DESCRIPTORS
from atr.domain.public_install import PublicPackage, write_install
from atr.domain.versions import find_latest
from atr.services.checks_in_force import find_check_policy
from atr.services.door import Query, Work
from atr.services.products import find_product


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """Where else a release is public: the channel, its page there, and what people type, if anything."""

    name: str
    platform: str
    package: str
    url: str
    command: str


@dataclass(frozen=True, slots=True)
class OfferView:
    """How a release is offered; `newer` is the latest version of its line if that is another one."""

    checks: CheckPolicy
    places: tuple[PublicPlace, ...]
    newer: Version | None


@dataclass(frozen=True, slots=True)
class ShowOffer(Query[OfferView]):
    """How a release is offered to the public."""

    release: ReleaseKey

    def answer(self, work: Work) -> OfferView:
        """Return it; raise NotFound for a product line that is not there."""
        line = find_product(work, self.release.line)
        released = work.unit.products.list_versions((line.ref,)).get(line.ref, ())
        latest = find_latest((*released, self.release.version), line.version_order)
        return OfferView(
            checks=find_check_policy(work, line.ref).policy,
            places=_list_places(work, self.release),
            newer=latest if latest != self.release.version else None,
        )


def _list_places(work: Work, release: ReleaseKey) -> tuple[PublicPlace, ...]:
    arrived = [one for one in work.unit.distributions.list(release) if _is_public(one)]
    channels = work.unit.channels.find_many(one.channel for one in arrived)
    return tuple(
        _describe_place(one, channels[one.channel])
        for one in arrived
        if one.channel in channels and not channels[one.channel].is_test
    )


def _is_public(one: Distribution) -> bool:
    """Tell whether the voted bytes were found there: nobody is sent anywhere else."""
    return one.goal is Goal.PUBLIC and one.state is DistributionState.CONFIRMED and not one.drift


def _describe_place(one: Distribution, channel: Channel) -> PublicPlace:
    package = PublicPackage(channel.platform, channel.url, one.owner_namespace, one.package, one.version)
    return PublicPlace(
        name=channel.name,
        platform=DESCRIPTORS[channel.platform].name,
        package=f"{one.package} {one.version}",
        url=one.web_url or "",
        command=write_install(package),
    )
