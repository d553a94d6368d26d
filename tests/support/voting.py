# SPDX-License-Identifier: Apache-2.0
"""Releases on their way through vote and announcement, and a bench on which their jobs are worked off."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from atr.domain.artifact import Digest
from atr.domain.coordinates import Coordinate
from atr.domain.lifecycle import Phase, Stage
from atr.domain.mail import MailKind, OutgoingMail
from atr.domain.names import FilePath, ReleaseKey
from atr.domain.people import ANONYMOUS, OPERATOR, SERVICE, Actor
from atr.domain.policy import PolicyOverride
from atr.domain.project import Project
from atr.domain.release import Release
from atr.domain.vote import Ballot, Round
from atr.mail.memory import MemoryMail
from atr.platforms.memory_downloads import MemoryDownloads
from atr.platforms.memory_registry import MemoryRegistries
from atr.ports.checks import Examiner
from atr.ports.jobs import JobKind
from atr.services.announcing import AnnounceRelease
from atr.services.ballots import CastBallot
from atr.services.channel_tests import TryChannel
from atr.services.door import Bookkeeping, Door, Work
from atr.services.errand import Errand, Tools
from atr.services.mails import ListMails, SendMail
from atr.services.publication_records import RecordPublication
from atr.services.release_phases import MoveRelease
from atr.services.releases import CreateRelease, find_release
from atr.services.revisions import AddRevision
from atr.services.surroundings import Surroundings
from atr.services.vote_resolution import ResolveRoundIfDue
from atr.services.vote_views import RoundView, ShowRound
from atr.services.votes import StartVote
from tests.support.door import RecordedQueue, SettableClock
from tests.support.playground import act_as

KEY = ReleaseKey.parse("demo/1.0")
FILES: Mapping[str, bytes] = {"demo-1.0.tar.gz": b"the source", "demo-1.0.tar.gz.asc": b"its signature"}
ERRANDS: Mapping[JobKind, type[Errand]] = {
    JobKind.SEND_MAIL: SendMail,
    JobKind.RESOLVE_ROUND: ResolveRoundIfDue,
    JobKind.ANNOUNCE_RELEASE: AnnounceRelease,
    JobKind.TEST_CHANNEL: TryChannel,
}


@dataclass(frozen=True, slots=True)
class StoreFiles(Bookkeeping[Mapping[FilePath, Digest]]):
    """Store contents as an upload does."""

    files: Mapping[str, bytes]

    def note(self, work: Work) -> Mapping[FilePath, Digest]:
        """Return the digest of each path."""
        contents = {FilePath(path): work.around.blobs.put([data]) for path, data in self.files.items()}
        for content in contents.values():
            work.unit.revisions.add_content(content)
        return {path: content.sha512 for path, content in contents.items()}


@dataclass(frozen=True, slots=True)
class FinishChecks(Bookkeeping[None]):
    """Finish the evaluation of a revision without findings."""

    release: ReleaseKey
    revision: int

    def note(self, work: Work) -> None:
        """Mark it as finished."""
        work.unit.checks.finish_evaluation(self.release, self.revision, (), work.now)


@dataclass(frozen=True, slots=True)
class ReadRelease(Bookkeeping[Release]):
    """Read a release as it is stored."""

    release: ReleaseKey

    def note(self, work: Work) -> Release:
        """Return it."""
        return find_release(work, self.release)


@dataclass(frozen=True, slots=True)
class ChangeProject(Bookkeeping[Project]):
    """Change fields of a project that the test is not about."""

    key: str
    changes: Mapping[str, object] = field(default_factory=dict)

    def note(self, work: Work) -> Project:
        """Save it; return it."""
        known = next(each for each in work.unit.projects.list() if each.key == self.key)
        return work.unit.projects.save(replace(known, **self.changes))  # type: ignore[arg-type]


def change_project(door: Door, key: str = "demo", **changes: object) -> Project:
    """Return the project with some fields changed."""
    return door.keep(ChangeProject(key, changes))


def set_policy(door: Door, **fields: object) -> None:
    """Have the sample project vote under a policy."""
    change_project(door, policy=PolicyOverride(**fields))  # type: ignore[arg-type]


def seal_release(
    door: Door, key: ReleaseKey = KEY, files: Mapping[str, bytes] = FILES, user: str = "rm"
) -> Release:
    """Return a candidate whose only revision is sealed, with nothing found wrong."""
    rm = act_as(door, user)
    door.perform(rm, CreateRelease(key.line, key.version))
    revision = door.perform(rm, AddRevision(key, 0, door.keep(StoreFiles(files))))
    door.keep(FinishChecks(key, revision.number))
    door.perform(rm, MoveRelease(key, Phase.EVALUATE))
    return read_release(door, key)


def read_release(door: Door, key: ReleaseKey = KEY) -> Release:
    """Return the release as it is stored."""
    return door.keep(ReadRelease(key))


def start_vote(door: Door, key: ReleaseKey = KEY, hours: int | None = None) -> Round:
    """Return the first round on a sealed candidate."""
    return door.perform(act_as(door, "rm"), StartVote(key, hours))


def cast_vote(door: Door, user: str | Actor, choice: str = "+1", number: int = 1) -> Ballot:
    """Return the ballot of a person on the sample release."""
    actor = act_as(door, user) if isinstance(user, str) else user
    seen = show_round(door, number).vote.manifest_digest
    return door.perform(actor, CastBallot(KEY, number, choice, seen))


def show_round(door: Door, number: int = 1, actor: Actor = OPERATOR) -> RoundView:
    """Return a round of the sample release as somebody sees it."""
    return door.ask(actor, ShowRound(KEY, number))


def list_mails(door: Door, *kinds: MailKind) -> tuple[OutgoingMail, ...]:
    """Return the public mails about the sample release: of some kinds, or all but receipts of ballots."""
    mails = door.ask(ANONYMOUS, ListMails(KEY))
    wanted = kinds or tuple(set(MailKind) - {MailKind.BALLOT_RECEIPT})
    return tuple(mail for mail in mails if mail.kind in wanted)


def pass_vote(door: Door, clock: SettableClock, bench: "Bench") -> None:
    """Take a sealed candidate through its vote; the clock moves on by three days."""
    start_vote(door)
    for member in ("alice", "bob", "carol"):
        cast_vote(door, member)
    clock.advance(hours=72)
    ResolveRoundIfDue(KEY, 1).run(bench.tools)


def publish_release(door: Door, key: ReleaseKey = KEY) -> Release:
    """Return the release in phase announce, as if its files had been put into the download area."""
    door.perform(SERVICE, RecordPublication(key))
    return read_release(door, key)


@dataclass(slots=True)
class Bench:
    """Where recorded jobs are worked off, with mail and downloads in memory."""

    tools: Tools
    queue: RecordedQueue
    mail: MemoryMail
    downloads: MemoryDownloads
    registries: MemoryRegistries

    def work_off(self, *kinds: JobKind) -> None:
        """Run the jobs of some kinds (all if none is named) in order, with those they bring about."""
        wanted = kinds or tuple(ERRANDS)
        while due := [job for job in self.queue.jobs if job.kind in wanted and job.kind in ERRANDS]:
            self.queue.jobs.remove(due[0])
            ERRANDS[due[0].kind].parse(due[0].argument).run(self.tools)

    def offer_files(self, key: ReleaseKey = KEY, files: Mapping[str, bytes] = FILES) -> None:
        """Have the public address answer the files of a release."""
        for path, data in files.items():
            self.downloads.offer(Coordinate.of(Stage.CURRENT, key, FilePath(path)).url_path, data)

    def list_subjects(self) -> list[str]:
        """Return the subjects of the mails that left, in order."""
        return [mail.subject for mail in self.mail.sent.values()]


def make_bench(door: Door, surroundings: Surroundings, queue: RecordedQueue) -> Bench:
    """Return a bench beside the door."""
    mail, downloads, registries = MemoryMail(), MemoryDownloads(), MemoryRegistries()
    tools = Tools(
        door=door,
        blobs=surroundings.blobs,
        published=surroundings.published,
        examiner=cast("Examiner", None),
        transport=mail,
        downloads=downloads,
        registries=registries,
    )
    return Bench(tools, queue, mail, downloads, registries)
