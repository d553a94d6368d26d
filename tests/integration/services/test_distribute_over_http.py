# SPDX-License-Identifier: Apache-2.0
"""The same releases over real HTTP: a container registry, and the simulated GitHub."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from atr.domain.distribution import Channel, DistributionState, PlatformHandle
from atr.domain.names import ChannelKey
from atr.domain.platform import PlatformKey
from atr.platforms import REGISTRIES, PublicRegistries
from atr.services.channels import CreateChannel
from atr.services.distribution_orders import WithdrawDistributions
from atr.services.door import Door
from atr.services.drift import CheckDrift
from atr.services.surroundings import Surroundings
from tests.simulators.github import TOKEN, GithubSimulator, serve_github
from tests.support.distributing import Yard, enter_test, make_yard, pass_vote, seal
from tests.support.door import RecordedQueue, SettableClock
from tests.support.oci_images import build_index
from tests.support.oci_registry import PASSWORD, USERNAME, RunningRegistry, token_registry
from tests.support.playground import act_as, add_person
from tests.support.voting import KEY

__all__ = ["token_registry"]
pytestmark = pytest.mark.xdist_group("oci")
IMAGE, DIGEST = build_index("over http")
FILES = {
    "demo-1.0-src.tar.gz": b"the source",
    "demo-1.0-src.tar.gz.asc": b"its signature",
    "demo-1.0.oci.tar": IMAGE,
}
S = DistributionState


@pytest.fixture
def github() -> Iterator[GithubSimulator]:
    with serve_github() as simulator:
        simulator.repository("sample/demo", "v1.0")
        yield simulator


@pytest.fixture
def channels(github: GithubSimulator, token_registry: RunningRegistry) -> tuple[Channel, Channel]:
    return (
        Channel(ChannelKey("docker"), "Docker", PlatformKey.DOCKER_HUB, token_registry.url, local=True),
        Channel(ChannelKey("github"), "GitHub", PlatformKey.GITHUB, github.url, local=True),
    )


@pytest.fixture
def yard(
    door: Door,
    surroundings: Surroundings,
    queue: RecordedQueue,
    clock: SettableClock,
    channels: tuple[Channel, Channel],
) -> Yard:
    made = make_yard(door, surroundings, queue, clock)
    registries = PublicRegistries(REGISTRIES)
    made.tools.door._around = replace(made.tools.door._around, registries=registries)
    made.tools = replace(made.tools, registries=registries)
    root = add_person(door, "root", sysadmin=True)
    docker, hub = channels
    door.perform(root, CreateChannel(docker, {"username": USERNAME, "password": PASSWORD}))
    door.perform(root, CreateChannel(hub, {"token": TOKEN}))
    made.use(docker, hub)
    return made


def test_a_release_goes_all_the_way(
    yard: Yard, channels: tuple[Channel, Channel], github: GithubSimulator, token_registry: RunningRegistry
) -> None:
    docker, hub = channels
    seal(yard, KEY, FILES)
    enter_test(yard)
    yard.work_off()
    assert yard.list_states() == {"docker": S.VERIFIED, "github": S.VERIFIED}
    assert token_registry.inspect("library/demo:1.0-rc1")["Digest"] == DIGEST
    pass_vote(yard)
    yard.work_off()
    assert yard.list_states() == {"docker": S.CONFIRMED, "github": S.CONFIRMED}
    assert token_registry.inspect("library/demo:latest")["Digest"] == DIGEST
    assert yard.find(docker).handle == PlatformHandle("manifest digest", DIGEST)
    repository = github.repositories["sample/demo"]
    (release,) = repository.releases.values()
    assert repository.latest == release.id
    assert github.effects.total() == 1 + len(FILES) + 2, "created, filled, shown to testers, public"

    next(iter(release.assets.values())).data = b"tampered with"
    for channel in channels:
        CheckDrift(KEY, channel.key).run(yard.tools)
    assert yard.find(docker).drift == ""
    assert "demo-1.0-src.tar.gz" in yard.find(hub).drift

    yard.door.perform(act_as(yard.door, "rm"), WithdrawDistributions(KEY))
    yard.work_off()
    assert yard.find(hub).state is S.WITHDRAWN
    assert release.prerelease
    assert "Delete the tag latest" in yard.find(docker).instruction
