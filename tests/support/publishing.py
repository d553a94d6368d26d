# SPDX-License-Identifier: Apache-2.0
"""Releases that went all the way to the download area, with every job really done."""

from collections.abc import Mapping

from atr.domain.lifecycle import Phase
from atr.domain.names import ReleaseKey
from atr.domain.release import Release
from atr.ports.jobs import JobKind
from atr.services.announcements import Announce
from atr.services.ballots import CastBallot
from atr.services.errand import Errand
from atr.services.phase_steps import TakeStep
from atr.services.publications import PublishRelease, WithdrawRelease, WriteKeys
from atr.services.vote_resolution import ResolveRoundIfDue
from atr.services.votes import StartVote
from tests.support.playground import act_as, add_person
from tests.support.voting import FILES, KEY, Bench, read_release, seal_release, set_policy

TREE_ERRANDS: Mapping[JobKind, type[Errand]] = {
    JobKind.PUBLISH_RELEASE: PublishRelease,
    JobKind.WITHDRAW_RELEASE: WithdrawRelease,
    JobKind.WRITE_KEYS: WriteKeys,
}


def settle_jobs(bench: Bench) -> None:
    """Do all jobs on the tree of published releases, in their order."""
    while due := [job for job in bench.queue.jobs if job.kind in TREE_ERRANDS]:
        bench.queue.jobs.remove(due[0])
        TREE_ERRANDS[due[0].kind].parse(due[0].argument).run(bench.tools)


def approve_release(bench: Bench, key: ReleaseKey = KEY, files: Mapping[str, bytes] = FILES) -> Release:
    """Return a release whose vote has just passed, waiting for its publication."""
    door = bench.tools.door
    seal_release(door, key, files)
    set_policy(door, min_hours=0)
    digest = door.perform(act_as(door, "rm"), StartVote(key)).manifest_digest
    for member in ("alice", "bob", "carol"):
        door.perform(act_as(door, member), CastBallot(key, 1, "+1", digest))
    ResolveRoundIfDue(key, 1).run(bench.tools)
    return read_release(door, key)


def publish_voted(bench: Bench, key: ReleaseKey = KEY, files: Mapping[str, bytes] = FILES) -> Release:
    """Return a release that stands in the download area and waits for its announcement."""
    approve_release(bench, key, files)
    settle_jobs(bench)
    return read_release(bench.tools.door, key)


def finish_release(bench: Bench, key: ReleaseKey = KEY, files: Mapping[str, bytes] = FILES) -> Release:
    """Return a release that was announced."""
    publish_voted(bench, key, files)
    bench.offer_files(key, files)
    bench.tools.door.perform(act_as(bench.tools.door, "rm"), Announce(key))
    bench.work_off()
    settle_jobs(bench)
    return read_release(bench.tools.door, key)


def set_aside(bench: Bench, to: Phase = Phase.ARCHIVED, key: ReleaseKey = KEY) -> Release:
    """Return the release after it was moved to a phase of the archive, and its files with it."""
    bench.tools.door.perform(act_as(bench.tools.door, "rm"), TakeStep(key, to, "for a reason"))
    settle_jobs(bench)
    return read_release(bench.tools.door, key)


def restore_release(bench: Bench, key: ReleaseKey = KEY) -> Release:
    """Return the release after a sysadmin took it back out of the archive."""
    root = add_person(bench.tools.door, "root", sysadmin=True)
    bench.tools.door.perform(root, TakeStep(key, Phase.RELEASED))
    settle_jobs(bench)
    return read_release(bench.tools.door, key)
