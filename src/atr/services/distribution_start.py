# SPDX-License-Identifier: Apache-2.0
"""Setting a release on its way to channels: when a phase begins, or when somebody asks."""

from dataclasses import replace

from atr.domain.artifact import Digest
from atr.domain.distribution import Channel, Distribution, DistributionState, Goal
from atr.domain.distribution_steps import PUBLIC_STATES, find_route
from atr.domain.errors import Invalid, Refused
from atr.domain.lifecycle import Phase
from atr.domain.names import ChannelKey, ReleaseKey
from atr.domain.release import Release
from atr.ports.jobs import DeadlineKind, Job, JobKind
from atr.services.distributions import draft_distribution, find_channels
from atr.services.door import Work

_GOALS = {Phase.TEST: Goal.TEST, Phase.DISTRIBUTE: Goal.PUBLIC}


def name_distribution(one: Distribution) -> str:
    """Return the name under which jobs and deadlines know it."""
    return f"{one.release.storage_key} on {one.channel}"


def request_distribution(one: Distribution, kind: JobKind = JobKind.DISTRIBUTE) -> Job:
    """Return the job that looks at it; releases of one line take turns on a channel, as they share names."""
    return Job(kind, name_distribution(one), lock=f"distribute {one.release.line} on {one.channel}")


def enqueue_distribution(work: Work, one: Distribution, kind: JobKind = JobKind.DISTRIBUTE) -> None:
    """Have a worker look at it now, rather than when it was to be tried again."""
    work.unit.deadlines.clear(DeadlineKind.DISTRIBUTION, name_distribution(one))
    work.unit.jobs.enqueue(request_distribution(one, kind))


def parse_distribution_name(argument: str) -> tuple[ReleaseKey, ChannelKey]:
    """Read `PROJECT/PRODUCT/VERSION on CHANNEL`; raise Invalid when it is not of that form."""
    release, on, channel = argument.partition(" on ")
    if not on:
        raise Invalid.field("argument", f"{argument!r} does not name a release on a channel.")
    return ReleaseKey.parse(release), ChannelKey(channel)


def take_up_distribution(work: Work, name: str) -> None:
    """Have a worker look at what was to be tried again now."""
    one = work.unit.distributions.find(*parse_distribution_name(name))
    if one is not None:
        enqueue_distribution(work, one)


def begin_phase(work: Work, release: Release) -> None:
    """Stage what can be staged when testing begins; go public when the vote has passed."""
    goal = _GOALS.get(release.phase)
    if goal is None:
        return
    for channel in find_channels(work, release).values():
        if goal is Goal.PUBLIC or find_route(channel).to_testers is not None:
            _begin_on(work, release, channel, goal)


def _begin_on(work: Work, release: Release, channel: Channel, goal: Goal) -> None:
    known = work.unit.distributions.find(release.key, channel.key)
    try:
        draft = draft_distribution(work, release, channel, goal)
    except (Refused, Invalid):
        if known is None and channel.key not in release.package_managers:
            return  # the line may go there, and this release has nothing for it
        draft = Distribution(
            release.key, channel.key, None, release.key.product, release.key.version, goal=goal
        )
    sealed = find_sealed_digest(work, release)
    is_new = known is None or (goal is Goal.TEST and needs_new_attempt(known, sealed))
    going = start_anew(draft, known) if is_new else replace(known or draft, goal=goal)
    enqueue_distribution(work, work.unit.distributions.save(going))


def start_anew(draft: Distribution, known: Distribution | None) -> Distribution:
    """Return a new attempt, whose effects are not those of an earlier one."""
    if known is None:
        return draft
    return replace(draft, generation=known.generation + 1, edition=known.edition)


def needs_new_attempt(known: Distribution, sealed: Digest | None) -> bool:
    """Tell whether staging means beginning anew: it was withdrawn, or other files are staged."""
    if known.state is DistributionState.WITHDRAWN:
        return True
    is_staged = known.staging_revision_key is not None and known.stood_at not in PUBLIC_STATES
    return is_staged and known.staging_revision_key != sealed


def find_sealed_digest(work: Work, release: Release) -> Digest | None:
    """Return the manifest digest of the sealed revision."""
    if release.sealed_revision is None:
        return None
    summary = work.unit.revisions.find_summary(release.key, release.sealed_revision)
    return summary.manifest_digest if summary else None
