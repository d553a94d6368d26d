# SPDX-License-Identifier: Apache-2.0
"""Releases on their way to channels, over registries in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from atr.domain.artifact import Digest
from atr.domain.channel import ChannelChange
from atr.domain.channel_use import ChannelChoice, ChannelUse
from atr.domain.distribution import Channel, Distribution, DistributionState
from atr.domain.event import Event
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.people import OPERATOR
from atr.domain.platform import PlatformKey
from atr.domain.project import ProductChange
from atr.domain.release import Release
from atr.platforms.memory_registry import MemoryRegistries, MemorySite
from atr.ports.automation import Automation, NoAutomation
from atr.ports.jobs import Job, JobKind
from atr.ports.repositories.events import EventFilter
from atr.ports.repositories.paging import PageRequest
from atr.ports.unit_of_work import OpenUnit
from atr.services.ballots import CastBallot
from atr.services.channels import ChangeChannel, CreateChannel
from atr.services.deadlines import CollectDue
from atr.services.distribute import Distribute
from atr.services.distribution_orders import WithdrawDistributions
from atr.services.distributions import ListDistributions
from atr.services.door import Bookkeeping, Door, Work
from atr.services.drift import CheckDrift
from atr.services.errand import Errand, Tools
from atr.services.products import EditProduct
from atr.services.publications import PublishRelease, WithdrawRelease, WriteKeys
from atr.services.release_phases import MoveRelease
from atr.services.revisions import AddRevision, ShowRevision
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRoundIfDue
from atr.services.votes import StartVote
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as, add_person, make_project
from tests.support.voting import (
    KEY,
    FinishChecks,
    StoreFiles,
    make_bench,
    read_release,
    seal_release,
    set_policy,
)

CANDIDATE: Mapping[str, bytes] = MappingProxyType(
    {
        "demo-1.0-src.tar.gz": b"the source",
        "demo-1.0-src.tar.gz.asc": b"its signature",
        "demo-1.0.tgz": b"the npm package",
        "demo-1.0-py3-none-any.whl": b"the wheel",
        "demo-1.0.oci.tar": b"the image",
        "demo-1.0.tar": b"the hex package",
    }
)
"""One candidate with something for every kind of channel."""

NPM = Channel(ChannelKey("npm"), "npm", PlatformKey.NPM, "https://npm.example.org")
DOCKER = Channel(ChannelKey("docker"), "Docker", PlatformKey.DOCKER_HUB, "https://docker.example.org")
GITHUB = Channel(ChannelKey("github"), "GitHub", PlatformKey.GITHUB, "https://github.example.org")
HEX = Channel(ChannelKey("hex"), "Hex", PlatformKey.HEX, "https://hex.example.org")
PYPI = Channel(ChannelKey("pypi"), "PyPI", PlatformKey.PYPI, "https://pypi.example.org")
TEST_PYPI = Channel(
    ChannelKey("test-pypi"), "TestPyPI", PlatformKey.PYPI, "https://test.pypi.example.org", is_test=True
)
FIVE = (NPM, DOCKER, GITHUB, HEX, PYPI)
SECRET = "the-secret-of-a-channel"
_LOGIN = {"username": "robot", "password": SECRET}
_CREDENTIALS: Mapping[PlatformKey, Mapping[str, str]] = {
    **{platform: {"token": SECRET} for platform in PlatformKey},
    PlatformKey.DOCKER_HUB: _LOGIN,
    PlatformKey.MAVEN_CENTRAL: _LOGIN,
    PlatformKey.CENTRAL_PORTAL: _LOGIN,
}
_ERRANDS: Mapping[JobKind, type[Errand]] = {
    JobKind.DISTRIBUTE: Distribute,
    JobKind.CHECK_DRIFT: CheckDrift,
    JobKind.PUBLISH_RELEASE: PublishRelease,
    JobKind.WITHDRAW_RELEASE: WithdrawRelease,
    JobKind.WRITE_KEYS: WriteKeys,
}


@dataclass(slots=True)
class Yard:
    """Where releases are sent to channels, and the jobs that do it are worked off."""

    tools: Tools
    queue: RecordedQueue
    clock: SettableClock
    registries: MemoryRegistries
    begun: int = 0

    @property
    def door(self) -> Door:
        """Return the door."""
        return self.tools.door

    def add_channels(self, *channels: Channel, required: bool = True, signed_in: bool = True) -> None:
        """Add channels, and have the sample line use all of them."""
        root = add_person(self.door, "root", sysadmin=True)
        for channel in channels:
            secret = _CREDENTIALS[channel.platform] if signed_in else None
            self.door.perform(root, CreateChannel(channel, secret))
        self.use(*channels, required=required)

    def use(self, *channels: Channel, required: bool = True) -> None:
        """Have the sample line use these channels."""
        uses = tuple(
            ChannelUse(channel.key, required, "sample" if channel.platform is PlatformKey.GITHUB else None)
            for channel in channels
        )
        command = EditProduct(KEY.line, ProductChange(), channels=ChannelChoice(uses=uses))
        self.door.perform(act_as(self.door, "alice"), command)

    def visit(self, channel: Channel) -> MemorySite:
        """Return what stands at the channel's address."""
        return self.registries.visit(channel.url)

    def work_off(self) -> None:
        """Run the jobs in order, with those they bring about."""
        while due := [job for job in self.queue.jobs if job.kind in _ERRANDS]:
            self.queue.jobs.remove(due[0])
            _ERRANDS[due[0].kind].parse(due[0].argument).run(self.tools)

    def run_job(self, job: Job, tools: Tools) -> None:
        """Run one job with these tools; those that are not about channels or downloads are left out."""
        if job.kind in _ERRANDS:
            _ERRANDS[job.kind].parse(job.argument).run(tools)

    def drop_other_jobs(self) -> None:
        """Leave the jobs on channels and the download area alone in the queue."""
        self.queue.jobs[:] = [job for job in self.queue.jobs if job.kind in _ERRANDS]

    def begin_anew(self) -> ReleaseKey:
        """Return the key of another release, before which nothing stands at the registries."""
        self.registries.sites.clear()
        self.queue.forget()
        self.begun += 1
        return ReleaseKey.parse(f"demo/{self.begun}.7")

    def name_files(self, key: ReleaseKey) -> dict[str, bytes]:
        """Return the sample candidate as files of another version."""
        return {path.replace("1.0", key.version): data for path, data in CANDIDATE.items()}

    def wait(self, **amount: float) -> None:
        """Let time pass, then do what is due."""
        self.clock.advance(**amount)
        self.door.keep(CollectDue())
        self.work_off()

    def find(self, channel: Channel, key: ReleaseKey = KEY) -> Distribution:
        """Return the release on the channel."""
        views = self.door.ask(OPERATOR, ListDistributions(key))
        return next(view.one for view in views if view.one.channel == channel.key)

    def list_states(self, key: ReleaseKey = KEY) -> dict[str, DistributionState]:
        """Return how far the release is, by channel."""
        return {view.one.channel: view.one.state for view in self.door.ask(OPERATOR, ListDistributions(key))}

    def read_sealed(self, key: ReleaseKey = KEY) -> Digest:
        """Return what the sealed files are called in every vote."""
        return self.door.ask(OPERATOR, ShowRevision(key)).manifest_digest

    def lose_file(self, path: str, key: ReleaseKey = KEY) -> None:
        """Have the store lose a file."""
        revision = self.door.ask(OPERATOR, ShowRevision(key))
        self.tools.blobs.delete(next(each for each in revision.files if each.path == path).content.sha512)

    def lose_channel(self, channel: Channel) -> None:
        """Have a channel go away in spite of everything that uses it."""
        self.use()
        self.door.keep(LoseChannel(channel.key))

    def take_out(self, channel: Channel) -> None:
        """Take a channel out of the plan."""
        self.door.perform(act_as(self.door, "rm"), WithdrawDistributions(KEY, channel.key))
        self.work_off()

    def read(self, key: ReleaseKey = KEY) -> Release:
        """Return the release."""
        return read_release(self.door, key)


@dataclass(frozen=True, slots=True)
class LoseChannel(Bookkeeping[None]):
    """Remove a channel without asking who needs it."""

    key: ChannelKey

    def note(self, work: Work) -> None:
        """Delete its row."""
        work.unit.channels.delete(self.key)


def change_channel(yard: Yard, channel: Channel, **changes: object) -> None:
    """Change fields of a channel."""
    root = add_person(yard.door, "root", sysadmin=True)
    yard.door.perform(root, ChangeChannel(channel.key, ChannelChange(**changes)))  # type: ignore[arg-type]


def revise(yard: Yard, files: Mapping[str, bytes], key: ReleaseKey = KEY) -> Release:
    """Return the candidate sealed again with other files."""
    rm = act_as(yard.door, "rm")
    release = yard.door.perform(rm, MoveRelease(key, Phase.COMPOSE))
    number = release.newest_revision
    made = yard.door.perform(rm, AddRevision(key, number, yard.door.keep(StoreFiles(files))))
    yard.door.keep(FinishChecks(key, made.number))
    return yard.door.perform(rm, MoveRelease(key, Phase.EVALUATE))


def make_yard(
    door: Door,
    surroundings: Surroundings,
    queue: RecordedQueue,
    clock: SettableClock,
    automation: Automation | None = None,
) -> Yard:
    """Return a yard with the sample project."""
    make_project(door)
    registries = MemoryRegistries()
    tools = make_bench(door, surroundings, queue).tools
    tools.door._around = replace(tools.door._around, registries=registries)
    tools = replace(tools, registries=registries, automation=automation or NoAutomation())
    return Yard(tools, queue, clock, registries)


def seal(yard: Yard, key: ReleaseKey = KEY, files: Mapping[str, bytes] = CANDIDATE) -> Release:
    """Return a sealed candidate."""
    return seal_release(yard.door, key, files)


def enter_test(yard: Yard, key: ReleaseKey = KEY) -> Release:
    """Return the sealed candidate in phase test; its jobs are not done."""
    return yard.door.perform(act_as(yard.door, "rm"), MoveRelease(key, Phase.TEST))


def pass_vote(yard: Yard, key: ReleaseKey = KEY) -> Release:
    """Return the release in phase distribute; its jobs are not done."""
    set_policy(yard.door, min_hours=0)
    digest = yard.door.perform(act_as(yard.door, "rm"), StartVote(key)).manifest_digest
    for member in ("alice", "bob", "carol"):
        yard.door.perform(act_as(yard.door, member), CastBallot(key, 1, "+1", digest))
    ResolveRoundIfDue(key, 1).run(yard.tools)
    return yard.read(key)


def list_events(open_unit: OpenUnit, prefix: str = "distribution.", key: ReleaseKey = KEY) -> list[Event]:
    """Return the release's events whose names begin so, the oldest first."""
    which = EventFilter(key.project, key.product, key.version)
    with open_unit() as unit:
        found = unit.events.list(which, PageRequest(500)).items
    return [each for each in reversed(found) if each.name.startswith(prefix)]


def count_effects(yard: Yard, channels: Iterable[Channel]) -> dict[str, int]:
    """Return how often each effect happened, by channel and step."""
    return {
        f"{channel.key}: {name}": count
        for channel in channels
        for name, count in yard.visit(channel).effects.items()
    }
