# SPDX-License-Identifier: Apache-2.0
"""A plan over five channels on the loopback against each channel alone, and what promotion sends.

Run it alone: `python -m benchmarks.promotion [ROUNDS]`. Verdaccio and docker-registry are real ones; GitHub,
Hex and PyPI are simulated in a process of their own. The clock runs from the passed vote to the last
confirmation; of a plan's time the longest that one channel took to compare files is verification, and of a
channel's alone its own. Medians count. The image has 20 MB.
"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import cast

from atr.bootstrap.platform import Platform
from atr.bootstrap.worker import build_tools
from atr.checks.contract import ScanArchive
from atr.db.migrate import migrate
from atr.domain.distribution import Channel, DistributionState
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.platform import PlatformKey
from atr.platforms import REGISTRIES, PublicRegistries
from atr.platforms.memory_registry import MemoryRegistries
from atr.ports.platforms import Comparison, Consignment, Registry, Results, Side, Site
from atr.services.channels import CreateChannel
from atr.services.distribute import Distribute
from benchmarks.polling import attach
from tests.simulators import github, hexpm
from tests.simulators.pypi import simulate_pypi
from tests.support import python_packages
from tests.support.distributing import Yard, enter_test, pass_vote, seal
from tests.support.door import RecordedQueue, SettableClock
from tests.support.npm import pack_npm, run_verdaccio
from tests.support.oci_images import LAYER, LayoutBuilder
from tests.support.oci_registry import PASSWORD, USERNAME, run_with_password
from tests.support.packages import make_hex_package
from tests.support.playground import add_person, make_project

LIMIT = 1.5
IMAGE_BYTES = 20_000_000
MOST_SENT = 20_000
PATIENCE_SECONDS, PAUSE_SECONDS = 120.0, 0.05
UNSTAGED = frozenset({PlatformKey.HEX, PlatformKey.PYPI})
LOGIN = {"username": USERNAME, "password": PASSWORD}


class CountingRegistries(PublicRegistries):
    """Adds up what adapters sent that can say so, and how long each platform's took to compare."""

    def __init__(self) -> None:
        super().__init__(REGISTRIES)
        self.sent = 0
        self.compared: defaultdict[str, float] = defaultdict(float)
        self._lock = Lock()

    @contextmanager
    def connect(self, platform: str, site: Site) -> Iterator[Registry]:
        """Open a registry, and note what it sent when it is closed."""
        with super().connect(platform, site) as registry:
            watched = WatchedRegistry(registry)
            try:
                yield cast("Registry", watched)
            finally:
                traffic = getattr(registry, "traffic", None)
                with self._lock:
                    self.sent += 0 if traffic is None else traffic.sent
                    self.compared[platform] += watched.seconds


class WatchedRegistry:
    """A registry whose comparisons are timed."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.seconds = 0.0

    def __getattr__(self, name: str) -> object:
        return getattr(self._registry, name)

    def compare(self, side: Side, consignment: Consignment, results: Results) -> tuple[Comparison, ...]:
        """Compare, and add the time it took."""
        begun = time.perf_counter()
        try:
            return self._registry.compare(side, consignment, results)
        finally:
            self.seconds += time.perf_counter() - begun


@dataclass(frozen=True, slots=True)
class Lap:
    """How long a release took to be public, how much of it was verification (seconds), and what was sent."""

    seconds: float
    verification: float
    sent: int


def simulate(urls: Connection, releases: int) -> None:
    """Serve GitHub, Hex and PyPI until the parent ends."""
    with (
        github.serve_github() as hub,
        hexpm.HexSimulator().serve() as hexes,
        simulate_pypi(python_packages.TOKEN) as index,
    ):
        hub.repository("sample/demo", *(f"v{name_version(each)}" for each in range(releases)))
        urls.send((hub.url, hexes.url, f"{index.url}/legacy/"))
        urls.recv()


def name_version(number: int) -> str:
    """Return the version of the release of that number."""
    return f"1.{number}.0"


def make_candidate(version: str) -> dict[str, bytes]:
    """Return a file for each channel, and an image of some size."""
    layout = LayoutBuilder()
    layer = layout.add_blob(version.encode() * (IMAGE_BYTES // len(version)), LAYER)
    image = layout.add_image(version, version=version)
    layout.name_root(image, version)
    return {
        f"demo-{version}-src.tar.gz": b"the source",
        f"demo-{version}.tgz": pack_npm("demo", version),
        f"demo-{version}.oci.tar": layout.write(),
        f"demo-{version}.tar": make_hex_package("demo", version),
        f"python/{python_packages.name_wheel('demo', version)}": python_packages.pack_wheel("demo", version),
        "notes.txt": str(layer["digest"]).encode(),
    }


@contextmanager
def open_channels(folder: Path, releases: int) -> Iterator[dict[Channel, dict[str, str]]]:
    """Start all registries, and return the channels with their credentials."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=simulate, args=(theirs, releases))
    process.start()
    hub, hexes, index = ours.recv()
    with ExitStack() as stack:
        stack.callback(process.join)
        stack.callback(ours.send, "end")
        npm = stack.enter_context(run_verdaccio(make_folder(folder / "npm")))
        docker = stack.enter_context(run_with_password(make_folder(folder / "docker")))
        yield {
            name_channel(PlatformKey.NPM, npm.url): {"token": npm.token},
            name_channel(PlatformKey.DOCKER_HUB, docker.url): LOGIN,
            name_channel(PlatformKey.GITHUB, hub): {"token": github.TOKEN},
            name_channel(PlatformKey.HEX, hexes): {"token": hexpm.KEY},
            name_channel(PlatformKey.PYPI, index): {"token": python_packages.TOKEN},
        }


def make_folder(path: Path) -> Path:
    """Return the folder, made."""
    path.mkdir()
    return path


def name_channel(platform: PlatformKey, url: str) -> Channel:
    """Return a channel on the loopback."""
    return Channel(ChannelKey(platform.value), platform.value, platform, url, local=True)


class Course:
    """Sends one release after the other over some of the channels."""

    def __init__(self, platform: Platform, channels: dict[Channel, dict[str, str]]) -> None:
        self.registries = CountingRegistries()
        tools = build_tools(platform, cast("ScanArchive", None))
        tools = replace(tools, registries=self.registries)
        self._yard = Yard(tools, RecordedQueue(), SettableClock(), cast("MemoryRegistries", None))
        make_project(platform.door)
        root = add_person(platform.door, "root", sysadmin=True)
        for channel, secret in channels.items():
            platform.door.perform(root, CreateChannel(channel, secret))
        self._number = 0

    def run(self, *channels: Channel) -> Lap:
        """Return what it took from the passed vote to the last confirmation."""
        version = name_version(self._number)
        key = ReleaseKey.parse(f"demo/{version}")
        self._number += 1
        self._yard.use(*channels)
        seal(self._yard, key, make_candidate(version))
        if staging := tuple(channel for channel in channels if channel.platform not in UNSTAGED):
            enter_test(self._yard, key)
            self._take(key, staging, DistributionState.VERIFIED)
        pass_vote(self._yard, key)
        begun, sent = time.perf_counter(), self.registries.sent
        self.registries.compared.clear()
        self._take(key, channels, DistributionState.CONFIRMED)
        seconds, verification = time.perf_counter() - begun, max(self.registries.compared.values())
        return Lap(seconds, verification, self.registries.sent - sent)

    def _take(self, key: ReleaseKey, channels: tuple[Channel, ...], wanted: DistributionState) -> None:
        with ThreadPoolExecutor(len(channels)) as pool:
            list(pool.map(lambda channel: self._bring(key, channel, wanted), channels))

    def _bring(self, key: ReleaseKey, channel: Channel, wanted: DistributionState) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (one := self._yard.find(channel, key)).state is not wanted:
            if one.failure_reason or one.instruction or time.monotonic() > deadline:
                raise RuntimeError(f"{channel.key}: {one.state} {one.failure_reason} {one.problem}")
            Distribute(key, channel.key).run(self._yard.tools)
            time.sleep(PAUSE_SECONDS)  # a worker would be told when it is this channel's turn


def main(rounds: int = 3) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        open_channels(Path(name), rounds * 6 + 1) as channels,
        attach(Path(name) / "data") as platform,
    ):
        migrate(platform.engine)
        course = Course(platform, channels)
        course.run(*channels)  # everything is imported and connected once
        alone = {channel: [course.run(channel) for _ in range(rounds)] for channel in channels}
        plans = [course.run(*channels) for _ in range(rounds)]
    medians = {channel: _find_median(laps) for channel, laps in alone.items()}
    for channel, seconds in medians.items():
        print(f"{channel.key:12} alone  {seconds:6.2f} s without verification")
    slowest, plan = max(medians.values()), _find_median(plans)
    verification = statistics.median(lap.verification for lap in plans)
    sent = max(lap.sent for lap in plans)
    print(f"all five  {plan + verification:6.2f} s, {verification:.2f} s of it verification")
    print(f"without it  {plan / slowest:.2f} of the slowest (at most {LIMIT})")
    print(f"sent meanwhile  {sent} bytes of an image of {IMAGE_BYTES} (at most {MOST_SENT})")
    sys.exit(plan > LIMIT * slowest or sent > MOST_SENT)


def _find_median(laps: list[Lap]) -> float:
    return statistics.median(lap.seconds - lap.verification for lap in laps)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
